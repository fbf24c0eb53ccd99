use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_core::ports::RecordKey;
use sync_core::{ConnectionId, Job, Link, LinkDraft, Moved, RecordType, Side};

use super::column::Json;
use super::query::Query;
use super::{SqliteStore, left_alone, stock_moved};
use crate::{Page, PageRequest, PersistenceError};

const SELECT: &str = "SELECT id, connection, record_type, shopify_id, odoo_id, parent, label, mapping_version, base, \
    open, moved, written FROM links";

/// Which links. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// What is linked.
    pub record_type: Option<RecordType>,
    /// Part of the label or of one of the ids, whatever its case.
    pub text: Option<String>,
}

impl SqliteStore {
    /// Links, newest first.
    pub fn list_links(
        &self,
        connection: &ConnectionId,
        filter: &LinkFilter,
        page: PageRequest,
    ) -> Result<Page<Link>, PersistenceError> {
        self.read("listing links", |tx| {
            let mut query = Query::new(&format!("{SELECT} WHERE connection = ?"), connection.as_str())?;
            query.and_some(
                "record_type = ?",
                filter.record_type.as_ref().map(RecordType::as_str),
            )?;
            query.and_found("found(?, label, shopify_id, odoo_id)", filter.text.as_deref())?;
            query.page(tx, page, from_row)
        })
    }

