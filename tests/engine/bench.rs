//! Two systems, a store in memory and a clock that jumps.

use std::sync::Arc;

use jiff::Timestamp;
use mapping_transforms::{Mapping, Registry};
use persistence::{DeadLetterFilter, LogFilter, PageRequest, SqliteStore};
use serde_json::json;
use sync_core::engine::{Engine, RunOptions};
use sync_core::ports::{Clock, SimulatedClock};
use sync_core::{ConnectionId, DeadLetter, Direction, Job, NewJob, RecordLog, RecordType, RecordTypeSpec};

use crate::shop::Shop;

pub(crate) struct Bench {
    pub(crate) source: Arc<Shop>,
    pub(crate) target: Arc<Shop>,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) engine: Engine,
    pub(crate) options: RunOptions,
}

pub(crate) fn connection() -> ConnectionId {
    "default".into()
}

fn mapping(shopify: &str, odoo: &str, transform: &str) -> Mapping {
    Mapping::new(
        "product",
        shopify.parse().unwrap(),
        odoo.parse().unwrap(),
        transform,
    )
}

impl Bench {
    /// Products `p01`, `p02`, ... in the source, nothing in the target.
    pub(crate) fn with(products: usize) -> Self {
        let (source, target) = (Arc::new(Shop::new("shopify")), Arc::new(Shop::new("odoo")));
        for n in 1..=products {
            source.put(
                &format!("p{n:02}"),
                json!({"title": format!("Product {n}"), "price": format!("{n}.5")}),
            );
        }
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        for rule in [
            mapping("title", "name", "trim"),
            mapping("price", "price", "round2"),
            mapping("parent", "ref", "link:product"),
            mapping("title", "nowhere", "direct"),
        ] {
            store.insert_mapping(&connection(), &rule).unwrap();
        }
        let clock = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        let spec = RecordTypeSpec::new("product", "products");
        let engine = Engine::new(
            source.clone(),
            target.clone(),
            store.clone(),
            clock.clone(),
            Arc::new(Registry::standard()),
            [spec],
        );
        let options = RunOptions {
            batch_size: 10,
            ..RunOptions::default()
        };
        Self {
            source,
            target,
            store,
            clock,
            engine,
            options,
        }
    }

    pub(crate) async fn run(&self) -> Job {
        let job = self.engine.start(&new_job(false), &self.options).unwrap();
        self.drive(job).await
    }

    pub(crate) async fn dry_run(&self) -> Job {
        let job = self.engine.start(&new_job(true), &self.options).unwrap();
        self.drive(job).await
    }

    pub(crate) async fn drive(&self, job: Job) -> Job {
        self.engine
            .drive(job, self.options.clone(), &mut |_| {})
            .await
            .unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The lines of a job, by source id.
    pub(crate) fn lines(&self, job: &Job) -> Vec<RecordLog> {
        let request = PageRequest {
            before: None,
            limit: 500,
        };
        let mut lines = self
            .store
            .list_logs(job.id, &LogFilter::default(), request)
            .unwrap()
            .items;
        lines.sort_by(|a, b| a.source_id.cmp(&b.source_id));
        lines
    }

    /// Source id, action, reason and attempts of each line.
    pub(crate) fn summary(&self, job: &Job) -> Vec<String> {
        let lines = self.lines(job);
        let line = |l: &RecordLog| format!("{} {} {} {}", l.source_id, l.action, l.reason, l.attempts);
        lines.iter().map(line).collect()
    }

    pub(crate) fn dead_letters(&self) -> Vec<DeadLetter> {
        let request = PageRequest {
            before: None,
            limit: 500,
        };
        let list = self
            .store
            .list_dead_letters(&connection(), &DeadLetterFilter::default(), request)
            .unwrap();
        list.items
            .iter()
            .map(|summary| self.store.dead_letter(summary.id).unwrap())
            .collect()
    }
}

pub(crate) fn new_job(dry_run: bool) -> NewJob {
    NewJob {
        connection: connection(),
        job_type: "products".into(),
        record_type: RecordType::from("product"),
        direction: Direction::ShopifyToOdoo,
        dry_run,
        full: false,

        unguarded: false,
    }
}

/// Total, success, fail and skip of a job.
pub(crate) fn counts(job: &Job) -> (u64, u64, u64, u64) {
    let counts = &job.counts;
    (
        counts.total_records,
        counts.success_count,
        counts.fail_count,
        counts.skip_count,
    )
}
