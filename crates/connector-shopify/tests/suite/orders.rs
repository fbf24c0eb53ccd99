//! Orders as records.

use std::collections::BTreeSet;

use connector_shopify::ShopifyOptions;
use mock_shopify::{
    Discount, DiscountSource, DiscountTarget, DiscountValue, NewCustomer, NewLine, NewOrder, NewProduct,
    NewRefund, NewShipping, Order, Payment, PostalAddress, Presentment, Rows as _, Tracking, Variant,
};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{Record, Shipped};

use crate::world::{Bench, assert_known, decimal, run, simple, snapshot, tiny, variant, walk};

fn line(variant: i64, quantity: i64) -> NewLine {
    NewLine {
        variant_id: Some(variant),
        quantity,
        ..NewLine::default()
    }
}

fn discount(source: DiscountSource, value: DiscountValue, target: DiscountTarget) -> Discount {
    Discount {
        source,
        value,
        target,
    }
}

fn address(first: &str, city: &str) -> PostalAddress {
    PostalAddress {
        first_name: Some(first.into()),
        last_name: Some("Holt".into()),
        address1: Some("Lindenallee 4".into()),
        city: Some(city.into()),
        zip: Some("20259".into()),
        country: Some("Germany".into()),
        country_code: Some("DE".into()),
        ..PostalAddress::default()
    }
}

fn variants(bench: &Bench) -> Vec<i64> {
    bench
        .shopify
        .look(|rows| rows.all::<Variant>().map(|variant| variant.id).collect())
        .unwrap()
}

/// A shirt in two sizes and a mug, at two locations; nothing ordered.
pub(crate) fn shop() -> Bench {
    let bench = Bench::unlimited();
    let places = bench.locations(&["Berlin", "Porto"]);
    bench.change(|store| {
        store.add_product(NewProduct {
            title: "Shirt".into(),
            vendor: "Nordkante".into(),
            options: vec![("Size".into(), vec!["S".into(), "M".into()])],
            variants: vec![
                variant(&["S"], "39", "LIN-S", &[(places[0], 14), (places[1], 2)]),
                variant(&["M"], "41.5", "LIN-M", &[(places[0], 9)]),
            ],
            ..NewProduct::default()
        })?;
        store.add_product(simple("Mug", "9.9", &[(places[1], 40)]))
    });
    bench
}

/// One order with everything: three discounts, two shipping lines, a customer, two locations, two parcels, a refund
/// of goods and shipping.
pub(crate) fn eventful() -> Bench {
    let bench = shop();
    let variants = variants(&bench);
    let customer = bench.change(|store| {
        store.add_customer(NewCustomer {
            first_name: Some("Mira".into()),
            last_name: Some("Holt".into()),
            email: Some("mira@example.com".into()),
            phone: Some("+491701234567".into()),
            addresses: vec![address("Mira", "Hamburg")],
            ..NewCustomer::default()
        })
    });
    let shipping = |title: &str, price: &str| NewShipping {
        title: title.into(),
        price: decimal(price),
        ..NewShipping::default()
    };
    let order = bench.change(|store| {
        store.place_order(NewOrder {
            customer_id: Some(customer),
            phone: Some("+4940123".into()),
            note: Some("ring twice".into()),
            tags: vec!["vip".into(), "gift".into()],
            shipping_address: Some(address("Mira", "Hamburg")),
            billing_address: Some(address("Jon", "Kiel")),
            lines: vec![
                line(variants[0], 3),
                line(variants[2], 20),
                NewLine {
                    title: Some("Engraving".into()),
                    price: Some(decimal("5")),
                    quantity: 1,
                    requires_shipping: Some(false),
                    ..NewLine::default()
                },
            ],
            shipping: vec![shipping("DHL", "4.9"), shipping("Island fee", "10")],
            discounts: vec![
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
            ],
            taxes: vec![("DE VAT".into(), decimal("0.19"))],
            ..NewOrder::default()
        })
    });
    let lines: Vec<i64> = lines_of(&bench, order);
    let sources: Vec<i64> = bench.change(|store| {
        Ok(store
            .fulfillment_orders(order)
            .iter()
            .map(|source| source.id)
            .collect())
    });
    assert_eq!(
        sources.len(),
        2,
        "the shirts ship from Berlin, the mugs from Porto"
    );
    let tracking = Tracking {
        company: Some("DHL".into()),
        number: Some("00340".into()),
        url: Some("https://dhl.example/00340".into()),
    };
    bench.change(|store| store.fulfil(sources[0], &[(lines[0], 2), (lines[2], 1)], vec![tracking]));
    bench.change(|store| store.fulfil(sources[1], &[(lines[1], 5)], Vec::new()));
    bench.change(|store| {
        let refund = NewRefund {
            lines: vec![(lines[0], 1, true), (lines[1], 7, true)],
            shipping: decimal("6"),
            note: Some("too small".into()),
            ..NewRefund::default()
        };
        store.refund(order, refund)
    });
    bench
}

