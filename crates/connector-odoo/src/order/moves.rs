//! What the deliveries of an order have moved, and what they are still going to move.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::{Movements, Shipped};

use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{decimal, id, ids, many2one, text};

/// Per line of an order, how much of it Odoo's deliveries take or took care of.
#[derive(Debug, Default)]
pub(super) struct Covered(BTreeMap<i64, Decimal>);

impl Covered {
    /// Reads the moves of these lines.
    pub(super) async fn read(session: &Session, lines: &[i64]) -> Result<Self, CallError> {
        if lines.is_empty() {
            return Ok(Self::default());
        }
        let fields = [
            "sale_line_id",
            "location_dest_id",
            "product_uom_qty",
            "quantity",
            "state",
        ];
        let domain = json!([["sale_line_id", "in", lines]]);
        let rows = session
            .client
            .search_read("stock.move", domain, &fields, Options::default())
            .await?;
        // A delivery in several steps moves the same goods once per step: the largest step counts.
        let mut steps: BTreeMap<(i64, i64), Decimal> = BTreeMap::new();
        for row in &rows {
            let ends = many2one(&row["sale_line_id"]).zip(many2one(&row["location_dest_id"]));
            let Some(key) = ends else { continue };
            let done = text(&row["state"]) == "done";
            let quantity = decimal(&row[if done { "quantity" } else { "product_uom_qty" }]);
            let sum = steps.entry(key).or_default();
            *sum = sum.saturating_add(quantity);
        }
        let mut covered = Self::default();
        for ((line, _), quantity) in steps {
            let most = covered.0.entry(line).or_default();
            *most = quantity.max(*most);
        }
        Ok(covered)
    }

    /// What of a line no delivery of Odoo's is about: it left before Odoo knew of the order, or needs no delivery.
    pub(super) fn uncovered(&self, line: &Value) -> Decimal {
        let covered = self.0.get(&id(line)).copied().unwrap_or_default();
        decimal(&line["product_uom_qty"])
            .saturating_sub(covered)
            .max(Decimal::ZERO)
    }
}

/// What the order's deliveries moved out of its warehouse, returns taken off, and what had left before. An order without
/// a delivery (all of its goods were shipped before Odoo knew of it) takes no part in stock.
pub(super) fn movements(
    order: &Value,
    lines: &[&Value],
    covered: &Covered,
    cancelled: bool,
) -> Option<Movements> {
    if ids(&order["picking_ids"]).is_empty() {
        return None;
    }
    let place = many2one(&order["warehouse_id"])?.to_string();
    let shipped = lines.iter().filter_map(|line| {
        let before = if cancelled {
            Decimal::ZERO
        } else {
            covered.uncovered(line)
        };
        let quantity = decimal(&line["qty_delivered"]).saturating_add(before);
        let item = many2one(&line["product_id"])?.to_string();
        (!quantity.is_zero()).then(|| Shipped {
            item,
            place: place.clone(),
            quantity,
        })
    });
    let complete = cancelled || order["delivery_status"] == json!("full");
    Some(Movements {
        complete,
        shipped: shipped.collect(),
    })
}
