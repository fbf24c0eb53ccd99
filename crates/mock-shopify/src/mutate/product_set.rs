//! `productSet`: a product as a whole. Fields that are left out stay; lists that are given replace what was there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input::{number, read};
use super::metafields::set_nested;
use super::metafields_delete::drop_others;
use super::options::{OptionInput, ValueProblem, names_for, replaced};
use super::product_fields::ProductFields;
use super::product_set_check::{amounts, identify, limits, said};
use super::variant_fields::{StockInput, VariantFields, refuse};
use super::{Done, Payload, Refusal, Slot, UserError, internal};
use crate::state::{
    InventoryLevel, Location, NewProduct, NewVariant, Product, ProductImage, ProductOption, Rows as _,
    StockState, Store, Variant,
};

const KIND: &str = "ProductSetPayload";
const ERRORS: (&str, &str) = ("userErrors", "ProductSetUserError");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    pub(super) id: Option<String>,
    pub(super) handle: Option<String>,
    pub(super) product_options: Option<Vec<OptionInput>>,
    pub(super) variants: Option<Vec<VariantFields>>,
    files: Option<Vec<File>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    id: Option<String>,
    original_source: Option<String>,
    alt: Option<String>,
    content_type: Option<String>,
}

/// What stops the mutation: a top-level error or user errors.
pub(super) enum Stop {
    Refused(Refusal),
    Errors(Vec<UserError>),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

pub(super) fn stop<T>(code: &str, field: &[&str], text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Errors(vec![UserError::coded(code, field, text)]))
}

pub(super) fn set(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    match run(store, arguments) {
        Ok(payload) => Ok(payload),
        Err(Stop::Errors(errors)) => Ok(Payload::bad(KIND, ERRORS, errors)),
        Err(Stop::Refused(refusal)) => Err(refusal),
    }
}

