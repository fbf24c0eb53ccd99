//! Writing to Shopify. There is nothing that it writes so far: every write is refused before anything is sent.

use sync_core::{ConnectorError, ErrorKind, Write, WriteOutcome};

/// Answers one outcome per write, in the order of the batch.
pub(crate) fn apply(batch: &[Write]) -> Vec<WriteOutcome> {
    batch
        .iter()
        .map(|write| WriteOutcome::Failed(not_supported(write)))
        .collect()
}

fn not_supported(write: &Write) -> ConnectorError {
    let message = format!(
        "records of the type `{}` are not written to Shopify: run this record type from Shopify to the other system",
        write.record_type
    );
    ConnectorError::new(ErrorKind::Rejected, "not_supported", message)
}
