//! How the installation is doing, at a glance.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use persistence::{ConflictFilter, DeadLetterFilter, StreamFigures};
use serde::Serialize;
use sync_core::ports::Connector;
use sync_core::{ConflictStatus, DeadLetterStatus, RecordType};

use super::{Service, ServiceError, blocking, connection};

/// The time over which failures are counted.
const WINDOW_HOURS: u32 = 24;

/// How the installation is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dashboard {
    /// When this was.
    pub at: Timestamp,
    /// Hours over which failure rates are counted: of jobs that began within them.
    pub window_hours: u32,
    /// When a job last ended, however it ended.
    pub last_sync_at: Option<Timestamp>,
    /// Open dead letters of all record types.
    pub open_dead_letters: u64,
    /// Open conflicts of all record types.
    pub open_conflicts: u64,
    /// The most open dead letters there may be (`DLQ_MAX_SIZE`); a run stops there.
    pub dead_letter_limit: u64,
    /// One per record type, in the order in which they are synced.
    pub streams: Vec<Stream>,
}

/// How one record type is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stream {
    /// What its jobs are called.
    pub job_type: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: StreamFigures,
    /// The part of the window's records that failed, 0 to 1; `None` where there were none.
    pub failure_rate: Option<f64>,
    /// Seconds since a job last went through to its end; `None` if none ever did.
    pub fresh_seconds: Option<i64>,
    /// Conflicts that wait for somebody to decide them.
    pub open_conflicts: u64,
    /// How many records each system has.
    pub counts: Vec<SystemCount>,
}

/// How many records of a type a system has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemCount {
    /// Which system.
    pub system: String,
    /// How many, where it can say so.
    pub count: Option<u64>,
    /// Why it could not say.
    pub error: Option<String>,
}

impl Service {
    /// How the installation is doing. Both systems are asked how many records they have; one that does not answer is
    /// no reason to show nothing.
    pub fn dashboard(&self) -> Result<Dashboard, ServiceError> {
        let at = self.clock.now();
        let window = Duration::from_secs(u64::from(WINDOW_HOURS) * 3600);
        let since = at.checked_sub(window).unwrap_or(Timestamp::MIN);
        let record_types: Vec<RecordType> = self.specs.iter().map(|spec| spec.name.clone()).collect();
        let figures = self.store.dashboard(&connection(), &record_types, since, at)?;
        let mut streams = Vec::new();
        for (spec, figures) in self.specs.iter().zip(figures) {
            streams.push(Stream {
                job_type: spec.job_type.clone(),
                failure_rate: figures.failure_rate(),
                fresh_seconds: figures
                    .last_success_at
                    .map(|success| at.duration_since(success).as_secs().max(0)),
                open_conflicts: self.count_conflicts(&ConflictFilter {
                    status: Some(ConflictStatus::Open),
                    record_type: Some(spec.name.clone()),
                    ..ConflictFilter::default()
                })?,
                counts: self.counts(&spec.name)?,
                figures,
            });
        }
        let ended = streams
            .iter()
            .filter_map(|stream| stream.figures.last_job.as_ref()?.finished_at);
        let open = DeadLetterFilter {
            status: Some(DeadLetterStatus::Open),
            ..DeadLetterFilter::default()
        };
        Ok(Dashboard {
            at,
            window_hours: WINDOW_HOURS,
            last_sync_at: ended.max(),
            open_dead_letters: self.count_dead_letters(&open)?,
            open_conflicts: streams.iter().map(|stream| stream.open_conflicts).sum(),
            dead_letter_limit: self.config.dead_letter_limit,
            streams,
        })
    }

    fn counts(&self, record_type: &RecordType) -> Result<Vec<SystemCount>, ServiceError> {
        let runtime = blocking()?;
        let count = |connector: &Arc<dyn Connector>| {
            let answer = runtime.block_on(connector.count(record_type));
            SystemCount {
                system: connector.system().to_string(),
                count: answer.as_ref().ok().copied().flatten(),
                error: answer.err().map(|error| error.to_string()),
            }
        };
        Ok(vec![count(&self.systems.shopify), count(&self.systems.odoo)])
    }
}
