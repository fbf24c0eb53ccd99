//! Text to list and list to text.

use serde_json::Value;

use super::text::{scalar_text, text_of};
use super::{Action, Definition, Inverse, TransformError, grammar};
use crate::compare::Compare;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::with_argument(
            "split",
            "text as a list: cut at the separator, trimmed, empty texts left out; compared without regard to order; \
             the way back joins (with a blank after a comma or a semicolon)",
            "<separator>",
            Inverse::Yes,
            |argument| {
                let separator = separator(argument)?;
                let glue = if matches!(separator.as_str(), "," | ";") {
                    format!("{separator} ")
                } else {
                    separator.clone()
                };
                let cut = separator.clone();
                Ok(Action::new(move |value| split(value, &cut))
                    .with_inverse(move |value| join(value, &glue, Some(&separator)))
                    .compared_as(Compare::Set))
            },
        ),
        Definition::with_argument(
            "join",
            "a list as text, with the separator between; the way back cuts there",
            "<separator>",
            Inverse::Yes,
            |argument| {
                let separator = separator(argument)?;
                let trimmed = separator.trim();
                let cut = if trimmed.is_empty() {
                    separator.clone()
                } else {
                    trimmed.to_owned()
                };
                Ok(Action::new(move |value| join(value, &separator, None))
                    .with_inverse(move |value| split(value, &cut))
                    .compared_as(Compare::Text))
            },
        ),
    ]
}

fn separator(argument: &str) -> Result<String, String> {
    let separator = grammar::one(argument)?;
    if separator.is_empty() {
        Err("the separator is empty".to_owned())
    } else {
        Ok(separator)
    }
}

fn split(value: &Value, separator: &str) -> Result<Value, TransformError> {
    Ok(text_of(value)?.map_or(Value::Null, |text| {
        let parts = text
            .split(separator)
            .map(str::trim)
            .filter(|part| !part.is_empty());
        Value::Array(parts.map(Value::from).collect())
    }))
}

/// `reserved` may not occur in an element: it would come apart there on the other side.
fn join(value: &Value, separator: &str, reserved: Option<&str>) -> Result<Value, TransformError> {
    let items = match value {
        Value::Null | Value::Bool(false) => return Ok(Value::Null),
        Value::Array(items) => items,
        _ => return Err(TransformError::unsuitable("a list", value)),
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items.iter().filter(|item| !item.is_null()) {
        let text = scalar_text(item)
            .ok_or_else(|| TransformError::unsuitable("a list of texts and numbers", item))?;
        if reserved.is_some_and(|reserved| text.contains(reserved)) {
            let error = TransformError::unsuitable("texts without the separator in them", item);
            return Err(error.with_hint("the other side would take it for two"));
        }
        texts.push(text);
    }
    Ok(Value::String(texts.join(separator)))
}
