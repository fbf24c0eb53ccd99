//! Whether two values mean the same, although two systems write them in different ways.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::decimal::{from_number, from_text, is_canonical};

/// Values nested deeper than this are never the same: no record is.
const MAX_DEPTH: usize = 64;

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// By what they look like: see [`same_value`].
    #[default]
    Auto,
    /// As numbers, where both are numbers or numeric text, however written; else as `Auto`.
    Number,
    /// Text is compared as text (`1.10` is not `1.1`), a number by its digits; else as `Auto`.
    Text,
    /// Lists without regard to order and repetition, their elements as text; else as `Auto`.
    Set,
}

/// Whether two values mean the same:
///
/// - Null, an empty text (or one of blanks only) and an empty list are all empty, and the same. `false` is
///   the same as these (Odoo shows empty fields so), but `0` is not. What is absent counts as null.
/// - A JSON number and a number, or a text that is written as a number is: by value, `20` and `20.0` and
///   `"20.00"`. Text with leading zeros, blanks or an exponent is not written so: `7` and `"007"` differ.
/// - Two texts: by value if both are decimals **with a point** (`"20.0"` and `"20.00"`, two ways to write
///   an amount); all others by their characters, so that the SKUs `"007"` and `"7"`, or `"20"` and `"20.0"`, differ.
///   Blanks at the end do not count, nor does the way lines end (XML turns CR LF into LF).
/// - Lists element by element, in order; objects key by key.
/// - Values of different kinds otherwise differ: `true` and `"true"`, `1` and `true`.
///
/// A field whose texts look like amounts and are none (an SKU `1.10`) wants a rule that says so, see [`Compare::Text`].
pub fn same_value(a: &Value, b: &Value) -> bool {
    same(a, b, 0)
}

impl Compare {
    /// Whether two values mean the same, compared in this way.
    pub fn same(self, a: &Value, b: &Value) -> bool {
        match (self, a, b) {
            (Self::Number, Value::Number(_) | Value::String(_), Value::Number(_) | Value::String(_)) => {
                match (number(a), number(b)) {
                    (Some(a), Some(b)) => a == b,
                    _ => same_value(a, b),
                }
            }
            (Self::Text, Value::String(a), Value::String(b)) => same_text(a, b),
            (Self::Text, Value::String(text), Value::Number(number))
            | (Self::Text, Value::Number(number), Value::String(text)) => {
                same_text(text, &number.to_string())
            }
            (Self::Set, Value::Array(a), Value::Array(b)) => match (texts(a), texts(b)) {
                (Some(a), Some(b)) => a == b,
                _ => same_value(&Value::Array(a.clone()), &Value::Array(b.clone())),
            },
            _ => same_value(a, b),
        }
    }
}

fn same(a: &Value, b: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match (a, b) {
        (Value::String(a), Value::String(b)) => same_text(a, b) || same_amount(a, b),
        (Value::Number(x), Value::Number(y)) => x == y || number(a).is_some_and(|a| Some(a) == number(b)),
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            is_canonical(text) && from_text(text).is_some_and(|text| Some(text) == from_number(number))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, depth + 1))
        }
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let null = Value::Null;
            keys.into_iter().all(|key| {
                same(
                    a.get(key).unwrap_or(&null),
                    b.get(key).unwrap_or(&null),
                    depth + 1,
                )
            })
        }
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Bool(false), other) | (other, Value::Bool(false)) => is_empty(other),
        _ => is_empty(a) && is_empty(b),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn number(value: &Value) -> Option<rust_decimal::Decimal> {
    match value {
        Value::Number(number) => from_number(number),
        Value::String(text) => from_text(text.trim()),
        _ => None,
    }
}

fn same_amount(a: &str, b: &str) -> bool {
    let amount = |text: &str| {
        let text = text.trim_end();
        if is_canonical(text) && text.contains('.') {
            from_text(text)
        } else {
            None
        }
    };
    amount(a).is_some_and(|a| Some(a) == amount(b))
}

fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim_end(), b.trim_end());
    a == b
        || ((a.contains("\r\n") || b.contains("\r\n")) && a.replace("\r\n", "\n") == b.replace("\r\n", "\n"))
}

/// The texts of a list, if it has nothing else.
fn texts(items: &[Value]) -> Option<BTreeSet<&str>> {
    items
        .iter()
        .map(|item| item.as_str().map(str::trim_end))
        .collect()
}
