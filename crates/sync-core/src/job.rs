use std::fmt;

use jiff::Timestamp;
use mapping_transforms::Side;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ConnectionId, Cursor, Direction, RecordType};

/// The number of a job.
pub type JobId = i64;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Stored, not yet begun.
    Queued,
    /// A process is at it and renews its lease.
    Running,
    /// Every record has its outcome; some of them may have failed.
    Completed,
    /// The run itself stopped before its end.
    Failed,
    /// A person stopped it.
    Cancelled,
    /// Its process went away. It can be resumed from its checkpoint.
    Interrupted,
}

impl JobStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether the job may be taken up where it stopped.
    pub fn can_resume(self) -> bool {
        match self {
            Self::Failed | Self::Cancelled | Self::Interrupted => true,
            Self::Queued | Self::Running | Self::Completed => false,
        }
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for JobStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| format!("unknown job status `{text}`"))
    }
}

/// Records by outcome. `total_records` is always the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records with an outcome.
    pub total_records: u64,
    /// Something was written.
    pub success_count: u64,
    /// Became, or stayed, a dead letter.
    pub fail_count: u64,
    /// Unchanged, held, in conflict, refused by a setting; each with its reason.
    pub skip_count: u64,
}

impl Counts {
    /// Counts one more record.
    pub fn add(&mut self, outcome: Outcome) {
        self.total_records += 1;
        match outcome {
            Outcome::Success => self.success_count += 1,
            Outcome::Fail => self.fail_count += 1,
            Outcome::Skipped => self.skip_count += 1,
        }
    }
}

/// Where a run stands; stored with the outcomes it covers, so that a resumed job goes on right there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Checkpoint {
    /// Reading a side; the next page begins here (`None`: at the beginning).
    Reading {
        /// Which side.
        #[serde(default = "left")]
        side: Side,
        /// Where the next page begins.
        cursor: Option<Cursor>,
    },
    /// Everything is read; links are looked at whose records did not show up.
    Missing {
        /// The last link that was looked at.
        after: i64,
    },
    /// The source is read; open records that it did not show are taken up by id.
    Leftovers,
    /// Only records that wait for their next attempt are left.
    Draining,
}

fn left() -> Side {
    Side::Shopify
}

/// One sync run.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an answer to a question of its own, and so it is stored and shown"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// The connection it runs on.
    pub connection: ConnectionId,
    /// What users call it: `products`, `inventory`, `orders`.
    pub job_type: String,
    /// What it syncs.
    pub record_type: RecordType,
    /// Which way.
    pub direction: Direction,
    /// Whether it only plans.
    pub dry_run: bool,
    /// Whether it reads everything, and not only what changed since the last run.
    pub full: bool,
    /// Whether it may put away however many records.
    pub unguarded: bool,
    /// How far it is.
    pub status: JobStatus,
    /// Records by outcome.
    #[serde(flatten)]
    pub counts: Counts,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Why it failed, was interrupted or cancelled.
    pub error: Option<String>,
    /// Where it goes on when resumed.
    pub checkpoint: Checkpoint,
    /// A person asked it to stop.
    pub cancel_requested: bool,
}

/// What a job is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewJob {
    /// The connection to run on.
    pub connection: ConnectionId,
    /// What users call it.
    pub job_type: String,
    /// What to sync.
    pub record_type: RecordType,
    /// Which way.
    pub direction: Direction,
    /// Only plan, write nothing.
    pub dry_run: bool,
    /// Read everything, and not only what changed since the last run.
    pub full: bool,
    /// Put away however many records, without asking.
    pub unguarded: bool,
}

/// How a record ended in a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Something was written (in a dry run: would be).
    Success,
    /// It is a dead letter now (in a dry run: would be).
    Fail,
    /// Nothing was written; the reason says why.
    Skipped,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Success, Self::Fail, Self::Skipped];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Outcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|outcome| outcome.as_str() == text);
        found.ok_or_else(|| format!("unknown outcome `{text}`: use success, fail or skipped"))
    }
}

/// What is, was or would be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Make it in the target.
    Create,
    /// Change it in the target.
    Update,
    /// The two records are the same thing and agree: note that.
    Link,
    /// Do nothing.
    Skip,
    /// Both sides changed the same field: somebody has to decide.
    Conflict,
    /// It cannot be done.
    Fail,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::Create,
        Self::Update,
        Self::Link,
        Self::Skip,
        Self::Conflict,
        Self::Fail,
    ];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Link => "link",
            Self::Skip => "skip",
            Self::Conflict => "conflict",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|action| action.as_str() == text);
        found.ok_or_else(|| format!("unknown action `{text}`"))
    }
}

/// One field that changes: where, from what, to what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The side that is written.
    #[serde(default = "right")]
    pub side: Side,
    /// The target's path; the element of a `*` path is named by its id (`product_variant_ids[77].barcode`).
    pub field: String,
    /// What the target shows.
    pub old: Value,
    /// What it is to show.
    pub new: Value,
}

fn right() -> Side {
    Side::Odoo
}

/// Reasons of log lines that mean something outside the engine.
pub mod reason {
    /// Both sides agree.
    pub const UNCHANGED: &str = "unchanged";
    /// Two records were found to be the same thing, and nothing was to be written.
    pub const LINKED: &str = "linked";
    /// Neither side, or the side that was asked, has the record.
    pub const GONE: &str = "gone";
    /// Somebody wants the record left alone.
    pub const LEFT_ALONE: &str = "left_alone";
    /// A counterpart could not be chosen although there may be one.
    pub const NEEDS_MATCH: &str = "needs_match";
}

/// One line of a job's log: what became of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordLog {
    /// Its number; 0 before it is stored.
    pub id: i64,
    /// The job.
    pub job_id: JobId,
    /// What it is.
    pub record_type: RecordType,
    /// The side that `source_id` belongs to.
    pub side: Side,
    /// Its id on that side.
    pub source_id: String,
    /// Its id on the other side, once there is one.
    pub target_id: Option<String>,
    /// What a person calls it.
    pub label: String,
    /// What was done.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// A stable word: `created`, `unchanged`, `waits_for_product`, `barcode_taken`, ...
    pub reason: String,
    /// For people; empty where the reason says it all.
    pub message: String,
    /// Attempts made for this outcome.
    pub attempts: u32,
    /// What changed in the target.
    pub changes: Vec<FieldChange>,
    /// What went less well than wished.
    pub warnings: Vec<String>,
    /// Time from reading to outcome in milliseconds.
    pub duration_ms: u64,
    /// When.
    pub at: Timestamp,
}
