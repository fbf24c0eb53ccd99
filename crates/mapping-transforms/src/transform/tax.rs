//! Taxes.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Action, Definition, TransformError};
use crate::compare::Compare;
use crate::decimal::{decimal_of, text};

pub(super) fn definitions() -> Vec<Definition> {
    vec![Definition::plain(
        "tax_rates",
        "the rates of Shopify's tax lines in percent, smallest first, without those of zero",
        Action::new(tax_rates).compared_as(Compare::Auto),
    )]
}

fn tax_rates(value: &Value) -> Result<Value, TransformError> {
    let lines = match value {
        Value::Null => return Ok(Value::Null),
        Value::Array(lines) => lines,
        _ => return Err(TransformError::unsuitable("a list of tax lines", value)),
    };
    let mut rates = lines.iter().map(percent).collect::<Result<Vec<Decimal>, _>>()?;
    rates.retain(|rate| !rate.is_zero());
    rates.sort_unstable();
    Ok(Value::Array(rates.into_iter().map(text).collect()))
}

fn percent(line: &Value) -> Result<Decimal, TransformError> {
    let Some(rate) = line.get("rate") else {
        return Err(TransformError::unsuitable("tax lines with a `rate`", line));
    };
    let percent = decimal_of(rate)?.checked_mul(Decimal::ONE_HUNDRED);
    percent.ok_or_else(|| TransformError::unsuitable("a tax rate", rate))
}
