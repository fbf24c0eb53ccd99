//! A shop to ask in tests.

use jiff::Timestamp;
use std::collections::BTreeMap;

use mock_shopify::{
    Config, Discount, DiscountSource, DiscountTarget, DiscountValue, NewCustomer, NewLine, NewLocation,
    NewOrder, NewProduct, NewRefund, NewShipping, NewVariant, Order, Payment, PostalAddress, RateLimit,
    Rows as _, Shopify, Tracking, Variant, Weight, WeightUnit,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use wire::{WireRequest, WireResponse, WireService as _};

pub(crate) const NOW: &str = "2026-11-23T09:00:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn hamburg() -> PostalAddress {
    PostalAddress {
        first_name: Some("Mira".into()),
        last_name: Some("Holt".into()),
        address1: Some("Lindenallee 4".into()),
        city: Some("Hamburg".into()),
        zip: Some("20259".into()),
        country: Some("Germany".into()),
        country_code: Some("DE".into()),
        ..PostalAddress::default()
    }
}

/// One of each kind.
fn discounts() -> Vec<Discount> {
    let discount = |source, value, target| Discount {
        source,
        value,
        target,
    };
    vec![
        discount(
            DiscountSource::Code("SPRING".into()),
            DiscountValue::Percentage(decimal("10")),
            DiscountTarget::Order,
        ),
        discount(
            DiscountSource::Manual("Goodwill".into(), Some("late".into())),
            DiscountValue::Amount(decimal("2")),
            DiscountTarget::Lines(vec![0]),
        ),
        discount(
            DiscountSource::Automatic("Cheap shipping".into()),
            DiscountValue::Amount(decimal("1")),
            DiscountTarget::Shipping,
        ),
    ]
}

pub(crate) struct TestShop {
    pub(crate) shopify: Shopify,
}

impl TestShop {
    pub(crate) fn empty() -> Self {
        Self::configured(Config::default())
    }

    pub(crate) fn configured(config: Config) -> Self {
        Self {
            shopify: Shopify::in_memory(config),
        }
    }

    /// Two locations, a shirt in two sizes, a mug.
    pub(crate) fn with_catalogue() -> Self {
        Self::empty().catalogue()
    }

    /// Costs never stop this one.
    pub(crate) fn unlimited() -> Self {
        let rate_limit = RateLimit {
            bucket: 1_000_000_000,
            restore_per_second: 1_000,
        };
        Self::configured(Config {
            rate_limit,
            ..Config::default()
        })
    }

