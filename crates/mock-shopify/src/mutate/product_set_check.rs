//! What `productSet` checks before it changes anything, and which product it means.

use serde_json::{Map, Value};

use super::input::{number, text};
use super::product_fields::{Kind, Wrong};
use super::product_set::{Input, Stop, stop};
use super::variant_fields::VariantFields;
use super::{Refusal, UserError};
use crate::state::{Product, Rows as _, Store, slug};

const MAX_QUANTITIES: usize = 50_000;

/// Limits of the input as a whole; that on variants is one on input lists and found earlier (recorded).
pub(super) fn limits(input: &Input) -> Result<(), Stop> {
    if input
        .product_options
        .as_ref()
        .is_some_and(|options| options.len() > crate::state::MAX_OPTIONS)
    {
        return stop(
            "OPTIONS_OVER_LIMIT",
            &["input", "productOptions"],
            "Can only specify a maximum of 3 options",
        );
    }
    let variants = input.variants.as_deref().unwrap_or_default();
    if variants
        .iter()
        .map(|variant| variant.inventory_quantities.len())
        .sum::<usize>()
        > MAX_QUANTITIES
    {
        let text = "Inventory quantity input exceeds the limit of 50000. Consider using separate \
                    `inventorySetQuantities` mutations.";
        return stop(
            "INVENTORY_QUANTITIES_LIMIT_EXCEEDED",
            &["input", "variants"],
            text,
        );
    }
    Ok(())
}

/// What is wrong with plain fields, at other places than `productUpdate` says it, and of the title with other words
/// (recorded).
pub(super) fn said(wrong: Vec<Wrong>) -> Vec<UserError> {
    let invalid = |field: &[&str], text: &str| UserError::coded("INVALID_PRODUCT", field, text);
    let errors = wrong
        .into_iter()
        .flat_map(|wrong| match (wrong.kind, wrong.field) {
            (Kind::Taken, field) => vec![UserError::coded(
                "HANDLE_NOT_UNIQUE",
                &["input", field],
                wrong.text,
            )],
            (Kind::TooLong, "title") => {
                let text = "is too long (maximum is 255 characters)";
                vec![invalid(&["input", "title"], text)]
            }
            (Kind::TooLong, "productType") => {
                let text = "Custom product type is too long (maximum is 255 characters)";
                vec![invalid(&["input"], &wrong.text), invalid(&["input"], text)]
            }
            (Kind::TooLong, _) => vec![invalid(&["input"], &wrong.text)],
            (Kind::Invalid, field) => vec![invalid(&["input", field], &wrong.text)],
        });
    errors.collect()
}

/// What is wrong with the amounts of all variants at once (recorded).
pub(super) fn amounts(variants: &[VariantFields]) -> Result<(), Stop> {
    let errors = variants.iter().enumerate().filter_map(|(at, fields)| {
        let (below, text) = fields.wrong()?;
        let place = at.to_string();
        let mut field = vec!["input", "variants", place.as_str()];
        field.extend(below);
        Some(UserError::coded("INVALID_VARIANT", &field, text))
    });
    let errors: Vec<UserError> = errors.collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Stop::Errors(errors))
    }
}

/// The product that is meant, if it exists, and the handle that a new one is to have.
pub(super) fn identify(
    store: &Store<'_>,
    arguments: &Map<String, Value>,
    input: &Input,
) -> Result<(Option<i64>, Option<String>), Stop> {
    let identifier = arguments.get("identifier").and_then(Value::as_object);
    let by_id = |id: &str| number(id, "Product").filter(|id| store.rows().one::<Product>(*id).is_some());
    let Some(identifier) = identifier else {
        let Some(id) = &input.id else {
            return Ok((None, None));
        };
        let missing = || {
            let field = ["input", "id"];
            stop("PRODUCT_DOES_NOT_EXIST", &field, "Product does not exist")
        };
        return by_id(id).map_or_else(missing, |id| Ok((Some(id), None)));
    };
    if input.id.is_some() {
        let text = "The id field is not allowed if identifier is provided.";
        return stop("ID_NOT_ALLOWED", &["input"], text);
    }
    if identifier.get("customId").is_some_and(|value| !value.is_null()) {
        let text = "Metafield definition of type 'id' is required when using custom ids.";
        return Err(Refusal::new("NOT_FOUND", text).into());
    }
    if let Some(handle) = text(identifier, "handle") {
        if input
            .handle
            .as_deref()
            .is_some_and(|given| slug(given) != slug(handle))
        {
            // Code and words of the schema; where it is said is a guess, after the error above.
            let text =
                "The identifier value does not match the value of the corresponding field in the input.";
            return stop("INPUT_MISMATCH", &["input"], text);
        }
        let found = store
            .rows()
            .found::<Product>("handle", handle)
            .next()
            .map(|product| product.id);
        return Ok((found, found.is_none().then(|| handle.to_owned())));
    }
    let id = text(identifier, "id").unwrap_or_default();
    by_id(id).map_or_else(
        || {
            let text = "Resource matching the identifier was not found.";
            stop("NOT_FOUND", &["input"], text)
        },
        |id| Ok((Some(id), None)),
    )
}
