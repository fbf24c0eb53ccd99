//! A simulated Odoo, and what stands between it and the connector.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use connector_odoo::{Login, OdooConnector, Secret};
use jiff::{SignedDuration, Timestamp};
use mock_odoo::{Config, Odoo};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{Applied, Cursor, Record, Write, WriteOutcome};
use wire::{FaultRule, FaultyTransport, InProcess, Transport, WireRequest, WireService as _};

fn begin() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

type Wire = FaultyTransport<InProcess<Odoo>>;

/// A database, the wire to it, and a door at its side.
pub(crate) struct Bench {
    pub(crate) odoo: Arc<Odoo>,
    pub(crate) wire: Arc<Wire>,
    now: Arc<Mutex<Timestamp>>,
    /// What goes through unharmed goes through this one, which asks only once what Odoo's fields are.
    kept: OdooConnector,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let odoo = Arc::new(Odoo::in_memory(Config::default()));
        let now = Arc::new(Mutex::new(begin()));
        let clock = Arc::clone(&now);
        let inner = InProcess::new(Arc::clone(&odoo), Arc::new(move || *clock.lock().unwrap()));
        let wire = FaultyTransport::new(inner, Arc::new(|_| Box::pin(std::future::ready(()))));
        let wire = Arc::new(wire);
        Self {
            kept: connect(&wire),
            odoo,
            wire,
            now,
        }
    }

    /// Lets time pass.
    pub(crate) fn later(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap();
        *now += by;
    }

    /// A connector that knows nothing yet.
    pub(crate) fn connector(&self) -> OdooConnector {
        connect(&self.wire)
    }

    pub(crate) fn script(&self, rule: FaultRule) {
        self.wire.script(rule);
    }

    /// Calls a method as the administrator, past the connector and its wire. Archived records are seen.
    pub(crate) fn call(&self, model: &str, method: &str, args: &Value) -> Value {
        let kwargs = match method {
            "search" | "search_read" | "search_count" | "read" => json!({"context": {"active_test": false}}),
            _ => json!({}),
        };
        self.call_with(model, method, args, &kwargs)
    }

    /// The same with keyword arguments.
    pub(crate) fn call_with(&self, model: &str, method: &str, args: &Value, kwargs: &Value) -> Value {
        let args = json!(["odoo", 2, "admin", model, method, args, kwargs]);
        let params = json!({"service": "object", "method": "execute_kw", "args": args});
        let body = json!({"jsonrpc": "2.0", "method": "call", "params": params, "id": 1});
        let request = WireRequest::post("/jsonrpc", "application/json", body.to_string());
        let answer: Value =
            serde_json::from_slice(&self.odoo.handle(*self.now.lock().unwrap(), &request).body).unwrap();
        assert_eq!(answer["error"], Value::Null, "{model}.{method}");
        answer["result"].clone()
    }

    /// The rows of a search, by id.
    pub(crate) fn rows(&self, model: &str, domain: &Value, fields: &[&str]) -> Vec<Value> {
        let mut rows = self.call(model, "search_read", &json!([domain, fields]));
        let rows = rows.as_array_mut().unwrap();
        rows.sort_by_key(|row| row["id"].as_i64());
        std::mem::take(rows)
    }

    pub(crate) fn count(&self, model: &str, domain: &Value) -> i64 {
        self.call(model, "search_count", &json!([domain]))
            .as_i64()
            .unwrap()
    }

    /// Sends writes that have to go through.
    pub(crate) fn apply(&self, batch: &[Write]) -> Vec<Applied> {
        let outcomes = run(self.kept.apply(batch));
        assert_eq!(outcomes.len(), batch.len());
        let applied = outcomes.into_iter().map(|outcome| match outcome {
            WriteOutcome::Applied(applied) => *applied,
            other => panic!("{other:?}"),
        });
        applied.collect()
    }

    /// Sends one write that has to go through.
    pub(crate) fn write(&self, write: &Write) -> Applied {
        self.apply(std::slice::from_ref(write)).remove(0)
    }

    /// All records of a type, or those that changed behind a mark, and the next mark.
    pub(crate) fn walk(
        &self,
        record_type: &str,
        mark: Option<&Cursor>,
        limit: usize,
    ) -> (Vec<Record>, Cursor) {
        let (mut records, mut cursor) = (Vec::new(), mark.cloned());
        for _ in 0..1000 {
            let page = run(self.kept.changes(&record_type.into(), cursor.as_ref(), limit)).unwrap();
            assert!(page.records.len() <= limit);
            records.extend(page.records);
            match (page.next, page.mark) {
                (Some(next), None) => cursor = Some(next),
                (None, Some(mark)) => return (records, mark),
                other => panic!("a page has either a next one or a mark: {other:?}"),
            }
        }
        panic!("the walk does not end");
    }

    /// The ids of what changed, each once.
    pub(crate) fn changed(&self, record_type: &str, mark: &Cursor) -> Vec<String> {
        let (records, _) = self.walk(record_type, Some(mark), 100);
        let ids: BTreeSet<String> = records.into_iter().map(|record| record.id).collect();
        ids.into_iter().collect()
    }

    /// Products by what they show, by name.
    pub(crate) fn find(&self, path: &str, texts: &[&str]) -> Vec<String> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let found = run(self.kept.find(&"product".into(), &path.parse().unwrap(), &texts));
        let mut names: Vec<String> = found.unwrap().into_iter().map(|record| record.label).collect();
        names.sort_unstable();
        names
    }

    /// Writes as the connector answers them.
    pub(crate) fn outcomes(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        run(self.kept.apply(batch))
    }

    /// Records by their ids.
    pub(crate) fn fetch(&self, record_type: &str, ids: &[String]) -> Vec<Record> {
        run(self.kept.fetch(&record_type.into(), ids)).unwrap()
    }

    /// The product as the connector reads it.
    pub(crate) fn product(&self, id: &str) -> Record {
        let found = run(self.kept.fetch(&"product".into(), &[id.to_owned()]));
        found.unwrap().remove(0)
    }
}

fn connect(wire: &Arc<Wire>) -> OdooConnector {
    let login = Login {
        database: "odoo".into(),
        user: "connector".into(),
        secret: Secret::new("connector"),
    };
    let transport: Arc<dyn Transport> = Arc::<Wire>::clone(wire);
    OdooConnector::new(transport, login, "default")
}

/// Runs to the end.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}
