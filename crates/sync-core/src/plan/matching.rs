//! Finding the counterpart of a record that both systems have already.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{ChildRule, FieldPath, Side, same_value};
use serde_json::Value;

use crate::{MatchKey, Pair, Record};

/// A counterpart that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The counterpart's id.
    pub id: String,
    /// By which step.
    pub by: String,
}

/// What looking for a counterpart led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchOutcome {
    /// There is one, and only one.
    Found(Match),
    /// There may be several, or one that others claim as well.
    Ambiguous {
        /// By which step.
        by: String,
        /// The ids and labels of those that come into question.
        candidates: Vec<(String, String)>,
    },
    /// There is none.
    None,
}

/// The texts of a record at a key's place: trimmed, in small letters, without empty ones.
fn texts(body: &Value, path: &FieldPath) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let found = match path.collection() {
        Some((list, tail)) => {
            let items = list.get(body).ok().flatten().and_then(Value::as_array);
            let values = items
                .into_iter()
                .flatten()
                .filter_map(|item| tail.get(item).ok().flatten());
            values.filter_map(text).collect()
        }
        None => path
            .get(body)
            .ok()
            .flatten()
            .and_then(text)
            .into_iter()
            .collect::<Vec<_>>(),
    };
    found.into_iter().filter(|text| !text.is_empty()).collect()
}

/// The values of a record that a step looks for.
pub fn key_values(record: &Record, path: &FieldPath) -> Vec<String> {
    let found: BTreeSet<String> = texts(&record.body, path).into_iter().collect();
    found.into_iter().collect()
}

/// Looks for the counterpart of `record` among `candidates`, which are not linked yet. `rivals` are those of the
/// record's own side with one of its keys, itself perhaps among them. What is left alone is in neither.
///
/// A step counts only where it is unique on both sides: each of the record's values there belongs to one record, and
/// all of those that have a counterpart to the same one.
pub fn match_record(
    key: &MatchKey,
    from: Side,
    record: &Record,
    rivals: &[Record],
    candidates: &[Record],
) -> MatchOutcome {
    let (own_path, other_path) = (key.on(from), key.on(from.other()));
    let own = texts(&record.body, own_path);
    let wanted: BTreeSet<&str> = own.iter().map(String::as_str).collect();
    let mut holders: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for candidate in candidates {
        for text in texts(&candidate.body, other_path) {
            if let Some(wanted) = wanted.get(text.as_str()) {
                holders.entry(wanted).or_default().push(candidate);
            }
        }
    }
    let found: BTreeMap<&str, &Record> = holders
        .values()
        .flatten()
        .map(|record| (record.id.as_str(), *record))
        .collect();
    if found.is_empty() {
        return MatchOutcome::None;
    }
    let contested = rivals.iter().filter(|rival| rival.id != record.id).any(|rival| {
        texts(&rival.body, own_path)
            .iter()
            .any(|text| wanted.contains(text.as_str()))
    });
    let repeated = own.len() > wanted.len();
    let shared = holders.values().any(|holders| holders.len() > 1);
    let mut names = found.values();
    match (names.next(), names.next()) {
        (Some(only), None) if !contested && !repeated && !shared => MatchOutcome::Found(Match {
            id: only.id.clone(),
            by: key.name.clone(),
        }),
        _ => MatchOutcome::Ambiguous {
            by: key.name.clone(),
            candidates: found
                .values()
                .map(|record| (record.id.clone(), record.label.clone()))
                .collect(),
        },
    }
}

/// The child rule whose elements a key is about.
fn child_of<'c>(key: &MatchKey, children: &'c [ChildRule]) -> Option<&'c ChildRule> {
    let (list, _) = key.shopify.collection()?;
    children.iter().find(|child| child.shopify == list)
}

/// Which elements of two records belong together: by each key in turn, those whose value is unique on both sides and
/// that no earlier key has paired.
pub fn pair_children(
    keys: &[MatchKey],
    children: &[ChildRule],
    shopify: &Record,
    odoo: &Record,
) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for key in keys {
        let Some(child) = child_of(key, children) else {
            continue;
        };
        let free = |side: Side, pairs: &[Pair], record: &Record| {
            let values = element_values(&record.body, key.on(side), child.id_key(side));
            let taken = |id: &str| {
                pairs
                    .iter()
                    .any(|pair| pair.record_type.as_str() == child.record_type && pair.id_on(side) == id)
            };
            values
                .into_iter()
                .filter(|(id, _)| !taken(id))
                .collect::<Vec<_>>()
        };
        let (left, right) = (
            free(Side::Shopify, &pairs, shopify),
            free(Side::Odoo, &pairs, odoo),
        );
        for (shopify_id, value) in &left {
            let here = left.iter().filter(|(_, other)| same_value(value, other)).count();
            let mut there = right.iter().filter(|(_, other)| same_value(value, other));
            if let (1, Some((odoo_id, _)), None) = (here, there.next(), there.next()) {
                pairs.push(Pair {
                    record_type: child.record_type.as_str().into(),
                    shopify_id: shopify_id.clone(),
                    odoo_id: odoo_id.clone(),
                });
            }
        }
    }
    pairs
}

/// The values of a record's elements at a key's place, with the elements' ids. Texts are trimmed and in small letters;
/// empty ones are left out.
fn element_values(body: &Value, path: &FieldPath, id_key: &str) -> Vec<(String, Value)> {
    let Some((list, tail)) = path.collection() else {
        return Vec::new();
    };
    let items = list.get(body).ok().flatten().and_then(Value::as_array);
    let value = |item: &Value| {
        let id = match &item[id_key] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => return None,
        };
        let value = match tail.get(item).ok().flatten()? {
            Value::String(text) if text.trim().is_empty() => return None,
            Value::Null | Value::Bool(false) => return None,
            Value::String(text) => Value::String(text.trim().to_lowercase()),
            other => other.clone(),
        };
        Some((id, value))
    };
    items.into_iter().flatten().filter_map(value).collect()
}
