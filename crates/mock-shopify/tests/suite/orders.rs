//! Orders: amounts, stock, fulfilment, refunds, edits, cancellation, as the wire shows them.

use crate::shop::{TestShop, decimal, now};
use mock_shopify::{
    Discount, DiscountSource, DiscountTarget, DiscountValue, NewLine, NewOrder, NewRefund, NewShipping,
    Order, Payment, Presentment, Rows as _, StateError, Tracking, Variant,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn variants(shop: &TestShop) -> Vec<i64> {
    shop.shopify
        .look(|rows| rows.all::<Variant>().map(|variant| variant.id).collect())
        .unwrap()
}

fn line(variant: i64, quantity: i64) -> NewLine {
    NewLine {
        variant_id: Some(variant),
        quantity,
        ..NewLine::default()
    }
}

fn vat() -> Vec<(String, Decimal)> {
    vec![("DE VAT".into(), decimal("0.19"))]
}

/// A shirt in S twice, one in M, shipping: the amounts of Shopify's own example of an order.
fn example(shop: &TestShop) -> i64 {
    let variants = variants(shop);
    shop.shopify
        .change(now(), |store| {
            store.place_order(NewOrder {
                lines: vec![line(variants[0], 2), line(variants[1], 1)],
                shipping: vec![NewShipping {
                    title: "DHL".into(),
                    price: decimal("4.9"),
                    ..NewShipping::default()
                }],
                taxes: vat(),
                email: Some("mira@example.com".into()),
                ..NewOrder::default()
            })
        })
        .unwrap()
}

const AMOUNTS: &str = "totalPriceSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } } \
    subtotalPriceSet { shopMoney { amount } } currentSubtotalPriceSet { shopMoney { amount } } \
    totalTaxSet { shopMoney { amount } } currentTotalTaxSet { shopMoney { amount } } \
    totalDiscountsSet { shopMoney { amount } } currentTotalDiscountsSet { shopMoney { amount } } \
    totalRefundedSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } } \
    displayFinancialStatus displayFulfillmentStatus";

/// The order's amounts as plain text, by field.
fn amounts(shop: &TestShop, order: i64) -> Value {
    let query = format!("{{ order(id: \"gid://shopify/Order/{order}\") {{ {AMOUNTS} }} }}");
    let data = shop.data(&query);
    let fields = data["order"].as_object().unwrap().iter().map(|(name, value)| {
        let plain = value.pointer("/shopMoney/amount").unwrap_or(value).clone();
        (name.trim_end_matches("Set").to_owned(), plain)
    });
    Value::Object(fields.collect())
}

fn levels(shop: &TestShop) -> Value {
    let data = shop.data(
        "{ inventoryItems(first: 10) { nodes { sku inventoryLevels(first: 5) { nodes { location { name } \
         quantities(names: [\"available\", \"committed\", \"on_hand\"]) { quantity } } } } } }",
    );
    let mut shown = serde_json::Map::new();
    for item in data["inventoryItems"]["nodes"].as_array().unwrap() {
        for level in item["inventoryLevels"]["nodes"].as_array().unwrap() {
            let name = format!(
                "{} {}",
                item["sku"].as_str().unwrap(),
                level["location"]["name"].as_str().unwrap()
            );
            let numbers = level["quantities"]
                .as_array()
                .unwrap()
                .iter()
                .map(|q| q["quantity"].clone());
            shown.insert(name, Value::Array(numbers.collect()));
        }
    }
    Value::Object(shown)
}

#[test]
fn amounts_of_the_published_example() {
    let shop = TestShop::with_catalogue();
    let order = example(&shop);
    let data = shop.data(&format!(
        "{{ order(id: \"gid://shopify/Order/{order}\") {{ name number taxLines {{ title rate ratePercentage priceSet {{ shopMoney {{ amount }} }} }} \
         lineItems(first: 5) {{ nodes {{ name quantity originalUnitPriceSet {{ shopMoney {{ amount currencyCode }} }} \
         taxLines {{ priceSet {{ shopMoney {{ amount }} }} }} }} }} \
         shippingLines(first: 5) {{ nodes {{ title code taxLines {{ priceSet {{ shopMoney {{ amount }} }} }} }} }} }} }}"
    ));
    insta::assert_json_snapshot!(data);
    insta::assert_json_snapshot!(amounts(&shop, order));
}

#[test]
fn taxes_on_top() {
    let shop = TestShop::with_catalogue();
    let variants = variants(&shop);
    let order = shop
        .shopify
        .change(now(), |store| {
            store.place_order(NewOrder {
                lines: vec![line(variants[0], 3)],
                taxes: vec![
                    ("State".into(), decimal("0.0625")),
                    ("City".into(), decimal("0.02")),
                ],
                taxes_included: Some(false),
                payment: Payment::Partial(decimal("100")),
                ..NewOrder::default()
            })
        })
        .unwrap();
    let shown = amounts(&shop, order);
    // 117.00; 7.3125 and 2.34 of tax, each rounded half up.
    assert_eq!(
        (&shown["totalPrice"], &shown["totalTax"]),
        (&json!("126.65"), &json!("9.65"))
    );
    assert_eq!(
        (&shown["totalOutstanding"], &shown["displayFinancialStatus"]),
        (&json!("26.65"), &json!("PARTIALLY_PAID"))
    );
}

#[test]
fn discounts_of_every_kind() {
    let shop = TestShop::with_orders();
    let data = shop.data(
        "{ orders(first: 1) { nodes { discountCodes discountApplications(first: 5) { nodes { __typename index allocationMethod \
         targetSelection targetType value { ... on MoneyV2 { amount } ... on PricingPercentageValue { percentage } } \
         ... on DiscountCodeApplication { code } ... on ManualDiscountApplication { title description } \
         ... on AutomaticDiscountApplication { title } } } \
         lineItems(first: 5) { nodes { title quantity currentQuantity unfulfilledQuantity \
         originalTotalSet { shopMoney { amount } } discountedTotalSet { shopMoney { amount } } \
         withCodes: discountedTotalSet(withCodeDiscounts: true) { shopMoney { amount } } \
         totalDiscountSet { shopMoney { amount } } \
         discountAllocations { allocatedAmountSet { shopMoney { amount } } discountApplication { index } } } } \
         shippingLine { originalPriceSet { shopMoney { amount } } discountedPriceSet { shopMoney { amount } } \
         currentDiscountedPriceSet { shopMoney { amount } } discountAllocations { allocatedAmountSet { shopMoney { amount } } } } \
         refunds { note totalRefundedSet { shopMoney { amount } } refundLineItems(first: 5) { nodes { quantity restockType restocked \
         subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } location { name } } } \
         refundShippingLines(first: 5) { nodes { subtotalAmountSet { shopMoney { amount } } taxAmountSet { shopMoney { amount } } } } } \
         transactions { kind status amountSet { shopMoney { amount } } parentTransaction { kind } } \
         fulfillments { name status totalQuantity trackingInfo { company number url } fulfillmentLineItems(first: 5) { nodes { quantity } } } \
         fulfillmentOrders(first: 5) { nodes { status requestStatus supportedActions { action } assignedLocation { name location { id } } \
         lineItems(first: 5) { nodes { totalQuantity remainingQuantity lineItem { title } } } } } } } }",
    );
    insta::assert_json_snapshot!(data);
}

#[test]
fn stock_follows_an_order() {
    let shop = TestShop::with_catalogue();
    let before = levels(&shop);
    assert_eq!(before["SHIRT-S Berlin"], json!([14, 0, 14]));
    let order = example(&shop);
    assert_eq!(
        levels(&shop)["SHIRT-S Berlin"],
        json!([12, 2, 14]),
        "placed: promised, still there"
    );
    let later = now() + jiff::SignedDuration::from_hours(1);
    let tracking = Tracking {
        number: Some("1".into()),
        ..Tracking::default()
    };
    shop.shopify
        .change(later, |store| store.fulfil_all(order, &[tracking]))
        .unwrap();
    assert_eq!(levels(&shop)["SHIRT-S Berlin"], json!([12, 0, 12]), "shipped");
    assert_eq!(amounts(&shop, order)["displayFulfillmentStatus"], "FULFILLED");
    let first = shop
        .shopify
        .look(|rows| rows.one::<Order>(order).unwrap().lines[0].id)
        .unwrap();
    let refund = NewRefund {
        lines: vec![(first, 1, true)],
        ..NewRefund::default()
    };
    shop.shopify
        .change(later, |store| store.refund(order, refund))
        .unwrap();
    assert_eq!(
        levels(&shop)["SHIRT-S Berlin"],
        json!([13, 0, 13]),
        "one came back"
    );
    insta::assert_json_snapshot!(amounts(&shop, order));
    let data = shop.data(&format!(
        "{{ order(id: \"gid://shopify/Order/{order}\") {{ updatedAt createdAt }} }}"
    ));
    assert_eq!(
        data["order"],
        json!({ "createdAt": "2026-11-23T09:00:00Z", "updatedAt": "2026-11-23T10:00:00Z" })
    );
    let again = NewRefund {
        lines: vec![(first, 2, true)],
        ..NewRefund::default()
    };
    assert!(
        shop.shopify
            .change(later, |store| store.refund(order, again))
            .is_err(),
        "only one is left"
    );
}

#[test]
fn cancelled_orders_release_their_stock() {
    let shop = TestShop::with_catalogue();
    let before = levels(&shop);
    let order = example(&shop);
    shop.shopify
        .change(now(), |store| store.cancel_order(order, "CUSTOMER", true, true))
        .unwrap();
    assert_eq!(levels(&shop), before);
    insta::assert_json_snapshot!(amounts(&shop, order));
    let data = shop.data("{ orders(first: 1) { nodes { cancelReason cancelledAt closed fulfillmentOrders(first: 3) { nodes { status } } } } fulfillmentOrders(first: 3) { nodes { id } } }");
    insta::assert_json_snapshot!(data);
    let again = shop
        .shopify
        .change(now(), |store| store.cancel_order(order, "CUSTOMER", true, true));
    assert_eq!(
        again.unwrap_err().to_string(),
        "Cannot cancel an order that has already been canceled"
    );
    assert_eq!(levels(&shop), before, "a refused change leaves nothing behind");
}

#[test]
fn edited_orders() {
    let shop = TestShop::with_catalogue();
    let order = example(&shop);
    let lines: Vec<i64> = shop
        .shopify
        .look(|rows| {
            rows.one::<Order>(order)
                .unwrap()
                .lines
                .iter()
                .map(|l| l.id)
                .collect()
        })
        .unwrap();
    shop.shopify
        .change(now(), |store| store.edit_order_line(order, lines[0], 1))
        .unwrap();
    assert_eq!(levels(&shop)["SHIRT-S Berlin"], json!([13, 1, 14]));
    shop.shopify
        .change(now(), |store| store.edit_order_line(order, lines[1], 3))
        .unwrap();
    assert_eq!(levels(&shop)["SHIRT-M Berlin"], json!([0, 3, 3]));
    let mug = variants(&shop)[2];
    shop.shopify
        .change(now(), |store| store.add_order_line(order, line(mug, 1)))
        .unwrap();
    insta::assert_json_snapshot!(amounts(&shop, order));
    assert!(
        !shop
            .shopify
            .change(now(), |store| store.edit_order_line(order, lines[1], 3))
            .unwrap(),
        "no change"
    );
    shop.shopify
        .change(now(), |store| store.fulfil_all(order, &[]))
        .unwrap();
    let refused = shop
        .shopify
        .change(now(), |store| store.edit_order_line(order, lines[1], 0));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "Cannot remove units that were fulfilled"
    );
}

