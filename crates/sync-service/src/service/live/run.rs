//! Starting runs, each on a thread of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use persistence::{JobFilter, PageRequest};
use serde::Serialize;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::ports::{RecordKey, StartRefused};
use sync_core::{Direction, Job, JobId, JobStatus, RecordLog, RecordType};
use tokio::sync::oneshot;

use super::super::sync::new_job;
use super::{Event, Live, NotStarted, SyncAll, Ticket};
use crate::runner::Scope;
use crate::service::{RetrySelection, ServiceError, SyncRequest};

/// Outcomes that a report of a retry holds; the jobs' logs have all of them.
const OUTCOMES: usize = 500;

/// What became of dead letters that were tried again.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Retried {
    /// How many were chosen.
    pub tried: u64,
    /// One job per record type and direction.
    pub jobs: Vec<Job>,
    /// The outcome of each record, the first 500.
    pub outcomes: Vec<RecordLog>,
    /// Whether there are more outcomes, in the logs of the jobs.
    pub outcomes_truncated: bool,
    /// What could not be started.
    pub not_started: Vec<NotStarted>,
}

impl Live {
    /// Starts a sync.
    pub fn sync(self: &Arc<Self>, request: &SyncRequest) -> Result<Ticket<Job>, ServiceError> {
        self.refuse_when_stopping()?;
        let job = self.service.start(request)?;
        self.launch(job)
    }

    /// Takes a stopped job up again.
    pub fn resume(self: &Arc<Self>, id: JobId) -> Result<Ticket<Job>, ServiceError> {
        self.refuse_when_stopping()?;
        let job = self.service.resume(id)?;
        self.launch(job)
    }

    /// Takes up what a shutdown interrupted: per record type the newest job, if it is interrupted. Answers the jobs
    /// that go on.
    pub fn resume_interrupted(self: &Arc<Self>) -> Result<Vec<Job>, ServiceError> {
        let mut resumed = Vec::new();
        for spec in self.service.record_types() {
            let filter = JobFilter {
                job_type: Some(spec.job_type.clone()),
                status: None,
            };
            let page = PageRequest {
                before: None,
                limit: 1,
            };
            let newest = self.service.jobs(&filter, page)?.items.into_iter().next();
            if let Some(job) = newest.filter(|job| job.status == JobStatus::Interrupted && !job.dry_run) {
                resumed.push(self.resume(job.id)?.job);
            }
        }
        Ok(resumed)
    }

    /// Starts a sync like this one of every record type, one after the other in the order in which they need each other. A job
    /// that is cancelled or interrupted ends the series.
    pub fn sync_all(self: &Arc<Self>, run: &SyncRequest) -> Result<Ticket<SyncAll>, ServiceError> {
        self.refuse_when_stopping()?;
        if !run.dry_run {
            self.refuse_when_running()?;
        }
        let request = |record_type: &RecordType| SyncRequest {
            record_type: record_type.to_string(),
            ..run.clone()
        };
        let mut types = self.service.record_types().iter().map(|spec| spec.name.clone());
        let Some(first) = types.next() else {
            return Err(ServiceError::Invalid("there is no record type to sync".into()));
        };
        let rest: Vec<SyncRequest> = types.map(|record_type| request(&record_type)).collect();
        let job = self.service.start(&request(&first))?;
        self.spawn(job.clone(), move |live| live.series(job, rest))
    }

    fn series(&self, first: Job, rest: Vec<SyncRequest>) -> Result<SyncAll, ServiceError> {
        let mut all = SyncAll::default();
        let mut last = self.carry(first, Scope::All, &mut |_| {})?;
        for request in rest {
            let ended = last.status;
            all.jobs.push(last);
            self.send_notifications();
            if matches!(ended, JobStatus::Cancelled | JobStatus::Interrupted) || self.is_stopping() {
                return Ok(all);
            }
            last = match self.service.start(&request) {
                Ok(job) => self.carry(job, Scope::All, &mut |_| {})?,
                Err(error) => {
                    all.not_started
                        .push(NotStarted::of(request.record_type.into(), error));
                    match all.jobs.pop() {
                        Some(before) => before,
                        None => return Ok(all),
                    }
                }
            };
        }
        all.jobs.push(last);
        Ok(all)
    }

    /// Tries dead letters again. `expected` is how many there were when somebody looked; another number now is
    /// refused. `None` if nothing is to be tried.
    pub fn retry(
        self: &Arc<Self>,
        selection: &RetrySelection,
        expected: Option<u64>,
    ) -> Result<Option<Ticket<Retried>>, ServiceError> {
        self.refuse_when_stopping()?;
        let mut groups: Vec<Group> = Vec::new();
        for ((record_type, direction), ids) in self.service.chosen(selection)? {
            // Named twice is tried once.
            let mut seen = BTreeSet::new();
            let ids = ids.into_iter().filter(|id| seen.insert(id.clone())).collect();
            groups.push((record_type, direction, ids));
        }
        let tried: u64 = groups.iter().map(|(_, _, ids)| ids.len() as u64).sum();
        if let Some(expected) = expected.filter(|expected| *expected != tried) {
            return Err(ServiceError::CountChanged {
                expected,
                found: tried,
            });
        }
        self.run_groups(groups, tried)
    }

