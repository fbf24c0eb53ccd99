//! Orders after they are made: confirmed, changed, cancelled, loaded again.

use mock_odoo::Config;
use serde_json::{Value, json};

use crate::client::Client;
use crate::orders::{amounts, line_ids, lines, order, shop};

#[test]
fn confirming_sets_the_date_makes_the_transfer_and_reserves() {
    let client = Client::new();
    let (customer, widget, gadget) = shop(&client);
    let id = order(
        &client,
        customer,
        &[
            json!({"product_id": widget, "product_uom_qty": 4}),
            json!({"product_id": gadget}),
        ],
    );
    client.call(
        "sale.order",
        "write",
        json!([[id], {"date_order": "2026-11-01 10:00:00", "client_order_ref": "#1"}]),
    );
    client.wait(60);
    assert_eq!(client.call("sale.order", "action_confirm", json!([[id]])), true);
    let row = client.reads(
        "sale.order",
        id,
        &[
            "state",
            "date_order",
            "invoice_status",
            "delivery_status",
            "picking_ids",
            "locked",
            "effective_date",
        ],
    );
    assert!(
        row["date_order"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-23 08:01:"),
        "{row}"
    );
    assert_eq!(
        (
            &row["state"],
            &row["invoice_status"],
            &row["delivery_status"],
            &row["locked"],
            &row["effective_date"]
        ),
        (
            &json!("sale"),
            &json!("to invoice"),
            &json!("pending"),
            &json!(false),
            &json!(false)
        )
    );
    let picking = row["picking_ids"][0].as_i64().unwrap();
    let transfer = client.reads(
        "stock.picking",
        picking,
        &[
            "name",
            "state",
            "origin",
            "sale_id",
            "picking_type_code",
            "location_id",
            "location_dest_id",
            "backorder_id",
        ],
    );
    assert_eq!(
        transfer,
        json!({"name": "WH/OUT/00001", "state": "assigned", "origin": "S00001 - #1", "sale_id": [id, "S00001"],
            "picking_type_code": "outgoing", "location_id": [8, "WH/Stock"],
            "location_dest_id": [5, "Partners/Customers"], "backorder_id": false})
    );
    assert_eq!(
        client.reads(
            "product.product",
            widget,
            &["qty_available", "free_qty", "virtual_available"]
        ),
        json!({"qty_available": 50.0, "free_qty": 46.0, "virtual_available": 46.0})
    );
    let again = client.fail("sale.order", "action_confirm", json!([[id]]));
    assert_eq!(again.class, "odoo.exceptions.UserError");
    assert_eq!(
        again.message,
        "Some orders are not in a state requiring confirmation."
    );
    // The date can be written back.
    client.call(
        "sale.order",
        "write",
        json!([[id], {"date_order": "2026-11-01 10:00:00"}]),
    );
    assert_eq!(client.read("sale.order", id, "date_order"), "2026-11-01 10:00:00");
    let empty = client.create("sale.order", json!({"partner_id": customer}));
    assert_eq!(
        client.call("sale.order", "action_confirm", json!([[empty]])),
        true
    );
    let free = order(
        &client,
        customer,
        &[json!({"name": "free text", "product_uom_qty": 1, "price_unit": 5})],
    );
    assert_eq!(amounts(&client, free)["amount_total"], 5.0);
    assert_eq!(
        client.fail("sale.order", "action_confirm", json!([[free]])).class,
        "odoo.exceptions.UserError"
    );
}

#[test]
fn a_state_written_directly_makes_no_transfer() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let id = order(&client, customer, &[json!({"product_id": widget})]);
    client.call("sale.order", "write", json!([[id], {"state": "sale"}]));
    assert_eq!(
        client.reads("sale.order", id, &["state", "picking_ids", "delivery_status"]),
        json!({"state": "sale", "picking_ids": [], "delivery_status": false})
    );
    assert_eq!(lines(&client, id, &["state"])[0]["state"], "sale");
}

