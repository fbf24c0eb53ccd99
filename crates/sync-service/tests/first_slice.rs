//! Products, stock and orders from a simulated shop to a simulated Odoo.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_odoo::Odoo;
use mock_shopify::Shopify;
use persistence::{LogFilter, PageRequest, SqliteStore};
use serde_json::json;
use sync_core::ports::{Clock, SimulatedClock};
use sync_core::{Direction, Job, JobStatus};
use sync_service::config::load;
use sync_service::{Service, Simulation, SyncRequest, Systems, odoo_config, shopify_config};

fn service() -> (Service, Arc<Odoo>, Arc<Shopify>) {
    let environment = BTreeMap::from([("SYNC_FAILURE_RATE", "0.0")]);
    let config = load(
        &BTreeMap::new(),
        &|name| environment.get(name).map(|v| (*v).to_owned()),
        None,
    )
    .unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let shopify = Arc::new(Shopify::in_memory(shopify_config()));
    mock_shopify::seed::demo(&shopify, clock.now()).unwrap();
    let odoo = Arc::new(Odoo::in_memory(odoo_config(&config)));
    let simulation = Simulation {
        shopify: Some(shopify.clone()),
        odoo: Some(odoo.clone()),
    };
    let systems = Systems::over(&config, simulation, &clock).unwrap();
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    (
        Service::with_store(config, systems, store, clock).unwrap(),
        odoo,
        shopify,
    )
}

fn sync(service: &Service, what: &str) -> Job {
    let request = SyncRequest::new(what, Direction::ShopifyToOdoo);
    service.sync(&request, &mut |_| {}).unwrap()
}

#[test]
fn products_arrive_once_and_a_second_run_writes_nothing() {
    let (service, odoo, shopify) = service();
    let job = sync(&service, "products");
    let page = PageRequest {
        before: None,
        limit: 500,
    };
    let lines = service.logs(job.id, &LogFilter::default(), page).unwrap().items;
    assert_eq!(
        (job.status, job.counts.success_count),
        (JobStatus::Completed, 20),
        "{lines:#?}"
    );
    let journals = || (odoo.journal(0).unwrap(), shopify.journal(0).unwrap());
    let before = journals();
    let again = sync(&service, "products");
    assert_eq!((again.counts.success_count, again.counts.fail_count), (0, 0));
    let full = SyncRequest {
        full: true,
        ..SyncRequest::new("products", Direction::ShopifyToOdoo)
    };
    let again = service.sync(&full, &mut |_| {}).unwrap();
    assert_eq!((again.counts.total_records, again.counts.skip_count), (20, 20));
    assert_eq!(journals(), before);
}

#[test]
fn a_raw_call_looks_into_either_simulated_system() {
    let (service, _, _) = service();
    sync(&service, "products");
    let query = "{ productsCount { count } }";
    let shop = service.simulate_shopify(query, &json!(null)).unwrap();
    assert_eq!(shop["data"]["productsCount"]["count"], 20);
    let domain = json!([[["website_slug", "!=", false], ["active", "in", [true, false]]]]);
    let count = service
        .simulate_odoo("product.template", "search_count", &domain, &json!({}))
        .unwrap();
    assert_eq!(count, 20);
    let refused = service
        .simulate_odoo("no.such.model", "search", &json!([[]]), &json!({}))
        .unwrap_err();
    assert_eq!(refused.to_string(), "Odoo: Object no.such.model doesn't exist");
    assert!(
        service
            .simulate_odoo("res.partner", "search", &json!({}), &json!({}))
            .is_err()
    );
}
