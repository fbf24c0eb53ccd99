use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::Serialize;
use sync_core::ports::RecordKey;
use sync_core::{ConnectionId, Dependency, Direction, Job, LeftAlone, RecordType, WaitState, Waiting};

use super::SqliteStore;
use super::column::{Json, Micros, Word};
use super::query::Query;
use crate::{Page, PageRequest, PersistenceError};

const COLUMNS: &str =
    "record_type, side, source_id, label, state, due_at, held_type, held_id, attempts, job_id";

/// What a record waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitKind {
    /// Its next attempt.
    Pending,
    /// Another record.
    Held,
}

impl WaitKind {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Held => "held",
        }
    }
}

/// Which waiting records. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitingFilter {
    /// What they are.
    pub record_type: Option<RecordType>,
    /// What they wait for.
    pub kind: Option<WaitKind>,
    /// Part of the label or the id, whatever its case.
    pub text: Option<String>,
}

/// A waiting record in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WaitingRow {
    /// Its place in the list.
    pub id: i64,
    /// Which way it is going.
    pub direction: Direction,
    /// Since when it waits, over all its attempts.
    pub since: Timestamp,
    /// The record and why it waits.
    #[serde(flatten)]
    pub waiting: Waiting,
}

impl SqliteStore {
    /// Waiting records, the latest to begin waiting first.
    pub fn list_waiting(
        &self,
        connection: &ConnectionId,
        filter: &WaitingFilter,
        page: PageRequest,
    ) -> Result<Page<WaitingRow>, PersistenceError> {
        self.read("listing waiting records", |tx| {
            let head = format!("SELECT id, direction, since, {COLUMNS} FROM waiting WHERE connection = ?");
            let mut query = Query::new(&head, connection.as_str())?;
            query.and_some(
                "record_type = ?",
                filter.record_type.as_ref().map(RecordType::as_str),
            )?;
            query.and_some("state = ?", filter.kind.map(WaitKind::as_str))?;
            query.and_found("found(?, label, source_id)", filter.text.as_deref())?;
            query.page(tx, page, |row| {
                Ok(WaitingRow {
                    id: row.get("id")?,
                    direction: row.get::<_, Word<_>>("direction")?.0,
                    since: row.get::<_, Micros>("since")?.0,
                    waiting: from_row(row)?,
                })
            })
        })
    }

    /// Waiting records, open dead letters and records about which somebody decided, that the job has not seen. A dry run
    /// has seen a record when it has a log line for it, by its id on either side, because it stores nothing else.
    pub(super) fn untouched(&self, job: &Job, limit: usize) -> Result<Vec<Waiting>, PersistenceError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM waiting WHERE connection = :connection AND record_type = :record_type \
             AND instr(:sides, side) > 0 AND job_id <> :job AND (:dry_run = 0 OR NOT EXISTS (SELECT 1 FROM record_logs \
             AS line WHERE line.connection = :connection AND line.record_type = :record_type \
             AND line.side = waiting.side AND line.source_id = waiting.source_id AND line.job_id = :job)) \
             AND (:dry_run = 0 OR NOT EXISTS (SELECT 1 FROM record_logs AS line \
             WHERE line.connection = :connection AND line.record_type = :record_type \
             AND line.side <> waiting.side AND line.target_id = waiting.source_id AND line.job_id = :job)) \
             UNION ALL \
             SELECT record_type, side, source_id, label, 'pending', last_at, NULL, NULL, '[]', job_id FROM dead_letters \
             WHERE connection = :connection AND record_type = :record_type AND instr(:sides, side) > 0 \
             AND status = 'open' AND seen_by <> :job AND NOT EXISTS (SELECT 1 FROM waiting AS also \
             WHERE also.connection = :connection AND also.record_type = :record_type \
             AND also.side = dead_letters.side AND also.source_id = dead_letters.source_id) \
             AND (:dry_run = 0 OR NOT EXISTS (SELECT 1 FROM record_logs AS line \
             WHERE line.connection = :connection AND line.record_type = :record_type \
             AND line.side = dead_letters.side AND line.source_id = dead_letters.source_id AND line.job_id = :job)) \
             AND (:dry_run = 0 OR NOT EXISTS (SELECT 1 FROM record_logs AS line \
             WHERE line.connection = :connection AND line.record_type = :record_type \
             AND line.side <> dead_letters.side AND line.target_id = dead_letters.source_id AND line.job_id = :job)) \
             UNION ALL \
             SELECT DISTINCT record_type, CASE WHEN instr(:sides, 'shopify') > 0 THEN 'shopify' ELSE 'odoo' END, \
             CASE WHEN instr(:sides, 'shopify') > 0 THEN shopify_id ELSE odoo_id END, label, 'pending', 0, NULL, NULL, \
             '[]', 0 FROM conflicts \
             WHERE connection = :connection AND record_type = :record_type AND status = 'decided' \
             AND NOT EXISTS (SELECT 1 FROM record_logs AS line WHERE line.connection = :connection \
             AND line.record_type = :record_type AND line.job_id = :job \
             AND line.source_id IN (conflicts.shopify_id, conflicts.odoo_id)) \
             AND NOT EXISTS (SELECT 1 FROM waiting AS also WHERE also.connection = :connection \
             AND also.record_type = :record_type AND also.source_id IN (conflicts.shopify_id, conflicts.odoo_id)) \
             ORDER BY source_id LIMIT :limit"
        );
        self.read("reading open records", |tx| {
            tx.prepare_cached(&sql)?
                .query_map(
                    named_params! {
                        ":connection": job.connection.as_str(),
                        ":record_type": job.record_type.as_str(),
                        ":sides": sides(job.direction),
                        ":job": job.id,
                        ":dry_run": job.dry_run,
                        ":limit": limit,
                    },
                    from_row,
                )?
                .collect()
        })
    }

    pub(super) fn due(
        &self,
        job: &Job,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Waiting>, PersistenceError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM waiting WHERE job_id = ? AND due_at <= ? ORDER BY source_id LIMIT ?"
        );
        self.read("reading due records", |tx| {
            tx.prepare_cached(&sql)?
                .query_map(params![job.id, Micros(now), limit], from_row)?
                .collect()
        })
    }

    pub(super) fn first_due(&self, job: &Job) -> Result<Option<Timestamp>, PersistenceError> {
        let sql =
            "SELECT due_at FROM waiting WHERE job_id = ? AND due_at IS NOT NULL ORDER BY due_at LIMIT 1";
        self.read("reading when a record is due", |tx| {
            let due: Option<Micros> = tx
                .prepare_cached(sql)?
                .query_row([job.id], |row| row.get(0))
                .optional()?;
            Ok(due.map(|due| due.0))
        })
    }
}

