//! `productVariantsBulkCreate` and `productVariantsBulkUpdate`.

use serde_json::{Map, Value};

use super::input::{number, read, refuse_others, text};
use super::metafields::set_nested;
use super::options::{ValueProblem, names_for, update_values};
use super::variant_fields::{VariantFields, refuse};
use super::{Done, Payload, Refusal, Slot, UserError, internal};
use crate::state::{
    InventoryLevel, Location, MAX_VARIANTS, Product, Rows as _, StateError, StockState, Store, Variant,
    is_standalone,
};

const CREATE: (&str, &str) = (
    "ProductVariantsBulkCreatePayload",
    "ProductVariantsBulkCreateUserError",
);
const UPDATE: (&str, &str) = (
    "ProductVariantsBulkUpdatePayload",
    "ProductVariantsBulkUpdateUserError",
);

fn bad((kind, errors): (&str, &str), list: Vec<UserError>) -> Payload {
    Payload::bad(kind, ("userErrors", errors), list)
}

fn good((kind, errors): (&str, &str), product: i64, variants: Vec<i64>) -> Payload {
    let slots = vec![
        ("product", Slot::Node("Product".into(), product)),
        ("productVariants", Slot::Nodes("ProductVariant".into(), variants)),
    ];
    Payload::good(kind, ("userErrors", errors), slots)
}

/// Product and variants of the arguments; or the answer that there is no such product.
fn start(
    store: &Store<'_>,
    arguments: &Map<String, Value>,
    kind: (&str, &str),
) -> Result<Result<(Product, Vec<VariantFields>), Payload>, Refusal> {
    refuse_others(Some(&Value::Object(arguments.clone())), &["media"])?;
    refuse(arguments.get("variants"))?;
    let variants: Vec<VariantFields> = read(arguments, "variants")?;
    let id = number(text(arguments, "productId").unwrap_or_default(), "Product");
    let product = id.and_then(|id| store.rows().one::<Product>(id));
    Ok(product.map(|product| (product.clone(), variants)).ok_or_else(|| {
        let text = "Product does not exist";
        bad(
            kind,
            vec![UserError::coded("PRODUCT_DOES_NOT_EXIST", &["productId"], text)],
        )
    }))
}

fn at(position: usize, below: &[&str]) -> Vec<String> {
    let mut path = vec!["variants".to_owned(), position.to_string()];
    path.extend(below.iter().map(|part| (*part).to_owned()));
    path
}

fn error(code: &str, field: Vec<String>, text: impl Into<String>) -> UserError {
    UserError {
        field: Some(field),
        message: text.into(),
        code: Some(code.to_owned()),
        element: None,
    }
}

pub(super) fn create(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let (product, variants) = match start(store, arguments, CREATE)? {
        Ok(found) => found,
        Err(payload) => return Ok(payload),
    };
    let total = store.variants_of(product.id).len() + variants.len();
    if total > MAX_VARIANTS {
        // Neither code nor words are recorded.
        let text = format!("A product can have at most {MAX_VARIANTS} variants.");
        return Ok(bad(
            CREATE,
            vec![error("INVALID", vec!["variants".to_owned()], text)],
        ));
    }
    let standalone = is_standalone(&product)
        .then(|| store.variants_of(product.id).first().map(|v| v.id))
        .flatten();
    let mut errors = Vec::new();
    let mut ids = Vec::new();
    for (position, fields) in variants.iter().enumerate() {
        match create_one(store, product.id, position, fields)? {
            Ok(id) => ids.push(id),
            Err(wrong) => errors.push(wrong),
        }
    }
    if !errors.is_empty() {
        return Ok(bad(CREATE, errors));
    }
    let keep = text(arguments, "strategy") == Some("PRESERVE_STANDALONE_VARIANT");
    if let Some(id) = standalone.filter(|_| !keep && !ids.is_empty()) {
        store.remove_variant(id).map_err(|error| internal(&error))?;
    }
    Ok(good(CREATE, product.id, ids))
}

type Outcome = Result<Result<i64, UserError>, Refusal>;

fn create_one(store: &mut Store<'_>, product: i64, position: usize, fields: &VariantFields) -> Outcome {
    if fields.id.is_some() {
        return Ok(Err(error(
            "NO_KEY_ON_CREATE",
            at(position, &["id"]),
            "Id cannot be specified during creation",
        )));
    }
    if let Some((below, text)) = fields.wrong() {
        return Ok(Err(error("GREATER_THAN_OR_EQUAL_TO", at(position, below), text)));
    }
    let row = store.need::<Product>(product).map_err(|error| internal(&error))?;
    let values = match names_for(&row, fields.option_values.as_deref().unwrap_or_default()) {
        Ok(values) => values,
        Err(ValueProblem::Missing(option)) => {
            let text = format!("You need to add option values for {option}");
            return Ok(Err(error("NEED_TO_ADD_OPTION_VALUES", at(position, &[]), text)));
        }
        Err(ValueProblem::UnknownOption(which)) => {
            let field = at(position, &["optionValues", &which.to_string()]);
            return Ok(Err(error("INVALID", field, "Option does not exist")));
        }
        Err(ValueProblem::UnknownValue(which)) => {
            let field = at(position, &["optionValues", &which.to_string()]);
            return Ok(Err(error("INVALID", field, "Option value does not exist")));
        }
    };
    let mut stock = Vec::new();
    for quantity in &fields.inventory_quantities {
        let location = number(&quantity.location_id, "Location");
        let Some(location) = location.filter(|id| store.rows().one::<Location>(*id).is_some()) else {
            let text = "Quantity could not be set. The location was not found.";
            let field = at(position, &["inventoryQuantities"]);
            return Ok(Err(error("TRACKED_VARIANT_LOCATION_NOT_FOUND", field, text)));
        };
        stock.push((location, quantity.quantity));
    }
    match store.add_variant(product, VariantFields::new_variant(values, stock)) {
        Ok(id) => {
            fields.write(store, id)?;
            nested(store, id, position, fields, "INVALID")
        }
        Err(StateError::Invalid(text)) => Ok(Err(error(
            "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE",
            at(position, &[]),
            text,
        ))),
        Err(error) => Err(internal(&error)),
    }
}

