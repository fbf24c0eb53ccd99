//! `load` with external ids: the one call that can simply be sent again after a lost answer.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, ErrorKind};

use super::answer::classify_text;
use super::{CallError, Client, shape};
use crate::outcome::lies_in_a_row;

/// One cell: `load` takes texts. An empty one clears the field.
type Cell = String;

/// One record with its lines: the first line is the record's own, further ones carry only children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoadRow {
    pub(crate) lines: Vec<Vec<Cell>>,
}

impl LoadRow {
    pub(crate) fn single(cells: Vec<Cell>) -> Self {
        Self { lines: vec![cells] }
    }
}

/// The context in which a row may name an archived record by its database id; without it Odoo finds none.
pub(crate) fn archived_too() -> Value {
    json!({"active_test": false})
}

#[derive(Deserialize)]
struct Answer {
    ids: Value,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default, rename = "type")]
    kind: String,
    /// The record's place among the records of the call.
    #[serde(default)]
    record: Option<usize>,
    /// The record's lines in the call.
    #[serde(default)]
    rows: Option<Lines>,
    #[serde(default)]
    field_name: Option<String>,
    #[serde(default, rename = "message")]
    text: String,
}

#[derive(Deserialize)]
struct Lines {
    from: usize,
}

type RowResult = Result<i64, CallError>;

impl Client {
    /// Loads all rows and answers per row its database id or why it was refused.
    ///
    /// Odoo takes all rows of a call or none. The rows that it names as bad are taken out and the others are sent
    /// again; if the call as a whole fails for a reason that lies in its rows, it is halved until the bad row is
    /// found. So one bad row costs one more call, or a few.
    pub(crate) async fn load(
        &self,
        model: &str,
        columns: &[&str],
        rows: &[LoadRow],
        context: &Value,
    ) -> Vec<RowResult> {
        let mut results: Vec<Option<RowResult>> = rows.iter().map(|_| None).collect();
        let mut batches: Vec<Vec<usize>> = vec![(0..rows.len()).collect()];
        while let Some(batch) = batches.pop() {
            if batch.is_empty() {
                continue;
            }
            match self.load_once(model, columns, rows, &batch, context).await {
                Ok(Loaded::Ids(ids)) => {
                    for (index, id) in batch.into_iter().zip(ids) {
                        results[index] = Some(Ok(id));
                    }
                }
                Ok(Loaded::Refused(bad)) => {
                    batches.push(
                        batch
                            .iter()
                            .copied()
                            .filter(|index| !bad.contains_key(index))
                            .collect(),
                    );
                    for (index, error) in bad {
                        results[index] = Some(Err(error));
                    }
                }
                Err(error) if lies_in_a_row(&error) && batch.len() > 1 => {
                    let (left, right) = batch.split_at(batch.len() / 2);
                    batches.push(right.to_vec());
                    batches.push(left.to_vec());
                }
                Err(error) => {
                    for index in batch {
                        results[index] = Some(Err(error.clone()));
                    }
                }
            }
        }
        results
            .into_iter()
            .map(|result| result.unwrap_or_else(|| Err(unanswered(model))))
            .collect()
    }

    async fn load_once(
        &self,
        model: &str,
        columns: &[&str],
        rows: &[LoadRow],
        batch: &[usize],
        context: &Value,
    ) -> Result<Loaded, CallError> {
        let lines: Vec<&Vec<Cell>> = batch.iter().flat_map(|index| &rows[*index].lines).collect();
        let mut kwargs = Map::new();
        let mut context = context.clone();
        if columns.first() == Some(&".id") {
            // Odoo looks for database ids among what is not archived, unless it is told to look everywhere.
            context["active_test"] = json!(false);
        }
        kwargs.insert("context".into(), context);
        let answer = self.call(model, "load", json!([columns, lines]), kwargs).await?;
        let what = shape(&answer);
        let answer: Answer = serde_json::from_value(answer).map_err(|_| no_result(model, what))?;
        if let Value::Array(ids) = &answer.ids {
            let ids: Vec<i64> = ids.iter().filter_map(Value::as_i64).collect();
            if ids.len() != batch.len() {
                let text = format!(
                    "{model}.load answered {} ids for {} records",
                    ids.len(),
                    batch.len()
                );
                return Err(CallError::new(ErrorKind::Protocol, "load_ids", text));
            }
            return Ok(Loaded::Ids(ids));
        }
        refused(model, rows, batch, &answer.messages)
    }
}

enum Loaded {
    Ids(Vec<i64>),
    /// By index into all rows.
    Refused(BTreeMap<usize, CallError>),
}

/// Sorts the messages by the record they name: by its lines, which count children's lines too, or else by its place.
fn refused(
    model: &str,
    rows: &[LoadRow],
    batch: &[usize],
    messages: &[Message],
) -> Result<Loaded, CallError> {
    let mut owner = Vec::new();
    for index in batch {
        owner.extend(std::iter::repeat_n(*index, rows[*index].lines.len()));
    }
    let mut bad: BTreeMap<usize, CallError> = BTreeMap::new();
    let mut unplaced = Vec::new();
    for message in messages.iter().filter(|message| message.kind != "warning") {
        let text = match &message.field_name {
            Some(field) => format!("{field}: {}", message.text),
            None => message.text.clone(),
        };
        let by_line = message.rows.as_ref().and_then(|lines| owner.get(lines.from));
        match by_line.or_else(|| message.record.and_then(|place| batch.get(place))) {
            Some(index) => {
                let entry = bad.entry(*index).or_insert_with(|| from_message(model, &text));
                if !entry.error.message.contains(&text) {
                    entry.error.message = format!("{}; {text}", entry.error.message);
                }
            }
            None => unplaced.push(text),
        }
    }
    if bad.is_empty() {
        return Err(from_message(model, &unplaced.join("; ")));
    }
    Ok(Loaded::Refused(bad))
}

fn from_message(model: &str, text: &str) -> CallError {
    let (kind, code) = classify_text(text).unwrap_or((ErrorKind::Rejected, "refused"));
    CallError {
        error: ConnectorError::new(kind, code, format!("{model}: {text}")),
        unknown: false,
    }
}

fn no_result(model: &str, what: &str) -> CallError {
    CallError::new(
        ErrorKind::Protocol,
        "load_answer",
        format!("{model}.load answered {what}"),
    )
}

fn unanswered(model: &str) -> CallError {
    CallError::new(
        ErrorKind::Protocol,
        "load_answer",
        format!("{model}.load left a row without an answer"),
    )
}
