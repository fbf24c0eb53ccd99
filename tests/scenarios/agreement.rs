//! Whether both systems show the same of everything that goes both ways, asked in their own languages.

pub(crate) mod orders;

use std::collections::BTreeMap;

use mapping_transforms::Side;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::shown::{ask, fixed, nodes};
use orders::Order;

const PRODUCTS: &str = r#"{ products(first: 50, sortKey: ID) { nodes {
    legacyResourceId title descriptionHtml vendor productType status tags options(first: 3) { name }
    variants(first: 10) { nodes {
      legacyResourceId sku barcode price selectedOptions { name value }
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

/// What a system shows, and which product each variant that is in use belongs to.
#[derive(Default)]
struct Seen {
    all: All,
    used: BTreeMap<String, String>,
}

/// What may differ in the end, and by how much.
#[derive(Debug, Default)]
pub(crate) struct Tolerated {
    /// Units of an order's line, by its id in the shop, that had left when Odoo got to know of the order.
    pub(crate) left_before: BTreeMap<String, i64>,
    /// Why an order that is held or given up may differ.
    pub(crate) reasons: &'static [&'static str],
}

/// Panics with what differs.
pub(crate) fn agree(bench: &Bench, tolerated: &Tolerated) {
    let (shop, odoo) = (of_the_shop(bench), of_odoo(bench));
    let all = orders::orders(bench);
    let (mut wrong, apart) = of_orders(&all, tolerated);
    // The shop does not say what left of a variant that it deleted. Where the variant was made again, Odoo's account of it
    // has no counterpart.
    let lines = || all.iter().flat_map(|order| &order.lines);
    let unaccounted = |product: &str| lines().any(|line| line.variant.is_empty() && line.product == product);
    for kind in ["product", "variant"] {
        for link in bench.links(kind) {
            let (here, there) = (
                shop.all.get(&(kind, link.shopify_id.clone())),
                odoo.all.get(&(kind, link.odoo_id.clone())),
            );
            let (Some(here), Some(there)) = (here, there) else {
                wrong.push(format!(
                    "{kind} {} = {} is not on both sides",
                    link.shopify_id, link.odoo_id
                ));
                continue;
            };
            for (field, value) in here {
                let mut value = value.clone();
                if *field == "units" && unaccounted(&link.odoo_id) {
                    continue;
                }
                if *field == "units" {
                    let more = apart.get(&link.shopify_id).copied().unwrap_or_default();
                    value = (value.parse::<i64>().unwrap_or_default() + more).to_string();
                }
                let other = &there[field];
                if value != *other {
                    wrong.push(format!(
                        "{kind} {}: {field}: shop `{value}`, odoo `{other}`",
                        link.shopify_id
                    ));
                }
            }
        }
    }
    wrong.extend(only_here(bench, &shop, Side::Shopify));
    wrong.extend(only_here(bench, &odoo, Side::Odoo));
    assert!(wrong.is_empty(), "{wrong:#?}\n{:#?}", bench.conflicts());
}

/// What is wrong about orders, and the units per variant that left the shop and not Odoo for those that may differ.
fn of_orders(all: &[Order], tolerated: &Tolerated) -> (Vec<String>, BTreeMap<String, i64>) {
    let (mut wrong, mut apart) = (Vec::new(), BTreeMap::new());
    for order in all {
        let [here, there] = &order.notes;
        if here != there {
            wrong.push(format!(
                "order {}: note: shop `{here}`, odoo `{there}`",
                order.shop
            ));
        }
        let differences = order.differences();
        let reason = order.reason.as_deref();
        if differences.is_empty() {
            wrong.extend(reason.map(|reason| format!("order {} has `{reason}` for nothing", order.shop)));
        } else if reason.is_some_and(|reason| tolerated.reasons.contains(&reason)) {
            for (variant, units) in order.apart(&tolerated.left_before) {
                *apart.entry(variant).or_default() += units;
            }
        } else {
            wrong.extend(differences);
            wrong.push(format!("{order:#?}"));
        }
    }
    (wrong, apart)
}

/// Variants of linked products that only one side has.
fn only_here(bench: &Bench, seen: &Seen, side: Side) -> impl Iterator<Item = String> {
    let ids = |kind: &str| -> Vec<String> {
        let links = bench.links(kind);
        links.iter().map(|link| link.id_on(side).to_owned()).collect()
    };
    let (products, variants) = (ids("product"), ids("variant"));
    seen.used
        .clone()
        .into_iter()
        .filter(move |(variant, product)| products.contains(product) && !variants.contains(variant))
        .map(move |(variant, product)| format!("variant {variant} of {product} is only in {}", side.as_str()))
}

fn of_the_shop(bench: &Bench) -> Seen {
    let mut seen = Seen::default();
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
            ("description", bare(&product["descriptionHtml"])),
            ("vendor", without(&product["vendor"], SHOP)),
            ("type", bare(&product["productType"])),
            ("status", bare(&product["status"]).to_lowercase()),
            ("tags", tags.join(",")),
            ("options", options_of(product)),
        ]);
        seen.all.insert(("product", id(product)), shown);
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
                ("values", values_of(variant)),
            ]);
            seen.used.insert(id(variant), id(product));
            seen.all.insert(("variant", id(variant)), shown);
        }
    }
    seen
}

