//! Stock levels that are set while goods move.

use std::sync::{Arc, Mutex};

use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::{ConnectorError, ErrorKind, Record, Write, WriteOutcome};
use wire::{Fault, FaultRule, WireRequest};

use crate::shop::Shop;

/// The write that brings the first product's level in the first warehouse from what it shows to this.
fn set(shop: &Shop, quantity: &str) -> Write {
    let current = level(shop);
    Write {
        idempotency_key: "set".to_owned(),
        record_type: "inventory".into(),
        source_id: "1@1".to_owned(),
        label: "Widget".to_owned(),
        target_id: Some(current.id.clone()),
        current: Some(current),
        desired: json!({
            "product_id": shop.goods[0], "warehouse_id": shop.warehouses[0], "quantity": quantity,
        }),
        changes: Vec::new(),
        children: Vec::new(),
        removed: Vec::new(),
        source: Value::Null,
    }
}

fn level(shop: &Shop) -> Record {
    shop.bench.fetch("inventory", &[shop.level(1)]).remove(0)
}

fn quantity(record: &Record) -> Decimal {
    decimal_of(&record.body["quantity"]).unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn refused(outcome: WriteOutcome) -> ConnectorError {
    match outcome {
        WriteOutcome::Failed(error) => error,
        other => panic!("{other:?}"),
    }
}

/// Delivers an order over three the moment that the `n`-th call to this method of quants goes out, and answers the
/// outcome of a write that set the level to 120 meanwhile.
fn sold_before(shop: &Arc<Shop>, method: &'static str) -> WriteOutcome {
    let write = set(shop, "120");
    let order = Mutex::new(Some(shop.order(3)));
    let seller = Arc::clone(shop);
    let meanwhile = move |request: &WireRequest| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let args = &body["params"]["args"];
        if args[3] == "stock.quant"
            && args[4] == method
            && let Some(order) = order.lock().unwrap().take()
        {
            seller.deliver(order);
        }
        false
    };
    shop.bench.script(FaultRule::new(Fault::LostBefore, meanwhile));
    shop.bench.outcomes(&[write]).remove(0)
}

#[test]
fn a_level_is_set() {
    let shop = Shop::new();
    for wanted in ["120", "0.3", "0.1", "0", "7"] {
        let done = shop.bench.write(&set(&shop, wanted));
        assert_eq!(quantity(&done.record), dec(wanted));
        assert_eq!(level(&shop), done.record);
    }
}

#[test]
fn goods_on_shelves_stay_there() {
    let shop = Shop::new();
    let shelf = json!([{"name": "Shelf", "location_id": shop.stock, "usage": "internal"}]);
    let shelf = shop
        .bench
        .call("stock.location", "create", &shelf)
        .as_i64()
        .unwrap();
    shop.lay(shop.goods[0], shelf, 30);
    assert_eq!(quantity(&level(&shop)), dec("130"));
    let done = shop.bench.write(&set(&shop, "125"));
    assert_eq!(quantity(&done.record), dec("125"));
    let domain = json!([["product_id", "=", shop.goods[0]], ["location_id", "=", shelf]]);
    let left = shop.bench.rows("stock.quant", &domain, &["quantity"]);
    assert_eq!(left[0]["quantity"], 30.0);
}

#[test]
fn a_sale_since_the_comparison_is_not_undone() {
    let shop = Shop::new();
    let write = set(&shop, "120");
    let order = shop.order(3);
    shop.deliver(order);
    let error = refused(shop.bench.outcomes(&[write]).remove(0));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Contention, "stock_moved")
    );
    assert_eq!(quantity(&level(&shop)), dec("97"));
}

#[test]
fn a_sale_between_two_calls_is_not_undone() {
    for method in ["create", "action_apply_inventory"] {
        let shop = Arc::new(Shop::new());
        let error = refused(sold_before(&shop, method));
        assert_eq!(
            (error.kind, error.code.as_str()),
            (ErrorKind::Contention, "stock_moved"),
            "{method}"
        );
        assert_eq!(quantity(&level(&shop)), dec("97"), "{method}");
        let domain = json!([["inventory_quantity_set", "=", true]]);
        assert_eq!(
            shop.bench.count("stock.quant", &domain),
            0,
            "no count is left to be applied"
        );
        // Planned anew, it goes through.
        assert_eq!(quantity(&shop.bench.write(&set(&shop, "117")).record), dec("117"));
    }
}

#[test]
fn a_neighbour_is_set_all_the_same() {
    let shop = Shop::new();
    let moved = set(&shop, "120");
    let mut other = set(&shop, "55");
    other.current = None;
    other.desired["product_id"] = json!(shop.goods[1]);
    let order = shop.order(3);
    shop.deliver(order);
    let mut outcomes = shop.bench.outcomes(&[moved, other]);
    assert!(matches!(outcomes.remove(1), WriteOutcome::Applied(done) if quantity(&done.record) == dec("55")));
    assert_eq!(refused(outcomes.remove(0)).kind, ErrorKind::Contention);
}

#[test]
fn a_sale_right_after_is_a_change_of_its_own() {
    let shop = Arc::new(Shop::new());
    let write = set(&shop, "120");
    let order = Mutex::new(Some(shop.order(3)));
    let seller = Arc::clone(&shop);
    let applied = Mutex::new(false);
    let meanwhile = move |request: &WireRequest| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let mut applied = applied.lock().unwrap();
        if *applied && let Some(order) = order.lock().unwrap().take() {
            seller.deliver(order);
        }
        *applied |= body["params"]["args"][4] == "action_apply_inventory";
        false
    };
    shop.bench.script(FaultRule::new(Fault::LostBefore, meanwhile));
    match shop.bench.outcomes(&[write]).remove(0) {
        WriteOutcome::Applied(done) => {
            assert_eq!(quantity(&done.record), dec("120"), "both sides agreed on it");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        quantity(&level(&shop)),
        dec("117"),
        "and this is what changed since"
    );
}

#[test]
fn what_is_not_storable_has_no_level() {
    let shop = Shop::new();
    let write = set(&shop, "120");
    shop.lay(shop.goods[0], shop.stock, 0);
    let template = shop.bench.rows(
        "product.product",
        &json!([["id", "=", shop.goods[0]]]),
        &["product_tmpl_id"],
    );
    let values = json!([[template[0]["product_tmpl_id"][0]], {"is_storable": false}]);
    shop.bench.call("product.template", "write", &values);
    assert_eq!(shop.bench.fetch("inventory", &[shop.level(1)]), Vec::new());
    let error = refused(shop.bench.outcomes(&[write]).remove(0));
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Rejected, "not_storable")
    );
}

#[test]
fn a_level_survives_every_lost_call() {
    for fault in [Fault::LostBefore, Fault::LostAfter] {
        for skip in 0.. {
            let shop = Shop::new();
            let write = set(&shop, "120");
            shop.bench
                .script(FaultRule::new(fault.clone(), |_| true).skip(skip));
            let outcome = shop.bench.outcomes(std::slice::from_ref(&write)).remove(0);
            if shop.bench.wire.rules_left() > 0 {
                assert!(skip > 3, "a level takes some calls");
                break;
            }
            if !matches!(outcome, WriteOutcome::Applied(_)) {
                shop.bench.write(&write);
            }
            assert_eq!(quantity(&level(&shop)), dec("120"), "{fault:?} {skip}");
        }
    }
}
