//! From a failed call to a write's outcome.

use sync_core::{ConnectorError, ErrorKind, WriteOutcome};

use crate::client::CallError;

/// What a failed call means for a write.
pub(crate) fn failed(error: CallError) -> WriteOutcome {
    if error.unknown {
        WriteOutcome::Unknown(error.error)
    } else {
        WriteOutcome::Failed(error.error)
    }
}

/// A record that was written and is not there: somebody deleted it right then.
pub(crate) fn vanished(what: &str, id: &str) -> WriteOutcome {
    let message = format!("{what} {id} is gone right after it was written");
    WriteOutcome::Failed(ConnectorError::new(
        ErrorKind::Contention,
        "record_vanished",
        message,
    ))
}

/// Whether a call failed because of one of its rows, so that sending fewer rows makes sense.
pub(crate) fn lies_in_a_row(error: &CallError) -> bool {
    match error.error.kind {
        // A conflicting transaction touched one of the records: the others can go through now.
        ErrorKind::Contention
        | ErrorKind::Rejected
        | ErrorKind::Mapping
        | ErrorKind::Mismatch
        | ErrorKind::Dependency => true,
        ErrorKind::Network
        | ErrorKind::Throttled
        | ErrorKind::Unavailable
        | ErrorKind::Unauthorized
        | ErrorKind::Protocol => false,
    }
}
