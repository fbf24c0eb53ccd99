//! Finding the counterpart of a record that both systems have already.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{ChildRule, FieldPath, Side};
use serde_json::Value;

use crate::{MatchKey, Pair, Record};

/// A counterpart that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The counterpart's id.
    pub id: String,
    /// By which step.
    pub by: String,
    /// Elements that belong together.
    pub pairs: Vec<Pair>,
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

/// The texts of a record at a key's place: trimmed, in small letters, without empty ones. With the ids of the elements
/// they belong to, where they belong to one.
fn texts(body: &Value, path: &FieldPath, id_key: &str) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let mut found = Vec::new();
    if let Some((list, tail)) = path.collection() {
        let items = list.get(body).ok().flatten().and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            let id = match &item[id_key] {
                Value::String(id) => Some(id.clone()),
                Value::Number(id) => Some(id.to_string()),
                _ => None,
            };
            if let Some(text) = tail.get(item).ok().flatten().and_then(text) {
                found.push((text, id));
            }
        }
    } else if let Some(text) = path.get(body).ok().flatten().and_then(text) {
        found.push((text, None));
    }
    found.retain(|(text, _)| !text.is_empty());
    found
}

/// The values of a record that a step looks for.
pub fn key_values(record: &Record, path: &FieldPath) -> Vec<String> {
    let found = texts(&record.body, path, "id").into_iter().map(|(text, _)| text);
    found.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Looks for the counterpart of `record` among `candidates`, which are not linked yet. `rivals` are records of the
/// record's own side with one of its keys, itself perhaps among them.
///
/// A step counts only where it is unique on both sides: each of the record's values there belongs to one record, and
/// all of those that have a counterpart to the same one.
pub fn match_record(
    key: &MatchKey,
    children: &[ChildRule],
    from: Side,
    record: &Record,
    rivals: &[Record],
    candidates: &[Record],
) -> MatchOutcome {
    let (own_path, other_path) = (key.on(from), key.on(from.other()));
    let child = child_of(key, children);
    let id_key = |side: Side| child.map_or("id", |child| child.id_key(side));
    let own = texts(&record.body, own_path, id_key(from));
    let wanted: BTreeSet<&str> = own.iter().map(|(text, _)| text.as_str()).collect();
    let mut holders: BTreeMap<&str, Vec<(&Record, Option<String>)>> = BTreeMap::new();
    for candidate in candidates {
        for (text, element) in texts(&candidate.body, other_path, id_key(from.other())) {
            if let Some(wanted) = wanted.get(text.as_str()) {
                holders.entry(wanted).or_default().push((candidate, element));
            }
        }
    }
    let found: BTreeMap<&str, &Record> = holders
        .values()
        .flatten()
        .map(|(record, _)| (record.id.as_str(), *record))
        .collect();
    if found.is_empty() {
        return MatchOutcome::None;
    }
    let contested = rivals.iter().filter(|rival| rival.id != record.id).any(|rival| {
        texts(&rival.body, own_path, id_key(from))
            .iter()
            .any(|(text, _)| wanted.contains(text.as_str()))
    });
    let twice_here = own.len() > wanted.len();
    let twice_there = holders.values().any(|holders| holders.len() > 1);
    let mut names = found.values();
    match (names.next(), names.next()) {
        (Some(only), None) if !contested && !twice_here && !twice_there => MatchOutcome::Found(Match {
            id: only.id.clone(),
            by: key.name.clone(),
            pairs: pairs(from, child, &own, &holders),
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

fn pairs(
    from: Side,
    child: Option<&ChildRule>,
    own: &[(String, Option<String>)],
    holders: &BTreeMap<&str, Vec<(&Record, Option<String>)>>,
) -> Vec<Pair> {
    let Some(child) = child else { return Vec::new() };
    let pair = |(text, id): &(String, Option<String>)| {
        let there = holders.get(text.as_str())?.first()?.1.clone()?;
        let here = id.clone()?;
        let (shopify_id, odoo_id) = match from {
            Side::Shopify => (here, there),
            Side::Odoo => (there, here),
        };
        Some(Pair {
            record_type: child.record_type.as_str().into(),
            shopify_id,
            odoo_id,
        })
    };
    own.iter().filter_map(pair).collect()
}
