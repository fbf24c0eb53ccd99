//! How the installation is doing, at a glance.

use std::time::Duration;

use jiff::Timestamp;
use mapping_transforms::FieldPath;
use persistence::{ConflictFilter, DeadLetterFilter, LinkFilter, MAX_PAGE, PageRequest, StreamFigures};
use serde::Serialize;
use sync_core::ports::Counted;
use sync_core::{ConflictStatus, DeadLetterStatus, MadeIn, RecordType, RecordTypeSpec, Side};

use super::{Service, ServiceError, connection};

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
    /// Records that are on both sides and know each other.
    pub linked: u64,
    /// How many records each system has that the other one is meant to have as well.
    pub counts: Vec<SystemCount>,
}

/// How many records of a type a system has that the other one is meant to have as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemCount {
    /// Which system.
    pub system: String,
    /// How many, where it can say so.
    pub count: Option<u64>,
    /// How many more it has that are its own business: not marked for sale in the shop, say.
    pub left_out: u64,
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
            let linked = self.store_port().count_links(&connection(), &spec.name);
            let linked = linked.map_err(sync_core::engine::RunError::from)?;
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
                linked,
                counts: self.counts(spec, linked),
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

    fn counts(&self, spec: &RecordTypeSpec, linked: u64) -> Vec<SystemCount> {
        let count = |side: Side| {
            let answer = self.comparable(side, spec, linked);
            let (count, left_out) = answer.as_ref().ok().copied().flatten().unzip();
            SystemCount {
                system: self.connector(side).system().to_string(),
                count,
                left_out: left_out.unwrap_or_default(),
                error: answer.err().map(|error| error.to_string()),
            }
        };
        Side::BOTH.map(count).to_vec()
    }

    /// How many records of a side the other one is meant to have, and how many it is not.
    fn comparable(
        &self,
        side: Side,
        spec: &RecordTypeSpec,
        linked: u64,
    ) -> Result<Option<(u64, u64)>, ServiceError> {
        let connector = self.connector(side);
        let count = |which| self.ask(connector, || connector.count(&spec.name, which));
        let Some(all) = count(Counted::default())? else {
            return Ok(None);
        };
        let comparable = match spec.made_in(side.other()) {
            // Only what came from the other side is there as well.
            None => linked,
            Some(MadeIn { only: None, .. }) => all,
            Some(MadeIn {
                only: Some((path, text)),
                ..
            }) => {
                let showing = Some((path, text.as_str()));
                let marked = Counted { showing, among: None };
                match count(marked)? {
                    None => return Ok(None),
                    Some(0) => linked,
                    Some(marked) => linked + marked.saturating_sub(self.marked_links(side, spec, showing)?),
                }
            }
        };
        Ok(Some((comparable, all.saturating_sub(comparable))))
    }

    /// How many linked records of a side show a text.
    fn marked_links(
        &self,
        side: Side,
        spec: &RecordTypeSpec,
        showing: Option<(&FieldPath, &str)>,
    ) -> Result<u64, ServiceError> {
        let filter = LinkFilter {
            record_type: Some(spec.name.clone()),
            ..LinkFilter::default()
        };
        let (connector, mut before, mut marked) = (self.connector(side), None, 0);
        loop {
            let page = PageRequest {
                before,
                limit: MAX_PAGE,
            };
            let links = self.links(&filter, page)?;
            let ids: Vec<String> = links
                .items
                .iter()
                .map(|link| link.id_on(side).to_owned())
                .collect();
            let which = Counted {
                showing,
                among: Some(&ids),
            };
            marked += self
                .ask(connector, || connector.count(&spec.name, which))?
                .unwrap_or_default();
            before = links.next;
            if before.is_none() {
                return Ok(marked);
            }
        }
    }
}
