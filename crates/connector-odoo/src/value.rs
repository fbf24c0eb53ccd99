//! Odoo's values: empty is `false`, references are `[id, name]`, cells of `load` are text.

use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use serde_json::Value;

/// The id of a many2one: `[id, name]`, a bare id, or `false` for none.
pub(crate) fn many2one(value: &Value) -> Option<i64> {
    match value {
        Value::Array(pair) => pair.first()?.as_i64(),
        other => other.as_i64(),
    }
}

/// The name of a many2one.
pub(crate) fn many2one_name(value: &Value) -> Option<&str> {
    value.as_array()?.get(1)?.as_str()
}

/// The ids of an x2many.
pub(crate) fn ids(value: &Value) -> Vec<i64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect()
}

/// A record's id.
pub(crate) fn id(row: &Value) -> i64 {
    row["id"].as_i64().unwrap_or_default()
}

/// A text, empty where Odoo says `false`.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number that the wire carries as a binary float, as the shortest decimal that stands for it.
pub(crate) fn decimal(value: &Value) -> Decimal {
    decimal_of(value).unwrap_or_default()
}

/// A cell of `load`: text, empty to clear the field.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A decimal as a JSON number; Odoo rounds it to the field's digits.
pub(crate) fn number(value: Decimal) -> Value {
    value
        .to_string()
        .parse::<serde_json::Number>()
        .map_or(Value::Null, Value::Number)
}
