//! A shop, an Odoo and a service between them, and the raw calls of somebody who looks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connector_odoo::{Login, OdooConnector, Secret};
use mock_odoo::Odoo;
use mock_shopify::Shopify;
use persistence::{DeadLetterFilter, DeadLetterSummary, LogFilter, PageRequest, SqliteStore};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::ports::{Clock, SimulatedClock};
use sync_core::{DeadLetterStatus, Direction, Job, JobId, JobStatus, RecordLog};
use sync_service::config::{Config, load};
use sync_service::{Service, Simulation, SyncRequest, Systems, odoo_config, shopify_config};
use wire::{InProcess, Transport};

/// When every world begins.
const START: &str = "2026-11-23T09:00:00Z";

pub(crate) const PAGE: PageRequest = PageRequest {
    before: None,
    limit: 500,
};

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
        world.seed_demo();
        world
    }

    pub(crate) fn seed_demo(&self) {
        mock_shopify::seed::demo(&self.shopify, self.clock.now()).unwrap();
        mock_odoo::seed::demo(&self.odoo, self.clock.now()).unwrap();
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

    /// Both systems as they are installed, with this transport between connector and Odoo.
    pub(crate) fn behind(wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        let mut world = Self::empty(&[("SYNC_FAILURE_RATE", "0.0")]);
        let clock = Arc::clone(&world.clock);
        let inner = InProcess::new(Arc::clone(&world.odoo), Arc::new(move || clock.now()));
        let login = Login {
            database: "odoo".into(),
            user: "connector".into(),
            secret: Secret::new("connector"),
        };
        let connector = OdooConnector::new(wrap(Arc::new(inner)), login, "default");
        let simulation = Simulation {
            shopify: Some(Arc::clone(&world.shopify)),
            odoo: Some(Arc::clone(&world.odoo)),
        };
        let port: Arc<dyn Clock> = world.clock.clone();
        let config = settings(&[("SYNC_FAILURE_RATE", "0.0")]);
        let mut systems = Systems::over(&config, simulation, &port).unwrap();
        systems.odoo = Arc::new(connector);
        world.service = Service::with_store(config, systems, Arc::clone(&world.store), port).unwrap();
        world
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
        let request = SyncRequest::new(what, Direction::ShopifyToOdoo);
        self.service.sync(&request, &mut |_| {}).unwrap()
    }

    /// Products, stock, orders.
    pub(crate) fn sync_all(&self) -> [Job; 3] {
        ["products", "inventory", "orders"].map(|what| self.sync(what))
    }

    /// Products, stock, orders, and none of them may fail.
    pub(crate) fn sync_all_well(&self) -> [Job; 3] {
        let jobs = self.sync_all();
        for job in &jobs {
            self.is_well(job);
        }
        jobs
    }

    /// The job completed and no record failed.
    pub(crate) fn is_well(&self, job: &Job) {
        assert_eq!(
            (job.status, job.counts.fail_count),
            (JobStatus::Completed, 0),
            "{:?} {:#?}",
            job.error,
            self.told(job.id)
        );
    }

    /// Which records a job did not leave alone, in a few words each.
    pub(crate) fn told(&self, job: JobId) -> Vec<String> {
        let lines = self.logs(job).into_iter();
        let lines = lines.filter(|line| line.reason != "unchanged");
        let fields = |line: &RecordLog| -> Vec<String> {
            line.changes
                .iter()
                .map(|change| format!("{}: {} -> {}", change.field, change.old, change.new))
                .take(8)
                .collect()
        };
        lines
            .map(|line| {
                format!(
                    "{} {}: {} {:?}",
                    line.label,
                    line.reason,
                    line.message,
                    fields(&line)
                )
            })
            .collect()
    }

    pub(crate) fn logs(&self, job: JobId) -> Vec<RecordLog> {
        let mut lines = self.service.logs(job, &LogFilter::default(), PAGE).unwrap().items;
        lines.reverse();
        lines
    }

    pub(crate) fn open_dead_letters(&self) -> Vec<DeadLetterSummary> {
        self.letters(&DeadLetterFilter {
            status: Some(DeadLetterStatus::Open),
            ..DeadLetterFilter::default()
        })
    }

    pub(crate) fn dead_letters_of(&self, record_type: &str) -> Vec<DeadLetterSummary> {
        self.letters(&DeadLetterFilter {
            status: Some(DeadLetterStatus::Open),
            record_type: Some(record_type.into()),
            ..DeadLetterFilter::default()
        })
    }

    fn letters(&self, filter: &DeadLetterFilter) -> Vec<DeadLetterSummary> {
        let (mut found, mut page) = (Vec::new(), PAGE);
        loop {
            let part = self.service.dead_letters(filter, page).unwrap();
            found.extend(part.items);
            page.before = part.next;
            if page.before.is_none() {
                return found;
            }
        }
    }

    /// Everything that was ever written on either side.
    pub(crate) fn journals(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        (self.odoo.journal(0).unwrap(), self.shopify.journal(0).unwrap())
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

/// What a stranger wants to know of Odoo.
impl World {
    /// All names of a model's records.
    pub(crate) fn names(&self, model: &str) -> BTreeMap<i64, String> {
        let rows = self.rows(model, json!([]), &["name"]);
        rows.iter()
            .map(|row| (row["id"].as_i64().unwrap(), text(&row["name"]).to_owned()))
            .collect()
    }

    /// Attribute and value of everything that the variants of a template may have.
    pub(crate) fn attribute_values(&self, template: i64) -> BTreeMap<i64, (String, String)> {
        let domain = json!([["product_tmpl_id", "=", template]]);
        let rows = self.rows(
            "product.template.attribute.value",
            domain,
            &["name", "attribute_id"],
        );
        let pair = |row: &Value| {
            (
                text(&row["attribute_id"][1]).to_owned(),
                text(&row["name"]).to_owned(),
            )
        };
        rows.iter()
            .map(|row| (row["id"].as_i64().unwrap(), pair(row)))
            .collect()
    }

    /// Fixed prices of variants in any price list.
    pub(crate) fn fixed_prices(&self) -> BTreeMap<i64, Decimal> {
        let domain = json!([
            ["applied_on", "=", "0_product_variant"],
            ["compute_price", "=", "fixed"]
        ]);
        let rows = self.rows("product.pricelist.item", domain, &["product_id", "fixed_price"]);
        rows.iter()
            .map(|row| (many2one(&row["product_id"]), decimal(&row["fixed_price"])))
            .collect()
    }

    /// What is on hand per variant and name of the warehouse.
    pub(crate) fn levels(&self) -> BTreeMap<(i64, String), Decimal> {
        let warehouses = self.names("stock.warehouse");
        let of = self.rows("stock.location", json!([]), &["warehouse_id"]);
        let of: BTreeMap<i64, &String> = of
            .iter()
            .filter_map(|row| {
                Some((
                    row["id"].as_i64()?,
                    warehouses.get(&row["warehouse_id"][0].as_i64()?)?,
                ))
            })
            .collect();
        let domain = json!([["location_id.usage", "=", "internal"]]);
        let mut levels: BTreeMap<(i64, String), Decimal> = BTreeMap::new();
        for row in self.rows("stock.quant", domain, &["product_id", "location_id", "quantity"]) {
            let key = (
                many2one(&row["product_id"]),
                of[&many2one(&row["location_id"])].clone(),
            );
            *levels.entry(key).or_default() += decimal(&row["quantity"]);
        }
        levels
    }

    pub(crate) fn partners(&self) -> BTreeMap<i64, Value> {
        let fields = [
            "name",
            "email",
            "company_name",
            "street",
            "city",
            "zip",
            "parent_id",
            "type",
        ];
        let rows = self.rows("res.partner", json!([]), &fields);
        rows.into_iter()
            .map(|row| (row["id"].as_i64().unwrap(), row))
            .collect()
    }
}

/// The id of a many2one, which has to be there.
pub(crate) fn many2one(value: &Value) -> i64 {
    value[0].as_i64().unwrap()
}

/// A text; empty where there is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number, however it is written.
pub(crate) fn decimal(value: &Value) -> Decimal {
    mapping_transforms::decimal_of(value).unwrap()
}
