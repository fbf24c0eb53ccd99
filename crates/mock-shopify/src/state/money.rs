//! Amounts of orders: spreading discounts, taxes, and what is left after refunds and edits.

use rust_decimal::Decimal;

use super::fulfilment::FulfillmentStatus;
use super::order::{
    Allocation, Discount, DiscountSource, DiscountTarget, DiscountValue, Order, OrderLine, ShippingLine, Tax,
    TransactionKind,
};
use crate::scalar::cents;

/// Divides an amount in proportion to the weights, to the cent; the parts add up to the amount.
pub(crate) fn spread(amount: Decimal, weights: &[Decimal]) -> Vec<Decimal> {
    let whole: Decimal = weights.iter().sum();
    if whole.is_zero() {
        return vec![Decimal::ZERO; weights.len()];
    }
    let (mut passed, mut given) = (Decimal::ZERO, Decimal::ZERO);
    let parts = weights.iter().map(|weight| {
        passed += weight;
        let part = cents(amount * passed / whole) - given;
        given += part;
        part
    });
    parts.collect()
}

/// The part of an amount for `quantity` units that falls on the first `units` of them.
pub(crate) fn portion(amount: Decimal, quantity: i64, units: i64) -> Decimal {
    if quantity <= 0 || units >= quantity {
        return amount;
    }
    cents(amount * Decimal::from(units.max(0)) / Decimal::from(quantity))
}

/// The taxes on an amount, each rounded half up to the cent.
pub(crate) fn taxes(amount: Decimal, rates: &[(String, Decimal)], included: bool) -> Vec<Tax> {
    let sum: Decimal = rates.iter().map(|(_, rate)| *rate).sum();
    let base = if included {
        amount / (Decimal::ONE + sum)
    } else {
        amount
    };
    let tax = |(title, rate): &(String, Decimal)| Tax {
        title: title.clone(),
        rate: *rate,
        amount: cents(base * rate),
    };
    rates.iter().map(tax).collect()
}

/// Allocates the discounts one after the other, each on what the ones before left.
pub(crate) fn allocate(discounts: &[Discount], lines: &mut [OrderLine], shipping: &mut [ShippingLine]) {
    for (at, discount) in discounts.iter().enumerate() {
        match &discount.target {
            DiscountTarget::Order => {
                let left: Vec<Decimal> = lines.iter().map(OrderLine::net).collect();
                let amounts = match discount.value {
                    DiscountValue::Percentage(percent) => {
                        left.iter().map(|left| share(*left, percent)).collect()
                    }
                    DiscountValue::Amount(amount) => spread(amount.min(left.iter().sum()), &left),
                };
                for (line, amount) in lines.iter_mut().zip(amounts) {
                    push(&mut line.allocations, at, amount);
                }
            }
            DiscountTarget::Lines(positions) => {
                for position in positions {
                    if let Some(line) = lines.get_mut(*position) {
                        let amount = own_amount(discount.value, line.net());
                        push(&mut line.allocations, at, amount);
                    }
                }
            }
            DiscountTarget::Shipping => {
                for line in shipping.iter_mut() {
                    let amount = own_amount(discount.value, line.net());
                    push(&mut line.allocations, at, amount);
                }
            }
        }
    }
}

fn push(allocations: &mut Vec<Allocation>, discount: usize, amount: Decimal) {
    if !amount.is_zero() {
        allocations.push(Allocation { discount, amount });
    }
}

fn share(amount: Decimal, percent: Decimal) -> Decimal {
    cents(amount * percent / Decimal::ONE_HUNDRED).min(amount)
}

fn own_amount(value: DiscountValue, left: Decimal) -> Decimal {
    match value {
        DiscountValue::Percentage(percent) => share(left, percent),
        DiscountValue::Amount(amount) => cents(amount).min(left),
    }
}

fn sum_of<'a>(allocations: impl IntoIterator<Item = &'a Allocation>) -> Decimal {
    allocations.into_iter().map(|allocation| allocation.amount).sum()
}

/// The sum of these taxes.
pub(crate) fn tax_of(taxes: &[Tax]) -> Decimal {
    taxes.iter().map(|tax| tax.amount).sum()
}

impl OrderLine {
    /// Price of all units before discounts.
    pub fn gross(&self) -> Decimal {
        self.price * Decimal::from(self.quantity)
    }

    /// Discounts on all units.
    pub fn discount(&self) -> Decimal {
        sum_of(&self.allocations)
    }

    /// Price of all units after all discounts.
    pub fn net(&self) -> Decimal {
        self.gross() - self.discount()
    }

