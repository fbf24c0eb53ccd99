//! Which attributes and values a write is about. They come as a whole, and not all of it is for Odoo.

use sync_core::{ConnectorError, Write};

use super::shape::{AttributeLine, Combination, WantedVariant, attribute_lines};

/// What of the attribute lines is to be written; `None` where they stay as they are.
pub(super) fn settle(
    write: &Write,
    lines: Option<Vec<AttributeLine>>,
    variants: &mut [WantedVariant],
) -> Result<Option<Vec<AttributeLine>>, ConnectorError> {
    let Some(current) = &write.current else {
        return Ok(lines);
    };
    let shown = attribute_lines(&current.body["attribute_line_ids"])?;
    Ok(with_new(lines, shown, variants))
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
