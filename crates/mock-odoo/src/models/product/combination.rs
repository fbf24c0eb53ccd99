//! What a template's attribute lines make possible.

use crate::models::product::{ATTRIBUTE, LINE, PRODUCT, PTAV, VALUE};
use crate::orm::View;

/// A template's lines that are not archived and have values, in order.
pub(super) fn valid_lines(view: &View<'_>, template: i64) -> Vec<i64> {
    let lines = view.children(LINE, "product_tmpl_id", template);
    let lines: Vec<i64> = lines
        .into_iter()
        .filter(|l| view.is_active(LINE, *l) && !view.get(LINE, *l, "value_ids").as_ids().is_empty())
        .collect();
    let Some(model) = view.reg.find(LINE) else {
        return lines;
    };
    view.sort(model, lines, None).unwrap_or_default()
}

/// How a line's attribute makes variants.
pub(super) fn mode(view: &View<'_>, line: i64) -> String {
    match view.id_of(LINE, line, "attribute_id") {
        Some(attribute) => view.text(ATTRIBUTE, attribute, "create_variant"),
        None => String::new(),
    }
}

/// The valid lines that make variants.
pub(super) fn variant_lines(view: &View<'_>, template: i64) -> Vec<i64> {
    valid_lines(view, template)
        .into_iter()
        .filter(|l| mode(view, *l) != "no_variant")
        .collect()
}

pub(super) fn has_dynamic(view: &View<'_>, template: i64) -> bool {
    valid_lines(view, template)
        .iter()
        .any(|l| mode(view, *l) == "dynamic")
}

/// A line's template values that are in use, in order.
pub(super) fn active_values(view: &View<'_>, line: i64) -> Vec<i64> {
    let values = view.children(PTAV, "attribute_line_id", line);
    let values = values
        .into_iter()
        .filter(|v| view.flag(PTAV, *v, "ptav_active"))
        .collect();
    let Some(model) = view.reg.find(PTAV) else {
        return Vec::new();
    };
    view.sort(model, values, None).unwrap_or_default()
}

/// A variant's template values of attributes that make variants.
pub(super) fn values_of(view: &View<'_>, variant: i64) -> Vec<i64> {
    let values = view
        .get(PRODUCT, variant, "product_template_attribute_value_ids")
        .as_ids()
        .to_vec();
    let mut values: Vec<i64> = values
        .into_iter()
        .filter(|v| {
            view.id_of(PTAV, *v, "attribute_line_id")
                .is_some_and(|line| mode(view, line) != "no_variant")
        })
        .collect();
    values.sort_unstable();
    values
}

/// The key of a combination: its ids in order, joined by commas.
pub(super) fn indices(values: &[i64]) -> String {
    let mut values = values.to_vec();
    values.sort_unstable();
    let texts: Vec<String> = values.iter().map(i64::to_string).collect();
    texts.join(",")
}

/// The values' names as they stand behind a product's name; a value that its line leaves no choice of is left out.
pub(super) fn name(view: &View<'_>, values: &[i64]) -> String {
    let Some(model) = view.reg.find(PTAV) else {
        return String::new();
    };
    let values = view.sort(model, values.to_vec(), None).unwrap_or_default();
    let only_active = values.iter().all(|v| view.flag(PTAV, *v, "ptav_active"));
    let has_choice = |value: &i64| {
        let Some(line) = view.id_of(PTAV, *value, "attribute_line_id") else {
            return true;
        };
        let siblings = view.children(PTAV, "attribute_line_id", line);
        let count = siblings
            .iter()
            .filter(|s| !only_active || view.flag(PTAV, **s, "ptav_active"))
            .count();
        count != 1
    };
    let names: Vec<String> = values
        .iter()
        .filter(|v| has_choice(v))
        .map(|v| match view.id_of(PTAV, *v, "product_attribute_value_id") {
            Some(value) => view.text(VALUE, value, "name"),
            None => String::new(),
        })
        .collect();
    names.join(", ")
}

/// Whether exclusions forbid this combination.
pub(super) fn is_excluded(view: &View<'_>, template: i64, values: &[i64]) -> bool {
    const EXCLUSION: &str = "product.template.attribute.exclusion";
    values.iter().any(|value| {
        view.children(EXCLUSION, "product_template_attribute_value_id", *value)
            .iter()
            .any(|rule| {
                view.id_of(EXCLUSION, *rule, "product_tmpl_id") == Some(template)
                    && view
                        .get(EXCLUSION, *rule, "value_ids")
                        .as_ids()
                        .iter()
                        .any(|v| values.contains(v))
            })
    })
}
