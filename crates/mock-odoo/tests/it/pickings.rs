//! Transfers: delivered in full, in part, not at all.

use serde_json::{Value, json};

use crate::client::Client;

/// A confirmed order over five widgets and two gadgets, ten of each in stock: order, picking, the two products.
fn sold(client: &Client) -> (i64, i64, i64, i64) {
    let customer = client.create("res.partner", json!({"name": "Grace Hopper"}));
    let (widget, gadget) = (
        client.goods("Widget", "W-1", 30.0),
        client.goods("Gadget", "G-1", 40.0),
    );
    client.stock(widget, 8, 10.0);
    client.stock(gadget, 8, 10.0);
    let vals = json!({"partner_id": customer, "order_line": [
        [0, 0, {"product_id": widget, "product_uom_qty": 5}], [0, 0, {"product_id": gadget, "product_uom_qty": 2}]]});
    let order = client.create("sale.order", vals);
    client.call("sale.order", "action_confirm", json!([[order]]));
    let picking = client.read("sale.order", order, "picking_ids")[0]
        .as_i64()
        .unwrap();
    (order, picking, widget, gadget)
}

fn moves(client: &Client, picking: i64) -> Vec<Value> {
    let fields = ["product_uom_qty", "quantity", "picked", "state"];
    client.search_read("stock.move", json!([["picking_id", "=", picking]]), &fields)
}

#[test]
fn a_transfer_shows_what_it_reserved() {
    let client = Client::new();
    let (order, picking, widget, _) = sold(&client);
    let fields = [
        "product_id",
        "product_uom_qty",
        "quantity",
        "picked",
        "state",
        "sale_line_id",
        "picking_id",
        "forecast_availability",
        "display_name",
    ];
    let found = client.search_read(
        "stock.move",
        json!([["sale_line_id.order_id", "=", order]]),
        &fields,
    );
    assert_eq!(found[0]["product_id"], json!([widget, "[W-1] Widget"]));
    assert_eq!(
        (
            &found[0]["quantity"],
            &found[0]["picked"],
            &found[0]["state"],
            &found[0]["forecast_availability"]
        ),
        (&json!(5.0), &json!(false), &json!("assigned"), &json!(5.0))
    );
    assert_eq!(
        found[0]["sale_line_id"][1],
        "S00001 - [W-1] Widget (Grace Hopper)"
    );
    assert_eq!(found[0]["display_name"], "S00001/W-1: Stock>Customers");
    let fields = ["quantity", "location_id", "location_dest_id", "lot_id"];
    let lines = client.search_read("stock.move.line", json!([["picking_id", "=", picking]]), &fields);
    assert_eq!(
        (
            &lines[0]["quantity"],
            &lines[0]["location_id"],
            &lines[0]["location_dest_id"],
            &lines[0]["lot_id"]
        ),
        (
            &json!(5.0),
            &json!([8, "WH/Stock"]),
            &json!([5, "Partners/Customers"]),
            &json!(false)
        )
    );
    assert_eq!(
        client.call("stock.picking", "action_assign", json!([[picking]])),
        true
    );
    assert_eq!(
        client.call("stock.picking", "do_unreserve", json!([[picking]])),
        Value::Null
    );
    assert_eq!(client.read("product.product", widget, "free_qty"), 10.0);
    assert_eq!(client.read("stock.picking", picking, "state"), "confirmed");
}

