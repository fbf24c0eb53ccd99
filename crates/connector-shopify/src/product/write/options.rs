//! Options and their values after a write, as a pure decision.
//!
//! Nothing is removed: an option, a value or a variant that the write does not speak of stays. An option or a value
//! that goes by another name now is renamed, so that it keeps its identity. Only what makes Shopify's placeholder
//! (`Title / Default Title`) needless takes its place.

use serde_json::{Value, json};
use sync_core::ConnectorError;

use super::desired::{self, Wanted, same};
use crate::product::node::{OptionNode, ProductNode, VariantNode};
use crate::write::refusal;

/// Most options of a product.
const MOST_OPTIONS: usize = 3;

/// An option as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    id: Option<String>,
    pub(super) name: String,
    values: Vec<ValuePlan>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ValuePlan {
    id: Option<String>,
    name: String,
}

/// The options as they are to be, and which values variants have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    plans: Vec<Plan>,
    /// Of each variant that there is, one value per option.
    pub(super) existing: Vec<Vec<String>>,
    /// Of each wanted variant that is to be made; empty for the others.
    pub(super) made: Vec<Vec<String>>,
    /// Whether options, values or the values of existing variants change: that takes `productSet`.
    pub(super) changed: bool,
}

impl Options {
    /// `productOptions` of `productSet`.
    pub(super) fn input(&self) -> Value {
        let option = |(at, plan): (usize, &Plan)| {
            let values: Vec<Value> = plan
                .values
                .iter()
                .map(|value| named(value.id.as_ref(), &value.name))
                .collect();
            let mut option = named(plan.id.as_ref(), &plan.name);
            option["position"] = json!(at + 1);
            option["values"] = json!(values);
            option
        };
        self.plans.iter().enumerate().map(option).collect()
    }

    /// `optionValues` of a variant.
    pub(super) fn values_input(&self, values: &[String]) -> Value {
        let pairs = self.plans.iter().zip(values);
        pairs
            .map(|(plan, value)| json!({"optionName": plan.name, "name": value}))
            .collect()
    }
}

fn named(id: Option<&String>, name: &str) -> Value {
    match id {
        Some(id) => json!({"id": id, "name": name}),
        None => json!({"name": name}),
    }
}

/// What is wanted of options: a name, its values in order, and which option of the product it is.
struct Line<'l> {
    name: &'l str,
    values: Vec<&'l str>,
    is: Option<usize>,
    /// Whether its place and the order of its values are wanted as they are here: variants do not say.
    ordered: bool,
}

