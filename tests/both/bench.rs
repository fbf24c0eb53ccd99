//! Two such systems, rules that go both ways, a store in memory and a clock that jumps.

use std::sync::Arc;
use std::time::Duration;

use mapping_transforms::{ChildRule, Mapping, Registry};
use persistence::{ConflictFilter, ConflictSelection, LogFilter, PageRequest, SqliteStore};
use serde_json::{Value, json};
use sync_core::engine::{Engine, RunOptions};
use sync_core::plan::{Strategies, Strategy};
use sync_core::ports::{Clock, SimulatedClock};
use sync_core::{
    Archived, Conflict, ConflictStatus, ConnectionId, Direction, Job, Link, MatchKey, NewJob, RecordLog,
    RecordTypeSpec, Side, Winner,
};

use crate::twin::Twin;

pub(crate) const ALL: PageRequest = PageRequest {
    before: None,
    limit: 500,
};

pub(crate) struct Bench {
    pub(crate) shop: Arc<Twin>,
    pub(crate) erp: Arc<Twin>,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) engine: Engine,
    pub(crate) options: RunOptions,
}

pub(crate) fn connection() -> ConnectionId {
    "default".into()
}

pub(crate) fn new_job(direction: Direction, dry_run: bool, full: bool) -> NewJob {
    NewJob {
        connection: connection(),
        job_type: "products".into(),
        record_type: "product".into(),
        direction,
        dry_run,
        full,
        unguarded: false,
    }
}

fn rule(shopify: &str, odoo: &str, transform: &str) -> Mapping {
    Mapping::new(
        "product",
        shopify.parse().unwrap(),
        odoo.parse().unwrap(),
        transform,
    )
}

/// Title, price and stock, and the SKU of each variant, go both ways; the description goes one way.
fn rules() -> Vec<Mapping> {
    vec![
        rule("title", "name", "trim"),
        rule("price", "list_price", "round2"),
        rule("text", "description", "uppercase"),
        rule("variants.*.sku", "lines.*.code", "trim"),
        rule("status", "state", "direct"),
    ]
}

fn spec() -> RecordTypeSpec {
    let path = |text: &str| text.parse().unwrap();
    RecordTypeSpec {
        children: vec![ChildRule::new("variant", path("variants"), path("lines"))],
        match_keys: vec![MatchKey {
            name: "sku".into(),
            shopify: path("variants.*.sku"),
            odoo: path("lines.*.code"),
        }],
        child_keys: vec![MatchKey {
            name: "sku".into(),
            shopify: path("variants.*.sku"),
            odoo: path("lines.*.code"),
        }],
        archived: Some(Archived {
            shopify: (path("status"), json!("archived")),
            odoo: (path("state"), json!("archived")),
        }),
        ..RecordTypeSpec::new("product", "products")
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let shop = Arc::new(Twin::new("shopify", "s", "variants", &clock));
        let erp = Arc::new(Twin::new("odoo", "o", "lines", &clock));
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        for rule in rules() {
            store.insert_mapping(&connection(), &rule).unwrap();
        }
        let engine = Engine::new(
            shop.clone(),
            erp.clone(),
            store.clone(),
            clock.clone(),
            Arc::new(Registry::standard()),
            [spec()],
        );
        let options = RunOptions {
            batch_size: 3,
            ..RunOptions::default()
        };
        Self {
            shop,
            erp,
            store,
            clock,
            engine,
            options,
        }
    }

    /// One product in both systems, linked and agreed on. Answers its ids.
    pub(crate) async fn with_one() -> (Self, String, String) {
        let bench = Self::new();
        let id = bench.shop.make(product("Shirt", "20.0", &["S-1"]));
        bench.run(Direction::Both).await;
        let odoo = bench.link(&id).odoo_id;
        (bench, id, odoo)
    }

    pub(crate) fn strategy(&mut self, name: &str) {
        self.options.strategies = Strategies::all(name.parse::<Strategy>().unwrap());
    }

    pub(crate) fn tick(&self) {
        self.clock.advance(Duration::from_secs(10));
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    pub(crate) async fn run(&self, direction: Direction) -> Job {
        self.drive(direction, false, false).await
    }

    pub(crate) async fn run_full(&self, direction: Direction) -> Job {
        self.drive(direction, false, true).await
    }

    pub(crate) async fn dry_run(&self, direction: Direction) -> Job {
        self.drive(direction, true, true).await
    }

    async fn drive(&self, direction: Direction, dry_run: bool, full: bool) -> Job {
        let job = new_job(direction, dry_run, full);
        let job = self.engine.start(&job, &self.options).unwrap();
        let options = self.options.clone();
        self.engine.drive(job, options, &mut |_| {}).await.unwrap()
    }

    pub(crate) fn side(&self, side: Side) -> &Twin {
        match side {
            Side::Shopify => &self.shop,
            Side::Odoo => &self.erp,
        }
    }

    /// The link of a record of the shop.
    pub(crate) fn link(&self, shopify_id: &str) -> Link {
        self.links()
            .into_iter()
            .find(|link| link.shopify_id == shopify_id)
            .unwrap_or_else(|| panic!("{shopify_id} is not linked"))
    }

    /// All links of products.
    pub(crate) fn links(&self) -> Vec<Link> {
        let filter = persistence::LinkFilter {
            record_type: Some("product".into()),
            text: None,
        };
        self.store.list_links(&connection(), &filter, ALL).unwrap().items
    }

    pub(crate) fn conflicts(&self, status: Option<ConflictStatus>) -> Vec<Conflict> {
        let filter = ConflictFilter {
            status,
            ..ConflictFilter::default()
        };
        self.store
            .list_conflicts(&connection(), &filter, ALL)
            .unwrap()
            .items
    }

    pub(crate) fn decide_all(&self, winner: &Winner) {
        let chosen = ConflictSelection::Matching(ConflictFilter::default());
        let now = self.clock.now();
        self.store
            .decide(&connection(), &chosen, winner, "tester", None, now)
            .unwrap();
    }

    /// Side, source id, action and reason of each line of a job, and what changed.
    pub(crate) fn lines(&self, job: &Job) -> Vec<String> {
        let page = self.store.list_logs(job.id, &LogFilter::default(), ALL).unwrap();
        let mut lines: Vec<String> = page.items.iter().map(line).collect();
        lines.sort();
        lines
    }
}

fn line(log: &RecordLog) -> String {
    let changes = log.changes.iter().map(|change| {
        format!(
            " {}.{} {}->{}",
            change.side.as_str(),
            change.field,
            change.old,
            change.new
        )
    });
    let changes: String = changes.collect();
    let warnings = log.warnings.iter().map(|warning| format!(" ({warning})"));
    let warnings: String = warnings.collect();
    format!(
        "{} {} {} {}{changes}{warnings}",
        log.side.as_str(),
        log.source_id,
        log.action,
        log.reason
    )
}

/// A product of the shop.
pub(crate) fn product(title: &str, price: &str, skus: &[&str]) -> Value {
    let variants: Vec<Value> = (1..)
        .zip(skus)
        .map(|(n, sku)| json!({"id": format!("v{sku}-{n}"), "sku": sku}))
        .collect();
    json!({"title": title, "price": price, "text": "soft", "status": "active", "variants": variants})
}

/// A product of the ERP.
pub(crate) fn template(name: &str, price: &str, codes: &[&str]) -> Value {
    let lines: Vec<Value> = (1..)
        .zip(codes)
        .map(|(n, code)| json!({"id": format!("l{code}-{n}"), "code": code}))
        .collect();
    json!({"name": name, "list_price": price, "description": "SOFT", "state": "active", "lines": lines})
}
