//! What happens to orders after they were placed: shipping, refunds, edits, cancellation.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::entity::Rows;
use super::fulfilment::{
    Fulfillment, FulfillmentLine, FulfillmentOrder, FulfillmentOrderStatus, FulfillmentStatus, Tracking,
};
use super::inventory::StockState;
use super::money::portion;
use super::order::{
    Order, OrderLine, Refund, RefundLine, RefundShipping, RestockType, Transaction, TransactionKind,
};
use super::place::NewLine;
use super::store::{StateError, Store, Touched as _, missing, tidy_tags};
use crate::gid::gid;
use crate::scalar::cents;

fn invalid<T>(text: impl Into<String>) -> Result<T, StateError> {
    Err(StateError::Invalid(text.into()))
}

/// What goes back.
#[derive(Debug, Clone, Default)]
pub struct NewRefund {
    /// Line id, units, and whether they go back to stock. Units not yet shipped go back from committed.
    pub lines: Vec<(i64, i64, bool)>,
    /// Shipping to pay back, before taxes that are not included; spread over the shipping lines in order.
    pub shipping: Decimal,
    /// Note.
    pub note: Option<String>,
    /// Whether no money is paid back (the goods only).
    pub without_money: bool,
}

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

    /// Takes units and money back. Answers the id of the refund.
    pub fn refund(&mut self, order: i64, new: NewRefund) -> Result<i64, StateError> {
        let mut order = self.need::<Order>(order)?;
        let id = self.take_back(&mut order, new)?;
        order.touch(self.now);
        self.note(
            "order.refund",
            &gid(Order::KIND, order.id),
            json!({ "refund": gid("Refund", id) }),
        );
        self.put(order);
        Ok(id)
    }

    fn take_back(&mut self, order: &mut Order, new: NewRefund) -> Result<i64, StateError> {
        let mut lines = Vec::new();
        for (line_id, units, restock) in new.lines {
            let Some(line) = order.line(line_id).cloned() else {
                return invalid("Refund line items does not exist");
            };
            let current = order.current_quantity(&line) - pending(&lines, line_id);
            if units < 1 || units > current {
                return invalid("Quantity cannot refund more items than were purchased");
            }
            // What was not shipped yet goes first.
            let open = (order.unfulfilled(&line) - pending_unshipped(&lines, line_id)).min(units);
            for (units, shipped) in [(open, false), (units - open, true)] {
                if units > 0 {
                    let left = order.current_quantity(&line) - pending(&lines, line_id);
                    let part = self.refund_line(order, &line, (left, units), restock, shipped);
                    lines.push(part);
                }
            }
        }
        let shipping = self.refund_shipping(order, new.shipping)?;
        let goods: Decimal = lines.iter().map(|line| line.subtotal + line.own_tax(order)).sum();
        let freight: Decimal = shipping
            .iter()
            .map(|line| line.subtotal + line.own_tax(order))
            .sum();
        let money = (goods + freight).min(order.received() - order.paid_back());
        let mut transactions = Vec::new();
        if money > Decimal::ZERO && !new.without_money {
            let transaction = Transaction {
                id: self.fresh_id("transaction"),
                kind: TransactionKind::Refund,
                amount: money,
                gateway: order
                    .transactions
                    .first()
                    .map_or("manual".into(), |first| first.gateway.clone()),
                processed_at: self.now,
                parent_id: order.transactions.first().map(|first| first.id),
            };
            transactions.push(transaction.id);
            order.transactions.push(transaction);
        }
        let id = self.fresh_id("refund");
        order.refunds.push(Refund {
            id,
            note: new.note,
            lines,
            shipping,
            transactions,
            created_at: self.now,
        });
        Ok(id)
    }

    /// Takes units of one line out of what is left of it (`left`), with stock and fulfilment orders following.
    fn refund_line(
        &mut self,
        order: &Order,
        line: &OrderLine,
        (left, units): (i64, i64),
        restock: bool,
        shipped: bool,
    ) -> RefundLine {
        let taken = |amount: Decimal| {
            portion(amount, line.quantity, left) - portion(amount, line.quantity, left - units)
        };
        let location = if shipped {
            let location = self.return_stock(order, line, units, restock);
            location.filter(|_| restock)
        } else {
            self.release(order.id, line, units, restock)
        };
        RefundLine {
            id: self.fresh_id("refund_line"),
            line_id: line.id,
            quantity: units,
            restock: match (restock, shipped) {
                (false, _) => RestockType::NoRestock,
                (true, true) => RestockType::Return,
                (true, false) => RestockType::Cancel,
            },
            location_id: location,
            subtotal: taken(line.net()),
            tax: line.taxes.iter().map(|tax| taken(tax.amount)).sum(),
            shipped,
        }
    }

    /// Shipped units come back to the location they left.
    fn return_stock(&mut self, order: &Order, line: &OrderLine, units: i64, restock: bool) -> Option<i64> {
        let parcels = order.fulfillments.iter().rev();
        let location = parcels
            .filter(|p| p.lines.iter().any(|sent| sent.line_id == line.id))
            .map(|p| p.location_id);
        let location = location.into_iter().next()?;
        if restock {
            if let Some(item) = self.tracked_item(line) {
                self.shift(item, location, &[(StockState::Available, units)]);
            }
        }
        Some(location)
    }

    /// Units that are no longer to be shipped: out of the fulfilment orders and out of committed stock.
    fn release(&mut self, order: i64, line: &OrderLine, mut units: i64, restock: bool) -> Option<i64> {
        let sources: Vec<FulfillmentOrder> = self.fulfillment_orders(order).into_iter().cloned().collect();
        let mut location = None;
        for mut source in sources
            .into_iter()
            .filter(|source| source.status.is_fulfillable())
        {
            let Some(assigned) = source
                .lines
                .iter_mut()
                .find(|assigned| assigned.line_id == line.id)
            else {
                continue;
            };
            let taken = assigned.remaining.min(units);
            if taken == 0 {
                continue;
            }
            assigned.remaining -= taken;
            assigned.total -= taken;
            units -= taken;
            location = Some(source.location_id);
            if let Some(item) = self.tracked_item(line) {
                let back = if restock { taken } else { 0 };
                self.shift(
                    item,
                    source.location_id,
                    &[(StockState::Available, back), (StockState::Committed, -taken)],
                );
            }
            if source.lines.iter().all(|line| line.remaining == 0) {
                let sent = source.lines.iter().any(|line| line.total > 0);
                source.status = if sent {
                    FulfillmentOrderStatus::Closed
                } else {
                    FulfillmentOrderStatus::Cancelled
                };
            }
            source.touch(self.now);
            self.put(source);
        }
        location
    }

    fn refund_shipping(&mut self, order: &Order, amount: Decimal) -> Result<Vec<RefundShipping>, StateError> {
        let mut rest = cents(amount);
        let mut parts = Vec::new();
        for line in &order.shipping_lines {
            let part = rest.min(order.current_shipping_of(line));
            if part > Decimal::ZERO {
                rest -= part;
                parts.push(RefundShipping {
                    id: self.fresh_id("refund_shipping"),
                    shipping_line_id: line.id,
                    subtotal: part,
                    tax: cents(line.tax() * part / line.net()),
                });
            }
        }
        if rest > Decimal::ZERO {
            return invalid("Shipping refund amount is greater than the shipping charged");
        }
        Ok(parts)
    }

    /// Sets the units of an order line, up or down, as editing an order does. Stock, fulfilment orders and taxes
    /// follow; shipped units cannot be removed. Answers whether anything changed.
    pub fn edit_order_line(&mut self, order: i64, line: i64, units: i64) -> Result<bool, StateError> {
        let mut order = self.need::<Order>(order)?;
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
        let mut order = self.need::<Order>(order)?;
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
        let location = match open {
            Some(mut source) => {
                match source
                    .lines
                    .iter_mut()
                    .find(|assigned| assigned.line_id == line.id)
                {
                    Some(assigned) => {
                        assigned.total += units;
                        assigned.remaining += units;
                    }
                    None => source.lines.push(super::FulfillmentOrderLine {
                        id: self.fresh_id("fulfillment_order_line"),
                        line_id: line.id,
                        total: units,
                        remaining: units,
                    }),
                }
                source.touch(self.now);
                let location = source.location_id;
                self.put(source);
                Some(location)
            }
            None => {
                let location = self.location_for(&line, &self.shipping_locations());
                if let Some(location) = location {
                    self.new_fulfillment_order(order.id, location, &[(line.id, units)], self.now);
                }
                location
            }
        };
        if let Some(location) = location {
            self.commit_stock(&line, location, units);
        }
    }

    /// Cancels an order that nothing was shipped of: everything is taken out, with or without restocking and
    /// paying back.
    pub fn cancel_order(
        &mut self,
        order: i64,
        reason: &str,
        restock: bool,
        pay_back: bool,
    ) -> Result<(), StateError> {
        let mut order = self.need::<Order>(order)?;
        if order.cancelled_at.is_some() {
            return invalid("Cannot cancel an order that has already been canceled");
        }
        if order
            .fulfillments
            .iter()
            .any(|parcel| parcel.status == FulfillmentStatus::Success)
        {
            return invalid("Cannot cancel an order that has outstanding fulfillments");
        }
        let lines = order
            .lines
            .iter()
            .map(|line| (line.id, order.current_quantity(line), restock));
        let refund = NewRefund {
            lines: lines.filter(|(_, units, _)| *units > 0).collect(),
            shipping: order.current_shipping(),
            note: None,
            without_money: !pay_back,
        };
        self.take_back(&mut order, refund)?;
        if order.capturable() > Decimal::ZERO {
            let void = Transaction {
                id: self.fresh_id("transaction"),
                kind: TransactionKind::Void,
                amount: order.capturable(),
                gateway: "shopify_payments".into(),
                processed_at: self.now,
                parent_id: order.transactions.first().map(|first| first.id),
            };
            order.transactions.push(void);
        }
        order.cancelled_at = Some(self.now);
        order.closed_at = Some(self.now);
        order.cancel_reason = Some(reason.to_owned());
        order.touch(self.now);
        self.note(
            "order.cancel",
            &gid(Order::KIND, order.id),
            json!({ "reason": reason, "restock": restock }),
        );
        self.put(order);
        Ok(())
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
            tags: tidy_tags(after.tags),
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

fn pending(lines: &[RefundLine], line: i64) -> i64 {
    lines
        .iter()
        .filter(|refund| refund.line_id == line)
        .map(|refund| refund.quantity)
        .sum()
}

fn pending_unshipped(lines: &[RefundLine], line: i64) -> i64 {
    let open = lines
        .iter()
        .filter(|refund| refund.line_id == line && !refund.shipped);
    open.map(|refund| refund.quantity).sum()
}

impl RefundLine {
    /// Taxes that come on top of the subtotal.
    fn own_tax(&self, order: &Order) -> Decimal {
        if order.taxes_included {
            Decimal::ZERO
        } else {
            self.tax
        }
    }
}

impl RefundShipping {
    /// Taxes that come on top of the subtotal.
    fn own_tax(&self, order: &Order) -> Decimal {
        if order.taxes_included {
            Decimal::ZERO
        } else {
            self.tax
        }
    }
}
