//! Stock levels: compared, swapped, and made.

use mock_shopify::{NewProduct, StockState};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{ErrorKind, Record, Write, WriteOutcome};
use wire::{Fault, FaultRule};

use super::{create, done, refused, send};
use crate::world::{Bench, run, simple, tiny, variant, walk};

/// Mugs with 14 units in Berlin, one more of which nobody counts; Porto has none.
fn world(mugs: usize) -> (Bench, Vec<Record>, Vec<i64>) {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    for n in 0..mugs {
        bench.change(|store| store.add_product(simple(&format!("Mug{n}"), "9", &[(places[0], 14)])));
    }
    let mut uncounted = variant(&[], "1", "FREE", &[(places[0], 3)]);
    uncounted.tracked = false;
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Free".into(),
            variants: vec![uncounted],
            ..NewProduct::default()
        })
    });
    let records = run(walk(
        &bench.connector(connector_shopify::ShopifyOptions::default()),
        "inventory",
        1000,
    ));
    (bench, records.unwrap(), places)
}

fn level(record: &Record, on_hand: &Value) -> Write {
    let mut write = create(
        "inventory",
        &format!("quant {}", record.id),
        json!({
            "on_hand": on_hand,
            "variant_id": record.body["variant_id"].to_string(),
            "location_id": record.body["location_id"].to_string(),
        }),
    );
    write.target_id = Some(record.id.clone());
    write.current = Some(record.clone());
    write
}

fn on_hand(bench: &Bench, id: &str) -> Option<i64> {
    let found = run(bench
        .connector(tiny())
        .fetch(&"inventory".into(), &[id.to_owned()]))
    .unwrap();
    found
        .first()
        .map(|record| record.body["on_hand"].as_i64().unwrap())
}

#[test]
fn a_level_is_set_where_it_is_what_it_was() {
    let (bench, records, _) = world(1);
    let applied = done(&bench, &level(&records[0], &json!("20.0")));
    assert_eq!(
        (&applied.record.body["on_hand"], &applied.record.body["available"]),
        (&json!(20), &json!(20))
    );
    assert_eq!(on_hand(&bench, &records[0].id), Some(20));
    bench.operations();
    // What is there already takes no call that writes.
    done(&bench, &level(&applied.record, &json!(20)));
    assert_eq!(bench.operations(), ["InventoryItemsById"]);
}

#[test]
fn a_sale_is_never_overwritten() {
    let (bench, records, places) = world(1);
    let item: i64 = records[0].body["inventory_item_id"].as_i64().unwrap();
    bench.change(|store| store.adjust(item, places[0], StockState::Available, -1));
    let error = refused(&bench, &level(&records[0], &json!(20)));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Contention, "stock_moved")
    );
    assert!(
        error.message.contains("was 14") && error.message.contains("is 13"),
        "{error}"
    );
    assert_eq!(on_hand(&bench, &records[0].id), Some(13));
}

#[test]
fn what_moves_after_the_write_is_a_change_of_its_own() {
    let (bench, records, places) = world(1);
    let item: i64 = records[0].body["inventory_item_id"].as_i64().unwrap();
    let (shopify, now) = (std::sync::Arc::clone(&bench.shopify), bench.now());
    bench.change_answers(move |request, _| {
        if crate::world::operation(request) == "InventorySet" {
            let sale = shopify.change(now, |store| {
                store.adjust(item, places[0], StockState::Available, -2)
            });
            sale.unwrap();
        }
    });
    let applied = done(&bench, &level(&records[0], &json!(20)));
    assert_eq!(
        (&applied.record.body["on_hand"], &applied.record.body["available"]),
        (&json!(20), &json!(20)),
        "as the write left it"
    );
    assert_eq!(on_hand(&bench, &records[0].id), Some(18));
}

#[test]
fn bad_levels_hurt_no_good_ones() {
    let (bench, records, places) = world(8);
    let stale: i64 = records[2].body["inventory_item_id"].as_i64().unwrap();
    bench.change(|store| store.adjust(stale, places[0], StockState::Available, 5));
    let mut batch: Vec<Write> = records.iter().map(|record| level(record, &json!(30))).collect();
    batch[1].desired["on_hand"] = json!(-4);
    batch[3].desired["on_hand"] = json!(2.5);
    batch[5].desired["on_hand"] = json!(2_000_000_000);
    batch[6].target_id = Some("7@x".into());
    batch.push(level(&records[0], &json!(31)));
    bench.operations();
    let outcomes = run(bench
        .connector(connector_shopify::ShopifyOptions::default())
        .apply(&batch));
    let shown: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            WriteOutcome::Applied(applied) => applied.record.body["on_hand"].to_string(),
            WriteOutcome::Failed(error) => error.code.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "30",
            "negative_stock",
            "stock_moved",
            "bad_value",
            "30",
            "invalid_quantity_too_high",
            "bad_id",
            "30",
            // The same level twice in one batch: the second one saw what is no more.
            "stock_moved",
        ]
    );
    let sets = bench
        .operations()
        .into_iter()
        .filter(|call| call == "InventorySet")
        .count();
    assert_eq!(sets, 3, "the bad ones are known from one answer");
}

