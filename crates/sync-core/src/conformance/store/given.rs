//! Small values that the cases are made of.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::ports::{
    BatchResult, Commit, CommitRefused, JobEnd, LinkChange, OpenItems, RecordKey, RecordResult, Store,
};
use crate::{
    Action, Attempt, Base, Checkpoint, ConnectionId, Dependency, Direction, ErrorKind, Job, JobStatus, Link,
    LinkDraft, Moved, NewJob, Outcome, RecordLog, Shown, Side, Stage, WaitState, Waiting, Written, rule_key,
};

/// How a record ended in a batch.
pub(super) type Ended = (RecordKey, RecordResult);

/// The side that a job reads first.
pub(super) fn side(job: &Job) -> Side {
    job.direction.sides()[0]
}

/// A record of that side.
pub(super) fn key(job: &Job, id: &str) -> RecordKey {
    RecordKey {
        side: side(job),
        id: id.to_owned(),
    }
}

/// How long a lease lasts in the cases.
pub(super) const LEASE: Duration = Duration::from_secs(60);

/// This many seconds after the beginning of the case.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_782_892_800 + second).unwrap()
}

pub(super) fn shop() -> ConnectionId {
    "default".into()
}

pub(super) fn products() -> NewJob {
    NewJob {
        connection: shop(),
        job_type: "products".to_owned(),
        record_type: "product".into(),
        direction: Direction::ShopifyToOdoo,
        dry_run: false,
        full: false,

        unguarded: false,
    }
}

pub(super) fn orders() -> NewJob {
    NewJob {
        job_type: "orders".to_owned(),
        record_type: "order".into(),
        ..products()
    }
}

pub(super) fn start(store: &dyn Store, new: &NewJob, second: i64) -> Job {
    store.start_job(new, at(second), LEASE).unwrap()
}

/// A job in which these records ended like this.
pub(super) fn ran(store: &dyn Store, new: &NewJob, second: i64, records: Vec<Ended>) -> Job {
    let job = start(store, new, second);
    commit(store, &job, second, records).unwrap();
    end(store, &job, second)
}

pub(super) fn end(store: &dyn Store, job: &Job, second: i64) -> Job {
    let end = JobEnd {
        status: JobStatus::Completed,
        error: None,
    };
    store.finish_job(job.id, &end, at(second)).unwrap()
}

pub(super) fn commit(
    store: &dyn Store,
    job: &Job,
    second: i64,
    records: Vec<Ended>,
) -> Result<Commit, CommitRefused> {
    commit_within(store, job, second, records, 1_000)
}

pub(super) fn commit_within(
    store: &dyn Store,
    job: &Job,
    second: i64,
    records: Vec<Ended>,
    dead_letter_limit: u64,
) -> Result<Commit, CommitRefused> {
    let batch = BatchResult {
        records,
        renamed: Vec::new(),
        checkpoint: Checkpoint::Leftovers,
        mark: None,
        now: at(second),
        dead_letter_limit,
    };
    store.commit_batch(job, &batch)
}

