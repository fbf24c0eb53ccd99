//! Locations, warehouses, counts and what a product says of its stock.

use mock_odoo::Config;
use serde_json::{Value, json};

use crate::client::Client;

const STOCK: i64 = 8;

fn quantities(client: &Client, product: i64) -> Value {
    client.reads(
        "product.product",
        product,
        &["qty_available", "free_qty", "virtual_available"],
    )
}

fn internal_quants(client: &Client, product: i64) -> Vec<Value> {
    let domain = json!([
        ["product_id", "=", product],
        ["location_id.usage", "=", "internal"]
    ]);
    client.search_read(
        "stock.quant",
        domain,
        &["location_id", "quantity", "reserved_quantity"],
    )
}

#[test]
fn a_fresh_database_has_one_warehouse() {
    let client = Client::new();
    let fields = [
        "name",
        "code",
        "lot_stock_id",
        "view_location_id",
        "company_id",
        "partner_id",
        "out_type_id",
        "in_type_id",
        "int_type_id",
        "delivery_steps",
        "reception_steps",
    ];
    assert_eq!(
        client.search_read("stock.warehouse", json!([]), &fields),
        [
            json!({"id": 1, "name": "My Company", "code": "WH", "lot_stock_id": [8, "WH/Stock"],
            "view_location_id": [7, "WH"], "company_id": [1, "My Company"], "partner_id": [1, "My Company"],
            "out_type_id": [2, "My Company: Delivery Orders"], "in_type_id": [1, "My Company: Receipts"],
            "int_type_id": [7, "My Company: Internal Transfers"], "delivery_steps": "ship_only",
            "reception_steps": "one_step"})
        ]
    );
    let fields = [
        "complete_name",
        "location_id",
        "barcode",
        "warehouse_id",
        "parent_path",
    ];
    assert_eq!(
        client.search_read("stock.location", json!([["usage", "=", "internal"]]), &fields),
        [
            json!({"id": 8, "complete_name": "WH/Stock", "location_id": [7, "WH"], "barcode": "WHSTOCK",
            "warehouse_id": [1, "My Company"], "parent_path": "1/7/8/"})
        ]
    );
    let types = client.search_read(
        "stock.picking.type",
        json!([]),
        &["name", "code", "sequence_code"],
    );
    assert_eq!(
        types,
        [
            json!({"id": 1, "name": "Receipts", "code": "incoming", "sequence_code": "IN"}),
            json!({"id": 2, "name": "Delivery Orders", "code": "outgoing", "sequence_code": "OUT"}),
        ]
    );
}

#[test]
fn another_warehouse_brings_its_places_types_and_numbers() {
    let client = Client::new();
    let warehouse = client.create(
        "stock.warehouse",
        json!({"name": "Outlet Store", "code": "OUTLT"}),
    );
    let row = client.reads("stock.warehouse", warehouse, &["lot_stock_id", "out_type_id"]);
    assert_eq!(row["lot_stock_id"][1], "OUTLT/Stock");
    assert_eq!(row["out_type_id"][1], "Outlet Store: Delivery Orders");
    let place = row["lot_stock_id"][0].as_i64().unwrap();
    let product = client.goods("Mug", "MUG", 8.0);
    client.stock(product, place, 5.0);
    client.stock(product, STOCK, 2.0);
    let partner = client.create("res.partner", json!({"name": "Ada"}));
    let order = client.create(
        "sale.order",
        json!({"partner_id": partner, "warehouse_id": warehouse, "order_line": [[0, 0, {"product_id": product}]]}),
    );
    client.call("sale.order", "action_confirm", json!([[order]]));
    let pickings = client.search_read(
        "stock.picking",
        json!([["sale_id", "=", order]]),
        &["name", "state"],
    );
    assert_eq!(pickings[0]["name"], "OUTLT/OUT/00001");
    assert_eq!(pickings[0]["state"], "assigned");
    let code_taken = client.fail(
        "stock.warehouse",
        "create",
        json!([{"name": "Third", "code": "OUTLT"}]),
    );
    assert_eq!(code_taken.class, "odoo.exceptions.ValidationError");
}

