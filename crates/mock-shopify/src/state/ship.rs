//! Shipping orders.

use serde_json::json;

use super::entity::Rows;
use super::fulfilment::{
    Fulfillment, FulfillmentLine, FulfillmentOrder, FulfillmentOrderStatus, FulfillmentStatus, Tracking,
};
use super::inventory::StockState;
use super::order::Order;
use super::store::{StateError, Store, Touched as _, invalid};
use crate::gid::gid;

impl Store<'_> {
    /// The fulfilment orders of an order, by id.
    pub fn fulfillment_orders(&self, order: i64) -> Vec<&FulfillmentOrder> {
        self.tables.found("order", &order.to_string()).collect()
    }

    /// Ships units of a fulfilment order: `lines` names order lines and units; none means everything that is left.
    /// Committed stock leaves the location. Answers the id of the parcel.
    pub fn fulfil(
        &mut self,
        fulfillment_order: i64,
        lines: &[(i64, i64)],
        tracking: Vec<Tracking>,
    ) -> Result<i64, StateError> {
        let mut source = self.need::<FulfillmentOrder>(fulfillment_order)?;
        let mut order = self.need::<Order>(source.order_id)?;
        if !source.status.is_fulfillable() {
            let status = source.status.name().to_lowercase();
            return invalid(format!(
                "Fulfillment order {} has an unfulfillable status= {status}.",
                source.id
            ));
        }
        let all: Vec<(i64, i64)> = source
            .lines
            .iter()
            .map(|line| (line.line_id, line.remaining))
            .collect();
        let wanted = if lines.is_empty() { all } else { lines.to_vec() };
        let mut sent = Vec::new();
        for (line_id, units) in wanted.into_iter().filter(|(_, units)| *units != 0) {
            let line = source.lines.iter_mut().find(|line| line.line_id == line_id);
            let Some(line) = line.filter(|line| units > 0 && units <= line.remaining) else {
                return invalid("Invalid fulfillment order line item quantity requested.");
            };
            line.remaining -= units;
            sent.push(FulfillmentLine {
                id: self.fresh_id("fulfillment_line"),
                line_id,
                quantity: units,
            });
        }
        if sent.is_empty() {
            return invalid("Invalid fulfillment order line item quantity requested.");
        }
        for line in &sent {
            let item = order.line(line.line_id).and_then(|line| self.tracked_item(line));
            if let Some(item) = item {
                self.shift(
                    item,
                    source.location_id,
                    &[(StockState::Committed, -line.quantity)],
                );
            }
        }
        let done = source.lines.iter().all(|line| line.remaining == 0);
        source.status = if done {
            FulfillmentOrderStatus::Closed
        } else {
            FulfillmentOrderStatus::InProgress
        };
        source.touch(self.now);
        let id = self.fresh_id("fulfillment");
        order.fulfillments.push(Fulfillment {
            id,
            name: format!("{}-F{}", order.name, order.fulfillments.len() + 1),
            status: FulfillmentStatus::Success,
            location_id: source.location_id,
            fulfillment_orders: vec![source.id],
            lines: sent,
            tracking,
            created_at: self.now,
            updated_at: self.now,
        });
        order.touch(self.now);
        self.note(
            "order.fulfil",
            &gid(Order::KIND, order.id),
            json!({ "fulfillment": gid("Fulfillment", id) }),
        );
        self.put(source);
        self.put(order);
        Ok(id)
    }

    /// Ships everything of an order that is left, one parcel per location. Answers the ids of the parcels.
    pub fn fulfil_all(&mut self, order: i64, tracking: &[Tracking]) -> Result<Vec<i64>, StateError> {
        let open = self
            .fulfillment_orders(order)
            .into_iter()
            .filter(|source| source.status.is_fulfillable());
        let open: Vec<i64> = open.map(|source| source.id).collect();
        open.into_iter()
            .map(|source| self.fulfil(source, &[], tracking.to_vec()))
            .collect()
    }
}
