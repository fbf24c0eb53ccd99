//! The demonstration shop.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _};
use mock_shopify::seed::{Seeded, demo};
use mock_shopify::{
    Config, Customer, InventoryItem, InventoryLevel, Location, Order, Product, Rows, Shop, Shopify,
    StockState, Stored, Variant,
};
use rust_decimal::Decimal;

fn now() -> Timestamp {
    "2026-11-23T11:28:38Z".parse().unwrap()
}

fn seeded_at(now: Timestamp) -> Shopify {
    let shopify = Shopify::in_memory(Config::default());
    demo(&shopify, now).unwrap();
    shopify
}

fn all<T: Stored + Clone>(shopify: &Shopify) -> Vec<T> {
    shopify
        .look(|tables| tables.all::<T>().cloned().collect())
        .unwrap()
}

#[test]
fn seeding_again_changes_nothing() {
    let shopify = Shopify::in_memory(Config::default());
    let first = demo(&shopify, now()).unwrap();
    assert_eq!(
        first,
        Seeded {
            locations: 2,
            products: 20,
            variants: 112,
            customers: 30,
            orders: 50
        }
    );
    let written = shopify.journal(0).unwrap().len();

    let later = now().checked_add(300.hours()).unwrap();
    assert_eq!(demo(&shopify, later).unwrap(), Seeded::default());
    assert_eq!(shopify.journal(0).unwrap().len(), written);
}

#[test]
fn ids_and_amounts_do_not_depend_on_the_day() {
    let (one, other) = (
        seeded_at(now()),
        seeded_at("2028-02-29T00:00:01Z".parse().unwrap()),
    );
    let shape = |shopify: &Shopify| -> Vec<(i64, String, Decimal)> {
        all::<Order>(shopify)
            .iter()
            .map(|order| (order.id, order.name.clone(), order.current_total()))
            .collect()
    };
    assert_eq!(shape(&one), shape(&other));
}

#[test]
fn the_journal_is_in_the_order_of_time_and_ends_before_now() {
    let journal = seeded_at(now()).journal(0).unwrap();
    assert!(journal.iter().map(|entry| entry.at).is_sorted());
    assert!(journal.last().is_some_and(|last| last.at <= now()));
}

#[test]
fn a_deleted_product_is_planted_again_with_nothing_else() {
    let shopify = seeded_at(now());
    let hoodie = all::<Product>(&shopify)
        .into_iter()
        .find(|product| product.handle == "loopback-hoodie")
        .unwrap();
    shopify
        .change(now(), |store| store.delete_product(hoodie.id))
        .unwrap();
    let again = demo(&shopify, now()).unwrap();
    assert_eq!(
        again,
        Seeded {
            products: 1,
            variants: 8,
            ..Seeded::default()
        }
    );
}

#[test]
fn a_shop_of_ones_own_is_kept() {
    let shopify = Shopify::in_memory(Config::default());
    let own = Shop {
        name: "Mine".into(),
        ..Shop::demo(now())
    };
    shopify
        .change(now(), |store| {
            store.put_shop(own);
            Ok(())
        })
        .unwrap();
    demo(&shopify, now()).unwrap();
    assert_eq!(all::<Shop>(&shopify)[0].name, "Mine");
}

#[test]
fn products_are_what_a_shop_sells() {
    let shopify = seeded_at(now());
    let products = all::<Product>(&shopify);
    let variants = all::<Variant>(&shopify);
    assert!(products.iter().all(|product| product.options[0].name == "Size"));
    let of = |product: &Product| {
        variants
            .iter()
            .filter(|variant| variant.product_id == product.id)
            .count()
    };
    assert!(products.iter().all(|product| of(product) >= 4));
    assert!(
        products
            .iter()
            .filter(|product| product.options.len() == 2)
            .count()
            >= 5
    );
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for product in &products {
        *states.entry(product.status.name()).or_default() += 1;
    }
    assert_eq!(
        states,
        BTreeMap::from([("ACTIVE", 17), ("ARCHIVED", 1), ("DRAFT", 1), ("UNLISTED", 1)])
    );

    let items = all::<InventoryItem>(&shopify);
    let skus: BTreeSet<_> = items.iter().filter_map(|item| item.sku.clone()).collect();
    assert_eq!(skus.len(), variants.len(), "every variant has a SKU of its own");
    let barcodes: Vec<_> = variants
        .iter()
        .filter_map(|variant| variant.barcode.as_deref())
        .collect();
    assert_eq!(barcodes.iter().collect::<BTreeSet<_>>().len(), barcodes.len());
    for barcode in barcodes {
        let digits: Vec<u32> = barcode.chars().map(|digit| digit.to_digit(10).unwrap()).collect();
        let weighted = digits
            .iter()
            .zip([1, 3].into_iter().cycle())
            .map(|(digit, weight)| digit * weight);
        assert!(digits.len() == 13 && weighted.sum::<u32>() % 10 == 0, "{barcode}");
    }
}

/// Whether the price of each variant is a base price plus an amount per option value.
fn adds_up(product: &Product, variants: &[Variant]) -> bool {
    let own: Vec<&Variant> = variants
        .iter()
        .filter(|variant| variant.product_id == product.id)
        .collect();
    let price = |values: &[i64]| {
        own.iter()
            .find(|variant| variant.values == values)
            .map(|variant| variant.price)
    };
    own.iter().all(|a| {
        own.iter().all(|b| {
            let swapped = |from: &Variant, to: &Variant| {
                let mut values = from.values.clone();
                values[0] = to.values[0];
                price(&values)
            };
            match (swapped(a, b), swapped(b, a)) {
                (Some(ab), Some(ba)) => a.price + b.price == ab + ba,
                _ => true,
            }
        })
    })
}

