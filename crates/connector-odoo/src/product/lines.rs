//! Which attributes and values a write is about. They come as a whole, and not all of it is for Odoo.

use sync_core::{ConnectorError, Write};

use super::named::Named;
use super::shape::{AttributeLine, Combination, WantedVariant, attribute_lines};

/// What of the attribute lines is to be written; `None` where they stay as they are.
pub(super) fn settle(
    write: &Write,
    named: &Named,
    lines: Option<Vec<AttributeLine>>,
    variants: &mut [WantedVariant],
) -> Result<Option<Vec<AttributeLine>>, ConnectorError> {
    let Some(current) = &write.current else {
        return Ok(lines);
    };
    let shown = attribute_lines(&current.body["attribute_line_ids"])?;
    let is_named = named.own("attribute_line_ids")
        || !write.removed.is_empty()
        || variants.iter().any(|variant| match variant.linked {
            Some(id) => named.variant(id, "combination"),
            None => true,
        });
    let lines = lines.filter(|_| is_named);
    let lines = lines.map(|lines| without_idle(lines, &shown, variants));
    Ok(with_new(lines, shown, variants))
}

/// A value that Odoo does not have, and that none of the variants for Odoo has, belongs to one that went from Odoo and that
/// the shop keeps: it does not come back without its variant.
fn without_idle(
    mut lines: Vec<AttributeLine>,
    shown: &[AttributeLine],
    variants: &[WantedVariant],
) -> Vec<AttributeLine> {
    if variants.iter().any(|variant| variant.combination.is_none()) {
        return lines;
    }
    for line in &mut lines {
        let known = shown.iter().find(|known| known.attribute == line.attribute);
        line.values.retain(|value| {
            let taken = |variant: &WantedVariant| {
                let combination = variant.combination.as_ref();
                combination.and_then(|all| all.get(&line.attribute)) == Some(value)
            };
            known.is_some_and(|known| known.values.contains(value)) || variants.iter().any(taken)
        });
    }
    lines.retain(|line| !line.values.is_empty());
    lines
}

/// A variant that is to be made brings its values along, also where the attributes are said to stay as they are, or to be
/// what the shop had not heard of when it made the variant.
fn with_new(
    lines: Option<Vec<AttributeLine>>,
    shown: Vec<AttributeLine>,
    variants: &mut [WantedVariant],
) -> Option<Vec<AttributeLine>> {
    let mut all = lines.clone().unwrap_or(shown);
    let new = variants.iter_mut().filter(|variant| variant.linked.is_none());
    let mut added = false;
    for combination in new.filter_map(|variant| variant.combination.as_mut()) {
        follow_renaming(combination, &all);
        for (attribute, value) in combination {
            let line = all.iter_mut().find(|line| line.attribute == *attribute);
            if let Some(line) = line.filter(|line| !line.values.contains(value)) {
                line.values.push(value.clone());
                added = true;
            }
        }
    }
    if added { Some(all) } else { lines }
}

/// The one attribute that the product does not have goes by the name of the one that the variant does not name.
fn follow_renaming(combination: &mut Combination, lines: &[AttributeLine]) {
    let unknown = combination
        .keys()
        .filter(|name| !lines.iter().any(|line| line.attribute == **name));
    let unknown: Vec<String> = unknown.cloned().collect();
    let idle: Vec<&AttributeLine> = lines
        .iter()
        .filter(|line| !combination.contains_key(&line.attribute))
        .collect();
    if let ([old], [line]) = (unknown.as_slice(), idle.as_slice())
        && let Some(value) = combination.remove(old)
    {
        combination.insert(line.attribute.clone(), value);
    }
}
