use serde::Serialize;
use utoipa::ToSchema;

use super::Job;

/// Why a request was not carried out (RFC 9457).
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Problem {
    /// Says which problem it is and never changes.
    #[schema(example = "/problems/not-found")]
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// What the server's log calls the request.
    request_id: String,
    /// What is wrong with what was sent, place by place.
    findings: Vec<FieldFinding>,
    /// The running job that is in the way.
    job: Option<Job>,
}

/// One thing that is wrong with what was sent.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldFinding {
    field: String,
    value: String,
    message: String,
    /// What may stand there, where that can be listed.
    allowed: Vec<String>,
    /// Of a rule: its id.
    #[schema(nullable = false)]
    mapping: Option<i64>,
    /// Of a rule in a file: its place, from 0.
    #[schema(nullable = false)]
    index: Option<u64>,
    #[schema(nullable = false)]
    severity: Option<Severity>,
}

/// How bad a finding is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    Warning,
    Error,
}
