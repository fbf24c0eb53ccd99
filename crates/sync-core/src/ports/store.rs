use std::time::Duration;

use jiff::Timestamp;
use mapping_transforms::{Mapping, Side};
use serde_json::Value;
use thiserror::Error;

use std::collections::BTreeMap;

use crate::{
    Attempt, Checkpoint, ConflictDraft, ConnectionId, Counts, Cursor, ErrorKind, Job, JobId, JobStatus,
    LeftAlone, Link, LinkDraft, MovedQuantity, NewJob, RecordLog, RecordType, Resolution, Stage, Waiting,
};

/// The store failed; nothing of the call was kept.
#[derive(Debug, Error)]
#[error("store: {0}")]
pub struct StoreError(pub String);

/// Why a job could not begin.
#[derive(Debug, Error)]
pub enum StartRefused {
    /// Another job of the same connection and record type is running.
    #[error("job {} ({}) is running since {}: wait for it, or cancel it", running.id, running.job_type, running.created_at)]
    Running {
        /// That job.
        running: Box<Job>,
    },
    /// There is no such job.
    #[error("there is no job {0}")]
    NoSuchJob(JobId),
    /// The job is in a state from which it cannot be taken up.
    #[error("job {id} is {status}: only interrupted, failed and cancelled jobs can be resumed")]
    CannotResume {
        /// The job.
        id: JobId,
        /// Its status.
        status: JobStatus,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of the lease at its renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// Still ours.
    Held,
    /// Still ours, and a person asked the job to stop.
    CancelRequested,
    /// It ran out and somebody else may be at work: stop without writing anything more.
    Lost,
}

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobEnd {
    /// Its last status.
    pub status: JobStatus,
    /// Why, unless it completed.
    pub error: Option<String>,
}

/// The rules of a record type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredRules {
    /// Grows with every change of a rule of this record type.
    pub version: i64,
    /// The rules in their order, disabled ones included.
    pub mappings: Vec<Mapping>,
}

/// A record, by its id on one side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The side.
    pub side: Side,
    /// The id there.
    pub id: String,
}

/// A record that a job has dealt with already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// Its id.
    pub id: String,
    /// The job's last line of it says that it failed for good.
    pub failed: bool,
}

/// How far a side was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCursor {
    /// The side.
    pub side: Side,
    /// Where the next run goes on.
    pub cursor: Cursor,
    /// The version of the rules under which everything up to there was compared.
    pub mapping_version: i64,
    /// When it was stored.
    pub at: Timestamp,
}

/// A write that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The side that is **not** written: where the write comes from.
    pub side: Side,
    /// The record's id there.
    pub source_id: String,
    /// A digest of what is to be written.
    pub fingerprint: String,
    /// The key to be used if this intent is new.
    pub fresh_key: String,
}

/// Which open records a run takes up by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenItems {
    /// Waiting records, open dead letters and records with a decided conflict, that this job has not touched yet.
    Untouched,
    /// Records that wait for their next attempt and whose time has come.
    Due(Timestamp),
}

/// How one record ended in a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordResult {
    /// Written, or found to be as it should be. Ends its waiting and resolves its dead letter if `Outcome` is a
    /// success or the record is unchanged.
    Done {
        /// What becomes of its link.
        link: LinkChange,
        /// Conflicts that were settled, or wait for somebody: stored, or brought up to date. `Some` stands for all of
        /// the record: those that are open and not among them are over. `None` leaves them.
        conflicts: Option<Vec<ConflictDraft>>,
        /// The line for the log.
        log: RecordLog,
    },
    /// Not now: it is stored as waiting. `log` is given when the job is through with it (held), not for an attempt
    /// that will be repeated by this job.
    Waits {
        /// The waiting record; replaces what was stored for it.
        waiting: Waiting,
        /// The part that was carried out, if one was.
        link: LinkChange,
        /// Conflicts that this part settled, or may have: what lost in them is kept, once.
        settled: Vec<ConflictDraft>,
        /// The line for the log.
        log: Option<RecordLog>,
    },
    /// It becomes, or stays, a dead letter.
    Dead {
        /// Where it failed last.
        stage: Stage,
        /// What kind of failure.
        class: ErrorKind,
        /// A stable word.
        code: String,
        /// The record as it was read.
        original: Value,
        /// The record as it would have been written.
        mapped: Value,
        /// The attempts of this run.
        attempts: Vec<Attempt>,
        /// The most retries that a run makes.
        max_retries: u32,
        /// The part that was carried out, if one was.
        link: LinkChange,
        /// Conflicts that this part settled, or may have: what lost in them is kept, once.
        settled: Vec<ConflictDraft>,
        /// The line for the log.
        log: RecordLog,
    },
}

/// What becomes of a record's link.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkChange {
    /// It stays as it is.
    Keep,
    /// It is stored like this, with its children.
    Store(Box<LinkDraft>),
    /// It goes, with its children and the open conflicts of the record.
    Remove {
        /// Its number.
        id: i64,
    },
}

impl From<Option<LinkDraft>> for LinkChange {
    fn from(draft: Option<LinkDraft>) -> Self {
        draft.map_or(Self::Keep, |draft| Self::Store(Box::new(draft)))
    }
}

