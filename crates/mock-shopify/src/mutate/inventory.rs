//! `inventorySetQuantities`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input::{number, read};
use super::{Change, Done, Group, Payload, Refusal, Slot, UserError};
use crate::state::{InventoryItem, InventoryLevel, Location, Rows as _, StockState, Store};

const REASONS: [&str; 17] = [
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_canceled",
    "movement_created",
    "movement_received",
    "movement_updated",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
];
/// Quantities stay within this, up and down.
pub(super) const MOST: i64 = 1_000_000_000;
const ERRORS: (&str, &str) = ("userErrors", "InventorySetQuantitiesUserError");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    name: String,
    reason: String,
    reference_document_uri: Option<String>,
    quantities: Vec<Wanted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    inventory_item_id: String,
    location_id: String,
    quantity: i64,
    change_from_quantity: Option<i64>,
}

impl Wanted {
    fn place(&self) -> (&str, &str) {
        (&self.inventory_item_id, &self.location_id)
    }
}

pub(super) fn refused(errors: Vec<UserError>) -> Payload {
    Payload::bad("InventorySetQuantitiesPayload", ERRORS, errors)
}

/// Sets available or on-hand quantities, all or none of them.
pub(super) fn set_quantities(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let given = arguments
        .get("input")
        .and_then(|input| input.get("quantities"))
        .and_then(Value::as_array);
    if given
        .into_iter()
        .flatten()
        .any(|quantity| quantity.get("changeFromQuantity").is_none())
    {
        let text = "InventoryQuantityInput must include the following argument: changeFromQuantity.";
        return Err(Refusal {
            at_variable: true,
            ..Refusal::new("INVALID_FIELD_ARGUMENTS", text)
        });
    }
    let input: Input = read(arguments, "input")?;
    let mut errors = check_header(&input);
    if !errors.is_empty() {
        return Ok(refused(errors));
    }
    let mut places = BTreeMap::new();
    for wanted in &input.quantities {
        *places.entry(wanted.place()).or_insert(0) += 1;
    }
    let mut moves = Vec::new();
    for (at, wanted) in input.quantities.iter().enumerate() {
        let twice = places.get(&wanted.place()).is_some_and(|count| *count > 1);
        match check(store, &input, at, wanted, twice) {
            Ok(found) => moves.push(found),
            Err(found) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Ok(refused(errors));
    }
    let mut changes = Vec::new();
    for (item, location, delta) in moves {
        if delta == 0 && store.level(item, location).is_some_and(|level| level.active) {
            continue;
        }
        store.shift(item, location, &[(StockState::Available, delta)]);
        for name in ["available", "on_hand"] {
            changes.push(Change {
                item,
                location,
                name: name.into(),
                delta,
            });
        }
    }
    let group = if changes.is_empty() {
        Slot::Null
    } else {
        Slot::Group(Group {
            id: store.fresh_id("inventory_adjustment_group"),
            at: store.now,
            reason: input.reason,
            reference: input.reference_document_uri,
            changes,
        })
    };
    Ok(Payload::good(
        "InventorySetQuantitiesPayload",
        ERRORS,
        vec![("inventoryAdjustmentGroup", group)],
    ))
}

fn check_header(input: &Input) -> Vec<UserError> {
    let mut errors = Vec::new();
    if !matches!(input.name.as_str(), "available" | "on_hand") {
        let text = "The quantity name must be either 'available' or 'on_hand'.";
        errors.push(UserError::coded("INVALID_NAME", &["input", "name"], text));
    }
    if !REASONS.contains(&input.reason.as_str()) {
        let known = REASONS.join(", ");
        let text = format!("The specified reason is invalid. Valid values are: {known}.");
        errors.push(UserError::coded("INVALID_REASON", &["input", "reason"], text));
    }
    let reference = input.reference_document_uri.as_deref();
    if reference.is_some_and(|uri| !names_a_document(uri)) {
        let field = ["input", "referenceDocumentUri"];
        let text = "The specified reference document is invalid.";
        errors.push(UserError::coded("INVALID_REFERENCE_DOCUMENT", &field, text));
    }
    errors
}

/// Whether this is a scheme with something behind it; a `gid` names an app, a type and an id (all of it said of
/// `referenceDocumentUri` in the schema, which has an order of Shopify's own among its examples).
fn names_a_document(uri: &str) -> bool {
    match uri.split_once("://") {
        Some(("gid", parts)) => {
            let parts: Vec<&str> = parts.splitn(3, '/').collect();
            parts.len() == 3 && parts.iter().all(|part| !part.is_empty())
        }
        Some((scheme, content)) => !scheme.is_empty() && !content.is_empty(),
        None => false,
    }
}

/// Item, location and difference of one quantity; or what is wrong with it.
fn check(
    store: &Store<'_>,
    input: &Input,
    at: usize,
    wanted: &Wanted,
    twice: bool,
) -> Result<(i64, i64, i64), Vec<UserError>> {
    let at = at.to_string();
    let error = |code: &str, field: &str, text: &str| {
        UserError::coded(code, &["input", "quantities", &at, field], text)
    };
    let mut errors = Vec::new();
    let item = number(&wanted.inventory_item_id, "InventoryItem");
    let item = item.filter(|id| store.rows().one::<InventoryItem>(*id).is_some());
    if item.is_none() {
        let text = "The specified inventory item could not be found.";
        errors.push(error("INVALID_INVENTORY_ITEM", "inventoryItemId", text));
    }
    let location = number(&wanted.location_id, "Location");
    let location = location.filter(|id| {
        store
            .rows()
            .one::<Location>(*id)
            .is_some_and(|found| found.active)
    });
    if location.is_none() {
        errors.push(error(
            "INVALID_LOCATION",
            "locationId",
            "The specified location could not be found.",
        ));
    }
    if wanted.quantity > MOST {
        let text = "The quantity can't be higher than 1,000,000,000.";
        errors.push(error("INVALID_QUANTITY_TOO_HIGH", "quantity", text));
    }
    if wanted.quantity < -MOST {
        let text = "The quantity can't be lower than -1,000,000,000.";
        errors.push(error("INVALID_QUANTITY_TOO_LOW", "quantity", text));
    } else if wanted.quantity < 0 && input.name == "on_hand" {
        errors.push(error(
            "INVALID_QUANTITY_NEGATIVE",
            "quantity",
            "The quantity can't be negative.",
        ));
    }
    let Some((item, location)) = item.zip(location).filter(|_| errors.is_empty()) else {
        return Err(errors);
    };
    if twice {
        let text = "The combination of inventoryItemId and locationId must be unique.";
        return Err(vec![error(
            "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
            "locationId",
            text,
        )]);
    }
    let level = store.level(item, location);
    let present = level.map_or(0, |level| match input.name.as_str() {
        "on_hand" => level.on_hand(),
        _ => level.units(StockState::Available),
    });
    if wanted
        .change_from_quantity
        .is_some_and(|expected| expected != present)
    {
        let text = "The changeFromQuantity argument no longer matches the persisted quantity.";
        return Err(vec![error(
            "CHANGE_FROM_QUANTITY_STALE",
            "changeFromQuantity",
            text,
        )]);
    }
    Ok((item, location, wanted.quantity - present))
}

/// The level of a slot.
pub(crate) fn level(rows: &impl crate::state::Rows, item: i64, location: i64) -> Option<&InventoryLevel> {
    rows.found("place", &crate::state::place(item, location)).next()
}
