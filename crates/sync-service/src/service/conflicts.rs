use std::collections::{BTreeMap, BTreeSet};

use persistence::{ConflictFilter, ConflictSelection, MAX_PAGE, Page, PageRequest, PersistenceError};
use serde::Serialize;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::ports::{RecordKey, StartRefused};
use sync_core::{Conflict, Direction, Job, RecordLog, RecordType, Side};

use super::decision::{Decision, name};
use super::sync::new_job;
use super::{NotStarted, Service, ServiceError, connection};
use crate::runner::Scope;

/// What became of conflicts that somebody decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Decided {
    /// The conflicts after the runs that carried it out.
    pub conflicts: Vec<Conflict>,
    /// One job per record type.
    pub jobs: Vec<Job>,
    /// The outcome of each record.
    pub outcomes: Vec<RecordLog>,
    /// Where another run was in the way: the decision stays, and the next run carries it out.
    pub not_started: Vec<NotStarted>,
}

impl Service {
    /// Conflicts, newest first.
    pub fn conflicts(
        &self,
        filter: &ConflictFilter,
        page: PageRequest,
    ) -> Result<Page<Conflict>, ServiceError> {
        Ok(self.store.list_conflicts(&connection(), filter, page)?)
    }

    /// How many match.
    pub fn count_conflicts(&self, filter: &ConflictFilter) -> Result<u64, ServiceError> {
        Ok(self.store.count_conflicts(&connection(), filter)?)
    }

    /// One conflict.
    pub fn conflict(&self, id: i64) -> Result<Conflict, ServiceError> {
        Ok(self.store.conflict(id)?)
    }

    /// Notes what somebody decided about conflicts that are not over; the next run of each record carries it out. A
    /// filter without a status means the open ones. `expected` is how many the filter matched when somebody looked;
    /// another number now is refused.
    pub fn decide_conflicts(
        &self,
        selection: &ConflictSelection,
        decision: &Decision,
        expected: Option<u64>,
    ) -> Result<Vec<Conflict>, ServiceError> {
        let (selection, expected) = match selection {
            ConflictSelection::Ids(ids) => {
                let ids: BTreeSet<i64> = ids.iter().copied().collect();
                self.may_be_decided(&ids, &decision.winner)?;
                let all = ids.len() as u64;
                (ConflictSelection::Ids(ids.into_iter().collect()), Some(all))
            }
            ConflictSelection::Matching(filter) => (
                ConflictSelection::Matching(self.decidable(filter, decision)?),
                expected,
            ),
        };
        let (winner, by, now) = (&decision.winner, &decision.by, self.clock.now());
        Ok(self
            .store
            .decide(&connection(), &selection, winner, by, expected, now)?)
    }

    /// The same conflicts as they are now, the first 500.
    pub(super) fn conflicts_now(&self, conflicts: &[Conflict]) -> Result<Vec<Conflict>, ServiceError> {
        let mut now = Vec::new();
        for conflict in conflicts.iter().take(MAX_PAGE) {
            match self.store.conflict(conflict.id) {
                Ok(conflict) => now.push(conflict),
                // The link that it belonged to is gone, and the conflict with it.
                Err(PersistenceError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(now)
    }

    /// Brings back what lost in a conflict that is over; the next run of the record carries it out. Answers the new
    /// conflict that says so.
    pub fn restore_conflict(&self, id: i64, by: &str) -> Result<Conflict, ServiceError> {
        Ok(self.store.restore(id, name(by)?, self.clock.now())?)
    }

    /// The records of these conflicts, by what they are.
    pub(super) fn records_of(conflicts: &[Conflict]) -> BTreeMap<RecordType, Vec<RecordKey>> {
        let mut records: BTreeMap<RecordType, Vec<RecordKey>> = BTreeMap::new();
        for conflict in conflicts {
            let key = RecordKey {
                side: Side::Shopify,
                id: conflict.shopify_id.clone(),
            };
            let of_type = records.entry(conflict.record_type.clone()).or_default();
            if !of_type.contains(&key) {
                of_type.push(key);
            }
        }
        records
    }

    /// Carries out at once what was decided about conflicts.
    pub fn carry_out_decided(
        &self,
        conflicts: &[Conflict],
        stop: &StopFlag,
        tell: &mut (dyn FnMut(RunEvent<'_>) + Send),
    ) -> Result<Decided, ServiceError> {
        let mut decided = Decided::default();
        for (record_type, keys) in Self::records_of(conflicts) {
            let spec = self.spec(record_type.as_str())?;
            let begun = self
                .engine
                .start(&new_job(spec, Direction::Both), &self.options(&spec.name));
            let job = match begun.map_err(ServiceError::from) {
                Ok(job) => job,
                Err(error @ ServiceError::Start(StartRefused::Running { .. })) => {
                    decided.not_started.push(NotStarted::of(record_type, error));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let mut lines = Vec::new();
            let mut observer = |event: RunEvent<'_>| {
                if let RunEvent::Record(line) = &event {
                    lines.push((*line).clone());
                }
                tell(event);
            };
            let job = self.carry(job, Scope::Only(&keys), stop, &mut observer)?;
            decided.jobs.push(job);
            decided.outcomes.append(&mut lines);
        }
        decided.conflicts = self.conflicts_now(conflicts)?;
        Ok(decided)
    }
}
