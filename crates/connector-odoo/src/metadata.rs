//! What Odoo says about its own fields.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One field of a model, as `fields_get` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct FieldInfo {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) store: bool,
    #[serde(default)]
    pub(crate) relation: Option<String>,
}

/// All fields of a model by name.
pub(crate) type Fields = BTreeMap<String, FieldInfo>;

/// The answer of `fields_get`.
pub(crate) fn read_fields(answer: Value) -> Option<Fields> {
    serde_json::from_value(answer).ok()
}

/// The fields that are cheap to read and mean something to a mapping: stored, and neither pictures nor lists of other
/// records.
pub(crate) fn stored_fields(fields: &Fields) -> Vec<String> {
    const SIMPLE: [&str; 11] = [
        "char",
        "text",
        "html",
        "integer",
        "float",
        "monetary",
        "boolean",
        "date",
        "datetime",
        "selection",
        "many2one",
    ];
    let simple = fields.iter().filter(|(name, info)| {
        let wanted = SIMPLE.contains(&info.kind.as_str()) && info.store;
        wanted || name.as_str() == "product_tag_ids"
    });
    simple.map(|(name, _)| name.clone()).collect()
}

/// An empty field as nothing: Odoo shows `false`, which only means false where the field is a truth value.
pub(crate) fn nothing_as_null(row: &mut Value, fields: &Fields) {
    for (name, value) in row.as_object_mut().into_iter().flatten() {
        let truth = fields.get(name).is_some_and(|field| field.kind == "boolean");
        if *value == Value::Bool(false) && !truth {
            *value = Value::Null;
        }
    }
}
