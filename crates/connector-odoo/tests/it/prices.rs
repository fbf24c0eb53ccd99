//! Prices of variants, which Odoo has no field for.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use wire::{Fault, FaultRule};

use crate::goods::{Goods, difference};
use crate::world::Bench;

fn four(prices: [&str; 4]) -> Goods {
    let values: [&[&str]; 4] = [&["S", "Red"], &["S", "Blue"], &["L", "Red"], &["L", "Blue"]];
    let variants: Vec<(&[&str], &str)> = values.into_iter().zip(prices).collect();
    Goods::with(1, "Shirt", &["Size", "Colour"], &variants)
}

fn price(goods: &mut Goods, prices: [&str; 4]) {
    for (kind, price) in goods.variants.iter_mut().zip(prices) {
        price.clone_into(&mut kind.price);
    }
}

/// What each value costs extra.
fn extras(bench: &Bench) -> Value {
    let model = "product.template.attribute.value";
    let rows = bench.rows(model, &json!([]), &["name", "price_extra"]);
    rows.iter()
        .map(|row| {
            (
                row["name"].as_str().unwrap().to_owned(),
                row["price_extra"].clone(),
            )
        })
        .collect::<serde_json::Map<String, Value>>()
        .into()
}

const ITEMS: &str = "product.pricelist.item";

#[test]
fn prices_that_add_up_become_extras() {
    let bench = Bench::new();
    let shirt = four(["20.00", "21.50", "22.00", "23.50"]);
    let made = bench.write(&shirt.create());
    assert_eq!(difference(&shirt.create().desired, &made.record), None);
    assert_eq!(
        extras(&bench),
        json!({"S": 0.0, "L": 2.0, "Red": 0.0, "Blue": 1.5})
    );
    assert_eq!(made.record.body["list_price"], json!(20.0));
    assert_eq!(
        bench.count("product.pricelist", &json!([])),
        0,
        "no list is needed"
    );
    // And Odoo's own sum, without any list, is the shop's price.
    let rows = bench.rows("product.product", &json!([]), &["lst_price"]);
    let sums: Vec<&Value> = rows.iter().map(|row| &row["lst_price"]).collect();
    assert_eq!(sums.len(), 4);
    for sum in [20.0, 21.5, 22.0, 23.5] {
        assert!(sums.contains(&&json!(sum)), "{sums:?}");
    }
}

#[test]
fn other_prices_stand_in_the_price_list_of_the_connection() {
    let bench = Bench::new();
    let shirt = four(["20.00", "21.00", "22.00", "40.00"]);
    let made = bench.write(&shirt.create());
    assert_eq!(difference(&shirt.create().desired, &made.record), None);
    let lists = bench.rows("product.pricelist", &json!([]), &["name"]);
    assert_eq!(lists.len(), 1);
    assert_eq!(lists[0]["name"], "Shopify prices (default)");
    assert_eq!(
        extras(&bench),
        json!({"S": 0.0, "L": 0.0, "Red": 0.0, "Blue": 0.0})
    );
    let items = bench.rows(ITEMS, &json!([]), &["applied_on", "compute_price", "fixed_price"]);
    assert_eq!(items.len(), 4);
    assert!(
        items
            .iter()
            .all(|item| item["applied_on"] == "0_product_variant" && item["compute_price"] == "fixed")
    );
}

#[test]
fn a_product_goes_from_one_way_to_the_other() {
    let bench = Bench::new();
    let mut shirt = four(["20.00", "21.50", "22.00", "23.50"]);
    let mut before = bench.write(&shirt.create());
    let turns = [
        (["20.00", "21.00", "22.00", "40.00"], 4),
        (["20.00", "21.00", "22.00", "41.00"], 4),
        (["30.00", "30.00", "30.00", "30.00"], 0),
        (["30.00", "30.00", "30.00", "0.00"], 4),
        (["1.00", "1.10", "2.00", "2.10"], 0),
    ];
    for (prices, items) in turns {
        shirt.link(&before);
        price(&mut shirt, prices);
        before = bench.write(&shirt.update(&before.record, &[]));
        assert_eq!(difference(&shirt.create().desired, &before.record), None);
        assert_eq!(bench.count(ITEMS, &json!([])), items, "{prices:?}");
        assert_eq!(
            bench.product(&before.record.id),
            before.record,
            "the same for everybody"
        );
    }
}

