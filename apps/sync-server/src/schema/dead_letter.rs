use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Direction, Job, NotStarted, RecordLog, Side, Time};

/// What became of a dead letter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeadLetterStatus {
    Open,
    Resolved,
    Discarded,
}

/// Where on its way a record failed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Read,
    Map,
    Plan,
    Write,
}

/// What kind of thing went wrong.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorKind {
    Network,
    Contention,
    Throttled,
    Unavailable,
    Unauthorized,
    Rejected,
    Mapping,
    Mismatch,
    Dependency,
    Protocol,
}

/// A dead letter in a list.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeadLetterSummary {
    id: i64,
    record_type: String,
    direction: Direction,
    /// The side that `source_id` belongs to.
    side: Side,
    source_id: String,
    label: String,
    status: DeadLetterStatus,
    stage: Stage,
    class: ErrorKind,
    /// A stable word for grouping.
    code: String,
    /// The last error, for people.
    message: String,
    retry_count: u32,
    max_retries: u32,
    /// The job that failed last.
    job_id: i64,
    first_at: Time,
    last_at: Time,
    /// Why it is no longer open.
    #[schema(required)]
    closed: Option<String>,
}

/// A dead letter with everything that is known of it.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeadLetter {
    id: i64,
    connection: String,
    record_type: String,
    direction: Direction,
    /// The side that `source_id` belongs to.
    side: Side,
    source_id: String,
    label: String,
    status: DeadLetterStatus,
    stage: Stage,
    class: ErrorKind,
    code: String,
    message: String,
    /// The record as it was read.
    original: Value,
    /// The record as it would have been written; null when it did not get that far.
    mapped: Value,
    /// Every attempt, oldest first.
    attempts: Vec<Attempt>,
    retry_count: u32,
    max_retries: u32,
    job_id: i64,
    first_at: Time,
    last_at: Time,
    #[schema(required)]
    closed: Option<String>,
    /// The next step in plain words.
    advice: String,
}

/// One try that failed.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempt {
    number: u32,
    job_id: i64,
    at: Time,
    stage: Stage,
    class: ErrorKind,
    code: String,
    message: String,
    duration_ms: u64,
}

/// Dead letters that failed in the same way.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeadLetterGroup {
    class: ErrorKind,
    code: String,
    count: u64,
    /// The message of the latest.
    message: String,
    last_at: Time,
    /// The next step in plain words.
    advice: String,
}

/// What became of dead letters that were tried again.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retried {
    tried: u64,
    /// One job per record type and direction.
    jobs: Vec<Job>,
    /// The outcome of each record, the first 500.
    outcomes: Vec<RecordLog>,
    /// Whether the logs of the jobs have more outcomes.
    outcomes_truncated: bool,
    not_started: Vec<NotStarted>,
}

/// What a record waits for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WaitKind {
    Pending,
    Held,
}

/// Why a record waits.
#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum WaitState {
    /// For its next attempt.
    Pending { due_at: Time },
    /// For another record.
    Held { on: Dependency },
}

/// Another record, which has to be linked first.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dependency {
    record_type: String,
    id: String,
}

/// A waiting record.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitingRow {
    id: i64,
    direction: Direction,
    since: Time,
    record_type: String,
    /// The side that `source_id` belongs to.
    side: Side,
    source_id: String,
    label: String,
    state: WaitState,
    attempts: Vec<Attempt>,
    job_id: i64,
}
