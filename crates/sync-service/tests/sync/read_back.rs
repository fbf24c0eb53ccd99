//! After a sync both systems are read by a stranger, and everything that was mapped agrees.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::shop::nodes;
use crate::world::{World, decimal, many2one, text};

/// Variant of the shop and its counterpart in Odoo.
type Variants = BTreeMap<String, i64>;

#[test]
fn every_demo_record_agrees_and_a_further_run_writes_nothing() {
    let world = World::demo("0.0");
    for job in world.sync_all_well() {
        assert_eq!(job.counts.skip_count, 0, "{}", job.job_type);
    }
    everything_agrees(&world);
    nothing_is_written(&world);
}

#[test]
fn half_of_all_attempts_fail_and_a_run_without_failures_puts_it_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odoo.db");
    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "0.5"), ("MAX_RETRIES", "1")], None);
    world.seed_demo();
    let failed: u64 = world.sync_all().iter().map(|job| job.counts.fail_count).sum();
    assert!(failed > 0, "with one retry a quarter fails for good");
    let world = World::with_odoo_at(&path, &[("SYNC_FAILURE_RATE", "0.0")], Some(world));
    world.sync_all_well();
    assert_eq!(world.open_dead_letters().len(), 0, "they close themselves");
    everything_agrees(&world);
    nothing_is_written(&world);
}

fn nothing_is_written(world: &World) {
    let before = world.journals();
    for job in world.sync_all() {
        assert_eq!(
            job.counts.skip_count, job.counts.total_records,
            "{}",
            job.job_type
        );
    }
    assert_eq!(world.journals(), before);
}

pub(crate) fn everything_agrees(world: &World) {
    let variants = products_agree(world);
    levels_agree(world, &variants);
    orders_agree(world, &variants);
}

fn products_agree(world: &World) -> Variants {
    let products = world.products_of_the_shop();
    let fields = [
        "name",
        "description_sale",
        "website_slug",
        "x_vendor",
        "categ_id",
        "product_tag_ids",
        "active",
        "sale_ok",
        "is_storable",
        "list_price",
    ];
    let templates = world.rows(
        "product.template",
        json!([["website_slug", "!=", false]]),
        &fields,
    );
    let tags = world.names("product.tag");
    let mut variants = Variants::new();
    for product in &products {
        let handle = text(&product["handle"]);
        // Products of Odoo's own carry their key there, too.
        let own: Vec<&Value> = templates
            .iter()
            .filter(|row| row["website_slug"] == handle && row["name"] == product["title"])
            .collect();
        assert_eq!(own.len(), 1, "{handle} is there once");
        product_agrees(product, own[0], &tags);
        variants_agree(world, product, own[0], &mut variants);
    }
    variants
}