/// Everything that a batch leads to, stored in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchResult {
    /// One entry per record.
    pub records: Vec<(RecordKey, RecordResult)>,
    /// Other keys of these records under which earlier runs may have left them open. What is stored there ends: from now
    /// on they are known by the keys in `records`.
    pub renamed: Vec<RecordKey>,
    /// Where the run stands after this batch.
    pub checkpoint: Checkpoint,
    /// A side that is read to its end with this batch, and where a later run goes on.
    pub mark: Option<(Side, Cursor)>,
    /// The present time.
    pub now: Timestamp,
    /// The most open dead letters that the connection may have.
    pub dead_letter_limit: u64,
}

/// What a commit led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    /// The job's counts after the batch.
    pub counts: Counts,
}

/// Why a batch was not stored.
#[derive(Debug, Error)]
pub enum CommitRefused {
    /// The dead letters would be more than allowed. **Nothing of the batch was stored.**
    #[error(
        "the dead-letter queue is full ({open} open, {limit} allowed): retry or discard some, then resume"
    )]
    DeadLettersFull {
        /// Open dead letters.
        open: u64,
        /// The most allowed.
        limit: u64,
    },
    /// The job's lease is no longer ours. **Nothing of the batch was stored.**
    #[error("the job's lease was lost: another process may have taken it over")]
    LeaseLost,
    /// The store failed. Nothing of the batch was stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where links, jobs, waiting records and dead letters are kept.
///
/// Every method is one transaction: it is carried out in full and durable when it answers, or not at all. None of
/// them is slow, and none is held open across a call to a remote system.
pub trait Store: Send + Sync {
    /// Stores a job and takes the lease of its connection and record type for `ttl`. A dry run takes none.
    ///
    /// A job whose lease ran out is marked `interrupted` first.
    fn start_job(&self, job: &NewJob, now: Timestamp, ttl: Duration) -> Result<Job, StartRefused>;

    /// Takes a stopped job up again, under the same rules as [`Store::start_job`].
    fn resume_job(&self, id: JobId, now: Timestamp, ttl: Duration) -> Result<Job, StartRefused>;

    /// Prolongs the job's lease. A dry run always holds.
    fn renew_lease(&self, job: JobId, now: Timestamp, ttl: Duration) -> Result<LeaseState, StoreError>;

    /// Ends the job and gives its lease back. A job that lost its lease is left as it is.
    fn finish_job(&self, job: JobId, end: &JobEnd, now: Timestamp) -> Result<Job, StoreError>;

    /// The rules of a record type.
    fn rules(&self, connection: &ConnectionId, record_type: &RecordType) -> Result<StoredRules, StoreError>;

    /// The links of a type that have one of these ids on that side, in no particular order.
    fn links(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<Link>, StoreError>;

    /// Which of these records of a side somebody wants left alone, in no particular order. Records that are linked do not
    /// matter: their links stand.
    fn left_alone(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<LeftAlone>, StoreError>;

    /// All links whose parent is one of these, by id.
    fn child_links(&self, parents: &[i64]) -> Result<Vec<Link>, StoreError>;

    /// Links of a type with [`Link::open`], by id, after that id.
    fn open_links(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Link>, StoreError>;

    /// How far the sides were read, for a record type.
    fn cursors(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
    ) -> Result<Vec<StoredCursor>, StoreError>;

    /// Which of these records of a side the job has dealt with already: it has a log line for them, or made them wait.
    fn handled(&self, job: &Job, side: Side, ids: &[String]) -> Result<Vec<Handled>, StoreError>;

    /// Links of the job's record type, without children, whose records the job has not dealt with: by their id on the
    /// side that the job reads first, links by number, after that number.
    fn unseen_links(&self, job: &Job, after: i64, limit: usize) -> Result<Vec<Link>, StoreError>;

    /// How many links of a record type there are.
    fn count_links(&self, connection: &ConnectionId, record_type: &RecordType) -> Result<u64, StoreError>;

    /// Conflicts of these records that are open or decided, each with the record's id in the left system.
    fn resolutions(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        shopify_ids: &[String],
    ) -> Result<Vec<(String, Resolution)>, StoreError>;

    /// What linked records moved out of stock in all, by key ([`crate::moved_key`]): the sum over all stored links.
    fn moved(
        &self,
        connection: &ConnectionId,
        keys: &[String],
    ) -> Result<BTreeMap<String, MovedQuantity>, StoreError>;

    /// What waits for this job, by record id, `limit` at most: records of the sides that it reads. Dead letters come
    /// as records without attempts that are due at once.
    fn open_items(&self, job: &Job, which: OpenItems, limit: usize) -> Result<Vec<Waiting>, StoreError>;

    /// When the next record that this job made wait for another attempt is due.
    fn next_due(&self, job: &Job) -> Result<Option<Timestamp>, StoreError>;

    /// Stores what is about to be sent and answers the key for each: the stored one where the same intent was
    /// stored before and has no outcome yet, else the fresh one. Fails if the job's lease is lost; of a dry run
    /// nothing is stored.
    fn begin_batch(&self, job: &Job, intents: &[Intent]) -> Result<Vec<String>, StoreError>;

    /// Stores what a batch led to: links, waiting records, dead letters, log lines, counts and the checkpoint.
    /// Forgets the intents of the records that are done or dead; one that waits will be sent again under its key.
    ///
    /// A mark is stored with the version of the rules that the job began with.
    ///
    /// Of a dry run's batch only log lines, counts and the checkpoint are stored, without a limit for dead letters.
    fn commit_batch(&self, job: &Job, batch: &BatchResult) -> Result<Commit, CommitRefused>;
}
