//! The simulated shop and the simulated Odoo with a service between them, on a clock that only moves when it is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use connector_odoo::{Login, OdooConnector, Secret as OdooSecret};
use connector_shopify::{Secret as ShopifySecret, ShopifyConnector, ShopifyOptions, StaticToken};
use mock_odoo::Odoo;
use mock_shopify::{NewLocation, Shopify, StateError, Store};
use mock_world::JournalEntry;
use persistence::{ConflictFilter, LinkFilter, LogFilter, PageRequest, SqliteStore};
use serde_json::{Value, json};
use sync_core::ports::{Clock, SimulatedClock};
use sync_core::{Conflict, Job, Link, RecordLog, Side};
use sync_service::config::{Config, load};
use sync_service::{
    CursorRow, Edit, Edited, Service, Simulation, SyncRequest, Systems, odoo_config, shopify_config,
};
use wire::{InProcess, WireService};

use crate::interrupt::{Interrupted, Plans};

/// When every world begins.
pub(crate) const START: &str = "2026-11-23T09:00:00Z";
/// How long each step takes.
const STEP: Duration = Duration::from_secs(60);
/// The shop's only location, and Odoo's only warehouse.
pub(crate) const PLACE: &str = "Main Warehouse";

pub(crate) const ALL: PageRequest = PageRequest {
    before: None,
    limit: 500,
};

pub(crate) type Settings = BTreeMap<String, String>;

/// Positions of both journals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    shopify: i64,
    odoo: i64,
}

pub(crate) struct Bench {
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) shopify: Arc<Shopify>,
    pub(crate) odoo: Arc<Odoo>,
    /// What happens between two requests of a run.
    pub(crate) plans: Arc<Plans>,
    /// The shop's location.
    pub(crate) location: i64,
    store: Arc<SqliteStore>,
    settings: Settings,
    /// For edits: over the same systems and store, and nothing happens on its way.
    pub(crate) person: Service,
    systems: Systems,
}

fn config(settings: &Settings) -> Config {
    let fixed = |name: &str| (name == "SYNC_FAILURE_RATE").then(|| "0.0".to_owned());
    let found = |name: &str| settings.get(name).cloned().or_else(|| fixed(name));
    load(&BTreeMap::new(), &found, None).unwrap()
}

impl Bench {
    /// Both systems empty but for the place where stock lies.
    pub(crate) fn new(settings: &Settings) -> Self {
        let config = config(settings);
        let clock = Arc::new(SimulatedClock::new(START.parse().unwrap()));
        let shopify = Arc::new(Shopify::in_memory(shopify_config()));
        let odoo = Arc::new(Odoo::in_memory(odoo_config(&config)));
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        let simulation = Simulation {
            shopify: Some(Arc::clone(&shopify)),
            odoo: Some(Arc::clone(&odoo)),
        };
        let port: Arc<dyn Clock> = clock.clone();
        let plain = Systems::over(&config, simulation, &port).unwrap();
        let plans = Arc::new(Plans::default());
        let systems = interrupted(&config, &plain, &shopify, &odoo, &clock, &plans);
        let person = Service::with_store(config, plain, Arc::clone(&store), port).unwrap();
        let mut bench = Self {
            clock,
            shopify,
            odoo,
            plans,
            location: 0,
            store,
            settings: settings.clone(),
            person,
            systems,
        };
        bench.location = bench.in_the_shop(|store| {
            let mut shop = store.shop();
            shop.currency = "USD".into();
            shop.taxes_included = false;
            store.put_shop(shop);
            store.add_location(NewLocation {
                name: PLACE.into(),
                ..NewLocation::default()
            })
        });
        let warehouse = bench.in_odoo("stock.warehouse", "search", &json!([[]]));
        let name = json!([warehouse, {"name": PLACE}]);
        bench.in_odoo("stock.warehouse", "write", &name);
        bench
    }

    /// Another minute begins.
    pub(crate) fn tick(&self) {
        self.clock.advance(STEP);
    }

