//! What `query:` finds.

use std::time::Duration;

use crate::shop::{TestShop, decimal, now};
use mock_shopify::{Config, NewCustomer, NewProduct, NewVariant, ProductStatus};
use serde_json::{Value, json};

fn shop_to_search() -> TestShop {
    let shop = TestShop::unlimited();
    let add = |hours: i64, new: NewProduct| {
        let at = now() + jiff::SignedDuration::from_hours(hours);
        shop.shopify.change(at, |store| store.add_product(new)).unwrap();
    };
    let variant = |sku: &str, price: &str, barcode: Option<&str>| NewVariant {
        price: decimal(price),
        sku: Some(sku.into()),
        barcode: barcode.map(str::to_owned),
        ..NewVariant::default()
    };
    add(
        0,
        NewProduct {
            title: "Green Hoodie".into(),
            vendor: "Snowdevil".into(),
            tags: vec!["Winter".into(), "sale items".into()],
            variants: vec![variant("AB-1", "30", Some("401"))],
            ..NewProduct::default()
        },
    );
    add(
        1,
        NewProduct {
            title: "Red hoodie".into(),
            vendor: "Icedevil".into(),
            product_type: "Hoodies".into(),
            status: ProductStatus::Draft,
            variants: vec![variant("AB-2", "25", None)],
            ..NewProduct::default()
        },
    );
    add(
        2,
        NewProduct {
            title: "Mug".into(),
            vendor: "Snowdevil".into(),
            product_type: "Kitchen".into(),
            status: ProductStatus::Archived,
            variants: vec![variant("MUG", "9.9", None)],
            ..NewProduct::default()
        },
    );
    shop
}

fn titles(shop: &TestShop, query: &str) -> String {
    let answer = shop.query(
        "query S($q: String!) { products(first: 50, query: $q) { nodes { title } } productsCount(query: $q) { count precision } }",
        json!({ "q": query }),
    );
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    let nodes = answer["data"]["products"]["nodes"].as_array().unwrap();
    assert_eq!(
        answer["data"]["productsCount"],
        json!({ "count": nodes.len(), "precision": "EXACT" })
    );
    let titles = nodes
        .iter()
        .map(|node| node["title"].as_str().unwrap().split(' ').next().unwrap());
    titles.collect::<Vec<_>>().join(" ")
}

#[test]
fn products() {
    let shop = shop_to_search();
    for (query, expected) in [
        ("", "Green Red Mug"),
        ("hoodie", "Green Red"),
        ("hood", "Green Red"),
        ("green hoodie", "Green"),
        ("title:\"green hoodie\"", "Green"),
        ("title:hoodie", "Green Red"),
        ("title:hood*", "Green Red"),
        ("title:hood", ""),
        ("vendor:snowdevil", "Green Mug"),
        ("vendor:Snowdevil,Icedevil", "Green Red Mug"),
        ("vendor:Snowdevil OR vendor:Icedevil", "Green Red Mug"),
        ("vendor:Snowdevil AND status:archived", "Mug"),
        ("vendor:Snowdevil -status:archived", "Green"),
        ("NOT vendor:Snowdevil", "Red"),
        ("(vendor:Icedevil OR title:mug) AND -tag:winter", "Red Mug"),
        ("tag:'sale items'", "Green"),
        ("tag_not:winter", "Red Mug"),
        ("status:ACTIVE", "Green"),
        ("status:active,draft", "Green Red"),
        ("product_type:*", "Red Mug"),
        ("-product_type:*", "Green"),
        ("sku:AB*", "Green Red"),
        ("sku:ab-2", "Red"),
        ("sku:'AB*'", ""),
        ("barcode:401", "Green"),
        ("barcode:*", "Green"),
        ("handle:mug", "Mug"),
        ("price:>=25", "Green Red"),
        ("price:<9.95", "Mug"),
        ("inventory_total:<1", "Green Red Mug"),
        ("updated_at:>='2026-11-23T10:00:00Z'", "Red Mug"),
        ("updated_at:>2026-11-23T10:00:00Z", "Mug"),
        ("updated_at:'2026-11-23T10:00:00Z'", "Red"),
        ("updated_at:<2026-11-23T10:00:00+01:00", ""),
        ("updated_at:<=2026-11-23T10:00:00+01:00", "Green"),
        ("created_at:2026-11-23", "Green Red Mug"),
        ("created_at:>2026-11-23", ""),
        ("created_at:<=2026", "Green Red Mug"),
        ("created_at:<now", ""),
        ("published_status:published", "Green Red Mug"),
        ("colour:red", "Green Red Mug"),
        ("colour:red vendor:Icedevil", "Red"),
        ("colour:red OR vendor:Icedevil", "Red"),
        ("-colour:red", "Green Red Mug"),
        ("updated_at:soon", "Green Red Mug"),
    ] {
        assert_eq!(titles(&shop, query), expected, "{query}");
    }
}