#[test]
fn a_count_is_taken_when_it_is_applied() {
    let client = Client::new();
    let product = client.goods("Widget", "W-1", 30.0);
    let vals = json!({"product_id": product, "location_id": STOCK, "inventory_quantity": 25});
    let context = json!({"inventory_mode": true});
    let quant = client
        .call_in(context.clone(), "stock.quant", "create", json!([vals]))
        .as_i64()
        .unwrap();
    let fields = [
        "quantity",
        "inventory_quantity",
        "inventory_diff_quantity",
        "inventory_quantity_set",
        "reserved_quantity",
        "available_quantity",
        "inventory_quantity_auto_apply",
    ];
    assert_eq!(
        client.reads("stock.quant", quant, &fields),
        json!({"quantity": 0.0, "inventory_quantity": 25.0, "inventory_diff_quantity": 25.0,
            "inventory_quantity_set": true, "reserved_quantity": 0.0, "available_quantity": 0.0,
            "inventory_quantity_auto_apply": 0.0})
    );
    assert_eq!(quantities(&client, product)["qty_available"], 0.0);
    // The method answers nothing: no result on JSON-RPC, a fault after the commit on XML-RPC.
    assert_eq!(
        client.call("stock.quant", "action_apply_inventory", json!([[quant]])),
        Value::Null
    );
    let fields = [&fields[..4], &["inventory_date"]].concat();
    assert_eq!(
        client.reads("stock.quant", quant, &fields),
        json!({"quantity": 25.0, "inventory_quantity": 0.0, "inventory_diff_quantity": 0.0,
            "inventory_quantity_set": false, "inventory_date": "2026-12-31"})
    );
    assert_eq!(
        quantities(&client, product),
        json!({"qty_available": 25.0, "free_qty": 25.0, "virtual_available": 25.0})
    );
    // A second count of the same place is the same quant; the number is absolute.
    let vals = json!({"product_id": product, "location_id": STOCK, "inventory_quantity": 31});
    assert_eq!(
        client.call_in(context, "stock.quant", "create", json!([vals])),
        quant
    );
    let answer = client.xml("stock.quant", "action_apply_inventory", &[quant], &[]);
    assert!(
        answer.contains("cannot marshal None unless allow_none is enabled"),
        "{answer}"
    );
    assert_eq!(quantities(&client, product)["qty_available"], 31.0);
    let all = client.search_read(
        "stock.quant",
        json!([["product_id", "=", product]]),
        &["location_id", "quantity"],
    );
    assert_eq!(
        all.iter()
            .map(|q| (&q["location_id"][1], &q["quantity"]))
            .collect::<Vec<_>>(),
        [
            (&json!("WH/Stock"), &json!(31.0)),
            (&json!("Virtual Locations/Inventory adjustment"), &json!(-31.0))
        ]
    );
    let moves = client.search_read(
        "stock.move",
        json!([["product_id", "=", product]]),
        &["state", "is_inventory", "quantity", "reference"],
    );
    assert_eq!(moves.len(), 2);
    assert_eq!(
        (
            &moves[1]["state"],
            &moves[1]["is_inventory"],
            &moves[1]["quantity"]
        ),
        (&json!("done"), &json!(true), &json!(6.0))
    );
    assert_eq!(moves[1]["reference"], "Product Quantity Updated (Administrator)");
}

#[test]
fn a_count_applies_at_once_only_in_inventory_mode() {
    let client = Client::new();
    let product = client.goods("Widget", "W-1", 30.0);
    let quant = client.stock(product, STOCK, 50.0);
    assert_eq!(quantities(&client, product)["qty_available"], 50.0);
    let vals = json!([[quant], {"inventory_quantity_auto_apply": 51}]);
    assert_eq!(client.call("stock.quant", "write", vals.clone()), true);
    assert_eq!(quantities(&client, product)["qty_available"], 50.0);
    client.call_in(json!({"inventory_mode": true}), "stock.quant", "write", vals);
    assert_eq!(quantities(&client, product)["qty_available"], 51.0);
    client.call_in(
        json!({"inventory_mode": true}),
        "stock.quant",
        "write",
        json!([[quant], {"inventory_quantity_auto_apply": 0}]),
    );
    assert_eq!(quantities(&client, product)["qty_available"], 0.0);
    // Without the word in the context a count is noted, but does not count as taken.
    let other = client.goods("Other", "W-2", 1.0);
    let vals = json!([{"product_id": other, "location_id": STOCK, "inventory_quantity": 5}]);
    let noted = client.call("stock.quant", "create", vals).as_i64().unwrap();
    assert_eq!(
        client.reads(
            "stock.quant",
            noted,
            &["quantity", "inventory_quantity", "inventory_quantity_set"]
        ),
        json!({"quantity": 0.0, "inventory_quantity": 5.0, "inventory_quantity_set": false})
    );
}

