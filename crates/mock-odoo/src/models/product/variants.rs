//! Keeps a template's variants in step with its attribute lines.

use std::collections::BTreeMap;

use crate::fault::{Fault, Res};
use crate::models::product::combination::{active_values, has_dynamic, indices, is_excluded, variant_lines};
use crate::models::product::{LINE, PRODUCT, PTAV, TEMPLATE};
use crate::orm::{Command, Env, Vals, Value};
use crate::py::Py;

/// More variants than this are not made at once.
const LIMIT: usize = 1000;

/// What one template needs done.
#[derive(Default)]
struct Changes {
    activate: Vec<i64>,
    create: Vec<Vals>,
    unlink: Vec<i64>,
}

/// Makes, revives and removes variants so that each possible combination has one.
pub(super) fn create_variants(env: &mut Env<'_>, templates: &[i64]) -> Res<()> {
    let mut all = Changes::default();
    for template in templates {
        let changes = plan(env, *template)?;
        all.activate.extend(changes.activate);
        all.create.extend(changes.create);
        all.unlink.extend(changes.unlink);
    }
    if !all.activate.is_empty() {
        env.write(PRODUCT, &all.activate, Vals::new().with("active", true))?;
    }
    if !all.create.is_empty() {
        env.create(PRODUCT, all.create)?;
    }
    if !all.unlink.is_empty() {
        unlink_or_archive(env, &all.unlink)?;
        if templates.iter().any(|t| !env.view().exists(TEMPLATE, *t)) {
            return Err(Fault::user(
                "This configuration of product attributes, values, and exclusions would lead to no possible variant. \
                 Please archive or delete your product directly if intended.",
            ));
        }
    }
    Ok(())
}

fn plan(env: &mut Env<'_>, template: i64) -> Res<Changes> {
    let view = env.view();
    let lines = variant_lines(&view, template);
    let choices: Vec<Vec<i64>> = lines.iter().map(|l| active_values(&view, *l)).collect();
    let all = view.children(PRODUCT, "product_tmpl_id", template);
    add_single_values(env, &lines, &choices, &all)?;
    let view = env.view();
    // Of two variants of one combination the active and older one counts.
    let mut ordered = all.clone();
    ordered.sort_by_key(|v| (view.is_active(PRODUCT, *v), -*v));
    let mut existing: BTreeMap<String, i64> = BTreeMap::new();
    for variant in &ordered {
        let values = view.get(PRODUCT, *variant, "product_template_attribute_value_ids");
        existing.insert(indices(values.as_ids()), *variant);
    }
    let mut changes = Changes::default();
    if has_dynamic(&view, template) {
        for variant in existing.values() {
            let values = view
                .get(PRODUCT, *variant, "product_template_attribute_value_ids")
                .as_ids()
                .to_vec();
            if is_possible(env, template, &lines, &values) {
                changes.activate.push(*variant);
            }
        }
    } else {
        let active = view.flag(TEMPLATE, template, "active");
        let mut combinations = Combinations::new(&choices);
        while let Some(combination) = combinations.next() {
            if is_excluded(&view, template, &combination) {
                continue;
            }
            match existing.get(&indices(&combination)) {
                Some(variant) => changes.activate.push(*variant),
                None => changes.create.push(variant_values(template, combination, active)),
            }
            if changes.create.len() > LIMIT {
                return Err(Fault::user(
                    "The number of variants to generate is above allowed limit. You should either not generate \
                     variants for each combination or generate them on demand from the sales order. To do so, open \
                     the form view of attributes and change the mode of *Create Variants*.",
                ));
            }
        }
    }
    changes.unlink = ordered
        .into_iter()
        .filter(|v| !changes.activate.contains(v))
        .collect();
    Ok(changes)
}