fn lines_of(bench: &Bench, order: i64) -> Vec<i64> {
    let look = bench.shopify.look(|rows| {
        rows.one::<Order>(order)
            .unwrap()
            .lines
            .iter()
            .map(|line| line.id)
            .collect()
    });
    look.unwrap()
}

fn only(bench: &Bench) -> Record {
    let mut records = run(walk(&bench.connector(ShopifyOptions::default()), "order", 50)).unwrap();
    assert_eq!(records.len(), 1);
    records.remove(0)
}

fn place(bench: &Bench, new: NewOrder) -> i64 {
    bench.change(|store| store.place_order(new))
}

fn shirts(bench: &Bench, quantity: i64) -> NewOrder {
    NewOrder {
        lines: vec![line(variants(bench)[0], quantity)],
        ..NewOrder::default()
    }
}

#[test]
fn an_order_as_it_comes_out() {
    let bench = eventful();
    for options in [ShopifyOptions::default(), tiny()] {
        let records = run(walk(&bench.connector(options), "order", 50)).unwrap();
        snapshot("an_order", &records);
    }
}

#[test]
fn every_key_is_a_known_field() {
    let bench = eventful();
    let record = only(&bench);
    let fields = run(bench.connector(ShopifyOptions::default()).fields(&"order".into())).unwrap();
    assert_known(&fields, &record.body);
    let path = ["customer", "default_address", "city"];
    assert!(fields.knows(&path) && fields.knows(&["line_items", "tax_lines", "rate"]));
    assert!(!fields.knows(&["line_items", "colour"]));
}