#[test]
fn contexts_narrow_the_quantities() {
    let client = Client::new();
    let product = client.goods("Widget", "W-1", 30.0);
    client.stock(product, STOCK, 7.0);
    let shelf = client.create("stock.location", json!({"name": "Shelf", "location_id": STOCK}));
    client.stock(product, shelf, 4.0);
    let outlet = client.create("stock.warehouse", json!({"name": "Outlet", "code": "OUT2"}));
    let place = client.read("stock.warehouse", outlet, "lot_stock_id")[0]
        .as_i64()
        .unwrap();
    client.stock(product, place, 2.0);
    let on_hand = |context: Value| {
        let args = json!([[product], ["qty_available"]]);
        client.call_in(context, "product.product", "read", args)[0]["qty_available"].clone()
    };
    assert_eq!(on_hand(json!({})), 13.0);
    assert_eq!(on_hand(json!({"location": shelf})), 4.0);
    assert_eq!(on_hand(json!({"location": STOCK})), 11.0);
    assert_eq!(on_hand(json!({"warehouse_id": outlet})), 2.0);
    assert_eq!(on_hand(json!({"to_date": "2020-01-01 00:00:00"})), 0.0);
    let found = client.call("product.product", "search", json!([[["qty_available", ">", 12]]]));
    assert_eq!(found, json!([product]));
    assert_eq!(internal_quants(&client, product).len(), 3);
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let client = Client::new();
    let context = json!({"inventory_mode": true});
    let template = client.create("product.template", json!({"name": "Advice", "type": "service"}));
    let service = client.read("product.template", template, "product_variant_id")[0]
        .as_i64()
        .unwrap();
    let refused = |vals: Value| {
        client
            .try_call(
                "stock.quant",
                "create",
                json!([vals]),
                json!({"context": context}),
            )
            .expect_err("refused")
    };
    let failed = refused(json!({"product_id": service, "location_id": STOCK, "inventory_quantity": 1}));
    assert_eq!(failed.class, "odoo.exceptions.ValidationError");
    assert_eq!(
        failed.message,
        "Quants cannot be created for consumables or services."
    );
    let product = client.goods("Widget", "W-1", 30.0);
    let failed = refused(json!({"product_id": product, "location_id": 7, "inventory_quantity": 1}));
    assert_eq!(failed.class, "odoo.exceptions.ValidationError");
    let failed = refused(json!({"product_id": product, "inventory_quantity": 1}));
    assert_eq!(
        (failed.class.as_str(), failed.message.as_str()),
        ("builtins.KeyError", "location_id")
    );
    let quant = client.stock(product, STOCK, 1.0);
    let failed = client.fail("stock.quant", "unlink", json!([[quant]]));
    assert_eq!(
        failed.message,
        "You are not allowed to delete 'Quants' (stock.quant) records.\n\nNo group currently allows this operation.\n\n\
         Contact your administrator to request access if necessary."
    );
    let lowpriv = client.signed_in(6, "lowpriv");
    let failed = lowpriv.fail(
        "stock.quant",
        "write",
        json!([[quant], {"inventory_quantity": 1}]),
    );
    assert_eq!(failed.class, "odoo.exceptions.AccessError");
}

#[test]
fn stock_moves_the_quants_date_and_not_the_products() {
    let client = Client::new();
    let product = client.goods("Widget", "W-1", 30.0);
    let quant = client.stock(product, STOCK, 1.0);
    let date = |model: &str, id: i64| client.read(model, id, "write_date");
    let (before, quant_before) = (date("product.product", product), date("stock.quant", quant));
    client.wait(60);
    client.stock(product, STOCK, 3.0);
    assert_eq!(date("product.product", product), before);
    assert_ne!(date("stock.quant", quant), quant_before);
}

#[test]
fn counts_fail_as_often_as_asked_and_then_go_through() {
    let config = Config {
        failure_rate: 0.5,
        ..Config::recorded()
    };
    let client = Client::with(config);
    let mut failures = 0;
    for n in 0..20 {
        let product = client.goods("Widget", &format!("W-{n}"), 1.0);
        let vals = json!([{"product_id": product, "location_id": STOCK, "inventory_quantity_auto_apply": 4}]);
        let kwargs = json!({"context": {"inventory_mode": true}});
        while let Err(failed) = client.try_call("stock.quant", "create", vals.clone(), kwargs.clone()) {
            failures += 1;
            assert_eq!(failed.class, "psycopg2.errors.SerializationFailure");
            assert_eq!(
                failed.message,
                "could not serialize access due to concurrent update\n"
            );
            assert!(failures < 200, "attempts are drawn anew");
        }
        assert_eq!(quantities(&client, product)["qty_available"], 4.0);
    }
    assert!((5..60).contains(&failures), "{failures}");
}
