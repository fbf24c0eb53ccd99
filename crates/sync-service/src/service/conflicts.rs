use std::collections::BTreeMap;

use persistence::{ConflictFilter, ConflictSelection, Page, PageRequest};
use serde::Serialize;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::ports::RecordKey;
use sync_core::{Conflict, ConflictKind, Direction, Job, RecordLog, RecordType, Side, Winner};

use super::sync::new_job;
use super::{Service, ServiceError, connection};
use crate::runner::Scope;

/// What became of conflicts that somebody decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Decided {
    /// The conflicts as they were decided, before the runs that carried it out.
    pub conflicts: Vec<Conflict>,
    /// One job per record type.
    pub jobs: Vec<Job>,
    /// The outcome of each record.
    pub outcomes: Vec<RecordLog>,
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

    /// Notes what somebody decided about conflicts that are not over; the next run of each record carries it out.
    /// `by` is what the person is called.
    pub fn decide_conflicts(
        &self,
        selection: &ConflictSelection,
        winner: &Winner,
        by: &str,
    ) -> Result<Vec<Conflict>, ServiceError> {
        if let ConflictSelection::Ids(ids) = selection {
            for id in ids {
                self.may_be_decided(*id, winner)?;
            }
        }
        if *winner == Winner::Agreed {
            return Err(ServiceError::Invalid(
                "only both systems themselves can agree: choose shopify, odoo or a value".into(),
            ));
        }
        let now = self.clock.now();
        Ok(self.store.decide(&connection(), selection, winner, by, now)?)
    }

    fn may_be_decided(&self, id: i64, winner: &Winner) -> Result<(), ServiceError> {
        let conflict = self.store.conflict(id)?;
        if conflict.status == sync_core::ConflictStatus::Resolved {
            return Err(ServiceError::Invalid(format!(
                "conflict {id} is resolved: restore it to bring back what lost"
            )));
        }
        if conflict.found.kind == ConflictKind::Deleted && matches!(winner, Winner::Value { .. }) {
            return Err(ServiceError::Invalid(format!(
                "conflict {id} is about a deleted record: choose shopify or odoo, a value says nothing there"
            )));
        }
        Ok(())
    }

    /// Brings back what lost in a conflict that is over; the next run of the record carries it out.
    pub fn restore_conflict(&self, id: i64, by: &str) -> Result<Conflict, ServiceError> {
        Ok(self.store.restore(id, by, self.clock.now())?)
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
        conflicts: Vec<Conflict>,
        stop: &StopFlag,
        tell: &mut (dyn FnMut(RunEvent<'_>) + Send),
    ) -> Result<Decided, ServiceError> {
        let records = Self::records_of(&conflicts);
        let mut decided = Decided {
            conflicts,
            ..Decided::default()
        };
        for (record_type, keys) in records {
            let spec = self.spec(record_type.as_str())?;
            let job = self
                .engine
                .start(&new_job(spec, Direction::Both), &self.options())?;
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
        Ok(decided)
    }
}
