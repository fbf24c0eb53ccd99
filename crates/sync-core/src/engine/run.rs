//! One job, from its checkpoint to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use mapping_transforms::RuleSet;
use rand::rngs::StdRng;

use super::batch::Progress;
use super::case::Item;
use super::prepare::prepare;
use super::read::Reader;
use super::stock::Unstored;
use super::{Engine, Observer, Phase, RunError, RunEvent, RunOptions};
use crate::plan::{KnownFields, Strategies};
use crate::ports::{JobEnd, LeaseState, OpenItems, RecordKey};
use crate::{Checkpoint, ConnectorError, Job, JobStatus, RecordTypeSpec, Side, Waiting};

/// The longest that a run sleeps before it looks whether somebody wants it to stop.
const NAP: Duration = Duration::from_secs(1);

/// What a run works with.
pub(super) struct Run<'a, 'o> {
    pub(super) engine: &'a Engine,
    pub(super) options: &'a RunOptions,
    pub(super) job: Job,
    pub(super) spec: &'a RecordTypeSpec,
    pub(super) rules: RuleSet,
    pub(super) fields: KnownFields,
    pub(super) strategies: Strategies,
    pub(super) unstored: Unstored,
    pub(super) rng: StdRng,
    pub(super) observer: Observer<'o>,
    pub(super) total: Option<u64>,
    /// How many records a dry run would have put away.
    pub(super) archived: u64,
    /// Records that are to be put away when everything else is done; never more than a run may put away, and one batch.
    pub(super) put_off: BTreeSet<RecordKey>,
    /// Whether that has begun.
    pub(super) putting_away: bool,
    /// Whether the second side of a run both ways is being read: linked records come again there.
    pub(super) second_side: bool,
}

/// Why a run ends before everything is done.
#[derive(Debug)]
pub(super) enum Halt {
    /// The job ends like this.
    End(JobEnd),
    /// The run cannot even store its end.
    Error(RunError),
}

impl Halt {
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::End(JobEnd {
            status: JobStatus::Failed,
            error: Some(reason.into()),
        })
    }
}

impl From<ConnectorError> for Halt {
    fn from(error: ConnectorError) -> Self {
        Self::failed(error.message)
    }
}

impl<E: Into<RunError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

pub(super) async fn drive(
    engine: &Engine,
    job: Job,
    options: &RunOptions,
    observer: Observer<'_>,
    selected: Option<&[RecordKey]>,
) -> Result<Job, RunError> {
    let id = job.id;
    tracing::info!(job = id, job_type = job.job_type, direction = %job.direction, dry_run = job.dry_run, "job begins");
    let ended = match prepare(engine, job, options, observer).await {
        Ok(mut run) => match selected {
            None => run.finish().await,
            Some(keys) => run.selected(keys).await,
        },
        Err(halt) => Err(halt),
    };
    let end = match ended {
        Ok(()) => JobEnd {
            status: JobStatus::Completed,
            error: None,
        },
        Err(Halt::End(end)) => end,
        Err(Halt::Error(error)) => return Err(error),
    };
    let job = engine.store.finish_job(id, &end, engine.clock.now())?;
    tracing::info!(job = id, status = %job.status, error = job.error, "job ends");
    Ok(job)
}

impl Run<'_, '_> {
    async fn finish(&mut self) -> Result<(), Halt> {
        if let Checkpoint::Reading { side, cursor } = self.job.checkpoint.clone() {
            self.read_sides(side, cursor).await?;
        }
        if let Checkpoint::Missing { after } = self.job.checkpoint {
            self.look_for_missing(after).await?;
        }
        if self.job.checkpoint == Checkpoint::Leftovers {
            self.leftovers().await?;
        }
        self.end().await
    }

    /// What comes after everything was looked at.
    async fn end(&mut self) -> Result<(), Halt> {
        if self.job.dry_run {
            return Ok(());
        }
        self.put_away().await?;
        self.drain().await
    }

    /// Deals with these records and nothing else.
    async fn selected(&mut self, keys: &[RecordKey]) -> Result<(), Halt> {
        self.total = Some(keys.len() as u64);
        for chunk in keys.chunks(self.options.batch_size.max(1)) {
            self.keep_lease()?;
            let chosen = chunk.iter().map(|key| self.taken_up(key)).collect();
            self.by_id(chosen, Checkpoint::Draining, Phase::Reading).await?;
        }
        self.end().await
    }

    /// Takes up what earlier runs left open and the sides did not show.
    async fn leftovers(&mut self) -> Result<(), Halt> {
        let mut taken = BTreeSet::new();
        loop {
            self.keep_lease()?;
            let open =
                self.engine
                    .store
                    .open_items(&self.job, OpenItems::Untouched, self.options.batch_size)?;
            let last = open.is_empty();
            let fresh = open
                .iter()
                .filter(|one| taken.insert((one.side, one.source_id.clone())));
            if fresh.count() == 0
                && let Some(stuck) = open.first()
            {
                // Going on would never end.
                return Err(Halt::failed(format!(
                    "{} {} stays open after it was dealt with, and the run stops here: please report this",
                    stuck.record_type, stuck.source_id
                )));
            }
            let checkpoint = if last {
                Checkpoint::Draining
            } else {
                Checkpoint::Leftovers
            };
            // What waited before this job begins its attempts anew: the world has changed since.
            let open = open.into_iter().map(|waiting| Waiting {
                attempts: Vec::new(),
                ..waiting
            });
            self.by_id(open.collect(), checkpoint, Phase::Leftovers).await?;
            if last {
                return Ok(());
            }
        }
    }

