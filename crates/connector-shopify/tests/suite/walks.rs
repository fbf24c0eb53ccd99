//! Walks: everything exactly once, whatever the pages.

use std::collections::BTreeSet;

use connector_shopify::ShopifyOptions;
use mock_shopify::{NewLine, NewOrder, NewProduct, ProductStatus};
use serde_json::json;
use sync_core::ports::Connector as _;
use sync_core::{Cursor, ErrorKind, Record};

use crate::world::{Bench, run, simple, tiny, variant, walk};

const STATUSES: [ProductStatus; 4] = [
    ProductStatus::Active,
    ProductStatus::Archived,
    ProductStatus::Draft,
    ProductStatus::Unlisted,
];

/// 13 products of every status, one of them with four variants, at up to three locations; 7 orders.
fn world() -> Bench {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto", "Lyon"]);
    bench.change(|store| store.edit_location(places[2], |location| location.active = false));
    for n in 0..12 {
        let stock: Vec<(i64, i64)> = places.iter().take(n % 4).map(|place| (*place, 5)).collect();
        let product = NewProduct {
            status: STATUSES[n % 4],
            ..simple(&format!("P{n}"), "10", &stock)
        };
        bench.change(|store| store.add_product(product));
    }
    let sizes = ["S", "M", "L", "XL"];
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Shirt".into(),
            options: vec![("Size".into(), sizes.map(str::to_owned).to_vec())],
            variants: sizes
                .map(|size| variant(&[size], "5", size, &[(places[0], 1), (places[1], 2)]))
                .to_vec(),
            ..NewProduct::default()
        })
    });
    for n in 0..7 {
        let line = NewLine {
            title: Some("Thing".into()),
            quantity: n + 1,
            price: Some(3.into()),
            ..NewLine::default()
        };
        let order = NewOrder {
            lines: vec![line],
            ..NewOrder::default()
        };
        let id = bench.change(|store| store.place_order(order));
        if n == 2 {
            bench.change(|store| store.cancel_order(id, "CUSTOMER", true, true));
        }
    }
    bench
}

fn ids(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| record.id.clone()).collect()
}

#[test]
fn everything_comes_once_and_alike_under_every_page_size() {
    let bench = world();
    for (record_type, count) in [("product", 13), ("inventory", 29), ("order", 7), ("location", 3)] {
        let whole = run(walk(
            &bench.connector(ShopifyOptions::default()),
            record_type,
            100,
        ))
        .unwrap();
        assert_eq!(whole.len(), count, "{record_type}");
        assert_eq!(
            ids(&whole).iter().collect::<BTreeSet<_>>().len(),
            count,
            "no id twice"
        );
        for page in [1, 3, 250] {
            for nested in [None, Some(1)] {
                let connector = bench.connector(ShopifyOptions {
                    page,
                    nested,
                    segment: 4,
                    ..ShopifyOptions::default()
                });
                for limit in [1, 4, 1000] {
                    let records = run(walk(&connector, record_type, limit)).unwrap();
                    assert_eq!(
                        ids(&records),
                        ids(&whole),
                        "{record_type} {page} {nested:?} {limit}"
                    );
                    assert_eq!(records, whole);
                }
            }
        }
        let fetched = run(bench.connector(tiny()).fetch(&record_type.into(), &ids(&whole))).unwrap();
        assert_eq!(fetched, whole, "{record_type}: fetched as walked");
    }
}

#[test]
fn the_first_page_counts() {
    let bench = world();
    let connector = bench.connector(ShopifyOptions::default());
    for (record_type, total) in [
        ("product", Some(13)),
        ("order", Some(7)),
        ("location", Some(3)),
        ("inventory", None),
    ] {
        let page = run(connector.changes(&record_type.into(), None, 2)).unwrap();
        assert_eq!(page.total, total, "{record_type}");
        let next = run(connector.changes(&record_type.into(), page.next.as_ref(), 2)).unwrap();
        assert_eq!(
            (next.total, next.records.is_empty()),
            (None, false),
            "{record_type}"
        );
    }
}

#[test]
fn an_empty_shop_has_nothing() {
    let bench = Bench::unlimited();
    let connector = bench.connector(ShopifyOptions::default());
    for record_type in ["product", "inventory", "order", "location"] {
        assert_eq!(
            run(walk(&connector, record_type, 10)).unwrap(),
            [],
            "{record_type}"
        );
    }
}

#[test]
fn records_made_and_removed_during_a_walk_disturb_nobody() {
    let bench = world();
    let connector = bench.connector(tiny());
    let whole = run(walk(&connector, "product", 2)).unwrap();
    let first = run(connector.changes(&"product".into(), None, 5)).unwrap();
    let gone: i64 = first.records.last().unwrap().id.parse().unwrap();
    bench.change(|store| store.delete_product(gone));
    bench.change(|store| store.add_product(simple("New", "1", &[])));
    let mut seen = ids(&first.records);
    let mut cursor = first.next;
    while let Some(at) = cursor {
        let page = run(connector.changes(&"product".into(), Some(&at), 5)).unwrap();
        seen.extend(ids(&page.records));
        cursor = page.next;
    }
    assert!(ids(&whole).iter().all(|id| seen.contains(id)));
    assert_eq!(seen.len(), whole.len() + 1);
}

#[test]
fn a_long_walk_goes_on_as_a_search() {
    let bench = world();
    let connector = bench.connector(ShopifyOptions {
        segment: 5,
        ..ShopifyOptions::default()
    });
    bench.exchanges();
    run(walk(&connector, "product", 2)).unwrap();
    let queries: Vec<serde_json::Value> = bench
        .exchanges()
        .iter()
        .map(|(request, _)| {
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            body["variables"]["query"].clone()
        })
        .collect();
    let searches: BTreeSet<String> = queries.iter().map(ToString::to_string).collect();
    assert_eq!(queries[0], json!(null), "reads without a filter are current");
    assert_eq!(searches.len(), 3, "{queries:?}");
    assert!(queries.last().unwrap().as_str().unwrap().starts_with("id:>"));
}

#[test]
fn foreign_cursors_are_refused() {
    let bench = world();
    let connector = bench.connector(ShopifyOptions::default());
    let order = run(connector.changes(&"order".into(), None, 1))
        .unwrap()
        .next
        .unwrap();
    for cursor in [order, Cursor("12".into()), Cursor(String::new())] {
        let error = run(connector.changes(&"product".into(), Some(&cursor), 1)).unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_str()),
            (ErrorKind::Rejected, "bad_cursor")
        );
    }
    let forged = Cursor(r#"{"v":1,"of":"product","at":{"walk":{"after":"x","seen":1,"per":1}}}"#.into());
    let error = run(connector.changes(&"product".into(), Some(&forged), 1)).unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (ErrorKind::Rejected, "bad_request")
    );
    let error = run(connector.changes(&"customer".into(), None, 1)).unwrap_err();
    assert_eq!(error.code, "unknown_record_type");
}