#[test]
fn quantities_may_change_without_asking_for_a_delivery() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let id = order(
        &client,
        customer,
        &[json!({"product_id": widget, "product_uom_qty": 1})],
    );
    client.call("sale.order", "write", json!([[id], {"state": "sale"}]));
    let line = line_ids(&client, id);
    let more = json!([line, {"product_uom_qty": 3, "price_unit": 10}]);
    let silent = json!({"skip_procurement": true});
    client.call_in(silent, "sale.order.line", "write", more.clone());
    assert_eq!(
        client.reads("sale.order", id, &["picking_ids"]),
        json!({"picking_ids": []})
    );
    client.call("sale.order.line", "write", more);
    let pickings = client.reads("sale.order", id, &["picking_ids"]);
    assert_eq!(
        pickings["picking_ids"].as_array().unwrap().len(),
        1,
        "the same write without it does"
    );
}

#[test]
fn cancelling_asks_unless_told_not_to() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let make = || {
        order(
            &client,
            customer,
            &[json!({"product_id": widget, "product_uom_qty": 2})],
        )
    };
    let (draft, sold, asked) = (make(), make(), make());
    assert_eq!(client.call("sale.order", "action_cancel", json!([[draft]])), true);
    assert_eq!(client.read("sale.order", draft, "state"), "cancel");
    client.call("sale.order", "action_confirm", json!([[sold, asked]]));
    let window = client.call("sale.order", "action_cancel", json!([[sold]]));
    assert_eq!(
        window,
        json!({"name": "Cancel Sales Order", "view_mode": "form", "res_model": "sale.order.cancel", "view_id": 1124,
            "type": "ir.actions.act_window", "target": "new", "context": {"default_template_id": 14,
                "default_order_id": sold, "mark_so_as_canceled": true,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "model_description": "Sales Order"}})
    );
    assert_eq!(client.read("sale.order", sold, "state"), "sale");
    let quietly = json!({"disable_cancel_warning": true});
    assert_eq!(
        client.call_in(quietly, "sale.order", "action_cancel", json!([[sold]])),
        true
    );
    let wizard = client.create("sale.order.cancel", json!({"order_id": asked}));
    assert_eq!(
        client.call("sale.order.cancel", "action_cancel", json!([[wizard]])),
        true
    );
    for id in [sold, asked] {
        assert_eq!(
            client.reads("sale.order", id, &["state", "delivery_status", "invoice_status"]),
            json!({"state": "cancel", "delivery_status": false, "invoice_status": "no"})
        );
        let pickings = client.search_read("stock.picking", json!([["sale_id", "=", id]]), &["state"]);
        assert_eq!(pickings[0]["state"], "cancel");
    }
    assert_eq!(client.read("product.product", widget, "free_qty"), 50.0);
    assert_eq!(client.call("sale.order", "unlink", json!([[sold]])), true);
}

