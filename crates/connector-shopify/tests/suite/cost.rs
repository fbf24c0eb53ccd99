//! Points: what queries cost, and what happens when there are not enough of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use connector_shopify::{ShopifyConnector, ShopifyOptions};
use mock_shopify::{Config, NewProduct, RateLimit};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{Cursor, ErrorKind};
use wire::WireResponse;

use crate::orders::eventful;
use crate::world::{Bench, operation, run, simple, tiny, variant, walk};

const TYPES: [&str; 4] = ["product", "inventory", "order", "location"];

pub(crate) fn requested(response: &WireResponse) -> f64 {
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    body["extensions"]["cost"]["requestedQueryCost"].as_f64().unwrap()
}

/// Reads what changed since a walk.
fn changes(connector: &ShopifyConnector, record_type: &str) {
    let mut cursor: Option<Cursor> = None;
    let mark = loop {
        let page = run(connector.changes(&record_type.into(), cursor.as_ref(), 250)).unwrap();
        cursor = page.next;
        if cursor.is_none() {
            break page.mark;
        }
    };
    let mut cursor = mark;
    while let Some(at) = cursor {
        cursor = run(connector.changes(&record_type.into(), Some(&at), 250))
            .unwrap()
            .next;
    }
}

#[test]
fn no_query_costs_more_than_it_may() {
    let bench = eventful();
    let mut seen = std::collections::BTreeMap::new();
    // Pages as large as can be, and pages so small that every list is followed.
    let large = ShopifyOptions {
        page: 250,
        ..ShopifyOptions::default()
    };
    for options in [large, tiny()] {
        let connector = bench.connector(options);
        for record_type in TYPES {
            let records = run(walk(&connector, record_type, 250)).unwrap();
            let ids: Vec<String> = records.into_iter().map(|record| record.id).collect();
            run(connector.fetch(&record_type.into(), &ids)).unwrap();
            run(connector.count(&record_type.into(), sync_core::ports::Counted::default())).unwrap();
            changes(&connector, record_type);
        }
        for path in ["handle", "variants.*.sku"] {
            run(connector.find(&"product".into(), &path.parse().unwrap(), &["mug".into()])).unwrap();
        }
        for (request, response) in bench.exchanges() {
            let most: &mut f64 = seen.entry(operation(&request)).or_default();
            *most = most.max(requested(&response));
        }
    }
    assert_eq!(seen.len(), 23, "every document was sent: {:?}", seen.keys());
    assert!(seen.values().all(|cost| *cost <= 1000.0), "{seen:?}");
    assert!(
        seen.values().all(|cost| *cost <= 800.0),
        "with room for what was not measured: {seen:?}"
    );
}

/// A shop with a small bucket: products of 9 variants, read with small pages of variants.
fn poor(bucket: u32, products: usize) -> Bench {
    let bench = Bench::new(Config {
        rate_limit: RateLimit {
            bucket,
            restore_per_second: 10,
        },
        ..Config::default()
    });
    let sizes: Vec<String> = (0..9).map(|n| n.to_string()).collect();
    for n in 0..products {
        let variants = sizes
            .iter()
            .map(|size| variant(&[size], "1", size, &[]))
            .collect();
        bench.change(|store| {
            store.add_product(NewProduct {
                title: format!("P{n}"),
                options: vec![("Size".into(), sizes.clone())],
                variants,
                ..NewProduct::default()
            })
        });
    }
    bench
}