fn line(job: &Job, id: &str, action: Action, outcome: Outcome, reason: &str) -> RecordLog {
    RecordLog {
        id: 0,
        job_id: job.id,
        record_type: job.record_type.clone(),
        side: side(job),
        source_id: id.to_owned(),
        target_id: None,
        label: format!("record {id}"),
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

pub(super) fn written(job: &Job, id: &str, link: Option<LinkDraft>) -> Ended {
    let log = line(job, id, Action::Update, Outcome::Success, "updated");
    (
        key(job, id),
        RecordResult::Done {
            link: link.into(),
            conflicts: None,
            log,
        },
    )
}

pub(super) fn skipped(job: &Job, id: &str, reason: &str) -> Ended {
    let log = line(job, id, Action::Skip, Outcome::Skipped, reason);
    (
        key(job, id),
        RecordResult::Done {
            link: LinkChange::Keep,
            conflicts: None,
            log,
        },
    )
}

pub(super) fn waiting(job: &Job, id: &str, state: WaitState) -> Waiting {
    Waiting {
        record_type: job.record_type.clone(),
        side: side(job),
        source_id: id.to_owned(),
        label: format!("record {id}"),
        state,
        attempts: vec![attempt(job, 1)],
        job_id: job.id,
    }
}

pub(super) fn pending(job: &Job, id: &str, due: i64) -> Ended {
    let waiting = waiting(job, id, WaitState::Pending { due_at: at(due) });
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

pub(super) fn held(job: &Job, id: &str, on: &str) -> Ended {
    let on = Dependency {
        record_type: "variant".into(),
        id: on.to_owned(),
    };
    let log = line(job, id, Action::Skip, Outcome::Skipped, "waits_for_variant");
    let waiting = waiting(job, id, WaitState::Held { on });
    (
        key(job, id),
        RecordResult::Waits {
            waiting,
            link: LinkChange::Keep,
            settled: Vec::new(),
            log: Some(log),
        },
    )
}

pub(super) fn attempt(job: &Job, number: u32) -> Attempt {
    Attempt {
        number,
        job_id: job.id,
        at: at(i64::from(number)),
        stage: Stage::Write,
        class: ErrorKind::Contention,
        code: "serialization".to_owned(),
        message: "could not serialize access".to_owned(),
        duration_ms: 3,
    }
}

pub(super) fn dead(job: &Job, id: &str) -> Ended {
    let result = RecordResult::Dead {
        stage: Stage::Write,
        class: ErrorKind::Contention,
        code: "serialization".to_owned(),
        original: json!({"id": id, "title": "Süßes 糖"}),
        mapped: json!({"name": "Süßes 糖"}),
        attempts: vec![attempt(job, 1), attempt(job, 2)],
        max_retries: 4,
        link: LinkChange::Keep,
        settled: Vec::new(),
        log: line(job, id, Action::Fail, Outcome::Fail, "serialization"),
    };
    (key(job, id), result)
}

pub(super) fn draft(record_type: &str, shopify: &str, odoo: &str) -> LinkDraft {
    let shown = Shown {
        shopify: json!("20.0"),
        odoo: json!("20.00"),
    };
    LinkDraft {
        record_type: record_type.into(),
        shopify_id: shopify.to_owned(),
        odoo_id: odoo.to_owned(),
        label: format!("{shopify} = {odoo}"),
        base: Base::from([(rule_key("price", "list_price"), shown)]),
        open: false,
        moved: Moved::new(),
        written: Written::new(),
        children: Vec::new(),
    }
}

/// A product with variants.
pub(super) fn product(shopify: &str, odoo: &str, variants: &[(&str, &str)]) -> LinkDraft {
    let children = variants
        .iter()
        .map(|(shopify, odoo)| draft("variant", shopify, odoo))
        .collect();
    LinkDraft {
        children,
        ..draft("product", shopify, odoo)
    }
}

/// The stored link of a Shopify id.
pub(super) fn link(store: &dyn Store, record_type: &str, shopify: &str) -> Option<Link> {
    let ids = [shopify.to_owned()];
    let mut found = store
        .links(&shop(), &record_type.into(), Side::Shopify, &ids)
        .unwrap();
    assert!(
        found.len() <= 1,
        "more than one link of {record_type} {shopify}: {found:?}"
    );
    found.pop()
}

/// Both ids of all children, sorted.
pub(super) fn children(store: &dyn Store, parent: &Link) -> Vec<(String, String)> {
    let links = store.child_links(&[parent.id]).unwrap();
    let mut pairs: Vec<_> = links
        .into_iter()
        .map(|link| (link.shopify_id, link.odoo_id))
        .collect();
    pairs.sort();
    pairs
}

/// Ids of what waits for a job.
pub(super) fn open(store: &dyn Store, job: &Job) -> Vec<String> {
    ids(&store.open_items(job, OpenItems::Untouched, 100).unwrap())
}

/// Ids of what is due for a job.
pub(super) fn due(store: &dyn Store, job: &Job, second: i64) -> Vec<String> {
    ids(&store.open_items(job, OpenItems::Due(at(second)), 100).unwrap())
}

pub(super) fn ids(waiting: &[Waiting]) -> Vec<String> {
    waiting.iter().map(|one| one.source_id.clone()).collect()
}