#[test]
fn a_confirmed_order_keeps_its_lines_and_its_moves_follow_quantities() {
    let client = Client::new();
    let (customer, widget, gadget) = shop(&client);
    let id = order(
        &client,
        customer,
        &[json!({"product_id": widget, "product_uom_qty": 4})],
    );
    client.call("sale.order", "action_confirm", json!([[id]]));
    let line = line_ids(&client, id)[0];
    let moves = || {
        let domain = json!([["sale_line_id.order_id", "=", id]]);
        let found = client.search_read("stock.move", domain, &["product_uom_qty", "quantity", "state"]);
        found
            .iter()
            .map(|m| {
                (
                    m["product_uom_qty"].as_f64().unwrap(),
                    m["quantity"].as_f64().unwrap(),
                    m["state"].clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    client.call(
        "sale.order.line",
        "write",
        json!([[line], {"product_uom_qty": 6}]),
    );
    assert_eq!(moves(), [(6.0, 6.0, json!("assigned"))]);
    client.call(
        "sale.order.line",
        "write",
        json!([[line], {"product_uom_qty": 5}]),
    );
    assert_eq!(moves(), [(5.0, 5.0, json!("assigned"))]);
    assert_eq!(client.read("product.product", widget, "free_qty"), 45.0);
    client.call(
        "sale.order",
        "write",
        json!([[id], {"order_line": [[0, 0, {"product_id": gadget}]]}]),
    );
    assert_eq!(moves().len(), 2);
    assert_eq!(
        client
            .read("sale.order", id, "picking_ids")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let failed = client.fail(
        "sale.order",
        "write",
        json!([[id], {"order_line": [[2, line, false]]}]),
    );
    assert_eq!(failed.class, "odoo.exceptions.UserError");
    assert!(
        failed
            .message
            .starts_with("Once a sales order is confirmed, you can't remove one of its lines")
    );
    client.call(
        "sale.order.line",
        "write",
        json!([[line], {"product_uom_qty": 0}]),
    );
    assert_eq!(moves()[0], (0.0, 0.0, json!("cancel")));
    assert_eq!(client.read("product.product", widget, "free_qty"), 50.0);
    let failed = client.fail("sale.order", "unlink", json!([[id]]));
    assert_eq!(
        failed.message,
        "You can not delete a sent quotation or a confirmed sales order. You must first cancel it."
    );
}

#[test]
fn a_locked_order_keeps_prices_and_quantities() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let id = order(&client, customer, &[json!({"product_id": widget})]);
    client.call("sale.order", "action_confirm", json!([[id]]));
    assert_eq!(
        client.call("sale.order", "action_lock", json!([[id]])),
        Value::Null
    );
    let answer = client.xml("sale.order", "action_lock", &[id], &[]);
    assert!(answer.contains("cannot marshal None"), "{answer}");
    client.call(
        "sale.order",
        "write",
        json!([[id], {"order_line": [[0, 0, {"product_id": widget}]]}]),
    );
    let failed = client.fail(
        "sale.order.line",
        "write",
        json!([line_ids(&client, id), {"price_unit": 1}]),
    );
    assert_eq!(
        failed.message,
        "It is forbidden to modify the following fields in a locked order:\nUnit Price"
    );
    assert_eq!(
        client.fail("sale.order", "action_cancel", json!([[id]])).class,
        "odoo.exceptions.UserError"
    );
}

#[test]
fn nested_load_is_repeatable_with_external_ids_on_the_lines() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let fields = json!([
        "id",
        "partner_id/.id",
        "client_order_ref",
        "order_line/id",
        "order_line/product_id/.id",
        "order_line/product_uom_qty",
        "order_line/price_unit"
    ]);
    let (customer, widget) = (customer.to_string(), widget.to_string());
    let rows = |quantity: &str| {
        json!([
            [
                "shopsync.order_1",
                customer,
                "#1001",
                "shopsync.line_1",
                widget,
                quantity,
                "4.50"
            ],
            ["", "", "", "shopsync.line_2", widget, "1", "3.25"]
        ])
    };
    let id = client.load("sale.order", fields.clone(), rows("2"))[0];
    let shown = |id: i64| {
        lines(&client, id, &["product_uom_qty", "price_unit"])
            .iter()
            .map(|l| {
                (
                    l["product_uom_qty"].as_f64().unwrap(),
                    l["price_unit"].as_f64().unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(id), [(2.0, 4.5), (1.0, 3.25)]);
    assert_eq!(client.load("sale.order", fields.clone(), rows("2")), [id]);
    assert_eq!(shown(id), [(2.0, 4.5), (1.0, 3.25)]);
    client.load("sale.order", fields.clone(), rows("3"));
    assert_eq!(shown(id), [(3.0, 4.5), (1.0, 3.25)]);
    client.call("sale.order", "action_confirm", json!([[id]]));
    assert_eq!(client.load("sale.order", fields, rows("3")), [id]);
    assert_eq!(
        client
            .read("sale.order", id, "picking_ids")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Without ids every load adds the lines again.
    let fields = json!([
        "id",
        "partner_id/.id",
        "order_line/product_id/.id",
        "order_line/product_uom_qty"
    ]);
    let rows = json!([["shopsync.order_2", customer, widget, "2"], ["", "", widget, "1"]]);
    let other = client.load("sale.order", fields.clone(), rows.clone())[0];
    client.load("sale.order", fields, rows);
    assert_eq!(shown(other).len(), 4);
}

#[test]
fn edits_and_confirmation_move_the_dates_of_order_and_line() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let id = order(&client, customer, &[json!({"product_id": widget})]);
    let line = line_ids(&client, id)[0];
    let dates = || {
        (
            client.read("sale.order", id, "write_date"),
            client.read("sale.order.line", line, "write_date"),
        )
    };
    let mut before = dates();
    for step in ["edit", "confirm", "deliver"] {
        client.wait(60);
        match step {
            "edit" => client.call(
                "sale.order.line",
                "write",
                json!([[line], {"product_uom_qty": 3}]),
            ),
            "confirm" => client.call("sale.order", "action_confirm", json!([[id]])),
            _ => {
                let picking = client.read("sale.order", id, "picking_ids")[0].clone();
                client.call("stock.picking", "button_validate", json!([[picking]]))
            }
        };
        let after = dates();
        assert!(after.0 != before.0 && after.1 != before.1, "{step}");
        before = after;
    }
}

#[test]
fn the_connectors_user_may_sell_and_the_low_one_may_not() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let connector = client.signed_in(7, "connector");
    let id = order(&connector, customer, &[json!({"product_id": widget})]);
    assert_eq!(
        connector.call("sale.order", "action_confirm", json!([[id]])),
        true
    );
    assert_eq!(
        connector.read("sale.order", id, "user_id"),
        json!([7, "Connector"])
    );
    connector.stock(widget, 8, 9.0);
    let lowpriv = connector.signed_in(6, "lowpriv");
    let failed = lowpriv.fail("stock.picking", "search_count", json!([[]]));
    assert_eq!(
        failed.message,
        "You are not allowed to access 'Transfer' (stock.picking) records.\n\nThis operation is allowed for the \
         following groups:\n\t- Inventory/Administrator\n\t- Inventory/User\n\t- Invoicing/Invoicing\n\t- \
         Sales/Administrator\n\t- Sales/User: Own Documents Only\n\t- Technical/Show Accounting Features - \
         Readonly\n\t- User types/Portal\n\nContact your administrator to request access if necessary."
    );
    assert_eq!(
        lowpriv.fail("sale.order", "search_count", json!([[]])).class,
        "odoo.exceptions.AccessError"
    );
}

#[test]
fn a_failing_row_has_the_database_message_and_goes_through_later() {
    let config = Config {
        failure_rate: 0.5,
        ..Config::recorded()
    };
    let client = Client::with(config);
    let customer = client.create("res.partner", json!({"name": "Ada"})).to_string();
    let fields = json!(["id", "partner_id/.id", "client_order_ref"]);
    let rows: Vec<Value> = (0..20)
        .map(|n| json!([format!("shopsync.order_{n}"), customer, format!("#{n}")]))
        .collect();
    let mut failures = 0;
    loop {
        let answer = client.call("sale.order", "load", json!([fields, rows]));
        if answer["ids"] != false {
            break;
        }
        for message in answer["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["type"] == "error")
        {
            assert_eq!(
                message["message"],
                "could not serialize access due to concurrent update"
            );
            failures += 1;
        }
        assert!(failures < 200);
    }
    assert!(failures >= 5, "{failures}");
    assert_eq!(client.call("sale.order", "search_count", json!([[]])), 20);
}
