//! `fulfillmentCreate` and `fulfillmentTrackingInfoUpdate`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input::{number, read, refuse_others};
use super::{Done, Payload, Slot, UserError, internal};
use crate::state::{FulfillmentOrder, Rows as _, StateError, Store, Tracking};

const KIND: &str = "FulfillmentCreatePayload";
const PLAIN: (&str, &str) = ("userErrors", "UserError");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    line_items_by_fulfillment_order: Vec<Source>,
    tracking_info: Option<TrackingInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    fulfillment_order_id: String,
    fulfillment_order_line_items: Option<Vec<Line>>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    quantity: i64,
}

#[derive(Default, Deserialize)]
struct TrackingInput {
    company: Option<String>,
    number: Option<String>,
    url: Option<String>,
    numbers: Option<Vec<String>>,
    urls: Option<Vec<String>>,
}

fn bad(text: impl Into<String>) -> Payload {
    Payload::bad(KIND, PLAIN, vec![UserError::plain(&["fulfillment"], text)])
}

/// Ships units of fulfilment orders of one order at one location as one parcel.
pub(super) fn create(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    refuse_others(arguments.get("fulfillment"), &["originAddress"])?;
    let input: Input = read(arguments, "fulfillment")?;
    if let Some(error) = no_units(&input) {
        return Ok(Payload::bad(KIND, PLAIN, vec![error]));
    }
    let mut sources: Vec<(FulfillmentOrder, Vec<(i64, i64)>)> = Vec::new();
    for source in &input.line_items_by_fulfillment_order {
        let id = number(&source.fulfillment_order_id, "FulfillmentOrder");
        let Some(order) = id
            .and_then(|id| store.rows().one::<FulfillmentOrder>(id))
            .cloned()
        else {
            return Ok(bad("Fulfillment order does not exist."));
        };
        if !order.status.is_fulfillable() {
            let status = order.status.name().to_lowercase();
            return Ok(bad(format!(
                "Fulfillment order {} has an unfulfillable status= {status}.",
                order.id
            )));
        }
        let mut lines = Vec::new();
        for line in source.fulfillment_order_line_items.iter().flatten() {
            let id = number(&line.id, "FulfillmentOrderLineItem");
            let Some(found) = order.lines.iter().find(|found| Some(found.id) == id) else {
                return Ok(bad("Fulfillment order line item does not exist."));
            };
            if line.quantity > found.remaining {
                return Ok(bad("Invalid fulfillment order line item quantity requested."));
            }
            lines.push((found.line_id, line.quantity));
        }
        sources.push((order, lines));
    }
    let Some((first, _)) = sources.first() else {
        return Ok(bad("Line items by fulfillment order can't be blank"));
    };
    if sources
        .iter()
        .any(|(source, _)| source.order_id != first.order_id)
    {
        let ids = several(sources.iter().map(|(source, _)| source.order_id));
        return Ok(bad(format!(
            "All fulfillment orders must belong to the same order. Multiple orders with ids {ids} were found."
        )));
    }
    if sources
        .iter()
        .any(|(source, _)| source.location_id != first.location_id)
    {
        let ids = several(sources.iter().map(|(source, _)| source.location_id));
        return Ok(bad(format!(
            "All fulfillment orders must be assigned to a single location. Multiple locations with ids {ids} were found."
        )));
    }
    let requests: Vec<(i64, Vec<(i64, i64)>)> = sources
        .iter()
        .map(|(source, lines)| (source.id, lines.clone()))
        .collect();
    match store.ship(&requests, tracking(input.tracking_info.unwrap_or_default())) {
        Ok(id) => {
            let slot = Slot::Node("Fulfillment".into(), id);
            Ok(Payload::good(KIND, PLAIN, vec![("fulfillment", slot)]))
        }
        Err(StateError::Invalid(text)) => Ok(bad(text)),
        Err(error) => Err(internal(&error)),
    }
}

/// Quantities below one are found before anything else (recorded).
fn no_units(input: &Input) -> Option<UserError> {
    let mut sources = input.line_items_by_fulfillment_order.iter().enumerate();
    let (at, which) = sources.find_map(|(at, source)| {
        let mut lines = source.fulfillment_order_line_items.iter().flatten();
        let which = lines.position(|line| line.quantity < 1)?;
        Some((at.to_string(), which.to_string()))
    })?;
    let field = [
        "fulfillment",
        "lineItemsByFulfillmentOrder",
        &at,
        "fulfillmentOrderLineItems",
        &which,
        "quantity",
    ];
    Some(UserError::plain(&field, "Quantity must be greater than 0"))
}

/// "[1, 2]": each id once.
fn several(ids: impl Iterator<Item = i64>) -> String {
    let mut seen: Vec<i64> = Vec::new();
    for id in ids {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    format!("{seen:?}")
}

/// Replaces how a parcel is followed, as a whole. The words for a parcel that is not there are a guess: the schema gives
/// the error no code.
pub(super) fn track(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    const KIND: &str = "FulfillmentTrackingInfoUpdatePayload";
    let input: TrackingInput = read(arguments, "trackingInfoInput")?;
    let id: String = read(arguments, "fulfillmentId")?;
    let found = number(&id, "Fulfillment").filter(|id| store.track(*id, &tracking(input)));
    let Some(id) = found else {
        let error = UserError::plain(&["fulfillmentId"], "Fulfillment does not exist.");
        return Ok(Payload::bad(KIND, PLAIN, vec![error]));
    };
    let slot = Slot::Node("Fulfillment".into(), id);
    Ok(Payload::good(KIND, PLAIN, vec![("fulfillment", slot)]))
}

fn tracking(input: TrackingInput) -> Vec<Tracking> {
    let mut numbers: Vec<Option<String>> = input.number.into_iter().map(Some).collect();
    numbers.extend(input.numbers.unwrap_or_default().into_iter().map(Some));
    let mut urls: Vec<Option<String>> = input.url.into_iter().map(Some).collect();
    urls.extend(input.urls.unwrap_or_default().into_iter().map(Some));
    let rows = numbers
        .len()
        .max(urls.len())
        .max(usize::from(input.company.is_some()));
    numbers.resize(rows, None);
    urls.resize(rows, None);
    let company = input.company;
    let both = numbers.into_iter().zip(urls);
    both.map(|(number, url)| Tracking {
        company: company.clone(),
        number,
        url,
    })
    .collect()
}
