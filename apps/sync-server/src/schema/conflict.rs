use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Job, NotStarted, RecordLog, Time};

/// How far a conflict is. `decided`: somebody decided, and no run has carried it out yet.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConflictStatus {
    Open,
    Decided,
    Resolved,
}

/// What a conflict is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConflictKind {
    /// Both sides changed the same field.
    Field,
    /// One side lost the record while the other one changed it.
    Deleted,
}

/// Whose value counts.
#[derive(Serialize, ToSchema)]
#[serde(tag = "winner", rename_all = "snake_case")]
pub(crate) enum Winner {
    Shopify,
    Odoo,
    /// What each side is to show, null for nothing; absent where the rule carries the other side's value over.
    Value {
        shopify: Option<Value>,
        odoo: Option<Value>,
    },
    /// Both came to the same by themselves.
    Agreed,
}

/// An element of a record (a variant, an order line), by its ids on both sides.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    record_type: String,
    shopify_id: String,
    odoo_id: String,
}

/// What each side showed when both last agreed.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    shopify: Value,
    odoo: Value,
}

/// Both sides changed the same field since they last agreed, to different values.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conflict {
    id: i64,
    connection: String,
    record_type: String,
    shopify_id: String,
    odoo_id: String,
    label: String,
    status: ConflictStatus,
    kind: ConflictKind,
    /// The rule: its two places.
    rule: String,
    shopify_field: String,
    odoo_field: String,
    /// The element it is about; null for the record itself.
    #[schema(required)]
    element: Option<Pair>,
    /// Null if they never agreed.
    #[schema(required)]
    base: Option<Shown>,
    /// What Shopify shows.
    shopify: Value,
    /// What Odoo shows.
    odoo: Value,
    /// When Shopify's record was changed, as far as it says.
    #[schema(required)]
    shopify_at: Option<Time>,
    /// When Odoo's record was changed, as far as it says.
    #[schema(required)]
    odoo_at: Option<Time>,
    strategy: String,
    #[schema(required)]
    winner: Option<Winner>,
    found_at: Time,
    /// The run that saw it last.
    job_id: i64,
    /// `strategy`, or who it was.
    #[schema(required)]
    decided_by: Option<String>,
    #[schema(required)]
    decided_at: Option<Time>,
}

/// What became of conflicts that somebody decided.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolved {
    decided: u64,
    /// As they are now, the first 500.
    conflicts: Vec<Conflict>,
    /// Records that were looked at to carry it out.
    tried: u64,
    jobs: Vec<Job>,
    /// The outcome of each record, the first 500.
    outcomes: Vec<RecordLog>,
    outcomes_truncated: bool,
    /// Where another run was in the way: the decision stays, and the next run carries it out.
    not_started: Vec<NotStarted>,
}