fn of_odoo(bench: &Bench) -> Seen {
    let mut seen = Seen::default();
    let options = options_of_odoo(bench);
    let names = |model: &str| -> BTreeMap<i64, String> {
        let rows = bench.rows(model, json!([]), &["name"]);
        rows.iter()
            .map(|row| (row["id"].as_i64().unwrap(), bare(&row["name"])))
            .collect()
    };
    let (tags, categories) = (names("product.tag"), names("product.category"));
    let fields = [
        "name",
        "description_sale",
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
            ("description", bare(&row["description_sale"])),
            ("vendor", without(&row["x_vendor"], SHOP)),
            ("type", without(&kind, "All")),
            ("status", status.to_owned()),
            ("tags", own.join(",")),
            (
                "options",
                options
                    .lines
                    .get(&row["id"].to_string())
                    .cloned()
                    .unwrap_or_default()
                    .join(","),
            ),
        ]);
        seen.all.insert(("product", row["id"].to_string()), shown);
    }
    let fields = [
        "default_code",
        "barcode",
        "lst_price",
        "weight",
        "qty_available",
        "active",
        "product_tmpl_id",
        "product_template_attribute_value_ids",
    ];
    for row in bench.rows("product.product", json!([]), &fields) {
        let shown = Shown::from([
            ("sku", bare(&row["default_code"])),
            ("barcode", bare(&row["barcode"])),
            ("price", plain(&fixed(bench, &row), 1)),
            ("grams", plain(&row["weight"], 1000)),
            ("units", plain(&row["qty_available"], 1)),
            ("values", options.of(&row)),
        ]);
        if row["active"] == true {
            seen.used
                .insert(row["id"].to_string(), row["product_tmpl_id"][0].to_string());
        }
        seen.all.insert(("variant", row["id"].to_string()), shown);
    }
    seen
}

/// The names of a product's options; a product of the shop without any has one that stands for none.
fn options_of(product: &Value) -> String {
    let names = product["options"].as_array().unwrap().iter();
    let names: Vec<&str> = names.filter_map(|option| option["name"].as_str()).collect();
    if names == ["Title"] {
        String::new()
    } else {
        names.join(",")
    }
}

fn values_of(variant: &Value) -> String {
    let chosen = variant["selectedOptions"].as_array().unwrap().iter();
    let mut pairs: Vec<String> = chosen
        .map(|one| format!("{}={}", bare(&one["name"]), bare(&one["value"])))
        .filter(|pair| pair != "Title=Default Title")
        .collect();
    pairs.sort_unstable();
    pairs.join(",")
}

/// Attributes as Odoo has them.
struct Options {
    /// The attributes of each template.
    lines: BTreeMap<String, Vec<String>>,
    /// Attribute and value by the id that the value has on a template.
    values: BTreeMap<i64, String>,
}

impl Options {
    fn of(&self, variant: &Value) -> String {
        let own = variant["product_template_attribute_value_ids"]
            .as_array()
            .unwrap()
            .iter();
        let mut pairs: Vec<&str> = own
            .map(|id| self.values[&id.as_i64().unwrap()].as_str())
            .collect();
        pairs.sort_unstable();
        pairs.join(",")
    }
}

fn options_of_odoo(bench: &Bench) -> Options {
    let mut options = Options {
        lines: BTreeMap::new(),
        values: BTreeMap::new(),
    };
    let used = json!([["active", "=", true]]);
    for line in bench.rows(
        "product.template.attribute.line",
        used,
        &["product_tmpl_id", "attribute_id"],
    ) {
        let names = options
            .lines
            .entry(line["product_tmpl_id"][0].to_string())
            .or_default();
        names.push(bare(&line["attribute_id"][1]));
    }
    for value in bench.rows(
        "product.template.attribute.value",
        json!([]),
        &["attribute_id", "name"],
    ) {
        let pair = format!("{}={}", bare(&value["attribute_id"][1]), bare(&value["name"]));
        options.values.insert(value["id"].as_i64().unwrap(), pair);
    }
    options
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
