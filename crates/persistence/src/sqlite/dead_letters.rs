use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use sync_core::{
    ConnectionId, DeadLetter, DeadLetterStatus, Direction, ErrorKind, JobId, RecordType, Side, Stage,
};

use super::SqliteStore;
use super::column::{Json, Micros, Word};
use super::query::Query;
use crate::{Page, PageRequest, PersistenceError};

const SUMMARY: &str = "id, record_type, direction, side, source_id, label, status, stage, class, code, message, retry_count, \
    max_retries, job_id, first_at, last_at, closed";

/// Which dead letters. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// Open, resolved or discarded.
    pub status: Option<DeadLetterStatus>,
    /// What they are.
    pub record_type: Option<RecordType>,
    /// What kind of failure.
    pub class: Option<ErrorKind>,
    /// The stable word.
    pub code: Option<String>,
    /// The job that failed last.
    pub job: Option<JobId>,
    /// Part of the label, the id or the message, whatever its case.
    pub text: Option<String>,
}

/// Dead letters that something is to be done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadLetterSelection {
    /// These.
    Ids(Vec<i64>),
    /// All that match.
    Matching(DeadLetterFilter),
}

/// A dead letter in a list: all but its payloads and attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetterSummary {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub record_type: RecordType,
    /// The direction of the run in which it failed last.
    pub direction: Direction,
    /// The side that its id belongs to.
    pub side: Side,
    /// Its id on that side.
    pub source_id: String,
    /// What a person calls it.
    pub label: String,
    /// Open, resolved or discarded.
    pub status: DeadLetterStatus,
    /// Where the last attempt failed.
    pub stage: Stage,
    /// What kind of failure.
    pub class: ErrorKind,
    /// The stable word.
    pub code: String,
    /// The last error, for people.
    pub message: String,
    /// How often it was tried again.
    pub retry_count: u32,
    /// How often it may be tried again within one run.
    pub max_retries: u32,
    /// The job that failed last.
    pub job_id: JobId,
    /// The first failure.
    pub first_at: Timestamp,
    /// The last failure.
    pub last_at: Timestamp,
    /// Why it is no longer open.
    pub closed: Option<String>,
}

/// Dead letters that failed in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetterGroup {
    /// What kind of failure.
    pub class: ErrorKind,
    /// The stable word.
    pub code: String,
    /// How many.
    pub count: u64,
    /// The message of the latest.
    pub message: String,
    /// When the latest failed.
    pub last_at: Timestamp,
}

impl SqliteStore {
    /// Dead letters, newest first.
    pub fn list_dead_letters(
        &self,
        connection: &ConnectionId,
        filter: &DeadLetterFilter,
        page: PageRequest,
    ) -> Result<Page<DeadLetterSummary>, PersistenceError> {
        self.read("listing dead letters", |tx| {
            filter
                .query(connection, &format!("SELECT {SUMMARY} FROM dead_letters"))?
                .page(tx, page, summary)
        })
    }

    /// How many dead letters match.
    pub fn count_dead_letters(
        &self,
        connection: &ConnectionId,
        filter: &DeadLetterFilter,
    ) -> Result<u64, PersistenceError> {
        self.read("counting dead letters", |tx| {
            filter
                .query(connection, "SELECT count(*) FROM dead_letters")?
                .number(tx)
        })
    }

    /// The dead letters that match, by kind of failure, the largest group first.
    pub fn dead_letter_groups(
        &self,
        connection: &ConnectionId,
        filter: &DeadLetterFilter,
    ) -> Result<Vec<DeadLetterGroup>, PersistenceError> {
        self.read("grouping dead letters", |tx| {
            // With max(), SQLite takes the other columns from the row that has the maximum.
            let head =
                "SELECT class, code, message, count(*) AS letters, max(last_at) AS last_at FROM dead_letters";
            let mut query = filter.query(connection, head)?;
            query.end(" GROUP BY class, code ORDER BY letters DESC, class, code");
            query.all(tx, |row| {
                Ok(DeadLetterGroup {
                    class: row.get::<_, Word<_>>("class")?.0,
                    code: row.get("code")?,
                    count: row.get("letters")?,
                    message: row.get("message")?,
                    last_at: row.get::<_, Micros>("last_at")?.0,
                })
            })
        })
    }

