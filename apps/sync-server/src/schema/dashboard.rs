use serde::Serialize;
use utoipa::ToSchema;

use super::{Job, Time};

/// How the installation is doing.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dashboard {
    at: Time,
    /// Failure rates are of the jobs that began within this time.
    window_seconds: u64,
    last_sync_at: Option<Time>,
    open_dead_letters: u64,
    open_conflicts: u64,
    /// The most open dead letters there may be; a run stops there.
    dead_letter_limit: u64,
    /// One per record type, in the order in which they are synced.
    streams: Vec<Stream>,
    /// The newest jobs, 20 at most.
    recent_runs: Vec<Job>,
    /// No job ever ran.
    first_run: bool,
}

/// How one record type is doing.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    record_type: String,
    job_type: String,
    #[schema(required)]
    running: Option<Job>,
    #[schema(required)]
    last_job: Option<Job>,
    #[schema(required)]
    last_success_at: Option<Time>,
    /// Seconds since a job last went through to its end.
    #[schema(required)]
    freshness_seconds: Option<i64>,
    window: Counts,
    /// The part of the window's records that failed, 0 to 1; null where there were none.
    #[schema(required)]
    failure_rate: Option<f64>,
    open_dead_letters: u64,
    open_conflicts: u64,
    pending: u64,
    held: u64,
    /// Pending and held.
    backlog: u64,
    counts: SystemCounts,
}

/// Records by outcome.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    total_records: u64,
    success_count: u64,
    fail_count: u64,
    skip_count: u64,
}

/// How many records of a type each system has that the other one is meant to have as well; null where it did not say.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemCounts {
    #[schema(required)]
    shopify: Option<u64>,
    #[schema(required)]
    odoo: Option<u64>,
    /// Records that are on both sides and know each other.
    linked: u64,
    left_out: LeftOut,
}

/// Records that are one system's own business: products that are not marked for sale in the shop, Odoo's own orders.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftOut {
    shopify: u64,
    odoo: u64,
}

/// What was created on either side; what was there already is not counted.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeedReport {
    /// Whether everything was emptied first.
    reset: bool,
    shopify: Seeded,
    /// Records of the simulated Odoo by model.
    odoo: std::collections::BTreeMap<String, u64>,
    /// What a product export held; null where none was given.
    #[schema(required, value_type = Option<Object>)]
    file: Option<()>,
}

/// Records of the simulated shop that were created.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seeded {
    locations: u64,
    products: u64,
    variants: u64,
    customers: u64,
    orders: u64,
}
