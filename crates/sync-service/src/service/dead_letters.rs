use std::collections::BTreeMap;

use persistence::{
    DeadLetterFilter, DeadLetterGroup, DeadLetterSelection, DeadLetterSummary, MAX_PAGE, Page, PageRequest,
};
use serde::Serialize;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::ports::RecordKey;
use sync_core::{DeadLetter, DeadLetterStatus, Direction, Job, RecordLog, RecordType};

use super::sync::new_job;
use super::{Service, ServiceError, connection};
use crate::runner::Scope;

/// Which dead letters are to be tried again.
#[derive(Debug, Clone, PartialEq)]
pub enum RetrySelection {
    /// These.
    Ids(Vec<i64>),
    /// All open ones that match.
    Matching(DeadLetterFilter),
}

/// What became of a retry.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RetryReport {
    /// How many dead letters were tried.
    pub tried: usize,
    /// One job per record type and direction.
    pub jobs: Vec<Job>,
    /// The outcome of each record.
    pub outcomes: Vec<RecordLog>,
}

impl Service {
    /// Dead letters, newest first, without their payloads.
    pub fn dead_letters(
        &self,
        filter: &DeadLetterFilter,
        page: PageRequest,
    ) -> Result<Page<DeadLetterSummary>, ServiceError> {
        Ok(self.store.list_dead_letters(&connection(), filter, page)?)
    }

    /// How many match.
    pub fn count_dead_letters(&self, filter: &DeadLetterFilter) -> Result<u64, ServiceError> {
        Ok(self.store.count_dead_letters(&connection(), filter)?)
    }

    /// What matches, by kind of failure.
    pub fn dead_letter_groups(
        &self,
        filter: &DeadLetterFilter,
    ) -> Result<Vec<DeadLetterGroup>, ServiceError> {
        Ok(self.store.dead_letter_groups(&connection(), filter)?)
    }

    /// One dead letter with everything that is known of it.
    pub fn dead_letter(&self, id: i64) -> Result<DeadLetter, ServiceError> {
        Ok(self.store.dead_letter(id)?)
    }

    /// Gives open dead letters up; the reason is kept with them. Answers how many. One that is named and is not open
    /// is an error.
    pub fn discard_dead_letters(
        &self,
        selection: &DeadLetterSelection,
        reason: &str,
    ) -> Result<u64, ServiceError> {
        if reason.trim().is_empty() {
            return Err(ServiceError::Invalid(
                "a reason is needed to discard dead letters".into(),
            ));
        }
        if let DeadLetterSelection::Ids(ids) = selection {
            for id in ids {
                self.open_letter(*id)?;
            }
        }
        Ok(self
            .store
            .discard_dead_letters(&connection(), selection, reason, self.clock.now())?)
    }

    /// Tries dead letters again: each record is read anew and goes through today's rules.
    pub fn retry_dead_letters(
        &self,
        selection: &RetrySelection,
        stop: &StopFlag,
        tell: &mut (dyn FnMut(RunEvent<'_>) + Send),
    ) -> Result<RetryReport, ServiceError> {
        let chosen = self.chosen(selection)?;
        let mut report = RetryReport {
            tried: chosen.values().map(Vec::len).sum(),
            ..RetryReport::default()
        };
        for ((record_type, direction), ids) in chosen {
            let spec = self.spec(record_type.as_str())?;
            let job = self
                .engine
                .start(&new_job(spec, direction), &self.options(&spec.name))?;
            let mut lines = Vec::new();
            let mut observer = |event: RunEvent<'_>| {
                if let RunEvent::Record(line) = &event {
                    lines.push((*line).clone());
                }
                tell(event);
            };
            report
                .jobs
                .push(self.carry(job, Scope::Only(&ids), stop, &mut observer)?);
            report.outcomes.append(&mut lines);
        }
        Ok(report)
    }

    fn open_letter(&self, id: i64) -> Result<DeadLetter, ServiceError> {
        let letter = self.store.dead_letter(id)?;
        match letter.status {
            DeadLetterStatus::Open => Ok(letter),
            status @ (DeadLetterStatus::Resolved | DeadLetterStatus::Discarded) => {
                Err(ServiceError::NotOpen { id, status })
            }
        }
    }

    /// The chosen open dead letters by what they are, each list in the order in which they failed.
    pub(super) fn chosen(
        &self,
        selection: &RetrySelection,
    ) -> Result<BTreeMap<(RecordType, Direction), Vec<RecordKey>>, ServiceError> {
        let mut chosen: BTreeMap<(RecordType, Direction), Vec<RecordKey>> = BTreeMap::new();
        match selection {
            RetrySelection::Ids(ids) => {
                for id in ids {
                    let letter = self.open_letter(*id)?;
                    chosen
                        .entry((letter.record_type, letter.direction))
                        .or_default()
                        .push(RecordKey {
                            side: letter.side,
                            id: letter.source_id,
                        });
                }
            }
            RetrySelection::Matching(filter) => {
                let filter = DeadLetterFilter {
                    status: Some(DeadLetterStatus::Open),
                    ..filter.clone()
                };
                let mut page = PageRequest {
                    before: None,
                    limit: MAX_PAGE,
                };
                loop {
                    let found = self.store.list_dead_letters(&connection(), &filter, page)?;
                    for letter in found.items {
                        let key = (letter.record_type, letter.direction);
                        chosen.entry(key).or_default().push(RecordKey {
                            side: letter.side,
                            id: letter.source_id,
                        });
                    }
                    let Some(next) = found.next else { break };
                    page.before = Some(next);
                }
                for ids in chosen.values_mut() {
                    ids.reverse();
                }
            }
        }
        Ok(chosen)
    }
}
