//! Products that come into an empty database, their variants, codes and states.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use mapping_transforms::FieldPath;
use serde_json::{Value, json};
use sync_core::Applied;
use sync_core::ports::{Connector as _, Counted};
use wire::{Fault, FaultRule};

use crate::goods::{Goods, active, difference};
use crate::world::{Bench, run};

fn assert_shown(goods: &Goods, applied: &Applied) {
    assert_eq!(difference(&goods.create().desired, &applied.record), None);
    let linked: Vec<&str> = applied
        .children
        .iter()
        .map(|child| child.source_id.as_str())
        .collect();
    let wanted: Vec<String> = goods.variants.iter().map(|kind| kind.id.to_string()).collect();
    assert_eq!(linked, wanted, "every variant is linked");
    for (child, kind) in applied.children.iter().zip(&goods.variants) {
        let variants = applied.record.body["product_variant_ids"].as_array().unwrap();
        let target = variants
            .iter()
            .find(|one| Some(one["id"].to_string()) == child.target_id);
        assert_eq!(
            target.unwrap()["default_code"],
            json!(kind.sku),
            "the link leads to its own variant"
        );
    }
}

#[test]
fn a_shirt_in_four_sizes() {
    let bench = Bench::new();
    let shirt = Goods::shirt(1);
    let applied = bench.write(&shirt.create());
    assert_shown(&shirt, &applied);
    assert_eq!(applied.warnings, Vec::<String>::new());
    assert_eq!(
        applied.record.body["attribute_line_ids"],
        json!([{"attribute": "Size", "values": ["S", "M", "L", "XL"]}]),
        "in the order of the shop"
    );
    assert_eq!(applied.record.body["categ_id"]["name"], "Shirts");
    assert_eq!(bench.count("product.product", &json!([])), 4);
    let attributes = bench.rows("product.attribute", &json!([]), &["name", "create_variant"]);
    assert_eq!(attributes.len(), 1);
    assert_eq!(attributes[0]["create_variant"], "always");
}

#[test]
fn a_product_without_options_makes_no_attribute() {
    let bench = Bench::new();
    let mug = Goods::plain(2, "Mug", "7.50");
    let applied = bench.write(&mug.create());
    assert_shown(&mug, &applied);
    assert_eq!(bench.count("product.attribute", &json!([])), 0);
    assert_eq!(bench.count("product.template.attribute.line", &json!([])), 0);
    assert_eq!(bench.count("product.product", &json!([])), 1);
}

#[test]
fn names_are_shared_and_not_made_twice() {
    let bench = Bench::new();
    bench.apply(&[Goods::shirt(1).create(), Goods::shirt(2).create()]);
    bench.write(&Goods::shirt(3).create());
    assert_eq!(bench.count("product.attribute", &json!([])), 1);
    assert_eq!(bench.count("product.attribute.value", &json!([])), 4);
    assert_eq!(
        bench.count("product.category", &json!([["name", "=", "Shirts"]])),
        1
    );
}

/// Two by two with a hole.
fn with_hole() -> Goods {
    let variants: [(&[&str], &str); 3] = [
        (&["S", "Red"], "20"),
        (&["S", "Blue"], "20"),
        (&["L", "Red"], "20"),
    ];
    Goods::with(1, "Shirt", &["Size", "Colour"], &variants)
}

#[test]
fn combinations_that_the_shop_does_not_have_are_archived() {
    let bench = Bench::new();
    let mut shirt = with_hole();
    let made = bench.write(&shirt.create());
    assert_shown(&shirt, &made);
    assert_eq!(active(&made.record).len(), 3);

    // Odoo takes archived combinations out of the archive when the attributes of a product change.
    shirt.link(&made);
    shirt.add(&["L", "Green"], "20");
    let changed = bench.write(&shirt.update(&made.record, &[]));
    assert_shown(&shirt, &changed);
    let shown: Vec<&Value> = active(&changed.record)
        .iter()
        .map(|one| &one["combination"])
        .collect();
    for hole in [
        json!({"Size": "L", "Colour": "Blue"}),
        json!({"Size": "S", "Colour": "Green"}),
    ] {
        assert!(!shown.contains(&&hole), "{hole} is archived");
    }

    // One that is sold after all.
    shirt.link(&changed);
    shirt.add(&["L", "Blue"], "20");
    let filled = bench.write(&shirt.update(&changed.record, &[]));
    assert_shown(&shirt, &filled);
    assert_eq!(active(&filled.record).len(), 5);
}

