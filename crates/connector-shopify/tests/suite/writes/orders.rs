//! Orders: notes, cancellations, parcels.

use std::collections::BTreeMap;

use mapping_transforms::SOURCE_KEY;
use mock_shopify::{NewLine, NewOrder, NewRefund, Order, Rows as _, Variant};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{ChildRef, ErrorKind, FieldChange, Record, Side, Write, WriteOutcome};
use wire::{Fault, FaultRule};

use super::{create, done, refused, remarks, send};
use crate::world::{Bench, run, simple, tiny};

/// An order of three mugs (Berlin), two plates (Porto) and a thing without a variant.
fn world() -> (Bench, i64) {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    bench.change(|store| store.add_product(simple("Mug", "9", &[(places[0], 14)])));
    bench.change(|store| store.add_product(simple("Plate", "5", &[(places[1], 7)])));
    let variants: Vec<i64> = bench
        .shopify
        .look(|rows| rows.all::<Variant>().map(|variant| variant.id).collect())
        .unwrap();
    let of = |variant: i64, quantity: i64| NewLine {
        variant_id: Some(variant),
        quantity,
        ..NewLine::default()
    };
    let thing = NewLine {
        title: Some("Thing".into()),
        quantity: 1,
        price: Some(3.into()),
        ..NewLine::default()
    };
    let order = NewOrder {
        lines: vec![of(variants[0], 3), of(variants[1], 2), thing],
        ..NewOrder::default()
    };
    let id = bench.change(|store| store.place_order(order));
    (bench, id)
}

pub(super) fn read(bench: &Bench, id: i64) -> Record {
    let found = run(bench.connector(tiny()).fetch(&"order".into(), &[id.to_string()]));
    found.unwrap().remove(0)
}

/// A write of these fields; `shipped` are the wanted units of the lines in their order.
pub(super) fn write(record: &Record, fields: Value, shipped: &[i64]) -> Write {
    let mut desired = fields;
    let mut write = create("order", "41", json!({}));
    write.target_id = Some(record.id.clone());
    write.current = Some(record.clone());
    let change = |field: String| FieldChange {
        side: Side::Shopify,
        field,
        old: Value::Null,
        new: Value::Null,
    };
    let own = desired.as_object().unwrap().keys().cloned();
    write.changes = own.map(change).collect();
    let lines = record.body["line_items"].as_array().unwrap();
    let mut elements = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let id = line["id"].to_string();
        write.children.push(ChildRef {
            record_type: "line_item".into(),
            source_id: format!("{}", 900 + n),
            target_id: Some(id.clone()),
        });
        if let Some(units) = shipped.get(n) {
            elements
                .push(json!({ SOURCE_KEY: format!("line_item/{}", 900 + n), "fulfilled_quantity": units }));
            if line["fulfilled_quantity"].as_i64() != Some(*units) {
                write
                    .changes
                    .push(change(format!("line_items[{id}].fulfilled_quantity")));
            }
        }
    }
    if !elements.is_empty() {
        desired["line_items"] = Value::Array(elements);
    }
    write.idempotency_key = format!("order {desired}");
    write.desired = desired;
    write
}

fn shipped(record: &Record) -> Vec<i64> {
    let lines = record.body["line_items"].as_array().unwrap().iter();
    lines
        .map(|line| line["fulfilled_quantity"].as_i64().unwrap())
        .collect()
}

fn parcels(bench: &Bench, id: i64) -> Vec<(i64, Vec<String>, Option<String>)> {
    let order = bench
        .shopify
        .look(|rows| rows.one::<Order>(id).cloned())
        .unwrap()
        .unwrap();
    let parcels = order.fulfillments.iter().map(|parcel| {
        let numbers = parcel
            .tracking
            .iter()
            .filter_map(|tracking| tracking.number.clone());
        let company = parcel
            .tracking
            .first()
            .and_then(|tracking| tracking.company.clone());
        (
            parcel.lines.iter().map(|line| line.quantity).sum(),
            numbers.collect(),
            company,
        )
    });
    parcels.collect()
}

#[test]
fn a_note_is_written_and_nothing_else() {
    let (bench, id) = world();
    let before = read(&bench, id);
    assert_eq!(
        (shipped(&before), &before.body["cancelled"]),
        (vec![0, 0, 0], &json!(false))
    );
    let applied = done(&bench, &write(&before, json!({"note": "ring twice"}), &[]));
    assert_eq!(applied.record.body["note"], "ring twice");
    assert_eq!(applied.children.len(), 3);
    bench.operations();
    done(&bench, &write(&before, json!({"note": "ring twice"}), &[]));
    assert!(!bench.operations().contains(&"OrderNote".to_owned()));
    let applied = done(&bench, &write(&before, json!({"note": null}), &[]));
    assert_eq!(applied.record.body["note"].as_str().unwrap_or_default(), "");
    let other = write(&before, json!({"email": "x@example.com"}), &[]);
    done(&bench, &other);
    assert_eq!(
        remarks(&bench, &other),
        ["`email` of an order is not written to Shopify"]
    );
}

