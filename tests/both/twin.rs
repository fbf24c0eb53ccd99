//! A system in memory that is source and target alike: records with elements, a change mark, a journal of writes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use mapping_transforms::FieldPath;
use serde_json::{Value, json};
use sync_core::ports::{Clock, Connector, FieldSet, SimulatedClock};
use sync_core::{
    Applied, ChildRef, ConnectorError, Cursor, ErrorKind, Page, Record, RecordType, System, Write,
    WriteOutcome,
};

struct Row {
    body: Value,
    changed_at: Timestamp,
    /// Grows with every change of any record.
    place: u64,
}

#[derive(Default)]
struct Inner {
    rows: BTreeMap<String, Row>,
    places: u64,
    ids: u64,
    writes: u64,
    /// Source ids whose next write fails.
    failing: Vec<(String, ErrorKind)>,
}

/// The system. `list` is the key of its records' elements.
pub(crate) struct Twin {
    system: System,
    prefix: &'static str,
    list: &'static str,
    clock: Arc<SimulatedClock>,
    inner: Mutex<Inner>,
}

impl Twin {
    pub(crate) fn new(
        system: &str,
        prefix: &'static str,
        list: &'static str,
        clock: &Arc<SimulatedClock>,
    ) -> Self {
        Self {
            system: system.into(),
            prefix,
            list,
            clock: Arc::clone(clock),
            inner: Mutex::default(),
        }
    }

    /// A person makes a record and gets its id.
    pub(crate) fn make(&self, body: Value) -> String {
        let mut inner = self.inner.lock().unwrap();
        inner.ids += 1;
        let id = format!("{}{}", self.prefix, inner.ids);
        drop(inner);
        self.store(&id, body);
        id
    }

    /// A person changes a field, or a field of the element with this id.
    pub(crate) fn edit(&self, id: &str, element: Option<&str>, field: &str, value: Value) {
        let mut body = self.get(id).expect("the record is there");
        match element {
            None => body[field] = value,
            Some(element) => {
                let items = body[self.list].as_array_mut().expect("it has elements");
                let item = items.iter_mut().find(|item| item["id"] == json!(element));
                item.expect("the element is there")[field] = value;
            }
        }
        self.store(id, body);
    }

    /// A person adds an element and gets its id.
    pub(crate) fn add_element(&self, id: &str, mut element: Value) -> String {
        let mut body = self.get(id).expect("the record is there");
        let mut inner = self.inner.lock().unwrap();
        inner.ids += 1;
        let element_id = format!("{}e{}", self.prefix, inner.ids);
        drop(inner);
        element["id"] = json!(element_id);
        body[self.list]
            .as_array_mut()
            .expect("it has elements")
            .push(element);
        self.store(id, body);
        element_id
    }

    pub(crate) fn remove_element(&self, id: &str, element: &str) {
        let mut body = self.get(id).expect("the record is there");
        let items = body[self.list].as_array_mut().expect("it has elements");
        items.retain(|item| item["id"] != json!(element));
        self.store(id, body);
    }

    pub(crate) fn delete(&self, id: &str) {
        self.inner.lock().unwrap().rows.remove(id);
    }

    pub(crate) fn get(&self, id: &str) -> Option<Value> {
        self.inner
            .lock()
            .unwrap()
            .rows
            .get(id)
            .map(|row| row.body.clone())
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.inner.lock().unwrap().rows.keys().cloned().collect()
    }

    /// How many writes it has carried out.
    pub(crate) fn writes(&self) -> u64 {
        self.inner.lock().unwrap().writes
    }

    /// The next write from this source record fails.
    pub(crate) fn fail_next(&self, source_id: &str, kind: ErrorKind) {
        self.inner
            .lock()
            .unwrap()
            .failing
            .push((source_id.to_owned(), kind));
    }

    fn store(&self, id: &str, body: Value) {
        let changed_at = self.clock.now();
        let mut inner = self.inner.lock().unwrap();
        inner.places += 1;
        let place = inner.places;
        inner.rows.insert(
            id.to_owned(),
            Row {
                body,
                changed_at,
                place,
            },
        );
    }

    fn record(&self, id: &str) -> Option<Record> {
        let inner = self.inner.lock().unwrap();
        let row = inner.rows.get(id)?;
        let label = row.body["title"]
            .as_str()
            .or(row.body["name"].as_str())
            .unwrap_or(id);
        let mut record = Record::new(id, label, row.body.clone());
        record.changed_at = Some(row.changed_at);
        Some(record)
    }

