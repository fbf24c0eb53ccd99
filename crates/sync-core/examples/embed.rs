//! The engine between two systems of one's own: a price list in a file-like text and a till.
//!
//! Run it with `cargo run -p sync-core --example embed`.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use mapping_transforms::{Mapping, Registry};
use persistence::SqliteStore;
use serde_json::{Value, json};
use sync_core::engine::{Engine, RunEvent, RunOptions};
use sync_core::ports::{Connector, FieldSet, SimulatedClock};
use sync_core::{
    Applied, ConnectorError, Cursor, Direction, NewJob, Page, Record, RecordType, RecordTypeSpec, System,
    Write, WriteOutcome,
};

/// A system that keeps its articles in memory. A real one would speak HTTP here, or read files.
struct Articles {
    system: System,
    rows: Mutex<BTreeMap<String, Value>>,
}

impl Articles {
    fn new(system: &str, rows: &[(&str, Value)]) -> Arc<Self> {
        let rows = rows
            .iter()
            .map(|(id, row)| ((*id).to_owned(), row.clone()))
            .collect();
        Arc::new(Self {
            system: system.into(),
            rows: Mutex::new(rows),
        })
    }

    fn rows(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Value>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn record(id: &str, row: &Value) -> Record {
    Record::new(id, id, row.clone())
}

#[async_trait]
impl Connector for Articles {
    fn system(&self) -> &System {
        &self.system
    }

    async fn changes(
        &self,
        _record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError> {
        let after = cursor.map(|cursor| cursor.0.clone()).unwrap_or_default();
        let rows = self.rows();
        let later = rows.iter().filter(|(id, _)| **id > after).take(limit);
        let records: Vec<Record> = later.map(|(id, row)| record(id, row)).collect();
        let full = records.len() == limit;
        let next = records
            .last()
            .filter(|_| full)
            .map(|last| Cursor(last.id.clone()));
        Ok(Page {
            records,
            next,
            mark: None,
            total: Some(rows.len() as u64),
        })
    }

    async fn fetch(&self, _record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
        let rows = self.rows();
        Ok(ids
            .iter()
            .filter_map(|id| Some(record(id, rows.get(id)?)))
            .collect())
    }

    async fn fields(&self, _record_type: &RecordType) -> Result<FieldSet, ConnectorError> {
        Ok(FieldSet::any())
    }

    async fn apply(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        let write = |write: &Write| {
            // An id that follows from the source's makes a repeated write harmless.
            let id = write
                .target_id
                .clone()
                .unwrap_or_else(|| format!("till-{}", write.source_id));
            self.rows().insert(id.clone(), write.desired.clone());
            let record = record(&id, &write.desired);
            WriteOutcome::Applied(Box::new(Applied {
                record,
                children: Vec::new(),
                warnings: Vec::new(),
            }))
        };
        batch.iter().map(write).collect()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let list = Articles::new(
        "price_list",
        &[
            ("apple", json!({"name": "Apple", "price": "0.455"})),
            ("pear", json!({"name": "Pear", "price": "0.5"})),
            ("plum", json!({"name": "Plum", "price": "ask"})),
        ],
    );
    let till = Articles::new("till", &[]);

    let store = SqliteStore::in_memory()?;
    let mut registry = Registry::standard();
    registry.register("shout", |value| {
        Ok(json!(format!("{}!", value.as_str().unwrap_or_default())))
    })?;
    for (from, to, transform) in [
        ("name", "label", "uppercase|shout"),
        ("price", "cents", "round2|scale:100"),
    ] {
        let rule = Mapping::new("article", from.parse()?, to.parse()?, transform);
        store.insert_mapping(&"default".into(), &rule)?;
    }
    let spec = RecordTypeSpec::new("article", "articles");
    let clock = Arc::new(SimulatedClock::new("2026-11-23T09:00:00Z".parse()?));
    let engine = Engine::new(
        list,
        till.clone(),
        Arc::new(store),
        clock,
        Arc::new(registry),
        [spec],
    );

    for run in ["first", "second"] {
        let options = RunOptions::default();
        let job = NewJob {
            connection: "default".into(),
            job_type: "articles".into(),
            record_type: "article".into(),
            direction: Direction::ShopifyToOdoo,
            dry_run: false,
            full: false,

            unguarded: false,
        };
        let job = engine.start(&job, &options)?;
        println!("{run} run");
        let mut observer = |event: RunEvent<'_>| {
            if let RunEvent::Record(line) = event {
                println!(
                    "  {:6} {:8} {} {}",
                    line.source_id, line.outcome, line.reason, line.message
                );
            }
        };
        let job = engine.drive(job, options, &mut observer).await?;
        println!("  {}: {:?}", job.status, job.counts);
    }
    println!("the till: {}", json!(*till.rows()));
    Ok(())
}
