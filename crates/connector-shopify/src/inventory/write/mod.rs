//! Writing stock levels.
//!
//! Only `on_hand` is written, and only if it still is what the comparison saw: `inventorySetQuantities` compares and
//! swaps. A level that is something else by now is no conflict of ours to settle: the write fails with the kind
//! `Contention`, so that the record is read and compared anew. Up to 250 levels go in one call, which Shopify takes as
//! all or nothing; those that it names as bad are left out and the others sent again.
//!
//! Keys are made of the write's own and of what is sent: the same thing sent again is answered with its first result,
//! whatever happened meanwhile. The record of an outcome therefore shows what the write left there; what moved since
//! comes as a change of its own.

mod keys;
mod rows;
mod send;
mod stock;

use serde_json::json;
use sync_core::{Applied, ConnectorError, ErrorKind, Record, Write, WriteOutcome};

use super::fetch;
use crate::client::Client;
use crate::write::{applied, failed, refusal, stops};
use rows::{Row, Step, rows};

/// Most levels in one call.
const CHUNK: usize = 250;

/// Answers one outcome per write, in their order.
pub(crate) async fn apply(client: &Client, writes: &[&Write]) -> Vec<WriteOutcome> {
    let mut steps = rows(client, writes).await;
    let mut stop: Option<ConnectorError> = None;
    for chunk in chunks(&steps) {
        let rows: Vec<(usize, Row)> = chunk
            .into_iter()
            .filter_map(|at| match &steps[at] {
                Step::Set(row) => Some((at, row.clone())),
                _ => None,
            })
            .collect();
        let answers = match &stop {
            Some(error) => rows.iter().map(|_| Err(failed(error))).collect(),
            None => send::set(client, writes, &rows).await,
        };
        for ((at, row), answer) in rows.into_iter().zip(answers) {
            steps[at] = settle(row, answer, &mut stop);
        }
    }
    for (at, write) in writes.iter().enumerate() {
        if let Step::Stock(row) = &steps[at] {
            let row = row.clone();
            let answer = match &stop {
                Some(error) => Err(failed(error)),
                None => stock::stock(client, write, &row).await,
            };
            steps[at] = settle(row, answer, &mut stop);
        }
    }
    read_back(client, steps).await
}

fn settle(row: Row, answer: Result<(), WriteOutcome>, stop: &mut Option<ConnectorError>) -> Step {
    match answer {
        Ok(()) => Step::Done(row, true),
        Err(WriteOutcome::Failed(error)) if error.code == send::STALE => Step::Stale(row, error),
        Err(outcome) => {
            if let WriteOutcome::Failed(error) = &outcome
                && stops(error)
            {
                stop.get_or_insert_with(|| error.clone());
            }
            Step::Over(outcome)
        }
    }
}

/// Places of writes that go in one call: none with two of the same level.
fn chunks(steps: &[Step]) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let level = |at: usize| match &steps[at] {
        Step::Set(row) => Some(row.level()),
        _ => None,
    };
    for at in (0..steps.len()).filter(|at| level(*at).is_some()) {
        let fits = |chunk: &&mut Vec<usize>| {
            chunk.len() < CHUNK && !chunk.iter().any(|other| level(*other) == level(at))
        };
        match chunks.iter_mut().find(fits) {
            Some(chunk) => chunk.push(at),
            None => chunks.push(vec![at]),
        }
    }
    chunks
}

async fn read_back(client: &Client, steps: Vec<Step>) -> Vec<WriteOutcome> {
    let ids: Vec<String> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Done(row, _) | Step::Stale(row, _) => Some(row.id()),
            _ => None,
        })
        .collect();
    let found = if ids.is_empty() {
        Ok(Vec::new())
    } else {
        fetch(&mut client.talk(), &ids).await
    };
    let level = |row: &Row, found: &[Record]| found.iter().find(|record| record.id == row.id()).cloned();
    let all = steps.into_iter().map(|step| match (step, &found) {
        (Step::Over(outcome), _) => outcome,
        (Step::Done(..), Err(error)) => WriteOutcome::Unknown(error.clone()),
        (Step::Stale(..), Err(error)) => failed(error),
        (Step::Done(row, written), Ok(found)) => match level(&row, found) {
            Some(record) => shown(&row, record, written),
            None => WriteOutcome::Failed(gone(&row)),
        },
        // An earlier attempt whose answer was lost, or somebody else with the same number.
        (Step::Stale(row, error), Ok(found)) => match level(&row, found) {
            Some(record) if on_hand(&record) == Some(row.to) => shown(&row, record, false),
            Some(record) => WriteOutcome::Failed(moved(&row, &record)),
            None => WriteOutcome::Failed(error),
        },
        (Step::Set(_) | Step::Stock(_), _) => WriteOutcome::NotAttempted,
    });
    all.collect()
}

pub(super) fn on_hand(record: &Record) -> Option<i64> {
    record.body["on_hand"].as_i64()
}

/// The level as the write left it. What moved since is a later change, and comes as one.
fn shown(row: &Row, mut record: Record, written: bool) -> WriteOutcome {
    let delta = on_hand(&record).map_or(0, |shown| row.to.saturating_sub(shown));
    if written && delta != 0 {
        let available = record.body["available"].as_i64().unwrap_or_default();
        record.body["available"] = json!(available.saturating_add(delta));
        record.body["on_hand"] = json!(row.to);
    }
    applied(Applied {
        record,
        children: Vec::new(),
        warnings: Vec::new(),
    })
}

fn moved(row: &Row, record: &Record) -> ConnectorError {
    let shown = on_hand(record).unwrap_or_default();
    let message = match row.from {
        Some(from) => format!(
            "{} was {from} when it was compared and is {shown} by now: it is compared anew",
            record.label
        ),
        None => format!(
            "{} is stocked already, with {shown} on hand: it is compared anew",
            record.label
        ),
    };
    ConnectorError::new(ErrorKind::Contention, send::STALE, message)
}

fn gone(row: &Row) -> ConnectorError {
    refusal(
        "gone",
        format!(
            "the stock level {} is gone from Shopify: stock the item there again, or unlink it",
            row.id()
        ),
    )
}
