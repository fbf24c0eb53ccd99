//! Batches: writes do not depend on each other.

use connector_shopify::ShopifyOptions;
use mock_shopify::{Config, RateLimit};
use serde_json::json;
use sync_core::ports::Connector as _;
use sync_core::{ErrorKind, WriteOutcome};

use super::{FOUR, create, products, shirt, update};
use crate::cost::requested;
use crate::world::{Bench, operation, run, tiny};

#[test]
fn bad_writes_hurt_no_good_ones() {
    let bench = Bench::unlimited();
    let batch = [
        create("product", "1", json!({"title": "One"})),
        create("location", "1", json!({"name": "Porto"})),
        create("product", "2", json!({"title": 7, "status": "no"})),
        create("thing", "1", json!({})),
        create("product", "3", json!({"title": "Three"})),
    ];
    let outcomes = run(bench.connector(tiny()).apply(&batch));
    let shown: Vec<&str> = outcomes
        .iter()
        .map(|outcome| match outcome {
            WriteOutcome::Applied(applied) => applied.record.body["title"].as_str().unwrap(),
            WriteOutcome::Failed(error) => error.code.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "One",
            "not_supported",
            "bad_value",
            "unknown_record_type",
            "Three"
        ]
    );
}

#[test]
fn an_empty_bucket_is_everybodys_pause() {
    let bench = Bench::new(Config {
        rate_limit: RateLimit {
            bucket: 60,
            restore_per_second: 1,
        },
        ..Config::default()
    });
    let batch: Vec<_> = (0..8)
        .map(|n| create("product", &n.to_string(), shirt(&FOUR[..1])))
        .collect();
    let outcomes = run(bench.connector(tiny()).apply(&batch));
    let calls = bench.operations().len();
    let throttled: Vec<_> = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) if error.kind == ErrorKind::Throttled && error.retry_after.is_some()))
        .collect();
    assert!(throttled.len() > 4, "{outcomes:?}");
    assert!(calls < 16, "nothing is sent into an empty bucket: {calls}");
    let made = products(&bench.shopify).len();
    assert!((1..8).contains(&made), "{made}");
}

#[test]
fn a_missing_scope_stops_the_run() {
    let mut config = Config::default();
    config.scopes.remove("write_products");
    config.scopes.insert("read_products".into());
    let bench = Bench::new(config);
    let batch = [
        create("product", "1", json!({"title": "One"})),
        create("product", "2", json!({"title": "Two"})),
    ];
    for outcome in run(bench.connector(tiny()).apply(&batch)) {
        let WriteOutcome::Failed(error) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(error.kind, ErrorKind::Unauthorized);
        assert!(error.message.contains("write_products"), "{error}");
    }
}

#[test]
fn no_write_costs_more_than_it_may() {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    let connector = bench.connector(ShopifyOptions::default());
    let send = |batch: &[sync_core::Write]| {
        let outcomes = run(connector.apply(batch));
        let applied = outcomes.into_iter().map(|outcome| match outcome {
            WriteOutcome::Applied(applied) => *applied,
            other => panic!("{other:?}"),
        });
        applied.collect::<Vec<_>>()
    };
    let names: Vec<String> = (0..500).map(|n| format!("{n:03}")).collect();
    let kinds: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Red")).collect();
    let made = send(&[create("product", "1", shirt(&kinds))]).remove(0);
    let mut desired = shirt(&kinds);
    for variant in desired["variants"].as_array_mut().unwrap() {
        variant["price"] = json!("7.00");
    }
    let priced = send(&[update(&made.record, "1", desired.clone(), &made.children)]).remove(0);
    for variant in desired["variants"].as_array_mut().unwrap() {
        variant["selected_options"]["Colour"] = json!("Crimson");
    }
    desired.as_object_mut().unwrap().remove("attribute_lines");
    let done = send(&[update(&priced.record, "1", desired, &priced.children)]).remove(0);
    let variants = done.record.body["variants"].as_array().unwrap();
    let levels = variants.iter().enumerate().map(|(n, variant)| {
        let place = places[usize::from(n < 3)];
        let desired = json!({"variant_id": variant["id"], "location_id": place, "on_hand": 2});
        create("inventory", &n.to_string(), desired)
    });
    send(&levels.collect::<Vec<_>>());
    let line = mock_shopify::NewLine {
        variant_id: variants[5]["id"].as_i64(),
        quantity: 2,
        ..mock_shopify::NewLine::default()
    };
    let order = mock_shopify::NewOrder {
        lines: vec![line],
        ..mock_shopify::NewOrder::default()
    };
    let orders = [order.clone(), order].map(|order| bench.change(|store| store.place_order(order)));
    for (order, fields, units) in [
        (orders[0], json!({"note": "x"}), 2),
        (orders[1], json!({"cancelled": true}), 0),
    ] {
        let record = super::orders::read(&bench, order);
        send(&[super::orders::write(&record, fields, &[units])]);
    }
    let mut seen = std::collections::BTreeMap::new();
    for (request, response) in bench.exchanges() {
        let most: &mut f64 = seen.entry(operation(&request)).or_default();
        *most = most.max(requested(&response));
    }
    let writing = [
        "FulfillmentCreate",
        "InventorySet",
        "InventoryStock",
        "JobDone",
        "OrderCancel",
        "OrderNote",
        "OrderToShip",
        "ProductSet",
        "ProductWrite",
        "ProductsByHandle",
        "VariantItems",
    ];
    assert!(
        writing.iter().all(|name| seen.contains_key(*name)),
        "{:?}",
        seen.keys()
    );
    assert!(seen.values().all(|cost| *cost <= 800.0), "{seen:?}");
}
