//! The record of an order.

use serde_json::{Value, json};
use sync_core::Record;

use super::applications::Applications;
use super::discounts::discount_lines;
use super::node::OrderNode;
use super::parts::{line_body, parcel_body, refund_body, shipping_body, tax_bodies};
use super::party::{address_body, customer_body};
use super::shipped::{fulfillment_status, location, movements, tracking_numbers};
use crate::amount::{Bag, money};
use crate::shape::{lower, record};

/// The record of an order that was read completely.
pub(super) fn order_record(order: &OrderNode) -> Record {
    let mut body = head(order);
    let applications = Applications::of(order);
    let lines = order
        .line_items
        .nodes
        .iter()
        .map(|line| line_body(order, line, &applications));
    let shipping = order.shipping_lines.nodes.iter().enumerate();
    let shipping = shipping.map(|(at, line)| shipping_body(order, at, line, &applications));
    let parts = [
        ("customer", customer_body(order.customer.as_ref())),
        ("billing_address", address_body(order.billing_address.as_ref())),
        ("shipping_address", address_body(order.shipping_address.as_ref())),
        ("line_items", lines.collect()),
        ("shipping_lines", shipping.collect()),
        ("discount_applications", Value::Array(applications.bodies())),
        ("discount_lines", Value::Array(discount_lines(order))),
        (
            "current_tax_lines",
            Value::Array(tax_bodies(&order.current_tax_lines)),
        ),
        ("refunds", order.refunds.iter().map(refund_body).collect()),
        (
            "fulfillments",
            order.fulfillments.iter().map(parcel_body).collect(),
        ),
        ("tracking_numbers", json!(tracking_numbers(order))),
        ("location_id", json!(location(order))),
    ];
    for (key, value) in parts {
        body[key] = value;
    }
    let mut record = record(
        order.id.number.to_string(),
        order.name.clone(),
        order.updated_at,
        body,
    );
    record.movements = Some(movements(order));
    record
}

/// What an order says of itself.
fn head(order: &OrderNode) -> Value {
    let amount = |bag: Bag| money(bag.amount());
    json!({
        "id": order.id.number,
        "admin_graphql_api_id": order.id.text,
        "name": order.name,
        "number": order.number,
        "email": order.email,
        "phone": order.phone,
        "note": order.note,
        "tags": order.tags.join(", "),
        "currency": order.currency_code,
        "presentment_currency": order.presentment_currency_code,
        "taxes_included": order.taxes_included,
        "created_at": order.created_at.to_string(),
        "processed_at": order.processed_at.to_string(),
        "updated_at": order.updated_at.to_string(),
        "closed_at": order.closed_at.map(|at| at.to_string()),
        "cancelled": order.cancelled_at.is_some(),
        "cancelled_at": order.cancelled_at.map(|at| at.to_string()),
        "cancel_reason": order.cancel_reason.as_deref().map(lower),
        "financial_status": order.display_financial_status.as_deref().map(lower),
        "fulfillment_status": fulfillment_status(order),
        "total_price": amount(order.total_price_set),
        "current_total_price": amount(order.current_total_price_set),
        "current_subtotal_price": amount(order.current_subtotal_price_set),
        "current_total_tax": amount(order.current_total_tax_set),
        "current_total_discounts": amount(order.current_total_discounts_set),
        "current_total_duties": order.current_total_duties_set.map(amount),
        "current_total_additional_fees": order.current_total_additional_fees_set.map(amount),
        "source_name": order.source_name,
        "test": order.test,
    })
}