    pub(super) fn links_of(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<Link>, PersistenceError> {
        let column = column(side);
        // One parameter for all ids: the statement is prepared once, and their number has no limit.
        let head = format!("{SELECT} WHERE {column} IN (SELECT value FROM json_each(?))");
        self.read("reading links", |tx| {
            let mut query = Query::new(&head, Json(ids))?;
            query.and("connection = ?", connection.as_str())?;
            query.and("record_type = ?", record_type.as_str())?;
            query.all(tx, from_row)
        })
    }

    pub(super) fn children_of(&self, parents: &[i64]) -> Result<Vec<Link>, PersistenceError> {
        self.read("reading links of children", |tx| {
            let head = format!("{SELECT} WHERE parent IN (SELECT value FROM json_each(?))");
            let mut query = Query::new(&head, Json(parents))?;
            query.end(" ORDER BY id");
            query.all(tx, from_row)
        })
    }

    /// Links without a parent whose records the job has neither a line for nor made wait.
    pub(super) fn links_unseen(
        &self,
        job: &Job,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Link>, PersistenceError> {
        let side = job.direction.sides().first().copied().unwrap_or(Side::Shopify);
        let (own, other) = (column(side), column(side.other()));
        // A record that this run has made on the first side is known by its id on the other one.
        let sql = format!(
            "{SELECT} WHERE connection = ?1 AND record_type = ?2 AND parent IS NULL AND id > ?3 \
             AND NOT EXISTS (SELECT 1 FROM record_logs AS line WHERE line.connection = ?1 AND line.record_type = ?2 \
             AND line.source_id = links.{own} AND line.side = ?4 AND line.job_id = ?5) \
             AND NOT EXISTS (SELECT 1 FROM record_logs AS line WHERE line.connection = ?1 AND line.record_type = ?2 \
             AND line.source_id = links.{other} AND line.side <> ?4 AND line.job_id = ?5) \
             AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.connection = ?1 AND waiting.record_type = ?2 \
             AND waiting.side = ?4 AND waiting.source_id = links.{own} AND waiting.job_id = ?5) \
             ORDER BY id LIMIT ?6"
        );
        self.read("looking for links of missing records", |tx| {
            let which = params![
                job.connection.as_str(),
                job.record_type.as_str(),
                after,
                side.as_str(),
                job.id,
                limit
            ];
            tx.prepare_cached(&sql)?.query_map(which, from_row)?.collect()
        })
    }

    pub(super) fn link_count(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
    ) -> Result<u64, PersistenceError> {
        self.read("counting links", |tx| {
            tx.prepare_cached("SELECT count(*) FROM links WHERE connection = ? AND record_type = ?")?
                .query_row([connection.as_str(), record_type.as_str()], |row| row.get(0))
        })
    }

    /// One link.
    pub fn link(&self, id: i64) -> Result<Link, PersistenceError> {
        let found = self.read("reading a link", |tx| {
            tx.prepare_cached(&format!("{SELECT} WHERE id = ?"))?
                .query_row([id], from_row)
                .optional()
        })?;
        found.ok_or(PersistenceError::NotFound { what: "link", id })
    }

    /// Links two records by hand. Each of them must be nobody's counterpart yet; it is left alone no longer.
    pub fn link_by_hand(
        &self,
        connection: &ConnectionId,
        draft: &LinkDraft,
    ) -> Result<Link, PersistenceError> {
        let id = self.write("linking records", |tx| {
            let both = [(Side::Shopify, &draft.shopify_id), (Side::Odoo, &draft.odoo_id)];
            for (side, id) in both {
                if let Some(link) = taken(tx, connection, &draft.record_type, side, id)? {
                    return Ok(Err(PersistenceError::AlreadyLinked {
                        side: side.as_str(),
                        id: id.clone(),
                        link,
                    }));
                }
            }
            for (side, id) in both {
                left_alone::end(tx, connection, &draft.record_type, side, id)?;
            }
            let stamp = Stamp {
                connection,
                mapping_version: 0,
            };
            store(tx, &stamp, draft, None).map(Ok)
        })??;
        self.link(id)
    }

    /// Forgets that two records belong together, with their children, and answers what the link was.
    pub fn unlink(&self, id: i64) -> Result<Link, PersistenceError> {
        let link = self.link(id)?;
        self.write("unlinking records", |tx| remove(tx, &link.connection, id))?;
        Ok(link)
    }

    pub(super) fn links_still_open(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Link>, PersistenceError> {
        self.read("reading open links", |tx| {
            let sql = format!(
                "{SELECT} WHERE connection = ? AND record_type = ? AND open = 1 AND id > ? ORDER BY id LIMIT ?"
            );
            tx.prepare_cached(&sql)?
                .query_map(params![connection.as_str(), record_type.as_str(), after, limit], from_row)?
                .collect()
        })
    }
}

fn column(side: Side) -> &'static str {
    match side {
        Side::Shopify => "shopify_id",
        Side::Odoo => "odoo_id",
    }
}

/// The link of a record, by its id on a side.
pub(super) fn taken(
    connection: &Connection,
    of: &ConnectionId,
    record_type: &RecordType,
    side: Side,
    id: &str,
) -> rusqlite::Result<Option<i64>> {
    let sql = format!(
        "SELECT id FROM links WHERE connection = ? AND record_type = ? AND {} = ?",
        column(side)
    );
    connection
        .prepare_cached(&sql)?
        .query_row([of.as_str(), record_type.as_str(), id], |row| row.get(0))
        .optional()
}

/// What links of a batch have in common.
pub(super) struct Stamp<'a> {
    pub(super) connection: &'a ConnectionId,
    pub(super) mapping_version: i64,
}

/// Stores a link and the links of its children, and answers its id.
///
/// A link of one of the two ids to something else is replaced with all its children. Without `parent`, a link that
/// has one keeps it.
pub(super) fn store(
    connection: &Connection,
    stamp: &Stamp<'_>,
    draft: &LinkDraft,
    parent: Option<i64>,
) -> rusqlite::Result<i64> {
    let id = match same(connection, stamp, draft)? {
        Some(id) => {
            update(connection, stamp, draft, parent, id)?;
            id
        }
        None => replace(connection, stamp, draft, parent)?,
    };
    let mut kept = Vec::with_capacity(draft.children.len());
    for child in &draft.children {
        kept.push(store(connection, stamp, child, Some(id))?);
    }
    connection
        .prepare_cached("DELETE FROM links WHERE parent = ? AND id NOT IN (SELECT value FROM json_each(?))")?
        .execute(params![id, Json(kept)])?;
    Ok(id)
}

/// The link of just these two records.
fn same(connection: &Connection, stamp: &Stamp<'_>, draft: &LinkDraft) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT id FROM links WHERE connection = ? AND record_type = ? AND shopify_id = ? AND odoo_id = ?",
        )?
        .query_row(
            [stamp.connection.as_str(), draft.record_type.as_str(), &draft.shopify_id, &draft.odoo_id],
            |row| row.get(0),
        )
        .optional()
}