#[test]
fn what_was_delivered_is_shipped_from_where_it_lies() {
    let (bench, id) = world();
    let before = read(&bench, id);
    let mut first = write(&before, json!({}), &[2, 0, 0]);
    first.source = json!({"deliveries": [
        {"id": 1, "name": "OUT/1", "tracking": "T1", "carrier": "Post", "done_at": "2026-11-23T08:00:00Z"},
        {"id": 2, "name": "OUT/2", "tracking": "T9", "carrier": "Post", "done_at": null},
    ]});
    let applied = done(&bench, &first);
    assert_eq!(shipped(&applied.record), [2, 0, 0]);
    assert_eq!(applied.record.body["fulfillment_status"], "partial");
    assert_eq!(
        parcels(&bench, id),
        [(2, vec!["T1".to_owned()], Some("Post".to_owned()))]
    );
    let mut second = write(&applied.record, json!({}), &[3, 2, 1]);
    second.source = json!({"deliveries": [
        {"id": 1, "name": "OUT/1", "tracking": "T1", "carrier": "Post", "done_at": "2026-11-23T08:00:00Z"},
        {"id": 2, "name": "OUT/2", "tracking": "T2, T3", "carrier": "Bike", "done_at": "2026-11-23T09:00:00Z"},
    ]});
    let applied = done(&bench, &second);
    assert_eq!(shipped(&applied.record), [3, 2, 1]);
    assert_eq!(applied.record.body["fulfillment_status"], "fulfilled");
    let all = parcels(&bench, id);
    assert_eq!(all.len(), 3, "one more from each place: {all:?}");
    assert!(
        all[1..]
            .iter()
            .all(|parcel| parcel.1 == ["T2", "T3"] && parcel.2.as_deref() == Some("Bike"))
    );
    assert_eq!(all[1..].iter().map(|parcel| parcel.0).sum::<i64>(), 4);
    let movements = applied.record.movements.unwrap();
    assert!(movements.complete);
    bench.operations();
    done(&bench, &second);
    assert!(
        !bench.operations().contains(&"FulfillmentCreate".to_owned()),
        "it is there already"
    );
}

#[test]
fn what_was_shipped_is_never_taken_back() {
    let (bench, id) = world();
    bench.change(|store| store.fulfil_all(id, &[]));
    let record = read(&bench, id);
    let applied = done(&bench, &write(&record, json!({}), &[1, 2, 1]));
    assert_eq!(shipped(&applied.record), [3, 2, 1]);
    assert_eq!(
        applied.warnings,
        ["3 units of `Mug` have left Shopify, and 1 elsewhere: what was shipped is not taken back"]
    );
}

#[test]
fn what_nobody_has_left_is_said() {
    let (bench, id) = world();
    let record = read(&bench, id);
    let line: i64 = record.body["line_items"][0]["id"].as_i64().unwrap();
    bench.change(|store| {
        store.refund(
            id,
            NewRefund {
                lines: vec![(line, 2, true)],
                ..NewRefund::default()
            },
        )
    });
    let mut all = write(&record, json!({}), &[3, 2, 1]);
    all.desired["line_items"]
        .as_array_mut()
        .unwrap()
        .push(json!({ SOURCE_KEY: "line_item/77", "fulfilled_quantity": 1 }));
    let applied = done(&bench, &all);
    assert_eq!(shipped(&applied.record), [1, 2, 1]);
    let said = [remarks(&bench, &all), applied.warnings].concat();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("line_item/77 was delivered"));
    assert!(said[1].starts_with("2 units of `Mug` were delivered"));
}

#[test]
fn an_order_is_cancelled_once() {
    let (bench, id) = world();
    let record = read(&bench, id);
    let cancel = write(&record, json!({"cancelled": true}), &[]);
    let applied = done(&bench, &cancel);
    assert_eq!(applied.record.body["cancelled"], true);
    assert_eq!(
        bench
            .shopify
            .look(|rows| rows.one::<Order>(id).unwrap().refunds.len())
            .unwrap(),
        1
    );
    assert_eq!(done(&bench, &cancel).record, applied.record);
    assert_eq!(
        remarks(&bench, &cancel),
        ["the order is paid: cancelling it pays nothing back, so refund it in Shopify if that is due"]
    );
    let back = write(&applied.record, json!({"cancelled": false}), &[]);
    done(&bench, &back);
    assert_eq!(
        remarks(&bench, &back),
        ["the order is cancelled in Shopify, which cannot be undone"]
    );
    // What was shipped cannot be cancelled.
    let (bench, id) = world();
    bench.change(|store| store.fulfil_all(id, &[]));
    let error = refused(&bench, &write(&read(&bench, id), json!({"cancelled": true}), &[]));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Rejected, "already_shipped")
    );
    assert!(error.message.contains("have left Shopify"), "{error}");
}

