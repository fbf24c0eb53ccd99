//! Warehouses: the counterparts of the shop's locations.

use std::collections::BTreeMap;

use serde_json::json;
use sync_core::{Cursor, Page, Record};

use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{id, many2one, text};

const FIELDS: [&str; 3] = ["name", "code", "lot_stock_id"];

/// All warehouses by id.
pub(crate) async fn page(
    session: &Session,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, CallError> {
    // Odoo takes a limit of 0 for none.
    let limit = limit.max(1);
    let domain = json!([["id", ">", crate::cursor::after(cursor)?]]);
    let options = Options {
        limit: Some(limit),
        ..Options::default()
    };
    let rows = session
        .client
        .search_read("stock.warehouse", domain, &FIELDS, options)
        .await?;
    let next = (rows.len() == limit)
        .then(|| rows.last().map(id))
        .flatten()
        .map(crate::cursor::at);
    Ok(Page {
        records: rows.iter().map(record).collect(),
        next,
        mark: None,
        total: None,
    })
}

/// The warehouses with these ids, in their order.
pub(crate) async fn fetch(session: &Session, wanted: &[String]) -> Result<Vec<Record>, CallError> {
    let ids = crate::cursor::database_ids(wanted);
    let rows = session.client.read("stock.warehouse", &ids, &FIELDS).await?;
    let mut found: BTreeMap<i64, Record> = rows.iter().map(|row| (id(row), record(row))).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn record(row: &serde_json::Value) -> Record {
    let body = json!({"id": id(row), "name": text(&row["name"]), "code": text(&row["code"])});
    Record::new(id(row).to_string(), text(&row["name"]), body)
}

/// Where goods lie: the internal locations of each warehouse, and the one where its counts are put right.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Location and its warehouse.
    warehouse_of: BTreeMap<i64, i64>,
    /// Warehouse and its stock location.
    stock_of: BTreeMap<i64, i64>,
}

impl Places {
    pub(crate) async fn read(session: &Session) -> Result<Self, CallError> {
        let client = &session.client;
        let domain = json!([["usage", "=", "internal"]]);
        let locations = client
            .search_read("stock.location", domain, &["warehouse_id"], Options::default())
            .await?;
        let warehouses = client
            .search_read("stock.warehouse", json!([]), &FIELDS, Options::default())
            .await?;
        let warehouse_of = locations
            .iter()
            .filter_map(|row| Some((id(row), many2one(&row["warehouse_id"])?)));
        let stock_of = warehouses
            .iter()
            .filter_map(|row| Some((id(row), many2one(&row["lot_stock_id"])?)));
        Ok(Self {
            warehouse_of: warehouse_of.collect(),
            stock_of: stock_of.collect(),
        })
    }

    pub(crate) fn warehouse_of(&self, location: i64) -> Option<i64> {
        self.warehouse_of.get(&location).copied()
    }

    pub(crate) fn stock_of(&self, warehouse: i64) -> Option<i64> {
        self.stock_of.get(&warehouse).copied()
    }

    pub(crate) fn warehouses(&self) -> impl Iterator<Item = i64> {
        self.stock_of.keys().copied()
    }
}
