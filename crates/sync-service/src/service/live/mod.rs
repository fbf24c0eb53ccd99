//! An installation that carries jobs out on threads of its own and tells whoever listens how far they are.

mod board;
mod event;
mod notify;
mod resolve;
mod run;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use persistence::{ConflictFilter, DeadLetterFilter, JobFilter, MAX_PAGE, PageRequest};
use sync_core::{ConflictStatus, DeadLetterStatus, Job, JobId, JobStatus};
use tokio::sync::{broadcast, oneshot};

use self::board::{Board, progress_of};
use self::notify::Notifier;
use super::{Service, ServiceError};

pub use event::{Event, Failure, NotStarted, Notice, Progress, RunPhase, Snapshot, SyncAll, Told};
pub(crate) use notify::check_template;
pub use resolve::{Begun, Resolved};
pub use run::Retried;

/// Events that a slow listener may be behind before he needs a new snapshot.
const BACKLOG: usize = 1_024;

/// A running installation with its jobs. Cheap to share behind an `Arc`.
pub struct Live {
    service: Service,
    board: Board,
    state: Mutex<State>,
    told: broadcast::Sender<Told>,
    notifier: Notifier,
}

#[derive(Default)]
struct State {
    stopping: bool,
    /// Whether a thread looks at the store for listeners.
    watching: bool,
    threads: Vec<JoinHandle<()>>,
}

/// A run that was started, and its outcome in time.
#[derive(Debug)]
pub struct Ticket<T> {
    /// The job, or the first one of several.
    pub job: Job,
    /// How many records were chosen, of a retry; 0 otherwise.
    pub tried: u64,
    outcome: oneshot::Receiver<Result<T, ServiceError>>,
}

impl<T> Ticket<T> {
    /// Waits for the end. Whoever does not wait loses nothing: the run goes on.
    pub async fn outcome(self) -> Result<T, ServiceError> {
        self.outcome.await.unwrap_or(Err(ServiceError::BrokeOff))
    }
}

/// Hears events.
pub struct Listener(broadcast::Receiver<Told>);

impl Listener {
    /// The next thing that happens.
    pub async fn next(&mut self) -> Told {
        match self.0.recv().await {
            Ok(told) => told,
            Err(broadcast::error::RecvError::Lagged(_)) => Told::Missed,
            Err(broadcast::error::RecvError::Closed) => Told::End,
        }
    }
}

impl Live {
    /// An installation on which nothing runs yet.
    pub fn new(service: Service) -> Result<Arc<Self>, ServiceError> {
        let (told, _) = broadcast::channel(BACKLOG);
        let notifier = Notifier::new(&service)?;
        Ok(Arc::new(Self {
            service,
            board: Board::default(),
            state: Mutex::default(),
            told,
            notifier,
        }))
    }

    /// The use cases that need no thread.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Asks a job to stop at its next batch boundary, in whatever process it runs. Answers at once.
    pub fn cancel(&self, id: JobId) -> Result<Job, ServiceError> {
        let job = self.service.cancel(id)?;
        self.board.cancelled(id);
        self.tell(Event::Job(Box::new(job.clone())));
        Ok(job)
    }

    /// How far a running job is.
    pub fn progress(&self, id: JobId) -> Result<Option<Progress>, ServiceError> {
        if let Some(progress) = self.board.progress(id) {
            return Ok(Some(progress));
        }
        let job = self.service.job(id)?;
        Ok((job.status == JobStatus::Running).then(|| progress_of(&job, self.board.has(id))))
    }

    /// Every running job, those of other processes included.
    pub fn snapshot(&self) -> Result<Snapshot, ServiceError> {
        let mut jobs = self.board.all();
        let filter = JobFilter {
            status: Some(JobStatus::Running),
            ..JobFilter::default()
        };
        let page = PageRequest {
            before: None,
            limit: MAX_PAGE,
        };
        for job in self.service.jobs(&filter, page)?.items {
            if !jobs.iter().any(|known| known.job.id == job.id) {
                jobs.push(progress_of(&job, self.board.has(job.id)));
            }
        }
        jobs.sort_by_key(|progress| progress.job.id);
        Ok(Snapshot {
            jobs,
            open_dead_letters: self.open_dead_letters()?,
            open_conflicts: self.open_conflicts()?,
        })
    }

    /// Begins to listen. While somebody listens, jobs of other processes are looked for once a second.
    pub fn listen(self: &Arc<Self>) -> Result<Listener, ServiceError> {
        let listener = Listener(self.told.subscribe());
        let mut state = self.lock();
        if state.stopping {
            return Err(ServiceError::Stopping);
        }
        if !state.watching {
            state.watching = true;
            let live = Arc::clone(self);
            let thread = std::thread::Builder::new()
                .name("watch".into())
                .spawn(move || watch::watch(&live));
            match thread {
                Ok(thread) => state.threads.push(thread),
                Err(error) => {
                    state.watching = false;
                    tracing::error!(error = %error, "no thread to watch jobs of other processes");
                }
            }
        }
        Ok(listener)
    }

    /// Whether new work can begin: the store answers and no shutdown is under way.
    pub fn is_ready(&self) -> Result<(), ServiceError> {
        if self.is_stopping() {
            return Err(ServiceError::Stopping);
        }
        self.service.store_answers()
    }

    /// What the last notification that failed met, if any did.
    pub fn last_notice(&self) -> Option<Notice> {
        self.notifier.last_failure()
    }

    /// Makes every run stop at its next batch boundary as interrupted, begins nothing new, and waits until all
    /// threads have ended. Blocks.
    pub fn stop(&self) {
        self.lock().stopping = true;
        self.board.stop_all();
        loop {
            let threads = std::mem::take(&mut self.lock().threads);
            if threads.is_empty() {
                break;
            }
            // The watcher ends by itself once nobody listens.
            self.send(Told::End);
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a job's thread broke off");
                }
            }
        }
        self.send(Told::End);
    }

    fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: Event) {
        self.send(Told::Event(event));
    }

    fn send(&self, told: Told) {
        // An error says that nobody listens, which is no harm.
        drop(self.told.send(told));
    }

    fn open_conflicts(&self) -> Result<u64, ServiceError> {
        let open = ConflictFilter {
            status: Some(ConflictStatus::Open),
            ..ConflictFilter::default()
        };
        self.service.count_conflicts(&open)
    }

    fn open_dead_letters(&self) -> Result<u64, ServiceError> {
        let open = DeadLetterFilter {
            status: Some(DeadLetterStatus::Open),
            ..DeadLetterFilter::default()
        };
        self.service.count_dead_letters(&open)
    }
}
