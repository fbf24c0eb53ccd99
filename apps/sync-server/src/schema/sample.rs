use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Time;

/// What the records of a type look like on both sides.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Samples {
    record_type: String,
    shopify: SampleSide,
    odoo: SampleSide,
}

/// What the records of one side look like.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleSide {
    records: Vec<SampleRef>,
    /// The places in them, 1,000 at most.
    paths: Vec<SamplePath>,
    /// Why the system could not be asked.
    #[schema(required)]
    error: Option<String>,
}

/// A record by its id.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleRef {
    id: String,
    label: String,
}

/// A place in the records of a type.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SamplePath {
    path: String,
    /// A value that stands there, shortened.
    #[schema(required)]
    sample: Option<String>,
    kind: SampleKind,
}

/// What stands at a place.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SampleKind {
    Text,
    Number,
    Boolean,
    Null,
    List,
    Object,
    Unknown,
}

/// One record of a system, whole.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleRecord {
    system: String,
    record_type: String,
    id: String,
    label: String,
    #[schema(required)]
    version: Option<String>,
    #[schema(required)]
    changed_at: Option<Time>,
    /// The record in its system's own shape.
    body: Value,
}
