//! Refunds and cancellation.

use rust_decimal::Decimal;
use serde_json::json;

use super::fulfilment::{FulfillmentOrder, FulfillmentOrderStatus, FulfillmentStatus};
use super::inventory::StockState;
use super::money::portion;
use super::order::{
    Order, OrderLine, Refund, RefundLine, RefundShipping, RestockType, Transaction, TransactionKind,
};
use super::store::{StateError, Store, Touched as _, invalid};
use crate::gid::gid;
use crate::scalar::cents;

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
        if let Some(item) = self.tracked_item(line).filter(|_| restock) {
            self.shift(item, location, &[(StockState::Available, units)]);
        }
        Some(location)
    }

    /// Units that are no longer to be shipped: out of the fulfilment orders and out of committed stock.
    pub(crate) fn release(
        &mut self,
        order: i64,
        line: &OrderLine,
        mut units: i64,
        restock: bool,
    ) -> Option<i64> {
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

    /// Writes down why an order was cancelled.
    pub(crate) fn note_cancellation(&mut self, order: i64, note: Option<&str>) -> Result<(), StateError> {
        let mut order = self.need::<Order>(order)?;
        order.cancel_note = note.map(str::to_owned);
        self.put(order);
        Ok(())
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
