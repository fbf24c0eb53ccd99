//! What a write wants of a product's variants.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{Element, SOURCE_KEY};
use serde_json::{Map, Value};
use sync_core::{ConnectorError, Write};

use super::named::Named;
use crate::gid;
use crate::product::node::{OptionNode, ProductNode, VariantNode};
use crate::write::{refusal, text};

/// A variant as the rules want it.
#[derive(Debug)]
pub(super) struct Wanted<'w> {
    fields: &'w Map<String, Value>,
    /// `variant/5`; `None` for one that is meant by its position.
    pub(super) source: Option<&'w str>,
    /// The variant that it is known to be.
    target: Option<u64>,
    /// Fields that may be touched; `None` for all.
    named: Option<BTreeSet<String>>,
    /// Its option values by the options' names; `None` where the rules do not say.
    pub(super) selected: Option<Vec<(String, String)>>,
}

impl Wanted<'_> {
    /// A field that is wanted and may be touched. Of one that is to be made, everything is.
    pub(super) fn field(&self, name: &str, made: bool) -> Option<&Value> {
        let named = made || self.named.as_ref().is_none_or(|named| named.contains(name));
        self.fields.get(name).filter(|_| named)
    }

    /// Its option values, if they may be touched.
    pub(super) fn selected(&self, made: bool) -> Option<&[(String, String)]> {
        self.field("selected_options", made)?;
        self.selected.as_deref()
    }

    /// Fields that are named, for a remark about those that are not written.
    pub(super) fn named(&self) -> impl Iterator<Item = &String> {
        self.named.iter().flatten()
    }
}

/// The variants that a write wants, in its order.
pub(super) fn wanted<'w>(write: &'w Write, named: &Named) -> Result<Vec<Wanted<'w>>, ConnectorError> {
    let list = match write.desired.get("variants") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(refusal("bad_value", "`variants` is no list")),
    };
    let all = list.iter().enumerate();
    all.map(|(at, value)| one(write, named, at, value)).collect()
}

/// The variants that a write wants of a product that is there. Where an option was renamed in Shopify since they were
/// written down, a variant that is to be made may still name it as it was called: the one option that it does not name is
/// meant by the one name that the product does not have.
pub(super) fn wanted_of<'w>(
    write: &'w Write,
    named: &Named,
    product: &ProductNode,
) -> Result<Vec<Wanted<'w>>, ConnectorError> {
    let mut wanted = wanted(write, named)?;
    if named.own("attribute_lines") || product.has_only_default_variant {
        return Ok(wanted);
    }
    let options = &product.options;
    for one in wanted.iter_mut().filter(|one| one.target.is_none()) {
        let Some(selected) = &mut one.selected else {
            continue;
        };
        let has = |name: &str| options.iter().any(|option| same(&option.name, name));
        let speaks_of = |option: &OptionNode| selected.iter().any(|(name, _)| same(name, &option.name));
        let mut missing = options.iter().filter(|option| !speaks_of(option));
        let (Some(option), None) = (missing.next(), missing.next()) else {
            continue;
        };
        let mut unknown = selected.iter_mut().filter(|(name, _)| !has(name));
        if let (Some((name, _)), None) = (unknown.next(), unknown.next()) {
            name.clone_from(&option.name);
        }
    }
    Ok(wanted)
}

fn one<'w>(
    write: &'w Write,
    named: &Named,
    at: usize,
    value: &'w Value,
) -> Result<Wanted<'w>, ConnectorError> {
    let Some(fields) = value.as_object() else {
        return Err(refusal("bad_value", format!("`variants.{at}` is no variant")));
    };
    let source = fields.get(SOURCE_KEY).and_then(Value::as_str);
    let target = match source {
        Some(source) => child(write, source),
        None => at_place(write, at),
    };
    let element = match (source, target) {
        (None, _) => format!("#{at}"),
        (Some(_), Some(target)) => target.to_string(),
        (Some(source), None) => format!("new {source}"),
    };
    Ok(Wanted {
        fields,
        source,
        target,
        named: named.variant(&element),
        selected: fields
            .get("selected_options")
            .map(|value| selected(at, value))
            .transpose()?,
    })
}

/// The counterpart of an element, if it is known.
fn child(write: &Write, source: &str) -> Option<u64> {
    let element = Element::from_key(source)?;
    let mut children = write.children.iter();
    let child = children.find(|child| {
        child.record_type.as_str() == element.record_type && child.source_id == element.source_id
    })?;
    gid::number(child.target_id.as_deref()?)
}