    /// Runs over chosen records, one after the other.
    pub(super) fn run_groups(
        self: &Arc<Self>,
        groups: Vec<Group>,
        tried: u64,
    ) -> Result<Option<Ticket<Retried>>, ServiceError> {
        let mut groups = groups.into_iter();
        let Some(first) = groups.next() else {
            return Ok(None);
        };
        let job = self.begin_retry(&first)?;
        let rest: Vec<Group> = groups.collect();
        let ticket = self.spawn(job.clone(), move |live| {
            let mut report = Retried {
                tried,
                ..Retried::default()
            };
            live.retry_group(job, &first, &mut report)?;
            for group in rest {
                match live.begin_retry(&group) {
                    Ok(job) => live.retry_group(job, &group, &mut report)?,
                    Err(error) => report.not_started.push(NotStarted::of(group.0, error)),
                }
            }
            Ok(report)
        });
        ticket.map(|ticket| Some(Ticket { tried, ..ticket }))
    }

    fn begin_retry(&self, (record_type, direction, _): &Group) -> Result<Job, ServiceError> {
        let spec = self.service.spec(record_type.as_str())?;
        let job = new_job(spec, *direction);
        Ok(self
            .service
            .engine
            .start(&job, &self.service.options(record_type))?)
    }

    fn retry_group(&self, job: Job, (_, _, ids): &Group, report: &mut Retried) -> Result<(), ServiceError> {
        let mut note = |line: &RecordLog| {
            if report.outcomes.len() < OUTCOMES {
                report.outcomes.push(line.clone());
            } else {
                report.outcomes_truncated = true;
            }
        };
        let job = self.carry(job, Scope::Only(ids), &mut note)?;
        report.jobs.push(job);
        Ok(())
    }

    fn launch(self: &Arc<Self>, job: Job) -> Result<Ticket<Job>, ServiceError> {
        self.spawn(job.clone(), move |live| live.carry(job, Scope::All, &mut |_| {}))
    }

    fn spawn<T: Send + 'static>(
        self: &Arc<Self>,
        job: Job,
        work: impl FnOnce(&Live) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<Ticket<T>, ServiceError> {
        let (done, outcome) = oneshot::channel();
        let (live, id) = (Arc::clone(self), job.id);
        let work = move || {
            let ended = work(&live);
            if let Err(error) = &ended {
                tracing::error!(job = id, error = %error, "the run broke off");
            }
            // Whoever asked may be gone by now; the job's row has the outcome.
            drop(done.send(ended));
            live.send_notifications();
        };
        let mut state = self.lock();
        state.threads.retain(|thread| !thread.is_finished());
        let thread = std::thread::Builder::new().name(format!("job-{id}")).spawn(work);
        let thread = thread.map_err(|error| {
            tracing::error!(job = id, error = %error, "no thread for the job");
            ServiceError::BrokeOff
        })?;
        state.threads.push(thread);
        Ok(Ticket {
            job,
            tried: 0,
            outcome,
        })
    }

    fn carry(
        &self,
        job: Job,
        scope: Scope<'_>,
        note: &mut (dyn FnMut(&RecordLog) + Send),
    ) -> Result<Job, ServiceError> {
        let (id, stop) = (job.id, StopFlag::default());
        let clock = Arc::clone(&self.service.clock);
        let on_board = self.board.begin(&job, &stop, clock.now());
        // In this order a shutdown either finds the job on the board or is seen here.
        if self.is_stopping() {
            stop.stop();
        }
        self.tell(Event::Job(Box::new(job.clone())));
        let mut observer = |event: RunEvent<'_>| {
            if let RunEvent::Record(line) = &event {
                note(line);
            }
            if let Some(event) = self.board.observe(id, &event, clock.now()) {
                self.tell(event);
            }
        };
        let ended = self.service.carry(job, scope, &stop, &mut observer);
        drop(on_board);
        let job = ended?;
        self.tell(Event::Job(Box::new(job.clone())));
        self.notify_of(&job);
        Ok(job)
    }

    pub(super) fn refuse_when_stopping(&self) -> Result<(), ServiceError> {
        if self.is_stopping() {
            Err(ServiceError::Stopping)
        } else {
            Ok(())
        }
    }

    /// Any running job of a record type that is to be synced.
    fn refuse_when_running(&self) -> Result<(), ServiceError> {
        let filter = JobFilter {
            status: Some(JobStatus::Running),
            ..JobFilter::default()
        };
        let running = self.service.jobs(&filter, PageRequest::default())?;
        match running.items.into_iter().find(|job| !job.dry_run) {
            Some(job) => Err(StartRefused::Running {
                running: Box::new(job),
            }
            .into()),
            None => Ok(()),
        }
    }
}

pub(super) type Group = (RecordType, Direction, Vec<RecordKey>);

impl NotStarted {
    pub(in crate::service) fn of(record_type: RecordType, error: ServiceError) -> Self {
        let detail = error.to_string();
        let job = match error {
            ServiceError::Start(StartRefused::Running { running }) => Some(*running),
            _ => None,
        };
        Self {
            record_type,
            detail,
            job,
        }
    }
}