fn nested(store: &mut Store<'_>, id: i64, position: usize, fields: &VariantFields, code: &str) -> Outcome {
    Ok(
        match set_nested(store, ("ProductVariant", id), &fields.metafields)? {
            Some((which, text)) => Err(error(
                code,
                at(position, &["metafields", &which.to_string()]),
                text,
            )),
            None => Ok(id),
        },
    )
}

pub(super) fn update(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let (product, variants) = match start(store, arguments, UPDATE)? {
        Ok(found) => found,
        Err(payload) => return Ok(payload),
    };
    let partial = arguments
        .get("allowPartialUpdates")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let mut errors = Vec::new();
    let mut ids = Vec::new();
    for (position, fields) in variants.iter().enumerate() {
        let before = store.tables.savepoint();
        match update_one(store, &product, position, fields)? {
            Ok(id) => ids.push(id),
            Err(wrong) => {
                store.tables.rollback_to(before);
                errors.push(wrong);
            }
        }
    }
    if !errors.is_empty() && !partial {
        return Ok(bad(UPDATE, errors));
    }
    let mut payload = good(UPDATE, product.id, ids);
    payload.fields.retain(|(name, _)| name != "userErrors");
    payload
        .fields
        .push(("userErrors".into(), Slot::Errors(UPDATE.1.into(), errors)));
    Ok(payload)
}

fn update_one(store: &mut Store<'_>, product: &Product, position: usize, fields: &VariantFields) -> Outcome {
    let say = |code: &str, below: &[&str], text: &str| Ok(Err(error(code, at(position, below), text)));
    let Some(id) = &fields.id else {
        return say(
            "PRODUCT_VARIANT_ID_MISSING",
            &["id"],
            "Product variant is missing ID attribute",
        );
    };
    let variant = number(id, "ProductVariant")
        .and_then(|id| store.rows().one::<Variant>(id))
        .cloned();
    let Some(variant) = variant.filter(|variant| variant.product_id == product.id) else {
        return say(
            "PRODUCT_VARIANT_DOES_NOT_EXIST",
            &["id"],
            "Product variant does not exist",
        );
    };
    if !fields.inventory_quantities.is_empty() {
        let text = "Inventory quantities can only be provided during create. To update inventory for existing \
                    variants, use inventoryAdjustQuantities.";
        return say(
            "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE",
            &["inventoryQuantities"],
            text,
        );
    }
    if let Some((below, text)) = fields.wrong() {
        return say("GREATER_THAN_OR_EQUAL_TO", below, text);
    }
    if let Some(values) = &fields.option_values {
        match update_values(store, &variant, values) {
            Ok(()) => {}
            Err(ValueProblem::UnknownOption(which)) => {
                let below = ["optionValues", &which.to_string()];
                return say("OPTION_DOES_NOT_EXIST", &below, "Option does not exist");
            }
            Err(ValueProblem::UnknownValue(which)) => {
                let below = ["optionValues", &which.to_string()];
                return say(
                    "OPTION_VALUE_DOES_NOT_EXIST",
                    &below,
                    "Option value does not exist",
                );
            }
            Err(ValueProblem::Missing(text)) => return say("VARIANT_ALREADY_EXISTS", &[], &text),
        }
    }
    fields.write(store, variant.id)?;
    for (which, adjustment) in fields.quantity_adjustments.iter().enumerate() {
        let which = which.to_string();
        let location = number(&adjustment.location_id, "Location");
        let Some(location) = location.filter(|id| store.rows().one::<Location>(*id).is_some()) else {
            let below = ["quantityAdjustments", which.as_str(), "locationId"];
            return say(
                "INVALID_INPUT",
                &below,
                "The specified location could not be found.",
            );
        };
        let level = store.level(variant.item_id, location);
        let present = level.map_or(0, |level: &InventoryLevel| level.units(StockState::Available));
        if adjustment
            .change_from_quantity
            .is_some_and(|expected| expected != present)
        {
            let below = ["quantityAdjustments", which.as_str(), "changeFromQuantity"];
            return say(
                "INVALID_INPUT",
                &below,
                "The changeFromQuantity argument no longer matches the persisted quantity.",
            );
        }
        let delta = adjustment.delta.unwrap_or(0);
        if delta != 0 {
            store.shift(variant.item_id, location, &[(StockState::Available, delta)]);
        }
    }
    nested(store, variant.id, position, fields, "INVALID_VALUE")
}
