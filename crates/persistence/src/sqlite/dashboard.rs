use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::Serialize;
use sync_core::{ConnectionId, Counts, Job, RecordType};

use super::column::Micros;
use super::{SqliteStore, jobs};
use crate::PersistenceError;

/// How one record type is doing. Dry runs are left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreamFigures {
    /// The record type.
    pub record_type: RecordType,
    /// The job that is running now.
    pub running: Option<Job>,
    /// The job that ended last.
    pub last_job: Option<Job>,
    /// When a job last went through to its end.
    pub last_success_at: Option<Timestamp>,
    /// Records of the jobs that began within the window.
    pub window: Counts,
    /// Dead letters that wait for somebody.
    pub open_dead_letters: u64,
    /// Records that wait for their next attempt.
    pub pending: u64,
    /// Records that wait for another one.
    pub held: u64,
}

impl StreamFigures {
    /// The part of the window's records that failed, 0 to 1; `None` where there were none.
    pub fn failure_rate(&self) -> Option<f64> {
        let total = self.window.total_records;
        // In millionths, so that it is exact enough and no conversion can lose anything.
        let millionths = u128::from(self.window.fail_count) * 1_000_000;
        let rate = millionths.checked_div(u128::from(total))?;
        Some(f64::from(u32::try_from(rate).unwrap_or(1_000_000)) / 1_000_000.0)
    }
}

impl SqliteStore {
    /// The figures of these record types, with the records of jobs that began at `since` or later.
    pub fn dashboard(
        &self,
        connection: &ConnectionId,
        record_types: &[RecordType],
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<StreamFigures>, PersistenceError> {
        self.sweep(now)?;
        self.read("reading the figures", |tx| {
            record_types
                .iter()
                .map(|record_type| figures(tx, connection, record_type, since))
                .collect()
        })
    }
}

fn figures(
    tx: &Connection,
    connection: &ConnectionId,
    record_type: &RecordType,
    since: Timestamp,
) -> rusqlite::Result<StreamFigures> {
    let name = record_type.as_str();
    let ended = "dry_run = 0 AND finished_at IS NOT NULL ORDER BY finished_at DESC, id DESC";
    let succeeded = "dry_run = 0 AND status = 'completed' ORDER BY finished_at DESC, id DESC";
    let count = |sql: &str| {
        tx.prepare_cached(sql)?
            .query_row([connection.as_str(), name], |row| row.get(0))
    };
    Ok(StreamFigures {
        record_type: record_type.clone(),
        running: jobs::first(tx, "dry_run = 0 AND status = 'running'", connection, name)?,
        last_job: jobs::first(tx, ended, connection, name)?,
        last_success_at: jobs::first(tx, succeeded, connection, name)?.and_then(|job| job.finished_at),
        window: window(tx, connection, name, since)?,
        open_dead_letters: count(
            "SELECT count(*) FROM dead_letters WHERE connection = ? AND record_type = ? AND status = 'open'",
        )?,
        pending: count(
            "SELECT count(*) FROM waiting WHERE connection = ? AND record_type = ? AND state = 'pending'",
        )?,
        held: count(
            "SELECT count(*) FROM waiting WHERE connection = ? AND record_type = ? AND state = 'held'",
        )?,
    })
}

fn window(
    tx: &Connection,
    connection: &ConnectionId,
    record_type: &str,
    since: Timestamp,
) -> rusqlite::Result<Counts> {
    tx.prepare_cached(
        "SELECT coalesce(sum(success_count), 0), coalesce(sum(fail_count), 0), coalesce(sum(skip_count), 0) FROM jobs \
         WHERE connection = ? AND record_type = ? AND dry_run = 0 AND started_at >= ?",
    )?
    .query_row(params![connection.as_str(), record_type, Micros(since)], |row| {
        let (success_count, fail_count, skip_count): (u64, u64, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let total_records = success_count + fail_count + skip_count;
        Ok(Counts { total_records, success_count, fail_count, skip_count })
    })
}
