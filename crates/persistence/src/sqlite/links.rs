use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_core::{ConnectionId, Link, LinkDraft, RecordType, Side};

use super::SqliteStore;
use super::column::Json;
use super::query::Query;
use crate::{Page, PageRequest, PersistenceError};

const SELECT: &str = "SELECT id, connection, record_type, shopify_id, odoo_id, parent, label, mapping_version, base, \
    open FROM links";

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
        let column = match side {
            Side::Shopify => "shopify_id",
            Side::Odoo => "odoo_id",
        };
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
    connection
        .prepare_cached(
            "UPDATE links SET parent = coalesce(?, parent), label = ?, mapping_version = ?, base = ?, open = ? \
             WHERE id = ?",
        )?
        .execute(params![parent, draft.label, stamp.mapping_version, Json(&draft.base), draft.open, id])?;
    Ok(())
}

fn replace(
    connection: &Connection,
    stamp: &Stamp<'_>,
    draft: &LinkDraft,
    parent: Option<i64>,
) -> rusqlite::Result<i64> {
    for (column, id) in [("shopify_id", &draft.shopify_id), ("odoo_id", &draft.odoo_id)] {
        let sql = format!("DELETE FROM links WHERE connection = ? AND record_type = ? AND {column} = ?");
        connection.prepare_cached(&sql)?.execute([
            stamp.connection.as_str(),
            draft.record_type.as_str(),
            id,
        ])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO links (connection, record_type, shopify_id, odoo_id, parent, label, mapping_version, base, \
             open) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        ])?;
    Ok(connection.last_insert_rowid())
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
    })
}
