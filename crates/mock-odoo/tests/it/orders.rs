//! Orders and their lines: amounts, prices, states.

use serde_json::{Value, json};

use crate::client::Client;

/// A customer, a widget at 30.00 and a gadget at 40.00, fifty of each in stock.
pub(crate) fn shop(client: &Client) -> (i64, i64, i64) {
    let customer = client.create("res.partner", json!({"name": "Grace Hopper"}));
    let (widget, gadget) = (
        client.goods("Widget", "W-1", 30.0),
        client.goods("Gadget", "G-1", 40.0),
    );
    client.stock(widget, 8, 50.0);
    client.stock(gadget, 8, 50.0);
    (customer, widget, gadget)
}

pub(crate) fn order(client: &Client, customer: i64, lines: &[Value]) -> i64 {
    let lines: Vec<Value> = lines.iter().map(|line| json!([0, 0, line])).collect();
    client.create("sale.order", json!({"partner_id": customer, "order_line": lines}))
}

pub(crate) fn lines(client: &Client, order: i64, fields: &[&str]) -> Vec<Value> {
    client.search_read("sale.order.line", json!([["order_id", "=", order]]), fields)
}

pub(crate) fn line_ids(client: &Client, order: i64) -> Vec<i64> {
    lines(client, order, &["id"])
        .iter()
        .map(|l| l["id"].as_i64().unwrap())
        .collect()
}

pub(crate) fn amounts(client: &Client, order: i64) -> Value {
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