fn run(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Result<Payload, Stop> {
    let raw = arguments.get("input");
    refuse(raw.and_then(|input| input.get("variants")))?;
    let input: Input = read(arguments, "input")?;
    let mut fields = ProductFields::read(arguments, "input")?;
    limits(&input)?;
    let (found, wanted_handle) = identify(store, arguments, &input)?;
    if let Some(handle) = wanted_handle {
        fields.handle = super::input::Patch::Given(handle);
    }
    let wrong = fields.check(store, found);
    if !wrong.is_empty() {
        return Err(Stop::Errors(said(wrong)));
    }
    let id = if let Some(id) = found {
        id
    } else {
        let new = NewProduct {
            title: fields.title.given().cloned().unwrap_or_default(),
            status: crate::state::ProductStatus::Active,
            ..NewProduct::default()
        };
        store.add_product(new).map_err(|error| internal(&error))?
    };
    let metafields = fields.metafields.given().cloned();
    store
        .edit_product(id, |product| fields.write(product))
        .map_err(|error| internal(&error))?;
    if let Some(files) = input.files {
        files_of(store, id, files)?;
    }
    match (input.product_options, input.variants) {
        (Some(options), Some(variants)) => catalogue(store, id, &options, &variants)?,
        (Some(_), None) => {
            let text = "Variants input is required when updating product options";
            return stop("VARIANTS_INPUT_MISSING", &["input", "variants"], text);
        }
        (None, Some(_)) => {
            let text = "Product options input is required when updating variants";
            return stop(
                "PRODUCT_OPTIONS_INPUT_MISSING",
                &["input", "productOptions"],
                text,
            );
        }
        (None, None) => {}
    }
    if let Some(list) = metafields {
        drop_others(store, ("Product", id), &list);
        if let Some((at, text)) = set_nested(store, ("Product", id), &list)? {
            return stop(
                "INVALID_METAFIELD",
                &["input", "metafields", &at.to_string()],
                text,
            );
        }
    }
    let synchronous = arguments
        .get("synchronous")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let slot = if synchronous {
        ("product", Slot::Node("Product".into(), id))
    } else {
        (
            "productSetOperation",
            Slot::SetOperation(store.begin_operation(id)),
        )
    };
    Ok(Payload::good(KIND, ERRORS, vec![slot]))
}

/// Replaces the images. Files that are kept are named by id, or by the source they came from.
fn files_of(store: &mut Store<'_>, product: i64, files: Vec<File>) -> Result<(), Stop> {
    let before = store
        .need::<Product>(product)
        .map_err(|error| internal(&error))?
        .media;
    let now = store.now;
    let mut media = Vec::with_capacity(files.len());
    for (at, file) in files.into_iter().enumerate() {
        if file.content_type.as_deref().is_some_and(|kind| kind != "IMAGE") {
            return Err(Refusal::not_simulated("contentType").into());
        }
        let id = file.id.as_deref().and_then(|id| number(id, "MediaImage"));
        let known = before.iter().find(|image| {
            Some(image.id) == id || (file.id.is_none() && file.original_source.as_ref() == Some(&image.url))
        });
        let image = match (known, file.original_source) {
            (Some(image), _) => ProductImage {
                alt: file.alt.or_else(|| image.alt.clone()),
                ..image.clone()
            },
            (None, Some(url)) => ProductImage {
                id: 0,
                image_id: 0,
                url,
                alt: file.alt,
                created_at: now,
            },
            (None, None) => {
                let field = ["input", "files", &at.to_string(), "id"];
                return stop("INVALID_INPUT", &field, "File does not exist");
            }
        };
        media.push(image);
    }
    store
        .edit_product(product, |product| product.media = media)
        .map_err(|error| internal(&error))?;
    Ok(())
}

/// Replaces options and variants. Variants are found by id, else by their values.
fn catalogue(
    store: &mut Store<'_>,
    product: i64,
    options: &[OptionInput],
    variants: &[VariantFields],
) -> Result<(), Stop> {
    if variants.is_empty() {
        let text = "Must specify variants when updating options.";
        return stop("VARIANTS_INPUT_MISSING", &["input", "variants"], text);
    }
    amounts(variants)?;
    let before = store.need::<Product>(product).map_err(|error| internal(&error))?;
    let after = replaced(store, &before.options, options);
    let after =
        after.or_else(|(at, code, text)| stop(code, &["input", "productOptions", &at.to_string()], text))?;
    let planned = Product {
        options: after.clone(),
        ..before.clone()
    };
    let mut wanted = Vec::with_capacity(variants.len());
    let mut seen = BTreeSet::new();
    for (at, variant) in variants.iter().enumerate() {
        let values = values_of(&planned, at, variant)?;
        if !seen.insert(values.clone()) {
            let names: Vec<&str> = values.iter().map(|id| name_of(&after, *id)).collect();
            let text = format!(
                "The variant '{}' already exists. Please change at least one option value.",
                names.join(" / ")
            );
            return stop("INVALID_VARIANT", &["input", "variants", &at.to_string()], text);
        }
        wanted.push(values);
    }
    let kept = matched(store, product, &before, &after, variants, &wanted)?;
    store
        .set_options(product, after)
        .map_err(|error| internal(&error))?;
    let gone = store.variants_of(product).into_iter().map(|variant| variant.id);
    let gone: Vec<i64> = gone.filter(|id| !kept.values().any(|kept| kept == id)).collect();
    for id in gone {
        store.discard_variant(id).map_err(|error| internal(&error))?;
    }
    // First out of each other's way, so that two variants can swap their values.
    for (at, id) in &kept {
        store
            .set_values(*id, &wanted[*at])
            .map_err(|error| internal(&error))?;
    }
    let mut order = Vec::with_capacity(variants.len());
    for (at, fields) in variants.iter().enumerate() {
        let id = if let Some(id) = kept.get(&at) {
            *id
        } else {
            let new = NewVariant {
                tracked: false,
                ..NewVariant::default()
            };
            store
                .insert_variant_with(product, new, &wanted[at])
                .map_err(|error| internal(&error))?
        };
        order.push(id);
        one(store, at, id, fields)?;
    }
    store
        .reorder_variants(product, &order)
        .map_err(|error| internal(&error))?;
    Ok(())
}

fn name_of(options: &[ProductOption], id: i64) -> &str {
    let values = options.iter().flat_map(|option| &option.values);
    values
        .into_iter()
        .find(|value| value.id == id)
        .map_or("", |value| value.name.as_str())
}

fn values_of(planned: &Product, at: usize, variant: &VariantFields) -> Result<Vec<i64>, Stop> {
    let place = at.to_string();
    let inputs = variant.option_values.as_deref().unwrap_or_default();
    let names = names_for(planned, inputs).or_else(|problem| match problem {
        ValueProblem::Missing(option) => {
            let text = format!("You need to add option values for {option}");
            stop("INVALID_VARIANT", &["input", "variants", &place], text)
        }
        ValueProblem::UnknownOption(which) => {
            let field = ["input", "variants", &place, "optionValues", &which.to_string()];
            stop("OPTION_DOES_NOT_EXIST", &field, "Option does not exist")
        }
        ValueProblem::UnknownValue(which) => {
            let field = ["input", "variants", &place, "optionValues", &which.to_string()];
            stop(
                "OPTION_VALUE_DOES_NOT_EXIST",
                &field,
                "Option value does not exist",
            )
        }
    })?;
    let ids = planned
        .options
        .iter()
        .zip(&names)
        .enumerate()
        .map(|(which, (option, name))| {
            let value = option.values.iter().find(|value| value.name == *name);
            value.map(|value| value.id).ok_or(which)
        });
    ids.collect::<Result<_, _>>().or_else(|which| {
        let field = ["input", "variants", &place, "optionValues", &which.to_string()];
        stop(
            "OPTION_VALUE_DOES_NOT_EXIST",
            &field,
            "Option value does not exist",
        )
    })
}

/// Existing variants by the position of the input that means them.
fn matched(
    store: &Store<'_>,
    product: i64,
    before: &Product,
    after: &[ProductOption],
    inputs: &[VariantFields],
    wanted: &[Vec<i64>],
) -> Result<BTreeMap<usize, i64>, Stop> {
    let existing: Vec<Variant> = store.variants_of(product).into_iter().cloned().collect();
    let mut kept = BTreeMap::new();
    for (at, input) in inputs.iter().enumerate() {
        let Some(id) = &input.id else { continue };
        let id = number(id, "ProductVariant").filter(|id| existing.iter().any(|variant| variant.id == *id));
        let Some(id) = id else {
            let field = ["input", "variants", &at.to_string(), "id"];
            return stop(
                "PRODUCT_VARIANT_DOES_NOT_EXIST",
                &field,
                "Product variant does not exist",
            );
        };
        kept.insert(at, id);
    }
    let same_options = before.options.len() == after.len();
    for (at, values) in wanted.iter().enumerate() {
        if !same_options || inputs[at].id.is_some() {
            continue;
        }
        let found = existing.iter().find(|variant| {
            let mut own = variant.values.clone();
            let mut wanted = values.clone();
            own.sort_unstable();
            wanted.sort_unstable();
            own == wanted && !kept.values().any(|taken| *taken == variant.id)
        });
        if let Some(variant) = found {
            kept.insert(at, variant.id);
        }
    }
    Ok(kept)
}

/// Writes the fields of one variant.
fn one(store: &mut Store<'_>, at: usize, id: i64, fields: &VariantFields) -> Result<(), Stop> {
    let place = at.to_string();
    fields.write(store, id)?;
    let item = store
        .need::<Variant>(id)
        .map_err(|error| internal(&error))?
        .item_id;
    for quantity in &fields.inventory_quantities {
        stock(store, item, &place, quantity)?;
    }
    if let Some((which, text)) = set_nested(store, ("ProductVariant", id), &fields.metafields)? {
        let field = ["input", "variants", &place, "metafields", &which.to_string()];
        return stop("INVALID_METAFIELD", &field, text);
    }
    Ok(())
}

fn stock(store: &mut Store<'_>, item: i64, place: &str, input: &StockInput) -> Result<(), Stop> {
    let field = ["input", "variants", place, "inventoryQuantities"];
    let location = number(&input.location_id, "Location");
    let Some(location) = location.filter(|id| store.rows().one::<Location>(*id).is_some()) else {
        return stop(
            "INVALID_VARIANT",
            &field,
            "Quantity could not be set. The location was not found.",
        );
    };
    let level = store.level(item, location);
    let present = match input.name.as_deref() {
        None | Some("available") => level.map_or(0, |level| level.units(StockState::Available)),
        Some("on_hand") => level.map_or(0, InventoryLevel::on_hand),
        Some(_) => {
            let text = "The quantity name must be either 'available' or 'on_hand'.";
            return stop("INVALID_INPUT", &field, text);
        }
    };
    if input.quantity != present || level.is_none() {
        store.shift(
            item,
            location,
            &[(StockState::Available, input.quantity - present)],
        );
    }
    Ok(())
}
