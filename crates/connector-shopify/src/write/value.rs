//! Mapped values as Shopify's inputs take them.

use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;
use sync_core::ConnectorError;

use super::refusal;

fn wrong(field: &str, value: &Value, wanted: &str) -> ConnectorError {
    let mut shown: String = value.to_string().chars().take(80).collect();
    if shown.len() < value.to_string().len() {
        shown.push('…');
    }
    refusal(
        "bad_value",
        format!("`{field}` is {shown}, which is not {wanted}: correct the rule that leads there"),
    )
}

/// Nothing: null, or an empty text.
pub(crate) fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// A text; nothing is an empty one.
pub(crate) fn text(field: &str, value: &Value) -> Result<String, ConnectorError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(wrong(field, value, "a text")),
    }
}

/// A decimal; `None` for nothing.
pub(crate) fn amount(field: &str, value: &Value) -> Result<Option<Decimal>, ConnectorError> {
    if is_empty(value) {
        return Ok(None);
    }
    let amount = decimal_of(value).map_err(|_| wrong(field, value, "a number"))?;
    Ok(Some(amount))
}

/// Whole units; `None` for nothing.
pub(crate) fn units(field: &str, value: &Value) -> Result<Option<i64>, ConnectorError> {
    let Some(amount) = amount(field, value)? else {
        return Ok(None);
    };
    let whole = Some(amount.normalize()).filter(|amount| amount.scale() == 0);
    let whole = whole.and_then(|amount| amount.to_i64());
    whole
        .map(Some)
        .ok_or_else(|| wrong(field, value, "a whole number"))
}

/// True or false; `None` for nothing.
pub(crate) fn flag(field: &str, value: &Value) -> Result<Option<bool>, ConnectorError> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        _ => Err(wrong(field, value, "true or false")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_or_refused_by_name() {
        assert_eq!(units("on_hand", &json!("5.00")), Ok(Some(5)));
        assert_eq!(units("on_hand", &json!(null)), Ok(None));
        let error = units("on_hand", &json!(2.5)).unwrap_err();
        assert_eq!(
            error.message,
            "`on_hand` is 2.5, which is not a whole number: correct the rule that leads there"
        );
        assert!(units("on_hand", &json!("1e300")).is_err());
        assert_eq!(text("sku", &json!(17)), Ok("17".into()));
        assert!(text("sku", &json!(["x"])).is_err());
        assert!(flag("tracked", &json!("yes")).is_err());
        let long = amount("price", &json!("é".repeat(500))).unwrap_err();
        assert!(long.message.chars().count() < 200);
    }
}
