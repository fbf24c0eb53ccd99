use mapping_transforms::{Mapped, decimal_of};
use rust_decimal::Decimal;
use serde_json::Value;

use super::PlanInput;
use crate::{FieldChange, Link, Record, rule_key};

/// What differs between what the rules say and what the target shows.
///
/// A value that neither side has changed since both last agreed is no difference, in whatever way the target
/// writes it: what each side showed then is in the link's base.
pub(super) fn changes(input: &PlanInput<'_>, mapped: &[Mapped], target: &Record) -> Vec<FieldChange> {
    let side = input.from.other();
    let view = input.rules.view(side, &target.body);
    let mut changes = Vec::new();
    for one in mapped {
        let Some(rule) = input.rules.rule(one.rule) else {
            continue;
        };
        let link = link_of(input, one);
        let element_id = one.element.as_ref().and(link).map(|link| link.id_on(side));
        let shown = match view.read(rule, element_id) {
            Ok(shown) => shown.unwrap_or(Value::Null),
            // A target that shows something unreadable there is put right by writing it.
            Err(_) => Value::Null,
        };
        let linked = one.element.is_none() || link.is_some();
        if linked && (rule.same(&one.value, &shown) || agreed(input, one, link, &shown)) {
            continue;
        }
        changes.push(FieldChange {
            field: place(one, element_id),
            old: shown,
            new: one.value.clone(),
        });
    }
    changes
}

/// Whether both sides show what they showed when they last agreed.
fn agreed(input: &PlanInput<'_>, one: &Mapped, link: Option<&Link>, shown: &Value) -> bool {
    if is_stock_quantity(input, one) {
        return false;
    }
    let Some(rule) = input.rules.rule(one.rule) else {
        return false;
    };
    let mapping = rule.mapping();
    let key = rule_key(
        &mapping.shopify_field.to_string(),
        &mapping.odoo_field.to_string(),
    );
    let Some(base) = link.and_then(|link| link.base.get(&key)) else {
        return false;
    };
    base.of(input.from) == &one.source_value && base.of(input.from.other()) == shown
}

/// The link of the record, or of the child that the value is about.
fn link_of<'a>(input: &PlanInput<'a>, one: &Mapped) -> Option<&'a Link> {
    match &one.element {
        None => input.link,
        Some(element) => input.children.iter().find(|link| {
            link.record_type.as_str() == element.record_type && link.id_on(input.from) == element.source_id
        }),
    }
}

/// The target's place for a log line: `product_variant_ids[77].barcode`, `[new variant/123]` for one to be made.
fn place(one: &Mapped, element_id: Option<&str>) -> String {
    let path = one.target.to_string();
    let Some(element) = &one.element else { return path };
    let name = element_id.map_or_else(|| format!("new {element}"), str::to_owned);
    path.replacen(".*", &format!("[{name}]"), 1)
}

/// Goods that one side has shipped and the other has not are no difference in stock.
pub(super) fn adjust_stock(input: &PlanInput<'_>, mapped: &mut [Mapped]) -> Result<(), String> {
    if input.shipped_difference.is_zero() {
        return Ok(());
    }
    for one in mapped {
        if is_stock_quantity(input, one) {
            let quantity = decimal_of(&one.value).map_err(|error| error.to_string())?;
            let adjusted: Decimal = quantity
                .checked_add(input.shipped_difference)
                .ok_or_else(|| format!("`{}`: {quantity} is too large", one.target))?;
            one.value = Value::String(adjusted.normalize().to_string());
        }
    }
    Ok(())
}

fn is_stock_quantity(input: &PlanInput<'_>, one: &Mapped) -> bool {
    let stock = input.spec.stock.as_ref();
    stock.is_some_and(|stock| stock.on(input.from.other()).quantity == one.target)
}