/// Options for a product that is to be made.
pub(super) fn of_new(
    wanted: &[Wanted<'_>],
    lines: Option<&[desired::Line]>,
) -> Result<Options, ConnectorError> {
    let mut options = planned(&[], &[], wanted, &vec![None; wanted.len()], lines)?;
    if options.plans.is_empty() && !wanted.is_empty() {
        options.plans = vec![Plan {
            id: None,
            name: "Title".into(),
            values: vec![ValuePlan {
                id: None,
                name: "Default Title".into(),
            }],
        }];
        options.made = vec![vec!["Default Title".into()]; wanted.len()];
    }
    Ok(options)
}

/// Options of a product that is there. `places` says which variants the wanted ones are.
pub(super) fn of_existing(
    product: &ProductNode,
    wanted: &[Wanted<'_>],
    places: &[Option<usize>],
    lines: Option<&[desired::Line]>,
) -> Result<Options, ConnectorError> {
    let mut own: Vec<&OptionNode> = product.options.iter().collect();
    own.sort_by_key(|option| option.position);
    let placeholder = product.has_only_default_variant;
    let base = if placeholder { &[][..] } else { own.as_slice() };
    let mut options = planned(base, &product.variants.nodes, wanted, places, lines)?;
    if placeholder && options.plans.is_empty() {
        if places.contains(&None) {
            let message = "a variant has no option values, and the product has one without them already: \
                           map `selected_options` or `attribute_lines`";
            return Err(refusal("no_option_values", message));
        }
        options.changed = false;
    }
    Ok(options)
}

fn planned(
    base: &[&OptionNode],
    variants: &[VariantNode],
    wanted: &[Wanted<'_>],
    places: &[Option<usize>],
    lines: Option<&[desired::Line]>,
) -> Result<Options, ConnectorError> {
    let mut lines = lines_of(wanted, places, lines);
    recognise(&mut lines, base, variants, wanted, places);
    let names = order(base, &lines);
    if names.len() > MOST_OPTIONS {
        let known: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
        let message = format!(
            "the product would have the options {}: Shopify takes {MOST_OPTIONS} at most",
            known.join(", ")
        );
        return Err(refusal("options_over_limit", message));
    }
    let existing = existing(base, variants, wanted, places, &names, &lines);
    let made = made(wanted, places, base, &names, &lines)?;
    let mut changed = names
        .iter()
        .enumerate()
        .any(|(at, (is, name))| *is != Some(at) || base.get(at).is_none_or(|option| option.name != *name));
    let mut plans = Vec::with_capacity(names.len());
    for (at, (is, name)) in names.iter().enumerate() {
        let option = is.map(|is| base[is]);
        let line = lines.iter().find(|line| line.name == *name);
        let column = |rows: &[Vec<String>]| -> Vec<String> {
            rows.iter().filter_map(|row| row.get(at).cloned()).collect()
        };
        let now: Vec<Option<&str>> = variants
            .iter()
            .map(|variant| option.and_then(|option| value_of(variant, option)))
            .collect();
        let (values, renamed) = values(option, &now, &column(&existing), &column(&made), line);
        changed |= renamed;
        plans.push(Plan {
            id: option.map(|option| option.id.text.clone()),
            name: (*name).to_owned(),
            values,
        });
        changed |= now
            .iter()
            .zip(column(&existing))
            .any(|(now, then)| *now != Some(then.as_str()));
    }
    Ok(Options {
        plans,
        existing,
        made,
        changed,
    })
}

/// What is wanted of options, by the lines and by the variants.
fn lines_of<'l>(
    wanted: &'l [Wanted<'_>],
    places: &[Option<usize>],
    lines: Option<&'l [desired::Line]>,
) -> Vec<Line<'l>> {
    let mut all: Vec<Line<'l>> = Vec::new();
    for (name, values) in lines.into_iter().flatten() {
        all.push(Line {
            name,
            values: values.iter().map(String::as_str).collect(),
            is: None,
            ordered: true,
        });
    }
    for (one, place) in wanted.iter().zip(places) {
        for (name, value) in one.selected(place.is_none()).into_iter().flatten() {
            let known = all.iter().position(|line| same(line.name, name));
            let line = known.unwrap_or_else(|| {
                all.push(Line {
                    name,
                    values: Vec::new(),
                    is: None,
                    ordered: false,
                });
                all.len() - 1
            });
            if !all[line].values.contains(&value.as_str()) {
                all[line].values.push(value);
            }
        }
    }
    all
}