/// The variant that was at this position when the product was compared.
fn at_place(write: &Write, at: usize) -> Option<u64> {
    let current = write.current.as_ref()?;
    current.body.get("variants")?.get(at)?.get("id")?.as_u64()
}

fn selected(at: usize, value: &Value) -> Result<Vec<(String, String)>, ConnectorError> {
    let field = format!("variants.{at}.selected_options");
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Object(values) => values
            .iter()
            .map(|(name, value)| Ok((name.clone(), text(&format!("{field}.{name}"), value)?)))
            .collect(),
        _ => Err(refusal(
            "bad_value",
            format!("`{field}` is no list of option values by name"),
        )),
    }
}

/// An option's name and its values in order.
pub(super) type Line = (String, Vec<String>);

/// Options and their values, as a write wants them.
pub(super) fn lines(write: &Write) -> Result<Option<Vec<Line>>, ConnectorError> {
    let bad = || refusal("bad_value", "`attribute_lines` is no list of {attribute, values}");
    let lines = match write.desired.get("attribute_lines") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(lines)) => lines,
        Some(_) => return Err(bad()),
    };
    let one = |line: &Value| {
        let name = line.get("attribute").and_then(Value::as_str).ok_or_else(bad)?;
        let values = line.get("values").and_then(Value::as_array).ok_or_else(bad)?;
        let values = values.iter().map(|value| text("attribute_lines", value));
        Ok((name.to_owned(), values.collect::<Result<Vec<_>, _>>()?))
    };
    lines.iter().map(one).collect::<Result<Vec<_>, _>>().map(Some)
}

/// Whether two names mean the same: Shopify keeps the case and does not tell apart by it.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// Which of the product's variants each wanted one is (positions), if it is there: the linked one, else the one with
/// its option values, else the only one.
pub(super) fn assign(wanted: &[Wanted<'_>], product: &ProductNode) -> Vec<Option<usize>> {
    let variants = &product.variants.nodes;
    let mut places: Vec<Option<usize>> = vec![None; wanted.len()];
    let mut taken = vec![false; variants.len()];
    let give = |place: &mut Option<usize>, at: Option<usize>, taken: &mut Vec<bool>| {
        if let Some(at) = at.filter(|at| !taken[*at]) {
            taken[at] = true;
            *place = Some(at);
        }
    };
    for (one, place) in wanted.iter().zip(&mut places) {
        let at = one
            .target
            .and_then(|id| variants.iter().position(|variant| variant.id.number == id));
        give(place, at, &mut taken);
    }
    let by_values = by_values(variants);
    for (one, place) in wanted.iter().zip(&mut places) {
        let selected = one.selected.as_ref().filter(|list| !list.is_empty());
        let Some(selected) = selected.filter(|_| place.is_none()) else {
            continue;
        };
        let whole = by_values.get(&key(selected.iter().map(|(name, value)| (name, value))));
        let at = whole.copied().or_else(|| {
            let mut fits = (0..variants.len()).filter(|at| !taken[*at] && agrees(selected, &variants[*at]));
            fits.next().filter(|_| fits.next().is_none())
        });
        give(place, at, &mut taken);
    }
    if product.has_only_default_variant || variants.len() == 1 && wanted.len() == 1 {
        let free = |one: &Wanted<'_>| {
            let without = one.selected.as_ref().is_none_or(Vec::is_empty);
            product.has_only_default_variant || without
        };
        let first = wanted
            .iter()
            .zip(&places)
            .position(|(one, place)| place.is_none() && free(one));
        if let Some(first) = first {
            give(
                &mut places[first],
                Some(0).filter(|_| !variants.is_empty()),
                &mut taken,
            );
        }
    }
    places
}

/// Option values without regard to case or order.
type Key = Vec<(String, String)>;

fn key<'k>(selected: impl Iterator<Item = (&'k String, &'k String)>) -> Key {
    let lower = selected.map(|(name, value)| (name.to_lowercase(), value.to_lowercase()));
    let mut key: Key = lower.collect();
    key.sort();
    key
}

/// Places of variants by all their option values.
fn by_values(variants: &[VariantNode]) -> BTreeMap<Key, usize> {
    let keys = variants.iter().map(|variant| {
        let selected = variant.selected_options.iter();
        key(selected.map(|one| (&one.name, &one.value)))
    });
    keys.zip(0..).collect()
}

/// Whether a variant has all these option values.
fn agrees(selected: &[(String, String)], variant: &VariantNode) -> bool {
    selected.iter().all(|(name, value)| {
        let mut own = variant.selected_options.iter();
        own.any(|one| same(&one.name, name) && same(&one.value, value))
    })
}
