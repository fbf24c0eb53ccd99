//! The answer to any one call is lost after Odoo carried it out: in the end everything is there once.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::json;
use wire::{Fault, FaultRule, FaultyTransport, Transport, WireRequest};

use crate::small::{MUG, SHIRT_S, Small};

type Faulty = Arc<FaultyTransport<Arc<dyn Transport>>>;

/// A small world whose connection to Odoo can be made to fail.
fn fragile() -> (Small, Faulty) {
    let mut faulty: Option<Faulty> = None;
    let small = Small::behind(|inner| {
        let transport = Arc::new(FaultyTransport::new(inner, Arc::new(|_| Box::pin(async {}))));
        faulty = Some(Arc::clone(&transport));
        transport
    });
    (small, faulty.unwrap())
}

fn changes_something(request: &WireRequest) -> bool {
    let body = String::from_utf8_lossy(&request.body);
    let reads = [
        "search_read",
        "\"read\"",
        "fields_get",
        "search_count",
        "authenticate",
        "get_external_id",
    ];
    !reads.iter().any(|read| body.contains(read))
}

#[test]
fn no_order_is_doubled_whichever_answer_is_lost() {
    let mut lost = 0;
    loop {
        let (small, faulty) = fragile();
        small.sync("products");
        small.sync("inventory");
        let order = small.order(&[(SHIRT_S, 3), (MUG, 2)]);
        small.ship(order, &[(0, 1)]);
        faulty.script(FaultRule::new(Fault::LostAfter, changes_something).skip(lost));
        small.sync("orders");
        if faulty.rules_left() > 0 {
            break;
        }
        let shown = small.the_order(order);
        assert_eq!(shown["state"], "sale", "after answer {lost}");
        let quantities: Vec<Decimal> = small.lines(&shown).into_iter().map(|line| line.1).collect();
        assert_eq!(quantities, [3, 2, 1].map(Decimal::from), "after answer {lost}");
        assert_eq!(
            (small.open_demand(SHIRT_S), small.open_demand(MUG)),
            (Decimal::TWO, Decimal::TWO),
            "after answer {lost}"
        );
        let pickings = small
            .world
            .rows("stock.picking", json!([["sale_id", "!=", false]]), &["state"]);
        assert_eq!(pickings.len(), 1, "after answer {lost}");
        let partners = small
            .world
            .rows("res.partner", json!([["email", "=", "ada@example.com"]]), &["id"]);
        assert_eq!(partners.len(), 1, "after answer {lost}");
        lost += 1;
    }
    assert!(lost >= 5, "{lost} calls change something");
}

#[test]
fn no_level_goes_wrong_whichever_answer_is_lost() {
    let mut lost = 0;
    loop {
        let (small, faulty) = fragile();
        small.sync("products");
        faulty.script(FaultRule::new(Fault::LostAfter, changes_something).skip(lost));
        small.sync("inventory");
        if faulty.rules_left() > 0 {
            break;
        }
        for at in [SHIRT_S, MUG] {
            assert_eq!(small.in_odoo(at), Decimal::from(20), "after answer {lost}");
        }
        lost += 1;
    }
    assert!(lost >= 2, "{lost} calls change something");
}

#[test]
fn an_answer_that_is_no_answer_is_asked_for_again() {
    for fault in [
        Fault::Html(502),
        Fault::Truncated(20),
        Fault::LostBefore,
        Fault::Html(200),
    ] {
        let (small, faulty) = fragile();
        small.sync("products");
        let order = small.order(&[(MUG, 2)]);
        faulty.script(FaultRule::on_text(fault.clone(), "action_confirm"));
        small.sync("orders");
        assert_eq!(faulty.rules_left(), 0);
        assert_eq!(small.the_order(order)["state"], "sale", "{fault:?}");
    }
}
