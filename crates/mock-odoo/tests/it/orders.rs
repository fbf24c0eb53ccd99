//! Orders and their lines: amounts, prices, states.

use mock_odoo::Config;
use serde_json::{Value, json};

use crate::client::Client;

/// A customer, a widget at 30.00 and a gadget at 40.00, fifty of each in stock.
fn shop(client: &Client) -> (i64, i64, i64) {
    let customer = client.create("res.partner", json!({"name": "Grace Hopper"}));
    let (widget, gadget) = (
        client.goods("Widget", "W-1", 30.0),
        client.goods("Gadget", "G-1", 40.0),
    );
    client.stock(widget, 8, 50.0);
    client.stock(gadget, 8, 50.0);
    (customer, widget, gadget)
}

fn order(client: &Client, customer: i64, lines: &[Value]) -> i64 {
    let lines: Vec<Value> = lines.iter().map(|line| json!([0, 0, line])).collect();
    client.create("sale.order", json!({"partner_id": customer, "order_line": lines}))
}

fn lines(client: &Client, order: i64, fields: &[&str]) -> Vec<Value> {
    client.search_read("sale.order.line", json!([["order_id", "=", order]]), fields)
}

fn line_ids(client: &Client, order: i64) -> Vec<i64> {
    lines(client, order, &["id"])
        .iter()
        .map(|l| l["id"].as_i64().unwrap())
        .collect()
}

fn amounts(client: &Client, order: i64) -> Value {
    client.reads(
        "sale.order",
        order,
        &["amount_untaxed", "amount_tax", "amount_total"],
    )
}

