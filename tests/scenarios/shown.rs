//! What a stranger sees who asks either system in its own language.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::bench::Bench;

const PRODUCTS: &str = r#"{ products(first: 50, sortKey: ID) { nodes {
    title vendor status tags
    variants(first: 20) { nodes {
      sku barcode price selectedOptions { name value }
      inventoryItem { inventoryLevels(first: 2) { nodes { quantities(names: ["on_hand"]) { quantity } } } }
    } }
} } }"#;

const ORDERS: &str = "{ orders(first: 20, sortKey: ID) { nodes {
    name note cancelledAt displayFulfillmentStatus
    lineItems(first: 10) { nodes { name currentQuantity unfulfilledQuantity } }
    fulfillments(first: 10) { trackingInfo(first: 5) { number } }
} } }";

pub(crate) fn shown(bench: &Bench) -> String {
    let mut text = String::new();
    for product in nodes(&ask(bench, PRODUCTS)["products"]) {
        shop_product(&mut text, product);
    }
    odoo_products(bench, &mut text);
    for order in nodes(&ask(bench, ORDERS)["orders"]) {
        shop_order(&mut text, order);
    }
    odoo_orders(bench, &mut text);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

pub(crate) fn ask(bench: &Bench, query: &str) -> Value {
    // A bucket that ran dry fills meanwhile.
    bench.tick();
    let answer = bench.person.simulate_shopify(query, &Value::Null).unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

pub(crate) fn nodes(of: &Value) -> &Vec<Value> {
    of["nodes"].as_array().unwrap()
}

fn shop_product(text: &mut String, product: &Value) {
    let word = |name: &str| product[name].as_str().unwrap_or_default().to_lowercase();
    let tags: Vec<&str> = product["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let (title, tags) = (product["title"].as_str().unwrap(), tags.join(","));
    writeln!(text, "shop {title}: {} {tags}", word("status")).unwrap();
    for variant in nodes(&product["variants"]) {
        let options = variant["selectedOptions"].as_array().unwrap();
        let values: Vec<&str> = options.iter().filter_map(|one| one["value"].as_str()).collect();
        let levels = nodes(&variant["inventoryItem"]["inventoryLevels"]);
        let units: i64 = levels
            .iter()
            .filter_map(|one| one["quantities"][0]["quantity"].as_i64())
            .sum();
        let (sku, price) = (bare(&variant["sku"]), bare(&variant["price"]));
        writeln!(text, "  {} [{sku}] {price}, {units} there", values.join(" / ")).unwrap();
    }
}

fn odoo_products(bench: &Bench, text: &mut String) {
    let fields = ["name", "active", "sale_ok", "product_tag_ids"];
    let tags = bench.rows("product.tag", json!([]), &["name"]);
    for row in bench.rows("product.template", json!([["type", "=", "consu"]]), &fields) {
        let state = match (&row["active"], &row["sale_ok"]) {
            (Value::Bool(false), _) => "archived",
            (_, Value::Bool(false)) => "draft",
            _ => "active",
        };
        let own: Vec<&str> = tags
            .iter()
            .filter(|tag| row["product_tag_ids"].as_array().unwrap().contains(&tag["id"]))
            .filter_map(|tag| tag["name"].as_str())
            .collect();
        writeln!(text, "odoo {}: {state} {}", bare(&row["name"]), own.join(",")).unwrap();
        let of = json!([["product_tmpl_id", "=", row["id"]]]);
        let fields = [
            "default_code",
            "lst_price",
            "display_name",
            "active",
            "qty_available",
        ];
        for variant in bench.rows("product.product", of, &fields) {
            let (name, code) = (bare(&variant["display_name"]), bare(&variant["default_code"]));
            let away = if variant["active"] == false && row["active"] != false {
                ", archived"
            } else {
                ""
            };
            let name = name.replace(&format!("[{code}] "), "");
            let (price, units) = (bare(&fixed(bench, &variant)), bare(&variant["qty_available"]));
            writeln!(text, "  {name} [{code}] {price}, {units} there{away}").unwrap();
        }
    }
}

/// The price of a variant: that of a price list, where it has one there.
pub(crate) fn fixed(bench: &Bench, variant: &Value) -> Value {
    let of = json!([
        ["product_id", "=", variant["id"]],
        ["compute_price", "=", "fixed"]
    ]);
    let rows = bench.rows("product.pricelist.item", of, &["fixed_price"]);
    rows.first()
        .map_or(variant["lst_price"].clone(), |row| row["fixed_price"].clone())
}

fn shop_order(text: &mut String, order: &Value) {
    let state = if order["cancelledAt"].is_null() {
        ""
    } else {
        ", cancelled"
    };
    let (name, shipped) = (
        bare(&order["name"]),
        bare(&order["displayFulfillmentStatus"]).to_lowercase(),
    );
    writeln!(
        text,
        "shop order {name}: {shipped}{state} {}",
        bare(&order["note"])
    )
    .unwrap();
    for line in nodes(&order["lineItems"]) {
        let (name, ordered) = (bare(&line["name"]), bare(&line["currentQuantity"]));
        writeln!(
            text,
            "  {ordered} {name}, {} to ship",
            bare(&line["unfulfilledQuantity"])
        )
        .unwrap();
    }
    for fulfillment in order["fulfillments"].as_array().unwrap() {
        for parcel in fulfillment["trackingInfo"].as_array().unwrap() {
            writeln!(text, "  parcel {}", bare(&parcel["number"])).unwrap();
        }
    }
}

fn odoo_orders(bench: &Bench, text: &mut String) {
    for order in bench.rows("sale.order", json!([]), &["client_order_ref", "state", "note"]) {
        let (name, state) = (bare(&order["client_order_ref"]), bare(&order["state"]));
        writeln!(text, "odoo order {name}: {state} {}", bare(&order["note"])).unwrap();
        let of = json!([["order_id", "=", order["id"]]]);
        for line in bench.rows(
            "sale.order.line",
            of,
            &["name", "product_uom_qty", "qty_delivered", "price_unit"],
        ) {
            let (name, ordered) = (bare(&line["name"]), bare(&line["product_uom_qty"]));
            let (price, delivered) = (bare(&line["price_unit"]), bare(&line["qty_delivered"]));
            writeln!(text, "  {ordered} {name} at {price}, {delivered} delivered").unwrap();
        }
    }
}

fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(false) => String::new(),
        other => other.to_string(),
    }
}
