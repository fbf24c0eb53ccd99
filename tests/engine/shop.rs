//! A system in memory: records by id, a journal of writes, and failures by script.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::{Value, json};
use sync_core::ports::{Connector, FieldSet};
use sync_core::{
    Applied, ConnectorError, Cursor, ErrorKind, Page, Record, RecordType, System, Write, WriteOutcome,
};

/// What happens to a write of a record.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It is refused, or fails, with this kind.
    Fails(ErrorKind),
    /// It is carried out, and the answer is lost.
    AnswerLost,
    /// It is not even sent.
    NotSent,
}

#[derive(Default)]
struct Inner {
    records: BTreeMap<String, Value>,
    fates: BTreeMap<String, VecDeque<Fate>>,
    always: Option<Fate>,
    writes: Vec<(String, String)>,
    reads_fail: VecDeque<ErrorKind>,
}

/// The system.
pub(crate) struct Shop {
    system: System,
    inner: Mutex<Inner>,
}

impl Shop {
    pub(crate) fn new(system: &str) -> Self {
        Self {
            system: system.into(),
            inner: Mutex::default(),
        }
    }

    pub(crate) fn put(&self, id: &str, body: Value) {
        self.inner.lock().unwrap().records.insert(id.to_owned(), body);
    }

    pub(crate) fn remove(&self, id: &str) {
        self.inner.lock().unwrap().records.remove(id);
    }

    pub(crate) fn get(&self, id: &str) -> Option<Value> {
        self.inner.lock().unwrap().records.get(id).cloned()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.inner.lock().unwrap().records.keys().cloned().collect()
    }

    /// The next writes of this source record end like this.
    pub(crate) fn script(&self, source_id: &str, fates: impl IntoIterator<Item = Fate>) {
        self.inner
            .lock()
            .unwrap()
            .fates
            .entry(source_id.to_owned())
            .or_default()
            .extend(fates);
    }

    /// Every write that has no script ends like this.
    pub(crate) fn always(&self, fate: Option<Fate>) {
        self.inner.lock().unwrap().always = fate;
    }

    /// The next reads fail like this.
    pub(crate) fn fail_reads(&self, kinds: impl IntoIterator<Item = ErrorKind>) {
        self.inner.lock().unwrap().reads_fail.extend(kinds);
    }

    /// Writes that were carried out: source id and idempotency key.
    pub(crate) fn writes(&self) -> Vec<(String, String)> {
        self.inner.lock().unwrap().writes.clone()
    }

    fn reading(&self) -> Result<(), ConnectorError> {
        match self.inner.lock().unwrap().reads_fail.pop_front() {
            None => Ok(()),
            Some(kind) => Err(ConnectorError::new(
                kind,
                "scripted",
                "scripted failure of a read",
            )),
        }
    }

    fn write(&self, write: &Write) -> WriteOutcome {
        let mut inner = self.inner.lock().unwrap();
        let scripted = inner
            .fates
            .get_mut(&write.source_id)
            .and_then(VecDeque::pop_front);
        let fate = scripted.or_else(|| inner.always.clone());
        let error = |kind| ConnectorError::new(kind, "scripted", "scripted failure of a write");
        match &fate {
            Some(Fate::Fails(kind)) => return WriteOutcome::Failed(error(*kind)),
            Some(Fate::NotSent) => return WriteOutcome::NotAttempted,
            Some(Fate::AnswerLost) | None => {}
        }
        // Known by the source's id, as an external id would.
        let id = write
            .target_id
            .clone()
            .unwrap_or_else(|| format!("t{}", write.source_id));
        let mut body = inner
            .records
            .get(&id)
            .cloned()
            .unwrap_or_else(|| json!({"id": id}));
        for (field, value) in write.desired.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        inner.records.insert(id.clone(), body.clone());
        inner
            .writes
            .push((write.source_id.clone(), write.idempotency_key.clone()));
        if fate.is_some() {
            return WriteOutcome::Unknown(error(ErrorKind::Network));
        }
        let record = Record::new(id, "", body);
        WriteOutcome::Applied(Box::new(Applied {
            record,
            children: Vec::new(),
            warnings: Vec::new(),
        }))
    }
}

fn record(id: &str, body: &Value) -> Record {
    Record::new(id, body["title"].as_str().unwrap_or(id), body.clone())
}

#[async_trait]
impl Connector for Shop {
    fn system(&self) -> &System {
        &self.system
    }

    async fn changes(
        &self,
        _record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError> {
        self.reading()?;
        let after = cursor.map(|cursor| cursor.0.clone()).unwrap_or_default();
        let inner = self.inner.lock().unwrap();
        let later = inner.records.iter().filter(|(id, _)| **id > after);
        let records: Vec<Record> = later.take(limit).map(|(id, body)| record(id, body)).collect();
        let full = records.len() == limit;
        let next = records
            .last()
            .filter(|_| full)
            .map(|record| Cursor(record.id.clone()));
        Ok(Page {
            records,
            next,
            mark: None,
            total: Some(inner.records.len() as u64),
        })
    }

    async fn fetch(&self, _record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
        self.reading()?;
        let inner = self.inner.lock().unwrap();
        Ok(ids
            .iter()
            .filter_map(|id| Some(record(id, inner.records.get(id)?)))
            .collect())
    }

    async fn fields(&self, _record_type: &RecordType) -> Result<FieldSet, ConnectorError> {
        let fields = ["id", "name", "price", "ref"].map(str::to_owned);
        Ok(FieldSet {
            fields: fields.into(),
            children: BTreeMap::new(),
        })
    }

    async fn apply(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        batch.iter().map(|write| self.write(write)).collect()
    }
}
