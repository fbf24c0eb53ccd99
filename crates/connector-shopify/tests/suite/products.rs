//! Products and their variants as records.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use connector_shopify::ShopifyOptions;
use mock_shopify::{NewProduct, NewVariant, Product, ProductStatus, Rows as _, Weight, WeightUnit};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{ErrorKind, RecordType};

use crate::world::{Bench, assert_known, decimal, operation, run, simple, snapshot, tiny, variant, walk};

fn shirt(berlin: i64) -> NewProduct {
    let weight = Weight {
        value: decimal("0.25"),
        unit: WeightUnit::Kilograms,
    };
    let variant = |size: &str, colour: &str, price: &str| NewVariant {
        barcode: Some(format!("40112233{size}{colour}")),
        compare_at_price: Some(decimal("49")),
        weight: Some(weight),
        ..variant(
            &[size, colour],
            price,
            &format!("LIN-{size}-{colour}"),
            &[(berlin, 14)],
        )
    };
    NewProduct {
        title: "Washed linen shirt".into(),
        description_html: "<p>Washed <b>linen</b> shirt.</p>".into(),
        vendor: "Nordkante".into(),
        product_type: "Shirts".into(),
        tags: vec!["summer".into(), "linen".into()],
        options: vec![
            ("Size".into(), vec!["S".into(), "M".into(), "L".into()]),
            ("Colour".into(), vec!["Moss".into(), "Clay".into()]),
        ],
        variants: vec![
            variant("S", "Moss", "39"),
            variant("M", "Moss", "39"),
            variant("S", "Clay", "41.5"),
        ],
        ..NewProduct::default()
    }
}

#[test]
fn a_product_as_it_comes_out() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    bench.change(|store| store.add_product(shirt(berlin)));
    for options in [ShopifyOptions::default(), tiny()] {
        let records = run(walk(&bench.connector(options), "product", 50)).unwrap();
        snapshot("a_product", &records);
    }
}

#[test]
fn a_product_without_options_has_no_attributes() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    bench.change(|store| store.add_product(simple("Mug", "9.9", &[(berlin, 40)])));
    let records = run(walk(&bench.connector(ShopifyOptions::default()), "product", 50)).unwrap();
    let body = &records[0].body;
    assert_eq!(body["attribute_lines"], json!([]));
    assert_eq!(body["variants"][0]["selected_options"], json!({}));
    assert_eq!(body["variants"][0]["option1"], "Default Title");
    assert_eq!(body["options"][0]["name"], "Title");
    assert_eq!(body["options"][0]["values"], json!(["Default Title"]));
    assert_eq!(body["variants"][0]["price"], "9.90");
}

#[test]
fn empty_texts_are_none_and_untracked_products_say_so() {
    let bench = Bench::unlimited();
    bench.locations(&["Berlin"]);
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Voucher".into(),
            variants: vec![NewVariant {
                sku: Some(String::new()),
                barcode: Some(String::new()),
                tracked: false,
                requires_shipping: false,
                ..NewVariant::default()
            }],
            status: ProductStatus::Unlisted,
            unpublished: true,
            ..NewProduct::default()
        })
    });
    let records = run(walk(&bench.connector(ShopifyOptions::default()), "product", 50)).unwrap();
    let body = &records[0].body;
    assert_eq!(body["variants"][0]["sku"], Value::Null);
    assert_eq!(body["variants"][0]["barcode"], Value::Null);
    assert_eq!(body["tracks_inventory"], false);
    assert_eq!(
        (&body["status"], &body["published_at"]),
        (&json!("unlisted"), &Value::Null)
    );
    assert_eq!(records[0].label, "Voucher");
    assert_eq!(records[0].version.as_deref(), body["updated_at"].as_str());
}

/// 300 variants of three options: more than a page of variants, more than REST shows.
fn big(bench: &Bench) -> i64 {
    let names = |prefix: &str, count: usize| (0..count).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    let options = [
        ("Size", names("s", 10)),
        ("Colour", names("c", 10)),
        ("Cut", names("k", 3)),
    ];
    let mut variants = Vec::new();
    for size in &options[0].1 {
        for colour in &options[1].1 {
            for cut in &options[2].1 {
                variants.push(variant(
                    &[size, colour, cut],
                    "10",
                    &format!("{size}{colour}{cut}"),
                    &[],
                ));
            }
        }
    }
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Everything".into(),
            options: options.map(|(name, values)| (name.to_owned(), values)).to_vec(),
            variants,
            ..NewProduct::default()
        })
    })
}

