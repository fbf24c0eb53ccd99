//! Pages: whatever their size and order, every row comes exactly once.

use crate::shop::{TestShop, decimal, now};
use base64::Engine as _;
use mock_shopify::{NewProduct, NewVariant, ProductStatus};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Products that share titles, vendors, times and stock, so that every order has ties; some are unpublished.
fn crowd(count: usize) -> TestShop {
    let shop = TestShop::unlimited();
    for at in 0..count {
        let hour = i64::try_from(at / 3).unwrap();
        shop.shopify
            .change(now() + jiff::SignedDuration::from_hours(hour), |store| {
                store.add_product(NewProduct {
                    title: ["Apple", "apple", "Pear", "Überzug"][at % 4].into(),
                    vendor: ["A", "B"][at % 2].into(),
                    product_type: ["", "Fruit"][at % 2].into(),
                    status: [ProductStatus::Active, ProductStatus::Draft][at % 2],
                    unpublished: at % 3 == 0,
                    variants: vec![NewVariant {
                        price: decimal("1"),
                        sku: (at % 2 == 0).then(|| format!("S{}", at % 5)),
                        ..NewVariant::default()
                    }],
                    ..NewProduct::default()
                })
            })
            .unwrap();
    }
    shop
}

/// All ids by walking from one end to the other.
fn walk(shop: &TestShop, list: &str, sort: &str, reverse: bool, size: usize, backwards: bool) -> Vec<String> {
    let (count, cursor) = if backwards {
        ("last", "before")
    } else {
        ("first", "after")
    };
    let query = format!(
        "query W($n: Int!, $c: String) {{ {list}({count}: $n, {cursor}: $c, sortKey: {sort}, reverse: {reverse}) {{ \
         edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let mut ids = Vec::new();
    let mut at = Value::Null;
    for step in 0.. {
        let answer = shop.query(&query, json!({ "n": size, "c": at }));
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        let page = &answer["data"][list];
        let edges = page["edges"].as_array().unwrap();
        assert!(edges.len() <= size);
        let info = &page["pageInfo"];
        assert_eq!(
            info["startCursor"],
            edges.first().map_or(Value::Null, |edge| edge["cursor"].clone())
        );
        assert_eq!(
            info["endCursor"],
            edges.last().map_or(Value::Null, |edge| edge["cursor"].clone())
        );
        let mut page_ids: Vec<String> = edges
            .iter()
            .map(|edge| edge["node"]["id"].as_str().unwrap().into())
            .collect();
        let (more, before) = if backwards {
            page_ids.reverse();
            (&info["hasPreviousPage"], &info["hasNextPage"])
        } else {
            (&info["hasNextPage"], &info["hasPreviousPage"])
        };
        assert_eq!(before, &json!(step > 0), "the way back");
        ids.extend(page_ids);
        if more != &json!(true) {
            break;
        }
        at = info[if backwards { "startCursor" } else { "endCursor" }].clone();
    }
    ids
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_row_once(
        count in 0_usize..12,
        size in 1_usize..6,
        sort in prop::sample::select(vec![
            "ID", "TITLE", "VENDOR", "PRODUCT_TYPE", "CREATED_AT", "UPDATED_AT", "PUBLISHED_AT", "INVENTORY_TOTAL",
            "RELEVANCE",
        ]),
        reverse: bool,
    ) {
        let shop = crowd(count);
        let whole = walk(&shop, "products", sort, reverse, 250, false);
        prop_assert_eq!(whole.len(), count);
        prop_assert_eq!(&walk(&shop, "products", sort, reverse, size, false), &whole);
        let mut backwards = walk(&shop, "products", sort, reverse, size, true);
        backwards.reverse();
        prop_assert_eq!(&backwards, &whole);
        let mut other = walk(&shop, "products", sort, !reverse, size, false);
        other.reverse();
        prop_assert_eq!(&other, &whole);
    }

    #[test]
    fn every_variant_once(
        count in 0_usize..10,
        size in 1_usize..5,
        sort in prop::sample::select(vec!["ID", "SKU", "TITLE", "NAME", "FULL_TITLE", "INVENTORY_QUANTITY", "POSITION"]),
        reverse: bool,
    ) {
        let shop = crowd(count);
        let whole = walk(&shop, "productVariants", sort, reverse, 250, false);
        prop_assert_eq!(whole.len(), count);
        prop_assert_eq!(&walk(&shop, "productVariants", sort, reverse, size, false), &whole);
    }

    #[test]
    fn no_cursor_breaks_it(cursor in "[ -~]{0,40}", value in any::<i64>(), text in "[a-z0-9:TZ-]{0,24}") {
        let shop = crowd(3);
        let forged = base64::engine::general_purpose::STANDARD
            .encode(json!({ "last_id": value, "last_value": text }).to_string());
        for cursor in [cursor, forged] {
            for sort in ["ID", "TITLE", "UPDATED_AT", "INVENTORY_TOTAL"] {
                let query = format!(
                    "query W($c: String) {{ products(first: 2, after: $c, sortKey: {sort}) {{ nodes {{ id }} }} }}"
                );
                let answer = shop.query(&query, json!({ "c": cursor }));
                let code = &answer["errors"][0]["extensions"]["code"];
                prop_assert!(code.is_null() || code == "BAD_REQUEST", "{answer}");
            }
        }
    }
}

#[test]
fn cursors_are_those_of_shopify() {
    let shop = crowd(1);
    let answer = shop.data("{ products(first: 1) { edges { cursor node { legacyResourceId } } } }");
    let edge = &answer["products"]["edges"][0];
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(edge["cursor"].as_str().unwrap())
        .unwrap();
    let id: i64 = edge["node"]["legacyResourceId"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let text = format!("{{\"last_id\":{id},\"last_value\":\"{id}\"}}");
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        text,
        "recorded for the sort key ID"
    );
}

#[test]
fn a_page_survives_the_removal_of_its_last_row() {
    let shop = crowd(6);
    let page = |after: &Value| {
        let query = "query W($c: String) { products(first: 2, after: $c, sortKey: UPDATED_AT) { nodes { legacyResourceId } pageInfo { endCursor } } }";
        shop.query(query, json!({ "c": after }))["data"]["products"].take()
    };
    let first = page(&Value::Null);
    let last = first["nodes"][1]["legacyResourceId"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    shop.shopify
        .change(now(), |store| store.delete_product(last))
        .unwrap();
    let second = page(&first["pageInfo"]["endCursor"]);
    let third = page(&second["pageInfo"]["endCursor"]);
    assert_eq!(
        (
            second["nodes"].as_array().unwrap().len(),
            third["nodes"].as_array().unwrap().len()
        ),
        (2, 2)
    );
}

#[test]
fn an_empty_page() {
    let shop = TestShop::empty();
    let answer = shop.data("{ products(first: 5) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } none: products(first: 0) { nodes { id } } }");
    let info =
        json!({ "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null });
    assert_eq!(
        answer,
        json!({ "products": { "nodes": [], "pageInfo": info }, "none": { "nodes": [] } })
    );
}