fn variant_values(template: i64, combination: Vec<i64>, active: bool) -> Vals {
    let mut vals = Vals::new()
        .with("product_tmpl_id", template)
        .with("active", active);
    vals.set_commands(
        "product_template_attribute_value_ids",
        vec![Command::Set(combination)],
    );
    vals
}

/// An attribute with one value makes no new variants: it is written on those that are there.
fn add_single_values(env: &mut Env<'_>, lines: &[i64], choices: &[Vec<i64>], variants: &[i64]) -> Res<()> {
    let singles: Vec<i64> = choices
        .iter()
        .filter(|c| c.len() == 1)
        .flatten()
        .copied()
        .collect();
    if singles.is_empty() {
        return Ok(());
    }
    for variant in variants {
        let view = env.view();
        let before = view
            .get(PRODUCT, *variant, "product_template_attribute_value_ids")
            .as_ids()
            .to_vec();
        let mut combination = before.clone();
        combination.extend(singles.iter().filter(|s| !before.contains(s)));
        let mut of: Vec<i64> = combination
            .iter()
            .filter_map(|v| view.id_of(PTAV, *v, "attribute_line_id"))
            .collect();
        of.sort_unstable();
        let mut expected = lines.to_vec();
        expected.sort_unstable();
        if of == expected && combination.len() != before.len() {
            let mut vals = Vals::new();
            vals.set_commands(
                "product_template_attribute_value_ids",
                vec![Command::Set(combination)],
            );
            env.write(PRODUCT, &[*variant], vals)?;
        }
    }
    Ok(())
}

fn is_possible(env: &Env<'_>, template: i64, lines: &[i64], values: &[i64]) -> bool {
    let view = env.view();
    let mut of: Vec<i64> = values
        .iter()
        .filter_map(|v| view.id_of(PTAV, *v, "attribute_line_id"))
        .collect();
    of.sort_unstable();
    let mut expected = lines.to_vec();
    expected.sort_unstable();
    of == expected
        && values.iter().all(|v| view.flag(PTAV, *v, "ptav_active"))
        && !is_excluded(&view, template, values)
}

/// All combinations of one choice per line, the last line moving fastest.
struct Combinations<'c> {
    choices: &'c [Vec<i64>],
    at: Option<Vec<usize>>,
}

impl<'c> Combinations<'c> {
    fn new(choices: &'c [Vec<i64>]) -> Self {
        let at = choices
            .iter()
            .all(|c| !c.is_empty())
            .then(|| vec![0; choices.len()]);
        Self { choices, at }
    }

    fn next(&mut self) -> Option<Vec<i64>> {
        let at = self.at.as_mut()?;
        let combination = at
            .iter()
            .zip(self.choices)
            .filter_map(|(n, c)| c.get(*n).copied())
            .collect();
        let mut place = at.len();
        loop {
            if place == 0 {
                self.at = None;
                break;
            }
            place -= 1;
            let (Some(n), Some(choice)) = (at.get_mut(place), self.choices.get(place)) else {
                break;
            };
            *n += 1;
            if *n < choice.len() {
                break;
            }
            *n = 0;
        }
        Some(combination)
    }
}

/// Removes the variants that nothing uses and archives the others.
pub(super) fn unlink_or_archive(env: &mut Env<'_>, variants: &[i64]) -> Res<()> {
    let (used, unused): (Vec<i64>, Vec<i64>) = variants.iter().partition(|v| is_used(env, **v));
    if !used.is_empty() {
        env.write(PRODUCT, &used, Vals::new().with("active", false))?;
    }
    halve(env, &unused)
}

/// Tries to remove all at once, and on refusal each half.
fn halve(env: &mut Env<'_>, variants: &[i64]) -> Res<()> {
    if variants.is_empty() {
        return Ok(());
    }
    let savepoint = env.t.savepoint();
    let touched = env.touched.0.clone();
    if env.unlink(PRODUCT, variants).is_ok() {
        return Ok(());
    }
    env.t.rollback_to(savepoint);
    env.touched.0 = touched;
    if let [one] = variants {
        if env.view().is_active(PRODUCT, *one) {
            env.write(PRODUCT, &[*one], Vals::new().with("active", false))?;
        }
        return Ok(());
    }
    let (first, second) = variants.split_at(variants.len() / 2);
    halve(env, first)?;
    halve(env, second)
}

