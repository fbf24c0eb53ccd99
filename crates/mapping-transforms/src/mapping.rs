//! One rule of a mapping, as it is stored and edited.

use serde::{Deserialize, Serialize};

use crate::path::FieldPath;

/// One of the two sides of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The side of `shopify_field`.
    Shopify,
    /// The side of `odoo_field`.
    Odoo,
}

impl Side {
    /// Both sides.
    pub const BOTH: [Self; 2] = [Self::Shopify, Self::Odoo];

    /// The name in configuration, API and database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Odoo => "odoo",
        }
    }

    /// The opposite side.
    pub fn other(self) -> Self {
        match self {
            Self::Shopify => Self::Odoo,
            Self::Odoo => Self::Shopify,
        }
    }
}

/// What to do where the source has no value, or the transforms end in null.
///
/// A step `default:` or `const:` comes first: with one of these there is always a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    /// A value that is null (or whose parent is) clears the target; one that is absent leaves it alone: a
    /// record that was read in part says nothing about the rest. Null goes to a step that takes it (`is:`).
    #[default]
    Auto,
    /// Both clear the target: null is written.
    Clear,
    /// Both leave the target alone.
    Skip,
    /// Both are a problem of the record.
    Fail,
}

impl OnMissing {
    /// All of them, as they are written.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("clear", Self::Clear),
        ("skip", Self::Skip),
        ("fail", Self::Fail),
    ];
}

/// Which way a rule carries values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleDirection {
    /// Both ways where the transforms can be undone and no earlier rule writes the same field of Shopify, else from
    /// Shopify to Odoo.
    #[default]
    Auto,
    /// Both ways; refused where the way back is missing.
    Both,
    /// From Shopify to Odoo only.
    ShopifyToOdoo,
    /// From Odoo to Shopify only; refused where the way back is missing.
    OdooToShopify,
}

impl RuleDirection {
    /// All of them, as they are written.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("both", Self::Both),
        ("shopify_to_odoo", Self::ShopifyToOdoo),
        ("odoo_to_shopify", Self::OdooToShopify),
    ];

    /// Whether a rule may carry values from this side, as far as its direction goes.
    pub fn allows(self, from: Side) -> bool {
        match (self, from) {
            (Self::Auto | Self::Both, _)
            | (Self::ShopifyToOdoo, Side::Shopify)
            | (Self::OdooToShopify, Side::Odoo) => true,
            (Self::ShopifyToOdoo, Side::Odoo) | (Self::OdooToShopify, Side::Shopify) => false,
        }
    }

    /// Whether the way from Odoo to Shopify is demanded, so that a rule without it is a mistake.
    pub(crate) fn demands_way_back(self) -> bool {
        match self {
            Self::Both | Self::OdooToShopify => true,
            Self::Auto | Self::ShopifyToOdoo => false,
        }
    }
}

/// One rule: this field of a record on one side is that field on the other side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// 0 = not stored yet.
    #[serde(default)]
    pub id: i64,
    /// `product`, `inventory`, `order`, ...
    pub record_type: String,
    /// The place in Shopify's record.
    pub shopify_field: FieldPath,
    /// The place in Odoo's record.
    pub odoo_field: FieldPath,
    /// A chain of transforms, from Shopify to Odoo: `html_to_text`, `trim|uppercase`, `scale:0.001`.
    #[serde(default = "direct")]
    pub transform: String,
    /// A rule that is not enabled is kept and does nothing.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Rules are applied in this order; equal ones by id.
    #[serde(default)]
    pub position: i32,
    /// For people.
    #[serde(default)]
    pub note: String,
    /// What to do where there is no value.
    #[serde(default)]
    pub on_missing: OnMissing,
    /// Which way it carries values.
    #[serde(default)]
    pub direction: RuleDirection,
    /// The side whose value counts, whoever changed it; `None` where both may change it.
    #[serde(default)]
    pub owner: Option<Side>,
    /// Who wins where both sides changed it: the name of a strategy of the engine, which alone knows what it means.
    /// `None` for that of the record type.
    #[serde(default)]
    pub strategy: Option<String>,
}

fn direct() -> String {
    "direct".to_owned()
}

fn yes() -> bool {
    true
}

impl Mapping {
    /// An enabled rule, not stored, with everything else at its default.
    pub fn new(record_type: &str, shopify_field: FieldPath, odoo_field: FieldPath, transform: &str) -> Self {
        Self {
            id: 0,
            record_type: record_type.to_owned(),
            shopify_field,
            odoo_field,
            transform: transform.to_owned(),
            enabled: true,
            position: 0,
            note: String::new(),
            on_missing: OnMissing::Auto,
            direction: RuleDirection::Auto,
            owner: None,
            strategy: None,
        }
    }

    /// The place in the records of a side.
    pub fn field(&self, side: Side) -> &FieldPath {
        match side {
            Side::Shopify => &self.shopify_field,
            Side::Odoo => &self.odoo_field,
        }
    }

    /// The place that is read in a run from this side.
    pub fn source(&self, from: Side) -> &FieldPath {
        self.field(from)
    }

    /// The place that is written in a run from this side.
    pub fn target(&self, from: Side) -> &FieldPath {
        self.field(from.other())
    }
}

/// A rule as someone typed it: nothing parsed yet, so that all its mistakes can be named at once
/// (see [`crate::check_draft`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingDraft {
    /// 0 = not stored yet.
    #[serde(default)]
    pub id: i64,
    /// See [`Mapping::record_type`].
    pub record_type: String,
    /// See [`Mapping::shopify_field`].
    pub shopify_field: String,
    /// See [`Mapping::odoo_field`].
    pub odoo_field: String,
    /// See [`Mapping::transform`].
    #[serde(default = "direct")]
    pub transform: String,
    /// See [`Mapping::enabled`].
    #[serde(default = "yes")]
    pub enabled: bool,
    /// See [`Mapping::position`].
    #[serde(default)]
    pub position: i32,
    /// See [`Mapping::note`].
    #[serde(default)]
    pub note: String,
    /// See [`Mapping::on_missing`].
    #[serde(default = "auto")]
    pub on_missing: String,
    /// See [`Mapping::direction`].
    #[serde(default = "auto")]
    pub direction: String,
    /// See [`Mapping::owner`]: `shopify`, `odoo`, or empty for none.
    #[serde(default)]
    pub owner: String,
    /// See [`Mapping::strategy`]; empty for that of the record type.
    #[serde(default)]
    pub strategy: String,
}

fn auto() -> String {
    "auto".to_owned()
}