#[test]
fn ids() {
    let shop = shop_to_search();
    let id = shop.data("{ products(first: 1) { nodes { legacyResourceId } } }");
    let id: i64 = id["products"]["nodes"][0]["legacyResourceId"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(titles(&shop, &format!("id:{id}")), "Green");
    assert_eq!(titles(&shop, &format!("id:>{id}")), "Red Mug");
    assert_eq!(titles(&shop, &format!("id:>={id} id:<={}", id + 1)), "Green Red");
    assert_eq!(
        titles(&shop, &format!("id:'gid://shopify/Product/{id}'")),
        "Green"
    );
}

#[test]
fn other_lists() {
    let shop = TestShop::unlimited().catalogue().orders();
    let count = |list: &str, query: &str| {
        let text = format!("query S($q: String) {{ {list}(first: 50, query: $q) {{ nodes {{ id }} }} }}");
        let answer = shop.query(&text, json!({ "q": query }));
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        assert_eq!(answer["extensions"]["search"], Value::Null, "{query}");
        answer["data"][list]["nodes"].as_array().unwrap().len()
    };
    for (list, query, expected) in [
        ("orders", "", 2),
        ("orders", "status:open", 1),
        ("orders", "status:cancelled", 1),
        ("orders", "status:any", 2),
        ("orders", "name:1001", 1),
        ("orders", "name:'#1002'", 1),
        ("orders", "financial_status:voided", 1),
        ("orders", "financial_status:partially_refunded", 1),
        ("orders", "fulfillment_status:partial", 1),
        ("orders", "fulfillment_status:unfulfilled", 1),
        ("orders", "email:guest@example.com", 1),
        ("orders", "mira", 1),
        ("orders", "sku:SHIRT-S", 2),
        ("orders", "discount_code:spring", 1),
        ("orders", "source_name:web test:false", 2),
        ("orders", "processed_at:>=2026-11-23", 2),
        ("orders", "current_total_price:0", 1),
        ("customers", "email:MIRA@example.com", 1),
        ("customers", "phone:+491701234567", 1),
        ("customers", "holt", 1),
        ("customers", "state:enabled", 0),
        ("customers", "orders_count:1", 1),
        ("customers", "updated_at:>2026-11-23T09:00:00Z", 0),
        ("productVariants", "sku:SHIRT-M", 1),
        ("productVariants", "product_title:shirt", 2),
        ("productVariants", "inventory_quantity:<4", 1),
        ("productVariants", "managed:true", 3),
        ("inventoryItems", "sku:SHIRT*", 2),
        ("inventoryItems", "updated_at:<2026", 0),
        ("locations", "name:porto", 1),
        ("locations", "active:true", 2),
        ("fulfillmentOrders", "status:in_progress,open", 1),
    ] {
        assert_eq!(count(list, query), expected, "{list} {query}");
    }
}

#[test]
fn levels_by_time() {
    let shop = TestShop::unlimited().catalogue();
    let later = now() + jiff::SignedDuration::from_hours(1);
    shop.shopify
        .change(later, |store| {
            use mock_shopify::{InventoryLevel, Rows as _};
            let level = store.rows().all::<InventoryLevel>().next().unwrap().clone();
            store.set_available(level.item_id, level.location_id, 99)
        })
        .unwrap();
    let data = shop.data(
        "{ locations(first: 1) { nodes { inventoryLevels(first: 10, query: \"updated_at:>='2026-11-23T09:30:00Z'\") \
         { nodes { quantities(names: [\"available\", \"on_hand\"]) { quantity } } } } } \
         products(first: 9, query: \"updated_at:>='2026-11-23T09:30:00Z'\") { nodes { title } } }",
    );
    let levels = json!([{ "quantities": [{ "quantity": 99 }, { "quantity": 99 }] }]);
    assert_eq!(data["locations"]["nodes"][0]["inventoryLevels"]["nodes"], levels);
    assert_eq!(
        data["products"]["nodes"],
        json!([{ "title": "Linen Shirt" }]),
        "stock is a change of the product"
    );
}

#[test]
fn counts_stop_at_their_limit() {
    let shop = TestShop::unlimited();
    for at in 0..3 {
        let customer = NewCustomer {
            email: Some(format!("c{at}@example.com")),
            ..NewCustomer::default()
        };
        shop.shopify
            .change(now(), |store| store.add_customer(customer))
            .unwrap();
    }
    let data =
        shop.data("{ customersCount(limit: 2) { count precision } all: customersCount { count precision } }");
    let expected = json!({ "customersCount": { "count": 2, "precision": "AT_LEAST" }, "all": { "count": 3, "precision": "EXACT" } });
    assert_eq!(data, expected);
}

#[test]
fn an_index_that_lags() {
    let shop = TestShop::configured(Config {
        index_lag: Duration::from_secs(60),
        ..Config::default()
    });
    let at = |seconds: i64| {
        now()
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap()
    };
    let add = |store: &mut mock_shopify::Store<'_>| {
        store.add_product(NewProduct {
            title: "Mug".into(),
            ..NewProduct::default()
        })
    };
    let id = shop.shopify.change(at(-3600), add).unwrap();
    let found = |query: &str| {
        let list = format!("{{ products(first: 9{query}) {{ nodes {{ title }} }} }}");
        shop.data(&list)["products"]["nodes"].as_array().unwrap().len()
    };
    let changed = ", query: \"updated_at:>='2026-11-23T08:59:00Z'\"";
    assert_eq!(
        (found(""), found(", query: \"title:Mug\""), found(changed)),
        (1, 1, 0)
    );
    for (seconds, by_time) in [(-10, 0), (-59, 0)] {
        let edit = |store: &mut mock_shopify::Store<'_>| {
            store.edit_product(id, |product| product.title = format!("Mug {seconds}"))
        };
        shop.shopify.change(at(seconds), edit).unwrap();
        assert_eq!(
            (found(""), found(", query: \"title:Mug\""), found(changed)),
            (1, 1, by_time)
        );
    }
    let edit =
        |store: &mut mock_shopify::Store<'_>| store.edit_product(id, |product| product.title = "Cup".into());
    shop.shopify.change(at(-60), edit).unwrap();
    assert_eq!(found(changed), 1, "after a minute the index has it");
    shop.shopify.change(at(-5), add).unwrap();
    assert_eq!(
        (found(""), found(", query: \"title:Mug\"")),
        (2, 0),
        "a new one is in no search yet"
    );
}
