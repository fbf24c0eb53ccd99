//! Products: made and changed.

use mapping_transforms::SOURCE_KEY;
use mock_shopify::NewProduct;
use serde_json::{Value, json};
use sync_core::ErrorKind;
use sync_core::ports::Connector as _;

use super::{FOUR, create, done, products, refused, remarks, shirt, titles, update, variants};
use crate::world::{Bench, run, simple, snapshot, tiny, variant};

#[test]
fn a_product_is_made_as_it_is_wanted() {
    let bench = Bench::unlimited();
    let mut desired = shirt(&FOUR);
    desired["variants"][1]["compare_at_price"] = json!("25.5");
    desired["variants"][2]["weight"] = json!(1.5);
    desired["variants"][2]["weight_unit"] = json!("lb");
    desired["variants"][2].as_object_mut().unwrap().remove("grams");
    desired["variants"][3]["inventory_policy"] = json!("continue");
    let write = create("product", "12", desired);
    let applied = done(&bench, &write);
    snapshot("made", std::slice::from_ref(&applied.record));
    let sources: Vec<&str> = applied
        .children
        .iter()
        .map(|child| child.source_id.as_str())
        .collect();
    assert_eq!(sources, ["1", "2", "3", "4"]);
    let shown = applied.record.body["variants"].as_array().unwrap();
    for (child, variant) in applied.children.iter().zip(shown) {
        assert_eq!(
            child.target_id.as_deref(),
            Some(variant["id"].to_string().as_str())
        );
    }
    let fetched = run(bench
        .connector(tiny())
        .fetch(&"product".into(), std::slice::from_ref(&applied.record.id)));
    assert_eq!(fetched.unwrap(), [applied.record]);
    // Looking for the handle, making the product, reading it (with tiny pages).
    let calls = bench.operations();
    assert_eq!(calls[..2], ["ProductsByHandle", "ProductSet"]);
}

#[test]
fn a_product_without_options_has_one_variant() {
    let bench = Bench::unlimited();
    let desired = json!({
        "title": "Mug", "tracks_inventory": true,
        "variants": [{ SOURCE_KEY: "variant/7", "sku": "MUG", "price": 9 }],
    });
    let applied = done(&bench, &create("product", "3", desired));
    assert_eq!(titles(&applied.record), ["Default Title"]);
    assert_eq!(applied.record.body["attribute_lines"], json!([]));
    let variant = &applied.record.body["variants"][0];
    assert_eq!(
        (&variant["sku"], &variant["price"]),
        (&json!("MUG"), &json!("9.00"))
    );
    assert_eq!(variant["tracked"], true);
    assert_eq!(applied.children[0].target_id, Some(variant["id"].to_string()));
    // Without any variants the product gets one all the same.
    let bare = done(&bench, &create("product", "4", json!({"title": "Bare"})));
    assert_eq!(titles(&bare.record), ["Default Title"]);
}

#[test]
fn a_foreign_product_keeps_its_handle() {
    let bench = Bench::unlimited();
    bench.change(|store| store.add_product(simple("Linen shirt", "1", &[])));
    let write = create("product", "12", shirt(&FOUR));
    let applied = done(&bench, &write);
    let handle = applied.record.body["handle"].as_str().unwrap();
    assert!(
        handle.starts_with("linen-shirt-") && handle.len() == 18,
        "{handle}"
    );
    assert_eq!(
        applied.warnings,
        [format!(
            "the handle `linen-shirt` belongs to another product: this one has `{handle}`"
        )]
    );
    let again = done(&bench, &write);
    assert_eq!(again.record.body["handle"], handle);
    assert_eq!(again.children, applied.children);
    assert_eq!(products(&bench.shopify).len(), 2);
    // Another record of the same name is another product.
    let other = done(&bench, &create("product", "13", shirt(&FOUR)));
    assert_ne!(other.record.body["handle"], handle);
    assert_eq!(products(&bench.shopify).len(), 3);
    let odd = create("product", "14", json!({"title": "…", "handle": "Größe 7"}));
    assert_eq!(done(&bench, &odd).record.body["handle"], "grosse-7");
}

#[test]
fn a_handle_that_is_taken_in_this_moment_is_not_hijacked() {
    let bench = Bench::unlimited();
    let shopify = std::sync::Arc::clone(&bench.shopify);
    let now = bench.now();
    bench.change_answers(move |request, _| {
        if crate::world::operation(request) == "ProductsByHandle" {
            // Only the first time: the handle is taken then.
            let taken = super::products(&shopify)
                .iter()
                .any(|product| product.handle == "linen-shirt");
            if !taken {
                shopify
                    .change(now, |store| store.add_product(simple("Linen shirt", "1", &[])))
                    .unwrap();
            }
        }
    });
    let write = create("product", "12", shirt(&FOUR));
    let error = refused(&bench, &write);
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Contention, "handle_not_unique")
    );
    assert_eq!(done(&bench, &write).record.body["title"], "Linen shirt");
    assert_eq!(products(&bench.shopify).len(), 2);
    assert_eq!(variants(&bench.shopify).len(), 5);
}