#[test]
fn a_barcode_that_is_taken_is_left_empty() {
    let bench = Bench::new();
    bench.call(
        "product.template",
        "create",
        &json!([{"name": "Other", "barcode": "4006381333931"}]),
    );
    let mut shirt = Goods::shirt(1);
    "4006381333931".clone_into(&mut shirt.kind(&["S"]).barcode);
    "4006381333948".clone_into(&mut shirt.kind(&["M"]).barcode);
    "4006381333948".clone_into(&mut shirt.kind(&["L"]).barcode);
    let mut mug = Goods::plain(2, "Mug", "7.50");
    "4006381333948".clone_into(&mut mug.variants[0].barcode);
    let applied = bench.apply(&[shirt.create(), mug.create()]);
    let mut shown = shirt.clone();
    shown.kind(&["S"]).barcode.clear();
    shown.kind(&["L"]).barcode.clear();
    assert_shown(&shown, &applied[0]);
    assert_eq!(applied[0].warnings.len(), 2, "{:?}", applied[0].warnings);
    assert!(applied[0].warnings[0].contains("4006381333931") && applied[0].warnings[0].contains("100"));
    mug.variants[0].barcode.clear();
    assert_shown(&mug, &applied[1]);
    assert_eq!(applied[1].warnings.len(), 1, "{:?}", applied[1].warnings);

    // Once it is free, it goes where it belongs.
    let others = bench.rows("product.product", &json!([["name", "=", "Other"]]), &["id"]);
    bench.call(
        "product.product",
        "write",
        &json!([[others[0]["id"]], {"barcode": false}]),
    );
    shirt.link(&applied[0]);
    shirt.kind(&["L"]).barcode.clear();
    let again = bench.write(&shirt.update(&applied[0].record, &[]));
    assert_shown(&shirt, &again);
    assert_eq!(again.warnings, Vec::<String>::new());
}

#[test]
fn codes_may_be_swapped() {
    let bench = Bench::new();
    let mut shirt = Goods::shirt(1);
    for (place, kind) in shirt.variants.iter_mut().enumerate() {
        kind.barcode = format!("400638133390{place}");
    }
    let made = bench.write(&shirt.create());
    shirt.link(&made);
    let codes: Vec<(String, String)> = shirt
        .variants
        .iter()
        .map(|kind| (kind.sku.clone(), kind.barcode.clone()))
        .collect();
    for (kind, (sku, barcode)) in shirt.variants.iter_mut().zip(codes.into_iter().rev()) {
        (kind.sku, kind.barcode) = (sku, barcode);
    }
    let changed = bench.write(&shirt.update(&made.record, &[]));
    assert_shown(&shirt, &changed);
    assert_eq!(changed.warnings, Vec::<String>::new());
}

#[test]
fn what_a_state_means() {
    let expected = [
        ("active", true, true),
        ("draft", true, false),
        ("unlisted", true, false),
        ("archived", false, false),
    ];
    for (first, ..) in expected {
        let bench = Bench::new();
        let mut shirt = with_hole();
        shirt.status = first;
        let mut before = bench.write(&shirt.create());
        // From each state into each other one, and back.
        for (status, is_active, sale_ok) in expected.iter().chain(expected.iter().rev()) {
            shirt.link(&before);
            shirt.status = status;
            shirt.title = format!("{first} then {status}");
            let now = bench.write(&shirt.update(&before.record, &[]));
            assert_shown(&shirt, &now);
            assert_eq!(
                now.record.body["active"],
                json!(is_active),
                "{first} then {status}"
            );
            assert_eq!(
                now.record.body["sale_ok"],
                json!(sale_ok),
                "{first} then {status}"
            );
            let variants = if *is_active { 3 } else { 0 };
            assert_eq!(active(&now.record).len(), variants, "{first} then {status}");
            assert_eq!(now.record.id, before.record.id);
            before = now;
        }
    }
}

#[test]
fn a_large_batch_takes_no_more_calls_than_a_small_one() {
    let calls = |count: u64| {
        let bench = Bench::new();
        let total = Arc::new(AtomicUsize::new(0));
        let kept = Arc::clone(&total);
        let counting = move |_: &wire::WireRequest| {
            kept.fetch_add(1, SeqCst);
            false
        };
        bench.script(FaultRule::new(Fault::LostBefore, counting));
        let batch: Vec<_> = (1..=count).map(|id| Goods::shirt(id).create()).collect();
        bench.apply(&batch);
        total.load(SeqCst)
    };
    assert_eq!(calls(30), calls(2));
}

#[test]
fn products_are_counted_by_tag_and_id() {
    let bench = Bench::new();
    let shirt = bench.write(&Goods::shirt(1).create()).record.id;
    let mug = bench.write(&Goods::plain(2, "Mug", "7.50").create()).record.id;
    let tag = bench.call(
        "product.tag",
        "create",
        &json!([[{"name": "On_line"}, {"name": "Onxline"}]]),
    );
    let id: i64 = shirt.parse().unwrap();
    let other: i64 = mug.parse().unwrap();
    bench.call(
        "product.template",
        "write",
        &json!([[id], {"product_tag_ids": [[6, 0, [tag[0]]]]}]),
    );
    bench.call(
        "product.template",
        "write",
        &json!([[other], {"product_tag_ids": [[6, 0, [tag[1]]]]}]),
    );
    let connector = bench.connector();
    let path: FieldPath = "product_tag_ids".parse().unwrap();
    let count = |text: Option<&str>, ids: Option<&[String]>| {
        let which = Counted {
            showing: text.map(|text| (&path, text)),
            among: ids,
        };
        run(connector.count(&"product".into(), which)).unwrap()
    };
    assert_eq!(count(None, None), Some(2));
    assert_eq!(count(Some(" on_LINE "), None), Some(1));
    assert_eq!(count(Some("nothing"), None), Some(0));
    assert_eq!(count(Some("on_line"), Some(std::slice::from_ref(&mug))), Some(0));
    assert_eq!(count(None, Some(&[shirt, mug, "x".into()])), Some(2));
    let name = "name".parse().unwrap();
    let which = Counted {
        showing: Some((&name, "Mug")),
        among: None,
    };
    assert_eq!(run(connector.count(&"product".into(), which)), Ok(None));
    assert_eq!(
        run(connector.count(&"inventory".into(), Counted::default())),
        Ok(None)
    );
    assert!(run(connector.count(&"thing".into(), Counted::default())).is_err());
}

