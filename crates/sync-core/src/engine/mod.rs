//! Carrying a plan out: read, compare, write, retry, resume.
//!
//! A job is one task. It spawns nothing and holds no lock; its order comes from the source alone. Every batch is
//! read, planned, announced to the store, sent, and stored together with the checkpoint that covers it.

mod batch;
mod case;
mod commit;
mod log;
mod lookup;
mod match_levels;
mod matching;
mod prepare;
mod put_off;
mod read;
mod run;
mod send;
mod settle;
mod stock;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mapping_transforms::{Registry, Side};
use thiserror::Error;

use crate::plan::{OnDelete, Strategies, Strategy};
use crate::ports::{Clock, Connector, RecordKey, StartRefused, Store, StoreError};
use crate::{Counts, Job, JobId, NewJob, RecordLog, RecordType, RecordTypeSpec, RetryPolicy, StockSpec};

pub use lookup::References;

/// Two systems, a store and a clock: everything that a run needs from outside.
#[derive(Clone)]
pub struct Engine {
    shopify: Arc<dyn Connector>,
    odoo: Arc<dyn Connector>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    registry: Arc<Registry>,
    specs: Arc<BTreeMap<RecordType, RecordTypeSpec>>,
}

/// How a run behaves.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Records per call to the target and per store transaction.
    pub batch_size: usize,
    /// When a failed record is tried again.
    pub retry: RetryPolicy,
    /// Who wins where both sides changed a field. A rule's own strategy goes before.
    pub strategies: Strategies,
    /// What a deletion on one side leads to.
    pub on_delete: OnDelete,
    /// How much a run may put away; `None` for anything.
    pub archive_guard: Option<ArchiveGuard>,
    /// The most open dead letters; a run stops before there are more.
    pub dead_letter_limit: u64,
    /// Pairs of records that are linked by configuration and not by a run (locations).
    pub references: References,
    /// How long the job may be silent before others take it for dead.
    pub lease: Duration,
    /// Where the run's chance comes from (jitter, idempotency keys).
    pub seed: u64,
    /// Set from outside to make the run stop at the next batch boundary and be resumable.
    pub stop: StopFlag,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            batch_size: 50,
            retry: RetryPolicy::default(),
            strategies: Strategies::all(Strategy::LastWriteWins),
            on_delete: OnDelete::Archive,
            archive_guard: Some(ArchiveGuard::default()),
            dead_letter_limit: 5000,
            references: References::default(),
            lease: Duration::from_secs(30),
            seed: 1,
            stop: StopFlag::default(),
        }
    }
}

/// How much a run may put away before it stops and asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArchiveGuard {
    /// This part of the linked records, 0 to 1.
    pub share: f64,
    /// At least so many, however few records there are.
    pub at_least: u64,
}

impl Default for ArchiveGuard {
    /// A tenth of the records, and five in any case.
    fn default() -> Self {
        Self {
            share: 0.1,
            at_least: 5,
        }
    }
}

impl ArchiveGuard {
    /// How many records of so many may be put away.
    pub fn allowed(self, total: u64) -> u64 {
        // In thousandths, so that no conversion can lose anything that matters.
        let thousandths = (self.share.clamp(0.0, 1.0) * 1_000.0).round();
        let share = (0..=1_000_u64)
            .rev()
            .find(|n| f64::from(u32::try_from(*n).unwrap_or(0)) <= thousandths);
        (total.saturating_mul(share.unwrap_or(0)) / 1_000).max(self.at_least)
    }
}

/// Asks a run to stop at its next batch boundary; the job is then `interrupted`.
#[derive(Debug, Clone, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Asks.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether somebody asked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What a run is doing just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading the source and writing what differs.
    Reading,
    /// Looking at linked records that did not show up: they may have been deleted.
    Missing,
    /// Taking up records that earlier runs left open.
    Leftovers,
    /// Waiting for records whose next attempt is not due yet.
    Waiting,
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// A batch is stored.
    Progress {
        /// What the run is doing.
        phase: Phase,
        /// Records by outcome.
        counts: Counts,
        /// How many records there are in all, where the source said so.
        total: Option<u64>,
    },
    /// A record has its outcome (in a dry run: would have).
    Record(&'a RecordLog),
}

