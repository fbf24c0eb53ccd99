//! Whether both systems show the same of everything that goes both ways, asked in their own languages.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::shown::{ask, fixed, nodes};

const PRODUCTS: &str = r#"{ products(first: 50, sortKey: ID) { nodes {
    legacyResourceId title vendor productType status tags
    variants(first: 10) { nodes {
      legacyResourceId sku barcode price
      inventoryItem {
        measurement { weight { value unit } }
        inventoryLevels(first: 2) { nodes { quantities(names: ["on_hand"]) { quantity } } }
      }
    } }
} } }"#;

/// The shop's own name.
const SHOP: &str = "Demo Store";

/// What a record shows, by the fields' names.
type Shown = BTreeMap<&'static str, String>;
/// By record type and id.
type All = BTreeMap<(&'static str, String), Shown>;

/// Panics with what differs.
pub(crate) fn agree(bench: &Bench, with_stock: bool) {
    let (shop, odoo) = (of_the_shop(bench), of_odoo(bench));
    let mut wrong = Vec::new();
    for kind in ["product", "variant"] {
        for link in bench.links(kind) {
            let (here, there) = (
                shop.get(&(kind, link.shopify_id.clone())),
                odoo.get(&(kind, link.odoo_id.clone())),
            );
            let (Some(here), Some(there)) = (here, there) else {
                wrong.push(format!(
                    "{kind} {} = {} is not on both sides",
                    link.shopify_id, link.odoo_id
                ));
                continue;
            };
            for (field, value) in here {
                let other = &there[field];
                if value != other && (with_stock || *field != "units") {
                    wrong.push(format!(
                        "{kind} {}: {field}: shop `{value}`, odoo `{other}`",
                        link.shopify_id
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}\n{:#?}", bench.conflicts());
}

fn of_the_shop(bench: &Bench) -> All {
    let mut all = All::new();
    for product in nodes(&ask(bench, PRODUCTS)["products"]) {
        let id = |of: &Value| of["legacyResourceId"].as_str().unwrap().to_owned();
        let mut tags: Vec<&str> = product["tags"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        tags.sort_unstable();
        let shown = Shown::from([
            ("title", bare(&product["title"])),
            ("vendor", without(&product["vendor"], SHOP)),
            ("type", bare(&product["productType"])),
            ("status", bare(&product["status"]).to_lowercase()),
            ("tags", tags.join(",")),
        ]);
        all.insert(("product", id(product)), shown);
        for variant in nodes(&product["variants"]) {
            let item = &variant["inventoryItem"];
            let weight = &item["measurement"]["weight"];
            let grams = if weight["unit"] == "KILOGRAMS" { 1000 } else { 1 };
            let levels = nodes(&item["inventoryLevels"]);
            let units: i64 = levels
                .iter()
                .filter_map(|level| level["quantities"][0]["quantity"].as_i64())
                .sum();
            let shown = Shown::from([
                ("sku", bare(&variant["sku"])),
                ("barcode", bare(&variant["barcode"])),
                ("price", plain(&variant["price"], 1)),
                ("grams", plain(&weight["value"], grams)),
                ("units", units.to_string()),
            ]);
            all.insert(("variant", id(variant)), shown);
        }
    }
    all
}

fn of_odoo(bench: &Bench) -> All {
    let mut all = All::new();
    let names = |model: &str| -> BTreeMap<i64, String> {
        let rows = bench.rows(model, json!([]), &["name"]);
        rows.iter()
            .map(|row| (row["id"].as_i64().unwrap(), bare(&row["name"])))
            .collect()
    };
    let (tags, categories) = (names("product.tag"), names("product.category"));
    let fields = [
        "name",
        "x_vendor",
        "categ_id",
        "active",
        "sale_ok",
        "product_tag_ids",
    ];
    for row in bench.rows("product.template", json!([]), &fields) {
        let own = row["product_tag_ids"].as_array().unwrap().iter();
        let mut own: Vec<&str> = own.map(|id| tags[&id.as_i64().unwrap()].as_str()).collect();
        own.sort_unstable();
        let status = match (row["active"] == true, row["sale_ok"] == true) {
            (false, _) => "archived",
            (true, false) => "draft",
            (true, true) => "active",
        };
        let kind = json!(categories[&row["categ_id"][0].as_i64().unwrap()]);
        let shown = Shown::from([
            ("title", bare(&row["name"])),
            ("vendor", without(&row["x_vendor"], SHOP)),
            ("type", without(&kind, "All")),
            ("status", status.to_owned()),
            ("tags", own.join(",")),
        ]);
        all.insert(("product", row["id"].to_string()), shown);
    }
    let fields = ["default_code", "barcode", "lst_price", "weight", "qty_available"];
    for row in bench.rows("product.product", json!([]), &fields) {
        let shown = Shown::from([
            ("sku", bare(&row["default_code"])),
            ("barcode", bare(&row["barcode"])),
            ("price", plain(&fixed(bench, &row), 1)),
            ("grams", plain(&row["weight"], 1000)),
            ("units", plain(&row["qty_available"], 1)),
        ]);
        all.insert(("variant", row["id"].to_string()), shown);
    }
    all
}

/// What a system says where nothing was said is nothing: Shopify's vendor is then the shop, and Odoo's category the one
/// above all others.
fn without(value: &Value, default: &str) -> String {
    let text = bare(value);
    if text == default { String::new() } else { text }
}

fn bare(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A number without zeros behind it, times something.
fn plain(value: &Value, times: i64) -> String {
    let number = mapping_transforms::decimal_of(value).unwrap_or_default();
    (number * Decimal::from(times)).normalize().to_string()
}