pub(super) fn store(
    connection: &Connection,
    job: &Job,
    waiting: &Waiting,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (kind, due_at, held) = match &waiting.state {
        WaitState::Pending { due_at } => (WaitKind::Pending, Some(Micros(*due_at)), None),
        WaitState::Held { on } => (WaitKind::Held, None, Some(on)),
    };
    connection
        .prepare_cached(
            "INSERT INTO waiting (connection, record_type, direction, side, source_id, label, state, due_at, \
             held_type, held_id, attempts, job_id, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (connection, record_type, side, source_id) DO UPDATE SET direction = excluded.direction, label = excluded.label, \
             state = excluded.state, due_at = excluded.due_at, held_type = excluded.held_type, \
             held_id = excluded.held_id, attempts = excluded.attempts, job_id = excluded.job_id",
        )?
        .execute(params![
            job.connection.as_str(),
            job.record_type.as_str(),
            job.direction.as_str(),
            waiting.side.as_str(),
            waiting.source_id,
            waiting.label,
            kind.as_str(),
            due_at,
            held.map(|on| on.record_type.as_str()),
            held.map(|on| on.id.as_str()),
            Json(&waiting.attempts),
            job.id,
            Micros(now),
        ])?;
    Ok(())
}

/// Has the next run that reads a record's side look at it. Where no run has ever read that side, the first one does.
pub(super) fn wait_for_a_run(
    connection: &Connection,
    record: &LeftAlone,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let reading = Direction::ALL
        .iter()
        .filter(|direction| direction.sides().contains(&record.side));
    let reading: Vec<&str> = reading.map(|direction| direction.as_str()).collect();
    connection
        .prepare_cached(
            "INSERT INTO waiting (connection, record_type, direction, side, source_id, label, state, due_at, attempts, \
             job_id, since) SELECT connection, record_type, direction, ?4, ?5, ?6, 'pending', ?7, '[]', id, ?7 FROM jobs \
             WHERE connection = ?1 AND record_type = ?2 AND dry_run = 0 \
             AND direction IN (SELECT value FROM json_each(?3)) ORDER BY started_at DESC LIMIT 1 \
             ON CONFLICT (connection, record_type, side, source_id) DO NOTHING",
        )?
        .execute(params![
            record.connection.as_str(),
            record.record_type.as_str(),
            Json(reading),
            record.side.as_str(),
            record.record_id,
            record.label,
            Micros(now),
        ])?;
    Ok(())
}

pub(super) fn end(connection: &Connection, job: &Job, key: &RecordKey) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM waiting WHERE connection = ? AND record_type = ? AND side = ? AND source_id = ?",
        )?
        .execute([
            job.connection.as_str(),
            job.record_type.as_str(),
            key.side.as_str(),
            &key.id,
        ])?;
    Ok(())
}

/// The sides that a run reads, as one text to look a side up in.
fn sides(direction: Direction) -> String {
    let names: Vec<&str> = direction.sides().iter().map(|side| side.as_str()).collect();
    names.join(",")
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let state = match row.get::<_, Option<Micros>>("due_at")? {
        Some(Micros(due_at)) => WaitState::Pending { due_at },
        None => WaitState::Held {
            on: Dependency {
                record_type: row.get::<_, String>("held_type")?.into(),
                id: row.get("held_id")?,
            },
        },
    };
    Ok(Waiting {
        record_type: row.get::<_, String>("record_type")?.into(),
        side: row.get::<_, Word<_>>("side")?.0,
        source_id: row.get("source_id")?,
        label: row.get("label")?,
        state,
        attempts: row.get::<_, Json<_>>("attempts")?.0,
        job_id: row.get("job_id")?,
    })
}
