use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use sync_core::ports::{Handled, StoredCursor};
use sync_core::{ConnectionId, Cursor, Job, Outcome, RecordType, Side};

use super::SqliteStore;
use super::column::{Json, Micros, Word};
use crate::PersistenceError;

/// How far a side was read, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CursorRow {
    /// The record type.
    pub record_type: RecordType,
    /// The side.
    pub side: Side,
    /// Where the next run goes on; only the side's connector can read it.
    pub cursor: Cursor,
    /// When it was stored.
    pub at: Timestamp,
}

impl SqliteStore {
    /// How far the sides were read, for all record types.
    pub fn list_cursors(&self, connection: &ConnectionId) -> Result<Vec<CursorRow>, PersistenceError> {
        self.read("listing cursors", |tx| {
            tx.prepare_cached(
                "SELECT record_type, side, cursor, mapping_version, at FROM cursors WHERE connection = ? \
                 ORDER BY record_type, side DESC",
            )?
            .query_map([connection.as_str()], |row| {
                let stored = from_row(row)?;
                Ok(CursorRow {
                    record_type: row.get::<_, String>("record_type")?.into(),
                    side: stored.side,
                    cursor: stored.cursor,
                    at: stored.at,
                })
            })?
            .collect()
        })
    }

    /// Forgets how far a record type was read, on one side or on both: the next run reads everything there. Answers
    /// how many cursors were forgotten.
    pub fn rewind(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Option<Side>,
    ) -> Result<usize, PersistenceError> {
        self.write("rewinding cursors", |tx| {
            tx.prepare_cached(
                "DELETE FROM cursors WHERE connection = ?1 AND record_type = ?2 AND (?3 IS NULL OR side = ?3)",
            )?
            .execute(params![connection.as_str(), record_type.as_str(), side.map(Side::as_str)])
        })
    }

    pub(super) fn cursors_of(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
    ) -> Result<Vec<StoredCursor>, PersistenceError> {
        self.read("reading cursors", |tx| {
            tx.prepare_cached(
                "SELECT side, cursor, mapping_version, at FROM cursors WHERE connection = ? AND record_type = ?",
            )?
            .query_map([connection.as_str(), record_type.as_str()], from_row)?
            .collect()
        })
    }

    /// Which of these records the job has a line for, or made wait.
    pub(super) fn handled_by(
        &self,
        job: &Job,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<Handled>, PersistenceError> {
        self.read("looking which records are dealt with", |tx| {
            tx.prepare_cached(
                "SELECT value, outcome FROM (SELECT value, (SELECT line.outcome FROM record_logs AS line \
                 WHERE line.connection = ?2 AND line.record_type = ?3 AND line.source_id = value AND line.side = ?4 \
                 AND line.job_id = ?5 ORDER BY line.id DESC LIMIT 1) AS outcome FROM json_each(?1)) \
                 WHERE outcome IS NOT NULL OR EXISTS (SELECT 1 FROM waiting WHERE waiting.connection = ?2 \
                 AND waiting.record_type = ?3 AND waiting.side = ?4 AND waiting.source_id = value \
                 AND waiting.job_id = ?5)",
            )?
            .query_map(
                params![
                    Json(ids),
                    job.connection.as_str(),
                    job.record_type.as_str(),
                    side.as_str(),
                    job.id
                ],
                |row| {
                    let outcome: Option<Word<Outcome>> = row.get(1)?;
                    Ok(Handled {
                        id: row.get(0)?,
                        failed: outcome.is_some_and(|outcome| outcome.0 == Outcome::Fail),
                    })
                },
            )?
            .collect()
        })
    }
}

pub(super) fn store(
    connection: &Connection,
    job: &Job,
    side: Side,
    cursor: &Cursor,
    mapping_version: i64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO cursors (connection, record_type, side, cursor, mapping_version, at) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            job.connection.as_str(),
            job.record_type.as_str(),
            side.as_str(),
            cursor.0,
            mapping_version,
            Micros(now),
        ])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<StoredCursor> {
    Ok(StoredCursor {
        side: row.get::<_, Word<_>>("side")?.0,
        cursor: Cursor(row.get("cursor")?),
        mapping_version: row.get("mapping_version")?,
        at: row.get::<_, Micros>("at")?.0,
    })
}