fn product_agrees(product: &Value, row: &Value, tags: &BTreeMap<i64, String>) {
    let handle = text(&product["handle"]);
    assert_eq!(
        letters(&without_tags(text(&product["descriptionHtml"]))),
        letters(text(&row["description_sale"])),
        "{handle}"
    );
    assert_eq!(text(&row["x_vendor"]), text(&product["vendor"]), "{handle}");
    let category = text(&row["categ_id"][1]).rsplit(" / ").next();
    assert_eq!(category, Some(text(&product["productType"])), "{handle}");
    let shown: BTreeSet<&str> = ids(&row["product_tag_ids"])
        .iter()
        .map(|id| tags[id].as_str())
        .collect();
    let wanted: BTreeSet<&str> = product["tags"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(shown, wanted, "{handle}");
    let status = text(&product["status"]);
    assert_eq!(row["active"], json!(status != "ARCHIVED"), "{handle}");
    // What is put away keeps whether it is for sale.
    assert_eq!(
        row["sale_ok"],
        json!(status == "ACTIVE" || status == "ARCHIVED"),
        "{handle}"
    );
    let first = &nodes(&product["variants"])[0];
    assert_eq!(decimal(&row["list_price"]), decimal(&first["price"]), "{handle}");
    let tracked = nodes(&product["variants"])
        .iter()
        .any(|variant| variant["inventoryItem"]["tracked"] == true);
    assert_eq!(row["is_storable"], json!(tracked), "{handle}");
}

fn variants_agree(world: &World, product: &Value, template: &Value, found: &mut Variants) {
    let fields = [
        "default_code",
        "barcode",
        "weight",
        "lst_price",
        "active",
        "product_template_attribute_value_ids",
    ];
    let rows = world.rows(
        "product.product",
        json!([["product_tmpl_id", "=", template["id"]]]),
        &fields,
    );
    let values = world.attribute_values(template["id"].as_i64().unwrap());
    let prices = world.fixed_prices();
    let wanted = nodes(&product["variants"]);
    let archived = product["status"] == "ARCHIVED";
    assert_eq!(
        rows.iter().filter(|row| row["active"] == true).count(),
        if archived { 0 } else { wanted.len() },
        "combinations that the shop lacks are archived: {}",
        product["handle"]
    );
    for variant in wanted {
        let options = variant["selectedOptions"].as_array().unwrap().iter();
        let combination: BTreeSet<(String, String)> = options
            .map(|option| {
                (
                    text(&option["name"]).to_owned(),
                    text(&option["value"]).to_owned(),
                )
            })
            .filter(|(name, value)| (name.as_str(), value.as_str()) != ("Title", "Default Title"))
            .collect();
        let of = |row: &&Value| {
            let own = ids(&row["product_template_attribute_value_ids"]);
            let own: BTreeSet<_> = own.iter().map(|id| values[id].clone()).collect();
            own == combination && row["active"] == json!(!archived)
        };
        let row = rows.iter().find(of).unwrap();
        assert_eq!(text(&row["default_code"]), text(&variant["sku"]));
        assert_eq!(text(&row["barcode"]), text(&variant["barcode"]));
        let id = row["id"].as_i64().unwrap();
        let price = prices.get(&id).copied().unwrap_or(decimal(&row["lst_price"]));
        assert_eq!(price, decimal(&variant["price"]), "{}", variant["sku"]);
        assert_eq!(
            decimal(&row["weight"]),
            kilograms(&variant["inventoryItem"]["measurement"]["weight"])
        );
        found.insert(text(&variant["id"]).to_owned(), id);
    }
}

fn levels_agree(world: &World, variants: &Variants) {
    let levels = world.levels();
    let mut compared = 0;
    for product in world.products_of_the_shop() {
        for variant in nodes(&product["variants"]) {
            let item = &variant["inventoryItem"];
            for level in nodes(&item["inventoryLevels"])
                .iter()
                .filter(|_| item["tracked"] == true)
            {
                let key = (
                    variants[text(&variant["id"])],
                    text(&level["location"]["name"]).to_owned(),
                );
                let shown = levels.get(&key).copied().unwrap_or_default();
                let wanted = decimal(&level["quantities"][0]["quantity"]);
                assert_eq!(shown, wanted, "{} at {}", variant["sku"], key.1);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 224);
}

fn orders_agree(world: &World, variants: &Variants) {
    let orders = world.orders_of_the_shop();
    assert_eq!(orders.len(), 50);
    let fields = [
        "client_order_ref",
        "amount_total",
        "amount_tax",
        "state",
        "date_order",
        "partner_id",
        "partner_invoice_id",
        "partner_shipping_id",
        "note",
        "picking_ids",
    ];
    let rows = world.rows("sale.order", json!([["client_order_ref", "!=", false]]), &fields);
    assert_eq!(rows.len(), 50, "no order is there twice");
    let partners = world.partners();
    for order in &orders {
        let row = rows
            .iter()
            .find(|row| row["client_order_ref"] == order["name"])
            .unwrap();
        order_agrees(order, row, &partners);
        lines_agree(world, order, row, variants);
    }
}

fn order_agrees(order: &Value, row: &Value, partners: &BTreeMap<i64, Value>) {
    let name = text(&order["name"]);
    let money = |of: &str| decimal(&order[of]["shopMoney"]["amount"]);
    assert_eq!(
        decimal(&row["amount_total"]),
        money("currentTotalPriceSet"),
        "{name}"
    );
    assert_eq!(decimal(&row["amount_tax"]), money("currentTotalTaxSet"), "{name}");
    let cancelled = !order["cancelledAt"].is_null();
    assert_eq!(row["state"], if cancelled { "cancel" } else { "sale" }, "{name}");
    let date = text(&order["processedAt"]).replace('T', " ").replace('Z', "");
    assert_eq!(text(&row["date_order"]), date, "{name}");
    assert_eq!(
        letters(text(&order["note"])),
        letters(&without_tags(text(&row["note"])))
    );
    let open = nodes(&order["lineItems"])
        .iter()
        .any(|line| !line["variant"].is_null() && line["unfulfilledQuantity"].as_i64() > Some(0));
    assert_eq!(
        !ids(&row["picking_ids"]).is_empty(),
        open && !cancelled,
        "{name} has a delivery if something is left to be shipped"
    );
    let partner = &partners[&many2one(&row["partner_id"])];
    assert_eq!(
        text(&partner["email"]).to_lowercase(),
        text(&order["email"]).to_lowercase(),
        "{name}"
    );
    for (shown, wanted) in [
        ("partner_invoice_id", "billingAddress"),
        ("partner_shipping_id", "shippingAddress"),
    ] {
        if order[wanted].is_null() {
            continue;
        }
        let address = &partners[&many2one(&row[shown])];
        for (field, of) in [
            ("name", "name"),
            ("company_name", "company"),
            ("street", "address1"),
            ("city", "city"),
            ("zip", "zip"),
        ] {
            assert_eq!(
                text(&address[field]),
                text(&order[wanted][of]).trim(),
                "{name} {wanted}"
            );
        }
        let own = address["id"] == partner["id"];
        assert!(own || many2one(&address["parent_id"]) == many2one(&row["partner_id"]));
    }
}

fn lines_agree(world: &World, order: &Value, row: &Value, variants: &Variants) {
    let fields = [
        "product_id",
        "name",
        "product_uom_qty",
        "price_unit",
        "qty_delivered",
    ];
    let rows = world.rows("sale.order.line", json!([["order_id", "=", row["id"]]]), &fields);
    let lines = nodes(&order["lineItems"]);
    let mut sold: Vec<(i64, Decimal, Decimal)> = lines
        .iter()
        .filter(|line| !line["variant"].is_null())
        .map(|line| {
            let price = decimal(&line["originalUnitPriceSet"]["shopMoney"]["amount"]);
            let quantity = decimal(&line["currentQuantity"]);
            (variants[text(&line["variant"]["id"])], quantity, price)
        })
        .collect();
    let of_the_shop: BTreeSet<i64> = variants.values().copied().collect();
    let mut shown: Vec<(i64, Decimal, Decimal)> = rows
        .iter()
        .map(|line| {
            (
                many2one(&line["product_id"]),
                decimal(&line["product_uom_qty"]),
                decimal(&line["price_unit"]),
            )
        })
        .filter(|(product, ..)| of_the_shop.contains(product))
        .collect();
    sold.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, sold, "{}", order["name"]);
    let named = |product: &str, name: &str| {
        let of = |line: &&Value| text(&line["product_id"][1]) == product && line["name"] == name;
        rows.iter().filter(of).count()
    };
    for line in lines.iter().filter(|line| line["variant"].is_null()) {
        assert_eq!(named("Item without a product", text(&line["name"])), 1);
    }
    for line in nodes(&order["shippingLines"]) {
        assert_eq!(named("Shipping", text(&line["title"])), 1);
    }
}

fn ids(value: &Value) -> Vec<i64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_i64)
        .collect()
}

fn kilograms(weight: &Value) -> Decimal {
    let factor = match text(&weight["unit"]) {
        "KILOGRAMS" => Decimal::ONE,
        "GRAMS" => Decimal::new(1, 3),
        other => panic!("a unit that the demonstration does not use: {other}"),
    };
    (decimal(&weight["value"]) * factor).round_dp(2)
}

/// Text without tags and named characters (which are all punctuation in the demonstration).
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut until = None;
    for c in html.chars() {
        match (until, c) {
            (None, '<') => until = Some('>'),
            (None, '&') => until = Some(';'),
            (None, c) => text.push(c),
            (Some(end), c) if c == end => until = None,
            (Some(_), _) => {}
        }
    }
    text
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
