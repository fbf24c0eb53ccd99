use serde::Serialize;
use utoipa::ToSchema;

/// A field that can be edited in a simulated system.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditableField {
    system: String,
    record_type: String,
    /// `N` stands for the place of an element, from 0.
    field: String,
    /// What it takes.
    about: String,
}

/// An edit that was made.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edited {
    system: String,
    record_type: String,
    id: String,
    /// The fields that were given.
    applied: Vec<String>,
    /// The record that an event made.
    #[schema(required)]
    made: Option<Made>,
}

/// A record that an event made.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Made {
    record_type: String,
    id: String,
}

/// A value on both sides; null where that side has none.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Compared {
    #[schema(required)]
    shopify: Option<String>,
    #[schema(required)]
    odoo: Option<String>,
    /// Whether they mean something else.
    differs: bool,
}

/// A product as both systems show it.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Twin {
    link_id: i64,
    label: String,
    shopify_id: String,
    odoo_id: String,
    /// Title and name.
    title: Compared,
    /// `active`, `draft` or `archived`.
    status: Compared,
    /// Its variants, linked ones first, 50 at most.
    variants: Vec<TwinVariant>,
    /// How many more there are.
    more_variants: usize,
    /// Conflicts about it and its stock that nobody decided yet.
    open_conflicts: Vec<i64>,
}

/// A variant as both systems show it.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TwinVariant {
    label: String,
    #[schema(required)]
    shopify_id: Option<String>,
    #[schema(required)]
    odoo_id: Option<String>,
    sku: Compared,
    price: Compared,
    stock: Vec<TwinStock>,
}

/// Stock of a variant at a location and in the warehouse that stands for it.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TwinStock {
    location: String,
    /// The level's id in Shopify.
    #[schema(required)]
    shopify_id: Option<String>,
    /// The level's id in Odoo.
    #[schema(required)]
    odoo_id: Option<String>,
    /// Units on hand in Shopify.
    #[schema(required)]
    shopify: Option<String>,
    /// Units on hand in Odoo.
    #[schema(required)]
    odoo: Option<String>,
    differs: bool,
}
