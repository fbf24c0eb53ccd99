//! Writing, which there is none of yet.

use connector_shopify::ShopifyOptions;
use serde_json::json;
use sync_core::ports::Connector as _;
use sync_core::{ErrorKind, Write, WriteOutcome};

use crate::world::{Bench, run};

#[test]
fn every_write_is_refused_before_anything_is_sent() {
    let bench = Bench::unlimited();
    let connector = bench.connector(ShopifyOptions::default());
    let write = |record_type: &str| Write {
        idempotency_key: "key".into(),
        record_type: record_type.into(),
        source_id: "1".into(),
        label: "one".into(),
        target_id: None,
        current: None,
        desired: json!({}),
        changes: Vec::new(),
        children: Vec::new(),
        removed: Vec::new(),
        source: json!({}),
    };
    let batch = ["product", "inventory", "order", "x"].map(write);
    let outcomes = run(connector.apply(&batch));
    assert_eq!(outcomes.len(), batch.len());
    for outcome in outcomes {
        let WriteOutcome::Failed(error) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(
            (error.kind, error.code.as_str()),
            (ErrorKind::Rejected, "not_supported")
        );
    }
    assert_eq!(bench.operations(), Vec::<String>::new());
}