#[test]
fn a_guest_order_without_shipping() {
    let bench = shop();
    let order = NewOrder {
        email: Some("guest@example.com".into()),
        payment: Payment::Pending,
        ..shirts(&bench, 1)
    };
    place(&bench, order);
    let body = only(&bench).body;
    assert_eq!(
        (&body["customer"], &body["email"]),
        (&Value::Null, &json!("guest@example.com"))
    );
    assert_eq!(
        (&body["shipping_address"], &body["shipping_lines"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(
        (&body["financial_status"], &body["fulfillment_status"]),
        (&json!("pending"), &Value::Null)
    );
    assert_eq!(body["discount_lines"], json!([]));
}

#[test]
fn shipments_move_goods() {
    let bench = shop();
    let order = place(
        &bench,
        NewOrder {
            lines: vec![line(variants(&bench)[0], 3), line(variants(&bench)[2], 4)],
            ..NewOrder::default()
        },
    );
    let before = only(&bench);
    let movements = before.movements.unwrap();
    assert!(!movements.complete && movements.shipped.is_empty());
    bench.change(|store| store.fulfil_all(order, &[]));
    let after = only(&bench);
    assert_eq!(after.body["fulfillment_status"], "fulfilled");
    let movements = after.movements.unwrap();
    assert!(movements.complete);
    let of = |variant: usize, place: i64, quantity: i64| Shipped {
        item: variants(&bench)[variant].to_string(),
        place: place.to_string(),
        quantity: quantity.into(),
    };
    let places: Vec<i64> = bench
        .shopify
        .look(|rows| {
            rows.all::<mock_shopify::Location>()
                .map(|place| place.id)
                .collect()
        })
        .unwrap();
    assert_eq!(movements.shipped, [of(0, places[0], 3), of(2, places[1], 4)]);
    assert_eq!(
        after.body["location_id"],
        json!(places[1]),
        "four mugs leave Porto, three shirts Berlin"
    );

    // What comes back to the shelf has not left.
    let first = lines_of(&bench, order)[0];
    bench.change(|store| {
        let refund = NewRefund {
            lines: vec![(first, 2, true)],
            ..NewRefund::default()
        };
        store.refund(order, refund)
    });
    let returned = only(&bench).movements.unwrap();
    assert!(returned.complete);
    assert_eq!(returned.shipped, [of(0, places[0], 1), of(2, places[1], 4)]);
}

#[test]
fn what_needs_no_shipping_and_what_was_cancelled_is_complete() {
    let bench = shop();
    let voucher = NewLine {
        title: Some("Voucher".into()),
        price: Some(decimal("25")),
        quantity: 1,
        requires_shipping: Some(false),
        ..NewLine::default()
    };
    let order = NewOrder {
        lines: vec![voucher],
        ..NewOrder::default()
    };
    place(&bench, order);
    assert!(only(&bench).movements.unwrap().complete);

    let bench = shop();
    let order = place(&bench, shirts(&bench, 3));
    let lines = lines_of(&bench, order);
    let source = bench.change(|store| Ok(store.fulfillment_orders(order)[0].id));
    bench.change(|store| store.fulfil(source, &[(lines[0], 2)], Vec::new()));
    let part = only(&bench);
    assert_eq!(
        (&part.body["fulfillment_status"], part.movements.unwrap().complete),
        (&json!("partial"), false)
    );
    bench.change(|store| store.edit_order_line(order, lines[0], 2));
    let rest = only(&bench);
    assert!(
        rest.movements.unwrap().complete,
        "the third one was taken out of the order"
    );

    let bench = shop();
    let order = place(&bench, shirts(&bench, 3));
    bench.change(|store| store.cancel_order(order, "FRAUD", true, true));
    let cancelled = only(&bench);
    assert_eq!(cancelled.body["cancel_reason"], "fraud");
    assert_eq!(cancelled.body["current_total_price"], "0.00");
    assert_eq!(cancelled.body["line_items"][0]["current_quantity"], 0);
    assert!(cancelled.movements.unwrap().complete);
}

#[test]
fn lines_of_deleted_products_stay_without_them() {
    let bench = shop();
    place(&bench, shirts(&bench, 1));
    let product = bench
        .shopify
        .look(|rows| rows.all::<Variant>().next().unwrap().product_id)
        .unwrap();
    bench.change(|store| store.delete_product(product));
    let body = only(&bench).body;
    let line = &body["line_items"][0];
    assert_eq!(
        (&line["variant_id"], &line["product_id"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&line["product_exists"], &line["sku"]),
        (&json!(false), &json!("LIN-S"))
    );
}

#[test]
fn amounts_are_in_shop_currency() {
    let bench = shop();
    let order = NewOrder {
        presentment: Some(Presentment {
            currency: "USD".into(),
            rate: decimal("1.1"),
        }),
        ..shirts(&bench, 1)
    };
    place(&bench, order);
    let body = only(&bench).body;
    assert_eq!(
        (&body["currency"], &body["presentment_currency"]),
        (&json!("EUR"), &json!("USD"))
    );
    assert_eq!(
        (&body["total_price"], &body["line_items"][0]["price"]),
        (&json!("39.00"), &json!("39.00"))
    );
}

#[test]
fn an_order_with_many_lines_comes_whole() {
    let bench = shop();
    let lines = (0..130).map(|n| NewLine {
        title: Some(format!("Thing {n}")),
        price: Some(decimal("1")),
        quantity: 1,
        ..NewLine::default()
    });
    let order = NewOrder {
        lines: lines.collect(),
        ..NewOrder::default()
    };
    let id = place(&bench, order);
    bench.change(|store| store.fulfil_all(id, &[]));
    for nested in [None, Some(1), Some(64), Some(65), Some(130)] {
        let connector = bench.connector(ShopifyOptions {
            nested,
            ..ShopifyOptions::default()
        });
        let body = run(walk(&connector, "order", 1)).unwrap().remove(0).body;
        let titles: BTreeSet<&str> = body["line_items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["title"].as_str().unwrap())
            .collect();
        assert_eq!(titles.len(), 130);
        assert_eq!(
            body["fulfillments"][0]["line_items"].as_array().unwrap().len(),
            130
        );
    }
}

#[test]
fn an_order_that_changes_while_it_is_read_is_read_again() {
    let bench = shop();
    let order = place(
        &bench,
        NewOrder {
            lines: vec![line(variants(&bench)[0], 3), line(variants(&bench)[2], 4)],
            ..NewOrder::default()
        },
    );
    let first = lines_of(&bench, order)[0];
    let shop = std::sync::Arc::clone(&bench.shopify);
    let later = bench.now() + jiff::SignedDuration::from_secs(5);
    let done = std::sync::atomic::AtomicBool::new(false);
    bench.change_answers(move |request, _| {
        use std::sync::atomic::Ordering::SeqCst;
        if crate::world::operation(request) == "Orders" && !done.swap(true, SeqCst) {
            shop.change(later, |store| store.edit_order_line(order, first, 1))
                .unwrap();
        }
    });
    let records = run(walk(&bench.connector(tiny()), "order", 5)).unwrap();
    let body = &records[0].body;
    assert_eq!(body["line_items"][0]["current_quantity"], 1);
    assert_eq!(body["current_total_price"], "78.60");
}
