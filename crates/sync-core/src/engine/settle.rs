//! What became of a write: a link, another attempt, or a dead letter.

use jiff::Timestamp;
use mapping_transforms::Mapped;

use super::batch::{Failure, Item, Sending, done, done_words};
use super::log::{Trace, millis};
use super::run::Run;
use crate::plan::link_draft;
use crate::ports::RecordResult;
use crate::{
    Action, Applied, Attempt, ConnectorError, Dependency, Directive, ErrorKind, Outcome, Stage, WaitState,
    Write, WriteOutcome,
};

impl Run<'_, '_> {
    pub(super) fn settle(&mut self, one: Sending, write: &Write, outcome: WriteOutcome) -> RecordResult {
        let Sending {
            item,
            mut trace,
            draft,
            current,
        } = one;
        trace.attempts += 1;
        let fail = |error| Failure {
            stage: Stage::Write,
            error,
            mapped: write.desired.clone(),
        };
        match outcome {
            WriteOutcome::Applied(applied) => {
                self.applied(&item, trace, &draft.mapped, current.is_some(), *applied)
            }
            WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) => {
                self.failed(item, trace, fail(error))
            }
            WriteOutcome::NotAttempted => {
                // It was sent again at once, several times: by now it counts as an attempt, or it would never end.
                let text = "the connector did not get to this record";
                self.failed(
                    item,
                    trace,
                    fail(ConnectorError::new(ErrorKind::Unavailable, "not_attempted", text)),
                )
            }
        }
    }

    fn applied(
        &self,
        item: &Item,
        mut trace: Trace,
        mapped: &[Mapped],
        existed: bool,
        applied: Applied,
    ) -> RecordResult {
        let now = self.engine.clock.now();
        let link = link_draft(
            &self.rules,
            self.from,
            &self.job.record_type,
            mapped,
            &item.record,
            &applied.record,
            &applied.children,
        );
        trace.target_id = Some(applied.record.id);
        trace.warnings.extend(applied.warnings);
        let (action, reason) = done_words(existed, false);
        done(Some(link), trace.line(now, action, Outcome::Success, reason, ""))
    }

    /// The next attempt, or the dead letters.
    pub(super) fn failed(&mut self, item: Item, trace: Trace, failure: Failure) -> RecordResult {
        let now = self.engine.clock.now();
        let Failure { stage, error, mapped } = failure;
        if self.job.dry_run {
            return done(
                None,
                trace.line(now, Action::Fail, Outcome::Fail, &error.code, error.message),
            );
        }
        if error.kind.directive() == Directive::Hold {
            let on = Dependency {
                record_type: self.job.record_type.clone(),
                id: item.record.id.clone(),
            };
            let line = trace.line(now, Action::Skip, Outcome::Skipped, &error.code, error.message);
            let state = WaitState::Held { on };
            let waiting = self.waiting(item.record.id, item.record.label, state, item.attempts);
            return RecordResult::Waits {
                waiting,
                log: Some(line),
            };
        }
        let mut attempts = item.attempts;
        attempts.push(Attempt {
            number: u32::try_from(attempts.len() + 1).unwrap_or(u32::MAX),
            job_id: self.job.id,
            at: now,
            stage,
            class: error.kind,
            code: error.code.clone(),
            message: error.message.clone(),
            duration_ms: millis(trace.since, now),
        });
        let made = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
        let wait = match error.kind.directive() {
            Directive::Retry => self.options.retry.pause(made, error.retry_after, &mut self.rng),
            // The run stops; the record is taken up by the next one.
            Directive::StopRun => Some(std::time::Duration::ZERO),
            Directive::DeadLetter | Directive::Hold => None,
        };
        if let Some(wait) = wait {
            let due_at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            let label = item.record.label.clone();
            let waiting = self.waiting(item.record.id, label, WaitState::Pending { due_at }, attempts);
            return RecordResult::Waits { waiting, log: None };
        }
        let line = trace.line(now, Action::Fail, Outcome::Fail, &error.code, error.message);
        RecordResult::Dead {
            stage,
            class: error.kind,
            code: error.code,
            original: item.record.body,
            mapped,
            attempts,
            max_retries: self.options.retry.max_retries,
            log: line,
        }
    }
}
