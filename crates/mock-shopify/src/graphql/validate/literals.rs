use apollo_compiler::Node;
use apollo_compiler::ast::{Type, Value};
use apollo_compiler::schema::ExtendedType;

use super::{Validator, nullable};
use crate::graphql::coerce::{Wrong, scalar};

impl Validator<'_> {
    /// Whether a literal can be of this type. Fields of input objects are looked at on their own.
    pub(super) fn literal(&self, value: &Node<Value>, ty: &Type) -> Result<(), Wrong> {
        let wrong = || Err(Wrong { text: None });
        if let Value::Variable(_) = value.as_ref() {
            return Ok(());
        }
        if let Value::Null = value.as_ref() {
            return if ty.is_non_null() { wrong() } else { Ok(()) };
        }
        let name = match nullable(ty) {
            Type::List(item) | Type::NonNullList(item) => {
                return match value.as_ref() {
                    Value::List(items) => items.iter().try_for_each(|one| self.literal(one, &item)),
                    _ => self.literal(value, &item),
                };
            }
            Type::Named(name) | Type::NonNullNamed(name) => name,
        };
        match (self.schema.types.get(&name), value.as_ref()) {
            (Some(ExtendedType::Enum(known)), Value::Enum(value)) if known.values.contains_key(value) => {
                Ok(())
            }
            (Some(ExtendedType::InputObject(_)), Value::Object(_)) => Ok(()),
            (Some(ExtendedType::Scalar(_)), value) => match constant(value) {
                Some(json) => scalar(&name, &json).map_err(|wrong| Wrong {
                    text: wrong.text.filter(|_| wrong_in_literals(&name)),
                }),
                None if name == "JSON" => Ok(()),
                None => wrong(),
            },
            _ => wrong(),
        }
    }
}

/// Scalars whose own words stand in the error for a literal.
fn wrong_in_literals(name: &str) -> bool {
    !matches!(name, "Int" | "Float" | "String" | "Boolean")
}

/// A literal as JSON, for scalars; `None` for objects, lists and enum values.
fn constant(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::String(text) => text.as_str().into(),
        Value::Boolean(flag) => (*flag).into(),
        Value::Int(number) => serde_json::Value::Number(number.as_str().parse().ok()?),
        Value::Float(number) => serde_json::Value::Number(number.as_str().parse().ok()?),
        _ => return None,
    })
}
