use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use sync_core::{
    Conflict, ConflictDraft, ConflictKind, ConflictStatus, ConnectionId, Job, Pair, RecordLog, RecordType,
    Resolution, Side, Winner,
};

use super::SqliteStore;
use super::column::{Json, Micros, Word};
use super::query::Query;
use crate::{Page, PageRequest, PersistenceError};

const SELECT: &str = "SELECT id, connection, record_type, shopify_id, odoo_id, label, status, kind, rule, shopify_field, \
    odoo_field, element_type, element_shopify_id, element_odoo_id, base, shopify, odoo, shopify_at, odoo_at, strategy, \
    winner, found_at, job_id, decided_by, decided_at FROM conflicts";

/// Which conflicts. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictFilter {
    /// How far they are.
    pub status: Option<ConflictStatus>,
    /// What the records are.
    pub record_type: Option<RecordType>,
    /// The rule: its two fields, as a conflict shows it.
    pub rule: Option<String>,
    /// A record, by its id in the left system.
    pub shopify_id: Option<String>,
    /// Part of the label, of an id or of a field, whatever its case.
    pub text: Option<String>,
}

/// Conflicts that something is to be done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictSelection {
    /// These.
    Ids(Vec<i64>),
    /// All that match.
    Matching(ConflictFilter),
}

impl SqliteStore {
    /// Conflicts, newest first.
    pub fn list_conflicts(
        &self,
        connection: &ConnectionId,
        filter: &ConflictFilter,
        page: PageRequest,
    ) -> Result<Page<Conflict>, PersistenceError> {
        self.read("listing conflicts", |tx| {
            filter
                .query(connection, &format!("{SELECT} WHERE connection = ?"))?
                .page(tx, page, from_row)
        })
    }

    /// How many conflicts match.
    pub fn count_conflicts(
        &self,
        connection: &ConnectionId,
        filter: &ConflictFilter,
    ) -> Result<u64, PersistenceError> {
        self.read("counting conflicts", |tx| {
            filter
                .query(connection, "SELECT count(*) FROM conflicts WHERE connection = ?")?
                .number(tx)
        })
    }

    /// One conflict.
    pub fn conflict(&self, id: i64) -> Result<Conflict, PersistenceError> {
        let found = self.read("reading a conflict", |tx| {
            tx.prepare_cached(&format!("{SELECT} WHERE id = ?"))?
                .query_row([id], from_row)
                .optional()
        })?;
        found.ok_or(PersistenceError::NotFound { what: "conflict", id })
    }

    /// Notes what somebody decided about conflicts that are open, or decided and not carried out yet, and answers
    /// them. The next run of each record carries it out. Nothing is decided if there are not as many as `expected`.
    pub fn decide(
        &self,
        connection: &ConnectionId,
        selection: &ConflictSelection,
        winner: &Winner,
        by: &str,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<Vec<Conflict>, PersistenceError> {
        self.write("deciding conflicts", |tx| {
            let mut chosen = Query::new(
                "SELECT id FROM conflicts WHERE connection = ? AND status <> 'resolved'",
                connection.as_str(),
            )?;
            match selection {
                ConflictSelection::Ids(ids) => chosen.and("id IN (SELECT value FROM json_each(?))", Json(ids))?,
                ConflictSelection::Matching(filter) => filter.narrow(&mut chosen)?,
            }
            let ids: Vec<i64> = chosen.all(tx, |row| row.get(0))?;
            let found = ids.len() as u64;
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                return Ok(Err(PersistenceError::CountChanged { expected, found }));
            }
            let mut decided = Vec::with_capacity(ids.len());
            for id in ids {
                tx.prepare_cached(
                    "UPDATE conflicts SET status = 'decided', winner = ?, decided_by = ?, decided_at = ? WHERE id = ?",
                )?
                .execute(params![Json(winner), by, Micros(now), id])?;
                decided.push(
                    tx.prepare_cached(&format!("{SELECT} WHERE id = ?"))?
                        .query_row([id], from_row)?,
                );
            }
            Ok(Ok(decided))
        })?
    }

