//! Announcing and sending the writes of a batch.

use std::fmt::Write as _;

use rand::RngExt;
use sha2::{Digest, Sha256};

use super::batch::{Results, Sending};
use super::run::{Halt, Run};
use crate::ports::Intent;
use crate::{ConnectorError, Directive, ErrorKind, Write, WriteOutcome};

/// How often writes that were never sent are sent again at once.
const RESENDS: usize = 3;

impl Run<'_, '_> {
    /// Announces and sends the writes; answers an error that must end the run.
    pub(super) async fn send(
        &mut self,
        sending: Vec<Sending>,
        results: &mut Results,
    ) -> Result<Option<ConnectorError>, Halt> {
        if sending.is_empty() {
            return Ok(None);
        }
        let mut writes = self.announce(&sending)?;
        let mut outcomes = self.apply(&writes).await;
        for _ in 0..RESENDS {
            let again: Vec<usize> = unsent(&outcomes);
            if again.is_empty() {
                break;
            }
            let batch: Vec<Write> = again.iter().map(|index| writes[*index].clone()).collect();
            for (index, outcome) in again.into_iter().zip(self.apply(&batch).await) {
                outcomes[index] = outcome;
            }
        }
        let mut stop = None;
        for ((one, write), outcome) in sending.into_iter().zip(writes.drain(..)).zip(outcomes) {
            let id = one.item.record.id.clone();
            if let WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) = &outcome
                && error.kind.directive() == Directive::StopRun
            {
                stop.get_or_insert_with(|| error.clone());
            }
            results.push((id, self.settle(one, &write, outcome)));
        }
        Ok(stop)
    }

    async fn apply(&self, writes: &[Write]) -> Vec<WriteOutcome> {
        let mut outcomes = self.engine.connector(self.from.other()).apply(writes).await;
        // A connector that answers too little broke its contract; what it did is unknown, and nothing is dropped.
        outcomes.resize_with(writes.len(), || {
            let text = "the connector gave no outcome for this record";
            WriteOutcome::Unknown(ConnectorError::new(ErrorKind::Protocol, "no_outcome", text))
        });
        outcomes
    }

    fn announce(&mut self, sending: &[Sending]) -> Result<Vec<Write>, Halt> {
        let intents: Vec<Intent> = sending
            .iter()
            .map(|one| Intent {
                source_id: one.item.record.id.clone(),
                fingerprint: fingerprint(&one.draft.desired),
                fresh_key: format!("{:032x}", self.rng.random::<u128>()),
            })
            .collect();
        let keys = self.engine.store.begin_batch(&self.job, &intents)?;
        let write = |(one, key): (&Sending, String)| Write {
            idempotency_key: key,
            record_type: self.job.record_type.clone(),
            source_id: one.item.record.id.clone(),
            label: one.item.record.label.clone(),
            target_id: one.current.as_ref().map(|current| current.id.clone()),
            current: one.current.clone(),
            desired: one.draft.desired.clone(),
            changes: one.draft.changes.clone(),
            children: one.draft.children.clone(),
            removed: one.draft.removed.clone(),
            source: one.item.record.body.clone(),
        };
        Ok(sending.iter().zip(keys).map(write).collect())
    }
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
