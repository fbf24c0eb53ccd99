//! What the rules of orders may lead to.

use sync_core::ports::FieldSet;

use super::party::{ADDRESS_FIELDS, CUSTOMER_FIELDS};
use crate::connector::field_set;

const OWN: &[&str] = &[
    "id",
    "admin_graphql_api_id",
    "name",
    "number",
    "email",
    "phone",
    "note",
    "tags",
    "currency",
    "presentment_currency",
    "taxes_included",
    "created_at",
    "processed_at",
    "updated_at",
    "closed_at",
    "cancelled",
    "cancelled_at",
    "cancel_reason",
    "financial_status",
    "fulfillment_status",
    "total_price",
    "current_total_price",
    "current_subtotal_price",
    "current_total_tax",
    "current_total_discounts",
    "current_total_duties",
    "current_total_additional_fees",
    "source_name",
    "test",
    "location_id",
    "tracking_numbers",
];

const LINE: &[&str] = &[
    "id",
    "variant_id",
    "product_id",
    "product_exists",
    "title",
    "variant_title",
    "name",
    "sku",
    "quantity",
    "current_quantity",
    "fulfillable_quantity",
    "fulfilled_quantity",
    "price",
    "taxable",
    "requires_shipping",
    "total_discount",
    "discount_allocations",
    "tax_lines",
];

const SHIPPING: &[&str] = &[
    "id",
    "title",
    "code",
    "price",
    "discounted_price",
    "current_discounted_price",
    "tax_lines",
    "discount_allocations",
];

const APPLICATION: &[&str] = &[
    "type",
    "title",
    "code",
    "description",
    "value",
    "value_type",
    "allocation_method",
    "target_selection",
    "target_type",
];

const PARCEL: &[&str] = &[
    "id",
    "status",
    "location_id",
    "tracking_company",
    "tracking_number",
    "tracking_url",
    "line_items",
];

pub(crate) fn fields() -> FieldSet {
    field_set(
        OWN,
        &[
            ("customer", &CUSTOMER_FIELDS),
            ("billing_address", &ADDRESS_FIELDS),
            ("shipping_address", &ADDRESS_FIELDS),
            ("line_items", LINE),
            ("shipping_lines", SHIPPING),
            ("discount_applications", APPLICATION),
            (
                "discount_lines",
                &["id", "title", "amount", "tax_lines", "source"],
            ),
            ("current_tax_lines", &["title", "rate", "price"]),
            ("refunds", &["id", "created_at", "refund_line_items"]),
            ("fulfillments", PARCEL),
        ],
    )
}