/// Orders, moves and stock keep a variant from being removed.
pub(super) fn is_used(env: &Env<'_>, variant: i64) -> bool {
    let key = variant.to_string();
    ["sale.order.line", "stock.move", "stock.move.line", "stock.quant"]
        .iter()
        .any(|table| env.t.find(table, "product_id", &key).next().is_some())
}

/// Creates, revives, archives or removes the template values of these lines after their values, then the variants.
pub(super) fn update_values(env: &mut Env<'_>, lines: &[i64]) -> Res<()> {
    let mut create = Vec::new();
    let mut unlink: Vec<i64> = Vec::new();
    for line in lines {
        let view = env.view();
        let (template, attribute) = (
            view.id_of(LINE, *line, "product_tmpl_id"),
            view.id_of(LINE, *line, "attribute_id"),
        );
        let value_model = env.model(super::VALUE)?;
        let mut remaining = view.sort(
            value_model,
            view.get(LINE, *line, "value_ids").as_ids().to_vec(),
            None,
        )?;
        let mut activate = Vec::new();
        for ptav in view.children(PTAV, "attribute_line_id", *line) {
            let value = view.id_of(PTAV, ptav, "product_attribute_value_id").unwrap_or(0);
            let is_active = view.flag(PTAV, ptav, "ptav_active");
            if remaining.contains(&value) {
                remaining.retain(|v| *v != value);
                if !is_active {
                    activate.push(ptav);
                }
            } else if is_active {
                unlink.push(ptav);
            }
        }
        for value in remaining {
            // An archived value of a line that is gone serves again.
            let view = env.view();
            let archived = view
                .children(PTAV, "product_attribute_value_id", value)
                .into_iter()
                .find(|p| {
                    !view.flag(PTAV, *p, "ptav_active")
                        && view.id_of(PTAV, *p, "product_tmpl_id") == template
                        && view.id_of(PTAV, *p, "attribute_id") == attribute
                });
            match archived {
                Some(ptav) => {
                    unlink.retain(|u| *u != ptav);
                    env.write(
                        PTAV,
                        &[ptav],
                        Vals::new()
                            .with("ptav_active", true)
                            .with("attribute_line_id", *line),
                    )?;
                }
                None => create.push(
                    Vals::new()
                        .with("product_attribute_value_id", value)
                        .with("attribute_line_id", *line)
                        .with(
                            "price_extra",
                            or_zero(view.get(super::VALUE, value, "default_extra_price")),
                        ),
                ),
            }
        }
        env.write(PTAV, &activate, Vals::new().with("ptav_active", true))?;
        env.write(PTAV, &unlink, Vals::new().with("ptav_active", false))?;
    }
    env.unlink(PTAV, &unlink)?;
    if !create.is_empty() {
        env.create(PTAV, create)?;
    }
    if makes_variants(env) {
        let view = env.view();
        let mut templates: Vec<i64> = lines
            .iter()
            .filter_map(|l| view.id_of(LINE, *l, "product_tmpl_id"))
            .collect();
        templates.dedup();
        create_variants(env, &templates)?;
    }
    Ok(())
}

/// Whether variants are made of lines at once; not while a variant makes its own template.
pub(super) fn makes_variants(env: &Env<'_>) -> bool {
    env.s.ctx("create_product_product").is_none_or(Py::truthy)
}

/// `{field: NULL}` where a new number has no value.
pub(super) fn or_zero(value: Value) -> Value {
    if value.is_null() {
        crate::orm::Value::Num(rust_decimal::Decimal::ZERO)
    } else {
        value
    }
}
