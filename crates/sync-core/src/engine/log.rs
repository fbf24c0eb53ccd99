use jiff::Timestamp;
use serde_json::Value;

use super::case::Case;
use crate::ports::RecordKey;
use crate::{Action, FieldChange, JobId, Outcome, RecordLog, RecordType};

/// A record on its way through a batch: what its log line needs to know.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub(super) job_id: JobId,
    pub(super) record_type: RecordType,
    pub(super) key: RecordKey,
    pub(super) label: String,
    pub(super) target_id: Option<String>,
    pub(super) attempts: u32,
    pub(super) since: Timestamp,
    pub(super) warnings: Vec<String>,
    pub(super) changes: Vec<FieldChange>,
}

impl Trace {
    pub(super) fn of(job_id: JobId, record_type: &RecordType, case: &Case) -> Self {
        let key = case.item.key.clone();
        Self {
            job_id,
            record_type: record_type.clone(),
            label: case.label().to_owned(),
            target_id: case.id_on(key.side.other()).map(str::to_owned),
            attempts: 0,
            since: case.item.since,
            warnings: Vec::new(),
            changes: Vec::new(),
            key,
        }
    }

    /// The line for an outcome.
    pub(super) fn line(
        self,
        now: Timestamp,
        action: Action,
        outcome: Outcome,
        reason: &str,
        message: impl Into<String>,
    ) -> RecordLog {
        RecordLog {
            id: 0,
            job_id: self.job_id,
            record_type: self.record_type,
            side: self.key.side,
            source_id: self.key.id,
            target_id: self.target_id,
            label: self.label,
            action,
            outcome,
            reason: reason.to_owned(),
            message: message.into(),
            attempts: self.attempts,
            changes: self.changes,
            warnings: self.warnings,
            duration_ms: millis(self.since, now),
            at: now,
        }
    }
}

/// Milliseconds from one time to the next; 0 if the clock went back.
pub(super) fn millis(since: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.as_millisecond() - since.as_millisecond()).unwrap_or(0)
}

/// What two values of a log line have in common is that nobody reads more than so much of them.
const MOST_TEXT: usize = 500;

/// A change with long texts shortened: a log line is no archive.
pub(super) fn shortened(change: FieldChange) -> FieldChange {
    FieldChange {
        side: change.side,
        field: change.field,
        old: short(change.old),
        new: short(change.new),
    }
}

fn short(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > MOST_TEXT => {
            let start: String = text.chars().take(MOST_TEXT).collect();
            Value::String(format!("{start}…"))
        }
        other => other,
    }
}
