//! Options and their values, as inputs name them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::input::number;
use super::variant_fields::OptionValue as ValueInput;
use crate::state::{OptionValue, Product, ProductOption, Store, Variant};

/// An option in the input of `productSet`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OptionInput {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) position: Option<i64>,
    pub(super) values: Option<Vec<NamedValue>>,
}

/// A value in it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct NamedValue {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

/// What is wrong with the option values of a variant; positions are those in the input.
pub(super) enum ValueProblem {
    /// No value for this option.
    Missing(String),
    UnknownOption(usize),
    UnknownValue(usize),
}

/// Which option an input means.
fn option_of(product: &Product, input: &ValueInput) -> Option<usize> {
    let id = input
        .option_id
        .as_deref()
        .and_then(|id| number(id, "ProductOption"));
    let by_id = |option: &ProductOption| Some(option.id) == id;
    let by_name = |option: &ProductOption| {
        input
            .option_name
            .as_ref()
            .is_some_and(|name| option.name == *name)
    };
    let position = product
        .options
        .iter()
        .position(|option| by_id(option) || by_name(option));
    let value = input
        .id
        .as_deref()
        .and_then(|id| number(id, "ProductOptionValue"));
    let by_value = |option: &ProductOption| option.values.iter().any(|found| Some(found.id) == value);
    position.or_else(|| product.options.iter().position(by_value))
}

/// The name of the value that an input means, for the option at this position.
fn value_of(product: &Product, option: usize, input: &ValueInput) -> Option<String> {
    let id = input
        .id
        .as_deref()
        .and_then(|id| number(id, "ProductOptionValue"));
    let by_id = product.options[option]
        .values
        .iter()
        .find(|value| Some(value.id) == id);
    match (&input.id, &input.name) {
        (Some(_), _) => by_id.map(|value| value.name.clone()),
        (None, Some(name)) => Some(name.clone()).filter(|name| !name.trim().is_empty()),
        (None, None) => None,
    }
}

/// Names of a variant's values in the order of the product's options.
pub(super) fn names_for(product: &Product, inputs: &[ValueInput]) -> Result<Vec<String>, ValueProblem> {
    let mut names: Vec<Option<String>> = vec![None; product.options.len()];
    for (at, input) in inputs.iter().enumerate() {
        let option = option_of(product, input).ok_or(ValueProblem::UnknownOption(at))?;
        names[option] = Some(value_of(product, option, input).ok_or(ValueProblem::UnknownValue(at))?);
    }
    let pairs = names.into_iter().zip(&product.options);
    pairs
        .map(|(name, option)| name.ok_or_else(|| ValueProblem::Missing(option.name.clone())))
        .collect()
}

/// Gives a variant other values; `Missing` then carries the words that it would be the same as another one.
pub(super) fn update_values(
    store: &mut Store<'_>,
    variant: &Variant,
    inputs: &[ValueInput],
) -> Result<(), ValueProblem> {
    let Ok(product) = store.need::<Product>(variant.product_id) else {
        return Ok(());
    };
    let mut names: Vec<String> = crate::state::value_names(&product, variant)
        .into_iter()
        .map(|(_, value)| value.name.clone())
        .collect();
    for (at, input) in inputs.iter().enumerate() {
        let option = option_of(&product, input).ok_or(ValueProblem::UnknownOption(at))?;
        names[option] = value_of(&product, option, input).ok_or(ValueProblem::UnknownValue(at))?;
    }
    let same = || {
        ValueProblem::Missing(format!(
            "The variant '{}' already exists. Please change at least one option value.",
            names.join(" / ")
        ))
    };
    store.move_variant(variant.id, &names).map_err(|_| same())
}

/// A product's options after `productSet`: options and values that are named keep their ids, found by id or name.
pub(super) fn replaced(
    store: &mut Store<'_>,
    before: &[ProductOption],
    inputs: &[OptionInput],
) -> Result<Vec<ProductOption>, (usize, &'static str, String)> {
    let mut order: Vec<(i64, usize)> = (0..).zip(0..inputs.len()).collect();
    order.sort_by_key(|(given, at)| (inputs[*at].position.unwrap_or(*given + 1), *given));
    let mut names = BTreeSet::new();
    let mut options = Vec::with_capacity(inputs.len());
    for (_, at) in order {
        let input = &inputs[at];
        let id = input.id.as_deref().and_then(|id| number(id, "ProductOption"));
        let by_id = before.iter().find(|option| Some(option.id) == id);
        if input.id.is_some() && by_id.is_none() {
            return Err((at, "OPTION_DOES_NOT_EXIST", "Option does not exist".into()));
        }
        let found = by_id.or_else(|| {
            before
                .iter()
                .find(|option| input.name.as_ref() == Some(&option.name))
        });
        let name = input
            .name
            .clone()
            .or_else(|| found.map(|option| option.name.clone()));
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
            return Err((at, "INVALID_INPUT", "Option name can't be blank".into()));
        };
        if !names.insert(name.clone()) {
            return Err((
                at,
                "DUPLICATED_OPTION_NAME",
                format!("Option '{name}' already exists."),
            ));
        }
        let values = input.values.as_deref().unwrap_or_default();
        if values.is_empty() {
            return Err((
                at,
                "OPTION_VALUES_MISSING",
                format!("Option '{name}' needs a value."),
            ));
        }
        let known = found.map_or(&[][..], |option| option.values.as_slice());
        let values = replaced_values(store, known, values).map_err(|(code, text)| (at, code, text))?;
        let id = match found {
            Some(option) => option.id,
            None => store.fresh_id("product_option"),
        };
        options.push(ProductOption { id, name, values });
    }
    Ok(options)
}

fn replaced_values(
    store: &mut Store<'_>,
    before: &[OptionValue],
    inputs: &[NamedValue],
) -> Result<Vec<OptionValue>, (&'static str, String)> {
    let mut names = BTreeSet::new();
    let mut values = Vec::with_capacity(inputs.len());
    for input in inputs {
        let id = input
            .id
            .as_deref()
            .and_then(|id| number(id, "ProductOptionValue"));
        let by_id = before.iter().find(|value| Some(value.id) == id);
        if input.id.is_some() && by_id.is_none() {
            return Err((
                "OPTION_VALUE_DOES_NOT_EXIST",
                "Option value does not exist".into(),
            ));
        }
        let found = by_id.or_else(|| {
            before
                .iter()
                .find(|value| input.name.as_ref() == Some(&value.name))
        });
        let name = input
            .name
            .clone()
            .or_else(|| found.map(|value| value.name.clone()));
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
            return Err(("INVALID_INPUT", "Option value name can't be blank".into()));
        };
        if !names.insert(name.clone()) {
            return Err((
                "DUPLICATED_OPTION_VALUE",
                format!("Duplicated option value '{name}'."),
            ));
        }
        values.push(match found {
            Some(value) => OptionValue { id: value.id, name },
            None => store.new_value(name),
        });
    }
    Ok(values)
}
