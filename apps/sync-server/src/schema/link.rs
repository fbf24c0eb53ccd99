use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Conflict, DeadLetterSummary, Job, Page, RecordLog, Shown, Side, Time};

/// These two records are the same thing.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    id: i64,
    connection: String,
    record_type: String,
    shopify_id: String,
    odoo_id: String,
    /// The link that it hangs on: a variant's hangs on its product's.
    #[schema(required)]
    parent: Option<i64>,
    label: String,
    /// The version of the rules when both last agreed; 0 if they never did.
    mapping_version: i64,
    /// Per rule what each side showed when both last agreed.
    base: BTreeMap<String, Shown>,
    /// Whether runs look at it again even if nothing changed.
    open: bool,
    /// Of an order: units that it took out of stock, per item and place.
    moved: BTreeMap<String, Moved>,
}

/// How many units of an item left a place, by the account of either side.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moved {
    shopify: String,
    odoo: String,
}

/// A record that may be another one's counterpart.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Candidate {
    /// What they have in common: `sku`, `barcode`, ...
    by: String,
    id: String,
    label: String,
    /// Whether it is somebody's counterpart already.
    linked: bool,
}

/// What a first run would link, make, and leave to a person; 500 lines of each at most.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchPreview {
    /// The dry run that found it out.
    job: Job,
    will_link: Vec<RecordLog>,
    will_create: Vec<RecordLog>,
    /// Records that may have a counterpart.
    ambiguous: Vec<RecordLog>,
    /// Records that are left alone now, the latest first; the other lists are without them.
    left_alone: Vec<LeftAlone>,
}

/// A record that somebody wants left alone: as long as it is not linked, no run links it and none makes its counterpart.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftAlone {
    id: i64,
    connection: String,
    record_type: String,
    /// The side that has it.
    side: Side,
    /// Its id there.
    record_id: String,
    label: String,
    /// Who asked for it.
    by: String,
    at: Time,
}

/// How far a side was read.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    record_type: String,
    side: Side,
    /// Only the connector understands it.
    cursor: String,
    at: Time,
}

/// What happened to one record.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordHistory {
    #[schema(required)]
    link: Option<Link>,
    /// Its lines in all jobs, newest first.
    lines: Page<RecordLog>,
    conflicts: Vec<Conflict>,
    dead_letters: Vec<DeadLetterSummary>,
}
