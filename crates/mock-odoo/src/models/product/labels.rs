//! Texts that forms show beside a product.

use rust_decimal::Decimal;

use crate::models::account::price_included;
use crate::models::product::TEMPLATE;
use crate::orm::{Value, View, half_up};

/// An amount with its currency's sign and thousands apart, as forms show it.
pub(super) fn money(view: &View<'_>, amount: Decimal, currency: i64) -> String {
    let symbol = view.text("res.currency", currency, "symbol");
    let text = format!("{:.2}", half_up(amount.abs(), 2));
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() {
        "-"
    } else {
        ""
    };
    match view.text("res.currency", currency, "position").as_str() {
        "before" => format!("{symbol}\u{a0}{sign}{grouped}.{cents}"),
        _ => format!("{sign}{grouped}.{cents}\u{a0}{symbol}"),
    }
}

/// What the sales price comes to with and without its taxes, where that differs; a blank where it does not.
pub(super) fn tax_string(view: &View<'_>, id: i64) -> Value {
    let price = view.num(TEMPLATE, id, "list_price");
    let (mut rate, mut fixed, mut included) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for tax in view.get(TEMPLATE, id, "taxes_id").as_ids() {
        let amount = view.num("account.tax", *tax, "amount");
        match view.text("account.tax", *tax, "amount_type").as_str() {
            "fixed" => fixed += amount,
            "percent" if price_included(view, *tax) => included += amount,
            "percent" => rate += amount,
            _ => {}
        }
    }
    let share = |percent: Decimal| percent / Decimal::ONE_HUNDRED;
    let without = half_up(price / (Decimal::ONE + share(included)), 2);
    let with = price + half_up(without * share(rate), 2) + fixed;
    let mut parts = Vec::new();
    if with != price {
        parts.push(format!("{} Incl. Taxes", money(view, with, 1)));
    }
    if without != price {
        parts.push(format!("{} Excl. Taxes", money(view, without, 1)));
    }
    Value::Text(if parts.is_empty() {
        " ".to_owned()
    } else {
        format!("(= {})", parts.join(", "))
    })
}

/// What the form says about invoicing.
pub(super) fn tooltip(view: &View<'_>, id: i64) -> Value {
    let kind = view.text(TEMPLATE, id, "type");
    let policy = view.text(TEMPLATE, id, "invoice_policy");
    Value::text(match (kind.as_str(), policy.as_str()) {
        ("combo", _) => return Value::Null,
        ("service", "order") => "Invoice ordered quantities as soon as this service is sold.",
        (_, "order") => "You can invoice goods before they are delivered.",
        _ => "Invoice after delivery, based on quantities delivered, not ordered.",
    })
}

/// The place that goods of this company come from or go to in theory.
pub(super) fn virtual_location(view: &View<'_>, usage: &str) -> Value {
    let found = view
        .t
        .rows("stock.location")
        .find(|(_, row)| row.text("usage") == usage && row.id("company_id").is_some());
    Value::id(found.map(|(id, _)| id))
}