#[test]
fn an_emptied_type_leads_to_the_category_above_all() {
    let bench = Bench::new();
    let mut shirt = Goods::shirt(1);
    let made = bench.write(&shirt.create());
    // One of the same name that is not the uppermost is none of that kind.
    let shirts = bench.rows("product.category", &json!([["name", "=", "Shirts"]]), &["name"]);
    bench.call(
        "product.category",
        "create",
        &json!([{"name": "All", "parent_id": shirts[0]["id"]}]),
    );
    let categories = bench.count("product.category", &json!([]));
    shirt.link(&made);
    shirt.category = String::new();
    for _ in 0..2 {
        let applied = bench.write(&shirt.update(&made.record, &[]));
        assert_eq!(applied.record.body["categ_id"]["name"], json!(null));
        let shown = bench.rows("product.template", &json!([]), &["categ_id"]);
        assert_eq!(shown[0]["categ_id"][1], "All");
    }
    shirt.category = "Shirts".into();
    let applied = bench.write(&shirt.update(&made.record, &[]));
    assert_eq!(applied.record.body["categ_id"]["name"], "Shirts");
    assert_eq!(bench.count("product.category", &json!([])), categories);
}

#[test]
fn what_a_write_does_not_name_stays_as_it_is() {
    let bench = Bench::new();
    let mut shirt = Goods::shirt(1);
    let made = bench.write(&shirt.create());
    shirt.link(&made);
    // Somebody in Odoo sorts the shirt into another category of the same name: nobody's change for the rules.
    let other = bench.call("product.category", "create", &json!([{"name": "Outdoor"}]));
    let shirts = json!([{"name": "Shirts", "parent_id": other}]);
    let shirts = bench.call("product.category", "create", &shirts);
    let id: i64 = made.record.id.parse().unwrap();
    bench.call("product.template", "write", &json!([[id], {"categ_id": shirts}]));
    let variants = bench.rows("product.product", &json!([]), &["default_code"]);
    let (first, second) = (&variants[0]["id"], &variants[1]["id"]);
    for id in [first, second] {
        bench.call(
            "product.product",
            "write",
            &json!([[id], {"default_code": "by hand"}]),
        );
    }
    shirt.title = "Linen shirt".into();
    let mut write = shirt.update(&made.record, &[]);
    let code = format!("product_variant_ids[{second}].default_code");
    write
        .changes
        .retain(|change| change.field == "name" || change.field == code);
    let applied = bench.write(&write);
    assert_eq!(applied.record.body["name"], "Linen shirt");
    let shown = bench.rows("product.template", &json!([]), &["categ_id"]);
    assert_eq!(shown[0]["categ_id"][1], "Outdoor / Shirts");
    let variants = bench.rows("product.product", &json!([]), &["default_code"]);
    assert_eq!(variants[0]["default_code"], "by hand");
    assert_eq!(variants[1]["default_code"], shirt.variants[1].sku);
}

#[test]
fn what_is_not_named_is_not_touched() {
    let bench = Bench::new();
    let mut shirt = Goods::shirt(1);
    let made = bench.write(&shirt.create());
    shirt.link(&made);
    let mut update = shirt.update(&made.record, &[]);
    // Since the comparison somebody gave the product another name and a variant another weight.
    let template: i64 = made.record.id.parse().unwrap();
    bench.call(
        "product.template",
        "write",
        &json!([[template], {"name": "By hand"}]),
    );
    let variant: i64 = shirt.variants[0].linked.as_ref().unwrap().parse().unwrap();
    bench.call("product.product", "write", &json!([[variant], {"weight": 7}]));
    update.desired["website_slug"] = json!("another");
    update.desired["product_variant_ids"][1]["weight"] = json!("0.9");
    let other = shirt.variants[1].linked.as_ref().unwrap();
    let kept = [
        "website_slug".to_owned(),
        format!("product_variant_ids[{other}].weight"),
    ];
    update.changes.retain(|change| kept.contains(&change.field));
    let shown = bench.write(&update).record.body;
    assert_eq!(shown["name"], "By hand");
    let weights: Vec<_> = shown["product_variant_ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["weight"])
        .collect();
    assert_eq!(weights[..2], [&json!(7.0), &json!(0.9)]);
}
