//! What goes wrong on the way, in the middle of a walk.

use connector_shopify::ShopifyOptions;
use mock_shopify::NewProduct;
use sync_core::ErrorKind;
use sync_core::ports::Connector as _;
use wire::{Fault, FaultRule, WireResponse};

use crate::world::{Bench, run, simple, tiny, variant, walk};

fn world() -> Bench {
    let bench = Bench::unlimited();
    for n in 0..3 {
        bench.change(|store| store.add_product(simple(&format!("P{n}"), "1", &[])));
    }
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Shirt".into(),
            options: vec![("Size".into(), vec!["S".into(), "M".into()])],
            variants: vec![variant(&["S"], "1", "S", &[]), variant(&["M"], "1", "M", &[])],
            ..NewProduct::default()
        })
    });
    bench
}

fn faults() -> Vec<(Fault, ErrorKind)> {
    vec![
        (Fault::LostBefore, ErrorKind::Network),
        (Fault::LostAfter, ErrorKind::Network),
        (Fault::Truncated(0), ErrorKind::Protocol),
        (Fault::Truncated(300), ErrorKind::Protocol),
        (Fault::Html(200), ErrorKind::Protocol),
        (Fault::Html(502), ErrorKind::Unavailable),
        (Fault::Reject(WireResponse::new(503)), ErrorKind::Unavailable),
        (Fault::Reject(WireResponse::new(429)), ErrorKind::Throttled),
    ]
}

#[test]
fn a_read_fails_with_its_kind_and_can_be_repeated() {
    for (fault, kind) in faults() {
        let bench = world();
        let connector = bench.connector(ShopifyOptions::default());
        bench.script(FaultRule::new(fault.clone(), |_| true));
        let error = run(connector.changes(&"product".into(), None, 10)).unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}: {error}");
        assert_eq!(run(walk(&connector, "product", 10)).unwrap().len(), 4);
    }
}

#[test]
fn what_was_read_before_a_fault_is_given() {
    for (fault, kind) in faults() {
        let bench = world();
        let connector = bench.connector(ShopifyOptions {
            nested: Some(1),
            ..ShopifyOptions::default()
        });
        bench.script(FaultRule::on_text(fault.clone(), "query ProductVariants").times(2));
        let first = run(connector.changes(&"product".into(), None, 10)).unwrap();
        assert_eq!(first.records.len(), 3, "the shirt's second variant was lost");
        let error = run(connector.changes(&"product".into(), first.next.as_ref(), 10)).unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}");
        let last = run(connector.changes(&"product".into(), first.next.as_ref(), 10)).unwrap();
        assert_eq!((last.records.len(), last.next), (1, None));
        assert_eq!(last.records[0].label, "Shirt");
    }
}

#[test]
fn a_lasting_fault_is_not_hidden_by_what_was_read() {
    let bench = world();
    let connector = bench.connector(ShopifyOptions {
        nested: Some(1),
        ..ShopifyOptions::default()
    });
    let refused = Fault::Reject(WireResponse::new(403));
    bench.script(FaultRule::on_text(refused, "query ProductVariants"));
    let error = run(connector.changes(&"product".into(), None, 10)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
}

#[test]
fn a_walk_through_a_bad_line_loses_nothing() {
    let bench = world();
    let connector = bench.connector(tiny());
    let whole = run(walk(&connector, "product", 10)).unwrap();
    let requests = bench.exchanges().len();
    for at in 0..requests {
        for (fault, _) in faults() {
            bench.script(FaultRule::new(fault, |_| true).skip(at));
            let mut records = Vec::new();
            let (mut cursor, mut failed) = (None, 0);
            loop {
                match run(connector.changes(&"product".into(), cursor.as_ref(), 10)) {
                    Ok(page) => {
                        records.extend(page.records);
                        cursor = page.next;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    Err(_) => failed += 1,
                }
            }
            assert!(failed <= 1);
            assert_eq!(records, whole);
            // A fault that was not reached must not hit the next round.
            while bench.wire.rules_left() > 0 {
                let _ = run(connector.changes(&"location".into(), None, 1));
            }
        }
    }
}