    pub(crate) fn wait(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    /// A service with these settings over those of the bench.
    pub(crate) fn service(&self, settings: &Settings) -> Service {
        let mut all = self.settings.clone();
        all.extend(settings.clone());
        let port: Arc<dyn Clock> = self.clock.clone();
        Service::with_store(config(&all), self.systems.clone(), Arc::clone(&self.store), port).unwrap()
    }

    pub(crate) fn run(&self, request: &SyncRequest, settings: &Settings) -> Job {
        self.service(settings).sync(request, &mut |_| {}).unwrap()
    }

    /// Edits as `sim edit` does.
    pub(crate) fn edit(&self, edit: &Edit) -> Edited {
        let edited = self.person.sim_edit(edit);
        edited.unwrap_or_else(|error| panic!("{edit:?}: {error}"))
    }

    /// Something happens in the shop for which it has no call that we make.
    pub(crate) fn in_the_shop<T>(&self, change: impl FnOnce(&mut Store<'_>) -> Result<T, StateError>) -> T {
        self.shopify.change(self.clock.now(), change).unwrap()
    }

    /// Calls Odoo as its administrator.
    pub(crate) fn in_odoo(&self, model: &str, method: &str, args: &Value) -> Value {
        let answer = self.person.simulate_odoo(model, method, args, &json!({}));
        answer.unwrap_or_else(|error| panic!("{model}.{method} {args}: {error}"))
    }

    /// `search_read` over archived records too.
    pub(crate) fn rows(&self, model: &str, domain: impl Into<Value>, fields: &[&str]) -> Vec<Value> {
        let named = json!({"fields": fields, "order": "id", "context": {"active_test": false}});
        let rows = self
            .person
            .simulate_odoo(model, "search_read", &json!([domain.into()]), &named);
        rows.unwrap().as_array().unwrap().clone()
    }
}

/// What was noted.
impl Bench {
    pub(crate) fn mark(&self) -> Mark {
        let last = |journal: Vec<JournalEntry>| journal.last().map_or(0, |entry| entry.seq);
        Mark {
            shopify: last(self.shopify.journal(0).unwrap()),
            odoo: last(self.odoo.journal(0).unwrap()),
        }
    }

    /// What was changed in the shop and in Odoo since then.
    pub(crate) fn written_since(&self, mark: Mark) -> [Vec<JournalEntry>; 2] {
        [
            self.shopify.journal(mark.shopify).unwrap(),
            self.odoo.journal(mark.odoo).unwrap(),
        ]
    }

    /// The lines of a job in their order.
    pub(crate) fn logs(&self, job: &Job) -> Vec<RecordLog> {
        let page = self.store.list_logs(job.id, &LogFilter::default(), ALL).unwrap();
        let mut lines = page.items;
        lines.reverse();
        lines
    }

    /// All conflicts, oldest first.
    pub(crate) fn conflicts(&self) -> Vec<Conflict> {
        let mut found = Vec::new();
        let mut page = ALL;
        loop {
            let part = self.person.conflicts(&ConflictFilter::default(), page).unwrap();
            found.extend(part.items);
            page.before = part.next;
            if page.before.is_none() {
                break;
            }
        }
        found.reverse();
        found
    }

    /// All links of a type, the oldest first.
    pub(crate) fn links(&self, record_type: &str) -> Vec<Link> {
        let filter = LinkFilter {
            record_type: Some(record_type.into()),
            text: None,
        };
        let mut links = self.person.links(&filter, ALL).unwrap().items;
        links.sort_by_key(|link| link.id);
        links
    }

    /// What both sides show of these links' records, by their ids.
    pub(crate) fn bodies(&self, record_type: &str, links: &[Link]) -> [BTreeMap<String, Value>; 2] {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let systems = self.person.systems();
        [(Side::Shopify, &systems.shopify), (Side::Odoo, &systems.odoo)].map(|(side, connector)| {
            let ids: Vec<String> = links.iter().map(|link| link.id_on(side).to_owned()).collect();
            let found = runtime
                .block_on(connector.fetch(&record_type.into(), &ids))
                .unwrap();
            found.into_iter().map(|record| (record.id, record.body)).collect()
        })
    }

    pub(crate) fn cursors(&self) -> Vec<CursorRow> {
        self.person.cursors().unwrap()
    }
}

/// The clients that real systems get, with somebody on the way.
fn interrupted(
    config: &Config,
    plain: &Systems,
    shopify: &Arc<Shopify>,
    odoo: &Arc<Odoo>,
    clock: &Arc<SimulatedClock>,
    plans: &Arc<Plans>,
) -> Systems {
    let token = StaticToken::new(ShopifySecret::new("shpat_simulation".to_owned()));
    let login = Login {
        database: "odoo".into(),
        user: "connector".into(),
        secret: OdooSecret::new("connector"),
    };
    let options = ShopifyOptions {
        metafields: config.metafields.clone(),
        ..ShopifyOptions::default()
    };
    let shopify = way(shopify, clock, plans);
    let odoo = way(odoo, clock, plans);
    Systems {
        shopify: Arc::new(ShopifyConnector::new(shopify, Arc::new(token), options)),
        odoo: Arc::new(OdooConnector::new(odoo, login, "default")),
        ..plain.clone()
    }
}

fn way<S: WireService + 'static>(
    service: &Arc<S>,
    clock: &Arc<SimulatedClock>,
    plans: &Arc<Plans>,
) -> Arc<Interrupted<InProcess<S>>> {
    let clock = Arc::clone(clock);
    Arc::new(Interrupted {
        inner: InProcess::new(Arc::clone(service), Arc::new(move || clock.now())),
        plans: Arc::clone(plans),
    })
}