/// Says which option of the product each line is: the one of its name, the one that nobody names and whose values the
/// variants have under the new name, or the one that is left.
fn recognise(
    lines: &mut [Line<'_>],
    base: &[&OptionNode],
    variants: &[VariantNode],
    wanted: &[Wanted<'_>],
    places: &[Option<usize>],
) {
    let mut free: Vec<usize> = (0..base.len()).collect();
    for exact in [true, false] {
        for line in lines.iter_mut().filter(|line| line.is.is_none()) {
            let named = |at: &usize| {
                let name = &base[*at].name;
                if exact {
                    name == line.name
                } else {
                    same(name, line.name)
                }
            };
            line.is = free.iter().copied().find(named);
            free.retain(|at| Some(*at) != line.is);
        }
    }
    for line in lines.iter_mut().filter(|line| line.is.is_none()) {
        let is_it = |at: &usize| {
            let pairs = wanted.iter().zip(places).filter_map(|(one, place)| {
                let mut selected = one.selected(false)?.iter();
                let then = selected
                    .find(|(name, _)| same(name, line.name))
                    .map(|(_, value)| value)?;
                Some((value_of(&variants[(*place)?], base[*at])?, then))
            });
            let pairs: Vec<(&str, &String)> = pairs.collect();
            !pairs.is_empty() && pairs.iter().all(|(now, then)| same(now, then))
        };
        let mut fits = free.iter().copied().filter(is_it);
        line.is = fits.next();
        free.retain(|at| Some(*at) != line.is);
    }
    // As many options as there are, under other names and with other values: they were renamed together with those.
    let left = lines
        .iter_mut()
        .filter(|line| line.is.is_none() && !line.values.is_empty());
    let left: Vec<&mut Line<'_>> = left.collect();
    if left.len() == free.len() && left.iter().all(|line| line.ordered) {
        for (line, at) in left.into_iter().zip(free) {
            line.is = Some(at);
        }
    }
}

/// The options in their order: those that lines speak of as they are wanted, behind them those that there are, and
/// then those that only variants speak of.
fn order<'n>(base: &[&'n OptionNode], lines: &[Line<'n>]) -> Vec<(Option<usize>, &'n str)> {
    let filled = |line: &&Line<'_>| !line.values.is_empty() || line.is.is_some();
    let spoken = lines.iter().filter(|line| line.ordered).filter(filled);
    let mut names: Vec<(Option<usize>, &str)> = spoken.map(|line| (line.is, line.name)).collect();
    for (at, option) in base.iter().enumerate() {
        if !names.iter().any(|(is, _)| *is == Some(at)) {
            let line = lines.iter().find(|line| line.is == Some(at));
            names.push((Some(at), line.map_or(option.name.as_str(), |line| line.name)));
        }
    }
    let new = lines
        .iter()
        .filter(|line| !line.ordered && line.is.is_none())
        .filter(filled);
    names.extend(new.map(|line| (None, line.name)));
    names
}

fn value_of<'v>(variant: &'v VariantNode, option: &OptionNode) -> Option<&'v str> {
    let mut selected = variant.selected_options.iter();
    selected
        .find(|one| one.name == option.name)
        .map(|one| one.value.as_str())
}

