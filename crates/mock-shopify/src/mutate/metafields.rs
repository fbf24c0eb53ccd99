//! `metafieldsSet`, and the custom fields inside other inputs.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input::{Patch, read};
use super::metafield_owner::{find, owner_of, touch};
use super::{Done, Payload, Refusal, Slot, UserError, internal};
use crate::gid::Gid;
use crate::state::Store;

const KIND: &str = "MetafieldsSetPayload";
const ERRORS: (&str, &str) = ("userErrors", "MetafieldsSetUserError");
/// Most fields in one call.
const MOST: usize = 25;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    owner_id: String,
    key: String,
    namespace: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: String,
    #[serde(default)]
    compare_digest: Patch<String>,
}

/// A custom field inside the input of another mutation.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Nested {
    pub(super) key: Option<String>,
    pub(super) namespace: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
}

pub(super) fn set(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let inputs: Vec<Input> = read(arguments, "metafields")?;
    if inputs.len() > MOST {
        let text = format!("Exceeded the maximum metafields input limit of {MOST}.");
        let error = UserError::coded("LESS_THAN_OR_EQUAL_TO", &["metafields"], text);
        return Ok(Payload::bad(KIND, ERRORS, vec![error]));
    }
    let mut ids = Vec::with_capacity(inputs.len());
    let mut errors = Vec::new();
    for (at, input) in inputs.into_iter().enumerate() {
        match one(store, &input) {
            Ok(id) => ids.push(id),
            Err(Problem::Internal(refusal)) => return Err(refusal),
            Err(Problem::User(code, field, text)) => {
                let at_text = at.to_string();
                let mut path = vec!["metafields", at_text.as_str()];
                path.extend(field);
                let mut error = UserError::coded(code, &path, text);
                error.element = None;
                errors.push(error);
            }
        }
    }
    if !errors.is_empty() {
        // An empty list, and null only for too many (recorded).
        let none = Slot::Nodes("Metafield".into(), Vec::new());
        return Ok(Payload::bad(KIND, ERRORS, errors).with("metafields", none));
    }
    Ok(Payload::good(
        KIND,
        ERRORS,
        vec![("metafields", Slot::Nodes("Metafield".into(), ids))],
    ))
}

enum Problem {
    User(&'static str, Option<&'static str>, String),
    Internal(Refusal),
}

fn one(store: &mut Store<'_>, input: &Input) -> Result<i64, Problem> {
    let namespace = input.namespace.as_deref().unwrap_or("custom");
    let Some(record) = owner_of(store, &input.owner_id) else {
        let text = "Owner does not exist.";
        return Err(Problem::User("INVALID_VALUE", Some("ownerId"), text.into()));
    };
    let before = find(store, record, (namespace, &input.key));
    let field_type = input
        .kind
        .clone()
        .or_else(|| before.as_ref().map(|field| field.kind.clone()));
    let Some(field_type) = field_type else {
        return Err(Problem::User("BLANK", Some("type"), "Type can't be blank".into()));
    };
    check(&input.key, &field_type, &input.value)?;
    let same = before
        .as_ref()
        .is_some_and(|field| field.kind == field_type && field.value == input.value);
    let stale = match &input.compare_digest {
        Patch::Absent => false,
        Patch::Null => before.is_some(),
        Patch::Given(digest) => before.as_ref().is_none_or(|field| field.digest() != *digest),
    };
    // A value that is there already conflicts with nothing (recorded).
    if stale && !same {
        let text = "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.";
        return Err(Problem::User("STALE_OBJECT", None, text.into()));
    }
    write(store, record, (namespace, &input.key), &field_type, &input.value).map_err(Problem::Internal)
}

/// Sets a custom field. A value that is there already changes nothing, not even when its owner was changed last
/// (Shopify's changelog of 2025-02-18).
fn write(
    store: &mut Store<'_>,
    record: (&str, i64),
    name: (&str, &str),
    kind: &str,
    value: &str,
) -> Result<i64, Refusal> {
    let before = find(store, record, name);
    let same = before.is_some_and(|field| field.kind == kind && field.value == value);
    let id = store
        .set_metafield(record, name, kind, value)
        .map_err(|error| internal(&error))?;
    if !same {
        touch(store, record);
    }
    Ok(id)
}

fn check(key: &str, kind: &str, value: &str) -> Result<(), Problem> {
    let user = |code, field, text: String| Err(Problem::User(code, Some(field), text));
    if key.chars().count() < 2 {
        return user(
            "TOO_SHORT",
            "key",
            "Key is too short (minimum is 2 characters)".into(),
        );
    }
    if key.chars().count() > 64 {
        return user(
            "TOO_LONG",
            "key",
            "Key is too long (maximum is 64 characters)".into(),
        );
    }
    let Some(good) = fits(kind, value) else {
        return user(
            "INVALID_TYPE",
            "type",
            "Type must be a valid metafield type.".into(),
        );
    };
    if value.is_empty() {
        return user("BLANK", "value", "Value can't be blank.".into());
    }
    if good {
        Ok(())
    } else {
        user("INVALID_VALUE", "value", format!("Value must be of type {kind}."))
    }
}

/// Whether a value is of a type; `None` for types there are none of.
fn fits(kind: &str, value: &str) -> Option<bool> {
    let json = || serde_json::from_str::<Value>(value).is_ok();
    Some(match kind.strip_prefix("list.").unwrap_or(kind) {
        _ if kind.starts_with("list.") => serde_json::from_str::<Vec<Value>>(value).is_ok(),
        "single_line_text_field" => !value.contains('\n'),
        "multi_line_text_field" | "color" | "id" | "language" => true,
        "number_integer" => value.parse::<i64>().is_ok(),
        "number_decimal" => value.parse::<rust_decimal::Decimal>().is_ok(),
        "boolean" => matches!(value, "true" | "false"),
        "date" => value.parse::<jiff::civil::Date>().is_ok(),
        "date_time" => {
            value.parse::<jiff::Timestamp>().is_ok() || value.parse::<jiff::civil::DateTime>().is_ok()
        }
        "url" => value.contains(':'),
        "json" | "dimension" | "volume" | "weight" | "rating" | "money" | "rich_text_field" | "link" => {
            json()
        }
        reference if reference.ends_with("_reference") => Gid::parse(value).is_some(),
        _ => return None,
    })
}

/// Sets custom fields that stand in another input; answers what is wrong with one, by its position.
pub(super) fn set_nested(
    store: &mut Store<'_>,
    record: (&str, i64),
    fields: &[Nested],
) -> Result<Option<(usize, String)>, Refusal> {
    for (at, field) in fields.iter().enumerate() {
        let (Some(key), Some(value)) = (&field.key, &field.value) else {
            return Ok(Some((at, "Key and value can't be blank.".into())));
        };
        let namespace = field.namespace.as_deref().unwrap_or("custom");
        let before = find(store, record, (namespace, key));
        let kind = field.kind.clone().or_else(|| before.map(|before| before.kind));
        let kind = kind.unwrap_or_else(|| "single_line_text_field".into());
        if let Err(Problem::User(_, _, text)) = check(key, &kind, value) {
            return Ok(Some((at, text)));
        }
        write(store, record, (namespace, key), &kind, value)?;
    }
    Ok(None)
}