#[test]
fn a_full_delivery_moves_everything_in_one_call() {
    let client = Client::new();
    let (order, picking, widget, gadget) = sold(&client);
    client.wait(60);
    let answer = client.xml("stock.picking", "button_validate", &[picking], &[]);
    assert!(answer.contains("<value><boolean>1</boolean></value>"), "{answer}");
    let done = client.reads("stock.picking", picking, &["state", "date_done"]);
    assert_eq!(done["state"], "done");
    let row = client.reads(
        "sale.order",
        order,
        &["delivery_status", "effective_date", "invoice_status"],
    );
    assert_eq!(
        row,
        json!({"delivery_status": "full", "effective_date": done["date_done"], "invoice_status": "to invoice"})
    );
    let domain = json!([["order_id", "=", order]]);
    let lines = client.search_read("sale.order.line", domain, &["qty_delivered", "qty_to_invoice"]);
    assert_eq!(
        (&lines[0]["qty_delivered"], &lines[0]["qty_to_invoice"]),
        (&json!(5.0), &json!(5.0))
    );
    for (product, left) in [(widget, 5.0), (gadget, 8.0)] {
        assert_eq!(
            client.reads("product.product", product, &["qty_available", "free_qty"]),
            json!({"qty_available": left, "free_qty": left})
        );
    }
    assert!(
        moves(&client, picking)
            .iter()
            .all(|m| m["picked"] == true && m["state"] == "done")
    );
    let again = client.fail("stock.picking", "button_validate", json!([[picking]]));
    assert_eq!(
        again.message,
        "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities."
    );
    let failed = client.fail("stock.picking", "action_cancel", json!([[picking]]));
    assert_eq!(
        failed.message,
        "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to reverse the moves \
         which took place."
    );
    let lower = json!([[lines[0]["id"]], {"product_uom_qty": 3}]);
    assert_eq!(
        client.fail("sale.order.line", "write", lower).class,
        "odoo.exceptions.UserError"
    );
    // More of what was delivered goes into a transfer of its own.
    client.call(
        "sale.order.line",
        "write",
        json!([[lines[0]["id"]], {"product_uom_qty": 6}]),
    );
    let row = client.reads("sale.order", order, &["delivery_status", "picking_ids"]);
    assert_eq!(
        (
            &row["delivery_status"],
            row["picking_ids"].as_array().unwrap().len()
        ),
        (&json!("partial"), 2)
    );
}

#[test]
fn a_part_asks_for_a_back_order() {
    let client = Client::new();
    let (order, picking, ..) = sold(&client);
    let first = moves(&client, picking)[0]["id"].clone();
    client.call(
        "stock.move",
        "write",
        json!([[first], {"quantity": 2, "picked": true}]),
    );
    let window = client.call("stock.picking", "button_validate", json!([[picking]]));
    let context = json!({"button_validate_picking_ids": [picking], "default_show_transfers": false,
        "default_pick_ids": [[4, picking]]});
    assert_eq!(
        window,
        json!({"name": "Create Backorder?", "type": "ir.actions.act_window", "view_mode": "form",
            "res_model": "stock.backorder.confirmation", "views": [[891, "form"]], "view_id": 891, "target": "new",
            "context": context})
    );
    assert_eq!(client.read("stock.picking", picking, "state"), "assigned");
    let vals = json!([{"pick_ids": [[4, picking]]}]);
    let wizard = client.call_in(context.clone(), "stock.backorder.confirmation", "create", vals);
    let answer = client.call_in(
        context,
        "stock.backorder.confirmation",
        "process",
        json!([[wizard]]),
    );
    assert_eq!(answer, true);
    let rest = client.search_read(
        "stock.picking",
        json!([["backorder_id", "=", picking]]),
        &["name", "state", "origin", "sale_id"],
    );
    assert_eq!(
        (&rest[0]["name"], &rest[0]["state"], &rest[0]["origin"]),
        (&json!("WH/OUT/00002"), &json!("assigned"), &json!("S00001"))
    );
    let demands: Vec<f64> = moves(&client, rest[0]["id"].as_i64().unwrap())
        .iter()
        .map(|m| m["product_uom_qty"].as_f64().unwrap())
        .collect();
    assert_eq!(
        demands,
        [2.0, 3.0],
        "the gadgets whole, then the widgets left over"
    );
    assert_eq!(client.read("sale.order", order, "delivery_status"), "partial");
    client.call("stock.picking", "button_validate", json!([[rest[0]["id"]]]));
    assert_eq!(client.read("sale.order", order, "delivery_status"), "full");
}

#[test]
fn a_part_can_be_all_there_will_be() {
    let client = Client::new();
    let (order, picking, widget, _) = sold(&client);
    let first = moves(&client, picking)[0]["id"].clone();
    client.call(
        "stock.move",
        "write",
        json!([[first], {"quantity": 2, "picked": true}]),
    );
    let context = json!({"skip_backorder": true, "picking_ids_not_to_backorder": [picking]});
    assert_eq!(
        client.call_in(context, "stock.picking", "button_validate", json!([[picking]])),
        true
    );
    let pickings = client.search_read("stock.picking", json!([["sale_id", "=", order]]), &["state"]);
    assert_eq!(pickings, [json!({"id": picking, "state": "done"})]);
    assert_eq!(client.read("product.product", widget, "free_qty"), 8.0);
    assert_eq!(client.read("sale.order", order, "delivery_status"), "full");
}

