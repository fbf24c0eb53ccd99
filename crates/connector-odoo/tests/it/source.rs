//! What the default rules make of Odoo's records, and writes that leave out what the other side won.

use mapping_transforms::{ChildRule, Mapping, NoLinks, Registry, RuleSet, Side, build_target};
use serde_json::{Value, json};
use sync_core::Write;

use crate::goods::{Goods, active, difference};
use crate::world::Bench;

fn rules(record_type: &str) -> RuleSet {
    let all: Vec<Mapping> =
        serde_json::from_str(include_str!("../../../../seed_data/mappings.json")).unwrap();
    let own: Vec<Mapping> = all
        .into_iter()
        .filter(|rule| rule.record_type == record_type)
        .collect();
    let child = |name: &str, shopify: &str, odoo: &str| {
        ChildRule::new(name, shopify.parse().unwrap(), odoo.parse().unwrap())
    };
    let children = match record_type {
        "product" => vec![child("variant", "variants", "product_variant_ids")],
        "order" => vec![
            child("line_item", "line_items", "order_line"),
            child("shipping_line", "shipping_lines", "order_line"),
            child("discount_line", "discount_lines", "order_line"),
        ],
        _ => Vec::new(),
    };
    RuleSet::compile(&own, children, &Registry::standard()).unwrap()
}

/// The fields of the shop that rules write.
fn written_back(record_type: &str) -> Vec<String> {
    let set = rules(record_type);
    let back = set.rules().iter().filter(|rule| rule.goes_from(Side::Odoo));
    back.map(|rule| rule.mapping().shopify_field.to_string())
        .collect()
}

#[test]
fn the_default_rules_lead_back_where_they_can() {
    assert_eq!(
        written_back("product"),
        [
            "title",
            "vendor",
            "product_type",
            "tags",
            "status",
            "tracks_inventory",
            "attribute_lines",
            "variants.*.selected_options",
            "variants.*.sku",
            "variants.*.barcode",
            "variants.*.price",
            "variants.*.grams",
        ]
    );
    assert_eq!(
        written_back("inventory"),
        ["variant_id", "location_id", "on_hand"]
    );
    assert_eq!(
        written_back("order"),
        [
            "note",
            "cancelled",
            "line_items.*.fulfilled_quantity",
            "tracking_numbers"
        ]
    );
}

fn for_the_shop(body: &Value) -> Value {
    let set = rules("product");
    let (mapped, problems) = set.apply(Side::Odoo, body, &NoLinks);
    assert_eq!(problems, Vec::new());
    build_target(&mapped).unwrap()
}

#[test]
fn a_product_of_odoo_becomes_one_of_the_shop() {
    let bench = Bench::new();
    let values: [(&[&str], &str); 3] = [
        (&["S", "Red"], "20.00"),
        (&["S", "Blue"], "20.20"),
        (&["L", "Red"], "30.10"),
    ];
    let mut shirt = Goods::with(1, "Shirt", &["Size", "Colour"], &values);
    shirt.tags = vec!["summer".into(), "Shopify".into()];
    let made = bench.write(&shirt.create());
    let ids: Vec<String> = active(&made.record)
        .iter()
        .map(|one| one["id"].to_string())
        .collect();
    let variant = |at: usize, size: &str, colour: &str, price: &str| {
        json!({
            "@source": format!("variant/{}", ids[at]),
            "selected_options": {"Size": size, "Colour": colour},
            "sku": format!("SKU-1-{at}"),
            "barcode": null,
            "price": price,
            "grams": "200",
        })
    };
    assert_eq!(
        for_the_shop(&made.record.body),
        json!({
            "title": "Shirt",
            "vendor": null,
            "product_type": "Shirts",
            "tags": "Shopify, summer",
            "status": "active",
            "tracks_inventory": true,
            "attribute_lines": [
                {"attribute": "Size", "values": ["S", "L"]},
                {"attribute": "Colour", "values": ["Red", "Blue"]},
            ],
            "variants": [
                variant(0, "S", "Red", "20.00"),
                variant(1, "S", "Blue", "20.20"),
                variant(2, "L", "Red", "30.10"),
            ],
        }),
        "the combination that is not for sale is no variant"
    );
}

#[test]
fn a_sale_status_is_read_and_written() {
    let bench = Bench::new();
    let made = bench.write(&Goods::shirt(1).create());
    let id: i64 = made.record.id.parse().unwrap();
    let cases = [
        (true, true, "active"),
        (true, false, "draft"),
        (false, true, "archived"),
        (false, false, "archived"),
    ];
    for (active, sale_ok, status) in cases {
        let values = json!({"active": active, "sale_ok": sale_ok});
        bench.call("product.template", "write", &json!([[id], values]));
        let shown = bench.product(&made.record.id);
        assert_eq!(shown.body["sale_status"], status);
        assert_eq!(for_the_shop(&shown.body)["status"], status);
    }
}