#[test]
fn nobody_in_particular_is_blamed() {
    let (bench, records, _) = world(5);
    let poison = records[3].body["inventory_item_id"].to_string();
    bench.change_answers(move |request, response| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let rows = body["variables"]["input"]["quantities"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let has = |row: &Value| row["inventoryItemId"].as_str().unwrap().ends_with(&poison);
        if rows.iter().any(has) {
            let errors =
                json!([{"field": null, "message": "It is locked.", "code": "NON_MUTABLE_INVENTORY_ITEM"}]);
            response.body = json!({"data": {"inventorySetQuantities": {"userErrors": errors}}})
                .to_string()
                .into_bytes();
        }
    });
    let mut batch: Vec<Write> = records[..5]
        .iter()
        .map(|record| level(record, &json!(30)))
        .collect();
    // The answer is changed after the call: what was in the same call was carried out.
    for write in &mut batch {
        write.idempotency_key.push('x');
    }
    let outcomes = run(bench
        .connector(connector_shopify::ShopifyOptions::default())
        .apply(&batch));
    for (at, outcome) in outcomes.iter().enumerate() {
        match outcome {
            WriteOutcome::Applied(_) => assert_ne!(at, 3),
            WriteOutcome::Failed(error) => {
                assert_eq!(
                    (at, error.code.as_str()),
                    (3, "non_mutable_inventory_item"),
                    "{error}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn more_levels_than_fit_into_one_call() {
    let (bench, records, _) = world(260);
    let batch: Vec<Write> = records[..260]
        .iter()
        .map(|record| level(record, &json!(1)))
        .collect();
    bench.operations();
    let outcomes = run(bench
        .connector(connector_shopify::ShopifyOptions::default())
        .apply(&batch));
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, WriteOutcome::Applied(_)))
    );
    let sets = bench
        .operations()
        .into_iter()
        .filter(|call| call == "InventorySet")
        .count();
    assert_eq!(sets, 2);
}

#[test]
fn a_lost_answer_is_not_doubled() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Truncated(9)] {
        for one_by_one in [true, false] {
            let (bench, records, _) = world(3);
            let batch: Vec<Write> = records[..3]
                .iter()
                .map(|record| level(record, &json!(20)))
                .collect();
            bench.script(FaultRule::on_text(fault.clone(), "mutation InventorySet"));
            let connector = bench.connector(tiny());
            let outcomes = run(connector.apply(&batch));
            assert!(
                outcomes
                    .iter()
                    .all(|outcome| matches!(outcome, WriteOutcome::Unknown(_))),
                "{outcomes:?}"
            );
            let again = if one_by_one {
                batch.iter().map(|write| send(&bench, write)).collect()
            } else {
                run(connector.apply(&batch))
            };
            for outcome in again {
                assert!(matches!(outcome, WriteOutcome::Applied(_)), "{outcome:?}");
            }
            let sets = bench.shopify.journal(0).unwrap();
            let sets = sets
                .iter()
                .filter(|entry| entry.operation == "inventorySetQuantities")
                .count();
            assert!(sets <= 3 && (one_by_one || sets == 1), "{sets}");
            assert_eq!(on_hand(&bench, &records[2].id), Some(20));
        }
    }
}

