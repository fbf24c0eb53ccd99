//! Options and values that were renamed in the shop, on products that Odoo has already.
//!
//! Renaming keeps the variants, and with them their stock and history. It is done only where no other product uses
//! the attribute or value; otherwise the product gets another value, and what hangs on the variant moves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::read;
use super::shape::AttributeLine;
use super::structure::{Line, Structure, read_structures};
use super::write::InHand;
use crate::Session;
use crate::client::CallError;
use crate::vocabulary::count;

/// Renames what was renamed in the shop, before names are looked up.
pub(crate) async fn rename(session: &Session, batch: &mut [InHand<'_>]) -> Result<(), CallError> {
    let known = |one: &InHand<'_>| {
        let id = one.write.target_id.as_deref().and_then(|id| id.parse().ok());
        id.filter(|_| one.wanted.lines.is_some())
    };
    let templates: Vec<i64> = batch.iter().filter_map(known).collect();
    if templates.is_empty() {
        return Ok(());
    }
    let fields = read::variant_fields(&*session.field_info("product.product").await?);
    let structures = read_structures(&session.client, &templates, &fields).await?;
    for one in batch.iter() {
        let Some(structure) = known(one).and_then(|id| structures.get(&id)) else {
            continue;
        };
        let mut kept = None;
        for renaming in renamings(one, structure) {
            match renaming {
                // The values of an attribute that keeps its name move to another one.
                Renaming::Value { attribute, .. } if kept == Some(attribute) => {}
                Renaming::Attribute { id, .. } if !carry_out(session, &renaming).await? => kept = Some(id),
                Renaming::Attribute { .. } => {}
                Renaming::Value { .. } => {
                    carry_out(session, &renaming).await?;
                }
            }
        }
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Renaming {
    Attribute { id: i64, name: String },
    Value { id: i64, attribute: i64, name: String },
}

/// What seems to have been renamed: the same linked variants, another name.
fn renamings(one: &InHand<'_>, structure: &Structure) -> Vec<Renaming> {
    let wanted = one.wanted.lines.as_deref().unwrap_or_default();
    let mut found = Vec::new();
    let unknown: Vec<_> = wanted
        .iter()
        .filter(|line| !structure.lines.iter().any(|l| l.attribute == line.attribute))
        .collect();
    let idle: Vec<&Line> = structure
        .lines
        .iter()
        .filter(|line| !wanted.iter().any(|w| w.attribute == line.attribute))
        .collect();
    if let ([new], [old]) = (unknown.as_slice(), idle.as_slice()) {
        let values: BTreeSet<&str> = old.values.iter().map(|value| value.name.as_str()).collect();
        let same_values = new.values.iter().all(|value| values.contains(value.as_str()));
        if same_values || value_by_value(one, structure, old, new) {
            found.push(Renaming::Attribute {
                id: old.attribute_id,
                name: new.attribute.clone(),
            });
            found.extend(value_renamings(one, structure, old, new));
        }
    }
    for line in &structure.lines {
        if let Some(new) = wanted.iter().find(|w| w.attribute == line.attribute) {
            found.extend(value_renamings(one, structure, line, new));
        }
    }
    found
}

/// What the linked variants have of a line, and what they are to have instead of each of its values.
fn changes<'a>(
    one: &'a InHand<'_>,
    structure: &'a Structure,
    line: &Line,
    wanted: &AttributeLine,
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut changes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for variant in &one.wanted.variants {
        let was = variant.linked.and_then(|id| structure.variant(id));
        let was = was.and_then(|was| was.combination.get(&line.attribute));
        let now = variant.combination.as_ref();
        if let (Some(was), Some(now)) = (was, now.and_then(|now| now.get(&wanted.attribute))) {
            changes.entry(was).or_default().insert(now);
        }
    }
    changes
}

/// Whether each value of the old line has become one of the new line, and no two the same: then both were renamed, the
/// attribute and some of its values.
fn value_by_value(one: &InHand<'_>, structure: &Structure, old: &Line, new: &AttributeLine) -> bool {
    let changes = changes(one, structure, old, new);
    let names: BTreeSet<&&str> = changes.values().flatten().collect();
    !changes.is_empty() && changes.values().all(|names| names.len() == 1) && names.len() == changes.len()
}

fn value_renamings(
    one: &InHand<'_>,
    structure: &Structure,
    line: &Line,
    new: &AttributeLine,
) -> Vec<Renaming> {
    let renamed = changes(one, structure, line, new);
    let wanted = &new.values;
    let mut found = Vec::new();
    for value in &line.values {
        let Some(names) = renamed.get(value.name.as_str()) else {
            continue;
        };
        let mut names = names.iter();
        if let (Some(name), None) = (names.next(), names.next())
            && *name != value.name
            && !wanted.contains(&value.name)
            && !line.values.iter().any(|other| other.name == *name)
        {
            found.push(Renaming::Value {
                id: value.value,
                attribute: line.attribute_id,
                name: (*name).to_owned(),
            });
        }
    }
    found
}

/// Renames, unless another product uses it too or the name is taken. Answers whether it did.
async fn carry_out(session: &Session, renaming: &Renaming) -> Result<bool, CallError> {
    let lines = "product.template.attribute.line";
    let (model, id, name, users, taken) = match renaming {
        Renaming::Attribute { id, name } => (
            "product.attribute",
            *id,
            name,
            json!([["attribute_id", "=", id]]),
            json!([["name", "=", name]]),
        ),
        Renaming::Value { id, attribute, name } => (
            "product.attribute.value",
            *id,
            name,
            json!([["value_ids", "in", [id]]]),
            json!([["name", "=", name], ["attribute_id", "=", attribute]]),
        ),
    };
    let shared = count(&session.client, lines, users).await? > 1;
    if shared || count(&session.client, model, taken).await? > 0 {
        return Ok(false);
    }
    session.client.write(model, &[id], json!({"name": name})).await?;
    Ok(true)
}
