use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};
use rust_decimal::Decimal;
use sync_core::{ConnectionId, Moved, MovedQuantity};

use super::SqliteStore;
use super::column::{Json, Word};
use crate::PersistenceError;

impl SqliteStore {
    pub(super) fn moved_in_all(
        &self,
        connection: &ConnectionId,
        keys: &[String],
    ) -> Result<BTreeMap<String, MovedQuantity>, PersistenceError> {
        self.read("reading what moved out of stock", |tx| {
            let mut statement = tx.prepare_cached(
                "SELECT key, shopify, odoo FROM stock_moved \
                 WHERE connection = ? AND key IN (SELECT value FROM json_each(?))",
            )?;
            let rows = statement.query_map(params![connection.as_str(), Json(keys)], |row| {
                let quantity = MovedQuantity {
                    shopify: row.get::<_, Word<Decimal>>(1)?.0,
                    odoo: row.get::<_, Word<Decimal>>(2)?.0,
                };
                Ok((row.get(0)?, quantity))
            })?;
            rows.collect()
        })
    }
}

/// Brings the totals from what a link said before to what it says now.
pub(super) fn change(
    connection: &Connection,
    of: &ConnectionId,
    before: &Moved,
    now: &Moved,
) -> rusqlite::Result<()> {
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for key in keys {
        let was = before.get(key).copied().unwrap_or_default();
        let is = now.get(key).copied().unwrap_or_default();
        if was == is {
            continue;
        }
        let total: Option<MovedQuantity> = connection
            .prepare_cached("SELECT shopify, odoo FROM stock_moved WHERE connection = ? AND key = ?")?
            .query_row([of.as_str(), key], |row| {
                Ok(MovedQuantity {
                    shopify: row.get::<_, Word<Decimal>>(0)?.0,
                    odoo: row.get::<_, Word<Decimal>>(1)?.0,
                })
            })
            .optional()?;
        let total = total.unwrap_or_default();
        let add = |total: Decimal, was: Decimal, is: Decimal| total.saturating_add(is).saturating_sub(was);
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO stock_moved (connection, key, shopify, odoo) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![
                of.as_str(),
                key,
                add(total.shopify, was.shopify, is.shopify).to_string(),
                add(total.odoo, was.odoo, is.odoo).to_string(),
            ])?;
    }
    Ok(())
}