/// Takes the events of a run.
pub type Observer<'a> = &'a mut (dyn FnMut(RunEvent<'_>) + Send);

/// Why a run could not be driven to an end of its own.
#[derive(Debug, Error)]
pub enum RunError {
    /// The store failed: the job is left as it was last stored and can be resumed when its lease has run out.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The job's lease ran out and somebody else may have taken it over.
    #[error("job {0} lost its lease: another process may have taken it over")]
    LeaseLost(JobId),
    /// The engine was not told about this record type.
    #[error("record type `{0}` is not known to this engine")]
    UnknownRecordType(RecordType),
}

impl Engine {
    /// An engine over two systems. The first is the side of a rule's `shopify_field`, the second that of its
    /// `odoo_field`.
    pub fn new(
        shopify: Arc<dyn Connector>,
        odoo: Arc<dyn Connector>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        registry: Arc<Registry>,
        specs: impl IntoIterator<Item = RecordTypeSpec>,
    ) -> Self {
        let specs = specs.into_iter().map(|spec| (spec.name.clone(), spec)).collect();
        Self {
            shopify,
            odoo,
            store,
            clock,
            registry,
            specs: Arc::new(specs),
        }
    }

    /// Stores a new job and takes its lease. [`Engine::drive`] carries it out.
    ///
    /// A run reads everything if it is told to, if a side was never read to its end, or if a rule changed since.
    pub fn start(&self, job: &NewJob, options: &RunOptions) -> Result<Job, StartRefused> {
        let mut job = job.clone();
        job.full = job.full || self.needs_everything(&job)?;
        self.store.start_job(&job, self.clock.now(), options.lease)
    }

    fn needs_everything(&self, job: &NewJob) -> Result<bool, StoreError> {
        let cursors = self.store.cursors(&job.connection, &job.record_type)?;
        let version = self.store.rules(&job.connection, &job.record_type)?.version;
        let known = |side: &Side| {
            cursors
                .iter()
                .any(|cursor| cursor.side == *side && cursor.mapping_version == version)
        };
        Ok(!job.direction.sides().iter().all(known))
    }

    /// Takes a stopped job up again at its checkpoint. [`Engine::drive`] carries it out.
    pub fn resume(&self, id: JobId, options: &RunOptions) -> Result<Job, StartRefused> {
        self.store.resume_job(id, self.clock.now(), options.lease)
    }

    /// Carries a started job out and answers it as it ended.
    pub async fn drive(
        &self,
        job: Job,
        options: RunOptions,
        observer: Observer<'_>,
    ) -> Result<Job, RunError> {
        run::drive(self, job, &options, observer, None).await
    }

    /// Carries a started job out for these records only, whatever changed elsewhere: a retry of dead letters, or what
    /// somebody decided about conflicts. Records that are nowhere any more are noted as gone.
    pub async fn drive_selected(
        &self,
        job: Job,
        keys: &[RecordKey],
        options: RunOptions,
        observer: Observer<'_>,
    ) -> Result<Job, RunError> {
        run::drive(self, job, &options, observer, Some(keys)).await
    }

    /// What the engine knows of a record type.
    pub fn spec(&self, record_type: &RecordType) -> Option<&RecordTypeSpec> {
        self.specs.get(record_type)
    }

    /// How stock is described whose goods this record type moves.
    fn moved_by(&self, record_type: &RecordType) -> Option<&StockSpec> {
        self.specs
            .values()
            .filter_map(|spec| spec.stock.as_ref())
            .find(|stock| stock.moved_by == *record_type)
    }

    fn connector(&self, side: Side) -> &dyn Connector {
        match side {
            Side::Shopify => &*self.shopify,
            Side::Odoo => &*self.odoo,
        }
    }
}
