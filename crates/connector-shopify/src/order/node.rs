//! Orders as the documents select them.

use jiff::Timestamp;
use serde::Deserialize;

use super::party::{AddressNode, CustomerNode};
use crate::amount::{Amount, Bag};
use crate::gid::Gid;
use crate::page::{Named, Nodes};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderNode {
    pub(super) id: Gid,
    pub(super) name: String,
    pub(super) number: i32,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) note: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) currency_code: String,
    pub(super) presentment_currency_code: String,
    pub(super) taxes_included: bool,
    pub(super) created_at: Timestamp,
    pub(super) processed_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) cancel_reason: Option<String>,
    pub(super) display_financial_status: Option<String>,
    pub(super) display_fulfillment_status: String,
    pub(super) source_name: Option<String>,
    pub(super) test: bool,
    pub(super) total_price_set: Bag,
    pub(super) current_total_price_set: Bag,
    pub(super) current_subtotal_price_set: Bag,
    pub(super) current_total_tax_set: Bag,
    pub(super) current_total_discounts_set: Bag,
    pub(super) current_total_duties_set: Option<Bag>,
    pub(super) current_total_additional_fees_set: Option<Bag>,
    pub(super) current_tax_lines: Vec<TaxNode>,
    pub(super) customer: Option<CustomerNode>,
    pub(super) billing_address: Option<AddressNode>,
    pub(super) shipping_address: Option<AddressNode>,
    pub(super) line_items: Nodes<LineNode>,
    pub(super) shipping_lines: Nodes<ShippingNode>,
    pub(super) discount_applications: Nodes<ApplicationNode>,
    pub(super) refunds: Vec<RefundNode>,
    pub(super) fulfillments: Vec<ParcelNode>,
    pub(super) fulfillment_orders: Nodes<AssignmentNode>,
}

/// `LineItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineNode {
    pub(super) id: Gid,
    pub(super) title: String,
    pub(super) variant_title: Option<String>,
    pub(super) name: String,
    pub(super) sku: Option<String>,
    pub(super) quantity: i32,
    pub(super) current_quantity: i32,
    pub(super) unfulfilled_quantity: i32,
    pub(super) taxable: bool,
    pub(super) requires_shipping: bool,
    /// Null for a custom line and when the variant was deleted.
    pub(super) variant: Option<Named>,
    pub(super) product: Option<Named>,
    pub(super) original_unit_price_set: Bag,
    pub(super) total_discount_set: Bag,
    pub(super) discount_allocations: Vec<AllocationNode>,
    pub(super) tax_lines: Vec<TaxNode>,
}

/// `ShippingLine`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShippingNode {
    pub(super) id: Option<Gid>,
    pub(super) title: String,
    pub(super) code: Option<String>,
    pub(super) original_price_set: Bag,
    pub(super) discounted_price_set: Bag,
    pub(super) current_discounted_price_set: Bag,
    pub(super) discount_allocations: Vec<AllocationNode>,
    pub(super) tax_lines: Vec<TaxNode>,
}

/// `DiscountAllocation`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AllocationNode {
    pub(super) allocated_amount_set: Bag,
    pub(super) discount_application: ApplicationNode,
}

/// `DiscountApplication`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApplicationNode {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) index: i32,
    pub(super) allocation_method: String,
    pub(super) target_selection: String,
    pub(super) target_type: String,
    pub(super) value: ValueNode,
    pub(super) code: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

/// `PricingValue`: an amount or a percentage.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ValueNode {
    pub(super) amount: Option<Amount>,
    pub(super) percentage: Option<Amount>,
}

/// `TaxLine`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaxNode {
    pub(super) title: String,
    pub(super) rate: Option<Amount>,
    pub(super) rate_percentage: Option<Amount>,
    pub(super) price_set: Bag,
}

/// `Refund`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefundNode {
    pub(super) id: Gid,
    pub(super) created_at: Option<Timestamp>,
    pub(super) refund_line_items: Nodes<RefundLineNode>,
}

/// `RefundLineItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefundLineNode {
    pub(super) quantity: i32,
    pub(super) restock_type: String,
    pub(super) line_item: Named,
}

/// `Fulfillment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ParcelNode {
    pub(super) id: Gid,
    pub(super) status: String,
    pub(super) location: Option<Named>,
    pub(super) tracking_info: Vec<TrackingNode>,
    pub(super) fulfillment_line_items: Nodes<ParcelLineNode>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TrackingNode {
    pub(super) company: Option<String>,
    pub(super) number: Option<String>,
    pub(super) url: Option<String>,
}

/// `FulfillmentLineItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ParcelLineNode {
    pub(super) quantity: Option<i32>,
    pub(super) line_item: Named,
}

/// `FulfillmentOrder`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssignmentNode {
    pub(super) id: Gid,
    pub(super) status: String,
    pub(super) assigned_location: AssignedLocation,
    pub(super) line_items: Nodes<AssignedLineNode>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AssignedLocation {
    /// Null when the location was deleted.
    pub(super) location: Option<Named>,
}

/// `FulfillmentOrderLineItem`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssignedLineNode {
    pub(super) total_quantity: i32,
}
