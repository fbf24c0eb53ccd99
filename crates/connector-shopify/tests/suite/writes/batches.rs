//! Batches: writes do not depend on each other.

use mock_shopify::{Config, RateLimit};
use serde_json::json;
use sync_core::ports::Connector as _;
use sync_core::{ErrorKind, WriteOutcome};

use super::{FOUR, create, products, shirt};
use crate::world::{Bench, run, tiny};

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
