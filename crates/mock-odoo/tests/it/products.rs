//! Templates, variants and attributes.

use serde_json::{Value, json};

use crate::client::Client;

/// Attributes Colour (Red, Blue) and Size (S, M, L): their ids and their values' ids.
fn attributes(client: &Client) -> (i64, i64, Vec<i64>, Vec<i64>) {
    let colour = client.create("product.attribute", json!({"name": "Colour"}));
    let size = client.create("product.attribute", json!({"name": "Size"}));
    let values = |attribute: i64, names: &[&str]| {
        let list: Vec<Value> = names
            .iter()
            .map(|n| json!({"name": n, "attribute_id": attribute}))
            .collect();
        let ids = client.call("product.attribute.value", "create", json!([list]));
        ids.as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    (
        colour,
        size,
        values(colour, &["Red", "Blue"]),
        values(size, &["S", "M", "L"]),
    )
}

fn line(attribute: i64, values: &[i64]) -> Value {
    json!([0, 0, {"attribute_id": attribute, "value_ids": [[6, 0, values]]}])
}

fn variants(client: &Client, template: i64) -> Vec<(i64, String, bool)> {
    let domain = json!([
        ["product_tmpl_id", "=", template],
        ["active", "in", [true, false]]
    ]);
    let found = client.search_read("product.product", domain, &["display_name", "active"]);
    found
        .iter()
        .map(|v| {
            (
                v["id"].as_i64().unwrap(),
                v["display_name"].as_str().unwrap().to_owned(),
                v["active"] == true,
            )
        })
        .collect()
}

fn names(client: &Client, template: i64) -> Vec<String> {
    variants(client, template)
        .into_iter()
        .map(|(_, name, active)| if active { name } else { format!("({name})") })
        .collect()
}

#[test]
fn a_plain_template_mirrors_its_variant() {
    let client = Client::new();
    let template = client.create(
        "product.template",
        json!({"name": "Widget", "default_code": "W-1", "barcode": "400", "list_price": 10.005, "weight": 0.25}),
    );
    let row = &client.call(
        "product.template",
        "read",
        json!([
            [template],
            [
                "product_variant_ids",
                "default_code",
                "barcode",
                "list_price",
                "weight",
                "product_variant_count",
                "taxes_id",
                "display_name"
            ]
        ]),
    )[0];
    assert_eq!(row["list_price"], 10.01);
    assert_eq!(
        (&row["default_code"], &row["barcode"], &row["weight"]),
        (&json!("W-1"), &json!("400"), &json!(0.25))
    );
    assert_eq!(
        (&row["product_variant_count"], &row["taxes_id"]),
        (&json!(1), &json!([1]))
    );
    assert_eq!(row["display_name"], "[W-1] Widget");
    let variant = row["product_variant_ids"][0].as_i64().unwrap();
    client.call(
        "product.product",
        "write",
        json!([[variant], {"default_code": "W-2", "lst_price": 12.5}]),
    );
    assert_eq!(client.read("product.template", template, "default_code"), "W-2");
    assert_eq!(client.read("product.template", template, "list_price"), 12.5);
}

#[test]
fn lines_make_every_combination() {
    let client = Client::new();
    let (colour, size, colours, sizes) = attributes(&client);
    let template = client.create(
        "product.template",
        json!({"name": "Shirt", "list_price": 20.0, "default_code": "LOST",
            "attribute_line_ids": [line(colour, &colours), line(size, &sizes)]}),
    );
    assert_eq!(
        names(&client, template),
        [
            "Shirt (Red, S)",
            "Shirt (Red, M)",
            "Shirt (Red, L)",
            "Shirt (Blue, S)",
            "Shirt (Blue, M)",
            "Shirt (Blue, L)"
        ]
    );
    assert_eq!(client.read("product.template", template, "default_code"), false);
}

#[test]
fn removed_values_take_unused_variants_along_and_come_back_as_new_ones() {
    let client = Client::new();
    let (colour, size, colours, sizes) = attributes(&client);
    let template = client.create(
        "product.template",
        json!({"name": "Shirt", "attribute_line_ids": [line(colour, &colours), line(size, &sizes[..1])]}),
    );
    let line_id = client.read("product.template", template, "attribute_line_ids")[0]
        .as_i64()
        .unwrap();
    let before = variants(&client, template);
    client.call(
        "product.template.attribute.line",
        "write",
        json!([[line_id], {"value_ids": [[3, colours[1]]]}]),
    );
    assert_eq!(names(&client, template), ["Shirt"]);
    client.call(
        "product.template.attribute.line",
        "write",
        json!([[line_id], {"value_ids": [[4, colours[1]]]}]),
    );
    let after = variants(&client, template);
    assert_eq!(after[0].0, before[0].0);
    assert_ne!(after[1].0, before[1].0);
    assert_eq!(names(&client, template), ["Shirt (Red)", "Shirt (Blue)"]);
}

#[test]
fn archived_variants_come_back_when_an_attribute_changes() {
    let client = Client::new();
    let (_, size, _, sizes) = attributes(&client);
    let template = client.create(
        "product.template",
        json!({"name": "Shirt", "attribute_line_ids": [line(size, &sizes[..2])]}),
    );
    let ids: Vec<i64> = variants(&client, template).iter().map(|v| v.0).collect();
    client.call("product.product", "write", json!([[ids[1]], {"active": false}]));
    assert_eq!(names(&client, template), ["Shirt (S)", "(Shirt (M))"]);
    let line_id = client.read("product.template", template, "attribute_line_ids")[0]
        .as_i64()
        .unwrap();
    client.call(
        "product.template.attribute.line",
        "write",
        json!([[line_id], {"value_ids": [[4, sizes[2]]]}]),
    );
    assert_eq!(names(&client, template), ["Shirt (S)", "Shirt (M)", "Shirt (L)"]);
}

#[test]
fn a_line_with_one_value_keeps_the_variant_a_line_with_several_replaces_it() {
    let client = Client::new();
    let (colour, size, colours, sizes) = attributes(&client);
    let template = client.create("product.template", json!({"name": "Cap", "default_code": "CAP"}));
    let before = variants(&client, template)[0].0;
    client.call(
        "product.template",
        "write",
        json!([[template], {"attribute_line_ids": [line(colour, &colours[..1])]}]),
    );
    assert_eq!(
        variants(&client, template),
        [(before, "[CAP] Cap".to_owned(), true)]
    );
    client.call(
        "product.template",
        "write",
        json!([[template], {"attribute_line_ids": [line(size, &sizes[..2])]}]),
    );
    assert_eq!(names(&client, template), ["Cap (S)", "Cap (M)"]);
    assert!(variants(&client, template).iter().all(|v| v.0 != before));
}

#[test]
fn load_makes_and_updates_by_external_id() {
    let client = Client::new();
    let columns = json!(["id", "name", "list_price", "categ_id/.id", "barcode"]);
    let rows = json!([
        ["shop.p1", "One", "11.5", "1", ""],
        ["shop.p2", "Two", "12", "1", "B2"]
    ]);
    let ids = client.load("product.template", columns.clone(), rows.clone());
    assert_eq!(client.load("product.template", columns.clone(), rows), ids);
    let again = client.load(
        "product.template",
        columns,
        json!([["shop.p1", "Uno", "9.99", "1", ""]]),
    );
    assert_eq!(again, ids[..1]);
    assert_eq!(client.read("product.template", ids[0], "name"), "Uno");
    let bad = client.call(
        "product.template",
        "load",
        json!([
            ["id", "name", "list_price"],
            [["shop.p3", "Three", "1"], ["shop.p4", "Four", "abc"]]
        ]),
    );
    assert_eq!(
        bad,
        json!({"ids": false, "nextrow": 0, "messages": [{"rows": {"from": 1, "to": 1}, "type": "error", "record": 1,
            "field": "list_price", "message": "'abc' does not seem to be a number for field 'Sales Price'",
            "field_name": "Sales Price"}]})
    );
    assert_eq!(
        client.call(
            "product.template",
            "search_count",
            json!([[["name", "=", "Three"]]])
        ),
        0
    );
}

#[test]
fn load_makes_lines_and_variants() {
    let client = Client::new();
    client.load(
        "product.attribute",
        json!(["id", "name"]),
        json!([["shop.size", "Size"]]),
    );
    client.load(
        "product.attribute.value",
        json!(["id", "name", "attribute_id/id"]),
        json!([["shop.s", "S", "shop.size"], ["shop.m", "M", "shop.size"]]),
    );
    let columns = json!([
        "id",
        "name",
        "list_price",
        "is_storable",
        "attribute_line_ids/id",
        "attribute_line_ids/attribute_id/id",
        "attribute_line_ids/value_ids/id"
    ]);
    let rows = json!([[
        "shop.shirt",
        "Shirt",
        "19.99",
        "True",
        "shop.line",
        "shop.size",
        "shop.s,shop.m"
    ]]);
    let template = client.load("product.template", columns.clone(), rows.clone())[0];
    let before = variants(&client, template);
    assert_eq!(names(&client, template), ["Shirt (S)", "Shirt (M)"]);
    assert_eq!(client.load("product.template", columns, rows), [template]);
    assert_eq!(variants(&client, template), before);
    client.load(
        "product.product",
        json!([".id", "default_code"]),
        json!([[before[0].0.to_string(), "S-S"]]),
    );
    assert_eq!(client.read("product.product", before[0].0, "default_code"), "S-S");
}

#[test]
fn a_taken_barcode_is_refused() {
    let client = Client::new();
    client.create("product.template", json!({"name": "One", "barcode": "BAR"}));
    let failed = client.fail(
        "product.template",
        "create",
        json!([{"name": "Two", "barcode": "BAR"}]),
    );
    assert_eq!(failed.class, "odoo.exceptions.ValidationError");
    assert!(
        failed
            .message
            .starts_with("Barcode(s) already assigned:\n\n- Barcode \"BAR\" already assigned"),
        "{failed:?}"
    );
}
