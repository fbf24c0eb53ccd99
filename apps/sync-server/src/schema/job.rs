use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Page, Time};

/// How far a job is. `failed`: the run itself stopped; a completed job may have records that failed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobStatus {
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
    Interrupted,
}

/// Which way a run goes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    ShopifyToOdoo,
    OdooToShopify,
    Both,
}

/// How a record ended in a job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Success,
    Fail,
    Skipped,
}

/// What is, was or would be done with a record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    Create,
    Update,
    /// Brought together with a counterpart that was there; nothing had to be written.
    Link,
    Skip,
    /// Both sides changed the same and nobody decided yet.
    Conflict,
    Fail,
}

/// One of the two systems.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Shopify,
    Odoo,
}

/// Where a run stands.
#[derive(Serialize, ToSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub(crate) enum Checkpoint {
    /// Reading a side; the next page begins at the cursor.
    Reading {
        side: Side,
        #[schema(required)]
        cursor: Option<String>,
    },
    /// Looking at linked records that did not show up: they may have been deleted.
    Missing { after: i64 },
    /// Taking up records that earlier runs left open.
    Leftovers,
    /// Waiting for records whose next attempt is not due yet.
    Draining,
}

/// One sync run.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the flags of a job, each with a meaning of its own"
)]
pub(crate) struct Job {
    id: i64,
    connection: String,
    /// What users call it: `products`, `inventory`, `orders`.
    job_type: String,
    record_type: String,
    direction: Direction,
    /// Whether it only plans.
    dry_run: bool,
    /// Whether it reads everything, and not only what changed since the last run.
    full: bool,
    /// Whether it puts away however many records, without stopping to ask.
    unguarded: bool,
    status: JobStatus,
    /// Records with an outcome: the sum of the other counts.
    total_records: u64,
    success_count: u64,
    fail_count: u64,
    skip_count: u64,
    created_at: Time,
    #[schema(required)]
    started_at: Option<Time>,
    #[schema(required)]
    finished_at: Option<Time>,
    /// Why it failed, was interrupted or cancelled.
    #[schema(required)]
    error: Option<String>,
    checkpoint: Checkpoint,
    /// Somebody asked it to stop.
    cancel_requested: bool,
}

/// A finished job, with its plan if it was a dry run.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the flags of a job, each with a meaning of its own"
)]
pub(crate) struct FinishedJob {
    id: i64,
    connection: String,
    job_type: String,
    record_type: String,
    direction: Direction,
    dry_run: bool,
    full: bool,
    unguarded: bool,
    status: JobStatus,
    total_records: u64,
    success_count: u64,
    fail_count: u64,
    skip_count: u64,
    created_at: Time,
    #[schema(required)]
    started_at: Option<Time>,
    #[schema(required)]
    finished_at: Option<Time>,
    #[schema(required)]
    error: Option<String>,
    checkpoint: Checkpoint,
    cancel_requested: bool,
    /// Only of a dry run: what a run would do, record by record, the first 500. `/api/jobs/{id}/logs` has the rest.
    plan: Option<Page<RecordLog>>,
}

/// What became of a run over several record types.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SyncAll {
    /// The jobs in the order in which they ran. With `Prefer: respond-async` the first one; the others follow.
    jobs: Vec<FinishedJob>,
    not_started: Vec<NotStarted>,
}

/// A job that could not be started within a series.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotStarted {
    record_type: String,
    /// Why not.
    detail: String,
    /// The running job that was in the way.
    #[schema(required)]
    job: Option<Job>,
}

/// One field that changes.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldChange {
    /// The side that is written.
    side: Side,
    /// Its path; an element of a list is named by its id.
    field: String,
    /// What it shows.
    old: Value,
    /// What it is to show.
    new: Value,
}

/// One line of a job's log: what became of one record. Of a dry run: what would become of it.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordLog {
    id: i64,
    job_id: i64,
    record_type: String,
    /// The side that the record was read from.
    side: Side,
    /// The record's id on that side.
    source_id: String,
    /// Its id on the other side, once there is one.
    #[schema(required)]
    target_id: Option<String>,
    label: String,
    action: Action,
    outcome: Outcome,
    /// A stable word.
    reason: String,
    /// For people; empty where the reason says it all.
    message: String,
    attempts: u32,
    changes: Vec<FieldChange>,
    warnings: Vec<String>,
    duration_ms: u64,
    at: Time,
}

/// How many lines of a job's log say the same.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogCount {
    action: Action,
    outcome: Outcome,
    reason: String,
    count: u64,
}

/// What a run is doing just now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunPhase {
    Reading,
    Missing,
    Leftovers,
    Waiting,
}

/// A record that a run could not bring over.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failure {
    source_id: String,
    label: String,
    reason: String,
    message: String,
}

/// How far a running job is.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    job: Job,
    phase: RunPhase,
    /// Records with an outcome.
    done: u64,
    /// Records in all, where that is known.
    #[schema(required)]
    total: Option<u64>,
    /// Records per second.
    #[schema(required)]
    rate: Option<f64>,
    /// Seconds that it will take at this rate.
    #[schema(required)]
    eta_seconds: Option<u64>,
    /// The latest failures, newest first, five at most.
    failures: Vec<Failure>,
    /// Whether this process carries it out.
    here: bool,
}

/// The state that events change.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    jobs: Vec<Progress>,
    open_dead_letters: u64,
    open_conflicts: u64,
}
