//! Live records of both systems, for people who write rules.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mapping_transforms::{FieldPath, Segment};
use serde::Serialize;
use serde_json::Value;
use sync_core::{RecordType, Side};

use super::{Service, ServiceError};

/// Records that are looked at.
const RECORDS: usize = 20;
/// The most paths that are told of a side.
const MOST_PATHS: usize = 1_000;
/// How deep a record is looked into.
const DEEPEST: usize = 8;
/// The most characters of a sample.
const SAMPLE_CHARS: usize = 80;

/// What the records of a type look like on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Samples {
    /// The record type.
    pub record_type: RecordType,
    /// The shop's records.
    pub shopify: SampleSide,
    /// The ERP's records.
    pub odoo: SampleSide,
}

/// What the records of one side look like.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SampleSide {
    /// Some records, for a person to pick from.
    pub records: Vec<SampleRef>,
    /// The places in them, in alphabetical order.
    pub paths: Vec<SamplePath>,
    /// Why the system could not be asked.
    pub error: Option<String>,
}

/// A record by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SampleRef {
    /// Its id in its system.
    pub id: String,
    /// What a person calls it.
    pub label: String,
}

/// A place in the records of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SamplePath {
    /// The path.
    pub path: FieldPath,
    /// A value that stands there, shortened; none for an object, a list, or where no record has a value.
    pub sample: Option<String>,
    /// What stands there: `text`, `number`, `boolean`, `list`, `object`, `null`, or `unknown`.
    pub kind: &'static str,
}

/// One record of a system, whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleRecord {
    /// The system.
    pub system: String,
    /// What it is.
    pub record_type: RecordType,
    /// Its id in its system.
    pub id: String,
    /// What a person calls it.
    pub label: String,
    /// The system's own change mark.
    pub version: Option<String>,
    /// When the system says it was last changed.
    pub changed_at: Option<Timestamp>,
    /// The record itself.
    pub body: Value,
}

impl Service {
    /// Paths and records of both systems. A system that cannot be asked says why, and the other one is told all the
    /// same.
    pub fn samples(&self, record_type: &str) -> Result<Samples, ServiceError> {
        let record_type = self.spec(record_type)?.name.clone();
        Ok(Samples {
            shopify: self.sample_side(Side::Shopify, &record_type),
            odoo: self.sample_side(Side::Odoo, &record_type),
            record_type,
        })
    }

    /// One record of a system as it is now.
    pub fn sample_record(
        &self,
        system: &str,
        record_type: &str,
        id: &str,
    ) -> Result<SampleRecord, ServiceError> {
        let side = self.side(system)?;
        let record_type = self.spec(record_type)?.name.clone();
        let record = self.record(side, &record_type, id)?;
        Ok(SampleRecord {
            system: system.to_owned(),
            record_type,
            id: record.id,
            label: record.label,
            version: record.version,
            changed_at: record.changed_at,
            body: record.body,
        })
    }

    fn sample_side(&self, side: Side, record_type: &RecordType) -> SampleSide {
        let mut found = Found::default();
        let connector = self.connector(side);
        let fields = self.ask(connector, || connector.fields(record_type));
        let records = self.first_records(side, record_type, RECORDS);
        let error = [fields.as_ref().err(), records.as_ref().err()]
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .next();
        let records = records.unwrap_or_default();
        for record in &records {
            found.look(&mut Vec::new(), &record.body);
        }
        let fields = fields.unwrap_or_default();
        for field in fields.fields {
            found.note(&[Segment::Key(field)], None, "unknown");
        }
        for (list, fields) in fields.children {
            for field in fields {
                let at = [Segment::Key(list.clone()), Segment::Each, Segment::Key(field)];
                found.note(&at, None, "unknown");
            }
        }
        let records = records.into_iter().map(|record| SampleRef {
            id: record.id,
            label: record.label,
        });
        SampleSide {
            records: records.collect(),
            paths: found.paths(),
            error,
        }
    }
}

/// The places seen so far.
#[derive(Default)]
struct Found(BTreeMap<String, SamplePath>);

