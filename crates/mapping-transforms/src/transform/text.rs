//! Transforms on text.

use serde_json::Value;

use super::{Action, Definition, TransformError};
use crate::compare::Compare;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::plain(
            "direct",
            "the value as it is",
            Action::own_inverse(|value| Ok(value.clone())),
        ),
        Definition::plain(
            "uppercase",
            "text in capital letters, in every script (ß becomes SS)",
            Action::new(|value| on_text(value, str::to_uppercase)).compared_as(Compare::Text),
        ),
        Definition::plain(
            "lowercase",
            "text in small letters, in every script",
            Action::new(|value| on_text(value, str::to_lowercase)).compared_as(Compare::Text),
        ),
        Definition::plain(
            "trim",
            "text without blanks at its ends; the way back trims too",
            Action::own_inverse(|value| on_text(value, |text| text.trim().to_owned()))
                .compared_as(Compare::Text),
        ),
        Definition::plain(
            "to_str",
            "a number or a boolean as text, text as it is; compared as text, so that 1.10 and 1.1 differ",
            Action::new(to_str)
                .with_inverse(from_str)
                .compared_as(Compare::Text),
        ),
        Definition::plain(
            "empty_to_null",
            "null in the place of an empty text (or one of blanks only)",
            Action::new(|value| Ok(empty_to_null(value))).with_inverse(|value| Ok(value.clone())),
        ),
    ]
}

/// The text, or `None` for null and for `false` (how Odoo shows an empty text).
pub(super) fn text_of(value: &Value) -> Result<Option<&str>, TransformError> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(_) => {
            Err(TransformError::unsuitable("text", value).with_hint("put `to_str` before it to take numbers"))
        }
        _ => Err(TransformError::unsuitable("text", value)),
    }
}

/// The text of a text, a number or a boolean; `None` for everything else.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn on_text(value: &Value, change: impl Fn(&str) -> String) -> Result<Value, TransformError> {
    Ok(text_of(value)?.map_or(Value::Null, |text| Value::String(change(text))))
}

fn to_str(value: &Value) -> Result<Value, TransformError> {
    match (value, scalar_text(value)) {
        (Value::Null, _) => Ok(Value::Null),
        (_, Some(text)) => Ok(Value::String(text)),
        (Value::Array(_), None) => Err(TransformError::unsuitable("text, a number or a boolean", value)
            .with_hint("`join:` makes text of lists")),
        (_, None) => Err(TransformError::unsuitable("text, a number or a boolean", value)),
    }
}

fn from_str(value: &Value) -> Result<Value, TransformError> {
    if *value == Value::Bool(false) {
        Ok(Value::Null)
    } else {
        to_str(value)
    }
}

fn empty_to_null(value: &Value) -> Value {
    match value {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        other => other.clone(),
    }
}