#[test]
fn a_price_list_that_somebody_made_is_left_alone() {
    let bench = Bench::new();
    bench.call("product.pricelist", "create", &json!([{"name": "Wholesale"}]));
    let mut shirt = four(["20.00", "21.00", "22.00", "40.00"]);
    let made = bench.write(&shirt.create());
    let ids: Vec<Value> = bench
        .rows("product.product", &json!([]), &["id"])
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    let wholesale = bench.rows("product.pricelist", &json!([["name", "=", "Wholesale"]]), &["id"]);
    let item = json!({
        "pricelist_id": wholesale[0]["id"], "applied_on": "0_product_variant", "product_id": ids[0],
        "compute_price": "fixed", "fixed_price": 3.0,
    });
    bench.call(ITEMS, "create", &json!([item]));
    shirt.link(&made);
    price(&mut shirt, ["20.00", "21.50", "22.00", "23.50"]);
    let changed = bench.write(&shirt.update(&made.record, &[]));
    assert_eq!(difference(&shirt.create().desired, &changed.record), None);
    let left = bench.rows(ITEMS, &json!([]), &["fixed_price", "pricelist_id"]);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["fixed_price"], json!(3.0));
}

#[test]
fn the_price_of_a_variant_itself_is_never_written() {
    let bench = Bench::new();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&seen);
    let listen = move |request: &wire::WireRequest| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let args = &body["params"]["args"];
        let writes = ["write", "create", "load"]
            .iter()
            .any(|method| args[4] == *method);
        if writes && args.to_string().contains("lst_price") {
            kept.lock().unwrap().push(args.to_string());
        }
        false
    };
    bench.script(FaultRule::new(Fault::LostBefore, listen));
    let mut shirt = four(["20.00", "21.50", "22.00", "23.50"]);
    let made = bench.write(&shirt.create());
    shirt.link(&made);
    price(&mut shirt, ["20.00", "21.00", "22.00", "40.00"]);
    bench.write(&shirt.update(&made.record, &[]));
    bench.write(&Goods::plain(2, "Mug", "7.50").create());
    assert_eq!(*seen.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn prices_of_more_decimals_than_the_currency_are_rounded_by_the_rules_not_here() {
    let bench = Bench::new();
    let mut mug = Goods::plain(1, "Mug", "7.50");
    let made = bench.write(&mug.create());
    for price in ["0", "0.01", "99999.99", "7.5"] {
        mug.link(&made);
        price.clone_into(&mut mug.variants[0].price);
        let changed = bench.write(&mug.update(&made.record, &[]));
        assert_eq!(
            difference(&mug.create().desired, &changed.record),
            None,
            "{price}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_prices_they_are_right(
        first in prop::collection::vec(0_i64..100_000, 6),
        second in prop::collection::vec(prop::sample::select(vec![0_i64, 1, 1_000, 1_050, 99_999]), 6),
        present in prop::collection::vec(any::<bool>(), 6),
    ) {
        let bench = Bench::new();
        let text = |cents: i64| Decimal::new(cents, 2).to_string();
        let values: [&[&str]; 6] =
            [&["S", "Red"], &["S", "Blue"], &["M", "Red"], &["M", "Blue"], &["L", "Red"], &["L", "Blue"]];
        let prices: Vec<String> = first.iter().map(|cents| text(*cents)).collect();
        let variants: Vec<(&[&str], &str)> = values
            .into_iter()
            .zip(prices.iter().map(String::as_str))
            .zip(&present)
            .filter_map(|(variant, present)| present.then_some(variant))
            .collect();
        prop_assume!(!variants.is_empty());
        let mut shirt = Goods::with(1, "Shirt", &["Size", "Colour"], &variants);
        let made = bench.write(&shirt.create());
        prop_assert_eq!(difference(&shirt.create().desired, &made.record), None);
        shirt.link(&made);
        for (kind, cents) in shirt.variants.iter_mut().zip(second) {
            kind.price = text(cents);
        }
        let changed = bench.write(&shirt.update(&made.record, &[]));
        prop_assert_eq!(difference(&shirt.create().desired, &changed.record), None);
    }
}
