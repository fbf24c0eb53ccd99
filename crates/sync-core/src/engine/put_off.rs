//! Records that a run would put away come last, when it is known how many they are: then all of them go, or none.

use super::Phase;
use super::case::Case;
use super::run::{Halt, Run};
use crate::plan::{Decision, Plan};
use crate::ports::{LinkChange, RecordKey, RecordResult};
use crate::{Checkpoint, Dependency, WaitState, Waiting};

/// Whether a plan puts its record away on one of the sides.
pub(super) fn puts_away(plan: &Plan) -> bool {
    match &plan.decision {
        Decision::Update { shopify, odoo } => {
            [shopify, odoo].into_iter().flatten().any(|draft| draft.archives)
        }
        Decision::Create(..)
        | Decision::Unchanged { .. }
        | Decision::Conflict
        | Decision::Unlink { .. }
        | Decision::Skip { .. }
        | Decision::Hold { .. }
        | Decision::Fail { .. } => false,
    }
}

impl Run<'_, '_> {
    /// Whether a plan waits until everything else is done.
    pub(super) fn comes_last(&self, plan: &Plan) -> bool {
        let guarded = self.options.archive_guard.is_some() && !self.job.unguarded;
        guarded && !self.job.dry_run && !self.putting_away && puts_away(plan)
    }

    /// The record waits, so that the next run takes it up if this one stops or dies.
    pub(super) fn put_off(&mut self, case: Case) -> (RecordKey, RecordResult) {
        let key = case.item.key.clone();
        self.put_off.insert(key.clone());
        let on = Dependency {
            record_type: self.job.record_type.clone(),
            id: key.id.clone(),
        };
        let result = RecordResult::Waits {
            waiting: self.waiting(case.item, WaitState::Held { on }),
            link: LinkChange::Keep,
            settled: Vec::new(),
            log: None,
        };
        (key, result)
    }

    /// A run that would put away more than its share stops before it puts away any.
    pub(super) fn guard_archive(&self) -> Result<(), Halt> {
        match self.too_many(self.put_off.len() as u64)? {
            Some(what) => Err(Halt::failed(format!(
                "this run {what}: look at a dry run; if that is right, run again and allow it"
            ))),
            None => Ok(()),
        }
    }

    /// What is to be said where a run would put away more records than it may.
    pub(super) fn too_many(&self, archived: u64) -> Result<Option<String>, Halt> {
        let guard = self.options.archive_guard.filter(|_| !self.job.unguarded);
        let Some(guard) = guard.filter(|guard| archived > guard.at_least) else {
            return Ok(None);
        };
        let store = &self.engine.store;
        let total = store.count_links(&self.job.connection, &self.job.record_type)?;
        let allowed = guard.allowed(total);
        let said = || format!("would put away more than {allowed} of {total} linked records");
        Ok((archived > allowed).then(said))
    }

    /// Puts away what was put off.
    pub(super) async fn put_away(&mut self) -> Result<(), Halt> {
        self.putting_away = true;
        let keys: Vec<RecordKey> = std::mem::take(&mut self.put_off).into_iter().collect();
        for chunk in keys.chunks(self.options.batch_size.max(1)) {
            self.keep_lease()?;
            let due = chunk.iter().map(|key| self.taken_up(key)).collect();
            self.by_id(due, Checkpoint::Draining, Phase::Leftovers).await?;
        }
        Ok(())
    }

    /// A record that is dealt with for its own sake, now.
    pub(super) fn taken_up(&self, key: &RecordKey) -> Waiting {
        Waiting {
            record_type: self.job.record_type.clone(),
            side: key.side,
            source_id: key.id.clone(),
            label: String::new(),
            state: WaitState::Pending {
                due_at: self.engine.clock.now(),
            },
            attempts: Vec::new(),
            job_id: self.job.id,
        }
    }
}
