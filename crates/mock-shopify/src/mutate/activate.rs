//! `inventoryActivate`. Fields and words are as recorded, but that two quantities are wrong on their own.

use serde_json::{Map, Value};

use super::input::{number, text};
use super::inventory::MOST;
use super::{Done, Payload, Refusal, Slot, UserError, internal};
use crate::state::{InventoryItem, Location, Rows as _, StockState, Store};

const KIND: &str = "InventoryActivatePayload";
const PLAIN: (&str, &str) = ("userErrors", "UserError");

pub(super) fn refused(errors: Vec<UserError>) -> Payload {
    Payload::bad(KIND, PLAIN, errors)
}

/// Stocks an item at a location, with its first quantities.
pub(super) fn activate(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let bad = |field: &str, text: &str| Ok(refused(vec![UserError::plain(&[field], text)]));
    let item = number(
        text(arguments, "inventoryItemId").unwrap_or_default(),
        "InventoryItem",
    );
    let Some(item) = item.filter(|id| store.rows().one::<InventoryItem>(*id).is_some()) else {
        return bad(
            "inventoryItemId",
            "The product couldn't be stocked because it wasn't found.",
        );
    };
    let location = number(text(arguments, "locationId").unwrap_or_default(), "Location");
    let found = location.and_then(|id| store.rows().one::<Location>(id));
    let Some(location) = found.filter(|location| location.active) else {
        return bad(
            "locationId",
            "The product couldn't be stocked because the location wasn't found.",
        );
    };
    let (location, name) = (location.id, location.name.clone());
    let quantity = |name: &str| arguments.get(name).and_then(Value::as_i64);
    let (available, on_hand) = (quantity("available"), quantity("onHand"));
    let level = Slot::Level(item, location);
    let errors = if store.level(item, location).is_some_and(|level| level.active) {
        active_already(available, on_hand)
    } else {
        unfit(&name, available, on_hand)
    };
    if let Err((errors, shown)) = errors {
        let payload = refused(errors);
        return Ok(if shown {
            payload.with("inventoryLevel", level)
        } else {
            payload
        });
    }
    stock(store, (item, location), available, on_hand)?;
    Ok(Payload::good(KIND, PLAIN, vec![("inventoryLevel", level)]))
}

/// Errors, and whether the level stands beside them.
type Checked = Result<(), (Vec<UserError>, bool)>;

/// A level that is active keeps its quantities, and is shown.
fn active_already(available: Option<i64>, on_hand: Option<i64>) -> Checked {
    let (field, text) = match (available, on_hand) {
        (Some(_), _) => (
            "available",
            "Not allowed to set available quantity when the item is already active at the location.",
        ),
        (None, Some(_)) => (
            "onHand",
            "Not allowed to set an on_hand quantity when the item is already active at the location.",
        ),
        (None, None) => return Ok(()),
    };
    Err((vec![UserError::plain(&[field], text)], true))
}

/// What is wrong with the quantities of a new level.
fn unfit(location: &str, available: Option<i64>, on_hand: Option<i64>) -> Checked {
    let given = [("available", available), ("onHand", on_hand)];
    let say = |field: &str, why: &str| {
        let text = format!("The product couldn't be stocked at {location} because {why}.");
        UserError::plain(&[field], text)
    };
    let errors: Vec<UserError> = if available.is_some() && on_hand.is_some() {
        let why = "not allowed to set available and on_hand quantities at the same time";
        given.iter().map(|(field, _)| say(field, why)).collect()
    } else {
        let why = "the quantity needs to be between -1 billion and 1 billion";
        let far = |units: &i64| !(-MOST..=MOST).contains(units);
        let wrong = given.iter().filter(|(_, units)| units.as_ref().is_some_and(far));
        wrong.map(|(field, _)| say(field, why)).collect()
    };
    if errors.is_empty() {
        Ok(())
    } else {
        Err((errors, false))
    }
}

fn stock(
    store: &mut Store<'_>,
    (item, location): (i64, i64),
    available: Option<i64>,
    on_hand: Option<i64>,
) -> Result<(), Refusal> {
    store
        .set_stocked(item, location, true)
        .map_err(|error| internal(&error))?;
    let level = store.level(item, location);
    let committed = level.map_or(0, |level| level.on_hand() - level.units(StockState::Available));
    let present = level.map_or(0, |level| level.units(StockState::Available));
    let wanted = available
        .or(on_hand.map(|on_hand| on_hand - committed))
        .unwrap_or(present);
    if wanted != present {
        store.shift(item, location, &[(StockState::Available, wanted - present)]);
    }
    Ok(())
}