/// A write that says only this.
fn only(base: &Write, desired: Value) -> Write {
    Write {
        desired,
        ..base.clone()
    }
}

#[test]
fn a_product_is_archived_by_its_status_alone() {
    let bench = Bench::new();
    let shirt = Goods::shirt(1);
    let made = bench.write(&shirt.create());
    let mut update = shirt.update(&made.record, &[]);
    update.children.clear();
    let away = bench.write(&only(&update, json!({"sale_status": "archived"})));
    assert_eq!(away.record.body["sale_status"], "archived");
    assert_eq!(
        away.record.body["product_variant_ids"].as_array().unwrap().len(),
        4,
        "all of its variants are still there"
    );
    update.current = Some(away.record);
    let back = bench.write(&only(&update, json!({"sale_status": "active"})));
    assert_eq!(difference(&shirt.create().desired, &back.record), None);
}

#[test]
fn what_is_left_out_stays_as_it_is() {
    let bench = Bench::new();
    let values: [(&[&str], &str); 3] = [(&["S"], "20.00"), (&["M"], "22.00"), (&["L"], "25.00")];
    let mut shirt = Goods::with(1, "Shirt", &["Size"], &values);
    let made = bench.write(&shirt.create());
    shirt.link(&made);
    // Odoo's people change a price, a name of a size, a code, the category.
    let value = bench.rows(
        "product.template.attribute.value",
        &json!([["name", "=", "L"]]),
        &["id", "product_attribute_value_id"],
    );
    let extra = json!([[value[0]["id"]], {"price_extra": 9}]);
    bench.call("product.template.attribute.value", "write", &extra);
    let large = json!([[value[0]["product_attribute_value_id"][0]], {"name": "Large"}]);
    bench.call("product.attribute.value", "write", &large);
    let edited = bench.product(&made.record.id);

    // The shop changes the price of another variant, and loses the rest.
    let mut update = shirt.update(&edited, &[]);
    let variants: Vec<Value> = ["20.00", "23.50", ""]
        .iter()
        .zip(&shirt.variants)
        .map(|(price, kind)| {
            let mut variant = json!({"@source": format!("variant/{}", kind.id), "weight": "0.3"});
            if !price.is_empty() {
                variant["lst_price"] = json!(price);
            }
            variant
        })
        .collect();
    update.desired = json!({"name": "Better shirt", "product_variant_ids": variants});
    for _ in 0..2 {
        let done = bench.write(&update);
        let body = &done.record.body;
        assert_eq!(body["name"], "Better shirt");
        assert_eq!(body["categ_id"]["name"], "Shirts");
        assert_eq!(body["sale_status"], "active");
        assert_eq!(
            body["attribute_line_ids"],
            json!([{"attribute": "Size", "values": ["S", "M", "Large"]}])
        );
        let shown: Vec<[&Value; 3]> = active(&done.record)
            .iter()
            .map(|one| {
                [
                    &one["combination"]["Size"],
                    &one["default_code"],
                    &one["lst_price"],
                ]
            })
            .collect();
        assert_eq!(
            json!(shown),
            json!([
                ["S", "SKU-1-0", "20"],
                ["M", "SKU-1-1", "23.5"],
                ["Large", "SKU-1-2", "29"]
            ])
        );
        assert!(
            done.children
                .iter()
                .zip(&shirt.variants)
                .all(|(child, kind)| child.target_id == kind.linked)
        );
    }
}

#[test]
fn a_variant_that_somebody_made_in_odoo_stays() {
    let bench = Bench::new();
    let mut shirt = Goods::shirt(1);
    let made = bench.write(&shirt.create());
    shirt.link(&made);
    let size = bench.rows("product.attribute", &json!([]), &["id"])[0]["id"].clone();
    let huge = bench.call(
        "product.attribute.value",
        "create",
        &json!([{"name": "XXL", "attribute_id": size}]),
    );
    let line = bench.rows("product.template.attribute.line", &json!([]), &["id"]);
    let add = json!([[line[0]["id"]], {"value_ids": [[4, huge]]}]);
    bench.call("product.template.attribute.line", "write", &add);
    let edited = bench.product(&made.record.id);
    assert_eq!(active(&edited).len(), 5);

    let mut update = shirt.update(&edited, &[]);
    update
        .desired
        .as_object_mut()
        .unwrap()
        .remove("attribute_line_ids");
    update.desired["name"] = json!("Better shirt");
    let done = bench.write(&update);
    assert_eq!(active(&done.record).len(), 5, "the shop is still to get it");
}