    pub(crate) fn catalogue(self) -> Self {
        let shop = self;
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

    /// The catalogue, a customer, a metafield, and an order with everything: discounts of all kinds, taxes, shipping,
    /// a parcel and a refund.
    pub(crate) fn with_orders() -> Self {
        Self::with_catalogue().orders()
    }

    pub(crate) fn orders(self) -> Self {
        let shop = self;
        shop.shopify
            .change(now(), |store| {
                let variant = store.rows().all::<Variant>().next().unwrap().clone();
                store.set_metafield(
                    ("Product", variant.product_id),
                    ("custom", "care"),
                    "single_line_text_field",
                    "30 degrees",
                )?;
                let address = hamburg();
                let customer = store.add_customer(NewCustomer {
                    first_name: Some("Mira".into()),
                    last_name: Some("Holt".into()),
                    email: Some("mira@example.com".into()),
                    phone: Some("+491701234567".into()),
                    addresses: vec![address.clone()],
                    ..NewCustomer::default()
                })?;
                let order = store.place_order(NewOrder {
                    customer_id: Some(customer),
                    shipping_address: Some(address),
                    lines: vec![
                        NewLine {
                            variant_id: Some(variant.id),
                            quantity: 3,
                            ..NewLine::default()
                        },
                        NewLine {
                            title: Some("Engraving".into()),
                            price: Some(decimal("5")),
                            quantity: 1,
                            attributes: vec![("text".into(), "M.H.".into())],
                            ..NewLine::default()
                        },
                    ],
                    shipping: vec![NewShipping {
                        title: "DHL".into(),
                        price: decimal("4.9"),
                        ..NewShipping::default()
                    }],
                    discounts: discounts(),
                    taxes: vec![("DE VAT".into(), decimal("0.19"))],
                    attributes: vec![("gift".into(), "yes".into())],
                    ..NewOrder::default()
                })?;
                let source = store.fulfillment_orders(order)[0].id;
                let line = store.rows().one::<Order>(order).unwrap().lines[0].id;
                let tracking = Tracking {
                    company: Some("DHL".into()),
                    number: Some("00340".into()),
                    url: None,
                };
                store.fulfil(source, &[(line, 2)], vec![tracking])?;
                store.refund(
                    order,
                    NewRefund {
                        lines: vec![(line, 2, true)],
                        shipping: decimal("1"),
                        note: Some("too small".into()),
                        ..NewRefund::default()
                    },
                )?;
                let second = store.place_order(NewOrder {
                    lines: vec![NewLine {
                        variant_id: Some(variant.id),
                        quantity: 1,
                        ..NewLine::default()
                    }],
                    email: Some("guest@example.com".into()),
                    payment: Payment::Pending,
                    ..NewOrder::default()
                })?;
                store.cancel_order(second, "CUSTOMER", true, true)
            })
            .unwrap();
        shop
    }

    /// Global ids of the catalogue's first product.
    pub(crate) fn some_ids_of_catalogue(&self) -> BTreeMap<&'static str, String> {
        let data = self.data(
            "{ products(first: 1) { nodes { id variants(first: 1) { nodes { id inventoryItem { id \
             inventoryLevels(first: 1) { nodes { id location { id } } } } } } } } }",
        );
        let at = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let item = "/products/nodes/0/variants/nodes/0/inventoryItem";
        BTreeMap::from([
            ("Product", at("/products/nodes/0/id")),
            ("InventoryItem", at(&format!("{item}/id"))),
            (
                "Location",
                at(&format!("{item}/inventoryLevels/nodes/0/location/id")),
            ),
        ])
    }

    /// A global id of each type.
    pub(crate) fn some_ids(&self) -> BTreeMap<&'static str, String> {
        let data = self.data(
            "{ products(first: 1) { nodes { id variants(first: 1) { nodes { id inventoryItem { id \
             inventoryLevels(first: 1) { nodes { id location { id } } } } } } } } \
             customers(first: 1) { nodes { id } } \
             orders(first: 1) { nodes { id refunds { id } fulfillments { id } \
             fulfillmentOrders(first: 1) { nodes { id } } } } }",
        );
        let at = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let variant = "/products/nodes/0/variants/nodes/0";
        let level = format!("{variant}/inventoryItem/inventoryLevels/nodes/0");
        BTreeMap::from([
            ("Product", at("/products/nodes/0/id")),
            ("ProductVariant", at(&format!("{variant}/id"))),
            ("InventoryItem", at(&format!("{variant}/inventoryItem/id"))),
            ("InventoryLevel", at(&format!("{level}/id"))),
            ("Location", at(&format!("{level}/location/id"))),
            ("Customer", at("/customers/nodes/0/id")),
            ("Order", at("/orders/nodes/0/id")),
            ("Refund", at("/orders/nodes/0/refunds/0/id")),
            ("Fulfillment", at("/orders/nodes/0/fulfillments/0/id")),
            (
                "FulfillmentOrder",
                at("/orders/nodes/0/fulfillmentOrders/nodes/0/id"),
            ),
        ])
    }

    pub(crate) fn post(&self, body: impl Into<Vec<u8>>) -> WireResponse {
        self.post_at(now(), body)
    }

    pub(crate) fn post_at(&self, now: Timestamp, body: impl Into<Vec<u8>>) -> WireResponse {
        let request = WireRequest::post("/admin/api/2026-10/graphql.json", "application/json", body)
            .with_header("X-Shopify-Access-Token", "shpat_simulation");
        self.shopify.handle(now, &request)
    }

    /// The answer's body; asserts that HTTP is content.
    pub(crate) fn query(&self, query: &str, variables: Value) -> Value {
        let mut body = json!({ "query": query });
        body["variables"] = variables;
        let response = self.post(body.to_string());
        assert_eq!(response.status, 200, "{}", response.text());
        serde_json::from_slice(&response.body).unwrap()
    }

    /// `data` of an answer without errors.
    pub(crate) fn data(&self, query: &str) -> Value {
        let mut answer = self.query(query, json!({}));
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"].take()
    }
}
