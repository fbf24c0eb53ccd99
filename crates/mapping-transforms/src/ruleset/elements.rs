//! The elements of a record that are records of their own.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ChildRule, MappingProblem, RuleSet, Stage};
use crate::describe::describe;
use crate::mapping::Side;
use crate::path::Found;
use crate::transform::{Lookup, id_of};

/// A child record: its type, and its id on the side that a run reads from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Element {
    /// The record type of its [`ChildRule`].
    pub record_type: String,
    /// Its id in the source's record.
    pub source_id: String,
}

impl Element {
    /// `variant/123`: how a document names it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.record_type, self.source_id)
    }

    /// The element that a document's key names.
    pub fn from_key(key: &str) -> Option<Self> {
        let (record_type, source_id) = key.split_once('/')?;
        let named = !record_type.is_empty() && !source_id.is_empty();
        named.then(|| Self {
            record_type: record_type.to_owned(),
            source_id: source_id.to_owned(),
        })
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.record_type, self.source_id)
    }
}

/// The elements of one child rule in one record.
pub(super) type Elements<'a> = Vec<(Element, &'a Value)>;

impl RuleSet {
    /// All child records in a record of the side `from`, child rule by child rule, each in the record's order.
    /// Elements without an id, and those that share one, are left out ([`Self::apply`] reports them).
    ///
    /// Where several child rules share the list on that side (the lines of an order, read from Odoo), an element
    /// belongs to the one whose record type it is linked as; one without a link belongs to none.
    pub fn elements(&self, from: Side, source: &Value, lookup: &dyn Lookup) -> Vec<Element> {
        let lists = self
            .children
            .iter()
            .flat_map(|child| self.elements_of(child, from, source, lookup).0);
        lists.map(|(element, _)| element).collect()
    }

    pub(super) fn elements_of<'a>(
        &self,
        child: &ChildRule,
        from: Side,
        source: &'a Value,
        lookup: &dyn Lookup,
    ) -> (Elements<'a>, Vec<MappingProblem>) {
        let list = child.collection(from);
        let problem = |value: &Value, message: String| MappingProblem {
            rule: 0,
            element: None,
            stage: Stage::Elements,
            path: list.to_string(),
            value: describe(value),
            message,
            not_linked: None,
        };
        let items = match list.find(source) {
            Ok(Found::Value(Value::Array(items))) => items,
            Ok(Found::Value(Value::Null | Value::Bool(false)) | Found::NullParent | Found::Absent) => {
                return (Vec::new(), Vec::new());
            }
            Ok(Found::Value(other)) => {
                return (Vec::new(), vec![problem(other, format!("`{list}` is no list"))]);
            }
            Err(error) if error.at_false => return (Vec::new(), Vec::new()),
            Err(error) => return (Vec::new(), vec![problem(source, error.to_string())]),
        };
        let shared = self
            .children
            .iter()
            .filter(|other| other.collection(from) == list)
            .count()
            > 1;
        let (mut elements, mut problems, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (index, item) in items.iter().enumerate() {
            let key = child.id_key(from);
            let id = item.get(key).map_or(Ok(None), id_of);
            let Ok(Some(source_id)) = id else {
                problems.push(problem(item, format!("`{list}.{index}` has no id under `{key}`")));
                continue;
            };
            if shared && !is_linked(lookup, from, &child.record_type, &source_id) {
                continue;
            }
            if !seen.insert(source_id.clone()) {
                problems.push(problem(
                    item,
                    format!("`{list}.{index}` has the id of an element before it"),
                ));
                continue;
            }
            elements.push((
                Element {
                    record_type: child.record_type.clone(),
                    source_id,
                },
                item,
            ));
        }
        (elements, problems)
    }
}

fn is_linked(lookup: &dyn Lookup, from: Side, record_type: &str, id: &str) -> bool {
    match from {
        Side::Shopify => lookup.target_of(record_type, id).is_some(),
        Side::Odoo => lookup.source_of(record_type, id).is_some(),
    }
}
