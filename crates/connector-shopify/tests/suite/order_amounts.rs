//! Whatever happens to an order, its lines, shipping, discounts and taxes come to its total.

use connector_shopify::ShopifyOptions;
use mock_shopify::{
    Discount, DiscountSource, DiscountTarget, DiscountValue, NewLine, NewOrder, NewRefund, NewShipping,
    Order, Rows as _,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::orders::eventful;
use crate::world::{Bench, decimal, run, tiny, walk};

fn amount(value: &Value) -> Decimal {
    value
        .as_str()
        .unwrap_or_else(|| panic!("an amount: {value}"))
        .parse()
        .unwrap()
}

fn sum(list: &Value, amount: impl Fn(&Value) -> Decimal) -> Decimal {
    list.as_array().unwrap().iter().map(amount).sum()
}

fn units(line: &Value) -> Decimal {
    line["current_quantity"].as_i64().unwrap().into()
}

/// The promise of the record: see the connector's documentation.
fn assert_adds_up(body: &Value) {
    let lines = sum(&body["line_items"], |line| amount(&line["price"]) * units(line));
    let shipping = sum(&body["shipping_lines"], |line| amount(&line["price"]));
    let discounts = sum(&body["discount_lines"], |line| amount(&line["amount"]));
    let tax = amount(&body["current_total_tax"]);
    let on_top = if body["taxes_included"] == true {
        Decimal::ZERO
    } else {
        tax
    };
    assert_eq!(
        lines + shipping - discounts + on_top,
        amount(&body["current_total_price"]),
        "{body:#}"
    );
    assert_eq!(
        sum(&body["current_tax_lines"], |line| amount(&line["price"])),
        tax
    );

    let off = |source: &str| {
        let of = |line: &Value| {
            if line["source"] == source {
                amount(&line["amount"])
            } else {
                Decimal::ZERO
            }
        };
        sum(&body["discount_lines"], of)
    };
    assert_eq!(lines - off("line_items"), amount(&body["current_subtotal_price"]));
    let left = sum(&body["shipping_lines"], |line| {
        amount(&line["current_discounted_price"])
    });
    assert_eq!(shipping - off("shipping_lines"), left);
}

/// Every discount line is positive, takes no more than there is, and belongs to one line and one discount.
fn assert_discounts_fit(body: &Value) {
    let mut seen = std::collections::BTreeSet::new();
    for line in body["discount_lines"].as_array().unwrap() {
        let id = line["id"].as_str().unwrap();
        assert!(seen.insert(id.to_owned()), "{id} twice");
        assert!(amount(&line["amount"]) > Decimal::ZERO);
        let owner = id.split('/').next().unwrap();
        let owner: u64 = owner.trim_start_matches("shipping-").parse().unwrap();
        let list = &body[line["source"].as_str().unwrap()];
        assert!(
            list.as_array().unwrap().iter().any(|one| one["id"] == owner),
            "{id}"
        );
    }
    for line in body["line_items"].as_array().unwrap() {
        let own = format!("{}/", line["id"]);
        let taken = sum(&body["discount_lines"], |one| {
            let is_own = one["source"] == "line_items" && one["id"].as_str().unwrap().starts_with(&own);
            if is_own {
                amount(&one["amount"])
            } else {
                Decimal::ZERO
            }
        });
        // A cent of rounding may have moved from another line.
        let cents = Decimal::new(
            i64::try_from(body["discount_lines"].as_array().unwrap().len()).unwrap(),
            2,
        );
        assert!(taken <= amount(&line["price"]) * units(line) + cents);
    }
}

#[test]
fn an_order_with_everything_adds_up() {
    let bench = eventful();
    let body = run(walk(&bench.connector(ShopifyOptions::default()), "order", 5))
        .unwrap()
        .remove(0)
        .body;
    assert_adds_up(&body);
    assert_discounts_fit(&body);
    let refund = body["discount_lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["title"] == "Refund: DHL");
    assert_eq!(
        refund.unwrap()["amount"],
        "3.90",
        "shipping that was paid back is a line of its own"
    );
}

/// What may happen to an order.
#[derive(Debug, Clone)]
enum Step {
    Refund { line: usize, units: i64 },
    RefundShipping { cents: i64 },
    Edit { line: usize, units: i64 },
    Add { cents: i64, units: i64 },
    Ship { line: usize, units: i64 },
    Cancel,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_usize..4, 1_i64..4).prop_map(|(line, units)| Step::Refund { line, units }),
        1 => (1_i64..1500).prop_map(|cents| Step::RefundShipping { cents }),
        3 => (0_usize..4, 0_i64..7).prop_map(|(line, units)| Step::Edit { line, units }),
        1 => (1_i64..9_999, 1_i64..4).prop_map(|(cents, units)| Step::Add { cents, units }),
        2 => (0_usize..4, 1_i64..4).prop_map(|(line, units)| Step::Ship { line, units }),
        1 => Just(Step::Cancel),
    ]
}

