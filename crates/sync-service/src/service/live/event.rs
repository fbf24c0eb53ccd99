use jiff::Timestamp;
use serde::Serialize;
use sync_core::engine::Phase;
use sync_core::{Checkpoint, Job, RecordLog, RecordType};

/// What a run is doing just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPhase {
    /// Reading the source and writing what differs.
    Reading,
    /// Looking at linked records that did not show up: they may have been deleted.
    Missing,
    /// Taking up records that earlier runs left open.
    Leftovers,
    /// Waiting for records whose next attempt is not due yet.
    Waiting,
}

impl From<Phase> for RunPhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Reading => Self::Reading,
            Phase::Missing => Self::Missing,
            Phase::Leftovers => Self::Leftovers,
            Phase::Waiting => Self::Waiting,
        }
    }
}

impl From<&Checkpoint> for RunPhase {
    fn from(checkpoint: &Checkpoint) -> Self {
        match checkpoint {
            Checkpoint::Reading { .. } => Self::Reading,
            Checkpoint::Missing { .. } => Self::Missing,
            Checkpoint::Leftovers => Self::Leftovers,
            Checkpoint::Draining => Self::Waiting,
        }
    }
}

/// A record that a run could not bring over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its id in the source.
    pub source_id: String,
    /// What a person calls it.
    pub label: String,
    /// A stable word.
    pub reason: String,
    /// For people.
    pub message: String,
}

impl From<&RecordLog> for Failure {
    fn from(line: &RecordLog) -> Self {
        Self {
            source_id: line.source_id.clone(),
            label: line.label.clone(),
            reason: line.reason.clone(),
            message: line.message.clone(),
        }
    }
}

/// How far a running job is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// The job, with its counts as they are now.
    pub job: Job,
    /// What it is doing.
    pub phase: RunPhase,
    /// Records with an outcome.
    pub done: u64,
    /// Records in all, where that is known.
    pub total: Option<u64>,
    /// Records per second since the run began or was resumed.
    pub rate: Option<f64>,
    /// Seconds that it will take at this rate.
    pub eta_seconds: Option<u64>,
    /// Its latest failures, newest first.
    pub failures: Vec<Failure>,
    /// Whether this process carries it out.
    pub here: bool,
}

/// Something for the operator that belongs to no job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// What, in a sentence.
    pub text: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A job is further.
    Progress(Box<Progress>),
    /// A job began, was asked to stop, or ended.
    Job(Box<Job>),
    /// A record became a dead letter.
    Failure(Box<RecordLog>),
    /// There are now so many open dead letters.
    DeadLetters(u64),
    /// There are now so many open conflicts.
    Conflicts(u64),
    /// Something for the operator.
    Notice(Notice),
}

/// What a listener is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// Something happened.
    Event(Event),
    /// The listener was too slow and missed something: a new snapshot is needed.
    Missed,
    /// The process is stopping.
    End,
}

/// The state that events change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshot {
    /// Every running job.
    pub jobs: Vec<Progress>,
    /// Open dead letters.
    pub open_dead_letters: u64,
    /// Open conflicts.
    pub open_conflicts: u64,
}

/// What became of a run over several record types.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SyncAll {
    /// The jobs, in the order in which they ran.
    pub jobs: Vec<Job>,
    /// What could not be started.
    pub not_started: Vec<NotStarted>,
}

/// A job that could not be started within a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotStarted {
    /// The record type it was for.
    pub record_type: RecordType,
    /// Why not.
    pub detail: String,
    /// The running job that was in the way.
    pub job: Option<Job>,
}