impl Found {
    fn look(&mut self, at: &mut Vec<Segment>, value: &Value) {
        if !at.is_empty() {
            let (sample, kind) = shown(value);
            self.note(at, sample, kind);
        }
        if at.len() >= DEEPEST || self.0.len() >= MOST_PATHS {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (key, inner) in fields {
                    self.below(at, Segment::Key(key.clone()), inner);
                }
            }
            // The first element stands for all, and for itself; a list of plain values is looked at as a whole.
            Value::Array(items) => {
                if let Some(first) = items.iter().find(|item| item.is_object()) {
                    self.below(at, Segment::Each, first);
                    self.below(at, Segment::Index(0), first);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn below(&mut self, at: &mut Vec<Segment>, segment: Segment, value: &Value) {
        at.push(segment);
        self.look(at, value);
        at.pop();
    }

    /// A place that no path can name is left out; a value is worth more than a null.
    fn note(&mut self, at: &[Segment], sample: Option<String>, kind: &'static str) {
        let Ok(path) = FieldPath::from_segments(at.iter().cloned()) else {
            return;
        };
        let (key, room) = (path.to_string(), self.0.len() < MOST_PATHS);
        match self.0.get_mut(&key) {
            Some(known)
                if known.sample.is_none()
                    && kind != "unknown"
                    && (sample.is_some() || known.kind == "null") =>
            {
                (known.sample, known.kind) = (sample, kind);
            }
            None if room => {
                self.0.insert(key, SamplePath { path, sample, kind });
            }
            Some(_) | None => {}
        }
    }

    /// An element of a list as such (`variants.0`) is of no use to a rule.
    fn paths(self) -> Vec<SamplePath> {
        let ends_in_list = |path: &FieldPath| {
            matches!(
                path.segments().last(),
                Some(Segment::Each | Segment::Index(_) | Segment::FromEnd(_))
            )
        };
        self.0
            .into_values()
            .filter(|found| !ends_in_list(&found.path))
            .collect()
    }
}

fn shown(value: &Value) -> (Option<String>, &'static str) {
    let short = |text: &str| {
        let mut short: String = text.chars().take(SAMPLE_CHARS).collect();
        if text.chars().nth(SAMPLE_CHARS).is_some() {
            short.push('…');
        }
        Some(short)
    };
    match value {
        Value::Null => (None, "null"),
        Value::Bool(flag) => (Some(flag.to_string()), "boolean"),
        Value::Number(number) => (Some(number.to_string()), "number"),
        Value::String(text) => (short(text), "text"),
        Value::Array(items) if items.iter().any(Value::is_object) => (None, "list"),
        Value::Array(_) => (short(&value.to_string()), "list"),
        Value::Object(_) => (None, "object"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_of_a_record_are_those_that_a_rule_can_name() {
        let mut found = Found::default();
        let first = json!({"title": null, "variants": [{"price": "1.00"}, {"price": "2.00"}], "tags": ["a"], "a b": 1});
        found.look(&mut Vec::new(), &first);
        found.look(&mut Vec::new(), &json!({"title": "T".repeat(100)}));
        let told: Vec<String> = found
            .paths()
            .iter()
            .map(|path| {
                format!(
                    "{} {} {:?}",
                    path.path,
                    path.kind,
                    path.sample.as_deref().map(|s| s.chars().count())
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "\"a b\" number Some(1)",
                "tags list Some(5)",
                "title text Some(81)",
                "variants list None",
                "variants.*.price text Some(4)",
                "variants.0.price text Some(4)",
            ]
        );
    }

    #[test]
    fn a_huge_record_is_not_looked_at_for_ever() {
        let mut deep = json!({});
        for _ in 0..100 {
            deep = json!({ "x": deep });
        }
        let mut found = Found::default();
        found.look(&mut Vec::new(), &deep);
        assert_eq!(found.paths().len(), DEEPEST);
        let wide: serde_json::Map<String, Value> = (0..5_000).map(|n| (format!("k{n}"), json!(n))).collect();
        let mut found = Found::default();
        found.look(&mut Vec::new(), &Value::Object(wide));
        assert_eq!(found.paths().len(), MOST_PATHS);
    }
}
