//! Announcing and sending the writes of a batch: first those to the right side, then those to the left one.

use std::fmt::Write as _;

use rand::RngExt;
use sha2::{Digest, Sha256};

use super::batch::{Results, Sending};
use super::case::Case;
use super::run::{Halt, Run};
use super::settle::Sent;
use crate::plan::Draft;
use crate::ports::{Connector, Intent};
use crate::{ConnectorError, Directive, ErrorKind, Side, Write, WriteOutcome};

/// How often writes that were never sent are sent again at once.
const RESENDS: usize = 3;

impl Run<'_, '_> {
    /// Announces and sends the writes; answers an error that must end the run.
    pub(super) async fn send(
        &mut self,
        sending: Vec<Sending>,
        results: &mut Results,
    ) -> Result<Option<ConnectorError>, Halt> {
        let mut sent: Vec<Sent> = sending.into_iter().map(Sent::new).collect();
        let mut stop = None;
        for side in [Side::Odoo, Side::Shopify] {
            self.send_to(side, &mut sent, &mut stop).await?;
        }
        for one in sent {
            let key = one.sending.case.item.key.clone();
            let result = self.settle(one)?;
            results.push((key, result));
        }
        Ok(stop)
    }

    /// Sends what goes to one side. A record whose other half failed waits with this one.
    async fn send_to(
        &mut self,
        side: Side,
        sent: &mut [Sent],
        stop: &mut Option<ConnectorError>,
    ) -> Result<(), Halt> {
        let chosen: Vec<usize> = (0..sent.len()).filter(|at| sent[*at].is_due(side)).collect();
        if chosen.is_empty() || stop.is_some() {
            return Ok(());
        }
        let due: Vec<&Sending> = chosen.iter().map(|at| &sent[*at].sending).collect();
        let writes = self.announce(side, &due)?;
        let outcomes = self.apply(side, &writes).await;
        for ((at, write), outcome) in chosen.into_iter().zip(writes).zip(outcomes) {
            if let WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) = &outcome
                && error.kind.directive() == Directive::StopRun
            {
                stop.get_or_insert_with(|| error.clone());
            }
            let remarks = self.engine.connector(side).remarks(&write);
            sent[at].sending.trace.warnings.extend(remarks);
            sent[at].note(side, write, outcome);
        }
        Ok(())
    }

    /// Sends writes; those that were never sent are sent again.
    async fn apply(&self, side: Side, writes: &[Write]) -> Vec<WriteOutcome> {
        let connector = self.engine.connector(side);
        let mut outcomes = apply_once(connector, writes).await;
        for _ in 0..RESENDS {
            let again: Vec<usize> = unsent(&outcomes);
            if again.is_empty() {
                break;
            }
            let batch: Vec<Write> = again.iter().map(|index| writes[*index].clone()).collect();
            for (index, outcome) in again.into_iter().zip(apply_once(connector, &batch).await) {
                outcomes[index] = outcome;
            }
        }
        outcomes
    }

    fn announce(&mut self, side: Side, sending: &[&Sending]) -> Result<Vec<Write>, Halt> {
        let from = side.other();
        let mut intents = Vec::with_capacity(sending.len());
        let mut writes = Vec::with_capacity(sending.len());
        for one in sending {
            let Some(draft) = one.draft(side) else { continue };
            let write = self.write_of(&one.case, side, draft);
            intents.push(Intent {
                side: from,
                source_id: write.source_id.clone(),
                fingerprint: fingerprint(&draft.desired),
                fresh_key: format!("{:032x}", self.rng.random::<u128>()),
            });
            writes.push(write);
        }
        let keys = self.engine.store.begin_batch(&self.job, &intents)?;
        for (write, key) in writes.iter_mut().zip(keys) {
            write.idempotency_key = key;
        }
        Ok(writes)
    }

    /// A write without its key.
    pub(super) fn write_of(&self, case: &Case, side: Side, draft: &Draft) -> Write {
        let from = side.other();
        let current = case.record(side).cloned();
        Write {
            idempotency_key: String::new(),
            record_type: self.job.record_type.clone(),
            source_id: case.id_on(from).unwrap_or(&case.item.key.id).to_owned(),
            label: case.label().to_owned(),
            target_id: current.as_ref().map(|current| current.id.clone()),
            current,
            desired: draft.desired.clone(),
            changes: draft.changes.clone(),
            children: draft.children.clone(),
            removed: draft.removed.clone(),
            source: case
                .record(from)
                .map(|record| record.body.clone())
                .unwrap_or_default(),
        }
    }
}

async fn apply_once(connector: &dyn Connector, writes: &[Write]) -> Vec<WriteOutcome> {
    let mut outcomes = connector.apply(writes).await;
    // A connector that answers too little broke its contract; what it did is unknown, and nothing is dropped.
    outcomes.resize_with(writes.len(), || {
        let text = "the connector gave no outcome for this record";
        WriteOutcome::Unknown(ConnectorError::new(ErrorKind::Protocol, "no_outcome", text))
    });
    outcomes
}

fn unsent(outcomes: &[WriteOutcome]) -> Vec<usize> {
    let unsent = outcomes
        .iter()
        .enumerate()
        .filter(|(_, one)| matches!(one, WriteOutcome::NotAttempted));
    unsent.map(|(index, _)| index).collect()
}

/// A digest: what is to be written holds customers' data, which an announcement does not need.
fn fingerprint(desired: &serde_json::Value) -> String {
    Sha256::digest(desired.to_string())
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
