//! Records per second from the simulated shop to the simulated Odoo, over the wire of both and a store in memory.
//!
//! `cargo bench -p sync-service`. What is measured is all there is between two calls of the command line: reading,
//! mapping, planning, writing, reading back, storing; and both simulators.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use mock_odoo::Odoo;
use mock_shopify::{
    NewLine, NewLocation, NewOrder, NewProduct, NewVariant, Rows as _, Shopify, StateError, Store, Variant,
};
use persistence::SqliteStore;
use rust_decimal::Decimal;
use sync_core::Direction;
use sync_core::ports::{Clock, SimulatedClock};
use sync_service::config::load;
use sync_service::{Service, Simulation, SyncRequest, Systems, odoo_config, shopify_config};

const PRODUCTS: usize = 250;
const ORDERS: usize = 250;
const SIZES: [&str; 4] = ["S", "M", "L", "XL"];

fn main() {
    divan::main();
}

/// 250 products with four variants each.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn products(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(PRODUCTS))
        .with_inputs(|| world(&[]))
        .bench_values(|service| sync(&service, "products"));
}

/// Nothing changed since the run before.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn products_unchanged(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(PRODUCTS))
        .with_inputs(|| world(&["products"]))
        .bench_values(|service| sync(&service, "products"));
}

/// The stock of 1000 variants at one location.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn inventory(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(PRODUCTS * SIZES.len()))
        .with_inputs(|| world(&["products"]))
        .bench_values(|service| sync(&service, "inventory"));
}

/// 250 orders of two lines, each with a customer of its own.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn orders(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(ORDERS))
        .with_inputs(|| world(&["products", "inventory"]))
        .bench_values(|service| sync(&service, "orders"));
}

fn sync(service: &Service, what: &str) {
    let request = SyncRequest::new(what, Direction::ShopifyToOdoo);
    let job = service.sync(&request, &mut |_| {}).unwrap();
    assert_eq!(job.counts.fail_count, 0, "{:?}", job.error);
}

/// A filled shop, a company, and these runs behind them.
fn world(synced: &[&str]) -> Service {
    let environment = BTreeMap::from([("SYNC_FAILURE_RATE", "0.0")]);
    let variable = |name: &str| environment.get(name).map(|value| (*value).to_owned());
    let config = load(&BTreeMap::new(), &variable, None).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let shopify = Arc::new(Shopify::in_memory(shopify_config()));
    shopify.change(clock.now(), fill).unwrap();
    let odoo = Arc::new(Odoo::in_memory(odoo_config(&config)));
    mock_odoo::seed::demo(&odoo, clock.now()).unwrap();
    let simulation = Simulation {
        shopify: Some(shopify),
        odoo: Some(odoo),
    };
    let systems = Systems::over(&config, simulation, &clock).unwrap();
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let service = Service::with_store(config, systems, store, clock).unwrap();
    for what in synced {
        sync(&service, what);
    }
    service
}

fn fill(store: &mut Store<'_>) -> Result<(), StateError> {
    let mut shop = store.shop();
    shop.currency = "USD".into();
    shop.taxes_included = false;
    store.put_shop(shop);
    let main = store.add_location(NewLocation {
        name: "Main Warehouse".into(),
        ..NewLocation::default()
    })?;
    for number in 0..PRODUCTS {
        let variants = SIZES.iter().map(|size| NewVariant {
            values: vec![(*size).to_owned()],
            price: Decimal::new(1995, 2),
            sku: Some(format!("P{number}-{size}")),
            stock: vec![(main, 100)],
            ..NewVariant::default()
        });
        store.add_product(NewProduct {
            title: format!("Product {number}"),
            description_html: "<p>Soft, warm and made to last.</p>".into(),
            options: vec![("Size".into(), SIZES.map(str::to_owned).to_vec())],
            variants: variants.collect(),
            ..NewProduct::default()
        })?;
    }
    let variants: Vec<i64> = store.rows().all::<Variant>().map(|variant| variant.id).collect();
    for number in 0..ORDERS {
        let line = |at: usize| NewLine {
            variant_id: Some(variants[at % variants.len()]),
            quantity: 1,
            ..NewLine::default()
        };
        store.place_order(NewOrder {
            email: Some(format!("customer{number}@example.com")),
            lines: vec![line(number * 3), line(number * 7 + 1)],
            taxes: vec![("GB VAT".into(), Decimal::new(2, 1))],
            ..NewOrder::default()
        })?;
    }
    Ok(())
}