#[test]
fn a_back_order_can_be_made_without_asking() {
    let client = Client::new();
    let (order, picking, ..) = sold(&client);
    let first = moves(&client, picking)[0]["id"].clone();
    client.call(
        "stock.move",
        "write",
        json!([[first], {"quantity": 1, "picked": true}]),
    );
    let answer = client.xml(
        "stock.picking",
        "button_validate",
        &[picking],
        &[("skip_backorder", true)],
    );
    assert!(answer.contains("<boolean>1</boolean>"), "{answer}");
    let pickings = client.search_read(
        "stock.picking",
        json!([["sale_id", "=", order]]),
        &["state", "backorder_id"],
    );
    assert_eq!(
        pickings[0],
        json!({"id": picking, "state": "done", "backorder_id": false})
    );
    assert_eq!(
        (&pickings[1]["state"], &pickings[1]["backorder_id"][0]),
        (&json!("assigned"), &json!(picking))
    );
}

#[test]
fn nothing_in_stock_waits() {
    let client = Client::new();
    let customer = client.create("res.partner", json!({"name": "Ada"}));
    let widget = client.goods("Widget", "W-1", 30.0);
    let vals =
        json!({"partner_id": customer, "order_line": [[0, 0, {"product_id": widget, "product_uom_qty": 2}]]});
    let order = client.create("sale.order", vals);
    client.call("sale.order", "action_confirm", json!([[order]]));
    let picking = client.read("sale.order", order, "picking_ids")[0]
        .as_i64()
        .unwrap();
    assert_eq!(client.read("stock.picking", picking, "state"), "confirmed");
    assert_eq!(
        client.reads(
            "product.product",
            widget,
            &["qty_available", "free_qty", "virtual_available"]
        ),
        json!({"qty_available": 0.0, "free_qty": 0.0, "virtual_available": -2.0})
    );
    let failed = client.fail("stock.picking", "button_validate", json!([[picking]]));
    assert_eq!(failed.class, "odoo.exceptions.UserError");
    // Quantities that are written are forced, even below zero.
    let first = moves(&client, picking)[0]["id"].clone();
    client.call("stock.move", "write", json!([[first], {"quantity": 2}]));
    assert_eq!(
        client.call("stock.picking", "button_validate", json!([[picking]])),
        true
    );
    assert_eq!(client.read("product.product", widget, "qty_available"), -2.0);
}

#[test]
fn a_cancelled_transfer_gives_back_what_it_had() {
    let client = Client::new();
    let (order, picking, widget, _) = sold(&client);
    assert_eq!(
        client.call("stock.picking", "action_cancel", json!([[picking]])),
        true
    );
    assert_eq!(client.read("stock.picking", picking, "state"), "cancel");
    assert_eq!(client.read("product.product", widget, "free_qty"), 10.0);
    assert_eq!(client.read("sale.order", order, "delivery_status"), false);
}

#[test]
fn goods_come_in_by_a_receipt() {
    let client = Client::new();
    let widget = client.goods("Widget", "W-1", 30.0);
    let vals = json!({"picking_type_id": 1, "location_id": 4, "location_dest_id": 8, "move_ids": [[0, 0,
        {"name": "in", "product_id": widget, "product_uom_qty": 7, "location_id": 4, "location_dest_id": 8}]]});
    let picking = client.create("stock.picking", vals);
    assert_eq!(client.read("stock.picking", picking, "state"), "draft");
    client.call("stock.picking", "action_confirm", json!([[picking]]));
    assert_eq!(
        client.reads("stock.picking", picking, &["name", "state"]),
        json!({"name": "WH/IN/00001", "state": "assigned"})
    );
    assert_eq!(client.read("product.product", widget, "virtual_available"), 7.0);
    assert_eq!(
        client.call("stock.picking", "button_validate", json!([[picking]])),
        true
    );
    assert_eq!(client.read("product.product", widget, "qty_available"), 7.0);
    assert_eq!(moves(&client, picking)[0]["quantity"], 7.0);
}
