use serde::Serialize;

/// A field that can be edited in a simulated system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EditableField {
    /// The system.
    pub system: &'static str,
    /// The record type.
    pub record_type: &'static str,
    /// The field; `N` stands for the place of an element, from 0.
    pub field: &'static str,
    /// What it takes.
    pub about: &'static str,
}

const fn shopify(record_type: &'static str, field: &'static str, about: &'static str) -> EditableField {
    EditableField {
        system: "shopify",
        record_type,
        field,
        about,
    }
}

const fn odoo(record_type: &'static str, field: &'static str, about: &'static str) -> EditableField {
    EditableField {
        system: "odoo",
        record_type,
        field,
        about,
    }
}

const TEXT: &str = "a text";
const PRICE: &str = "an amount: 12.50";
const YES_NO: &str = "true or false";
const TAGS: &str = "texts with commas between them; replaces all tags";
const UNITS: &str = "a whole number of units";

/// A custom field by its name.
const METAFIELD: &str = "metafields.NAMESPACE.KEY";

/// Everything that can be edited, system by system and type by type.
pub(super) const EDITABLE: &[EditableField] = &[
    shopify("product", "title", TEXT),
    shopify("product", "body_html", "a text in HTML"),
    shopify("product", "vendor", TEXT),
    shopify("product", "product_type", TEXT),
    shopify("product", "tags", TAGS),
    shopify("product", "status", "active, draft, unlisted or archived"),
    shopify("product", "handle", "a text for addresses"),
    shopify(
        "product",
        METAFIELD,
        "a text, or what fits the field's type; nothing deletes it",
    ),
    shopify("product", "variants.N.price", PRICE),
    shopify("product", "variants.N.compare_at_price", "an amount, or nothing"),
    shopify("product", "variants.N.sku", TEXT),
    shopify("product", "variants.N.barcode", TEXT),
    shopify("variant", "price", PRICE),
    shopify("variant", "compare_at_price", "an amount, or nothing"),
    shopify("variant", "sku", TEXT),
    shopify("variant", "barcode", TEXT),
    shopify(
        "variant",
        "sale",
        "event: units that somebody buys, a new paid order",
    ),
    shopify("inventory", "on_hand", UNITS),
    shopify("order", "note", TEXT),
    shopify("order", "tags", TAGS),
    shopify(
        "order",
        "line_items.N.quantity",
        "the units of a line, as after an edit of the order",
    ),
    shopify(
        "order",
        "fulfill",
        "event: all, everything that is left is shipped",
    ),
    shopify(
        "order",
        "tracking",
        "the number of the parcel, together with fulfill",
    ),
    shopify(
        "order",
        "refund",
        "event: all, or N:units of a line; goods go back to stock",
    ),
    shopify(
        "order",
        "cancel",
        "event: customer, inventory, fraud, declined, staff or other",
    ),
    odoo("product", "name", TEXT),
    odoo("product", "description_sale", TEXT),
    odoo("product", "list_price", PRICE),
    odoo("product", "active", YES_NO),
    odoo("product", "sale_ok", YES_NO),
    odoo("product", "tags", TAGS),
    odoo("product", "product_variant_ids.N.default_code", TEXT),
    odoo("product", "product_variant_ids.N.barcode", TEXT),
    odoo(
        "product",
        "product_variant_ids.N.lst_price",
        "an amount; moves the price of all variants",
    ),
    odoo("product", "product_variant_ids.N.weight", "a weight in kg: 0.25"),
    odoo("variant", "default_code", TEXT),
    odoo("variant", "barcode", TEXT),
    odoo(
        "variant",
        "lst_price",
        "an amount; moves the price of all variants of the product",
    ),
    odoo("variant", "weight", "a weight in kg: 0.25"),
    odoo("inventory", "quantity", "what lies there, counted"),
    odoo("order", "note", TEXT),
    odoo(
        "order",
        "deliver",
        "event: all, everything that is left is delivered",
    ),
    odoo(
        "order",
        "tracking",
        "the number of the parcel, together with deliver",
    ),
    odoo(
        "order",
        "return",
        "event: all, or N:units of a line; delivered goods come back",
    ),
    odoo("order", "cancel", "event: yes"),
];

/// The field with `N` in the place of a number: `variants.0.price` is `variants.N.price`.
pub(super) fn pattern(field: &str) -> String {
    if metafield(field).is_some() {
        return METAFIELD.to_owned();
    }
    match element(field) {
        Some((list, _, field)) => format!("{list}.N.{field}"),
        None => field.to_owned(),
    }
}

/// Namespace and key of `metafields.custom.material`.
pub(super) fn metafield(field: &str) -> Option<(&str, &str)> {
    let (namespace, key) = field.strip_prefix("metafields.")?.split_once('.')?;
    (!namespace.is_empty() && !key.is_empty()).then_some((namespace, key))
}

/// List, place and field of `variants.0.price`.
pub(super) fn element(field: &str) -> Option<(&str, usize, &str)> {
    let mut parts = field.split('.');
    let (list, place, field) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit());
    match (digits, parts.next()) {
        (true, None) => Some((list, place.parse().ok()?, field)),
        _ => None,
    }
}
