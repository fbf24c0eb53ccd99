use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use sync_core::{ConnectionId, Counts, Job, JobId, JobStatus};

use super::SqliteStore;
use super::column::{Json, Micros, Word};
use super::query::Query;
use crate::{Page, PageRequest, PersistenceError};

const SELECT: &str = "SELECT id, connection, job_type, record_type, direction, dry_run, full_read, unguarded, status, success_count, \
    fail_count, skip_count, created_at, started_at, finished_at, error, checkpoint, cancel_requested FROM jobs";

/// Which jobs. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// What users call them: `products`.
    pub job_type: Option<String>,
    /// How far they are.
    pub status: Option<JobStatus>,
}

impl SqliteStore {
    /// Jobs, newest first. One whose process went away is shown as interrupted.
    pub fn list_jobs(
        &self,
        connection: &ConnectionId,
        filter: &JobFilter,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Job>, PersistenceError> {
        self.sweep(now)?;
        self.read("listing jobs", |tx| {
            let mut query = Query::new(&format!("{SELECT} WHERE connection = ?"), connection.as_str())?;
            query.and_some("job_type = ?", filter.job_type.as_deref())?;
            query.and_some("status = ?", filter.status.map(JobStatus::as_str))?;
            query.page(tx, page, from_row)
        })
    }

    /// One job. If its process went away it is shown as interrupted.
    pub fn job(&self, id: JobId, now: Timestamp) -> Result<Job, PersistenceError> {
        self.sweep(now)?;
        let found = self.read("reading a job", |tx| find(tx, id))?;
        found.ok_or(PersistenceError::NotFound { what: "job", id })
    }
}

pub(super) fn find(connection: &Connection, id: JobId) -> rusqlite::Result<Option<Job>> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
    statement.query_row([id], from_row).optional()
}

/// The first job that a condition with one record type finds; `tail` may also order.
pub(super) fn first(
    connection: &Connection,
    tail: &str,
    of: &ConnectionId,
    record_type: &str,
) -> rusqlite::Result<Option<Job>> {
    let sql = format!("{SELECT} WHERE connection = ?1 AND record_type = ?2 AND {tail} LIMIT 1");
    connection
        .prepare_cached(&sql)?
        .query_row([of.as_str(), record_type], from_row)
        .optional()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Job> {
    let (success_count, fail_count, skip_count): (u64, u64, u64) = (
        row.get("success_count")?,
        row.get("fail_count")?,
        row.get("skip_count")?,
    );
    let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<Micros>>(column)?.map(|time| time.0));
    Ok(Job {
        id: row.get("id")?,
        connection: row.get::<_, String>("connection")?.into(),
        job_type: row.get("job_type")?,
        record_type: row.get::<_, String>("record_type")?.into(),
        direction: row.get::<_, Word<_>>("direction")?.0,
        dry_run: row.get("dry_run")?,
        full: row.get("full_read")?,
        unguarded: row.get("unguarded")?,
        status: row.get::<_, Word<_>>("status")?.0,
        counts: Counts {
            total_records: success_count + fail_count + skip_count,
            success_count,
            fail_count,
            skip_count,
        },
        created_at: row.get::<_, Micros>("created_at")?.0,
        started_at: time("started_at")?,
        finished_at: time("finished_at")?,
        error: row.get("error")?,
        checkpoint: row.get::<_, Json<_>>("checkpoint")?.0,
        cancel_requested: row.get("cancel_requested")?,
    })
}