    /// Opens a conflict that is over once more, decided for what lost in it: the next run brings that back.
    pub fn restore(&self, id: i64, by: &str, now: Timestamp) -> Result<Conflict, PersistenceError> {
        let conflict = self.conflict(id)?;
        let back = match conflict.found.winner {
            Some(Winner::Shopify) => Winner::Value {
                shopify: None,
                odoo: Some(conflict.found.odoo.clone()),
            },
            Some(Winner::Odoo) => Winner::Value {
                shopify: Some(conflict.found.shopify.clone()),
                odoo: None,
            },
            Some(Winner::Value { .. } | Winner::Agreed) | None => {
                return Err(PersistenceError::NothingToRestore { id });
            }
        };
        if conflict.status != ConflictStatus::Resolved || conflict.found.kind != ConflictKind::Field {
            return Err(PersistenceError::NothingToRestore { id });
        }
        let made = self.write("restoring what lost a conflict", |tx| {
            let found = ConflictDraft {
                winner: None,
                ..conflict.found.clone()
            };
            let row = NewRow {
                connection: &conflict.connection,
                record_type: &conflict.record_type,
                shopify_id: &conflict.shopify_id,
                odoo_id: &conflict.odoo_id,
                label: &conflict.label,
                job_id: conflict.job_id,
            };
            over(tx, &row, &found, None)?;
            insert(tx, &row, &found, ConflictStatus::Decided, now)?;
            let made = tx.last_insert_rowid();
            tx.prepare_cached(
                "UPDATE conflicts SET winner = ?, decided_by = ?, decided_at = ? WHERE id = ?",
            )?
            .execute(params![Json(&back), by, Micros(now), made])?;
            Ok(made)
        })?;
        self.conflict(made)
    }

    pub(super) fn resolutions_of(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        shopify_ids: &[String],
    ) -> Result<Vec<(String, Resolution)>, PersistenceError> {
        self.read("reading what was decided", |tx| {
            let mut query = Query::new(&format!("{SELECT} WHERE connection = ?"), connection.as_str())?;
            query.and("record_type = ?", record_type.as_str())?;
            query.and(
                "shopify_id IN (SELECT value FROM json_each(?))",
                Json(shopify_ids),
            )?;
            query.fixed("status <> 'resolved'");
            let found = query.all(tx, from_row)?;
            Ok(found
                .into_iter()
                .map(|conflict| (conflict.shopify_id.clone(), resolution(conflict)))
                .collect())
        })
    }
}

fn resolution(conflict: Conflict) -> Resolution {
    Resolution {
        conflict: conflict.id,
        kind: conflict.found.kind,
        rule: conflict.found.rule,
        element: conflict
            .found
            .element
            .map(|pair| (pair.record_type, pair.shopify_id)),
        winner: conflict.found.winner,
    }
}

impl ConflictFilter {
    fn query(&self, connection: &ConnectionId, head: &str) -> rusqlite::Result<Query> {
        let mut query = Query::new(head, connection.as_str())?;
        self.narrow(&mut query)?;
        Ok(query)
    }

    fn narrow(&self, query: &mut Query) -> rusqlite::Result<()> {
        query.and_some("status = ?", self.status.map(ConflictStatus::as_str))?;
        query.and_some(
            "record_type = ?",
            self.record_type.as_ref().map(RecordType::as_str),
        )?;
        query.and_some("rule = ?", self.rule.as_deref())?;
        query.and_some("shopify_id = ?", self.shopify_id.as_deref())?;
        query.and_found("found(?, label, shopify_id, odoo_id, rule)", self.text.as_deref())
    }
}

/// What the rows of a record's conflicts have in common.
struct NewRow<'a> {
    connection: &'a ConnectionId,
    record_type: &'a RecordType,
    shopify_id: &'a str,
    odoo_id: &'a str,
    label: &'a str,
    job_id: i64,
}

/// Stores the conflicts of a record: settled ones as a trace, open ones once. Those that were open before and are not
/// among them are over.
pub(super) fn store(
    connection: &Connection,
    job: &Job,
    log: &RecordLog,
    found: &[ConflictDraft],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let none = String::new();
    let other = log.target_id.as_ref().unwrap_or(&none);
    let (shopify_id, odoo_id) = match log.side {
        Side::Shopify => (&log.source_id, other),
        Side::Odoo => (other, &log.source_id),
    };
    let row = NewRow {
        connection: &job.connection,
        record_type: &job.record_type,
        shopify_id,
        odoo_id,
        label: &log.label,
        job_id: job.id,
    };
    let mut open: Vec<i64> = unresolved(connection, &row)?;
    for draft in found {
        let known = same(connection, &row, draft)?;
        open.retain(|id| Some(*id) != known);
        match (&draft.winner, known) {
            (None, Some(id)) => refresh(connection, &row, draft, id)?,
            (None, None) => insert(connection, &row, draft, ConflictStatus::Open, now)?,
            (Some(winner), Some(_)) => over(connection, &row, draft, Some((winner, now)))?,
            (Some(_), None) => insert(connection, &row, draft, ConflictStatus::Resolved, now)?,
        }
    }
    for id in open {
        end(connection, id, &Winner::Agreed, now)?;
    }
    Ok(())
}

