use std::collections::{BTreeMap, BTreeSet};

use persistence::{ConflictFilter, ConflictSelection, MAX_PAGE, Page, PageRequest, PersistenceError};
use serde::Serialize;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::ports::{RecordKey, StartRefused};
use sync_core::{
    Conflict, ConflictKind, ConflictStatus, Direction, Job, RecordLog, RecordType, Side, Winner,
};

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

/// What somebody decides about conflicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Whose value counts.
    pub winner: Winner,
    /// What the person is called.
    pub by: String,
}

/// The most characters of a person's name.
const NAME_CHARS: usize = 100;

impl Decision {
    /// A decision, if it is one: both systems can only agree by themselves, and a value has to be there.
    pub fn new(winner: Winner, by: &str) -> Result<Self, ServiceError> {
        let by = name(by)?;
        match &winner {
            Winner::Agreed => Err(ServiceError::Invalid(
                "only both systems themselves can agree: choose shopify, odoo or a value".into(),
            )),
            Winner::Value {
                shopify: None,
                odoo: None,
            } => Err(ServiceError::Invalid(
                "a value is needed, for shopify, for odoo or for both; null for an empty field".into(),
            )),
            Winner::Shopify | Winner::Odoo | Winner::Value { .. } => Ok(Self {
                winner,
                by: by.to_owned(),
            }),
        }
    }
}

fn name(by: &str) -> Result<&str, ServiceError> {
    let by = by.trim();
    if by.is_empty() || by.chars().nth(NAME_CHARS).is_some() {
        return Err(ServiceError::Invalid(format!(
            "who decides has a name of 1 to {NAME_CHARS} characters"
        )));
    }
    Ok(by)
}

/// The filter as it is meant for a decision.
fn decidable(filter: &ConflictFilter, decision: &Decision) -> Result<ConflictFilter, ServiceError> {
    if matches!(decision.winner, Winner::Value { .. }) && filter.rule.is_none() {
        return Err(ServiceError::Invalid(
            "one value for all that match needs a rule in the filter: `title = name`".into(),
        ));
    }
    Ok(ConflictFilter {
        status: filter.status.or(Some(ConflictStatus::Open)),
        ..filter.clone()
    })
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
                for id in &ids {
                    self.may_be_decided(*id, &decision.winner)?;
                }
                let all = ids.len() as u64;
                (ConflictSelection::Ids(ids.into_iter().collect()), Some(all))
            }
            ConflictSelection::Matching(filter) => (
                ConflictSelection::Matching(decidable(filter, decision)?),
                expected,
            ),
        };
        let (winner, by, now) = (&decision.winner, &decision.by, self.clock.now());
        Ok(self
            .store
            .decide(&connection(), &selection, winner, by, expected, now)?)
    }

    fn may_be_decided(&self, id: i64, winner: &Winner) -> Result<(), ServiceError> {
        let conflict = self.store.conflict(id)?;
        if conflict.status == ConflictStatus::Resolved {
            return Err(ServiceError::ConflictOver { id });
        }
        if conflict.found.kind == ConflictKind::Deleted && matches!(winner, Winner::Value { .. }) {
            return Err(ServiceError::Invalid(format!(
                "conflict {id} is about a deleted record: choose shopify or odoo, a value says nothing there"
            )));
        }
        Ok(())
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
