use sync_core::engine::{Observer, Phase, References, RunEvent, StopFlag};
use sync_core::ports::Connector;
use sync_core::{
    ConnectorError, Counts, Direction, Job, JobId, JobStatus, NewJob, Record, RecordType, RecordTypeSpec,
    Side,
};

use super::{Service, ServiceError, connection};
use crate::locations::pair;
use crate::runner::{Scope, run};

/// What is to be synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRequest {
    /// The record type, by its own name or that of its jobs.
    pub record_type: String,
    /// Which way.
    pub direction: Direction,
    /// Only plan.
    pub dry_run: bool,
    /// Read everything, and not only what changed since the last run.
    pub full: bool,
    /// Put away however many records, without asking.
    pub allow_archive: bool,
}

impl SyncRequest {
    /// A run of a record type in a direction: what changed, within the guard, for real.
    pub fn new(record_type: impl Into<String>, direction: Direction) -> Self {
        Self {
            record_type: record_type.into(),
            direction,
            dry_run: false,
            full: false,
            allow_archive: false,
        }
    }

    /// A dry run that reads everything: what a first run would link and make.
    pub fn match_preview(record_type: impl Into<String>, direction: Direction) -> Self {
        Self {
            dry_run: true,
            full: true,
            ..Self::new(record_type, direction)
        }
    }
}

/// How far a run is, after each batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    /// The job.
    pub job: JobId,
    /// What it is doing.
    pub phase: Phase,
    /// Records by outcome.
    pub counts: Counts,
    /// How many records there are in all, where the source said so.
    pub total: Option<u64>,
}

/// Locations per page; no shop has more than a handful.
const LOCATIONS: usize = 250;

impl Service {
    /// The directions that this version can run.
    pub fn directions(&self) -> &'static [Direction] {
        DIRECTIONS
    }

    /// The widest of them: both ways, where that can be run.
    pub fn widest_direction(&self) -> Direction {
        let both = DIRECTIONS.iter().find(|known| **known == Direction::Both);
        both.or(DIRECTIONS.first())
            .copied()
            .unwrap_or(Direction::ShopifyToOdoo)
    }

    /// Starts a job; [`Service::carry_out`] does its work.
    pub fn start(&self, request: &SyncRequest) -> Result<Job, ServiceError> {
        let spec = self.spec(&request.record_type)?;
        refuse_direction(request.direction)?;
        Ok(self.engine.start(
            &NewJob {
                dry_run: request.dry_run,
                full: request.full,
                unguarded: request.allow_archive,
                ..new_job(spec, request.direction)
            },
            &self.options(&spec.name),
        )?)
    }

    /// Carries a started job out. Blocks until it has ended.
    pub fn carry_out(&self, job: Job, stop: &StopFlag, observer: Observer<'_>) -> Result<Job, ServiceError> {
        self.carry(job, Scope::All, stop, observer)
    }

    /// Starts a job and carries it out.
    pub fn sync(&self, request: &SyncRequest, observer: Observer<'_>) -> Result<Job, ServiceError> {
        let job = self.start(request)?;
        self.carry_out(job, &StopFlag::default(), observer)
    }

    /// Takes a stopped job up again; [`Service::carry_out`] does its work.
    pub fn resume(&self, id: JobId) -> Result<Job, ServiceError> {
        let record_type = self.job(id)?.record_type;
        Ok(self.engine.resume(id, &self.options(&record_type))?)
    }

    pub(super) fn carry(
        &self,
        job: Job,
        scope: Scope<'_>,
        stop: &StopFlag,
        observer: Observer<'_>,
    ) -> Result<Job, ServiceError> {
        let mut options = self.options(&job.record_type);
        options.stop = stop.clone();
        match self.references(&job.record_type) {
            Ok(references) => options.references = references,
            Err(error) => {
                let end = sync_core::ports::JobEnd {
                    status: JobStatus::Failed,
                    error: Some(error.to_string()),
                };
                let store = self.store_port();
                return Ok(store
                    .finish_job(job.id, &end, self.clock.now())
                    .map_err(super::RunError::from)?);
            }
        }
        Ok(run(
            &self.engine,
            &self.store_port(),
            &self.clock,
            job,
            scope,
            options,
            observer,
        )?)
    }

    /// Which warehouse is which location, as it is now. Products need neither.
    pub(super) fn references(&self, record_type: &RecordType) -> Result<References, ServiceError> {
        if record_type.as_str() == "product" {
            return Ok(References::default());
        }
        let all = |side: Side| {
            let connector = self.connector(side);
            self.ask(connector, || all_locations(&**connector))
        };
        let pairs = pair(&all(Side::Shopify)?, &all(Side::Odoo)?, &self.config.locations);
        for location in &pairs.without {
            tracing::warn!(
                location,
                "no warehouse is left for this location: its stock is not synced"
            );
        }
        match pairs.unknown.as_slice() {
            [] => Ok(pairs.references),
            unknown => Err(ServiceError::Invalid(format!(
                "SYNC_LOCATIONS names what does not exist: {}",
                unknown.join(", ")
            ))),
        }
    }
}

/// The directions that this version can run. Everything that has to know goes by this.
const DIRECTIONS: &[Direction] = &[
    Direction::ShopifyToOdoo,
    Direction::OdooToShopify,
    Direction::Both,
];

fn refuse_direction(direction: Direction) -> Result<(), ServiceError> {
    if DIRECTIONS.contains(&direction) {
        return Ok(());
    }
    Err(ServiceError::Unknown {
        what: "direction that this version can run",
        value: direction.to_string(),
        allowed: DIRECTIONS.iter().map(ToString::to_string).collect(),
    })
}

/// A job of a record type: what changed, within the guard, for real.
pub(super) fn new_job(spec: &RecordTypeSpec, direction: Direction) -> NewJob {
    NewJob {
        connection: connection(),
        job_type: spec.job_type.clone(),
        record_type: spec.name.clone(),
        direction,
        dry_run: false,
        full: false,
        unguarded: false,
    }
}

pub(super) async fn all_locations(connector: &dyn Connector) -> Result<Vec<Record>, ConnectorError> {
    let record_type = RecordType::from("location");
    let mut records = Vec::new();
    let mut cursor = None;
    loop {
        let page = connector
            .changes(&record_type, cursor.as_ref(), LOCATIONS)
            .await?;
        records.extend(page.records);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(records);
        }
    }
}

impl SyncProgress {
    /// The progress that an event tells, if it tells any.
    pub fn of(job: JobId, event: &RunEvent<'_>) -> Option<Self> {
        match event {
            RunEvent::Progress { phase, counts, total } => Some(Self {
                job,
                phase: *phase,
                counts: *counts,
                total: *total,
            }),
            RunEvent::Record(_) => None,
        }
    }
}
