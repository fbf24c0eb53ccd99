use jiff::Timestamp;
use mapping_transforms::Side;
use serde::{Deserialize, Serialize};

use crate::{Attempt, JobId, RecordType};

/// Another record, which has to be linked first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// What it is: `variant`, `product`, ...
    pub record_type: RecordType,
    /// Its id in the source.
    pub id: String,
}

/// Why a record waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WaitState {
    /// For its next attempt.
    Pending {
        /// Not before this time.
        due_at: Timestamp,
    },
    /// For another record.
    Held {
        /// Which one.
        on: Dependency,
    },
}

/// A record that a run could not finish and that later runs take up by its id. There is one per record at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// What it is.
    pub record_type: RecordType,
    /// The side that its id belongs to.
    pub side: Side,
    /// Its id on that side.
    pub source_id: String,
    /// What a person calls it.
    pub label: String,
    /// Why it waits.
    pub state: WaitState,
    /// Its failed attempts so far, oldest first.
    pub attempts: Vec<Attempt>,
    /// The job that saw it last.
    pub job_id: JobId,
}