/// The values of the variants that there are.
fn existing(
    base: &[&OptionNode],
    variants: &[VariantNode],
    wanted: &[Wanted<'_>],
    places: &[Option<usize>],
    names: &[(Option<usize>, &str)],
    lines: &[Line<'_>],
) -> Vec<Vec<String>> {
    let one = |(at, variant): (usize, &VariantNode)| {
        let wants = places
            .iter()
            .position(|place| *place == Some(at))
            .map(|at| &wanted[at]);
        // What comes in place of the placeholder has no values that could stay.
        let selected = wants.and_then(|wants| wants.selected(base.is_empty()));
        let value = |(is, name): &(Option<usize>, &str)| {
            let mut selected = selected.into_iter().flatten();
            let then = selected
                .find(|(option, _)| same(option, name))
                .map(|(_, value)| value.clone());
            let now = || value_of(variant, base[(*is)?]).map(str::to_owned);
            // As Shopify does it: variants get the first value of an option that is added.
            let first = || {
                let line = lines.iter().find(|line| line.name == *name)?;
                line.values.first().map(|value| (*value).to_owned())
            };
            then.or_else(now).or_else(first).unwrap_or_default()
        };
        names.iter().map(value).collect()
    };
    variants.iter().enumerate().map(one).collect()
}

/// The values of the variants that are to be made.
fn made(
    wanted: &[Wanted<'_>],
    places: &[Option<usize>],
    base: &[&OptionNode],
    names: &[(Option<usize>, &str)],
    lines: &[Line<'_>],
) -> Result<Vec<Vec<String>>, ConnectorError> {
    let one = |(one, place): (&Wanted<'_>, &Option<usize>)| {
        if place.is_some() {
            return Ok(Vec::new());
        }
        let value = |(is, name): &(Option<usize>, &str)| {
            let mut selected = one.selected(true).into_iter().flatten();
            let then = selected.find(|(option, value)| same(option, name) && !value.is_empty());
            // An option with one value says nothing that anybody would have to repeat.
            let only = || {
                let own = is.map(|is| base[is].option_values.iter().map(|value| value.name.as_str()));
                let own: Vec<&str> = own.into_iter().flatten().collect();
                let line = lines.iter().find(|line| line.name == *name);
                match (own.as_slice(), line.map(|line| line.values.as_slice())) {
                    ([only], None | Some([])) | ([] | [_], Some([only])) => Some((*only).to_owned()),
                    _ => None,
                }
            };
            // A value that is there is taken as it is written there.
            let there = |value: &String| {
                let mut own = is.iter().flat_map(|is| &base[*is].option_values);
                own.find(|own| same(&own.name, value))
                    .map_or_else(|| value.clone(), |own| own.name.clone())
            };
            then.map(|(_, value)| there(value)).or_else(only).ok_or_else(|| {
                let which = one.source.unwrap_or("a variant");
                let message = format!(
                    "{which} has no value for the option `{name}`: give it one, or unlink the product"
                );
                refusal("no_option_value", message)
            })
        };
        names.iter().map(value).collect::<Result<Vec<_>, _>>()
    };
    wanted.iter().zip(places).map(one).collect()
}

/// The values of an option, and whether any of those that there are changes its name or place.
fn values(
    option: Option<&OptionNode>,
    now: &[Option<&str>],
    existing: &[String],
    made: &[String],
    line: Option<&Line<'_>>,
) -> (Vec<ValuePlan>, bool) {
    let known = option
        .map(|option| option.option_values.as_slice())
        .unwrap_or_default();
    let mut values: Vec<ValuePlan> = Vec::new();
    for value in known {
        let mut after = now
            .iter()
            .zip(existing)
            .filter(|(now, _)| **now == Some(value.name.as_str()));
        let to = after.next().map(|(_, then)| then);
        let all = to.is_some_and(|to| after.all(|(_, then)| then == to));
        let free = |to: &&String| {
            let taken =
                known.iter().any(|other| other.name == **to) || values.iter().any(|other| other.name == **to);
            !taken && !existing.iter().chain(made).any(|other| *other == value.name)
        };
        let name = to.filter(|_| all).filter(free).unwrap_or(&value.name).clone();
        values.push(ValuePlan {
            id: Some(value.id.text.clone()),
            name,
        });
    }
    let renamed = values
        .iter()
        .zip(known)
        .any(|(after, before)| after.name != before.name);
    let new = line
        .into_iter()
        .flat_map(|line| line.values.iter().map(|value| (*value).to_owned()));
    for name in new.chain(existing.iter().cloned()).chain(made.iter().cloned()) {
        let used = existing.contains(&name) || made.contains(&name);
        if used && !values.iter().any(|value| value.name == name) {
            values.push(ValuePlan { id: None, name });
        }
    }
    let before: Vec<String> = values
        .iter()
        .filter(|value| value.id.is_some())
        .map(|value| value.name.clone())
        .collect();
    if let Some(line) = line.filter(|line| line.ordered) {
        let place = |value: &ValuePlan| line.values.iter().position(|wanted| *wanted == value.name);
        values.sort_by_key(|value| place(value).unwrap_or(usize::MAX));
    }
    // A place counts only for values that variants have: nobody sees the others. New ones join at the end, unless they
    // are to stand before one that is there.
    let seen = |name: &&String| existing.contains(name);
    let there = |value: &&ValuePlan| value.id.is_some() && existing.contains(&value.name);
    let after = values.iter().filter(there).map(|value| &value.name);
    let moved = before.iter().filter(seen).ne(after);
    let new = option
        .is_some()
        .then(|| values.iter().position(|value| value.id.is_none()));
    let last = values.iter().rposition(|value| there(&value));
    let between = new.flatten().zip(last).is_some_and(|(new, last)| new < last);
    (values, renamed || moved || between)
}
