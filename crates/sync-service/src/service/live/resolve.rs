//! Carrying out at once what somebody decided about conflicts.

use std::collections::VecDeque;
use std::sync::Arc;

use persistence::ConflictSelection;
use serde::Serialize;
use sync_core::ports::StartRefused;
use sync_core::{Conflict, Direction};

use super::run::{Group, Retried};
use super::{Live, NotStarted, Ticket};
use crate::service::{Decision, Service, ServiceError};

/// Conflicts that were decided, and the run that carries it out.
#[derive(Debug)]
pub struct Begun {
    /// As they were decided.
    pub conflicts: Vec<Conflict>,
    /// The run; none where nothing was to be decided, or other runs were in the way.
    pub ticket: Option<Ticket<Retried>>,
    /// Where another run was in the way: the decision stays, and the next run carries it out.
    pub not_started: Vec<NotStarted>,
}

/// What became of conflicts that somebody decided.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Resolved {
    /// How many were decided.
    pub decided: u64,
    /// As they are now, the first 500.
    pub conflicts: Vec<Conflict>,
    /// The runs.
    #[serde(flatten)]
    pub report: Retried,
}

impl Live {
    /// Decides conflicts and begins to carry it out, see [`Service::decide_conflicts`].
    pub fn resolve(
        self: &Arc<Self>,
        selection: &ConflictSelection,
        decision: &Decision,
        expected: Option<u64>,
    ) -> Result<Begun, ServiceError> {
        self.refuse_when_stopping()?;
        let conflicts = self.service.decide_conflicts(selection, decision, expected)?;
        self.carry_out_decided(conflicts)
    }

    /// Brings back what lost in a conflict that is over, and begins to carry it out.
    pub fn restore(self: &Arc<Self>, id: i64, by: &str) -> Result<Begun, ServiceError> {
        self.refuse_when_stopping()?;
        let conflict = self.service.restore_conflict(id, by)?;
        self.carry_out_decided(vec![conflict])
    }

    fn carry_out_decided(self: &Arc<Self>, conflicts: Vec<Conflict>) -> Result<Begun, ServiceError> {
        let mut groups: VecDeque<Group> = Service::records_of(&conflicts)
            .into_iter()
            .map(|(record_type, keys)| (record_type, Direction::Both, keys))
            .collect();
        let mut begun = Begun {
            conflicts,
            ticket: None,
            not_started: Vec::new(),
        };
        while !groups.is_empty() {
            let tried = groups.iter().map(|(_, _, keys)| keys.len() as u64).sum();
            match self.run_groups(groups.iter().cloned().collect(), tried) {
                Ok(ticket) => {
                    begun.ticket = ticket;
                    break;
                }
                // The next record type may be free.
                Err(error @ ServiceError::Start(StartRefused::Running { .. })) => {
                    if let Some((record_type, ..)) = groups.pop_front() {
                        begun.not_started.push(NotStarted::of(record_type, error));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(begun)
    }

    /// What became of it, once the runs have ended.
    pub fn resolved(
        &self,
        conflicts: &[Conflict],
        report: Option<Retried>,
        not_started: Vec<NotStarted>,
    ) -> Result<Resolved, ServiceError> {
        let mut report = report.unwrap_or_default();
        report.not_started.splice(0..0, not_started);
        Ok(Resolved {
            decided: conflicts.len() as u64,
            conflicts: self.service.conflicts_now(conflicts)?,
            report,
        })
    }
}
