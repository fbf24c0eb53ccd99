//! Amounts of lines and orders, kept in their rows.

use rust_decimal::Decimal;

use crate::fault::Res;
use crate::models::sale::tax::{self, Amounts, Kind, Tax};
use crate::models::sale::{DIGITS, LINE, ORDER};
use crate::orm::{Env, Value, View, half_up};

const TAX: &str = "account.tax";

/// The taxes of these ids in the order they are reckoned, groups taken apart.
fn taxes(view: &View<'_>, ids: &[i64]) -> Vec<Tax> {
    let mut flat = Vec::new();
    for id in sorted(view, ids) {
        if view.text(TAX, id, "amount_type") == "group" {
            let children = view.get(TAX, id, "children_tax_ids").as_ids().to_vec();
            flat.extend(sorted(view, &children));
        } else {
            flat.push(id);
        }
    }
    let tax = |id: i64| {
        let kind = match view.text(TAX, id, "amount_type").as_str() {
            "fixed" => Kind::Fixed,
            "division" => Kind::Division,
            // A group within a group reckons nothing of its own.
            "group" => return None,
            _ => Kind::Percent,
        };
        Some(Tax {
            kind,
            amount: view.num(TAX, id, "amount"),
            included: view.flag(TAX, id, "price_include"),
            raises: view.flag(TAX, id, "include_base_amount"),
            raised: view.flag(TAX, id, "is_base_affected"),
        })
    };
    flat.into_iter().filter_map(tax).collect()
}

fn sorted(view: &View<'_>, ids: &[i64]) -> Vec<i64> {
    let mut keyed: Vec<(i64, i64)> = ids
        .iter()
        .map(|id| (view.id_of(TAX, *id, "sequence").unwrap_or(0), *id))
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, id)| id).collect()
}

fn per_line(view: &View<'_>) -> bool {
    view.text("res.company", 1, "tax_calculation_rounding_method") != "round_globally"
}

fn amounts(view: &View<'_>, id: i64, digits: Option<u32>) -> Res<Amounts> {
    let keeps = Decimal::ONE_HUNDRED - view.num(LINE, id, "discount");
    let unit = view.num(LINE, id, "price_unit");
    let Some(price) = unit.checked_mul(keeps) else {
        return tax::amounts(Decimal::MAX, Decimal::TWO, &[], None);
    };
    let taxes = taxes(view, view.get(LINE, id, "tax_id").as_ids());
    let quantity = view.num(LINE, id, "product_uom_qty");
    tax::amounts(price / Decimal::ONE_HUNDRED, quantity, &taxes, digits)
}

/// Brings the amounts of these lines and of their orders up to date.
pub(super) fn refresh_lines(env: &mut Env<'_>, lines: &[i64]) -> Res<()> {
    let mut orders = Vec::new();
    for id in lines {
        let view = env.view();
        let digits = per_line(&view).then_some(DIGITS);
        let found = amounts(&view, *id, digits)?;
        let (untaxed, tax) = (half_up(found.untaxed, DIGITS), half_up(found.tax, DIGITS));
        let order = view.id_of(LINE, *id, "order_id");
        let values = [
            ("price_subtotal", Value::Num(untaxed)),
            ("price_tax", Value::Num(tax)),
            ("price_total", Value::Num(half_up(found.total(), DIGITS))),
        ];
        env.set(LINE, *id, &values);
        if let Some(order) = order.filter(|order| !orders.contains(order)) {
            orders.push(order);
        }
    }
    for order in orders {
        refresh_order(env, order)?;
    }
    Ok(())
}

/// Brings the amounts of an order up to date with its lines.
pub(super) fn refresh_order(env: &mut Env<'_>, id: i64) -> Res<()> {
    let view = env.view();
    let digits = per_line(&view).then_some(DIGITS);
    let (mut untaxed, mut tax) = (Decimal::ZERO, Decimal::ZERO);
    for line in view.children(LINE, "order_id", id) {
        if view.get(LINE, line, "display_type").is_null() {
            let found = amounts(&view, line, digits)?;
            // Each part is far from the end of the range, so a sum of as many as fit in memory stays inside.
            untaxed = untaxed.saturating_add(found.untaxed);
            tax = tax.saturating_add(found.tax);
        }
    }
    let (untaxed, tax) = (half_up(untaxed, DIGITS), half_up(tax, DIGITS));
    let values = [
        ("amount_untaxed", Value::Num(untaxed)),
        ("amount_tax", Value::Num(tax)),
        ("amount_total", Value::Num(untaxed.saturating_add(tax))),
    ];
    env.set(ORDER, id, &values);
    Ok(())
}
