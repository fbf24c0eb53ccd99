//! A shop to ask in tests.
#![expect(dead_code, reason = "each test file uses its own part")]

use jiff::Timestamp;
use mock_shopify::{Config, NewLocation, NewProduct, NewVariant, Shopify, Weight, WeightUnit};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use wire::{WireRequest, WireResponse, WireService as _};

pub const NOW: &str = "2026-11-23T09:00:00Z";

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub struct TestShop {
    pub shopify: Shopify,
}

impl TestShop {
    pub fn empty() -> Self {
        Self::configured(Config::default())
    }

    pub fn configured(config: Config) -> Self {
        Self {
            shopify: Shopify::in_memory(config),
        }
    }

    /// Two locations, a shirt in two sizes, a mug.
    pub fn with_catalogue() -> Self {
        let shop = Self::empty();
        shop.shopify
            .change(now(), |store| {
                let berlin = store.add_location(NewLocation {
                    name: "Berlin".into(),
                    ..NewLocation::default()
                })?;
                let porto = store.add_location(NewLocation {
                    name: "Porto".into(),
                    ..NewLocation::default()
                })?;
                let size = |size: &str, price: &str, stock: Vec<(i64, i64)>| NewVariant {
                    values: vec![size.into()],
                    price: decimal(price),
                    compare_at_price: Some(decimal("49")),
                    sku: Some(format!("SHIRT-{size}")),
                    barcode: Some(format!("40112233440{size}")),
                    unit_cost: Some(decimal("12.5")),
                    weight: Some(Weight {
                        value: decimal("0.25"),
                        unit: WeightUnit::Kilograms,
                    }),
                    stock,
                    ..NewVariant::default()
                };
                store.add_product(NewProduct {
                    title: "Linen Shirt".into(),
                    description_html: "<p>Washed <b>linen</b>.</p>".into(),
                    vendor: "Nordkante".into(),
                    product_type: "Shirts".into(),
                    tags: vec!["summer".into(), "Linen".into()],
                    options: vec![("Size".into(), vec!["S".into(), "M".into()])],
                    variants: vec![
                        size("S", "39", vec![(berlin, 14), (porto, 2)]),
                        size("M", "41.5", vec![(berlin, 3)]),
                    ],
                    images: vec![("https://cdn.example.com/linen.jpg".into(), Some("A shirt".into()))],
                    ..NewProduct::default()
                })?;
                store.add_product(NewProduct {
                    title: "Mug".into(),
                    variants: vec![NewVariant {
                        price: decimal("9.9"),
                        sku: Some("MUG".into()),
                        stock: vec![(berlin, 40)],
                        ..NewVariant::default()
                    }],
                    ..NewProduct::default()
                })
            })
            .unwrap();
        shop
    }

    pub fn post(&self, body: impl Into<Vec<u8>>) -> WireResponse {
        self.post_at(now(), body)
    }

    pub fn post_at(&self, now: Timestamp, body: impl Into<Vec<u8>>) -> WireResponse {
        let request = WireRequest::post("/admin/api/2026-10/graphql.json", "application/json", body)
            .with_header("X-Shopify-Access-Token", "shpat_simulation");
        self.shopify.handle(now, &request)
    }

    /// The answer's body; asserts that HTTP is content.
    pub fn query(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let response = self.post(body);
        assert_eq!(response.status, 200, "{}", response.text());
        serde_json::from_slice(&response.body).unwrap()
    }

    /// `data` of an answer without errors.
    pub fn data(&self, query: &str) -> Value {
        let mut answer = self.query(query, json!({}));
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"].take()
    }
}