#[test]
fn a_new_order_is_filled_in() {
    let client = Client::new();
    let (customer, widget, gadget) = shop(&client);
    let ship = client.create(
        "res.partner",
        json!({"parent_id": customer, "type": "delivery", "name": "Warehouse"}),
    );
    client.call(
        "product.product",
        "write",
        json!([[widget], {"description_sale": "line one\nline two"}]),
    );
    let vals = json!({"partner_id": customer, "client_order_ref": "SHOP-1001", "order_line": [
        [0, 0, {"product_id": widget, "product_uom_qty": 2}],
        [0, 0, {"product_id": gadget, "product_uom_qty": 1, "price_unit": 33.33, "name": "Custom text"}],
        [0, 0, {"display_type": "line_note", "name": "Leave at door"}]]});
    let order = client.create("sale.order", vals);
    let fields = [
        "name",
        "state",
        "partner_id",
        "partner_invoice_id",
        "partner_shipping_id",
        "date_order",
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "currency_id",
        "pricelist_id",
        "client_order_ref",
        "origin",
        "invoice_status",
        "delivery_status",
        "warehouse_id",
        "picking_ids",
        "company_id",
        "user_id",
        "team_id",
        "validity_date",
        "note",
        "locked",
        "commitment_date",
        "payment_term_id",
    ];
    let row = client.reads("sale.order", order, &fields);
    assert!(
        row["date_order"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-23 08:00:")
    );
    let mut row = row;
    row["date_order"] = json!("now");
    assert_eq!(
        row,
        json!({"name": "S00001", "state": "draft", "partner_id": [customer, "Grace Hopper"],
            "partner_invoice_id": [customer, "Grace Hopper"],
            "partner_shipping_id": [ship, "Grace Hopper, Warehouse"], "date_order": "now", "amount_untaxed": 93.33,
            "amount_tax": 14.0, "amount_total": 107.33, "currency_id": [1, "USD"], "pricelist_id": false,
            "client_order_ref": "SHOP-1001", "origin": false, "invoice_status": "no", "delivery_status": false,
            "warehouse_id": [1, "My Company"], "picking_ids": [], "company_id": [1, "My Company"],
            "user_id": [2, "Administrator"], "team_id": [1, "Sales"], "validity_date": "2026-12-23", "note": false,
            "locked": false, "commitment_date": false, "payment_term_id": false})
    );
    let fields = [
        "name",
        "product_uom_qty",
        "product_uom",
        "price_unit",
        "discount",
        "tax_id",
        "price_subtotal",
        "price_tax",
        "price_total",
        "qty_delivered",
        "qty_invoiced",
        "display_type",
        "sequence",
        "state",
        "currency_id",
        "customer_lead",
    ];
    let mut found = lines(&client, order, &fields);
    for line in &mut found {
        line.as_object_mut().unwrap().remove("id");
    }
    assert_eq!(
        found,
        [
            json!({"name": "[W-1] Widget\nline one\nline two", "product_uom_qty": 2.0, "product_uom": [1, "Units"],
                "price_unit": 30.0, "discount": 0.0, "tax_id": [1], "price_subtotal": 60.0, "price_tax": 9.0,
                "price_total": 69.0, "qty_delivered": 0.0, "qty_invoiced": 0.0, "display_type": false, "sequence": 10,
                "state": "draft", "currency_id": [1, "USD"], "customer_lead": 0.0}),
            json!({"name": "Custom text", "product_uom_qty": 1.0, "product_uom": [1, "Units"], "price_unit": 33.33,
                "discount": 0.0, "tax_id": [1], "price_subtotal": 33.33, "price_tax": 5.0, "price_total": 38.33,
                "qty_delivered": 0.0, "qty_invoiced": 0.0, "display_type": false, "sequence": 10, "state": "draft",
                "currency_id": [1, "USD"], "customer_lead": 0.0}),
            json!({"name": "Leave at door", "product_uom_qty": 0.0, "product_uom": false, "price_unit": 0.0,
                "discount": 0.0, "tax_id": [], "price_subtotal": 0.0, "price_tax": 0.0, "price_total": 0.0,
                "qty_delivered": 0.0, "qty_invoiced": 0.0, "display_type": "line_note", "sequence": 10,
                "state": "draft", "currency_id": [1, "USD"], "customer_lead": 0.0}),
        ]
    );
    let shown = client.read("sale.order.line", line_ids(&client, order)[1], "display_name");
    assert_eq!(shown, "S00001 - Custom text (Grace Hopper)");
}

#[test]
fn names_dates_and_references_can_be_given() {
    let client = Client::new();
    let (customer, ..) = shop(&client);
    let vals = json!({"partner_id": customer, "name": "WEB-77", "date_order": "2026-01-02 03:04:05",
        "origin": "webshop", "client_order_ref": "R"});
    let first = client.create("sale.order", vals.clone());
    let second = client.create("sale.order", vals);
    assert_ne!(first, second, "a reference is not unique");
    assert_eq!(
        client.reads("sale.order", second, &["name", "date_order", "origin"]),
        json!({"name": "WEB-77", "date_order": "2026-01-02 03:04:05", "origin": "webshop"})
    );
    let failed = client.fail("sale.order", "create", json!([{"client_order_ref": "X"}]));
    assert_eq!(failed.class, "odoo.exceptions.ValidationError");
    assert!(
        failed
            .message
            .ends_with("Model: Sales Order (sale.order)\nField: Customer (partner_id)\n")
    );
    let failed = client.fail(
        "sale.order",
        "write",
        json!([[first], {"date_order": "2026-01-02T03:04:05"}]),
    );
    assert_eq!(
        failed.message,
        "time data '2026-01-02T03:04:05' does not match format '%Y-%m-%d %H:%M:%S'"
    );
    client.call(
        "sale.order",
        "write",
        json!([[first], {"date_order": "2026-01-02"}]),
    );
    assert_eq!(
        client.read("sale.order", first, "date_order"),
        "2026-01-02 00:00:00"
    );
    let defaults = client.call(
        "sale.order",
        "default_get",
        json!([[
            "company_id",
            "state",
            "warehouse_id",
            "picking_policy",
            "user_id",
            "name",
            "pricelist_id"
        ]]),
    );
    assert_eq!(
        defaults,
        json!({"company_id": 1, "state": "draft", "picking_policy": "direct", "name": "New"})
    );
}

#[test]
fn commands_change_lines_and_amounts_follow() {
    let client = Client::new();
    let (customer, widget, gadget) = shop(&client);
    let id = order(
        &client,
        customer,
        &[
            json!({"product_id": widget, "product_uom_qty": 3, "tax_id": [[6, 0, []]], "discount": 10}),
            json!({"product_id": gadget, "product_uom_qty": 100}),
        ],
    );
    assert_eq!(
        amounts(&client, id),
        json!({"amount_untaxed": 4081.0, "amount_tax": 600.0, "amount_total": 4681.0})
    );
    let ids = line_ids(&client, id);
    client.call(
        "sale.order",
        "write",
        json!([[id], {"order_line": [[1, ids[0], {"product_uom_qty": 5}]]}]),
    );
    client.call(
        "sale.order",
        "write",
        json!([[id], {"order_line": [[0, 0, {"product_id": gadget, "product_uom_qty": 1}], [2, ids[1], false]]}]),
    );
    assert_eq!(
        amounts(&client, id),
        json!({"amount_untaxed": 175.0, "amount_tax": 6.0, "amount_total": 181.0})
    );
    client.call("sale.order", "write", json!([[id], {"order_line": [[9, 0, 0]]}]));
    client.call("sale.order", "write", json!([[id], {"order_line": [[5]]}]));
    assert_eq!(client.read("sale.order", id, "order_line"), json!([]));
    assert_eq!(
        amounts(&client, id),
        json!({"amount_untaxed": 0.0, "amount_tax": 0.0, "amount_total": 0.0})
    );
    let copy = order(
        &client,
        customer,
        &[json!({"product_id": widget, "product_uom_qty": 2})],
    );
    let copied = client.call("sale.order", "copy", json!([[copy]]))[0]
        .as_i64()
        .unwrap();
    assert_eq!(amounts(&client, copied), amounts(&client, copy));
    assert_ne!(
        client.read("sale.order", copied, "name"),
        client.read("sale.order", copy, "name")
    );
}

#[test]
fn a_quantity_resets_the_price_unless_it_was_written_later() {
    let client = Client::new();
    let (customer, widget, gadget) = shop(&client);
    let id = order(
        &client,
        customer,
        &[
            json!({"product_id": gadget, "product_uom_qty": 1, "price_unit": 9.99}),
            json!({"product_id": widget, "product_uom_qty": 1, "price_unit": 1.11}),
        ],
    );
    let ids = line_ids(&client, id);
    let price = |line: i64| client.read("sale.order.line", line, "price_unit");
    client.call(
        "sale.order",
        "write",
        json!([[id], {"order_line": [[1, ids[0], {"product_uom_qty": 2}]]}]),
    );
    assert_eq!((price(ids[0]), price(ids[1])), (json!(40.0), json!(1.11)));
    client.call(
        "sale.order.line",
        "write",
        json!([[ids[0]], {"product_uom_qty": 3, "price_unit": 9.99}]),
    );
    client.call(
        "sale.order.line",
        "write",
        json!([[ids[1]], {"price_unit": 2.22}]),
    );
    client.call("sale.order.line", "write", json!([ids, {"product_uom_qty": 5}]));
    assert_eq!((price(ids[0]), price(ids[1])), (json!(9.99), json!(2.22)));
    client.call("sale.order", "action_confirm", json!([[id]]));
    assert_eq!((price(ids[0]), price(ids[1])), (json!(9.99), json!(2.22)));
    client.call(
        "sale.order.line",
        "write",
        json!([[ids[0]], {"price_unit": "12.345", "product_uom_qty": 2}]),
    );
    assert_eq!(
        client.reads(
            "sale.order.line",
            ids[0],
            &["price_unit", "price_subtotal", "price_total"]
        ),
        json!({"price_unit": 12.35, "price_subtotal": 24.7, "price_total": 28.41})
    );
}

#[test]
fn a_price_list_sets_the_prices_of_its_variants() {
    let client = Client::new();
    let (customer, widget, gadget) = shop(&client);
    let list = client.create("product.pricelist", json!({"name": "Shop prices"}));
    let item = client.create(
        "product.pricelist.item",
        json!({"pricelist_id": list, "applied_on": "0_product_variant", "product_id": widget,
            "compute_price": "fixed", "fixed_price": 99.99}),
    );
    let vals = json!({"partner_id": customer, "pricelist_id": list,
        "order_line": [[0, 0, {"product_id": widget}], [0, 0, {"product_id": gadget}]]});
    let id = client.create("sale.order", vals);
    let found = lines(&client, id, &["price_unit", "pricelist_item_id"]);
    assert_eq!(
        (&found[0]["price_unit"], &found[0]["pricelist_item_id"][0]),
        (&json!(99.99), &json!(item))
    );
    assert_eq!(
        (&found[1]["price_unit"], &found[1]["pricelist_item_id"]),
        (&json!(40.0), &json!(false))
    );
}

#[test]
fn taxes_are_rounded_per_line_on_top_or_inside() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    let tax = |name: &str, amount: f64, include: &str| {
        client.create(
            "account.tax",
            json!({"name": name, "amount": amount, "price_include_override": include}),
        )
    };
    let (state, county) = (
        tax("State", 7.25, "tax_excluded"),
        tax("County", 2.25, "tax_excluded"),
    );
    let vat = tax("VAT", 20.0, "tax_included");
    let id = order(
        &client,
        customer,
        &[
            json!({"product_id": widget, "product_uom_qty": 3, "price_unit": 28, "tax_id": [[6, 0, [state, county]]]}),
            json!({"product_id": widget, "product_uom_qty": 3, "price_unit": 9.99, "tax_id": [[6, 0, [vat]]]}),
        ],
    );
    let found = lines(&client, id, &["price_subtotal", "price_tax", "price_total"]);
    let of = |n: usize| {
        let line = &found[n];
        (
            line["price_subtotal"].as_f64(),
            line["price_tax"].as_f64(),
            line["price_total"].as_f64(),
        )
    };
    assert_eq!(of(0), (Some(84.0), Some(7.98), Some(91.98)));
    assert_eq!(of(1), (Some(24.97), Some(5.0), Some(29.97)));
    assert_eq!(
        amounts(&client, id),
        json!({"amount_untaxed": 108.97, "amount_tax": 12.98, "amount_total": 121.95})
    );
    // What the tax becomes later leaves the order alone.
    client.call("account.tax", "write", json!([[vat], {"amount": 10}]));
    assert_eq!(amounts(&client, id)["amount_tax"], 12.98);
}

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
    let connector = client.as_user(7, "connector");
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
    let lowpriv = connector.as_user(6, "lowpriv");
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