#[test]
fn only_what_is_named_is_touched() {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let id: i64 = made.record.id.parse().unwrap();
    // After the comparison somebody changes other fields, and one tag.
    bench.change(|store| {
        store.edit_product(id, |product| {
            product.vendor = "Somebody".into();
            product.tags.push("sale".into());
        })
    });
    let mut desired = shirt(&FOUR);
    desired["title"] = json!("Linen shirt, new");
    desired["tags"] = json!("linen, autumn");
    desired["variants"][0]["price"] = json!("21");
    desired["variants"][3]["barcode"] = json!(null);
    let mut write = update(&made.record, "12", desired, &made.children);
    write.changes.retain(|change| change.field != "vendor");
    bench.operations();
    let applied = done(&bench, &write);
    let body = &applied.record.body;
    assert_eq!(body["title"], "Linen shirt, new");
    assert_eq!(body["vendor"], "Somebody");
    assert_eq!(body["tags"], "autumn, linen, sale");
    assert_eq!(body["variants"][0]["price"], "21.00");
    assert_eq!(body["variants"][3]["barcode"], Value::Null);
    assert_eq!(body["variants"][1], made.record.body["variants"][1]);
    let calls = bench.operations();
    let writing = calls
        .iter()
        .filter(|call| call.starts_with("ProductWrite") || *call == "ProductSet");
    assert_eq!(writing.collect::<Vec<_>>(), ["ProductWrite"], "one call");
    assert_eq!(applied.children, made.children);
    // The same again has nothing to say.
    done(&bench, &write);
    assert!(!bench.operations().contains(&"ProductWrite".to_owned()));
}

#[test]
fn fields_that_are_present_and_not_named_stay() {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let mut desired = shirt(&FOUR);
    desired["body_html"] = json!("another form of the same");
    desired["variants"][0]["price"] = json!("99");
    let mut write = update(&made.record, "12", desired, &made.children);
    write.changes.clear();
    let applied = done(&bench, &write);
    assert_eq!(applied.record, made.record);
}

#[test]
fn prices_stay_with_their_variants_whatever_the_order() {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let ids: Vec<i64> = made
        .children
        .iter()
        .map(|child| child.target_id.as_deref().unwrap().parse().unwrap())
        .collect();
    let id: i64 = made.record.id.parse().unwrap();
    bench.change(|store| store.reorder_variants(id, &[ids[3], ids[2], ids[1], ids[0]]));
    let fetched = run(bench
        .connector(tiny())
        .fetch(&"product".into(), std::slice::from_ref(&made.record.id)));
    let moved = fetched.unwrap().remove(0);
    let mut desired = shirt(&FOUR);
    desired["variants"][0]["price"] = json!("77");
    let applied = done(&bench, &update(&moved, "12", desired, &made.children));
    let prices: Vec<(&Value, &Value)> = applied.record.body["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| (&variant["id"], &variant["price"]))
        .collect();
    assert_eq!(prices[3], (&json!(ids[0]), &json!("77.00")));
    assert!(prices[..3].iter().all(|(_, price)| **price == json!("20.00")));
    assert_eq!(applied.children, made.children, "in the order of the write");
}

#[test]
fn a_price_by_position_is_the_price_of_the_variant_that_was_there() {
    let bench = Bench::unlimited();
    bench.change(|store| store.add_product(simple("Mug", "9", &[])));
    let record = run(super::super::world::walk(&bench.connector(tiny()), "product", 5))
        .unwrap()
        .remove(0);
    let mut write = update(&record, "5", json!({"variants": [{"price": "12"}]}), &[]);
    write.changes[0].field = "variants.0.price".into();
    assert_eq!(done(&bench, &write).record.body["variants"][0]["price"], "12.00");
}

#[test]
fn weights_keep_their_unit() {
    let bench = Bench::unlimited();
    let mut one = variant(&[], "1", "A", &[]);
    one.weight = Some(mock_shopify::Weight {
        value: crate::world::decimal("8"),
        unit: mock_shopify::WeightUnit::Ounces,
    });
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Jar".into(),
            variants: vec![one],
            ..NewProduct::default()
        })
    });
    let record = run(crate::world::walk(&bench.connector(tiny()), "product", 5))
        .unwrap()
        .remove(0);
    let id = record.body["variants"][0]["id"].to_string();
    let child = sync_core::ChildRef {
        record_type: "variant".into(),
        source_id: "7".into(),
        target_id: Some(id),
    };
    let with = |grams: Value| json!({"variants": [{ SOURCE_KEY: "variant/7", "grams": grams }]});
    let mut same = update(&record, "5", with(json!("227.0")), std::slice::from_ref(&child));
    assert_eq!(same.changes.len(), 1);
    let applied = done(&bench, &same);
    assert_eq!(
        applied.record.body["variants"][0]["weight_unit"], "oz",
        "227 g are what it shows"
    );
    same = update(&record, "5", with(json!(300)), &[child]);
    let applied = done(&bench, &same);
    let variant = &applied.record.body["variants"][0];
    assert_eq!(
        (&variant["grams"], &variant["weight_unit"], &variant["weight"]),
        (&json!(300), &json!("g"), &json!("300"))
    );
}