    /// Waits for the records whose next attempt is not due yet.
    async fn drain(&mut self) -> Result<(), Halt> {
        loop {
            self.keep_lease()?;
            self.take_up_due(Phase::Waiting).await?;
            let Some(due) = self.engine.store.next_due(&self.job)? else {
                return Ok(());
            };
            let wait = due.duration_since(self.engine.clock.now());
            if wait.is_positive() {
                // Nothing is stored meanwhile, and whoever looks should see why it takes so long.
                let (phase, counts, total) = (Phase::Waiting, self.job.counts, self.expected());
                self.tell(RunEvent::Progress { phase, counts, total });
                self.engine.clock.sleep(wait.unsigned_abs().min(NAP)).await;
            }
        }
    }

    /// Takes up the records of this job whose next attempt is due, one batch of them.
    pub(super) async fn take_up_due(&mut self, phase: Phase) -> Result<(), Halt> {
        let now = self.engine.clock.now();
        let due = self
            .engine
            .store
            .open_items(&self.job, OpenItems::Due(now), self.options.batch_size)?;
        if due.is_empty() {
            return Ok(());
        }
        let checkpoint = self.job.checkpoint.clone();
        self.by_id(due, checkpoint, phase).await
    }

    /// Reads these records and deals with them, one side after the other: two that turn out to be one pair are linked
    /// by the time that the second one comes.
    pub(super) async fn by_id(
        &mut self,
        waiting: Vec<Waiting>,
        checkpoint: Checkpoint,
        phase: Phase,
    ) -> Result<(), Halt> {
        let (left, right): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.side == Side::Shopify);
        let second_side = std::mem::take(&mut self.second_side);
        let first = if right.is_empty() {
            checkpoint.clone()
        } else {
            self.job.checkpoint.clone()
        };
        let mut done = Ok(());
        if !left.is_empty() || right.is_empty() {
            done = self.by_id_on(Side::Shopify, left, first, phase).await;
        }
        if done.is_ok() && !right.is_empty() {
            done = self.by_id_on(Side::Odoo, right, checkpoint, phase).await;
        }
        self.second_side = second_side;
        done
    }

    async fn by_id_on(
        &mut self,
        side: Side,
        waiting: Vec<Waiting>,
        checkpoint: Checkpoint,
        phase: Phase,
    ) -> Result<(), Halt> {
        let since = self.engine.clock.now();
        let ids: Vec<String> = waiting.iter().map(|one| one.source_id.clone()).collect();
        let mut found = Vec::new();
        if !ids.is_empty() {
            let reader = Reader {
                engine: self.engine,
                options: self.options,
            };
            found = reader
                .fetch(&mut self.rng, side, &self.job.record_type, &ids)
                .await?;
        }
        let items = waiting.into_iter().map(|one| {
            let at = found.iter().position(|record| record.id == one.source_id);
            let record = at.map(|at| found.swap_remove(at));
            Item {
                label: record
                    .as_ref()
                    .map_or_else(|| one.label.clone(), |record| record.label.clone()),
                key: RecordKey {
                    side,
                    id: one.source_id,
                },
                record,
                attempts: one.attempts,
                walked: false,
                since,
            }
        });
        let items = items.collect();
        let progress = Progress {
            checkpoint,
            mark: None,
            phase,
        };
        self.process(items, progress).await
    }

    /// Prolongs the lease and looks whether somebody wants the run to stop.
    pub(super) fn keep_lease(&mut self) -> Result<(), Halt> {
        if self.options.stop.is_set() {
            let error = Some("stopped with its process; it can be resumed".to_owned());
            return Err(Halt::End(JobEnd {
                status: JobStatus::Interrupted,
                error,
            }));
        }
        match self
            .engine
            .store
            .renew_lease(self.job.id, self.engine.clock.now(), self.options.lease)?
        {
            LeaseState::Held => Ok(()),
            LeaseState::CancelRequested => {
                let error = Some("cancelled by a person".to_owned());
                Err(Halt::End(JobEnd {
                    status: JobStatus::Cancelled,
                    error,
                }))
            }
            LeaseState::Lost => Err(Halt::Error(RunError::LeaseLost(self.job.id))),
        }
    }

    /// How many records the run has to deal with, as far as that is known. The second side of a run both ways, and what was
    /// left open, may bring more than the first side said.
    pub(super) fn expected(&self) -> Option<u64> {
        let counts = self.job.counts;
        let done = counts.success_count + counts.fail_count + counts.skip_count;
        self.total.map(|total| total.max(done))
    }

    pub(super) fn tell(&mut self, event: RunEvent<'_>) {
        (self.observer)(event);
    }
}