/// Stores settled conflicts of a linked record as a trace, each once; the others of the record stay as they are.
pub(super) fn keep(
    connection: &Connection,
    job: &Job,
    (shopify_id, odoo_id, label): (&str, &str, &str),
    settled: &[ConflictDraft],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let row = NewRow {
        connection: &job.connection,
        record_type: &job.record_type,
        shopify_id,
        odoo_id,
        label,
        job_id: job.id,
    };
    for draft in settled {
        match (&draft.winner, same(connection, &row, draft)?) {
            (Some(winner), Some(_)) => over(connection, &row, draft, Some((winner, now)))?,
            (Some(_), None) if is_kept(connection, &row, draft)? => {}
            (Some(_), None) => insert(connection, &row, draft, ConflictStatus::Resolved, now)?,
            (None, _) => {}
        }
    }
    Ok(())
}

/// Whether an earlier attempt has kept what lost.
fn is_kept(connection: &Connection, row: &NewRow<'_>, draft: &ConflictDraft) -> rusqlite::Result<bool> {
    let (kind, element_id, _) = element(draft);
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM conflicts WHERE connection = ? AND record_type = ? AND shopify_id = ? \
             AND rule = ? AND element_type = ? AND element_shopify_id = ? AND shopify = ? AND odoo = ? \
             AND status = 'resolved')",
        )?
        .query_row(
            params![
                row.connection.as_str(),
                row.record_type.as_str(),
                row.shopify_id,
                draft.rule,
                kind,
                element_id,
                Json(&draft.shopify),
                Json(&draft.odoo),
            ],
            |row| row.get(0),
        )
}

fn unresolved(connection: &Connection, row: &NewRow<'_>) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached(
            "SELECT id FROM conflicts WHERE connection = ? AND record_type = ? AND shopify_id = ? \
             AND status <> 'resolved'",
        )?
        .query_map(
            [row.connection.as_str(), row.record_type.as_str(), row.shopify_id],
            |row| row.get(0),
        )?
        .collect()
}

/// The conflict about the same field that is not over.
fn same(connection: &Connection, row: &NewRow<'_>, draft: &ConflictDraft) -> rusqlite::Result<Option<i64>> {
    let (kind, shopify_id, _) = element(draft);
    connection
        .prepare_cached(
            "SELECT id FROM conflicts WHERE connection = ? AND record_type = ? AND shopify_id = ? AND kind = ? \
             AND rule = ? AND element_type = ? AND element_shopify_id = ? AND status <> 'resolved'",
        )?
        .query_row(
            [
                row.connection.as_str(),
                row.record_type.as_str(),
                row.shopify_id,
                draft.kind.as_str(),
                &draft.rule,
                kind,
                shopify_id,
            ],
            |row| row.get(0),
        )
        .optional()
}

fn element(draft: &ConflictDraft) -> (&str, &str, &str) {
    let pair = draft.element.as_ref();
    pair.map_or(("", "", ""), |pair| {
        (
            pair.record_type.as_str(),
            pair.shopify_id.as_str(),
            pair.odoo_id.as_str(),
        )
    })
}

/// Brings what both sides show up to date. A value that stays keeps its time: the record's own time also moves when
/// another field of it is written.
fn refresh(
    connection: &Connection,
    row: &NewRow<'_>,
    draft: &ConflictDraft,
    id: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE conflicts SET label = :label, strategy = :strategy, job_id = :job, \
             shopify_at = CASE WHEN shopify = :shopify THEN coalesce(shopify_at, :shopify_at) ELSE :shopify_at END, \
             odoo_at = CASE WHEN odoo = :odoo THEN coalesce(odoo_at, :odoo_at) ELSE :odoo_at END, \
             shopify = :shopify, odoo = :odoo WHERE id = :id",
        )?
        .execute(named_params! {
            ":label": row.label,
            ":shopify": Json(&draft.shopify),
            ":odoo": Json(&draft.odoo),
            ":shopify_at": draft.shopify_at.map(Micros),
            ":odoo_at": draft.odoo_at.map(Micros),
            ":strategy": draft.strategy,
            ":job": row.job_id,
            ":id": id,
        })?;
    Ok(())
}

