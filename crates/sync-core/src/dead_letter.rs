use jiff::Timestamp;
use mapping_transforms::Side;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ConnectionId, Direction, ErrorKind, JobId, RecordType};

/// Where on its way a record failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Reading it, or its counterpart.
    Read,
    /// Applying the rules.
    Map,
    /// Comparing and deciding.
    Plan,
    /// Writing it.
    Write,
}

impl Stage {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Map => "map",
            Self::Plan => "plan",
            Self::Write => "write",
        }
    }
}

/// One try that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// The job that tried.
    pub job_id: JobId,
    /// When.
    pub at: Timestamp,
    /// Where it failed.
    pub stage: Stage,
    /// What kind of failure.
    pub class: ErrorKind,
    /// A stable word for grouping.
    pub code: String,
    /// For people.
    pub message: String,
    /// How long the try took in milliseconds.
    pub duration_ms: u64,
}

/// What became of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterStatus {
    /// Waits for somebody.
    Open,
    /// Its record succeeded later.
    Resolved,
    /// Somebody gave it up, with a reason.
    Discarded,
}

impl DeadLetterStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Resolved, Self::Discarded];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Discarded => "discarded",
        }
    }
}

impl std::str::FromStr for DeadLetterStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| format!("unknown dead-letter status `{text}`: use open, resolved or discarded"))
    }
}

/// A record that used up its attempts, or can never succeed as it is. One is open per record at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its number.
    pub id: i64,
    /// The connection.
    pub connection: ConnectionId,
    /// What it is.
    pub record_type: RecordType,
    /// The direction of the run in which it failed last.
    pub direction: Direction,
    /// The side that its id belongs to.
    pub side: Side,
    /// Its id on that side.
    pub source_id: String,
    /// What a person calls it.
    pub label: String,
    /// Open, resolved or discarded.
    pub status: DeadLetterStatus,
    /// Where the last attempt failed.
    pub stage: Stage,
    /// What kind of failure the last attempt met.
    pub class: ErrorKind,
    /// A stable word for grouping.
    pub code: String,
    /// The last error, for people.
    pub message: String,
    /// The record as it was read.
    pub original: Value,
    /// The record as it would have been written; `null` when it did not get that far.
    pub mapped: Value,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
    /// How often it was tried again.
    pub retry_count: u32,
    /// How often it may be tried again within one run.
    pub max_retries: u32,
    /// The job that failed last.
    pub job_id: JobId,
    /// The first failure.
    pub first_at: Timestamp,
    /// The last failure.
    pub last_at: Timestamp,
    /// The job in which the record succeeded, or why somebody gave it up.
    pub closed: Option<String>,
}
