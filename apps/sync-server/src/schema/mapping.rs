use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Side;

/// What to do where the source has no value.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnMissing {
    Auto,
    Clear,
    Skip,
    Fail,
}

/// Which way a rule goes. `auto`: both ways where its transform can be undone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RuleDirection {
    Auto,
    Both,
    ShopifyToOdoo,
    OdooToShopify,
}

/// One rule: this field of a record on one side is that field on the other side.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mapping {
    id: i64,
    record_type: String,
    /// The place in Shopify's record.
    shopify_field: String,
    /// The place in Odoo's record.
    odoo_field: String,
    /// A chain of transforms: `trim|uppercase`.
    transform: String,
    /// A rule that is not enabled is kept and does nothing.
    enabled: bool,
    /// Rules are applied in this order.
    position: i32,
    note: String,
    on_missing: OnMissing,
    direction: RuleDirection,
    /// The system whose value counts, whoever changed it.
    #[schema(required)]
    owner: Option<Side>,
    /// Who wins where both sides changed it; null for the strategy of the installation.
    #[schema(required)]
    strategy: Option<String>,
}

/// A rule that was saved, and what may surprise about it.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedMapping {
    id: i64,
    record_type: String,
    shopify_field: String,
    odoo_field: String,
    transform: String,
    enabled: bool,
    position: i32,
    note: String,
    on_missing: OnMissing,
    direction: RuleDirection,
    /// The system whose value counts, whoever changed it.
    #[schema(required)]
    owner: Option<Side>,
    /// Who wins where both sides changed it; null for the strategy of the installation.
    #[schema(required)]
    strategy: Option<String>,
    warnings: Vec<String>,
}

/// What a rule makes of a record.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preview {
    record: PreviewedRecord,
    /// One value, or one per element.
    values: Vec<PreviewedValue>,
    truncated: bool,
    warnings: Vec<String>,
    /// Why there is no value; empty if there is one.
    note: String,
}

/// The record of a preview.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewedRecord {
    system: String,
    record_type: String,
    id: String,
    label: String,
}

/// A value before and after.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewedValue {
    /// The element it is about; null for the record itself.
    #[schema(required)]
    element: Option<Element>,
    source_path: String,
    target_path: String,
    before: Value,
    /// Null where there is an error.
    after: Value,
    #[schema(required)]
    error: Option<String>,
}

/// A child record.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Element {
    record_type: String,
    source_id: String,
}

/// Whether a transform can be undone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Inverse {
    Yes,
    No,
    SometimesByArgument,
}

/// A transform that rules may use.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransformInfo {
    name: String,
    description: String,
    /// The form of its argument, after `name:`; null if it takes none.
    #[schema(required)]
    argument: Option<String>,
    inverse: Inverse,
}