#[test]
fn numbers_out_of_range_are_refused() {
    let client = Client::new();
    let (customer, widget, _) = shop(&client);
    for line in [
        json!({"product_id": widget, "price_unit": 1e28}),
        json!({"product_id": widget, "price_unit": 1e13, "product_uom_qty": 1e13, "discount": -1e13}),
    ] {
        let vals = json!([{"partner_id": customer, "order_line": [[0, 0, line]]}]);
        let failed = client.fail("sale.order", "create", vals);
        assert_eq!(failed.class, "psycopg2.errors.NumericValueOutOfRange", "{line}");
    }
}

/// Fields of a line with their types, in the order the real system tells them.
const LINE_FIELDS: &str = "analytic_distribution:json analytic_precision:integer \
    distribution_analytic_account_ids:many2many order_id:many2one sequence:integer \
    company_id:many2one currency_id:many2one order_partner_id:many2one salesman_id:many2one \
    state:selection tax_country_id:many2one display_type:selection is_configurable_product:boolean \
    is_downpayment:boolean is_expense:boolean product_id:many2one product_template_id:many2one \
    product_uom_category_id:many2one product_template_attribute_value_ids:many2many \
    product_custom_attribute_value_ids:one2many product_no_variant_attribute_value_ids:many2many \
    is_product_archived:boolean name:text product_uom_qty:float product_uom:many2one \
    linked_line_id:many2one linked_line_ids:one2many virtual_id:char linked_virtual_id:char \
    selected_combo_items:char combo_item_id:many2one tax_id:many2many pricelist_item_id:many2one \
    price_unit:float technical_price_unit:float discount:float price_subtotal:monetary \
    price_tax:float price_total:monetary price_reduce_taxexcl:monetary price_reduce_taxinc:monetary \
    product_packaging_id:many2one product_packaging_qty:float customer_lead:float \
    qty_delivered_method:selection qty_delivered:float qty_invoiced:float qty_invoiced_posted:float \
    qty_to_invoice:float analytic_line_ids:one2many invoice_lines:many2many \
    invoice_status:selection untaxed_amount_invoiced:monetary amount_invoiced:monetary \
    untaxed_amount_to_invoice:monetary amount_to_invoice:monetary product_type:selection \
    service_tracking:selection product_updatable:boolean product_uom_readonly:boolean \
    tax_calculation_rounding_method:selection company_price_include:selection id:integer \
    display_name:char create_uid:many2one create_date:datetime write_uid:many2one \
    write_date:datetime sale_order_option_ids:one2many route_id:many2one move_ids:one2many \
    virtual_available_at_date:float scheduled_date:datetime forecast_expected_date:datetime \
    free_qty_today:float qty_available_today:float warehouse_id:many2one qty_to_deliver:float \
    is_mto:boolean display_qty_widget:boolean is_storable:boolean \
    available_product_document_ids:many2many product_document_ids:many2many";

