//! Finished deliveries of orders, with what is needed to follow a parcel.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{id, many2one, many2one_name, text};
use crate::walk::{shown_time, written_at};

const PICKING: &str = "stock.picking";

/// What delivery add-ons bring; a plain Odoo has neither.
const OF_ADD_ONS: [&str; 2] = ["carrier_tracking_ref", "carrier_id"];

/// By order.
#[derive(Debug, Default)]
pub(super) struct Deliveries(BTreeMap<i64, (Option<Timestamp>, Vec<Value>)>);

impl Deliveries {
    /// Reads what left the house for these orders. A delivery in several steps leaves with the last of them.
    pub(super) async fn read(session: &Session, orders: &[i64]) -> Result<Self, CallError> {
        let known = session.field_info(PICKING).await?;
        let mut fields = vec!["name", "sale_id", "date_done", "write_date"];
        fields.extend(OF_ADD_ONS.iter().filter(|field| known.contains_key(**field)));
        let domain = json!([
            ["sale_id", "in", orders],
            ["state", "=", "done"],
            ["picking_type_id.code", "=", "outgoing"]
        ]);
        let rows = session
            .client
            .search_read(PICKING, domain, &fields, Options::default())
            .await?;
        let mut deliveries = Self::default();
        for row in &rows {
            if let Some(order) = many2one(&row["sale_id"]) {
                let (changed_at, list) = deliveries.0.entry(order).or_default();
                *changed_at = written_at(row).max(*changed_at);
                list.push(shown(row));
            }
        }
        Ok(deliveries)
    }

    pub(super) fn of(&self, order: i64) -> Value {
        let list = self.0.get(&order).map(|(_, list)| list.clone());
        Value::Array(list.unwrap_or_default())
    }

    /// The numbers of all of them, in an order that does not depend on theirs. One delivery may have several.
    pub(super) fn numbers(&self, order: i64) -> BTreeSet<&str> {
        let list = self.0.get(&order).map(|(_, list)| list.as_slice());
        let shown = list.unwrap_or_default().iter().map(|one| text(&one["tracking"]));
        let numbers = shown.flat_map(|shown| shown.split([',', ';']));
        numbers
            .map(str::trim)
            .filter(|number| !number.is_empty())
            .collect()
    }

    /// When one of them was last changed.
    pub(super) fn changed_at(&self, order: i64) -> Option<Timestamp> {
        self.0.get(&order).and_then(|(changed_at, _)| *changed_at)
    }
}

fn shown(picking: &Value) -> Value {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let done_at = picking["date_done"].as_str().and_then(shown_time);
    json!({
        "id": id(picking),
        "name": text(&picking["name"]),
        "tracking": filled(text(&picking["carrier_tracking_ref"])),
        "carrier": many2one_name(&picking["carrier_id"]).and_then(filled),
        "done_at": done_at.map(|time| time.to_string()),
    })
}
