//! Storing a batch.

use jiff::Timestamp;

use super::batch::{Progress, Results};
use super::run::{Halt, Run};
use super::{RunError, RunEvent};
use crate::ports::{BatchResult, CommitRefused, RecordKey, RecordResult};
use crate::{WaitState, Waiting};

impl Run<'_, '_> {
    /// Stores the batch. If the dead letters are full, the records that would join them are stored as waiting, and
    /// the run stops: nothing is lost, and a resumed job takes them up again.
    pub(super) fn commit(
        &mut self,
        results: Results,
        renamed: Vec<RecordKey>,
        progress: Progress,
    ) -> Result<(), Halt> {
        let phase = progress.phase;
        let mut batch = BatchResult {
            records: results,
            renamed,
            checkpoint: progress.checkpoint,
            mark: progress.mark,
            now: self.engine.clock.now(),
            dead_letter_limit: self.options.dead_letter_limit,
        };
        let mut halt = None;
        let commit = match self.engine.store.commit_batch(&self.job, &batch) {
            Err(refused @ CommitRefused::DeadLettersFull { .. }) => {
                halt = Some(Halt::failed(refused.to_string()));
                for (_, result) in &mut batch.records {
                    self.park(result, batch.now);
                }
                self.engine.store.commit_batch(&self.job, &batch)
            }
            other => other,
        };
        let commit = commit.map_err(|refused| match refused {
            CommitRefused::LeaseLost => Halt::Error(RunError::LeaseLost(self.job.id)),
            CommitRefused::Store(error) => Halt::from(error),
            full @ CommitRefused::DeadLettersFull { .. } => Halt::failed(full.to_string()),
        })?;
        self.job.counts = commit.counts;
        self.job.checkpoint = batch.checkpoint;
        for (_, result) in &batch.records {
            if let Some(log) = log_of(result) {
                self.tell(RunEvent::Record(log));
            }
        }
        let (counts, total) = (self.job.counts, self.expected());
        self.tell(RunEvent::Progress { phase, counts, total });
        halt.map_or(Ok(()), Err)
    }

    /// A record that found no room among the dead letters waits instead.
    fn park(&self, result: &mut RecordResult, now: Timestamp) {
        if let RecordResult::Dead {
            attempts,
            log,
            link,
            settled,
            ..
        } = result
        {
            let waiting = Waiting {
                record_type: self.job.record_type.clone(),
                side: log.side,
                source_id: log.source_id.clone(),
                label: log.label.clone(),
                state: WaitState::Pending { due_at: now },
                attempts: std::mem::take(attempts),
                job_id: self.job.id,
            };
            *result = RecordResult::Waits {
                waiting,
                link: link.clone(),
                settled: std::mem::take(settled),
                log: None,
            };
        }
    }
}

fn log_of(result: &RecordResult) -> Option<&crate::RecordLog> {
    match result {
        RecordResult::Done { log, .. } | RecordResult::Dead { log, .. } => Some(log),
        RecordResult::Waits { log, .. } => log.as_ref(),
    }
}
