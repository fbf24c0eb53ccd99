//! A shop, an Odoo and a service between them, and the raw calls of somebody who looks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mock_odoo::Odoo;
use mock_shopify::Shopify;
use persistence::{LogFilter, PageRequest, SqliteStore};
use serde_json::{Value, json};
use sync_core::ports::{Clock, SimulatedClock};
use sync_core::{Direction, Job, JobId, RecordLog};
use sync_service::config::{Config, load};
use sync_service::{Service, Simulation, SyncRequest, Systems, odoo_config, shopify_config};

/// When every world begins.
const START: &str = "2026-11-23T09:00:00Z";

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) odoo: Arc<Odoo>,
    pub(crate) shopify: Arc<Shopify>,
    pub(crate) clock: Arc<SimulatedClock>,
    store: Arc<SqliteStore>,
}

/// Settings with these environment variables.
pub(crate) fn settings(variables: &[(&str, &str)]) -> Config {
    let environment: BTreeMap<&str, &str> = variables.iter().copied().collect();
    load(
        &BTreeMap::new(),
        &|name| environment.get(name).map(|value| (*value).to_owned()),
        None,
    )
    .unwrap()
}

impl World {
    /// The demonstration shop and company, nothing synced.
    pub(crate) fn demo(failure_rate: &str) -> Self {
        let world = Self::empty(&[("SYNC_FAILURE_RATE", failure_rate)]);
        mock_shopify::seed::demo(&world.shopify, world.clock.now()).unwrap();
        mock_odoo::seed::demo(&world.odoo, world.clock.now()).unwrap();
        world
    }

    /// Both systems as they are installed.
    pub(crate) fn empty(variables: &[(&str, &str)]) -> Self {
        let config = settings(variables);
        let odoo = Odoo::in_memory(odoo_config(&config));
        Self::over(config, odoo, Arc::new(Shopify::in_memory(shopify_config())), None)
    }

    /// A service over an Odoo that lives in a file, so that another one with other settings can go on with it.
    pub(crate) fn with_odoo_at(path: &Path, variables: &[(&str, &str)], before: Option<Self>) -> Self {
        let config = settings(variables);
        let odoo = Odoo::open(odoo_config(&config), path).unwrap();
        match before {
            None => Self::over(config, odoo, Arc::new(Shopify::in_memory(shopify_config())), None),
            Some(before) => Self::over(config, odoo, Arc::clone(&before.shopify), Some(before)),
        }
    }

    fn over(config: Config, odoo: Odoo, shopify: Arc<Shopify>, before: Option<Self>) -> Self {
        let (clock, store) = match before {
            Some(before) => (before.clock, before.store),
            None => (
                Arc::new(SimulatedClock::new(START.parse().unwrap())),
                Arc::new(SqliteStore::in_memory().unwrap()),
            ),
        };
        let odoo = Arc::new(odoo);
        let simulation = Simulation {
            shopify: Some(Arc::clone(&shopify)),
            odoo: Some(Arc::clone(&odoo)),
        };
        let port: Arc<dyn Clock> = clock.clone();
        let systems = Systems::over(&config, simulation, &port).unwrap();
        let service = Service::with_store(config, systems, Arc::clone(&store), port).unwrap();
        Self {
            service,
            odoo,
            shopify,
            clock,
            store,
        }
    }

    pub(crate) fn sync(&self, what: &str) -> Job {
        let request = SyncRequest {
            record_type: what.into(),
            direction: Direction::ShopifyToOdoo,
            dry_run: false,
        };
        self.service.sync(&request, &mut |_| {}).unwrap()
    }

    /// Products, stock, orders.
    pub(crate) fn sync_all(&self) -> [Job; 3] {
        ["products", "inventory", "orders"].map(|what| self.sync(what))
    }

    pub(crate) fn logs(&self, job: JobId) -> Vec<RecordLog> {
        let page = PageRequest {
            before: None,
            limit: 500,
        };
        let mut lines = self.service.logs(job, &LogFilter::default(), page).unwrap().items;
        lines.reverse();
        lines
    }

    /// Calls Odoo as its administrator.
    pub(crate) fn odoo(&self, model: &str, method: &str, args: Value, kwargs: Value) -> Value {
        self.service.simulate_odoo(model, method, &args, &kwargs).unwrap()
    }

    /// `search_read` over archived records too.
    pub(crate) fn rows(&self, model: &str, domain: Value, fields: &[&str]) -> Vec<Value> {
        let kwargs = json!({"fields": fields, "order": "id", "context": {"active_test": false}});
        let rows = self.odoo(model, "search_read", json!([domain]), kwargs);
        rows.as_array().unwrap().clone()
    }

    /// Asks the shop; a bucket that ran dry fills meanwhile.
    pub(crate) fn shop(&self, query: &str, variables: Value) -> Value {
        self.clock.advance(Duration::from_secs(20));
        let answer = self.service.simulate_shopify(query, &variables).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }
}