#[test]
fn a_cancellation_that_takes_time_is_looked_at_again() {
    let (bench, id) = world();
    let record = read(&bench, id);
    let whole = serde_json::to_string(&record.body["id"]).unwrap();
    bench.change_answers(move |request, response| {
        // The order as it was: not cancelled yet.
        let text = String::from_utf8(response.body.clone()).unwrap();
        if crate::world::operation(request) == "OrdersById" && text.contains(&whole) {
            let mut body: Value = serde_json::from_str(&text).unwrap();
            body["data"]["nodes"][0]["cancelledAt"] = Value::Null;
            response.body = body.to_string().into_bytes();
        }
        if crate::world::operation(request) == "JobDone" {
            response.body = json!({"data": {"job": {"done": false}}}).to_string().into_bytes();
        }
    });
    let error = refused(&bench, &write(&record, json!({"cancelled": true}), &[]));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Contention, "cancellation_pending")
    );
    assert!(error.retry_after.is_some());
    let asks = bench
        .operations()
        .into_iter()
        .filter(|call| call == "JobDone")
        .count();
    assert_eq!(asks, 3, "it is not asked for ever");
    bench.change_answers(|_, _| {});
    done(&bench, &write(&record, json!({"cancelled": true}), &[]));
}

#[test]
fn orders_are_not_made() {
    let (bench, id) = world();
    let record = read(&bench, id);
    let error = refused(&bench, &create("order", "1", json!({"note": "x"})));
    assert_eq!(error.code, "not_supported");
    let mut gone = write(&record, json!({"note": "x"}), &[]);
    gone.target_id = Some("5".into());
    assert_eq!(refused(&bench, &gone).code, "gone");
    let bad = write(&record, json!({"cancelled": "yes"}), &[]);
    assert_eq!(refused(&bench, &bad).code, "bad_value");
}

#[test]
fn parcels_survive_lost_answers() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Html(200)] {
        for call in 0.. {
            let (bench, id) = world();
            let record = read(&bench, id);
            let all = write(&record, json!({"note": "as delivered"}), &[3, 2, 1]);
            bench.script(FaultRule::new(fault.clone(), |_| true).skip(call));
            let outcome = send(&bench, &all);
            if bench.wire.rules_left() > 0 {
                break;
            }
            assert!(!matches!(outcome, WriteOutcome::Applied(_)), "{outcome:?}");
            let applied = done(&bench, &all);
            assert_eq!(shipped(&applied.record), [3, 2, 1], "{fault:?} at call {call}");
            let sums: BTreeMap<usize, i64> = parcels(&bench, id)
                .into_iter()
                .map(|parcel| parcel.0)
                .enumerate()
                .collect();
            assert_eq!(sums.values().sum::<i64>(), 6, "{fault:?} at call {call}");
            assert_eq!(applied.record.body["note"], "as delivered");
        }
    }
}

#[test]
fn cancelling_survives_lost_answers() {
    for fault in [Fault::LostBefore, Fault::LostAfter] {
        for call in 0.. {
            let (bench, id) = world();
            let cancel = write(&read(&bench, id), json!({"cancelled": true}), &[]);
            bench.script(FaultRule::new(fault.clone(), |_| true).skip(call));
            let outcome = send(&bench, &cancel);
            if bench.wire.rules_left() > 0 {
                break;
            }
            assert!(!matches!(outcome, WriteOutcome::Applied(_)), "{outcome:?}");
            assert_eq!(done(&bench, &cancel).record.body["cancelled"], true);
        }
    }
}

#[test]
fn a_number_that_comes_later_survives_lost_answers() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Html(200)] {
        let (bench, id) = world();
        bench.change(|store| store.fulfil_all(id, &[]));
        let mut later = write(&read(&bench, id), json!({"tracking_numbers": ["A1", "B2"]}), &[]);
        later.source = json!({"deliveries": [{"tracking": "A1;B2", "carrier": "Post"}]});
        bench.wire.script(FaultRule::new(fault.clone(), |request| {
            crate::world::operation(request) == "FulfillmentTrack"
        }));
        let first = send(&bench, &later);
        assert!(!matches!(first, WriteOutcome::Applied(_)), "{fault:?}: {first:?}");
        let applied = done(&bench, &later);
        assert_eq!(
            applied.record.body["tracking_numbers"],
            json!(["A1", "B2"]),
            "{fault:?}"
        );
        let numbers = parcels(&bench, id)
            .into_iter()
            .flat_map(|(_, numbers, _)| numbers);
        assert_eq!(numbers.collect::<Vec<_>>(), ["A1", "B2"], "{fault:?}: each once");
        bench.operations();
        done(&bench, &later);
        assert!(
            !bench.operations().contains(&"FulfillmentTrack".to_owned()),
            "{fault:?}"
        );
        // Where nobody knows a number, none is taken away.
        let none = write(&read(&bench, id), json!({"tracking_numbers": []}), &[]);
        let applied = done(&bench, &none);
        assert_eq!(applied.record.body["tracking_numbers"], json!(["A1", "B2"]));
    }
}
