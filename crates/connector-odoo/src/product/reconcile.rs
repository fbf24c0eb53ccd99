//! Bringing the attribute lines of an existing product to what the shop has, without losing its variants.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use super::shape::AttributeLine;
use super::write::{InHand, Vocabulary, line_name};
use crate::Session;
use crate::client::{CallError, LoadRow, archived_too};

const LINES: &str = "product.template.attribute.line";

/// Adds and removes lines and values. Answers whether anything was touched.
pub(crate) async fn reconcile(
    session: &Session,
    one: &InHand<'_>,
    vocabulary: &Vocabulary,
) -> Result<bool, CallError> {
    let Some(wanted) = &one.wanted.lines else {
        return Ok(false);
    };
    let mut touched = false;
    for line in wanted {
        touched |= match one
            .structure
            .lines
            .iter()
            .find(|known| known.attribute == line.attribute)
        {
            None => add_line(session, one, line, vocabulary).await?,
            Some(known) => {
                let missing = line
                    .values
                    .iter()
                    .filter(|value| !known.values.iter().any(|v| v.name == **value));
                let missing = value_ids(line, missing, vocabulary);
                let commands: Vec<_> = missing.iter().map(|id| json!([4, id])).collect();
                write_values(session, known.id, commands).await?
            }
        };
    }
    // Only now, when every variant has a place to go to, are the others taken away.
    for known in &one.structure.lines {
        let Some(line) = wanted.iter().find(|line| line.attribute == known.attribute) else {
            session
                .client
                .call(LINES, "unlink", json!([[known.id]]), Map::new())
                .await?;
            touched = true;
            continue;
        };
        let idle = known
            .values
            .iter()
            .filter(|value| !line.values.contains(&value.name))
            .filter(|value| !has_stranger(one, &known.attribute, &value.name));
        let commands: Vec<_> = idle.map(|value| json!([3, value.value])).collect();
        touched |= write_values(session, known.id, commands).await?;
    }
    Ok(touched)
}

/// Whether a variant in use has this value that the write does not know of: somebody added it in Odoo meanwhile, and the
/// shop gets it in turn. Without its value it would be gone.
fn has_stranger(one: &InHand<'_>, attribute: &str, value: &str) -> bool {
    let known = |id: i64| {
        let mut children = one.write.children.iter().chain(&one.write.removed);
        children.any(|child| child.target_id.as_deref() == Some(id.to_string().as_str()))
    };
    one.structure.variants.iter().any(|variant| {
        let has = variant.combination.get(attribute).map(String::as_str) == Some(value);
        has && variant.active && !known(variant.id)
    })
}

async fn write_values(
    session: &Session,
    line: i64,
    commands: Vec<serde_json::Value>,
) -> Result<bool, CallError> {
    if commands.is_empty() {
        return Ok(false);
    }
    session
        .client
        .write(LINES, &[line], json!({"value_ids": commands}))
        .await?;
    Ok(true)
}

/// Adds a line. A line with a single value leaves a product's variants what they are, one with several replaces
/// them: so it begins with the value that most of the linked variants take, and gets the others afterwards.
async fn add_line(
    session: &Session,
    one: &InHand<'_>,
    line: &AttributeLine,
    vocabulary: &Vocabulary,
) -> Result<bool, CallError> {
    let all = value_ids(line, line.values.iter(), vocabulary);
    let first = value_ids(line, most_taken(one, line), vocabulary);
    let attribute = vocabulary
        .attributes
        .get(&line.attribute)
        .copied()
        .unwrap_or_default();
    let columns = ["id", "product_tmpl_id/.id", "attribute_id/.id", "value_ids/.id"];
    // Odoo looks for database ids among what is not archived, unless it is told to look everywhere.
    let context = if one.is_archived() {
        archived_too()
    } else {
        json!({})
    };
    let mut steps = vec![first, all];
    steps.dedup();
    for values in steps.into_iter().filter(|values| !values.is_empty()) {
        let values: Vec<String> = values.iter().map(i64::to_string).collect();
        let row = LoadRow::single(vec![
            line_name(session, &one.write.source_id, &line.attribute),
            one.template.to_string(),
            attribute.to_string(),
            values.join(","),
        ]);
        for result in session.client.load(LINES, &columns, &[row], &context).await {
            result?;
        }
    }
    Ok(true)
}

/// The value of a new line that most of the variants take that Odoo has already.
fn most_taken<'a>(one: &'a InHand<'_>, line: &AttributeLine) -> Option<&'a String> {
    let mut taken: BTreeMap<&String, usize> = BTreeMap::new();
    let linked = one
        .wanted
        .variants
        .iter()
        .filter(|variant| variant.linked.is_some());
    for value in linked.filter_map(|variant| variant.combination.as_ref()?.get(&line.attribute)) {
        *taken.entry(value).or_default() += 1;
    }
    taken
        .into_iter()
        .max_by_key(|(_, times)| *times)
        .map(|(value, _)| value)
}

fn value_ids<'a>(
    line: &AttributeLine,
    values: impl IntoIterator<Item = &'a String>,
    vocabulary: &Vocabulary,
) -> Vec<i64> {
    let id = |value: &String| {
        vocabulary
            .values
            .get(&(line.attribute.clone(), value.clone()))
            .copied()
    };
    values.into_iter().filter_map(id).collect()
}
