//! Custom fields of products, as settings name them.

use std::fmt;
use std::str::FromStr;

use mapping_transforms::decimal_of;
use serde_json::{Map, Value, json};
use thiserror::Error;

/// Most custom fields that are read and written: `metafieldsSet` takes so many at once.
pub const MOST_METAFIELDS: usize = 25;

/// A custom field of products that rules may lead to: `metafields.custom.material` in a record.
///
/// The type is needed to make one where there is none; one that is there keeps its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metafield {
    /// Its namespace, 3 to 255 letters, digits, `_` or `-`.
    pub namespace: String,
    /// Its key, 2 to 64 of the same.
    pub key: String,
    /// Its type: `single_line_text_field`, `number_integer`, `boolean`, `json`, `list.single_line_text_field`, ...
    pub kind: String,
}

/// A text that names no custom field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` {problem}: write namespace.key:type, as in custom.material:single_line_text_field")]
pub struct NoMetafield {
    text: String,
    problem: &'static str,
}

impl FromStr for Metafield {
    type Err = NoMetafield;

    /// Reads `custom.material:single_line_text_field`.
    fn from_str(text: &str) -> Result<Self, NoMetafield> {
        let wrong = |problem| NoMetafield {
            text: text.to_owned(),
            problem,
        };
        let (name, kind) = text
            .trim()
            .split_once(':')
            .ok_or_else(|| wrong("names no type"))?;
        let (namespace, key) = name.split_once('.').ok_or_else(|| wrong("has no namespace"))?;
        let plain = |text: &str, least: usize, most: usize| {
            let letters = text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            letters && (least..=most).contains(&text.len())
        };
        if !plain(namespace, 3, 255) {
            return Err(wrong(
                "has a namespace that is not 3 to 255 letters, digits, _ or -",
            ));
        }
        if !plain(key, 2, 64) {
            return Err(wrong("has a key that is not 2 to 64 letters, digits, _ or -"));
        }
        let known = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
        if kind.is_empty() || !kind.chars().all(known) {
            return Err(wrong("has no type that Shopify knows"));
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            key: key.to_owned(),
            kind: kind.to_owned(),
        })
    }
}

impl fmt::Display for Metafield {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.key)
    }
}

impl Metafield {
    /// The variables with which documents ask for these fields.
    pub(crate) fn variables(fields: &[Self]) -> Map<String, Value> {
        let keys: Vec<String> = fields.iter().map(Self::to_string).collect();
        let variables = [
            ("custom", json!(!fields.is_empty())),
            ("fields", json!(fields.len().max(1))),
            ("keys", json!(keys)),
        ];
        variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// What a field holds: numbers, flags and JSON as such, decimals and everything else as text.
pub(crate) fn shown(kind: &str, text: &str) -> Value {
    let parsed = || serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    match kind {
        "number_integer" | "boolean" => parsed(),
        kind if is_json(kind) => parsed(),
        _ => json!(text),
    }
}

/// Types whose value is JSON.
fn is_json(kind: &str) -> bool {
    let named = [
        "json",
        "rich_text_field",
        "dimension",
        "volume",
        "weight",
        "rating",
        "money",
        "link",
    ];
    kind.starts_with("list.") || named.contains(&kind)
}

/// Whether a field of this type that holds `text` holds this value already.
pub(crate) fn holds(kind: &str, text: &str, wanted: &str) -> bool {
    let number = |text: &str| decimal_of(&json!(text)).ok();
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    text == wanted
        || (kind.starts_with("number_") && number(text).is_some() && number(text) == number(wanted))
        || (is_json(kind) && json(text).is_some() && json(text) == json(wanted))
}

/// A value as the API takes it; `None` where the field is to be emptied.
pub(crate) fn input(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(items) => Some(value.to_string()).filter(|_| !items.is_empty()),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_with_their_type() {
        let field: Metafield = " custom.wash-care:list.single_line_text_field ".parse().unwrap();
        assert_eq!(field.to_string(), "custom.wash-care");
        assert_eq!(field.kind, "list.single_line_text_field");
        for (text, problem) in [
            ("material", "names no type"),
            ("material:boolean", "has no namespace"),
            ("cu.material:boolean", "namespace that is not"),
            ("custom.a.b:boolean", "key that is not"),
            ("custom.größe:boolean", "key that is not"),
            ("custom.material:", "no type"),
        ] {
            let error = text.parse::<Metafield>().unwrap_err().to_string();
            assert!(error.contains(problem) && error.contains(text), "{error}");
        }
    }

    #[test]
    fn values_are_shown_by_type_and_compared_by_meaning() {
        assert_eq!(shown("number_integer", "5"), json!(5));
        assert_eq!(shown("number_decimal", "1.50"), json!("1.50"));
        assert_eq!(shown("boolean", "true"), json!(true));
        assert_eq!(shown("list.color", r##"["#fff"]"##), json!(["#fff"]));
        assert_eq!(shown("json", "{broken"), json!("{broken"));
        assert!(holds("number_decimal", "1.50", "1.5"));
        assert!(holds("json", r#"{"a": 1}"#, r#"{"a":1}"#));
        assert!(!holds("single_line_text_field", "1.50", "1.5"));
        for nothing in [json!(null), json!(""), json!([])] {
            assert_eq!(input(&nothing), None);
        }
        assert_eq!(input(&json!(["a"])).as_deref(), Some(r#"["a"]"#));
    }
}
