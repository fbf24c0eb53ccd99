//! Products: lost answers at every call.

use serde_json::json;
use sync_core::{Directive, WriteOutcome};
use wire::{Fault, FaultRule, WireResponse};

use super::{FOUR, create, done, products, send, shirt, update, variants};
use crate::world::Bench;

fn faults() -> Vec<Fault> {
    vec![
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::Reject(WireResponse::new(503)),
        Fault::Reject(WireResponse::new(429).with_header("Retry-After", "2.0")),
        Fault::Truncated(20),
    ]
}

#[test]
fn a_product_is_made_once_whatever_is_lost() {
    for fault in faults() {
        for call in 0.. {
            let bench = Bench::unlimited();
            let write = create("product", "12", shirt(&FOUR));
            bench.script(FaultRule::new(fault.clone(), |_| true).skip(call));
            let outcome = send(&bench, &write);
            if bench.wire.rules_left() > 0 {
                assert!(call >= 3, "several calls are made");
                break;
            }
            let (WriteOutcome::Failed(error) | WriteOutcome::Unknown(error)) = outcome else {
                panic!("{fault:?} at call {call}: {outcome:?}");
            };
            assert_eq!(error.kind.directive(), Directive::Retry, "{error}");
            let applied = done(&bench, &write);
            assert_eq!(applied.children.len(), 4);
            assert_eq!(products(&bench.shopify).len(), 1, "{fault:?} at call {call}");
            assert_eq!(variants(&bench.shopify).len(), 4);
        }
    }
}

#[test]
fn a_lost_answer_of_a_call_that_writes_is_unknown() {
    let bench = Bench::unlimited();
    let write = create("product", "12", shirt(&FOUR));
    bench.script(FaultRule::on_text(Fault::LostAfter, "mutation ProductSet"));
    assert!(matches!(send(&bench, &write), WriteOutcome::Unknown(_)));
    bench.script(FaultRule::on_text(Fault::LostAfter, "query ProductsByHandle"));
    assert!(matches!(send(&bench, &write), WriteOutcome::Failed(_)));
    done(&bench, &write);
    assert_eq!(products(&bench.shopify).len(), 1);
}

#[test]
fn a_change_is_completed_whatever_is_lost() {
    for fault in faults() {
        for renames in [false, true] {
            for call in 0.. {
                let bench = Bench::unlimited();
                let made = done(&bench, &create("product", "12", shirt(&FOUR)));
                let mut kinds = FOUR.to_vec();
                if renames {
                    kinds[0].0 = "Small";
                    kinds[1].0 = "Small";
                }
                kinds.push(("XL", "Red"));
                let mut desired = shirt(&kinds);
                desired["title"] = json!("New");
                desired["variants"][2]["price"] = json!("30");
                let write = update(&made.record, "12", desired, &made.children);
                bench.script(FaultRule::new(fault.clone(), |_| true).skip(call));
                let outcome = send(&bench, &write);
                if bench.wire.rules_left() > 0 {
                    break;
                }
                assert!(!matches!(outcome, WriteOutcome::Applied(_)), "{outcome:?}");
                let applied = done(&bench, &write);
                assert_eq!(applied.record.body["title"], "New");
                assert_eq!(applied.record.body["variants"][2]["price"], "30.00");
                assert_eq!(variants(&bench.shopify).len(), 5, "{fault:?} at call {call}");
                assert_eq!(applied.children[..4], made.children[..]);
                assert_eq!(products(&bench.shopify).len(), 1);
            }
        }
    }
}
