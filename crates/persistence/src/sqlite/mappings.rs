use std::collections::BTreeSet;

use mapping_transforms::Mapping;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_core::ports::StoredRules;
use sync_core::{ConnectionId, RecordType};

use super::SqliteStore;
use super::column::Word;
use super::query::Query;
use crate::PersistenceError;

const SELECT: &str = "SELECT id, record_type, shopify_field, odoo_field, transform, enabled, position, note, on_missing \
    FROM mappings WHERE connection = ?";

impl SqliteStore {
    /// The rules of a record type, or of all of them by its name, in the order in which they are applied.
    pub fn list_mappings(
        &self,
        connection: &ConnectionId,
        record_type: Option<&RecordType>,
    ) -> Result<Vec<Mapping>, PersistenceError> {
        self.read("listing mappings", |tx| list(tx, connection, record_type))
    }

    /// One rule.
    pub fn mapping(&self, connection: &ConnectionId, id: i64) -> Result<Mapping, PersistenceError> {
        self.read("reading a mapping", |tx| find(tx, connection, id))?
            .ok_or(unknown(id))
    }

    /// Stores a new rule and answers its number; the rule's own `id` does not matter. Whether the rule makes sense is
    /// not looked at here.
    pub fn insert_mapping(
        &self,
        connection: &ConnectionId,
        mapping: &Mapping,
    ) -> Result<i64, PersistenceError> {
        self.write("storing a mapping", |tx| {
            bump(tx, connection, &mapping.record_type)?;
            insert(tx, connection, mapping)
        })
    }

    /// Replaces the rule with the same number.
    pub fn replace_mapping(
        &self,
        connection: &ConnectionId,
        mapping: &Mapping,
    ) -> Result<(), PersistenceError> {
        let replaced = self.write("replacing a mapping", |tx| {
            let Some(before) = find(tx, connection, mapping.id)? else {
                return Ok(None);
            };
            if before != *mapping {
                update(tx, mapping)?;
                bump(tx, connection, &mapping.record_type)?;
                if before.record_type != mapping.record_type {
                    bump(tx, connection, &before.record_type)?;
                }
            }
            Ok(Some(()))
        })?;
        replaced.ok_or(unknown(mapping.id))
    }

    /// Switches a rule on or off, and answers the rule.
    pub fn enable_mapping(
        &self,
        connection: &ConnectionId,
        id: i64,
        enabled: bool,
    ) -> Result<Mapping, PersistenceError> {
        let mapping = self.write("switching a mapping", |tx| {
            let Some(mut mapping) = find(tx, connection, id)? else {
                return Ok(None);
            };
            if mapping.enabled != enabled {
                mapping.enabled = enabled;
                update(tx, &mapping)?;
                bump(tx, connection, &mapping.record_type)?;
            }
            Ok(Some(mapping))
        })?;
        mapping.ok_or(unknown(id))
    }

    /// Deletes a rule, and answers what it was.
    pub fn delete_mapping(&self, connection: &ConnectionId, id: i64) -> Result<Mapping, PersistenceError> {
        let mapping = self.write("deleting a mapping", |tx| {
            let Some(mapping) = find(tx, connection, id)? else {
                return Ok(None);
            };
            tx.prepare_cached("DELETE FROM mappings WHERE id = ?")?
                .execute([id])?;
            bump(tx, connection, &mapping.record_type)?;
            Ok(Some(mapping))
        })?;
        mapping.ok_or(unknown(id))
    }

    /// Stores these rules for the record types that never had any, and answers how many it stored. A record type
    /// whose rules somebody deleted stays without.
    pub fn seed_mappings_if_empty(
        &self,
        connection: &ConnectionId,
        mappings: &[Mapping],
    ) -> Result<usize, PersistenceError> {
        self.write("storing the default mappings", |tx| {
            let mut seeded = Vec::new();
            for mapping in mappings {
                if version(tx, connection, &mapping.record_type.as_str().into())? == 0 {
                    seeded.push(mapping);
                }
            }
            for mapping in &seeded {
                insert(tx, connection, mapping)?;
                bump(tx, connection, &mapping.record_type)?;
            }
            Ok(seeded.len())
        })
    }

