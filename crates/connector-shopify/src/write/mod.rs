//! Writing to Shopify: what all record types have in common.

mod outcome;
mod problem;
mod value;

use sync_core::{Applied, ConnectorError, Directive, ErrorKind, Write, WriteOutcome};

pub(crate) use outcome::{failed, sent};
pub(crate) use problem::{UserError, refusal, refused};
pub(crate) use value::{amount, flag, is_empty, text, units};

use crate::client::Client;
use crate::inventory::{self, Levels};
use crate::location::Locations;
use crate::order::{self, Orders};
use crate::product::{self, Products};
use crate::source::Source as _;

/// Answers one outcome per write, in the order of the batch.
pub(crate) async fn apply(client: &Client, batch: &[Write]) -> Vec<WriteOutcome> {
    let mut outcomes: Vec<Option<WriteOutcome>> = batch.iter().map(|_| None).collect();
    for record_type in [Products::NAME, Levels::NAME, Orders::NAME] {
        let places: Vec<usize> = (0..batch.len())
            .filter(|at| batch[*at].record_type.as_str() == record_type)
            .collect();
        if places.is_empty() {
            continue;
        }
        let writes: Vec<&Write> = places.iter().map(|at| &batch[*at]).collect();
        let done = match record_type {
            Products::NAME => product::apply(client, &writes).await,
            Levels::NAME => inventory::apply(client, &writes).await,
            _ => Box::pin(order::apply(client, &writes)).await,
        };
        for (at, outcome) in places.into_iter().zip(done) {
            outcomes[at] = Some(outcome);
        }
    }
    let all = outcomes.into_iter().zip(batch);
    all.map(|(outcome, write)| outcome.unwrap_or_else(|| WriteOutcome::Failed(not_written(write))))
        .collect()
}

/// What there is to be said of a write.
pub(crate) fn remarks(write: &Write) -> Vec<String> {
    match write.record_type.as_str() {
        Products::NAME => product::remarks(write),
        Orders::NAME => order::remarks(write),
        _ => Vec::new(),
    }
}

fn not_written(write: &Write) -> ConnectorError {
    let record_type = &write.record_type;
    if record_type.as_str() == Locations::NAME {
        let message = "locations are not written to Shopify: make them there";
        return ConnectorError::new(ErrorKind::Rejected, "not_supported", message);
    }
    let message = format!("Shopify's connector does not know the record type `{record_type}`");
    ConnectorError::new(ErrorKind::Rejected, "unknown_record_type", message)
}

/// An error that every further call would meet as well.
pub(crate) fn stops(error: &ConnectorError) -> bool {
    error.kind == ErrorKind::Throttled || error.kind.directive() == Directive::StopRun
}

/// A write that was carried out.
pub(crate) fn applied(applied: Applied) -> WriteOutcome {
    WriteOutcome::Applied(Box::new(applied))
}