#[test]
fn a_small_bucket_makes_a_walk_slow_but_not_endless() {
    for bucket in [100, 150, 300] {
        let bench = poor(bucket, 12);
        let connector = bench.connector(ShopifyOptions {
            nested: Some(4),
            ..ShopifyOptions::default()
        });
        let (mut seen, mut cursor, mut in_a_row) = (Vec::new(), None, 0);
        loop {
            match run(connector.changes(&"product".into(), cursor.as_ref(), 10)) {
                Ok(page) => {
                    in_a_row = 0;
                    seen.extend(page.records.into_iter().map(|record| record.label));
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                Err(error) => {
                    assert_eq!(
                        (error.kind, error.code.as_str()),
                        (ErrorKind::Throttled, "throttled")
                    );
                    bench.pass(error.retry_after.unwrap());
                    in_a_row += 1;
                    assert!(in_a_row <= 4, "a run gives up after four failures: {bucket}");
                }
            }
        }
        assert_eq!(seen, (0..12).map(|n| format!("P{n}")).collect::<Vec<_>>());
        let left = connector.bucket().unwrap();
        assert!(
            left.maximum == f64::from(bucket) && left.restore_rate == 10.0 && left.available < left.maximum
        );
    }
}

#[test]
fn a_throttled_call_says_when_to_come_back_and_tries_nothing() {
    let bench = poor(150, 30);
    let connector = bench.connector(ShopifyOptions::default());
    assert_eq!(connector.bucket(), None);
    let first = run(connector.changes(&"product".into(), None, 10)).unwrap();
    let available = connector.bucket().unwrap().available;
    bench.exchanges();
    let error = run(connector.changes(&"product".into(), first.next.as_ref(), 10)).unwrap_err();
    let exchanges = bench.exchanges();
    assert_eq!((exchanges.len(), error.kind), (1, ErrorKind::Throttled));
    let missing = requested(&exchanges[0].1) - available;
    assert_eq!(error.retry_after, Some(Duration::from_secs_f64(missing / 10.0)));
    bench.pass(error.retry_after.unwrap());
    let second = run(connector.changes(&"product".into(), first.next.as_ref(), 10)).unwrap();
    assert_eq!(second.records.len(), 10);
}

#[test]
fn a_query_that_is_too_dear_is_halved_until_it_is_not() {
    let bench = Bench::unlimited();
    for n in 0..20 {
        bench.change(|store| store.add_product(simple(&format!("P{n}"), "1", &[])));
    }
    let refused = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&refused);
    bench.change_answers(move |request, response| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let size = |name: &str| body["variables"][name].as_u64().unwrap_or(1);
        if size("first") * size("many") > 30 || body["variables"]["ids"].as_array().is_some_and(|ids| ids.len() > 5) {
            counter.fetch_add(1, SeqCst);
            let error = json!({"message": "Query cost is 2003, which exceeds the single query max cost limit (1000).",
                "extensions": {"code": "MAX_COST_EXCEEDED", "cost": 2003, "maxCost": 1000}});
            *response = WireResponse::new(200).with_body(json!({"errors": [error]}).to_string());
        }
    });
    let connector = bench.connector(ShopifyOptions::default());
    let records = run(walk(&connector, "product", 8)).unwrap();
    assert_eq!(records.len(), 20);
    assert!(refused.load(SeqCst) > 0);
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    assert_eq!(run(connector.fetch(&"product".into(), &ids)).unwrap(), records);
}

#[test]
fn a_query_that_is_always_too_dear_is_refused() {
    let bench = Bench::unlimited();
    let error = json!({"message": "Query cost is 2003.", "extensions": {"code": "MAX_COST_EXCEEDED"}});
    let body = json!({"errors": [error]}).to_string();
    bench.change_answers(move |_, response| *response = WireResponse::new(200).with_body(body.clone()));
    let connector = bench.connector(ShopifyOptions::default());
    for record_type in TYPES {
        let error = run(connector.changes(&record_type.into(), None, 50)).unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_str()),
            (ErrorKind::Rejected, "query_too_dear")
        );
        let error = run(connector.fetch(&record_type.into(), &["1".into(), "1@2".into()])).unwrap_err();
        assert_eq!(error.code, "query_too_dear");
    }
    let most = bench.exchanges().len();
    assert!(most < 100, "{most} attempts");
}

#[test]
fn the_bucket_may_be_smaller_than_a_usual_query() {
    let bench = poor(60, 30);
    let connector = bench.connector(ShopifyOptions::default());
    let mut labels = Vec::new();
    let mut cursor = None;
    loop {
        match run(connector.changes(&"product".into(), cursor.as_ref(), 50)) {
            Ok(page) => {
                labels.extend(page.records.into_iter().map(|record| record.label));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            Err(error) => bench.pass(error.retry_after.unwrap()),
        }
    }
    assert_eq!(labels.len(), 30);
}
