//! References to other records.

use serde_json::Value;

use super::{Action, Definition, Inverse, TransformError, grammar};
use crate::compare::Compare;

/// Answers which records are the same thing in both systems.
///
/// Both functions go by the way a rule is **written**, whichever way a run goes: the source is the system of the rule's
/// `shopify_field`, the target that of its `odoo_field`. One lookup serves a chain and its inverse.
pub trait Lookup {
    /// The id on the Odoo side of the record that has `source_id` on the Shopify side.
    fn target_of(&self, record_type: &str, source_id: &str) -> Option<String>;
    /// The id on the Shopify side of the record that has `target_id` on the Odoo side.
    fn source_of(&self, record_type: &str, target_id: &str) -> Option<String>;
}

/// A lookup without any links: for previews, and for rules that refer to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLinks;

impl Lookup for NoLinks {
    fn target_of(&self, _record_type: &str, _source_id: &str) -> Option<String> {
        None
    }
    fn source_of(&self, _record_type: &str, _target_id: &str) -> Option<String> {
        None
    }
}

pub(super) fn definitions() -> Vec<Definition> {
    vec![Definition::with_argument(
        "link",
        "the id of the linked record of this type in the other system, as text; an error of its own if it is not linked",
        "<record type>",
        Inverse::Yes,
        |argument| {
            let record_type = grammar::one(argument)?;
            let back = record_type.clone();
            Ok(Action::linked(move |value, links| {
                follow(value, &record_type, |id| links.target_of(&record_type, id))
            })
            .with_linked_inverse(move |value, links| follow(value, &back, |id| links.source_of(&back, id)))
            .compared_as(Compare::Auto))
        },
    )]
}

/// The text of an id in a record: a JSON integer, or text. `Ok(None)` if there is none: null, an empty text, or
/// `false`, as Odoo shows an empty reference.
pub(crate) fn id_of(value: &Value) -> Result<Option<String>, TransformError> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) if !number.is_f64() => Ok(Some(number.to_string())),
        _ => Err(TransformError::unsuitable(
            "an id (a whole number or text)",
            value,
        )),
    }
}

fn follow(
    value: &Value,
    record_type: &str,
    find: impl Fn(&str) -> Option<String>,
) -> Result<Value, TransformError> {
    let Some(id) = id_of(value)? else {
        return Ok(Value::Null);
    };
    match find(&id) {
        Some(other) => Ok(Value::String(other)),
        None => Err(TransformError::NotLinked {
            record_type: record_type.to_owned(),
            id,
        }),
    }
}
