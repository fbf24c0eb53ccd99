//! The jobs that this process carries out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::{Job, JobId, Outcome, RecordLog};

use super::{Event, Failure, Progress, RunPhase};

/// Failures that are kept with a job's progress.
const FAILURES: usize = 5;
/// Failures that are told as events, per job and second.
const FAILURES_A_SECOND: u32 = 20;

#[derive(Default)]
pub(super) struct Board(Mutex<BTreeMap<JobId, Entry>>);

struct Entry {
    stop: StopFlag,
    progress: Progress,
    began: Timestamp,
    /// Records that an earlier part of the job dealt with.
    done_before: u64,
    /// The second in which failures were told last, and how many.
    told: (i64, u32),
}

/// Takes the job off the board when its run ends, however it ends.
pub(super) struct OnBoard<'a> {
    board: &'a Board,
    id: JobId,
}

impl Drop for OnBoard<'_> {
    fn drop(&mut self) {
        self.board.lock().remove(&self.id);
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, Entry>> {
        // Entries are replaced as a whole: a panic elsewhere leaves none half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, job: &Job, stop: &StopFlag, now: Timestamp) -> OnBoard<'_> {
        let entry = Entry {
            stop: stop.clone(),
            progress: progress_of(job, true),
            began: now,
            done_before: job.counts.total_records,
            told: (0, 0),
        };
        self.lock().insert(job.id, entry);
        OnBoard {
            board: self,
            id: job.id,
        }
    }

    /// Notes what a run tells, and answers what listeners are to hear of it.
    pub(super) fn observe(&self, id: JobId, event: &RunEvent<'_>, now: Timestamp) -> Option<Event> {
        let mut entries = self.lock();
        let entry = entries.get_mut(&id)?;
        match event {
            RunEvent::Progress { phase, counts, total } => {
                let progress = &mut entry.progress;
                progress.job.counts = *counts;
                progress.phase = (*phase).into();
                progress.done = counts.total_records;
                progress.total = total.or(progress.total).map(|total| total.max(progress.done));
                progress.pace(entry.began, entry.done_before, now);
                Some(Event::Progress(Box::new(progress.clone())))
            }
            RunEvent::Record(line) if line.outcome == Outcome::Fail => entry.failure(line, now),
            RunEvent::Record(_) => None,
        }
    }

    /// Notes that somebody asked a job to stop.
    pub(super) fn cancelled(&self, id: JobId) {
        if let Some(entry) = self.lock().get_mut(&id) {
            entry.progress.job.cancel_requested = true;
        }
    }

    pub(super) fn has(&self, id: JobId) -> bool {
        self.lock().contains_key(&id)
    }

    pub(super) fn progress(&self, id: JobId) -> Option<Progress> {
        self.lock().get(&id).map(|entry| entry.progress.clone())
    }

    pub(super) fn all(&self) -> Vec<Progress> {
        self.lock().values().map(|entry| entry.progress.clone()).collect()
    }

    /// Makes every run stop at its next batch boundary.
    pub(super) fn stop_all(&self) {
        for entry in self.lock().values() {
            entry.stop.stop();
        }
    }
}

impl Entry {
    fn failure(&mut self, line: &RecordLog, now: Timestamp) -> Option<Event> {
        let failures = &mut self.progress.failures;
        failures.insert(0, Failure::from(line));
        failures.truncate(FAILURES);
        let second = now.as_second();
        self.told = match self.told {
            (same, count) if same == second => (same, count + 1),
            _ => (second, 1),
        };
        (self.told.1 <= FAILURES_A_SECOND).then(|| Event::Failure(Box::new(line.clone())))
    }
}

/// A job's progress as far as its stored row tells.
pub(super) fn progress_of(job: &Job, here: bool) -> Progress {
    Progress {
        phase: RunPhase::from(&job.checkpoint),
        done: job.counts.total_records,
        total: None,
        rate: None,
        eta_seconds: None,
        failures: Vec::new(),
        here,
        job: job.clone(),
    }
}

impl Progress {
    /// Works out the rate and what is left, from the records that were done since a time.
    pub(super) fn pace(&mut self, began: Timestamp, done_before: u64, now: Timestamp) {
        let seconds = now.duration_since(began).as_secs_f64();
        let done = f64_of(self.done.saturating_sub(done_before));
        // Of less than a tenth of a second no rate can be told.
        self.rate = (seconds >= 0.1 && done > 0.0).then(|| (done / seconds * 100.0).round() / 100.0);
        self.eta_seconds = self.rate.zip(self.total).and_then(|(rate, total)| {
            let left = f64_of(total.saturating_sub(self.done));
            let rest = std::time::Duration::try_from_secs_f64(left / rate).ok()?;
            Some(rest.as_secs())
        });
    }
}

/// Numbers of records are far below the bound; beyond it a rate means nothing.
fn f64_of(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use sync_core::engine::Phase;
    use sync_core::{Checkpoint, Counts, Direction, JobStatus};

    use super::*;

    fn job(done: u64) -> Job {
        Job {
            id: 1,
            connection: "default".into(),
            job_type: "products".into(),
            record_type: "product".into(),
            direction: Direction::ShopifyToOdoo,
            dry_run: false,
            status: JobStatus::Running,
            counts: Counts {
                total_records: done,
                ..Counts::default()
            },
            created_at: Timestamp::UNIX_EPOCH,
            started_at: None,
            finished_at: None,
            error: None,
            checkpoint: Checkpoint::Reading { cursor: None },
            cancel_requested: false,
        }
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn batch(done: u64, total: Option<u64>) -> RunEvent<'static> {
        let counts = Counts {
            total_records: done,
            success_count: done,
            ..Counts::default()
        };
        RunEvent::Progress {
            phase: Phase::Reading,
            counts,
            total,
        }
    }

    #[test]
    fn a_resumed_job_is_as_fast_as_its_present_part() {
        let board = Board::default();
        let _on = board.begin(&job(100), &StopFlag::default(), after(0));
        board.observe(1, &batch(150, Some(200)), after(10));
        let progress = board.progress(1).unwrap();
        assert_eq!(
            (progress.rate, progress.eta_seconds, progress.done, progress.total),
            (Some(5.0), Some(10), 150, Some(200))
        );
    }

    #[test]
    fn more_records_than_announced_are_no_negative_rest() {
        let board = Board::default();
        let _on = board.begin(&job(0), &StopFlag::default(), after(0));
        board.observe(1, &batch(30, Some(20)), after(3));
        let progress = board.progress(1).unwrap();
        assert_eq!((progress.total, progress.eta_seconds), (Some(30), Some(0)));
    }

    #[test]
    fn a_job_leaves_the_board_with_its_run() {
        let board = Board::default();
        let stop = StopFlag::default();
        let on = board.begin(&job(0), &stop, after(0));
        board.stop_all();
        assert!(stop.is_set() && board.has(1));
        drop(on);
        assert!(!board.has(1) && board.observe(1, &batch(1, None), after(1)).is_none());
    }
}