#[test]
fn other_currencies_are_shown_beside_the_shops() {
    let shop = TestShop::with_catalogue();
    let variants = variants(&shop);
    let presentment = Presentment {
        currency: "USD".into(),
        rate: decimal("1.1"),
    };
    shop.shopify
        .change(now(), |store| {
            store.place_order(NewOrder {
                lines: vec![line(variants[0], 1)],
                presentment: Some(presentment),
                ..NewOrder::default()
            })
        })
        .unwrap();
    let data = shop.data("{ orders(first: 1) { nodes { currencyCode presentmentCurrencyCode totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } } } } }");
    let expected = json!({
        "currencyCode": "EUR", "presentmentCurrencyCode": "USD",
        "totalPriceSet": { "shopMoney": { "amount": "39.0", "currencyCode": "EUR" }, "presentmentMoney": { "amount": "42.9", "currencyCode": "USD" } }
    });
    assert_eq!(data["orders"]["nodes"][0], expected);
}

#[test]
fn lines_outlive_their_products() {
    let shop = TestShop::with_catalogue();
    example(&shop);
    let product = shop
        .shopify
        .look(|rows| rows.all::<Variant>().next().unwrap().product_id)
        .unwrap();
    shop.shopify
        .change(now(), |store| store.delete_product(product))
        .unwrap();
    let data = shop.data("{ orders(first: 1) { nodes { lineItems(first: 1) { nodes { title sku variant { id } product { id } } } } } inventoryItems(first: 5) { nodes { sku } } }");
    assert_eq!(
        data["orders"]["nodes"][0]["lineItems"]["nodes"],
        json!([{ "title": "Linen Shirt", "sku": "SHIRT-S", "variant": null, "product": null }])
    );
    assert_eq!(data["inventoryItems"]["nodes"], json!([{ "sku": "MUG" }]));
}