    /// Taxes on all units.
    pub fn tax(&self) -> Decimal {
        tax_of(&self.taxes)
    }

    /// Discounts that are this line's own, not its share of one on the whole order; with or without codes.
    pub fn own_discount(&self, discounts: &[Discount], with_codes: bool) -> Decimal {
        let own = |allocation: &&Allocation| {
            discounts.get(allocation.discount).is_some_and(|discount| {
                let coded = matches!(discount.source, DiscountSource::Code(_));
                discount.target != DiscountTarget::Order && (with_codes || !coded)
            })
        };
        sum_of(self.allocations.iter().filter(own))
    }
}

impl ShippingLine {
    /// Price after discounts.
    pub fn net(&self) -> Decimal {
        self.price - sum_of(&self.allocations)
    }

    /// Taxes.
    pub fn tax(&self) -> Decimal {
        tax_of(&self.taxes)
    }
}

impl Order {
    /// The line with this id.
    pub fn line(&self, id: i64) -> Option<&OrderLine> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// Units of a line that were refunded.
    pub fn refunded(&self, line: i64) -> i64 {
        let lines = self.refunds.iter().flat_map(|refund| &refund.lines);
        lines
            .filter(|refund| refund.line_id == line)
            .map(|refund| refund.quantity)
            .sum()
    }

    /// Units of a line that were shipped.
    pub fn fulfilled(&self, line: i64) -> i64 {
        let sent = self
            .fulfillments
            .iter()
            .filter(|parcel| parcel.status == FulfillmentStatus::Success);
        let lines = sent.flat_map(|parcel| &parcel.lines);
        lines
            .filter(|sent| sent.line_id == line)
            .map(|sent| sent.quantity)
            .sum()
    }

    /// Units of a line that are neither removed nor refunded.
    pub fn current_quantity(&self, line: &OrderLine) -> i64 {
        line.quantity - line.removed - self.refunded(line.id)
    }

    /// Lines after discounts, refunds aside.
    pub fn subtotal(&self) -> Decimal {
        self.lines.iter().map(OrderLine::net).sum()
    }

    /// Shipping after discounts, refunds aside.
    pub fn shipping(&self) -> Decimal {
        self.shipping_lines.iter().map(ShippingLine::net).sum()
    }

    /// Taxes, refunds aside.
    pub fn tax(&self) -> Decimal {
        let lines: Decimal = self.lines.iter().map(OrderLine::tax).sum();
        lines + self.shipping_lines.iter().map(ShippingLine::tax).sum::<Decimal>()
    }

    /// All discounts, refunds aside.
    pub fn discount(&self) -> Decimal {
        let lines: Decimal = self.lines.iter().map(OrderLine::discount).sum();
        lines
            + self
                .shipping_lines
                .iter()
                .map(|line| line.price - line.net())
                .sum::<Decimal>()
    }

    /// The total, refunds aside.
    pub fn total(&self) -> Decimal {
        self.with_tax(self.subtotal() + self.shipping(), self.tax())
    }

    /// What units of a line cost after all discounts: those that are left when `left` are there.
    pub fn net_of(line: &OrderLine, left: i64) -> Decimal {
        portion(line.net(), line.quantity, left)
    }

    /// Lines after discounts that are still wanted.
    pub fn current_subtotal(&self) -> Decimal {
        self.lines
            .iter()
            .map(|line| Self::net_of(line, self.current_quantity(line)))
            .sum()
    }

    /// Discounts on what is still wanted.
    pub fn current_discount(&self) -> Decimal {
        let on_line = |line: &OrderLine| {
            let gross = line.price * Decimal::from(self.current_quantity(line));
            gross - Self::net_of(line, self.current_quantity(line))
        };
        let lines: Decimal = self.lines.iter().map(on_line).sum();
        lines
            + self
                .shipping_lines
                .iter()
                .map(|line| line.price - line.net())
                .sum::<Decimal>()
    }

    /// Shipping of one line that was not paid back.
    pub fn current_shipping_of(&self, line: &ShippingLine) -> Decimal {
        let back = self.refunds.iter().flat_map(|refund| &refund.shipping);
        let back: Decimal = back
            .filter(|back| back.shipping_line_id == line.id)
            .map(|back| back.subtotal)
            .sum();
        line.net() - back
    }

    /// Shipping that was not paid back.
    pub fn current_shipping(&self) -> Decimal {
        self.shipping_lines
            .iter()
            .map(|line| self.current_shipping_of(line))
            .sum()
    }