    /// One dead letter with its payloads and attempts.
    pub fn dead_letter(&self, id: i64) -> Result<DeadLetter, PersistenceError> {
        let found = self.read("reading a dead letter", |tx| {
            let sql = format!(
                "SELECT {SUMMARY}, connection, original, mapped, attempts FROM dead_letters WHERE id = ?"
            );
            tx.prepare_cached(&sql)?.query_row([id], whole).optional()
        })?;
        found.ok_or(PersistenceError::NotFound {
            what: "dead letter",
            id,
        })
    }

    /// Gives up open dead letters, and answers how many. They stay as a trace, with the reason. If the record fails
    /// again in a later run, that is a new dead letter.
    pub fn discard_dead_letters(
        &self,
        connection: &ConnectionId,
        selection: &DeadLetterSelection,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, PersistenceError> {
        self.write("discarding dead letters", |tx| {
            let update = "UPDATE dead_letters SET status = 'discarded', closed = ?, closed_at = ? WHERE connection = ?";
            let mut query = Query::new(update, reason)?;
            query.value(Micros(now))?;
            query.value(connection.as_str())?;
            query.fixed("status = 'open'");
            match selection {
                DeadLetterSelection::Ids(ids) => query.and("id IN (SELECT value FROM json_each(?))", Json(ids))?,
                DeadLetterSelection::Matching(filter) => filter.narrow(&mut query)?,
            }
            query.execute(tx)
        })
    }
}

impl DeadLetterFilter {
    fn query(&self, connection: &ConnectionId, select: &str) -> rusqlite::Result<Query> {
        let mut query = Query::new(&format!("{select} WHERE connection = ?"), connection.as_str())?;
        self.narrow(&mut query)?;
        Ok(query)
    }

    fn narrow(&self, query: &mut Query) -> rusqlite::Result<()> {
        query.and_some("status = ?", self.status.map(DeadLetterStatus::as_str))?;
        query.and_some(
            "record_type = ?",
            self.record_type.as_ref().map(RecordType::as_str),
        )?;
        query.and_some("class = ?", self.class.map(ErrorKind::as_str))?;
        query.and_some("code = ?", self.code.as_deref())?;
        query.and_some("job_id = ?", self.job)?;
        query.and_found("found(?, label, source_id, message)", self.text.as_deref())
    }
}

/// Open dead letters of a connection.
pub(super) fn count_open(connection: &Connection, of: &ConnectionId) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT count(*) FROM dead_letters WHERE connection = ? AND status = 'open'")?
        .query_row(params![of.as_str()], |row| row.get(0))
}

fn summary(row: &Row<'_>) -> rusqlite::Result<DeadLetterSummary> {
    Ok(DeadLetterSummary {
        id: row.get("id")?,
        record_type: row.get::<_, String>("record_type")?.into(),
        direction: row.get::<_, Word<_>>("direction")?.0,
        side: row.get::<_, Word<_>>("side")?.0,
        source_id: row.get("source_id")?,
        label: row.get("label")?,
        status: row.get::<_, Word<_>>("status")?.0,
        stage: row.get::<_, Word<_>>("stage")?.0,
        class: row.get::<_, Word<_>>("class")?.0,
        code: row.get("code")?,
        message: row.get("message")?,
        retry_count: row.get("retry_count")?,
        max_retries: row.get("max_retries")?,
        job_id: row.get("job_id")?,
        first_at: row.get::<_, Micros>("first_at")?.0,
        last_at: row.get::<_, Micros>("last_at")?.0,
        closed: row.get("closed")?,
    })
}

fn whole(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let summary = summary(row)?;
    Ok(DeadLetter {
        id: summary.id,
        connection: row.get::<_, String>("connection")?.into(),
        record_type: summary.record_type,
        direction: summary.direction,
        side: summary.side,
        source_id: summary.source_id,
        label: summary.label,
        status: summary.status,
        stage: summary.stage,
        class: summary.class,
        code: summary.code,
        message: summary.message,
        original: row.get::<_, Json<_>>("original")?.0,
        mapped: row.get::<_, Json<_>>("mapped")?.0,
        attempts: row.get::<_, Json<_>>("attempts")?.0,
        retry_count: summary.retry_count,
        max_retries: summary.max_retries,
        job_id: summary.job_id,
        first_at: summary.first_at,
        last_at: summary.last_at,
        closed: summary.closed,
    })
}
