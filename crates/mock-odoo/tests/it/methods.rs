//! Methods that every model has, beyond reading and writing.

use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn rows_are_exported_along_paths() {
    let client = Client::new();
    let id = client.create(
        "product.template",
        json!({"name": "A", "default_code": "A1", "list_price": 5, "type": "service"}),
    );
    let columns = json!([
        "id",
        ".id",
        "name",
        "categ_id/id",
        "categ_id",
        "taxes_id",
        "type",
        "barcode",
        "product_variant_ids/default_code"
    ]);
    let answer = client.call("product.template", "export_data", json!([[id], columns]));
    let row = &answer["datas"][0];
    let made = row[0].as_str().unwrap();
    assert!(
        made.starts_with(&format!("__export__.product_template_{id}_")),
        "{made}"
    );
    assert_eq!(
        row.as_array().unwrap()[1..],
        [
            json!(id.to_string()),
            json!("A"),
            json!("product.product_category_all"),
            json!("All"),
            json!("15%"),
            json!("Service"),
            json!(""),
            json!("A1")
        ]
    );
    // The external id stays.
    let again = client.call("product.template", "export_data", json!([[id], ["id"]]));
    assert_eq!(again["datas"][0][0], row[0]);
    assert_eq!(
        client.load("product.template", json!(["id", "name"]), json!([[made, "B"]])),
        [id]
    );
    let client = client.signed_in(7, "connector");
    let failed = client.fail("product.template", "export_data", json!([[id], ["id"]]));
    assert!(
        failed
            .message
            .starts_with("You don't have the rights to export data.")
    );
}

#[test]
fn a_user_has_groups_by_external_id() {
    let client = Client::new();
    let has = |uid: i64, group: &str| client.call("res.users", "has_group", json!([[uid], group]));
    assert_eq!(has(2, "base.group_system"), true);
    assert_eq!(has(6, "base.group_user"), true);
    assert_eq!(has(6, "base.group_system"), false);
    assert_eq!(has(7, "sales_team.group_sale_manager"), true);
    assert_eq!(has(7, "no.such_group"), false);
    let failed = client.fail("res.users", "has_group", json!([[2, 6], "base.group_user"]));
    assert_eq!(failed.message, "Expected singleton: res.users(2, 6)");
}

#[test]
fn saving_and_reading_in_one_call() {
    let client = Client::new();
    let made = client.call(
        "res.partner",
        "web_save",
        json!([[], {"name": "Ann"}, {"name": {}, "country_id": {"fields": {"code": {}}}}]),
    );
    let id = made[0]["id"].as_i64().unwrap();
    assert_eq!(made, json!([{"id": id, "name": "Ann", "country_id": false}]));
    let saved = client.call(
        "res.partner",
        "web_save",
        json!([[id], {"country_id": 233}, {"country_id": {"fields": {"code": {}}}}]),
    );
    assert_eq!(
        saved,
        json!([{"id": id, "country_id": {"id": 233, "code": "US"}}])
    );
}

#[test]
fn groups_come_in_pages() {
    let client = Client::new();
    for kind in ["consu", "consu", "service"] {
        client.create("product.template", json!({"name": "P", "type": kind}));
    }
    let page = client.call_kw(
        "product.template",
        "web_read_group",
        json!([[], ["list_price:sum"], ["type"]]),
        json!({"limit": 1}),
    );
    assert_eq!(page["length"], 2);
    assert_eq!(page["groups"][0]["type_count"], 2);
    let say = |fields: Value, by: Value| {
        client
            .fail("product.template", "read_group", json!([[], fields, by]))
            .message
    };
    assert_eq!(
        say(json!([]), json!(["create_date:decade"])),
        "Granularity specification isn't correct: 'decade'"
    );
    assert_eq!(
        say(json!(["list_price:median"]), json!(["type"])),
        "Invalid aggregate method 'median' for 'list_price:median'."
    );
    assert_eq!(
        say(json!([]), json!(["qty_available"])),
        "Cannot convert product.template.qty_available to SQL because it is not stored"
    );
}

#[test]
fn domains_at_their_edges() {
    let client = Client::new();
    let ids: Vec<i64> = ["A", "B", "C"]
        .iter()
        .map(|name| client.create("res.partner.category", json!({"name": name})))
        .collect();
    let search = |domain: Value| {
        client.call_kw(
            "res.partner.category",
            "search",
            json!([domain]),
            json!({"order": "id"}),
        )
    };
    assert_eq!(search(json!([["id", "=", &ids[1..]]])), json!(ids[1..]));
    assert_eq!(search(json!([["name", "!=", ["A", "C"]]])), json!([ids[1]]));
    let failed = client.fail("res.partner.category", "search", json!([null]));
    assert_eq!(failed.class, "builtins.AssertionError");
    for (kwargs, clause, class) in [
        (json!({"limit": -1}), "LIMIT", "InvalidRowCountInLimitClause"),
        (
            json!({"offset": -1}),
            "OFFSET",
            "InvalidRowCountInResultOffsetClause",
        ),
    ] {
        let failed = client
            .try_call("res.partner.category", "search", json!([[]]), kwargs)
            .unwrap_err();
        assert_eq!(failed.class, format!("psycopg2.errors.{class}"));
        assert_eq!(failed.message, format!("{clause} must not be negative\n"));
    }
}

#[test]
fn parameters_are_set_and_taken_away() {
    let client = Client::new();
    let set = |value: Value| client.call("ir.config_parameter", "set_param", json!(["shop.last", value]));
    let get = || client.call("ir.config_parameter", "get_param", json!(["shop.last"]));
    assert_eq!((set(json!("1")), get()), (json!(false), json!("1")));
    assert_eq!((set(json!(2)), get()), (json!("1"), json!("2")));
    assert_eq!((set(json!(false)), get()), (json!("2"), json!(false)));
}

#[test]
fn a_product_tells_its_price_with_taxes() {
    let client = Client::new();
    let id = client.create("product.template", json!({"name": "P", "list_price": 1234.5}));
    let read = |field: &str| client.read("product.template", id, field);
    assert_eq!(read("tax_string"), "(= $\u{a0}1,419.68 Incl. Taxes)");
    assert_eq!(
        read("product_tooltip"),
        "You can invoice goods before they are delivered."
    );
    client.call("product.template", "write", json!([[id], {"taxes_id": [[5]]}]));
    assert_eq!(read("tax_string"), " ");
}

#[test]
fn applications_come_first_among_modules() {
    let client = Client::new();
    let found = client.call_kw(
        "ir.module.module",
        "search_read",
        json!([[["name", "in", ["sale_management", "sale_stock", "delivery", "mrp"]]]]),
        json!({"fields": ["name"]}),
    );
    let names: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sale_management", "mrp", "delivery", "sale_stock"]);
}