    /// Taxes on what is still wanted, by title and rate in the order of their first appearance.
    pub fn current_taxes(&self) -> Vec<Tax> {
        let mut sums = Vec::new();
        for line in &self.lines {
            let left = self.current_quantity(line);
            for tax in &line.taxes {
                add_tax(&mut sums, tax, portion(tax.amount, line.quantity, left));
            }
        }
        for line in &self.shipping_lines {
            let left = self.current_shipping_of(line);
            for tax in &line.taxes {
                let amount = if line.net().is_zero() {
                    Decimal::ZERO
                } else {
                    cents(tax.amount * left / line.net())
                };
                add_tax(&mut sums, tax, amount);
            }
        }
        sums
    }

    /// Taxes of the whole order by title and rate, refunds aside.
    pub fn taxes(&self) -> Vec<Tax> {
        let mut sums = Vec::new();
        let shipping = self.shipping_lines.iter().flat_map(|line| &line.taxes);
        for tax in self.lines.iter().flat_map(|line| &line.taxes).chain(shipping) {
            add_tax(&mut sums, tax, tax.amount);
        }
        sums
    }

    /// Taxes on what is still wanted.
    pub fn current_tax(&self) -> Decimal {
        tax_of(&self.current_taxes())
    }

    /// The total of what is still wanted.
    pub fn current_total(&self) -> Decimal {
        self.with_tax(
            self.current_subtotal() + self.current_shipping(),
            self.current_tax(),
        )
    }

    fn with_tax(&self, net: Decimal, tax: Decimal) -> Decimal {
        if self.taxes_included { net } else { net + tax }
    }

    fn moved(&self, kinds: &[TransactionKind]) -> Decimal {
        let moved = self
            .transactions
            .iter()
            .filter(|transaction| kinds.contains(&transaction.kind));
        moved.map(|transaction| transaction.amount).sum()
    }

    /// Money that came in.
    pub fn received(&self) -> Decimal {
        self.moved(&[TransactionKind::Sale, TransactionKind::Capture])
    }

    /// Money that went back.
    pub fn paid_back(&self) -> Decimal {
        self.moved(&[TransactionKind::Refund])
    }

    /// Money that is reserved, not yet taken.
    pub fn capturable(&self) -> Decimal {
        let reserved = self.moved(&[TransactionKind::Authorization]);
        let used = self.moved(&[TransactionKind::Capture, TransactionKind::Void]);
        (reserved - used).max(Decimal::ZERO)
    }

    /// Money still to come.
    pub fn outstanding(&self) -> Decimal {
        if self.cancelled_at.is_some() {
            return Decimal::ZERO;
        }
        self.current_total() - (self.received() - self.paid_back())
    }

    /// `OrderDisplayFinancialStatus`.
    pub fn financial_status(&self) -> &'static str {
        let (received, back) = (self.received(), self.paid_back());
        if !back.is_zero() {
            return if back >= received {
                "REFUNDED"
            } else {
                "PARTIALLY_REFUNDED"
            };
        }
        if self.capturable() > Decimal::ZERO {
            return "AUTHORIZED";
        }
        if received.is_zero() && !self.total().is_zero() {
            let voided = self.cancelled_at.is_some()
                || self
                    .transactions
                    .iter()
                    .any(|transaction| transaction.kind == TransactionKind::Void);
            return if voided { "VOIDED" } else { "PENDING" };
        }
        if self.outstanding() > Decimal::ZERO {
            "PARTIALLY_PAID"
        } else {
            "PAID"
        }
    }

    /// Units that are still to be shipped.
    pub fn unfulfilled(&self, line: &OrderLine) -> i64 {
        let lines = self.refunds.iter().flat_map(|refund| &refund.lines);
        let gone: i64 = lines
            .filter(|refund| refund.line_id == line.id && !refund.shipped)
            .map(|refund| refund.quantity)
            .sum();
        (line.quantity - line.removed - gone - self.fulfilled(line.id)).max(0)
    }

    /// `OrderDisplayFulfillmentStatus`.
    pub fn fulfillment_status(&self) -> &'static str {
        let left: i64 = self.lines.iter().map(|line| self.unfulfilled(line)).sum();
        let sent: i64 = self.lines.iter().map(|line| self.fulfilled(line.id)).sum();
        match (sent, left) {
            (0, _) => "UNFULFILLED",
            (_, 0) => "FULFILLED",
            _ => "PARTIALLY_FULFILLED",
        }
    }
}

fn add_tax(sums: &mut Vec<Tax>, tax: &Tax, amount: Decimal) {
    match sums
        .iter_mut()
        .find(|sum| sum.title == tax.title && sum.rate == tax.rate)
    {
        Some(sum) => sum.amount += amount,
        None => sums.push(Tax {
            amount,
            ..tax.clone()
        }),
    }
}
