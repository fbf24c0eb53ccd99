use rusqlite::{Connection, Row, params};
use serde::Serialize;
use sync_core::{Action, ConnectionId, Job, JobId, Outcome, RecordLog, RecordType, Side};

use super::column::{Json, Micros, Word};
use super::query::Query;
use super::{SqliteStore, jobs};
use crate::{Page, PageRequest, PersistenceError};

const SELECT: &str = "SELECT id, job_id, record_type, side, source_id, target_id, label, action, outcome, reason, message, \
    attempts, changes, warnings, duration_ms, at FROM record_logs";

/// Which log lines. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// How the record ended.
    pub outcome: Option<Outcome>,
    /// What was done.
    pub action: Option<Action>,
    /// The stable word.
    pub reason: Option<String>,
    /// Part of the label, of an id or of the message, whatever its case.
    pub text: Option<String>,
}

/// How many lines of a job say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogCount {
    /// What was done.
    pub action: Action,
    /// How the records ended.
    pub outcome: Outcome,
    /// The stable word.
    pub reason: String,
    /// How many.
    pub count: u64,
}

impl SqliteStore {
    /// A job's log, newest line first.
    pub fn list_logs(
        &self,
        job: JobId,
        filter: &LogFilter,
        page: PageRequest,
    ) -> Result<Page<RecordLog>, PersistenceError> {
        self.of_job(job, "listing log lines", |tx| {
            let mut query = Query::new(&format!("{SELECT} WHERE job_id = ?"), job)?;
            query.and_some("outcome = ?", filter.outcome.map(Outcome::as_str))?;
            query.and_some("action = ?", filter.action.map(Action::as_str))?;
            query.and_some("reason = ?", filter.reason.as_deref())?;
            query.and_found(
                "found(?, label, source_id, target_id, message)",
                filter.text.as_deref(),
            )?;
            query.page(tx, page, from_row)
        })
    }

    /// What a job's log says in sum, by action, outcome and reason.
    pub fn log_counts(&self, job: JobId) -> Result<Vec<LogCount>, PersistenceError> {
        self.of_job(job, "counting log lines", |tx| {
            let head = "SELECT action, outcome, reason, count(*) AS lines FROM record_logs WHERE job_id = ?";
            let mut query = Query::new(head, job)?;
            query.end(" GROUP BY action, outcome, reason ORDER BY action, outcome, reason");
            query.all(tx, |row| {
                Ok(LogCount {
                    action: row.get::<_, Word<_>>("action")?.0,
                    outcome: row.get::<_, Word<_>>("outcome")?.0,
                    reason: row.get("reason")?,
                    count: row.get("lines")?,
                })
            })
        })
    }

    /// What happened to one record, by its id on one side, newest first, across all jobs.
    pub fn record_history(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        id: &str,
        page: PageRequest,
    ) -> Result<Page<RecordLog>, PersistenceError> {
        self.read("reading a record's history", |tx| {
            // Two lists, each from an index of its own, and then the newest of both.
            let mut found = Vec::new();
            let mut more = false;
            for (column, same) in [("source_id", "side = ?"), ("target_id", "side <> ?")] {
                let mut query = Query::new(&format!("{SELECT} WHERE connection = ?"), connection.as_str())?;
                query.and("record_type = ?", record_type.as_str())?;
                query.and(&format!("{column} = ?"), id)?;
                query.and(same, side.as_str())?;
                let half = query.page(tx, page, from_row)?;
                more |= half.next.is_some();
                found.extend(half.items);
            }
            found.sort_by_key(|line| std::cmp::Reverse(line.id));
            let limit = page.clamped();
            more |= found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|line| line.id).filter(|_| more);
            Ok(Page { items: found, next })
        })
    }

    fn of_job<T>(
        &self,
        job: JobId,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, PersistenceError> {
        let found = self.read(doing, |tx| match jobs::find(tx, job)? {
            Some(_) => work(tx).map(Some),
            None => Ok(None),
        })?;
        found.ok_or(PersistenceError::NotFound { what: "job", id: job })
    }
}

pub(super) fn insert(connection: &Connection, job: &Job, log: &RecordLog) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO record_logs (job_id, connection, record_type, side, source_id, target_id, label, action, \
             outcome, reason, message, attempts, changes, warnings, duration_ms, at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            job.id,
            job.connection.as_str(),
            log.record_type.as_str(),
            log.side.as_str(),
            log.source_id,
            log.target_id,
            log.label,
            log.action.as_str(),
            log.outcome.as_str(),
            log.reason,
            log.message,
            log.attempts,
            Json(&log.changes),
            Json(&log.warnings),
            log.duration_ms,
            Micros(log.at),
        ])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<RecordLog> {
    Ok(RecordLog {
        id: row.get("id")?,
        job_id: row.get("job_id")?,
        record_type: row.get::<_, String>("record_type")?.into(),
        side: row.get::<_, Word<_>>("side")?.0,
        source_id: row.get("source_id")?,
        target_id: row.get("target_id")?,
        label: row.get("label")?,
        action: row.get::<_, Word<_>>("action")?.0,
        outcome: row.get::<_, Word<_>>("outcome")?.0,
        reason: row.get("reason")?,
        message: row.get("message")?,
        attempts: row.get("attempts")?,
        changes: row.get::<_, Json<_>>("changes")?.0,
        warnings: row.get::<_, Json<_>>("warnings")?.0,
        duration_ms: row.get("duration_ms")?,
        at: row.get::<_, Micros>("at")?.0,
    })
}
