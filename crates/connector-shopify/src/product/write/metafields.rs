//! Custom fields of products. A field is written only if nobody changed it since the product was read for this write.

use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, ErrorKind, Write};

use super::named::Named;
use crate::metafield::{Metafield, holds, input};
use crate::product::node::{MetafieldNode, ProductNode};
use crate::write::UserError;

/// What is to be set and what is to be emptied, as inputs.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) set: Vec<Value>,
    pub(super) delete: Vec<Value>,
}

impl Fields {
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.delete.is_empty()
    }
}

/// The fields that a write names, with what they are to hold; `None` for nothing.
fn wanted<'f>(write: &Write, named: &Named, fields: &'f [Metafield]) -> Vec<(&'f Metafield, Option<String>)> {
    let all = write.desired.get("metafields");
    let wanted = fields.iter().filter_map(|field| {
        let value = all?.get(&field.namespace)?.get(&field.key)?;
        let is_named = named.metafield(&field.namespace, &field.key);
        is_named.then(|| (field, input(value)))
    });
    wanted.collect()
}

/// What differs from what the product has.
pub(super) fn changes(write: &Write, named: &Named, product: &ProductNode, fields: &[Metafield]) -> Fields {
    let mut changes = Fields::default();
    for (field, value) in wanted(write, named, fields) {
        let now = product.metafield(field);
        let owner = &product.id.text;
        match (value, now) {
            (None, None) => {}
            (Some(value), Some(now)) if holds(&now.kind, &now.value, &value) => {}
            (Some(value), now) => changes.set.push(set(field, owner, &value, now)),
            (None, Some(_)) => changes.delete.push(json!({
                "ownerId": owner, "namespace": field.namespace, "key": field.key,
            })),
        }
    }
    changes
}

/// One that is there keeps its type. A digest of nothing says that there must be none.
fn set(field: &Metafield, owner: &str, value: &str, now: Option<&MetafieldNode>) -> Value {
    json!({
        "ownerId": owner,
        "namespace": field.namespace,
        "key": field.key,
        "type": now.map_or(&field.kind, |now| &now.kind),
        "value": value,
        "compareDigest": now.map(|now| &now.compare_digest),
    })
}

/// The fields of a product that is to be made.
pub(super) fn of_new(write: &Write, named: &Named, fields: &[Metafield]) -> Vec<Value> {
    let given = wanted(write, named, fields).into_iter();
    let inputs = given.filter_map(|(field, value)| {
        let value = value?;
        Some(json!({
            "namespace": field.namespace, "key": field.key, "type": field.kind, "value": value,
        }))
    });
    inputs.collect()
}

/// Variables for the parts of a document that write custom fields.
pub(super) fn variables(fields: &Fields) -> Map<String, Value> {
    let variables = [
        ("fields", json!(fields.set)),
        ("emptied", json!(fields.delete)),
        ("sets", json!(!fields.set.is_empty())),
        ("empties", json!(!fields.delete.is_empty())),
    ];
    variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Somebody changed a field between reading and writing it: the next attempt reads it again.
pub(super) fn is_stale(errors: &[UserError], error: ConnectorError) -> ConnectorError {
    if errors.iter().all(|error| error.is("STALE_OBJECT")) {
        return ConnectorError {
            kind: ErrorKind::Contention,
            ..error
        };
    }
    error
}