    /// Stores these rules, all or none, and answers how many others it deleted before: those of the record types in
    /// `replaced`. The rules' own ids do not matter, and whether they make sense is not looked at here.
    pub fn import_mappings(
        &self,
        connection: &ConnectionId,
        replaced: &[RecordType],
        mappings: &[Mapping],
    ) -> Result<usize, PersistenceError> {
        self.write("importing mappings", |tx| {
            let mut deleted = 0;
            for record_type in replaced {
                deleted += tx
                    .prepare_cached("DELETE FROM mappings WHERE connection = ? AND record_type = ?")?
                    .execute([connection.as_str(), record_type.as_str()])?;
            }
            for mapping in mappings {
                insert(tx, connection, mapping)?;
            }
            let touched: BTreeSet<&str> = replaced
                .iter()
                .map(RecordType::as_str)
                .chain(mappings.iter().map(|mapping| mapping.record_type.as_str()))
                .collect();
            for record_type in touched {
                bump(tx, connection, record_type)?;
            }
            Ok(deleted)
        })
    }

    pub(super) fn rules_of(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
    ) -> Result<StoredRules, PersistenceError> {
        self.read("reading the mappings", |tx| {
            Ok(StoredRules {
                version: version(tx, connection, record_type)?,
                mappings: list(tx, connection, Some(record_type))?,
            })
        })
    }
}

/// The version of a record type's rules; 0 if it never had any.
pub(super) fn version(
    connection: &Connection,
    of: &ConnectionId,
    record_type: &RecordType,
) -> rusqlite::Result<i64> {
    let version = connection
        .prepare_cached("SELECT version FROM mapping_versions WHERE connection = ? AND record_type = ?")?
        .query_row([of.as_str(), record_type.as_str()], |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0))
}

fn bump(connection: &Connection, of: &ConnectionId, record_type: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO mapping_versions (connection, record_type, version) VALUES (?, ?, 1) \
             ON CONFLICT (connection, record_type) DO UPDATE SET version = version + 1",
        )?
        .execute([of.as_str(), record_type])?;
    Ok(())
}

fn list(
    connection: &Connection,
    of: &ConnectionId,
    record_type: Option<&RecordType>,
) -> rusqlite::Result<Vec<Mapping>> {
    let mut query = Query::new(SELECT, of.as_str())?;
    query.and_some("record_type = ?", record_type.map(RecordType::as_str))?;
    query.end(" ORDER BY record_type, position, id");
    query.all(connection, from_row)
}

fn find(connection: &Connection, of: &ConnectionId, id: i64) -> rusqlite::Result<Option<Mapping>> {
    let sql = format!("{SELECT} AND id = ?");
    connection
        .prepare_cached(&sql)?
        .query_row(params![of.as_str(), id], from_row)
        .optional()
}

fn insert(connection: &Connection, of: &ConnectionId, mapping: &Mapping) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO mappings (connection, record_type, shopify_field, odoo_field, transform, enabled, position, \
             note, on_missing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            of.as_str(),
            mapping.record_type,
            mapping.shopify_field.to_string(),
            mapping.odoo_field.to_string(),
            mapping.transform,
            mapping.enabled,
            mapping.position,
            mapping.note,
            Word(mapping.on_missing),
        ])?;
    Ok(connection.last_insert_rowid())
}

fn update(connection: &Connection, mapping: &Mapping) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE mappings SET record_type = ?, shopify_field = ?, odoo_field = ?, transform = ?, enabled = ?, \
             position = ?, note = ?, on_missing = ? WHERE id = ?",
        )?
        .execute(params![
            mapping.record_type,
            mapping.shopify_field.to_string(),
            mapping.odoo_field.to_string(),
            mapping.transform,
            mapping.enabled,
            mapping.position,
            mapping.note,
            Word(mapping.on_missing),
            mapping.id,
        ])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Mapping> {
    Ok(Mapping {
        id: row.get("id")?,
        record_type: row.get("record_type")?,
        shopify_field: row.get::<_, Word<_>>("shopify_field")?.0,
        odoo_field: row.get::<_, Word<_>>("odoo_field")?.0,
        transform: row.get("transform")?,
        enabled: row.get("enabled")?,
        position: row.get("position")?,
        note: row.get("note")?,
        on_missing: row.get::<_, Word<_>>("on_missing")?.0,
    })
}

fn unknown(id: i64) -> PersistenceError {
    PersistenceError::NotFound { what: "mapping", id }
}
