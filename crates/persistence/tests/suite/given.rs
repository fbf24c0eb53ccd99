//! Jobs with outcomes, as a run leaves them.

use std::time::Duration;

use jiff::Timestamp;
use persistence::SqliteStore;
use serde_json::json;
use sync_core::ports::{BatchResult, JobEnd, LinkChange, RecordKey, RecordResult, Store};
use sync_core::{
    Action, Attempt, Base, Checkpoint, ConnectionId, Dependency, Direction, ErrorKind, Job, JobStatus,
    LinkDraft, Moved, NewJob, Outcome, RecordLog, Side, Stage, WaitState, Waiting,
};

pub(crate) const LEASE: Duration = Duration::from_secs(60);

pub(crate) type Ended = (RecordKey, RecordResult);

/// The side that a job reads first.
pub(crate) fn side(job: &Job) -> Side {
    job.direction.sides()[0]
}

/// A record of that side.
pub(crate) fn key(job: &Job, id: &str) -> RecordKey {
    RecordKey {
        side: side(job),
        id: id.to_owned(),
    }
}

/// This many seconds after the beginning of the test.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_782_892_800 + second).unwrap()
}

pub(crate) fn shop() -> ConnectionId {
    "default".into()
}

pub(crate) fn store() -> SqliteStore {
    SqliteStore::in_memory().unwrap()
}

/// A job of this type: `product` makes `products`.
pub(crate) fn new_job(record_type: &str) -> NewJob {
    NewJob {
        connection: shop(),
        job_type: format!("{record_type}s"),
        record_type: record_type.into(),
        direction: Direction::ShopifyToOdoo,
        dry_run: false,
        full: false,

        unguarded: false,
    }
}

pub(crate) fn start(store: &SqliteStore, record_type: &str, second: i64) -> Job {
    store.start_job(&new_job(record_type), at(second), LEASE).unwrap()
}

pub(crate) fn commit(store: &SqliteStore, job: &Job, second: i64, records: Vec<Ended>) {
    let batch = BatchResult {
        records,
        renamed: Vec::new(),
        checkpoint: Checkpoint::Leftovers,
        mark: None,
        now: at(second),
        dead_letter_limit: 100_000,
    };
    store.commit_batch(job, &batch).unwrap();
}

pub(crate) fn end(store: &SqliteStore, job: &Job, status: JobStatus, second: i64) -> Job {
    store
        .finish_job(job.id, &JobEnd { status, error: None }, at(second))
        .unwrap()
}

/// A completed job with one batch.
pub(crate) fn ran(
    store: &SqliteStore,
    record_type: &str,
    second: i64,
    records: impl FnOnce(&Job) -> Vec<Ended>,
) -> Job {
    let job = start(store, record_type, second);
    commit(store, &job, second, records(&job));
    end(store, &job, JobStatus::Completed, second)
}

pub(crate) fn line(
    job: &Job,
    id: &str,
    label: &str,
    action: Action,
    outcome: Outcome,
    reason: &str,
) -> RecordLog {
    RecordLog {
        id: 0,
        job_id: job.id,
        record_type: job.record_type.clone(),
        side: side(job),
        source_id: id.to_owned(),
        target_id: None,
        label: label.to_owned(),
        action,
        outcome,
        reason: reason.to_owned(),
        message: String::new(),
        attempts: 1,
        changes: Vec::new(),
        warnings: Vec::new(),
        duration_ms: 7,
        at: at(0),
    }
}

pub(crate) fn logged(log: RecordLog) -> Ended {
    (
        RecordKey {
            side: log.side,
            id: log.source_id.clone(),
        },
        RecordResult::Done {
            link: LinkChange::Keep,
            conflicts: None,
            log,
        },
    )
}

pub(crate) fn created(job: &Job, id: &str) -> Ended {
    logged(line(
        job,
        id,
        &format!("record {id}"),
        Action::Create,
        Outcome::Success,
        "created",
    ))
}

pub(crate) fn linked(job: &Job, draft: LinkDraft) -> Ended {
    let log = line(
        job,
        &draft.shopify_id,
        &draft.label,
        Action::Create,
        Outcome::Success,
        "created",
    );
    (
        key(job, &log.source_id),
        RecordResult::Done {
            link: Some(draft).into(),
            conflicts: None,
            log,
        },
    )
}

pub(crate) fn draft(record_type: &str, shopify: &str, odoo: &str, label: &str) -> LinkDraft {
    LinkDraft {
        record_type: record_type.into(),
        shopify_id: shopify.to_owned(),
        odoo_id: odoo.to_owned(),
        label: label.to_owned(),
        base: Base::new(),
        open: false,
        moved: Moved::new(),
        written: sync_core::Written::new(),
        children: Vec::new(),
    }
}

pub(crate) fn waits(job: &Job, id: &str, state: WaitState) -> Ended {
    let waiting = Waiting {
        record_type: job.record_type.clone(),
        side: side(job),
        source_id: id.to_owned(),
        label: format!("record {id}"),
        state,
        attempts: Vec::new(),
        job_id: job.id,
    };
    (
        key(job, id),
        RecordResult::Waits {
            waiting,
            link: LinkChange::Keep,
            settled: Vec::new(),
            log: None,
        },
    )
}

pub(crate) fn pending(job: &Job, id: &str, due: i64) -> Ended {
    waits(job, id, WaitState::Pending { due_at: at(due) })
}

pub(crate) fn held(job: &Job, id: &str, on: &str) -> Ended {
    waits(
        job,
        id,
        WaitState::Held {
            on: Dependency {
                record_type: "variant".into(),
                id: on.to_owned(),
            },
        },
    )
}

/// A dead letter after attempts at these seconds, the last of which says `message`.
pub(crate) fn dead(
    job: &Job,
    id: &str,
    class: ErrorKind,
    code: &str,
    message: &str,
    seconds: &[i64],
) -> Ended {
    let attempt = |(index, second): (usize, &i64)| Attempt {
        number: u32::try_from(index + 1).unwrap(),
        job_id: job.id,
        at: at(*second),
        stage: Stage::Write,
        class,
        code: code.to_owned(),
        message: message.to_owned(),
        duration_ms: 3,
    };
    let result = RecordResult::Dead {
        stage: Stage::Write,
        class,
        code: code.to_owned(),
        original: json!({"id": id, "title": "Süßes 糖", "price": "19.90"}),
        mapped: json!({"name": "Süßes 糖", "list_price": "19.90"}),
        attempts: seconds.iter().enumerate().map(attempt).collect(),
        max_retries: 4,
        link: LinkChange::Keep,
        settled: Vec::new(),
        log: line(
            job,
            id,
            &format!("record {id}"),
            Action::Fail,
            Outcome::Fail,
            code,
        ),
    };
    (key(job, id), result)
}
