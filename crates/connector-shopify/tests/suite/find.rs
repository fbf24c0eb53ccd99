//! Finding counterparts, and counting.

use connector_shopify::ShopifyOptions;
use mock_shopify::NewProduct;
use proptest::prelude::*;
use sync_core::ports::{Connector as _, Counted};

use crate::world::{Bench, run, simple, tiny, variant};

const HOSTILE: [&str; 9] = [
    "a\" OR \"b",
    "x' OR 'y",
    "back\\slash",
    "AB*",
    "one,two",
    "-minus (paren) sku:X",
    "NOT AND OR",
    "Grüne 42 – \u{1F9E6}",
    "tab\tand  spaces",
];

fn world(texts: &[&str]) -> Bench {
    let bench = Bench::unlimited();
    for (n, text) in texts.iter().enumerate() {
        let mut one = variant(&["S"], "1", text, &[]);
        one.barcode = Some(format!("bar {text}"));
        let other = variant(&["M"], "1", &format!("other {n}"), &[]);
        bench.change(|store| {
            store.add_product(NewProduct {
                title: format!("Title {text}"),
                options: vec![("Size".into(), vec!["S".into(), "M".into()])],
                variants: vec![one, other],
                ..NewProduct::default()
            })
        });
    }
    bench
}

/// The places, among the products of the world, of what is found.
fn found(bench: &Bench, options: ShopifyOptions, path: &str, texts: &[String]) -> Vec<u64> {
    let connector = bench.connector(options);
    let found = run(connector.find(&"product".into(), &path.parse().unwrap(), texts)).unwrap();
    let number = |text: &str| text.parse::<u64>().unwrap() % 1_000_000;
    found.iter().map(|record| number(&record.id) - 1).collect()
}

#[test]
fn hostile_texts_find_their_product_and_no_other() {
    let bench = world(&HOSTILE);
    for (n, text) in HOSTILE.iter().enumerate() {
        let n = u64::try_from(n).unwrap();
        for (path, text) in [
            ("variants.*.sku", (*text).to_owned()),
            ("variants.*.sku", text.to_uppercase()),
            ("variants.*.barcode", format!("BAR {text}")),
            ("title", format!("title {text}")),
        ] {
            assert_eq!(
                found(&bench, tiny(), path, std::slice::from_ref(&text)),
                [n],
                "{path} {text}"
            );
        }
    }
    let all: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(
        found(&bench, ShopifyOptions::default(), "variants.*.sku", &all).len(),
        HOSTILE.len()
    );
}

#[test]
fn a_search_is_no_proof() {
    let bench = Bench::unlimited();
    for title in ["Shirt", "Linen shirt", "Shirt, long", "SHIRT"] {
        bench.change(|store| store.add_product(simple(title, "1", &[])));
    }
    assert_eq!(found(&bench, tiny(), "title", &["shirt".into()]), [0, 3]);
    assert_eq!(found(&bench, tiny(), "handle", &["linen-shirt".into()]), [1]);
    let none: [u64; 0] = [];
    for texts in [
        vec![],
        vec![String::new()],
        vec!["x".repeat(5000)],
        vec![" ".into()],
    ] {
        assert_eq!(found(&bench, tiny(), "title", &texts), none);
    }
    for path in ["vendor", "variants.0.sku", "variants.*.price", "nothing"] {
        assert_eq!(found(&bench, tiny(), path, &["shirt".into()]), none, "{path}");
    }
    let connector = bench.connector(tiny());
    let path = "sku".parse().unwrap();
    assert_eq!(
        run(connector.find(&"inventory".into(), &path, &["x".into()])),
        Ok(Vec::new())
    );
    let error = run(connector.find(&"thing".into(), &path, &[])).unwrap_err();
    assert_eq!(error.code, "unknown_record_type");
}

#[test]
fn levels_are_found_by_their_variant() {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    for n in 0..3 {
        bench.change(|store| {
            store.add_product(simple(&format!("P{n}"), "1", &[(places[0], 1), (places[1], 2)]))
        });
    }
    let connector = bench.connector(tiny());
    let all = run(crate::world::walk(&connector, "inventory", 10)).unwrap();
    let variant = all[2].body["variant_id"].to_string();
    let texts = [variant, "77".into(), "x".into()];
    let path = "variant_id".parse().unwrap();
    let found = run(connector.find(&"inventory".into(), &path, &texts)).unwrap();
    assert_eq!(found, all[2..4]);
}

#[test]
fn everything_is_counted() {
    let bench = world(&["a", "b", "c"]);
    bench.locations(&["Berlin"]);
    let connector = bench.connector(tiny());
    let all = Counted::default();
    let counts = [
        ("product", Some(3)),
        ("inventory", None),
        ("order", Some(0)),
        ("location", Some(1)),
    ];
    for (record_type, count) in counts {
        assert_eq!(
            run(connector.count(&record_type.into(), all)),
            Ok(count),
            "{record_type}"
        );
    }
    let some = Counted {
        among: Some(&[]),
        ..all
    };
    assert_eq!(run(connector.count(&"product".into(), some)), Ok(None));
    assert!(run(connector.count(&"thing".into(), all)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_finds_its_own(text in "\\PC{1,12}") {
        prop_assume!(!text.trim().is_empty());
        let bench = world(&[&text, "something else"]);
        prop_assert_eq!(found(&bench, tiny(), "variants.*.sku", std::slice::from_ref(&text)), vec![0]);
    }
}
