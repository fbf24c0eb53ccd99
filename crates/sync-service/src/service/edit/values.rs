//! Values as a person types them.

use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::ServiceError;

pub(super) fn wrong(field: &str, value: &str, allowed: &str) -> ServiceError {
    let value: String = value.chars().take(60).collect();
    ServiceError::Invalid(format!("{field} = `{value}`: use {allowed}"))
}

/// An amount that is not negative.
pub(super) fn amount(field: &str, value: &str) -> Result<Decimal, ServiceError> {
    let amount = value.trim().parse::<Decimal>().ok();
    amount
        .filter(|amount| !amount.is_sign_negative())
        .ok_or_else(|| wrong(field, value, "an amount from 0 with a point, like 12.50"))
}

/// A decimal as a JSON number, digit by digit.
pub(super) fn number(field: &str, decimal: Decimal) -> Result<Value, ServiceError> {
    let number: Result<Number, _> = serde_json::from_str(&decimal.to_string());
    number
        .map(Value::Number)
        .map_err(|_| wrong(field, &decimal.to_string(), "a smaller number"))
}

/// A whole number of units, within what the systems can count.
pub(super) fn units(field: &str, value: &str, least: i64) -> Result<i64, ServiceError> {
    let units = value.trim().parse().ok();
    units
        .filter(|units| (least..=1_000_000_000).contains(units))
        .ok_or_else(|| {
            wrong(
                field,
                value,
                &format!("a whole number from {least} to 1000000000"),
            )
        })
}

pub(super) fn flag(field: &str, value: &str) -> Result<bool, ServiceError> {
    match value.trim() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(wrong(field, value, "true or false")),
    }
}

/// The word that an event needs.
pub(super) fn only(field: &str, value: &str, word: &str) -> Result<(), ServiceError> {
    if value.trim() == word {
        Ok(())
    } else {
        Err(wrong(field, value, word))
    }
}

pub(super) fn tags(value: &str) -> Vec<&str> {
    value
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .collect()
}
