//! What other processes do: the store is looked at once a second while somebody listens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use persistence::{JobFilter, LogFilter, PageRequest};
use sync_core::ports::Counted;
use sync_core::{Job, JobId, JobStatus, Outcome, Side};

use super::board::progress_of;
use super::{Event, Failure, Live, Progress};
use crate::service::ServiceError;

/// How often the store is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// The newest jobs that are looked at; more do not begin within a second.
const NEWEST: usize = 50;
/// Failures of one job that are told at a time.
const FAILURES: usize = 20;
/// Failures that are kept with a job's progress.
const KEPT: usize = 5;

/// Looks until nobody listens any more.
pub(super) fn watch(live: &Arc<Live>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(error = %error, "jobs of other processes cannot be watched");
            live.lock().watching = false;
            return;
        }
    };
    let mut seen = Seen::default();
    loop {
        if let Err(error) = seen.look(live) {
            tracing::warn!(error = %error, "jobs of other processes could not be looked at");
        }
        runtime.block_on(live.service.clock.sleep(EVERY));
        let mut state = live.lock();
        if state.stopping || live.told.receiver_count() == 0 {
            state.watching = false;
            return;
        }
    }
}

/// What was seen at the last look.
#[derive(Default)]
struct Seen {
    jobs: Option<BTreeMap<JobId, Job>>,
    others: BTreeMap<JobId, Other>,
    dead_letters: Option<u64>,
    conflicts: Option<u64>,
}

/// A number that is another one than at the last look; the first look is no news.
fn news(before: &mut Option<u64>, now: u64) -> Option<u64> {
    let before = before.replace(now)?;
    (before != now).then_some(now)
}

/// A job of another process.
struct Other {
    progress: Progress,
    since: Timestamp,
    done_before: u64,
    /// The last failed log line that was told.
    last_failure: i64,
}

impl Seen {
    fn look(&mut self, live: &Live) -> Result<(), ServiceError> {
        let page = PageRequest {
            before: None,
            limit: NEWEST,
        };
        let newest = live.service.jobs(&JobFilter::default(), page)?.items;
        for job in newest.iter().rev() {
            self.job(live, job)?;
        }
        let known = newest.into_iter().map(|job| (job.id, job)).collect();
        self.jobs = Some(known);
        if let Some(open) = news(&mut self.dead_letters, live.open_dead_letters()?) {
            live.tell(Event::DeadLetters(open));
        }
        if let Some(open) = news(&mut self.conflicts, live.open_conflicts()?) {
            live.tell(Event::Conflicts(open));
        }
        Ok(())
    }

    fn job(&mut self, live: &Live, job: &Job) -> Result<(), ServiceError> {
        if live.board.has(job.id) {
            // Its own run tells the rest; that somebody else cancelled it, it does not know.
            if job.cancel_requested
                && live
                    .board
                    .progress(job.id)
                    .is_some_and(|mine| !mine.job.cancel_requested)
            {
                live.board.cancelled(job.id);
                live.tell(Event::Job(Box::new(job.clone())));
            }
            return Ok(());
        }
        let before = self.jobs.as_ref().and_then(|jobs| jobs.get(&job.id));
        let changed = before.is_none_or(|before| {
            (before.status, before.cancel_requested) != (job.status, job.cancel_requested)
        });
        // What had ended before the first look is no news.
        if changed && (self.jobs.is_some() || job.status == JobStatus::Running) {
            live.tell(Event::Job(Box::new(job.clone())));
        }
        if job.status != JobStatus::Running {
            self.others.remove(&job.id);
            return Ok(());
        }
        let further = before.is_none_or(|before| before.counts != job.counts);
        let now = live.service.clock.now();
        let other = self
            .others
            .entry(job.id)
            .or_insert_with(|| Other::new(live, job, now));
        if further {
            other.further(live, job, now)?;
        }
        Ok(())
    }
}

impl Other {
    fn new(live: &Live, job: &Job, now: Timestamp) -> Self {
        let mut progress = progress_of(job, false);
        progress.total = total_of(live, job);
        Self {
            progress,
            since: now,
            done_before: job.counts.total_records,
            last_failure: 0,
        }
    }

    fn further(&mut self, live: &Live, job: &Job, now: Timestamp) -> Result<(), ServiceError> {
        let (total, mut failures) = (self.progress.total, std::mem::take(&mut self.progress.failures));
        let failed = LogFilter {
            outcome: Some(Outcome::Fail),
            ..LogFilter::default()
        };
        let page = PageRequest {
            before: None,
            limit: FAILURES,
        };
        let lines = live.service.logs(job.id, &failed, page)?.items;
        let new = lines.into_iter().rev().filter(|line| line.id > self.last_failure);
        for line in new.collect::<Vec<_>>() {
            self.last_failure = line.id;
            failures.insert(0, Failure::from(&line));
            live.tell(Event::Failure(Box::new(line)));
        }
        failures.truncate(KEPT);
        self.progress = Progress {
            failures,
            total: total.map(|total| total.max(job.counts.total_records)),
            ..progress_of(job, false)
        };
        self.progress.pace(self.since, self.done_before, now);
        live.tell(Event::Progress(Box::new(self.progress.clone())));
        Ok(())
    }
}

/// How many records the source has. Nothing rests on it, so a system that cannot say is no error.
fn total_of(live: &Live, job: &Job) -> Option<u64> {
    let side = match job.direction {
        sync_core::Direction::ShopifyToOdoo => Side::Shopify,
        sync_core::Direction::OdooToShopify => Side::Odoo,
        sync_core::Direction::Both => return None,
    };
    let connector = live.service.connector(side);
    match live.service.ask(connector, || {
        connector.count(&job.record_type, Counted::default())
    }) {
        Ok(total) => total,
        Err(error) => {
            tracing::debug!(job = job.id, error = %error, "the source did not say how many records it has");
            None
        }
    }
}
