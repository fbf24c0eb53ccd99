//! Where an order ships from, and what of it has left.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use sync_core::{Movements, Shipped};

use super::node::{LineNode, OrderNode, ParcelNode};

/// Parcels that really left.
fn sent(order: &OrderNode) -> impl Iterator<Item = &ParcelNode> {
    order
        .fulfillments
        .iter()
        .filter(|parcel| parcel.status == "SUCCESS")
}

/// Units per variant and location that have left, and whether more will. Lines of deleted variants and parcels of
/// deleted locations count for nobody. What came back to the shelf has not left, in Odoo's account as in this one: were
/// it a change of stock, the return in Odoo would add the same goods a second time.
pub(super) fn movements(order: &OrderNode) -> Movements {
    let mut units: BTreeMap<(u64, u64), i64> = BTreeMap::new();
    for parcel in sent(order) {
        let Some(place) = parcel.location.as_ref() else {
            continue;
        };
        for sent in &parcel.fulfillment_line_items.nodes {
            let mut lines = order.line_items.nodes.iter();
            let line = lines.find(|line| line.id.number == sent.line_item.id.number);
            let Some(variant) = line.and_then(|line| line.variant.as_ref()) else {
                continue;
            };
            let sum = units.entry((variant.id.number, place.id.number)).or_default();
            *sum = sum.saturating_add(sent.quantity.unwrap_or(0).into());
        }
    }
    take_back(order, &mut units);
    let shipped = units.into_iter().filter(|(_, quantity)| *quantity != 0);
    let shipped = shipped.map(|((item, place), quantity)| Shipped {
        item: item.to_string(),
        place: place.to_string(),
        quantity: Decimal::from(quantity),
    });
    Movements {
        complete: order.cancelled_at.is_some() || order.line_items.nodes.iter().all(is_done),
        shipped: shipped.collect(),
    }
}

/// Takes off what was refunded after it was shipped, and put back to stock. A refund's line does not say which parcel it
/// came in: it goes back to where it left from.
fn take_back(order: &OrderNode, units: &mut BTreeMap<(u64, u64), i64>) {
    let refunded = order
        .refunds
        .iter()
        .flat_map(|refund| &refund.refund_line_items.nodes);
    for back in refunded.filter(|back| back.restock_type == "RETURN") {
        let mut lines = order.line_items.nodes.iter();
        let line = lines.find(|line| line.id.number == back.line_item.id.number);
        let Some(variant) = line.and_then(|line| line.variant.as_ref()) else {
            continue;
        };
        let mut left = i64::from(back.quantity);
        let places = units.range_mut((variant.id.number, 0)..=(variant.id.number, u64::MAX));
        for (_, sent) in places {
            let returned = left.min(*sent).max(0);
            *sent -= returned;
            left -= returned;
        }
    }
}

/// Units of a line that have left.
pub(super) fn fulfilled(order: &OrderNode, line: &LineNode) -> i64 {
    let lines = sent(order).flat_map(|parcel| &parcel.fulfillment_line_items.nodes);
    let own = lines.filter(|sent| sent.line_item.id.number == line.id.number);
    own.map(|sent| i64::from(sent.quantity.unwrap_or(0))).sum()
}

/// The numbers by which parcels that left are followed, in an order that does not depend on theirs.
pub(super) fn tracking_numbers(order: &OrderNode) -> BTreeSet<&str> {
    let tracking = sent(order).flat_map(|parcel| &parcel.tracking_info);
    let numbers = tracking.filter_map(|tracking| tracking.number.as_deref());
    numbers
        .map(str::trim)
        .filter(|number| !number.is_empty())
        .collect()
}

/// Whether nothing of a line will be shipped any more.
fn is_done(line: &LineNode) -> bool {
    !line.requires_shipping || line.current_quantity <= 0 || line.unfulfilled_quantity <= 0
}

/// REST's status, which knows no reasons why something waits.
pub(super) fn fulfillment_status(order: &OrderNode) -> Option<&'static str> {
    match order.display_fulfillment_status.as_str() {
        "FULFILLED" => Some("fulfilled"),
        "PARTIALLY_FULFILLED" => Some("partial"),
        "UNFULFILLED" | "RESTOCKED" | "FULFILLMENT_NOT_REQUIRED" => None,
        // Something is on hold, scheduled or under way: it may have followed a first parcel.
        _ => sent(order).next().map(|_| "partial"),
    }
}

/// The location that most units of the order are to be shipped from, the one with the lowest id among equals.
/// Assignments that were given up count only where there are no others.
pub(super) fn location(order: &OrderNode) -> Option<u64> {
    let assignments = &order.fulfillment_orders.nodes;
    let all_given_up = assignments
        .iter()
        .all(|assignment| assignment.status == "CANCELLED");
    let mut units: BTreeMap<u64, i64> = BTreeMap::new();
    for assignment in assignments {
        if let Some(location) = &assignment.assigned_location.location
            && (all_given_up || assignment.status != "CANCELLED")
        {
            let lines = assignment.line_items.nodes.iter();
            let sum: i64 = lines.map(|line| i64::from(line.total_quantity)).sum();
            let total = units.entry(location.id.number).or_default();
            *total = total.saturating_add(sum);
        }
    }
    let most = units.into_iter().max_by_key(|(id, units)| (*units, Reverse(*id)));
    most.map(|(id, _)| id)
}
