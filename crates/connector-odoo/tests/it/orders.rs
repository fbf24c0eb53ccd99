//! Orders after they were made: what is delivered, changed, cancelled.

use serde_json::{Value, json};
use sync_core::{ErrorKind, Record, WriteOutcome};

use crate::sales::{Sale, difference, sold};
use crate::shop::Shop;

fn quantities(record: &Record) -> Value {
    sold(record)
        .iter()
        .map(|line| json!([line["product_uom_qty"], line["price_unit"], line["qty_delivered"]]))
        .collect()
}

fn order(shop: &Shop, id: &str) -> Record {
    shop.bench.fetch("order", &[id.to_owned()]).remove(0)
}

#[test]
fn a_delivery_comes_with_its_tracking_reference() {
    let shop = Shop::new();
    let made = shop.bench.write(&Sale::of(1, &shop.goods).create());
    assert_eq!(made.record.body["deliveries"], json!([]));
    assert_eq!(made.record.body["cancelled"], false);
    let id: i64 = made.record.id.parse().unwrap();
    let picking = shop.pickings(id)[0];
    shop.deliver(id);
    let reference = json!([[picking], {"carrier_tracking_ref": " RR123 "}]);
    shop.bench.call("stock.picking", "write", &reference);
    let shown = order(&shop, &made.record.id);
    assert_eq!(
        shown.body["deliveries"],
        json!([{
            "id": picking, "name": "WH/OUT/00001", "tracking": "RR123", "carrier": null,
            "done_at": "2026-11-23T09:00:00Z",
        }])
    );
    assert_eq!(quantities(&shown), json!([[2.0, 10.5, 2.0], [2.0, 10.5, 2.0]]));
}

#[test]
fn the_part_that_is_not_delivered_is_changed_and_keeps_its_price() {
    let shop = Shop::new();
    let mut sale = Sale::of(1, &shop.goods);
    sale.lines[0].price = "7.25";
    let made = shop.bench.write(&sale.create());
    let id: i64 = made.record.id.parse().unwrap();
    shop.deliver(id);

    // More of the first, and none the less of the second.
    sale.lines[0].quantity = 5;
    let delivered = Shop::applied(&made, order(&shop, &made.record.id));
    let update = sale.update(&delivered);
    let more = shop.bench.write(&update);
    assert_eq!(difference(&update.desired, &more.record), None);
    assert_eq!(
        quantities(&more.record),
        json!([[5.0, 7.25, 2.0], [2.0, 10.5, 2.0]])
    );
    let open: Vec<&Value> = sold(&more.record).iter().map(|line| &line["to_ship"]).collect();
    assert_eq!(open, ["3", "0"]);

    // A part of what is open goes again.
    sale.lines[0].quantity = 3;
    let update = sale.update(&more);
    let less = shop.bench.write(&update);
    assert_eq!(
        quantities(&less.record),
        json!([[3.0, 7.25, 2.0], [2.0, 10.5, 2.0]])
    );
}

#[test]
fn a_delivered_part_is_never_lowered() {
    let shop = Shop::new();
    let mut sale = Sale::of(1, &shop.goods);
    let made = shop.bench.write(&sale.create());
    let id: i64 = made.record.id.parse().unwrap();
    shop.deliver(id);
    let delivered = Shop::applied(&made, order(&shop, &made.record.id));
    let before = delivered.record.clone();

    let refused = |sale: &Sale| match shop.bench.outcomes(&[sale.update(&delivered)]).remove(0) {
        WriteOutcome::Failed(error) => error,
        other => panic!("{other:?}"),
    };
    sale.lines[0].quantity = 1;
    let error = refused(&sale);
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Dependency, "needs_return")
    );
    assert!(error.message.contains("2 are delivered"), "{}", error.message);
    sale.lines.remove(0);
    assert_eq!(refused(&sale).code, "needs_return");
    assert_eq!(order(&shop, &made.record.id), before, "nothing was written");
}

#[test]
fn what_an_update_leaves_out_stays_as_it_is() {
    let shop = Shop::new();
    let mut sale = Sale::of(1, &shop.goods);
    let made = shop.bench.write(&sale.create());
    // Odoo's people change quantity and price of a line.
    let line = sold(&made.record)[1]["id"].as_i64().unwrap();
    let edit = json!([[line], {"product_uom_qty": 4, "price_unit": 9}]);
    shop.bench.call("sale.order.line", "write", &edit);
    let edited = Shop::applied(&made, order(&shop, &made.record.id));

    "on the roof".clone_into(&mut sale.note);
    sale.lines[0].quantity = 3;
    let mut update = sale.update(&edited);
    for field in [
        "amount_total",
        "amount_tax",
        "cancelled",
        "tax_included",
        "date_order",
    ] {
        update.desired.as_object_mut().unwrap().remove(field);
    }
    let lines = update.desired["order_line"].as_array_mut().unwrap();
    for field in ["product_uom_qty", "price_unit", "tax_id", "name", "to_ship"] {
        lines[1].as_object_mut().unwrap().remove(field);
    }
    let done = shop.bench.write(&update);
    assert_eq!(
        quantities(&done.record),
        json!([[3.0, 10.5, 0.0], [4.0, 9.0, 0.0]])
    );
    assert_eq!(done.record.body["note"], "<p>on the roof</p>");

    // A line that the document does not name at all is none that goes.
    update.current = Some(done.record);
    update.desired["order_line"].as_array_mut().unwrap().pop();
    let done = shop.bench.write(&update);
    assert_eq!(
        quantities(&done.record),
        json!([[3.0, 10.5, 0.0], [4.0, 9.0, 0.0]])
    );
}

#[test]
fn a_cancelled_order_says_so_and_gives_its_goods_back() {
    let shop = Shop::new();
    let mut sale = Sale::of(1, &shop.goods);
    let made = shop.bench.write(&sale.create());
    let level = |shop: &Shop| {
        let level = shop.bench.fetch("inventory", &[shop.level(1)]).remove(0);
        [
            level.body["quantity"].clone(),
            level.body["reserved_quantity"].clone(),
        ]
    };
    assert_eq!(level(&shop), ["100", "2"]);
    sale.cancelled = true;
    let done = shop.bench.write(&sale.update(&made));
    assert_eq!(done.record.body["cancelled"], true);
    assert_eq!(level(&shop), ["100", "0"]);
}