#[test]
fn archiving_is_a_status() {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let applied = done(
        &bench,
        &update(&made.record, "12", json!({"status": "archived"}), &[]),
    );
    assert_eq!(applied.record.body["status"], "archived");
    let mut kept = applied.record.body.clone();
    for key in ["status", "updated_at"] {
        kept[key] = made.record.body[key].clone();
    }
    assert_eq!(kept, made.record.body);
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let change = |desired: Value| refused(&bench, &update(&made.record, "12", desired, &made.children));
    for (desired, code, part) in [
        (json!({"status": "hidden"}), "bad_value", "`status` is `hidden`"),
        (json!({"title": ["x"]}), "bad_value", "`title` is [\"x\"]"),
        (
            json!({"title": ""}),
            "user_error",
            "`title`: Title can't be blank",
        ),
        (json!({"title": "x".repeat(256)}), "user_error", "is too long"),
        (
            json!({"variants": [{ SOURCE_KEY: "variant/1", "price": "-1" }]}),
            "greater_than_or_equal_to",
            "`variants.0.price`: Price must be greater than or equal to 0",
        ),
        (
            json!({"variants": [{ SOURCE_KEY: "variant/1", "price": "cheap" }]}),
            "bad_value",
            "`price` is \"cheap\"",
        ),
        (json!({"variants": 7}), "bad_value", "`variants` is no list"),
    ] {
        let error = change(desired);
        assert_eq!(
            (error.kind, error.code.as_str()),
            (ErrorKind::Rejected, code),
            "{error}"
        );
        assert!(error.message.contains(part), "{error}");
    }
    let fetched = run(bench
        .connector(tiny())
        .fetch(&"product".into(), std::slice::from_ref(&made.record.id)));
    assert_eq!(fetched.unwrap(), std::slice::from_ref(&made.record));
    let error = refused(&bench, &create("product", "9", json!({"vendor": "Weaver"})));
    assert_eq!(error.code, "no_title");
    let id: i64 = made.record.id.parse().unwrap();
    bench.change(|store| store.delete_product(id));
    assert_eq!(change(json!({"title": "x"})).code, "gone");
}

#[test]
fn what_shopify_sets_itself_is_said_to_be_left() {
    let bench = Bench::unlimited();
    let made = done(&bench, &create("product", "12", shirt(&FOUR)));
    let desired = json!({
        "published_at": null, "created_at": "2020-01-01T00:00:00Z",
        "variants": [{ SOURCE_KEY: "variant/1", "position": 3 }],
    });
    let write = update(&made.record, "12", desired, &made.children);
    done(&bench, &write);
    assert_eq!(
        remarks(&bench, &write),
        [
            "`created_at` is not written: Shopify sets it itself",
            "`published_at` is not written: Shopify sets it itself",
            "`variants.*.position` is not written: Shopify sets it itself",
        ]
    );
}

#[test]
fn more_variants_than_fit_into_one_call() {
    let bench = Bench::unlimited();
    let names: Vec<String> = (0..600).map(|n| format!("{n:03}")).collect();
    let kinds: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Red")).collect();
    let write = create("product", "12", shirt(&kinds));
    let connector = bench.connector(connector_shopify::ShopifyOptions::default());
    let made = match run(connector.apply(std::slice::from_ref(&write))).remove(0) {
        sync_core::WriteOutcome::Applied(applied) => *applied,
        other => panic!("{other:?}"),
    };
    assert_eq!((made.children.len(), variants(&bench.shopify).len()), (600, 600));
    let calls = bench.operations();
    let count = |name: &str| calls.iter().filter(|call| *call == name).count();
    assert_eq!((count("ProductSet"), count("ProductWrite")), (1, 2));
    let too_many: Vec<(&str, &str)> = ["Red", "Blue", "Green", "Grey"]
        .iter()
        .flat_map(|colour| names.iter().map(move |name| (name.as_str(), *colour)))
        .collect();
    let error = refused(&bench, &create("product", "13", shirt(&too_many)));
    assert_eq!(error.code, "too_many_variants");
}
