//! Reading the arguments of mutations.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Refusal;
use crate::gid::Gid;

/// A field of an input object that may be left out, set to null, or given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Patch<T> {
    #[default]
    Absent,
    Null,
    Given(T),
}

impl<T> Patch<T> {
    /// The value, if there is one.
    pub(super) fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Sets an optional field, unless this was left out.
    pub(super) fn set(self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Given(value) => *field = Some(value),
        }
    }

    /// Sets a field that has a value for null, unless this was left out.
    pub(super) fn set_or(self, field: &mut T, null: T) {
        match self {
            Self::Absent => {}
            Self::Null => *field = null,
            Self::Given(value) => *field = value,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Given))
    }
}

/// A list that may be left out or null, which is the same as empty.
pub(super) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A decimal written as a text or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount(pub(super) Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let amount = text.trim().parse().or_else(|_| Decimal::from_scientific(&text));
        amount.map(Self).map_err(serde::de::Error::custom)
    }
}

/// The number in a global id of this type.
pub(super) fn number(id: &str, kind: &str) -> Option<i64> {
    Gid::parse(id).filter(|gid| gid.kind == kind)?.number()
}

/// An argument as a typed value; the schema was checked, so this fails for numbers out of range only.
pub(super) fn read<T: for<'de> Deserialize<'de>>(
    arguments: &Map<String, Value>,
    name: &str,
) -> Result<T, Refusal> {
    let value = arguments.get(name).cloned().unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|error| Refusal::new("INVALID_FIELD_ARGUMENTS", error.to_string()))
}

/// The text of an argument.
pub(super) fn text<'a>(arguments: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    arguments.get(name)?.as_str()
}

/// Refuses inputs that are not simulated, unless they are null or empty.
pub(super) fn refuse_others(input: Option<&Value>, names: &[&str]) -> Result<(), Refusal> {
    let Some(object) = input.and_then(Value::as_object) else {
        return Ok(());
    };
    let empty = |value: &Value| {
        value.is_null() || value.as_array().is_some_and(Vec::is_empty) || *value == Value::Bool(false)
    };
    match names
        .iter()
        .find(|name| object.get(**name).is_some_and(|value| !empty(value)))
    {
        Some(name) => Err(Refusal::not_simulated(name)),
        None => Ok(()),
    }
}
