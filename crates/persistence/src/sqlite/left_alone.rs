use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_core::{ConnectionId, LeftAlone, RecordType, Side};

use super::column::{Json, Micros, Word};
use super::query::Query;
use super::{SqliteStore, links, waiting};
use crate::{Page, PageRequest, PersistenceError};

const SELECT: &str =
    "SELECT id, connection, record_type, side, record_id, label, asked_by, at FROM left_alone";

/// Which records that are left alone. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftAloneFilter {
    /// What they are.
    pub record_type: Option<RecordType>,
    /// Which side has them.
    pub side: Option<Side>,
}

impl SqliteStore {
    /// Records that are left alone, the latest first.
    pub fn list_left_alone(
        &self,
        connection: &ConnectionId,
        filter: &LeftAloneFilter,
        page: PageRequest,
    ) -> Result<Page<LeftAlone>, PersistenceError> {
        self.read("listing records that are left alone", |tx| {
            let mut query = Query::new(&format!("{SELECT} WHERE connection = ?"), connection.as_str())?;
            query.and_some(
                "record_type = ?",
                filter.record_type.as_ref().map(RecordType::as_str),
            )?;
            query.and_some("side = ?", filter.side.map(Side::as_str))?;
            query.page(tx, page, from_row)
        })
    }

    /// One record that is left alone, by its number.
    pub fn left_alone_record(&self, id: i64) -> Result<LeftAlone, PersistenceError> {
        let found = self.read("reading a record that is left alone", |tx| by_number(tx, id))?;
        found.ok_or_else(|| missing(id))
    }

    /// Leaves a record alone, whatever its number says, and answers it with its number. One that is left alone already
    /// stays as it is. Refused if the record is linked.
    pub fn leave_alone(&self, record: &LeftAlone) -> Result<LeftAlone, PersistenceError> {
        self.write("leaving a record alone", |tx| {
            let (connection, record_type) = (&record.connection, &record.record_type);
            if let Some(link) = links::taken(tx, connection, record_type, record.side, &record.record_id)? {
                return Ok(Err(PersistenceError::AlreadyLinked {
                    side: record.side.as_str(),
                    id: record.record_id.clone(),
                    link,
                }));
            }
            tx.prepare_cached(
                "INSERT INTO left_alone (connection, record_type, side, record_id, label, asked_by, at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection, record_type, side, record_id) DO NOTHING",
            )?
            .execute(params![
                connection.as_str(),
                record_type.as_str(),
                record.side.as_str(),
                record.record_id,
                record.label,
                record.by,
                Micros(record.at),
            ])?;
            let stored = format!("{SELECT} WHERE connection = ? AND record_type = ? AND side = ? AND record_id = ?");
            tx.prepare_cached(&stored)?
                .query_row(
                    [connection.as_str(), record_type.as_str(), record.side.as_str(), &record.record_id],
                    from_row,
                )
                .map(Ok)
        })?
    }

    /// Ends that a record is left alone, and answers what was asked. Runs have passed it by, so it waits for the next one
    /// that reads its side.
    pub fn take_up_again(&self, id: i64, now: Timestamp) -> Result<LeftAlone, PersistenceError> {
        let taken = self.write("taking a record up again", |tx| {
            let Some(record) = by_number(tx, id)? else {
                return Ok(None);
            };
            tx.prepare_cached("DELETE FROM left_alone WHERE id = ?")?
                .execute([id])?;
            waiting::wait_for_a_run(tx, &record, now)?;
            Ok(Some(record))
        })?;
        taken.ok_or_else(|| missing(id))
    }

    pub(super) fn left_alone_of(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<LeftAlone>, PersistenceError> {
        self.read("reading which records are left alone", |tx| {
            let head = format!("{SELECT} WHERE record_id IN (SELECT value FROM json_each(?))");
            let mut query = Query::new(&head, Json(ids))?;
            query.and("connection = ?", connection.as_str())?;
            query.and("record_type = ?", record_type.as_str())?;
            query.and("side = ?", side.as_str())?;
            query.all(tx, from_row)
        })
    }
}

/// Ends that a record is left alone because somebody linked it.
pub(super) fn end(
    connection: &Connection,
    of: &ConnectionId,
    record_type: &RecordType,
    side: Side,
    record_id: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM left_alone WHERE connection = ? AND record_type = ? AND side = ? AND record_id = ?",
        )?
        .execute([of.as_str(), record_type.as_str(), side.as_str(), record_id])?;
    Ok(())
}

fn by_number(connection: &Connection, id: i64) -> rusqlite::Result<Option<LeftAlone>> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE id = ?"))?
        .query_row([id], from_row)
        .optional()
}

fn missing(id: i64) -> PersistenceError {
    PersistenceError::NotFound {
        what: "left-alone record",
        id,
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<LeftAlone> {
    Ok(LeftAlone {
        id: row.get("id")?,
        connection: row.get::<_, String>("connection")?.into(),
        record_type: row.get::<_, String>("record_type")?.into(),
        side: row.get::<_, Word<_>>("side")?.0,
        record_id: row.get("record_id")?,
        label: row.get("label")?,
        by: row.get("asked_by")?,
        at: row.get::<_, Micros>("at")?.0,
    })
}
