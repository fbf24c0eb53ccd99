//! What the shapes of all record types have in common.

use jiff::Timestamp;
use serde_json::Value;
use sync_core::Record;

/// A record with its change mark.
pub(crate) fn record(id: String, label: String, updated_at: Timestamp, body: Value) -> Record {
    let mut record = Record::new(id, label, body);
    record.version = Some(updated_at.to_string());
    record.changed_at = Some(updated_at);
    record
}

/// Enums are upper case in GraphQL and lower case in REST.
pub(crate) fn lower(name: &str) -> String {
    name.to_lowercase()
}

/// A text that is not there when it is empty.
pub(crate) fn filled(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.trim().is_empty())
}
