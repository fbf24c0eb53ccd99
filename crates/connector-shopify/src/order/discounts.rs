//! Discounts as lines of their own, for what is left of the order.
//!
//! Shopify's allocations cover all units ever ordered, those that were refunded or removed included. For the units
//! that are left, each allocation is taken in proportion (`allocation * current quantity / quantity`). How Shopify
//! rounds these parts is not documented, but their sum is known: what the current units cost before discounts minus
//! `currentSubtotalPriceSet`. So the parts are made to add up to that sum, as long as it differs from theirs by no
//! more than rounding can explain, or is just what Shopify says is discounted now (`currentTotalDiscountsSet`).
//!
//! Shipping has no quantity: its allocations count in full, and what was paid back of it becomes one more line
//! (`originalPriceSet - allocations - currentDiscountedPriceSet`).
//!
//! So, in shop currency, and whatever was refunded, removed or added later:
//!
//! ```text
//!   sum of price * current_quantity over line_items
//! + sum of price over shipping_lines
//! - sum of amount over discount_lines
//! + current_total_tax (unless taxes_included)
//! = current_total_price (without duties and additional fees, which Shopify adds where they are charged)
//! ```

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::applications::title;
use super::node::{AllocationNode, LineNode, OrderNode, ShippingNode, TaxNode};
use super::parts::{shipping_id, tax_bodies};
use crate::amount::{digits, money, round, spread};

/// An amount taken off a line or off shipping.
#[derive(Debug)]
struct DiscountLine<'o> {
    id: String,
    title: String,
    amount: Decimal,
    taxes: &'o [TaxNode],
    source: &'static str,
}

/// The discount lines of an order that was read completely; those without an amount are left out.
pub(super) fn discount_lines(order: &OrderNode) -> Vec<Value> {
    let shipping = off_shipping(order);
    let mut lines = off_lines(order, &shipping);
    lines.extend(shipping);
    lines.retain(|line| line.amount > Decimal::ZERO);
    lines.iter().map(body).collect()
}

fn body(line: &DiscountLine<'_>) -> Value {
    json!({
        "id": line.id,
        "title": line.title,
        "amount": money(line.amount),
        "tax_lines": tax_bodies(line.taxes),
        "source": line.source,
    })
}

/// One line per discount of a line; Shopify may allocate one discount in several parts.
fn allocated<'o>(
    id: &str,
    allocations: &'o [AllocationNode],
    taxes: &'o [TaxNode],
    source: &'static str,
) -> Vec<DiscountLine<'o>> {
    let mut lines: Vec<DiscountLine<'o>> = Vec::new();
    for allocation in allocations {
        let application = &allocation.discount_application;
        let id = format!("{id}/{}", application.index);
        let amount = allocation.allocated_amount_set.amount();
        match lines.iter_mut().find(|line| line.id == id) {
            Some(line) => line.amount = line.amount.saturating_add(amount),
            None => lines.push(DiscountLine {
                id,
                title: title(application).to_owned(),
                amount,
                taxes,
                source,
            }),
        }
    }
    lines
}

fn off_lines<'o>(order: &'o OrderNode, shipping: &[DiscountLine<'_>]) -> Vec<DiscountLine<'o>> {
    let mut lines: Vec<DiscountLine<'o>> = order
        .line_items
        .nodes
        .iter()
        .flat_map(current_allocations)
        .collect();
    let digits = digits(&order.currency_code);
    let exact: Vec<Decimal> = lines.iter().map(|line| line.amount).collect();
    let amount = sum_now(order, &exact, shipping, digits);
    for (line, part) in lines.iter_mut().zip(spread(amount, &exact, digits)) {
        line.amount = part;
    }
    lines
}

/// The discounts of a line, unrounded, for the units that are left of it.
fn current_allocations(line: &LineNode) -> Vec<DiscountLine<'_>> {
    let mut lines = allocated(
        &line.id.number.to_string(),
        &line.discount_allocations,
        &line.tax_lines,
        "line_items",
    );
    let (left, all) = (Decimal::from(line.current_quantity), Decimal::from(line.quantity));
    for one in &mut lines {
        let part = one.amount.saturating_mul(left).checked_div(all);
        one.amount = part.unwrap_or_default().max(Decimal::ZERO);
    }
    lines
}

/// What all discounts on lines come to now.
fn sum_now(order: &OrderNode, exact: &[Decimal], shipping: &[DiscountLine<'_>], digits: u32) -> Decimal {
    let sum =
        |amounts: &mut dyn Iterator<Item = Decimal>| amounts.fold(Decimal::ZERO, Decimal::saturating_add);
    let scaled = round(sum(&mut exact.iter().copied()), digits);
    let gross = sum(&mut order.line_items.nodes.iter().map(|line| {
        let price = line.original_unit_price_set.amount();
        price.saturating_mul(Decimal::from(line.current_quantity))
    }));
    let shown = gross.saturating_sub(order.current_subtotal_price_set.amount());
    let rounding = Decimal::new(1, digits).saturating_mul(Decimal::from(exact.len()));
    let explained = shown.saturating_sub(scaled).abs() <= rounding;
    let on_shipping = sum(&mut shipping
        .iter()
        .filter(|line| !is_refund(line))
        .map(|line| line.amount));
    let confirmed = order.current_total_discounts_set.amount() == shown.saturating_add(on_shipping);
    if shown >= Decimal::ZERO && (explained || confirmed) {
        shown
    } else {
        tracing::debug!(
            order = order.id.number,
            "the discounts of the order do not add up"
        );
        scaled
    }
}

const REFUND: &str = "/refund";

fn is_refund(line: &DiscountLine<'_>) -> bool {
    line.id.ends_with(REFUND)
}

fn off_shipping(order: &OrderNode) -> Vec<DiscountLine<'_>> {
    let lines = order.shipping_lines.nodes.iter().enumerate();
    lines
        .flat_map(|(at, line)| off_shipping_line(order, at, line))
        .collect()
}

fn off_shipping_line<'o>(order: &OrderNode, at: usize, line: &'o ShippingNode) -> Vec<DiscountLine<'o>> {
    // Lines of goods and shipping lines are numbered by themselves: without a prefix two discounts could share an id.
    let id = format!("shipping-{}", shipping_id(order, at, line));
    let source = "shipping_lines";
    let mut lines = allocated(&id, &line.discount_allocations, &line.tax_lines, source);
    let off = lines
        .iter()
        .fold(Decimal::ZERO, |sum, line| sum.saturating_add(line.amount));
    let left = line.original_price_set.amount().saturating_sub(off);
    lines.push(DiscountLine {
        id: format!("{id}{REFUND}"),
        title: format!("Refund: {}", line.title),
        amount: left.saturating_sub(line.current_discounted_price_set.amount()),
        taxes: &line.tax_lines,
        source,
    });
    lines
}
