//! One job, from its checkpoint to its end.

use std::time::Duration;

use jiff::Timestamp;
use mapping_transforms::{Finding, RuleSet, Side};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::batch::Item;
use super::read::{Reader, patiently};
use super::stock::{ShippedDifference, StockError};
use super::{Engine, Observer, Phase, RunError, RunEvent, RunOptions};
use crate::WaitState;
use crate::ports::{FieldSet, JobEnd, LeaseState, OpenItems};
use crate::{Checkpoint, ConnectorError, Cursor, Direction, Job, JobStatus, RecordTypeSpec, Waiting};

/// The longest that a run sleeps before it looks whether somebody wants it to stop.
const NAP: Duration = Duration::from_secs(1);

/// What a run works with.
pub(super) struct Run<'a, 'o> {
    pub(super) engine: &'a Engine,
    pub(super) options: &'a RunOptions,
    pub(super) job: Job,
    pub(super) spec: &'a RecordTypeSpec,
    pub(super) from: Side,
    pub(super) rules: RuleSet,
    pub(super) fields: FieldSet,
    pub(super) shipped: ShippedDifference,
    pub(super) rng: StdRng,
    pub(super) observer: Observer<'o>,
    pub(super) total: Option<u64>,
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
    selected: Option<&[String]>,
) -> Result<Job, RunError> {
    let id = job.id;
    tracing::info!(job = id, job_type = job.job_type, direction = %job.direction, dry_run = job.dry_run, "job begins");
    let ended = match prepare(engine, job, options, observer).await {
        Ok(mut run) => match selected {
            None => run.finish().await,
            Some(ids) => run.selected(ids).await,
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

/// Everything that has to be known before the first record.
async fn prepare<'a, 'o>(
    engine: &'a Engine,
    job: Job,
    options: &'a RunOptions,
    observer: Observer<'o>,
) -> Result<Run<'a, 'o>, Halt> {
    let Some(spec) = engine.specs.get(&job.record_type) else {
        return Err(Halt::Error(RunError::UnknownRecordType(job.record_type)));
    };
    let from = match job.direction {
        Direction::ShopifyToOdoo => Side::Shopify,
        Direction::OdooToShopify => Side::Odoo,
        Direction::Both => return Err(Halt::failed("direction `both` is not supported yet")),
    };
    let mut rng = StdRng::seed_from_u64(run_seed(options.seed, &job, engine.clock.now()));
    let stored = engine.store.rules(&job.connection, &job.record_type)?;
    let rules = RuleSet::compile(&stored.mappings, spec.children.clone(), &engine.registry)
        .map_err(|findings| Halt::failed(describe_findings(&findings)))?;
    let target = engine.connector(from.other());
    let fields = patiently(&*engine.clock, &options.retry, &mut rng, || {
        target.fields(&job.record_type)
    })
    .await?;
    let reader = Reader { engine, options };
    let shipped = match &spec.stock {
        None => ShippedDifference::default(),
        Some(stock) => ShippedDifference::read(&reader, &mut rng, &job.connection, stock, from)
            .await
            .map_err(|error| match error {
                StockError::Connector(error) => Halt::from(error),
                StockError::Store(error) => Halt::from(error),
            })?,
    };
    Ok(Run {
        engine,
        options,
        job,
        spec,
        from,
        rules,
        fields,
        shipped,
        rng,
        observer,
        total: None,
    })
}

/// A job that is resumed must not draw the idempotency keys of its earlier part again.
fn run_seed(seed: u64, job: &Job, now: Timestamp) -> u64 {
    let parts = [seed, job.id.unsigned_abs(), now.as_microsecond().unsigned_abs()];
    // The multiplier of a well-known 64-bit mixing function: close inputs give distant seeds.
    parts.into_iter().fold(0, |mixed: u64, part| {
        (mixed ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    })
}

fn describe_findings(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!(
                "rule {}: {} `{}`: {}",
                finding.mapping, finding.field, finding.value, finding.message
            )
        })
        .collect();
    format!("the mappings are not valid: {}", lines.join("; "))
}

impl Run<'_, '_> {
    async fn finish(&mut self) -> Result<(), Halt> {
        if let Checkpoint::Reading { cursor } = self.job.checkpoint.clone() {
            self.read_source(cursor).await?;
        }
        if self.job.dry_run {
            return Ok(());
        }
        if self.job.checkpoint == Checkpoint::Leftovers {
            self.leftovers().await?;
        }
        self.drain().await
    }

    /// Deals with these records and nothing else.
    async fn selected(&mut self, ids: &[String]) -> Result<(), Halt> {
        self.total = Some(ids.len() as u64);
        for chunk in ids.chunks(self.options.batch_size.max(1)) {
            self.keep_lease()?;
            let chosen = chunk.iter().map(|id| Waiting {
                record_type: self.job.record_type.clone(),
                source_id: id.clone(),
                label: String::new(),
                state: WaitState::Pending {
                    due_at: self.engine.clock.now(),
                },
                attempts: Vec::new(),
                job_id: self.job.id,
            });
            let chosen = chosen.collect();
            self.by_id(chosen, Checkpoint::Draining, Phase::Reading).await?;
        }
        if self.job.dry_run {
            Ok(())
        } else {
            self.drain().await
        }
    }

    /// Walks through the source, a batch at a time.
    async fn read_source(&mut self, mut cursor: Option<Cursor>) -> Result<(), Halt> {
        loop {
            self.keep_lease()?;
            let since = self.engine.clock.now();
            let reader = Reader {
                engine: self.engine,
                options: self.options,
            };
            let page = reader
                .page(&mut self.rng, self.from, &self.job.record_type, cursor.as_ref())
                .await?;
            self.total = page.total.or(self.total);
            cursor = page.next;
            let checkpoint = match &cursor {
                Some(cursor) => Checkpoint::Reading {
                    cursor: Some(cursor.clone()),
                },
                None => Checkpoint::Leftovers,
            };
            let items = page.records.into_iter().map(|record| Item {
                record,
                attempts: Vec::new(),
                since,
            });
            self.process(items.collect(), Vec::new(), checkpoint, Phase::Reading)
                .await?;
            if !self.job.dry_run {
                self.take_up_due(Phase::Reading).await?;
            }
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// Takes up what earlier runs left open and the source did not show.
    async fn leftovers(&mut self) -> Result<(), Halt> {
        loop {
            self.keep_lease()?;
            let open =
                self.engine
                    .store
                    .open_items(&self.job, OpenItems::Untouched, self.options.batch_size)?;
            let last = open.is_empty();
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
                let (phase, counts, total) = (Phase::Waiting, self.job.counts, self.total);
                self.tell(RunEvent::Progress { phase, counts, total });
                self.engine.clock.sleep(wait.unsigned_abs().min(NAP)).await;
            }
        }
    }

    /// Takes up the records of this job whose next attempt is due, one batch of them.
    async fn take_up_due(&mut self, phase: Phase) -> Result<(), Halt> {
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

    async fn by_id(
        &mut self,
        waiting: Vec<Waiting>,
        checkpoint: Checkpoint,
        phase: Phase,
    ) -> Result<(), Halt> {
        let since = self.engine.clock.now();
        let ids: Vec<String> = waiting.iter().map(|one| one.source_id.clone()).collect();
        let reader = Reader {
            engine: self.engine,
            options: self.options,
        };
        let mut found = reader
            .fetch(&mut self.rng, self.from, &self.job.record_type, &ids)
            .await?;
        let (mut items, mut gone) = (Vec::new(), Vec::new());
        for one in waiting {
            match found.iter().position(|record| record.id == one.source_id) {
                Some(at) => {
                    items.push(Item {
                        record: found.swap_remove(at),
                        attempts: one.attempts,
                        since,
                    });
                }
                None => gone.push(one),
            }
        }
        self.process(items, gone, checkpoint, phase).await
    }

    /// Prolongs the lease and looks whether somebody wants the run to stop.
    fn keep_lease(&mut self) -> Result<(), Halt> {
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

    pub(super) fn tell(&mut self, event: RunEvent<'_>) {
        (self.observer)(event);
    }
}
