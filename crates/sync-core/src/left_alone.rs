use jiff::Timestamp;
use mapping_transforms::Side;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, RecordType};

/// A record that somebody wants left alone: as long as it is not linked, no run links it and none makes its counterpart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAlone {
    /// Its number; 0 before it is stored.
    pub id: i64,
    /// The connection it belongs to.
    pub connection: ConnectionId,
    /// What it is.
    pub record_type: RecordType,
    /// The side that has it.
    pub side: Side,
    /// Its id there.
    pub record_id: String,
    /// What a person calls it.
    pub label: String,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl LeftAlone {
    /// Why nothing is done with the record, and how to have something done, for people.
    pub fn why(&self) -> String {
        format!(
            "{} wants it left alone: take it up again (number {}) to have it synced",
            self.by, self.id
        )
    }
}