#[test]
fn some_prices_add_up_and_some_do_not() {
    let shopify = seeded_at(now());
    let variants = all::<Variant>(&shopify);
    let products = all::<Product>(&shopify);
    let (additive, other): (Vec<_>, Vec<_>) =
        products.iter().partition(|product| adds_up(product, &variants));
    let with_differences = additive.iter().filter(|product| {
        let prices: BTreeSet<_> = variants
            .iter()
            .filter(|v| v.product_id == product.id)
            .map(|variant| variant.price)
            .collect();
        prices.len() > 1
    });
    assert!(with_differences.count() >= 5);
    assert!(other.len() >= 2, "{other:?}");
}

#[test]
fn stock_lies_at_both_locations_and_nothing_is_oversold() {
    let shopify = seeded_at(now());
    let names: Vec<String> = all::<Location>(&shopify)
        .into_iter()
        .map(|location| location.name)
        .collect();
    assert_eq!(names, ["Main Warehouse", "Outlet Store"]);
    let levels = all::<InventoryLevel>(&shopify);
    assert_eq!(levels.len(), 2 * all::<Variant>(&shopify).len());
    for level in &levels {
        assert!(level.units(StockState::Available) >= 0, "{level:?}");
        assert!(level.units(StockState::Committed) >= 0, "{level:?}");
    }
    assert!(levels.iter().any(|level| level.units(StockState::Committed) > 0));
}

#[test]
fn customers_come_from_many_places() {
    let customers = all::<Customer>(&seeded_at(now()));
    let countries: BTreeSet<_> = customers
        .iter()
        .flat_map(|c| &c.addresses)
        .filter_map(|address| address.country_code.clone())
        .collect();
    assert!(countries.len() >= 15, "{countries:?}");
    let names: String = customers.iter().map(Customer::display_name).collect();
    for script in ["é", "ü", "ñ", "ś", "遥", "ليلى", "Ольга"] {
        assert!(names.contains(script), "{script}");
    }
    assert!(customers.iter().any(|customer| customer.email.is_none()));
}

/// One line per order: what an assertion about each of its traits would say, in a form to look through.
fn summary(shopify: &Shopify) -> String {
    let mut lines = Vec::new();
    for order in all::<Order>(shopify) {
        let parcels: Vec<_> = order
            .fulfillments
            .iter()
            .map(|parcel| parcel.lines.len().to_string())
            .collect();
        let rates: BTreeSet<_> = order
            .taxes()
            .iter()
            .map(|tax| tax.rate.normalize().to_string())
            .collect();
        lines.push(format!(
            "{} {} | {} | lines {} | goods {} off {} shipping {} tax {} at [{}] total {} | now {} | {} {} | parcels [{}]",
            order.name,
            order.processed_at,
            order.email.as_deref().unwrap_or("-"),
            order.lines.len(),
            order.lines.iter().map(mock_shopify::OrderLine::gross).sum::<Decimal>(),
            order.discount(),
            order.shipping(),
            order.tax(),
            rates.into_iter().collect::<Vec<_>>().join(" "),
            order.total(),
            order.current_total(),
            order.financial_status(),
            order.fulfillment_status(),
            parcels.join(" "),
        ));
    }
    lines.join("\n")
}

#[test]
fn orders_of_the_last_weeks() {
    let shopify = seeded_at(now());
    let orders = all::<Order>(&shopify);
    assert_eq!(orders.len(), 50);
    let oldest = now().checked_sub(60 * 24.hours()).unwrap();
    assert!(
        orders
            .iter()
            .all(|order| order.processed_at > oldest && order.processed_at < now())
    );
    assert!(orders.iter().all(|order| (1..=5).contains(&order.lines.len())));

    let count = |is: &dyn Fn(&&Order) -> bool| orders.iter().filter(is).count();
    assert_eq!(count(&|order| order.cancelled_at.is_some()), 1);
    assert_eq!(
        count(&|order| order.financial_status() == "REFUNDED" && order.cancelled_at.is_none()),
        1
    );
    assert_eq!(
        count(&|order| order.financial_status() == "PARTIALLY_REFUNDED"),
        1
    );
    assert_eq!(
        count(&|order| order.fulfillment_status() == "PARTIALLY_FULFILLED"),
        1
    );
    assert!(count(&|order| order.fulfillment_status() == "FULFILLED") >= 20);
    assert_eq!(
        count(&|order| order.customer_id.is_none() && order.email.is_some()),
        2
    );
    assert_eq!(
        count(&|order| order.customer_id.is_none() && order.email.is_none()),
        2
    );
    assert_eq!(
        count(&|order| order.lines.iter().any(|line| line.variant_id.is_none())),
        2
    );
    assert!(count(&|order| order.lines.iter().any(|line| line.taxes.len() == 2)) >= 3);
    assert!(count(&|order| order.shipping_lines.iter().any(|line| line.net().is_zero())) >= 2);
    let variants: BTreeSet<i64> = all::<Variant>(&shopify)
        .iter()
        .map(|variant| variant.id)
        .collect();
    let gone = |order: &&Order| {
        order
            .lines
            .iter()
            .any(|line| line.variant_id.is_some_and(|id| !variants.contains(&id)))
    };
    assert_eq!(count(&gone), 2);

    insta::assert_snapshot!(summary(&shopify));
}