#[test]
fn a_big_product_comes_whole_whatever_the_page() {
    let bench = Bench::unlimited();
    bench.locations(&["Berlin"]);
    let id = big(&bench).to_string();
    let mut seen: Option<Value> = None;
    for nested in [None, Some(7), Some(99), Some(100), Some(150), Some(250)] {
        let connector = bench.connector(ShopifyOptions {
            nested,
            ..ShopifyOptions::default()
        });
        let fetched = run(connector.fetch(&"product".into(), std::slice::from_ref(&id))).unwrap();
        let walked = run(walk(&connector, "product", 1)).unwrap();
        assert_eq!(fetched, walked);
        let variants = walked[0].body["variants"].as_array().unwrap();
        let skus: BTreeSet<&str> = variants
            .iter()
            .map(|variant| variant["sku"].as_str().unwrap())
            .collect();
        assert_eq!((variants.len(), skus.len()), (300, 300));
        let positions: Vec<i64> = variants
            .iter()
            .map(|variant| variant["position"].as_i64().unwrap())
            .collect();
        assert_eq!(positions, (1..=300).collect::<Vec<i64>>());
        assert_eq!(
            variants[299]["selected_options"],
            json!({"Size": "s9", "Colour": "c9", "Cut": "k2"})
        );
        let body = walked.into_iter().next().unwrap().body;
        assert_eq!(*seen.get_or_insert_with(|| body.clone()), body, "{nested:?}");
    }
}

#[test]
fn values_that_no_variant_has_are_no_attribute_values() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    bench.change(|store| store.add_product(shirt(berlin)));
    let records = run(walk(&bench.connector(ShopifyOptions::default()), "product", 50)).unwrap();
    let body = &records[0].body;
    let lines = json!([
        {"attribute": "Size", "values": ["S", "M"]},
        {"attribute": "Colour", "values": ["Moss", "Clay"]},
    ]);
    assert_eq!(body["attribute_lines"], lines, "L is in no variant");
    assert_eq!(body["options"][0]["option_values"].as_array().unwrap().len(), 3);
}

#[test]
fn products_are_fetched_as_asked() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    let ids: Vec<String> = (0..5)
        .map(|n| {
            bench
                .change(|store| store.add_product(simple(&format!("P{n}"), "1", &[(berlin, n)])))
                .to_string()
        })
        .collect();
    let connector = bench.connector(tiny());
    let asked = [
        &ids[3],
        "1",
        "abc",
        "",
        &ids[0],
        "0",
        "gid://shopify/Product/1",
        &ids[3],
        &ids[4],
        "007",
    ];
    let asked: Vec<String> = asked.map(str::to_owned).to_vec();
    let found = run(connector.fetch(&"product".into(), &asked)).unwrap();
    let found: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(found, [&ids[3], &ids[0], &ids[4]]);
    assert_eq!(run(connector.fetch(&"product".into(), &[])).unwrap(), []);
}

#[test]
fn a_product_that_is_rebuilt_while_it_is_read_is_read_again() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    let product = bench.change(|store| store.add_product(shirt(berlin)));
    let connector = bench.connector(tiny());
    let rename = |bench: &Bench, times: usize| {
        let (shop, now, left) = (Arc::clone(&bench.shopify), bench.now(), AtomicUsize::new(times));
        bench.change_answers(move |request, _| {
            let again = operation(request).starts_with("Products") && left.load(SeqCst) > 0;
            if again {
                let turn = left.fetch_sub(1, SeqCst);
                let option = shop.look(|rows| rows.one::<Product>(product).unwrap().options[1].name.clone());
                let name = format!("Farbe {turn}");
                shop.change(now, |store| store.rename_option(product, &option.unwrap(), &name))
                    .unwrap();
            }
        });
    };
    rename(&bench, 2);
    let records = run(walk(&connector, "product", 50)).unwrap();
    let variants = records[0].body["variants"].as_array().unwrap();
    assert!(
        variants
            .iter()
            .all(|variant| variant["selected_options"]["Farbe 1"].is_string()),
        "{variants:?}"
    );
    rename(&bench, 100);
    let error = run(walk(&connector, "product", 50)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Contention, "changed_while_read")
    );
}

#[test]
fn a_product_that_goes_while_it_is_read_is_left_out() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    let product = bench.change(|store| store.add_product(shirt(berlin)));
    bench.change(|store| store.add_product(simple("Mug", "9.9", &[(berlin, 40)])));
    let (shop, now) = (Arc::clone(&bench.shopify), bench.now());
    bench.change_answers(move |request, _| {
        if operation(request) == "Products" {
            // Gone before its variants are asked for.
            let _ = shop.change(now, |store| store.delete_product(product));
        }
    });
    let records = run(walk(&bench.connector(tiny()), "product", 50)).unwrap();
    assert_eq!(
        records
            .iter()
            .map(|record| record.label.as_str())
            .collect::<Vec<_>>(),
        ["Mug"]
    );
}

#[test]
fn every_key_of_the_records_is_a_known_field() {
    let bench = Bench::unlimited();
    let berlin = bench.locations(&["Berlin"])[0];
    bench.change(|store| store.add_product(shirt(berlin)));
    let connector = bench.connector(ShopifyOptions::default());
    for record_type in ["product", "inventory", "location"] {
        let record_type: RecordType = record_type.into();
        let fields = run(connector.fields(&record_type)).unwrap();
        let records = run(walk(&connector, record_type.as_str(), 50)).unwrap();
        assert_known(&fields, &records[0].body);
    }
    let error = run(connector.fields(&"customer".into())).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Rejected, "unknown_record_type")
    );
}