#[test]
fn refused_orders() {
    let shop = TestShop::with_catalogue();
    let place = |new: NewOrder| {
        shop.shopify
            .change(now(), |store| store.place_order(new))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        place(NewOrder::default()),
        "Line items must have at least one line item"
    );
    assert_eq!(
        place(NewOrder {
            lines: vec![NewLine {
                quantity: 1,
                ..NewLine::default()
            }],
            ..NewOrder::default()
        }),
        "Line items Title can't be blank"
    );
    let unknown = place(NewOrder {
        lines: vec![line(5, 1)],
        ..NewOrder::default()
    });
    assert_eq!(
        unknown,
        StateError::NotFound {
            kind: "variant",
            id: 5
        }
        .to_string()
    );
    assert!(
        shop.shopify
            .look(|rows| rows.all::<Order>().next().is_none())
            .unwrap()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// However an order is discounted, taxed and refunded: its parts add up, and refunding all of it leaves nothing.
    #[test]
    fn amounts_add_up(
        lines in prop::collection::vec((1_i64..5, 1_i64..20_000), 1..4),
        percent in 0_i64..100,
        fixed in 0_i64..5_000,
        rate in prop::sample::select(vec!["0.19", "0.07", "0.0875", "0"]),
        included: bool,
        steps in prop::collection::vec((0_usize..4, 1_i64..4), 0..6),
    ) {
        let shop = TestShop::empty();
        let discount = |value, target| Discount { source: DiscountSource::Code("X".into()), value, target };
        let order = shop.shopify.change(now(), |store| {
            store.place_order(NewOrder {
                lines: lines.iter().map(|(quantity, cents)| NewLine {
                    title: Some("Thing".into()),
                    quantity: *quantity,
                    price: Some(Decimal::new(*cents, 2)),
                    ..NewLine::default()
                }).collect(),
                discounts: vec![
                    discount(DiscountValue::Percentage(percent.into()), DiscountTarget::Order),
                    discount(DiscountValue::Amount(Decimal::new(fixed, 2)), DiscountTarget::Order),
                ],
                taxes: vec![("T".into(), decimal(rate))],
                taxes_included: Some(included),
                ..NewOrder::default()
            })
        }).unwrap();
        let look = || shop.shopify.look(|rows| rows.one::<Order>(order).unwrap().clone()).unwrap();
        let whole = look();
        let gross: Decimal = whole.lines.iter().map(mock_shopify::OrderLine::gross).sum();
        prop_assert_eq!(whole.subtotal() + whole.discount(), gross);
        prop_assert_eq!(whole.current_total(), whole.total());
        prop_assert!(whole.lines.iter().all(|line| line.net() >= Decimal::ZERO));
        for (at, units) in steps {
            let before = look();
            let Some(line) = before.lines.get(at) else { continue };
            let units = units.min(before.current_quantity(line));
            if units < 1 { continue }
            let refund = NewRefund { lines: vec![(line.id, units, false)], ..NewRefund::default() };
            shop.shopify.change(now(), |store| store.refund(order, refund)).unwrap();
            let after = look();
            let part = &after.refunds.last().unwrap().lines;
            let taken: Decimal = part.iter().map(|line| line.subtotal).sum();
            prop_assert_eq!(before.current_subtotal() - after.current_subtotal(), taken);
            let tax: Decimal = part.iter().map(|line| line.tax).sum();
            prop_assert_eq!(before.current_tax() - after.current_tax(), tax);
            prop_assert_eq!(after.received() - after.paid_back(), after.current_total());
        }
        let left = look();
        let rest = left.lines.iter().map(|line| (line.id, left.current_quantity(line), false)).filter(|l| l.1 > 0);
        let rest: Vec<_> = rest.collect();
        if !rest.is_empty() {
            shop.shopify.change(now(), |store| store.refund(order, NewRefund { lines: rest, ..NewRefund::default() })).unwrap();
        }
        prop_assert_eq!((look().current_total(), look().current_tax()), (Decimal::ZERO, Decimal::ZERO));
        prop_assert_eq!(look().paid_back(), look().received());
    }
}
