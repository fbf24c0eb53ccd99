//! Changing orders: their lines, and what is written on them.

use serde_json::{Value, json};

use super::entity::Rows;
use super::fulfilment::{FulfillmentOrder, FulfillmentOrderLine};
use super::order::Order;
use super::place::NewLine;
use super::store::{StateError, Store, Touched as _, invalid, missing, tidy_tags};
use crate::gid::gid;

impl Store<'_> {
    /// Sets the units of an order line, up or down, as editing an order does. Stock, fulfilment orders and taxes
    /// follow; shipped units cannot be removed. Answers whether anything changed.
    pub fn edit_order_line(&mut self, order: i64, line: i64, units: i64) -> Result<bool, StateError> {
        let mut order = self.editable(order)?;
        let Some(at) = order.lines.iter().position(|candidate| candidate.id == line) else {
            return invalid("the order has no such line");
        };
        let before = order.lines[at].clone();
        let delta = units - order.current_quantity(&before);
        if delta == 0 {
            return Ok(false);
        }
        if delta > 0 {
            self.more_units(&mut order, at, delta);
        } else {
            if units < 0 || -delta > order.unfulfilled(&before) {
                return invalid("Cannot remove units that were fulfilled");
            }
            self.release(order.id, &before, -delta, true);
            order.lines[at].removed -= delta;
        }
        self.finish_edit(order, json!({ "line": gid("LineItem", line), "quantity": units }));
        Ok(true)
    }

    /// Adds a line to an order, with the taxes of its first taxed line. Answers the line's id.
    pub fn add_order_line(&mut self, order: i64, new: NewLine) -> Result<i64, StateError> {
        let mut order = self.editable(order)?;
        let (mut line, own) = self.order_line(new)?;
        let usual = || {
            let taxed = order.lines.iter().find(|line| !line.taxes.is_empty());
            let rates = taxed
                .into_iter()
                .flat_map(|line| &line.taxes)
                .map(|tax| (tax.title.clone(), tax.rate));
            if line.taxable { rates.collect() } else { Vec::new() }
        };
        let rates: Vec<_> = own.unwrap_or_else(usual);
        line.taxes = super::money::taxes(line.net(), &rates, order.taxes_included);
        let id = line.id;
        let units = line.quantity;
        let locations = self.shipping_locations();
        if let Some(location) = self.location_for(&line, &locations) {
            self.new_fulfillment_order(order.id, location, &[(id, units)], self.now);
            self.commit_stock(&line, location, units);
        }
        order.lines.push(line);
        self.finish_edit(order, json!({ "line": gid("LineItem", id), "quantity": units }));
        Ok(id)
    }

    /// An order whose lines may still change: one that is not cancelled.
    fn editable(&self, order: i64) -> Result<Order, StateError> {
        let order = self.need::<Order>(order)?;
        match order.cancelled_at {
            Some(_) => invalid("The order cannot be edited because it is canceled"),
            None => Ok(order),
        }
    }

    fn finish_edit(&mut self, mut order: Order, detail: Value) {
        order.edited = true;
        order.touch(self.now);
        self.note("order.edit_lines", &gid(Order::KIND, order.id), detail);
        self.put(order);
    }

    fn more_units(&mut self, order: &mut Order, at: usize, units: i64) {
        let line = &mut order.lines[at];
        line.quantity += units;
        let rates: Vec<_> = line
            .taxes
            .iter()
            .map(|tax| (tax.title.clone(), tax.rate))
            .collect();
        line.taxes = super::money::taxes(line.net(), &rates, order.taxes_included);
        let line = line.clone();
        let sources: Vec<FulfillmentOrder> = self.fulfillment_orders(order.id).into_iter().cloned().collect();
        let open = sources.into_iter().find(|source| source.status.is_fulfillable());
        let location = if let Some(mut source) = open {
            let there = source
                .lines
                .iter_mut()
                .find(|assigned| assigned.line_id == line.id);
            if let Some(assigned) = there {
                assigned.total += units;
                assigned.remaining += units;
            } else {
                source.lines.push(FulfillmentOrderLine {
                    id: self.fresh_id("fulfillment_order_line"),
                    line_id: line.id,
                    total: units,
                    remaining: units,
                });
            }
            source.touch(self.now);
            let location = source.location_id;
            self.put(source);
            Some(location)
        } else {
            let location = self.location_for(&line, &self.shipping_locations());
            if let Some(location) = location {
                self.new_fulfillment_order(order.id, location, &[(line.id, units)], self.now);
            }
            location
        };
        if let Some(location) = location {
            self.commit_stock(&line, location, units);
        }
    }

    /// Changes what of an order can be changed by hand: note, tags, e-mail, addresses, attributes, whether it is
    /// closed. Lines, payments and states have operations of their own; changes to them here are ignored.
    pub fn edit_order(&mut self, id: i64, edit: impl FnOnce(&mut Order)) -> Result<bool, StateError> {
        let before = self
            .tables
            .one::<Order>(id)
            .cloned()
            .ok_or_else(|| missing::<Order>(id))?;
        let mut after = before.clone();
        edit(&mut after);
        let changed = Order {
            note: after.note,
            tags: tidy_tags(&after.tags),
            email: after.email,
            phone: after.phone,
            po_number: after.po_number,
            attributes: after.attributes,
            shipping_address: after.shipping_address,
            billing_address: after.billing_address,
            closed_at: after.closed_at,
            test: after.test,
            ..before
        };
        self.alter_noted("order.edit", id, |order: &mut Order| {
            *order = changed;
            Ok(())
        })
    }
}