#[test]
fn an_item_is_stocked_at_a_new_place() {
    let (bench, records, places) = world(2);
    let new = |record: &Record, on_hand: Value| {
        create(
            "inventory",
            &format!("new {}", record.id),
            json!({
                "variant_id": record.body["variant_id"].to_string(), "location_id": places[1], "on_hand": on_hand,
            }),
        )
    };
    let write = new(&records[0], json!(6));
    let applied = done(&bench, &write);
    let id = format!("{}@{}", records[0].body["inventory_item_id"], places[1]);
    assert_eq!(
        (applied.record.id.as_str(), on_hand(&bench, &id)),
        (id.as_str(), Some(6))
    );
    assert_eq!(done(&bench, &write).record, applied.record, "sent again");
    // Somebody else stocked it meanwhile.
    let item: i64 = records[1].body["inventory_item_id"].as_i64().unwrap();
    bench.change(|store| store.set_on_hand(item, places[1], 2));
    let error = refused(&bench, &new(&records[1], json!(6)));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Contention, "stock_moved")
    );
    assert!(error.message.contains("with 2 on hand"), "{error}");
    done(&bench, &new(&records[1], json!(2)));
    for (desired, code) in [
        (
            json!({"variant_id": "x", "location_id": places[1], "on_hand": 1}),
            "bad_value",
        ),
        (
            json!({"variant_id": records[0].body["variant_id"], "location_id": places[1], "on_hand": -1}),
            "negative_stock",
        ),
        (
            json!({"variant_id": records[0].body["variant_id"], "location_id": 5, "on_hand": 1}),
            "user_error",
        ),
        (
            json!({"variant_id": records[0].body["variant_id"], "location_id": places[1]}),
            "bad_value",
        ),
    ] {
        let error = refused(&bench, &create("inventory", "bad", desired.clone()));
        assert_eq!(
            (error.kind, error.code.as_str()),
            (ErrorKind::Rejected, code),
            "{desired}: {error}"
        );
    }
    let desired = json!({"variant_id": "1", "location_id": places[1], "on_hand": 1});
    let error = refused(&bench, &create("inventory", "gone", desired));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Dependency, "no_variant"),
        "it waits: {error}"
    );
    let item = records[0].body["inventory_item_id"].as_i64().unwrap();
    bench.change(|store| store.edit_item(item, |item| item.tracked = false));
    let desired =
        json!({"variant_id": records[0].body["variant_id"], "location_id": places[1], "on_hand": 1});
    let error = refused(&bench, &create("inventory", "bad", desired));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Rejected, "not_tracked")
    );
}

#[test]
fn a_level_that_came_with_its_variant_is_taken() {
    let (bench, records, places) = world(1);
    bench.change(|store| store.add_product(simple("New", "9", &[(places[0], 0)])));
    let all = run(walk(&bench.connector(tiny()), "inventory", 10)).unwrap();
    let fresh = all.iter().find(|record| record.body["sku"] == "NEW").unwrap();
    let write = create(
        "inventory",
        "new",
        json!({
            "variant_id": fresh.body["variant_id"], "location_id": places[0], "on_hand": 8,
        }),
    );
    let applied = done(&bench, &write);
    assert_eq!(
        (&applied.record.id, &applied.record.body["on_hand"]),
        (&fresh.id, &json!(8))
    );
    assert_eq!(done(&bench, &write).record, applied.record);
    // One with another quantity is nobody's to overwrite.
    let other = create(
        "inventory",
        "other",
        json!({
            "variant_id": records[0].body["variant_id"], "location_id": places[0], "on_hand": 8,
        }),
    );
    assert_eq!(refused(&bench, &other).code, "stock_moved");
    assert_eq!(on_hand(&bench, &records[0].id), Some(14));
}

#[test]
fn stocking_survives_lost_answers() {
    for call in 0.. {
        let (bench, records, places) = world(1);
        let write = create(
            "inventory",
            "new",
            json!({
                "variant_id": records[0].body["variant_id"], "location_id": places[1], "on_hand": 6,
            }),
        );
        bench.script(FaultRule::new(Fault::LostAfter, |_| true).skip(call));
        let outcome = send(&bench, &write);
        if bench.wire.rules_left() > 0 {
            assert!(call > 2);
            break;
        }
        assert!(!matches!(outcome, WriteOutcome::Applied(_)));
        assert_eq!(done(&bench, &write).record.body["on_hand"], 6, "call {call}");
    }
}

#[test]
fn a_key_that_failed_is_replaced() {
    let (bench, records, _) = world(1);
    let failures = std::sync::Mutex::new(2);
    bench.change_answers(move |request, response| {
        let mut left = failures.lock().unwrap();
        if crate::world::operation(request) == "InventorySet" && *left > 0 {
            *left -= 1;
            let error = json!({"field": null, "message": "The previous attempt failed.",
                "code": "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"});
            response.body = json!({"data": {"inventorySetQuantities": {"userErrors": [error]}}})
                .to_string()
                .into_bytes();
        }
    });
    // Here the calls were carried out all the same, so that the last one finds what it wants.
    let applied = done(&bench, &level(&records[0], &json!(20)));
    assert_eq!(applied.record.body["on_hand"], 20);
    let keys: std::collections::BTreeSet<String> = bench
        .exchanges()
        .iter()
        .filter(|(request, _)| crate::world::operation(request) == "InventorySet")
        .map(|(request, _)| {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            body["variables"]["key"].to_string()
        })
        .collect();
    assert_eq!(keys.len(), 3);
}