fn update(
    connection: &Connection,
    stamp: &Stamp<'_>,
    draft: &LinkDraft,
    parent: Option<i64>,
    id: i64,
) -> rusqlite::Result<()> {
    let before = moved_of(connection, "id = ?", [id])?;
    stock_moved::change(connection, stamp.connection, &before, &draft.moved)?;
    connection
        .prepare_cached(
            "UPDATE links SET parent = coalesce(?, parent), label = ?, mapping_version = ?, base = ?, open = ?, \
             moved = ?, written = ? WHERE id = ?",
        )?
        .execute(params![
            parent,
            draft.label,
            stamp.mapping_version,
            Json(&draft.base),
            draft.open,
            Json(&draft.moved),
            Json(&draft.written),
            id
        ])?;
    Ok(())
}

fn replace(
    connection: &Connection,
    stamp: &Stamp<'_>,
    draft: &LinkDraft,
    parent: Option<i64>,
) -> rusqlite::Result<i64> {
    for (column, id) in [("shopify_id", &draft.shopify_id), ("odoo_id", &draft.odoo_id)] {
        let condition = format!("connection = ? AND record_type = ? AND {column} = ?");
        let which = [stamp.connection.as_str(), draft.record_type.as_str(), id];
        let before = moved_of(connection, &condition, which)?;
        stock_moved::change(connection, stamp.connection, &before, &Moved::new())?;
        connection
            .prepare_cached(&format!("DELETE FROM links WHERE {condition}"))?
            .execute(which)?;
    }
    stock_moved::change(connection, stamp.connection, &Moved::new(), &draft.moved)?;
    connection
        .prepare_cached(
            "INSERT INTO links (connection, record_type, shopify_id, odoo_id, parent, label, mapping_version, base, \
             open, moved, written) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            stamp.connection.as_str(),
            draft.record_type.as_str(),
            draft.shopify_id,
            draft.odoo_id,
            parent,
            draft.label,
            stamp.mapping_version,
            Json(&draft.base),
            draft.open,
            Json(&draft.moved),
            Json(&draft.written),
        ])?;
    Ok(connection.last_insert_rowid())
}

/// What the link moved out of stock that a condition finds.
fn moved_of(
    connection: &Connection,
    condition: &str,
    which: impl rusqlite::Params,
) -> rusqlite::Result<Moved> {
    let found: Option<Json<Moved>> = connection
        .prepare_cached(&format!("SELECT moved FROM links WHERE {condition}"))?
        .query_row(which, |row| row.get(0))
        .optional()?;
    Ok(found.map(|moved| moved.0).unwrap_or_default())
}

/// Takes a link away, with its children and the conflicts of its record that are not over.
pub(super) fn remove(connection: &Connection, of: &ConnectionId, id: i64) -> rusqlite::Result<()> {
    let before = moved_of(connection, "id = ?", [id])?;
    stock_moved::change(connection, of, &before, &Moved::new())?;
    connection
        .prepare_cached(
            "DELETE FROM conflicts WHERE status <> 'resolved' AND (connection, record_type, shopify_id) IN \
             (SELECT connection, record_type, shopify_id FROM links WHERE id = ?)",
        )?
        .execute([id])?;
    connection
        .prepare_cached("DELETE FROM links WHERE id = ?")?
        .execute([id])?;
    Ok(())
}

/// Ids and label of a record's link.
pub(super) fn of_record(
    connection: &Connection,
    job: &Job,
    key: &RecordKey,
) -> rusqlite::Result<Option<(String, String, String)>> {
    let column = column(key.side);
    connection
        .prepare_cached(&format!(
            "SELECT shopify_id, odoo_id, label FROM links WHERE connection = ? AND record_type = ? AND {column} = ?"
        ))?
        .query_row([job.connection.as_str(), job.record_type.as_str(), &key.id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        id: row.get("id")?,
        connection: row.get::<_, String>("connection")?.into(),
        record_type: row.get::<_, String>("record_type")?.into(),
        shopify_id: row.get("shopify_id")?,
        odoo_id: row.get("odoo_id")?,
        parent: row.get("parent")?,
        label: row.get("label")?,
        mapping_version: row.get("mapping_version")?,
        base: row.get::<_, Json<_>>("base")?.0,
        open: row.get("open")?,
        moved: row.get::<_, Json<_>>("moved")?.0,
        written: row.get::<_, Json<_>>("written")?.0,
    })
}