#[test]
fn lines_have_the_recorded_fields() {
    let client = Client::new();
    let told = client.call("sale.order.line", "fields_get", json!([[], ["type"]]));
    let told: Vec<String> = told
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, field)| format!("{name}:{}", field["type"].as_str().unwrap()))
        .collect();
    let mut wanted: Vec<&str> = LINE_FIELDS.split(' ').collect();
    // The order of the keys is looked at where the answer is not parsed.
    wanted.sort_unstable();
    let mut told: Vec<&str> = told.iter().map(String::as_str).collect();
    told.sort_unstable();
    assert_eq!(told, wanted);
}

#[test]
fn orders_have_the_fields_that_a_sync_names() {
    let client = Client::new();
    let told = client.call(
        "sale.order",
        "fields_get",
        json!([[], ["type", "required", "readonly", "relation"]]),
    );
    for (name, kind, relation) in [
        ("partner_id", "many2one", json!("res.partner")),
        ("order_line", "one2many", json!("sale.order.line")),
        ("picking_ids", "one2many", json!("stock.picking")),
        ("pricelist_id", "many2one", json!("product.pricelist")),
        ("team_id", "many2one", json!("crm.team")),
        ("tag_ids", "many2many", json!("crm.tag")),
        ("payment_term_id", "many2one", json!("account.payment.term")),
        ("warehouse_id", "many2one", json!("stock.warehouse")),
        ("amount_total", "monetary", Value::Null),
        ("note", "html", Value::Null),
        ("validity_date", "date", Value::Null),
        ("effective_date", "datetime", Value::Null),
        ("locked", "boolean", Value::Null),
    ] {
        assert_eq!(
            (&told[name]["type"], &told[name]["relation"]),
            (&json!(kind), &relation),
            "{name}"
        );
    }
    for name in [
        "state",
        "amount_untaxed",
        "amount_tax",
        "currency_id",
        "invoice_status",
        "delivery_status",
        "effective_date",
    ] {
        assert_eq!(told[name]["readonly"], true, "{name}");
    }
    for name in [
        "name",
        "partner_id",
        "partner_invoice_id",
        "partner_shipping_id",
        "date_order",
        "company_id",
    ] {
        assert_eq!(told[name]["required"], true, "{name}");
    }
}
