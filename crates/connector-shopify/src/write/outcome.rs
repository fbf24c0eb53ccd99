//! What an error means for a write.

use sync_core::{ConnectorError, ErrorKind, WriteOutcome};

/// An error of a call that may have changed something: where no answer came, or none that is understood, nobody knows.
pub(crate) fn sent(error: ConnectorError) -> WriteOutcome {
    match error.kind {
        ErrorKind::Network | ErrorKind::Unavailable | ErrorKind::Protocol => WriteOutcome::Unknown(error),
        ErrorKind::Contention
        | ErrorKind::Throttled
        | ErrorKind::Unauthorized
        | ErrorKind::Rejected
        | ErrorKind::Mapping
        | ErrorKind::Mismatch
        | ErrorKind::Dependency => WriteOutcome::Failed(error),
    }
}

/// An error of a call that only looked.
pub(crate) fn failed(error: &ConnectorError) -> WriteOutcome {
    WriteOutcome::Failed(error.clone())
}
