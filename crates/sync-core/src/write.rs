use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Action, ConnectorError, FieldChange, Record, RecordType};

/// An element of the record that is a record of its own (a variant, an order line) and its counterpart, if known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildRef {
    /// What it is.
    pub record_type: RecordType,
    /// Its id in the source.
    pub source_id: String,
    /// Its id in the target; `None` until it is made.
    pub target_id: Option<String>,
}

/// One record to be made or changed in the target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    /// The same for every sending of this intent, another one for another intent.
    pub idempotency_key: String,
    /// What it is.
    pub record_type: RecordType,
    /// Its id in the source; the connector derives its external id from it.
    pub source_id: String,
    /// What a person calls it.
    pub label: String,
    /// Its id in the target; `None` for one that is to be made.
    pub target_id: Option<String>,
    /// The target's record as it was read for the comparison.
    pub current: Option<Record>,
    /// The whole record as the rules want it, in the target's shape. Array elements that stand for a child carry
    /// its reference (`<record type>/<source id>`) under [`mapping_transforms::SOURCE_KEY`].
    pub desired: Value,
    /// What differs from `current`; everything, for one that is to be made.
    pub changes: Vec<FieldChange>,
    /// Every child that the source has, in its order.
    pub children: Vec<ChildRef>,
    /// Linked children that the source has no more.
    pub removed: Vec<ChildRef>,
    /// The source's record, for what no rule carries (a connector's own needs).
    pub source: Value,
}

impl Write {
    /// Whether it makes or changes.
    pub fn action(&self) -> Action {
        if self.target_id.is_some() {
            Action::Update
        } else {
            Action::Create
        }
    }
}

/// A write that was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The target's record, **read back after the write**.
    pub record: Record,
    /// The children with their ids in the target; one that has no counterpart there is left out.
    pub children: Vec<ChildRef>,
    /// What went less well than wished (a barcode left empty).
    pub warnings: Vec<String>,
}

/// What became of one write.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteOutcome {
    /// Carried out in full.
    Applied(Box<Applied>),
    /// Not carried out, or only in part in a way that the next attempt completes. The error's kind decides whether
    /// there is one.
    Failed(ConnectorError),
    /// The answer was lost: it may have been carried out. The next attempt finds that out or repeats it harmlessly.
    Unknown(ConnectorError),
    /// It was never sent, through no fault of this record: it is sent again without counting as an attempt.
    NotAttempted,
}
