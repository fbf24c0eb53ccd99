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
        self.ship(&[(fulfillment_order, lines.to_vec())], tracking)
    }

    /// Ships units of several fulfilment orders of one order at one location as one parcel.
    pub(crate) fn ship(
        &mut self,
        requests: &[(i64, Vec<(i64, i64)>)],
        tracking: Vec<Tracking>,
    ) -> Result<i64, StateError> {
        let mut sent = Vec::new();
        let mut place = None;
        for (id, lines) in requests {
            let source = self.take_units(*id, lines, &mut sent)?;
            place = Some((source.order_id, source.location_id));
            self.put(source);
        }
        let Some((order, location)) = place.filter(|_| !sent.is_empty()) else {
            return invalid("Invalid fulfillment order line item quantity requested.");
        };
        let mut order = self.need::<Order>(order)?;
        for line in &sent {
            let item = order.line(line.line_id).and_then(|line| self.tracked_item(line));
            if let Some(item) = item {
                self.shift(item, location, &[(StockState::Committed, -line.quantity)]);
            }
        }
        let id = self.fresh_id("fulfillment");
        order.fulfillments.push(Fulfillment {
            id,
            name: format!("{}-F{}", order.name, order.fulfillments.len() + 1),
            status: FulfillmentStatus::Success,
            location_id: location,
            fulfillment_orders: requests.iter().map(|(id, _)| *id).collect(),
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
        self.put(order);
        Ok(id)
    }

    /// Replaces how a parcel is followed; `false` where there is none with this id.
    pub fn track(&mut self, fulfillment: i64, tracking: &[Tracking]) -> bool {
        let has = |order: &&Order| order.fulfillments.iter().any(|parcel| parcel.id == fulfillment);
        let Some(mut order) = self.rows().all::<Order>().find(has).cloned() else {
            return false;
        };
        for parcel in order
            .fulfillments
            .iter_mut()
            .filter(|parcel| parcel.id == fulfillment)
        {
            parcel.tracking = tracking.to_vec();
            parcel.updated_at = self.now;
        }
        order.touch(self.now);
        self.note(
            "order.track",
            &gid(Order::KIND, order.id),
            json!({ "fulfillment": gid("Fulfillment", fulfillment) }),
        );
        self.put(order);
        true
    }

    /// Takes units out of a fulfilment order.
    fn take_units(
        &mut self,
        id: i64,
        lines: &[(i64, i64)],
        sent: &mut Vec<FulfillmentLine>,
    ) -> Result<FulfillmentOrder, StateError> {
        let mut source = self.need::<FulfillmentOrder>(id)?;
        if !source.status.is_fulfillable() {
            let status = source.status.name().to_lowercase();
            return invalid(format!(
                "Fulfillment order {id} has an unfulfillable status= {status}."
            ));
        }
        let all: Vec<(i64, i64)> = source
            .lines
            .iter()
            .map(|line| (line.line_id, line.remaining))
            .collect();
        let wanted = if lines.is_empty() { all } else { lines.to_vec() };
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
        let done = source.lines.iter().all(|line| line.remaining == 0);
        source.status = if done {
            FulfillmentOrderStatus::Closed
        } else {
            FulfillmentOrderStatus::InProgress
        };
        source.touch(self.now);
        Ok(source)
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
