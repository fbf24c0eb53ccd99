//! A system that keeps each record in a file: a connector as an embedder might write it.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write as _};
use std::path::PathBuf;

use async_trait::async_trait;
use serde_json::{Value, json};
use sync_core::ports::{Connector, FieldSet};
use sync_core::{
    Applied, ChildRef, ConnectorError, Cursor, ErrorKind, Page, Record, RecordType, System, Write,
    WriteOutcome,
};

/// One file per record, and a file `index` with one id per line.
pub(crate) struct Folder {
    system: System,
    path: PathBuf,
}

fn failed(error: impl Into<Box<dyn std::error::Error>>) -> ConnectorError {
    ConnectorError::new(ErrorKind::Unavailable, "file", error.into().to_string())
}

impl Folder {
    pub(crate) fn new(system: &str, path: PathBuf) -> Self {
        fs::create_dir_all(&path).unwrap();
        Self {
            system: system.into(),
            path,
        }
    }

    /// Products with four variants each.
    pub(crate) fn fill(&self, products: usize) {
        for n in 0..products {
            let variants = ["S", "M", "L", "XL"].map(|size| {
                json!({"id": format!("{n}-{size}"), "sku": format!("SKU-{n}-{size}"), "price": "19.90"})
            });
            let body = json!({
                "id": n,
                "title": format!("Product {n}"),
                "body_html": format!("<p>Number <b>{n}</b>. {}</p>", "A long description. ".repeat(20)),
                "variants": variants,
            });
            self.store(&n.to_string(), &body).unwrap();
        }
    }

    fn store(&self, id: &str, body: &Value) -> std::io::Result<()> {
        let file = self.path.join(id);
        let new = !file.exists();
        fs::write(file, body.to_string())?;
        if new {
            let mut index = OpenOptions::new()
                .create(true)
                .append(true)
                .open(self.path.join("index"))?;
            writeln!(index, "{id}")?;
        }
        Ok(())
    }

    fn read(&self, id: &str) -> Option<Record> {
        let body: Value = serde_json::from_str(&fs::read_to_string(self.path.join(id)).ok()?).ok()?;
        let label = body["title"].as_str().unwrap_or_default().to_owned();
        Some(Record::new(id, label, body))
    }

    fn write(&self, write: &Write) -> Result<Applied, ConnectorError> {
        let id = write
            .target_id
            .clone()
            .unwrap_or_else(|| format!("e{}", write.source_id));
        let mut body = write.desired.clone();
        let mut children = Vec::new();
        for variant in body["product_variant_ids"].as_array_mut().into_iter().flatten() {
            let source_id = variant["@source"]
                .as_str()
                .unwrap_or_default()
                .trim_start_matches("variant/")
                .to_owned();
            let child_id = format!("e{source_id}");
            variant["id"] = json!(child_id);
            children.push(ChildRef {
                record_type: "variant".into(),
                source_id,
                target_id: Some(child_id),
            });
        }
        self.store(&id, &body).map_err(failed)?;
        let record = self.read(&id).ok_or_else(|| failed("not readable"))?;
        Ok(Applied {
            record,
            children,
            warnings: Vec::new(),
        })
    }
}

#[async_trait]
impl Connector for Folder {
    fn system(&self) -> &System {
        &self.system
    }

    async fn changes(
        &self,
        _record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError> {
        let mut place: u64 = cursor.map_or(Ok(0), |cursor| cursor.0.parse()).map_err(failed)?;
        let mut index = BufReader::new(File::open(self.path.join("index")).map_err(failed)?);
        index.seek(SeekFrom::Start(place)).map_err(failed)?;
        let mut records = Vec::with_capacity(limit);
        let mut line = String::new();
        while records.len() < limit {
            line.clear();
            let read = index.read_line(&mut line).map_err(failed)?;
            if read == 0 {
                return Ok(Page {
                    records,
                    next: None,
                    mark: None,
                    total: None,
                });
            }
            place += read as u64;
            records.extend(self.read(line.trim()));
        }
        Ok(Page {
            records,
            next: Some(Cursor(place.to_string())),
            mark: None,
            total: None,
        })
    }

    async fn fetch(&self, _record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
        Ok(ids.iter().filter_map(|id| self.read(id)).collect())
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
