//! The parts of an order that are shown as Shopify gives them.

use serde_json::{Value, json};

use super::applications::Applications;
use super::node::{AllocationNode, LineNode, OrderNode, ParcelNode, RefundNode, ShippingNode, TaxNode};
use super::shipped::fulfilled;
use crate::amount::{money, plain};
use crate::shape::{filled, lower};

/// Tax lines; the rate is a fraction ("0.19").
pub(super) fn tax_bodies(taxes: &[TaxNode]) -> Vec<Value> {
    let rate = |tax: &TaxNode| match (tax.rate, tax.rate_percentage) {
        (Some(rate), _) => Some(plain(rate.0)),
        (None, Some(percentage)) => Some(plain(
            percentage.0.saturating_mul(rust_decimal::Decimal::new(1, 2)),
        )),
        (None, None) => None,
    };
    let body = |tax: &TaxNode| json!({"title": tax.title, "rate": rate(tax), "price": money(tax.price_set.amount())});
    taxes.iter().map(body).collect()
}

fn allocation_bodies(allocations: &[AllocationNode], applications: &Applications<'_>) -> Vec<Value> {
    let body = |allocation: &AllocationNode| {
        json!({
            "amount": money(allocation.allocated_amount_set.amount()),
            "discount_application_index": applications.place(allocation.discount_application.index),
        })
    };
    allocations.iter().map(body).collect()
}

pub(super) fn line_body(order: &OrderNode, line: &LineNode, applications: &Applications<'_>) -> Value {
    json!({
        "id": line.id.number,
        "variant_id": line.variant.as_ref().map(|variant| variant.id.number),
        "product_id": line.product.as_ref().map(|product| product.id.number),
        "product_exists": line.product.is_some(),
        "title": line.title,
        "variant_title": line.variant_title,
        "name": line.name,
        "sku": filled(line.sku.as_ref()),
        "quantity": line.quantity,
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.unfulfilled_quantity,
        "fulfilled_quantity": fulfilled(order, line),
        "price": money(line.original_unit_price_set.amount()),
        "taxable": line.taxable,
        "requires_shipping": line.requires_shipping,
        "total_discount": money(line.total_discount_set.amount()),
        "discount_allocations": allocation_bodies(&line.discount_allocations, applications),
        "tax_lines": tax_bodies(&line.tax_lines),
    })
}

/// The id of a shipping line, as text. Old ones may have none: they are told apart by their place.
pub(super) fn shipping_id(order: &OrderNode, at: usize, line: &ShippingNode) -> String {
    match &line.id {
        Some(id) => id.number.to_string(),
        None => format!("{}-{}", order.id.number, at + 1),
    }
}

pub(super) fn shipping_body(
    order: &OrderNode,
    at: usize,
    line: &ShippingNode,
    applications: &Applications<'_>,
) -> Value {
    let id = match &line.id {
        Some(id) => json!(id.number),
        None => json!(shipping_id(order, at, line)),
    };
    json!({
        "id": id,
        "title": line.title,
        "code": line.code,
        "price": money(line.original_price_set.amount()),
        "discounted_price": money(line.discounted_price_set.amount()),
        "current_discounted_price": money(line.current_discounted_price_set.amount()),
        "tax_lines": tax_bodies(&line.tax_lines),
        "discount_allocations": allocation_bodies(&line.discount_allocations, applications),
    })
}

pub(super) fn refund_body(refund: &RefundNode) -> Value {
    let lines = refund.refund_line_items.nodes.iter().map(|line| {
        json!({
            "line_item_id": line.line_item.id.number,
            "quantity": line.quantity,
            "restock_type": lower(&line.restock_type),
        })
    });
    json!({
        "id": refund.id.number,
        "created_at": refund.created_at.map(|at| at.to_string()),
        "refund_line_items": lines.collect::<Vec<_>>(),
    })
}

pub(super) fn parcel_body(parcel: &ParcelNode) -> Value {
    let lines = parcel.fulfillment_line_items.nodes.iter();
    let lines =
        lines.map(|line| json!({"id": line.line_item.id.number, "quantity": line.quantity.unwrap_or(0)}));
    let tracking = parcel.tracking_info.first();
    json!({
        "id": parcel.id.number,
        "status": lower(&parcel.status),
        "location_id": parcel.location.as_ref().map(|location| location.id.number),
        "tracking_company": tracking.and_then(|tracking| tracking.company.as_ref()),
        "tracking_number": tracking.and_then(|tracking| tracking.number.as_ref()),
        "tracking_url": tracking.and_then(|tracking| tracking.url.as_ref()),
        "line_items": lines.collect::<Vec<_>>(),
    })
}