    fn write(&self, write: &Write) -> Result<Applied, ConnectorError> {
        {
            let mut inner = self.inner.lock().unwrap();
            if let Some(at) = inner.failing.iter().position(|(id, _)| *id == write.source_id) {
                let (_, kind) = inner.failing.remove(at);
                return Err(ConnectorError::new(kind, "scripted", "a scripted failure"));
            }
            inner.writes += 1;
        }
        let id = match &write.target_id {
            Some(id) => id.clone(),
            None => self.make(json!({ self.list: [] })),
        };
        let mut body = self.get(&id).unwrap_or_else(|| json!({ self.list: [] }));
        for (field, value) in write.desired.as_object().into_iter().flatten() {
            if field != self.list {
                body[field] = value.clone();
            }
        }
        let mut children = Vec::new();
        let wanted = write.desired[self.list].as_array().cloned().unwrap_or_default();
        for mut element in wanted {
            let key = element["@source"].as_str().unwrap_or_default().to_owned();
            element
                .as_object_mut()
                .expect("an element is an object")
                .remove("@source");
            let known = write
                .children
                .iter()
                .find(|child| format!("{}/{}", child.record_type, child.source_id) == key);
            let Some(child) = known else { continue };
            let element_id = child.target_id.clone().unwrap_or_else(|| {
                let mut inner = self.inner.lock().unwrap();
                inner.ids += 1;
                format!("{}e{}", self.prefix, inner.ids)
            });
            element["id"] = json!(element_id);
            let items = body[self.list].as_array_mut().expect("it has elements");
            match items.iter_mut().find(|item| item["id"] == element["id"]) {
                Some(item) => {
                    for (field, value) in element.as_object().into_iter().flatten() {
                        item[field] = value.clone();
                    }
                }
                None => items.push(element),
            }
            children.push(ChildRef {
                target_id: Some(element_id),
                ..child.clone()
            });
        }
        for gone in write.removed.iter().filter_map(|child| child.target_id.as_ref()) {
            let items = body[self.list].as_array_mut().expect("it has elements");
            items.retain(|item| item["id"] != json!(gone));
        }
        self.store(&id, body);
        let record = self.record(&id).ok_or_else(|| {
            ConnectorError::new(
                ErrorKind::Protocol,
                "vanished",
                "it is gone right after it was written",
            )
        })?;
        Ok(Applied {
            record,
            children,
            warnings: Vec::new(),
        })
    }
}

#[async_trait]
impl Connector for Twin {
    fn system(&self) -> &System {
        &self.system
    }

    /// A cursor is `<place up to which was read>:<where the walk began>`.
    async fn changes(
        &self,
        _record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError> {
        let inner = self.inner.lock().unwrap();
        let (after, began) = match cursor {
            None => (0, inner.places),
            Some(Cursor(text)) => {
                let (after, began) = text.split_once(':').expect("a cursor of this system");
                let after = after.parse().expect("a number");
                (after, began.parse().unwrap_or(inner.places))
            }
        };
        let mut later: Vec<(&String, &Row)> =
            inner.rows.iter().filter(|(_, row)| row.place > after).collect();
        later.sort_by_key(|(_, row)| row.place);
        let more = later.len() > limit;
        later.truncate(limit);
        let last = later.last().map_or(after, |(_, row)| row.place);
        let ids: Vec<String> = later.into_iter().map(|(id, _)| id.clone()).collect();
        let total = inner.rows.len() as u64;
        drop(inner);
        Ok(Page {
            records: ids.iter().filter_map(|id| self.record(id)).collect(),
            next: more.then(|| Cursor(format!("{last}:{began}"))),
            mark: (!more).then(|| Cursor(format!("{began}:now"))),
            total: Some(total),
        })
    }

    async fn fetch(&self, _record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
        Ok(ids.iter().filter_map(|id| self.record(id)).collect())
    }

    async fn find(
        &self,
        _record_type: &RecordType,
        path: &FieldPath,
        texts: &[String],
    ) -> Result<Vec<Record>, ConnectorError> {
        let shows = |body: &Value| {
            let found = path.get_all(body).unwrap_or_default();
            found
                .iter()
                .filter_map(|value| value.as_str())
                .any(|text| texts.contains(&text.trim().to_lowercase()))
        };
        let ids: Vec<String> = {
            let inner = self.inner.lock().unwrap();
            let found = inner.rows.iter().filter(|(_, row)| shows(&row.body));
            found.map(|(id, _)| id.clone()).collect()
        };
        Ok(ids.iter().filter_map(|id| self.record(id)).collect())
    }

    async fn fields(&self, _record_type: &RecordType) -> Result<FieldSet, ConnectorError> {
        Ok(FieldSet::any())
    }

    async fn apply(&self, batch: &[Write]) -> Vec<WriteOutcome> {
        let outcome = |write| match self.write(write) {
            Ok(applied) => WriteOutcome::Applied(Box::new(applied)),
            Err(error) => WriteOutcome::Failed(error),
        };
        batch.iter().map(outcome).collect()
    }
}
