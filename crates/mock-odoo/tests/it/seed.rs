//! The demonstration company, and what a fresh database has without it.

use mock_odoo::{Config, Odoo, seed};
use serde_json::{Value, json};

use crate::client::Client;

fn seeded() -> Client {
    let client = Client::with(Config::default());
    seed::demo(&client.odoo, client.tick()).unwrap();
    client
}

#[test]
fn a_second_seeding_changes_nothing() {
    let client = Client::with(Config::default());
    let first = seed::demo(&client.odoo, client.tick()).unwrap();
    assert_eq!(
        first,
        seed::Seeded {
            warehouses: 2,
            taxes: 16,
            products: 4,
            variants: 10
        }
    );
    let journal = client.odoo.journal(0).unwrap();
    client.wait(3600);
    let again = seed::demo(&client.odoo, client.tick()).unwrap();
    assert_eq!(again, seed::Seeded::default());
    assert_eq!(client.odoo.journal(0).unwrap().len(), journal.len());
}

#[test]
fn two_servers_get_the_same_records() {
    let look = |client: &Client| {
        let all = |model: &str, fields: &[&str]| client.search_read(model, json!([]), fields);
        json!([
            all(
                "product.product",
                &["default_code", "barcode", "display_name", "write_date"]
            ),
            all("stock.quant", &["product_id", "location_id", "quantity"]),
            all("account.tax", &["name", "amount"]),
        ])
    };
    assert_eq!(look(&seeded()), look(&seeded()));
}

#[test]
fn warehouses_are_called_like_the_shops_locations() {
    let client = seeded();
    let found = client.search_read("stock.warehouse", json!([]), &["name", "code", "lot_stock_id"]);
    assert_eq!(
        found,
        [
            json!({"id": 1, "name": "Main Warehouse", "code": "WH", "lot_stock_id": [8, "WH/Stock"]}),
            json!({"id": 2, "name": "Outlet Store", "code": "OUTLE", "lot_stock_id": found[1]["lot_stock_id"]}),
        ]
    );
    let company = client.reads("res.company", 1, &["name", "city", "country_code", "currency_id"]);
    assert_eq!(
        company,
        json!({"name": "Alder & Fjord LLC", "city": "Brooklyn", "country_code": "US", "currency_id": [1, "USD"]})
    );
    assert_eq!(
        client.reads("res.partner", 1, &["state_id"])["state_id"][1],
        "New York (US)"
    );
}

#[test]
fn every_rate_of_the_shop_is_there_on_top_and_inside() {
    let client = seeded();
    let fields = ["name", "amount", "price_include", "type_tax_use"];
    let domain = json!([["type_tax_use", "=", "sale"], ["amount", "!=", 15]]);
    let taxes = client.search_read("account.tax", domain, &fields);
    let shown: Vec<String> = taxes
        .iter()
        .map(|tax| {
            format!(
                "{} {} {}",
                tax["name"].as_str().unwrap(),
                tax["amount"],
                tax["price_include"]
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    // The tax of the installation stays the default.
    let product = client.goods("Widget", "W-1", 30.0);
    assert_eq!(client.read("product.product", product, "taxes_id"), json!([1]));
}

#[test]
fn odoo_has_products_of_its_own_with_stock() {
    let client = seeded();
    let quantity = |variant: &Value, warehouse: i64| {
        let args = json!([[variant["id"]], ["qty_available"]]);
        client.call_in(
            json!({"warehouse_id": warehouse}),
            "product.product",
            "read",
            args,
        )[0]["qty_available"]
            .clone()
    };
    let fields = ["display_name", "barcode", "lst_price", "weight", "standard_price"];
    let variants = client.search_read("product.product", json!([]), &fields);
    let shown: Vec<String> = variants
        .iter()
        .map(|v| {
            format!(
                "{} {} {} {} {} | {} {}",
                v["display_name"].as_str().unwrap(),
                v["barcode"],
                v["lst_price"],
                v["weight"],
                v["standard_price"],
                quantity(v, 1),
                quantity(v, 2)
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    let fields = [
        "categ_id",
        "product_tag_ids",
        "x_vendor",
        "website_slug",
        "is_storable",
    ];
    let mug = client.search_read("product.template", json!([["name", "=", "Enamel Mug"]]), &fields);
    assert_eq!(
        (
            &mug[0]["x_vendor"],
            &mug[0]["website_slug"],
            &mug[0]["is_storable"],
            &mug[0]["categ_id"][1]
        ),
        (
            &json!("Fjord Works"),
            &json!("enamel-mug"),
            &json!(true),
            &json!("Accessories")
        )
    );
}

#[test]
fn a_database_without_add_ons_takes_the_demonstration_too() {
    let client = Client::new();
    assert_eq!(seed::demo(&client.odoo, client.tick()).unwrap().products, 4);
}

#[test]
fn without_it_the_database_is_bare() {
    let client = Client::new();
    for (model, count) in [
        ("product.template", 0),
        ("sale.order", 0),
        ("stock.quant", 0),
        ("product.pricelist", 0),
        ("stock.warehouse", 1),
        ("account.tax", 2),
    ] {
        assert_eq!(client.call(model, "search_count", json!([[]])), count, "{model}");
    }
    assert_eq!(client.odoo.journal(0).unwrap().len(), 0);
}

#[test]
fn a_file_that_is_seeded_twice_by_two_servers_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odoo.db");
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    let first = Odoo::open(Config::default(), &path).unwrap();
    seed::demo(&first, now).unwrap();
    let second = Odoo::open(Config::default(), &path).unwrap();
    assert_eq!(seed::demo(&second, now).unwrap(), seed::Seeded::default());
    assert_eq!(second.journal(0).unwrap().len(), 1);
}