/// Ends the conflict about this field, if there is one; without a winner it is taken away.
fn over(
    connection: &Connection,
    row: &NewRow<'_>,
    draft: &ConflictDraft,
    winner: Option<(&Winner, Timestamp)>,
) -> rusqlite::Result<()> {
    let Some(id) = same(connection, row, draft)? else {
        return Ok(());
    };
    match winner {
        Some((winner, now)) => {
            refresh(connection, row, draft, id)?;
            end(connection, id, winner, now)
        }
        None => connection
            .prepare_cached("DELETE FROM conflicts WHERE id = ?")?
            .execute([id])
            .map(drop),
    }
}

fn end(connection: &Connection, id: i64, winner: &Winner, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE conflicts SET status = 'resolved', winner = ?, decided_by = coalesce(decided_by, 'strategy'), \
             decided_at = coalesce(decided_at, ?) WHERE id = ?",
        )?
        .execute(params![Json(winner), Micros(now), id])?;
    Ok(())
}

fn insert(
    connection: &Connection,
    row: &NewRow<'_>,
    draft: &ConflictDraft,
    status: ConflictStatus,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (kind, shopify_id, odoo_id) = element(draft);
    let decided = draft.winner.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO conflicts (connection, record_type, shopify_id, odoo_id, label, status, kind, rule, \
             shopify_field, odoo_field, element_type, element_shopify_id, element_odoo_id, base, shopify, odoo, \
             shopify_at, odoo_at, strategy, winner, found_at, job_id, decided_by, decided_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row.connection.as_str(),
            row.record_type.as_str(),
            row.shopify_id,
            row.odoo_id,
            row.label,
            status.as_str(),
            draft.kind.as_str(),
            draft.rule,
            draft.shopify_field,
            draft.odoo_field,
            kind,
            shopify_id,
            odoo_id,
            Json(&draft.base),
            Json(&draft.shopify),
            Json(&draft.odoo),
            draft.shopify_at.map(Micros),
            draft.odoo_at.map(Micros),
            draft.strategy,
            decided.map(Json),
            Micros(now),
            row.job_id,
            decided.map(|_| "strategy"),
            decided.map(|_| Micros(now)),
        ])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Conflict> {
    let element_type: String = row.get("element_type")?;
    let element = if element_type.is_empty() {
        None
    } else {
        Some(Pair {
            record_type: element_type.into(),
            shopify_id: row.get("element_shopify_id")?,
            odoo_id: row.get("element_odoo_id")?,
        })
    };
    let at = |column: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Micros>>(column)?.map(|at| at.0));
    Ok(Conflict {
        id: row.get("id")?,
        connection: row.get::<_, String>("connection")?.into(),
        record_type: row.get::<_, String>("record_type")?.into(),
        shopify_id: row.get("shopify_id")?,
        odoo_id: row.get("odoo_id")?,
        label: row.get("label")?,
        status: row.get::<_, Word<_>>("status")?.0,
        found: ConflictDraft {
            kind: row.get::<_, Word<_>>("kind")?.0,
            rule: row.get("rule")?,
            shopify_field: row.get("shopify_field")?,
            odoo_field: row.get("odoo_field")?,
            element,
            base: row.get::<_, Json<_>>("base")?.0,
            shopify: row.get::<_, Json<_>>("shopify")?.0,
            odoo: row.get::<_, Json<_>>("odoo")?.0,
            shopify_at: at("shopify_at")?,
            odoo_at: at("odoo_at")?,
            strategy: row.get("strategy")?,
            winner: row.get::<_, Option<Json<_>>>("winner")?.map(|winner| winner.0),
        },
        found_at: row.get::<_, Micros>("found_at")?.0,
        job_id: row.get("job_id")?,
        decided_by: row.get("decided_by")?,
        decided_at: at("decided_at")?,
    })
}
