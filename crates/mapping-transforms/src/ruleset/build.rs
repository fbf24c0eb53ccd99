//! Putting mapped values together to a document.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Element, Mapped};
use crate::path::{FieldPath, PathError, Segment};

/// The key under which an element of a document carries its identity: `"@source": "variant/123"`.
pub const SOURCE_KEY: &str = "@source";

/// Mapped values that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A value could not be put at its place.
    #[error("rule {rule}: {error}")]
    Path {
        /// The rule's id in the set.
        rule: i64,
        /// Why not.
        error: PathError,
    },
    /// A value for an element has a target without `*`, or the other way round.
    #[error("rule {rule}: `{target}` does not say where an element's field is")]
    NoElement {
        /// The rule's id in the set.
        rule: i64,
        /// The target.
        target: String,
    },
}

/// The document of the target that mapped values make: the fields of the record, and lists of elements, each with its
/// identity under [`SOURCE_KEY`] (see [`Element::from_key`]), in the order in which they first occur.
pub fn build_target(mapped: &[Mapped]) -> Result<Value, BuildError> {
    let mut document = Value::Object(Map::new());
    let mut lists: BTreeMap<FieldPath, List> = BTreeMap::new();
    for one in mapped {
        match (&one.element, one.target.collection()) {
            (Some(element), Some((list, tail))) => {
                let item = lists.entry(list).or_default().element(element);
                put(one, &tail, item)?;
            }
            (None, None) => put(one, &one.target, &mut document)?,
            _ => {
                return Err(BuildError::NoElement {
                    rule: one.rule,
                    target: one.target.to_string(),
                });
            }
        }
    }
    for (path, list) in lists {
        let rule = mapped
            .iter()
            .find(|one| path.is_prefix_of(&one.target))
            .map_or(0, |one| one.rule);
        let set = path.set(&mut document, Value::Array(list.items));
        set.map_err(|error| BuildError::Path { rule, error })?;
    }
    Ok(document)
}

#[derive(Default)]
struct List {
    items: Vec<Value>,
    places: BTreeMap<Element, usize>,
}

impl List {
    fn element(&mut self, element: &Element) -> &mut Value {
        let end = self.items.len();
        let place = *self.places.entry(element.clone()).or_insert(end);
        if place == end {
            self.items.push(serde_json::json!({ SOURCE_KEY: element.key() }));
        }
        &mut self.items[place]
    }
}

fn put(one: &Mapped, path: &FieldPath, into: &mut Value) -> Result<(), BuildError> {
    let reserved = path.segments().first() == Some(&Segment::Key(SOURCE_KEY.to_owned()));
    if reserved && one.element.is_some() {
        return Err(BuildError::NoElement {
            rule: one.rule,
            target: one.target.to_string(),
        });
    }
    path.set(into, one.value.clone())
        .map_err(|error| BuildError::Path {
            rule: one.rule,
            error,
        })
}