fn discounts() -> impl Strategy<Value = Vec<Discount>> {
    let value = prop_oneof![
        (1_i64..=100).prop_map(|percent| DiscountValue::Percentage(percent.into())),
        (1_i64..6_000).prop_map(|cents| DiscountValue::Amount(Decimal::new(cents, 2))),
    ];
    let target = prop_oneof![
        Just(DiscountTarget::Order),
        Just(DiscountTarget::Shipping),
        prop::collection::btree_set(0_usize..4, 1..3)
            .prop_map(|lines| DiscountTarget::Lines(lines.into_iter().collect())),
    ];
    let discount = (value, target).prop_map(|(value, target)| Discount {
        source: DiscountSource::Code("X".into()),
        value,
        target,
    });
    prop::collection::vec(discount, 0..4)
}

fn custom(cents: i64, quantity: i64) -> NewLine {
    NewLine {
        title: Some("Thing".into()),
        price: Some(Decimal::new(cents, 2)),
        quantity,
        ..NewLine::default()
    }
}

/// Carries a step out as far as the shop takes it.
fn carry_out(bench: &Bench, order: i64, step: &Step) {
    let present = bench
        .shopify
        .look(|rows| rows.one::<Order>(order).unwrap().clone())
        .unwrap();
    let id_of = |line: usize| present.lines.get(line).map(|line| line.id);
    // The shop refuses what cannot be; then nothing happened.
    let _ = bench.shopify.change(bench.now(), |store| {
        match *step {
            Step::Refund { line, units } => {
                let Some(line) = id_of(line) else { return Ok(()) };
                let lines = vec![(line, units, units % 2 == 0)];
                store.refund(
                    order,
                    NewRefund {
                        lines,
                        ..NewRefund::default()
                    },
                )?;
            }
            Step::RefundShipping { cents } => {
                let shipping = Decimal::new(cents, 2);
                store.refund(
                    order,
                    NewRefund {
                        shipping,
                        ..NewRefund::default()
                    },
                )?;
            }
            Step::Edit { line, units } => {
                let Some(line) = id_of(line) else { return Ok(()) };
                store.edit_order_line(order, line, units)?;
            }
            Step::Add { cents, units } => {
                store.add_order_line(order, custom(cents, units))?;
            }
            Step::Ship { line, units } => {
                let Some(line) = id_of(line) else { return Ok(()) };
                let sources: Vec<i64> = store
                    .fulfillment_orders(order)
                    .iter()
                    .map(|source| source.id)
                    .collect();
                for source in sources {
                    store.fulfil(source, &[(line, units)], Vec::new())?;
                }
            }
            Step::Cancel => store.cancel_order(order, "OTHER", true, true)?,
        }
        Ok(())
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn orders_add_up_whatever_happens_to_them(
        lines in prop::collection::vec((1_i64..15_000, 1_i64..6), 1..5),
        discounts in discounts(),
        shipping in prop::collection::vec(0_i64..2_000, 0..3),
        rates in prop::sample::select(vec![&["0.19"][..], &["0.07"], &["0.0625", "0.02"], &["0"], &[]]),
        taxes_included: bool,
        steps in prop::collection::vec(step(), 0..8),
    ) {
        let bench = Bench::unlimited();
        bench.locations(&["Berlin"]);
        let order = bench.change(|store| store.place_order(NewOrder {
            lines: lines.iter().map(|(cents, quantity)| custom(*cents, *quantity)).collect(),
            shipping: shipping.iter().map(|cents| NewShipping {
                title: "Post".into(),
                price: Decimal::new(*cents, 2),
                ..NewShipping::default()
            }).collect(),
            discounts,
            taxes: rates.iter().map(|rate| (format!("Tax {rate}"), decimal(rate))).collect(),
            taxes_included: Some(taxes_included),
            ..NewOrder::default()
        }));
        let (usual, small) = (bench.connector(ShopifyOptions::default()), bench.connector(tiny()));
        let mut before: Option<Value> = None;
        for step in std::iter::once(None).chain(steps.iter().map(Some)) {
            if let Some(step) = step {
                carry_out(&bench, order, step);
            }
            let records = run(walk(&usual, "order", 5)).unwrap();
            assert_adds_up(&records[0].body);
            assert_discounts_fit(&records[0].body);
            if before.as_ref() != Some(&records[0].body) {
                prop_assert_eq!(&run(walk(&small, "order", 5)).unwrap(), &records);
            }
            before = Some(records[0].body.clone());
        }
    }
}
