//! No list and no step of a run walks through a whole table: every statement is caught as it is prepared, and SQLite
//! is asked how it would carry it out.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use mapping_transforms::Mapping;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use serde_json::json;
use sync_core::ports::{BatchResult, Intent, JobEnd, LinkChange, OpenItems, RecordKey, RecordResult, Store};
use sync_core::{
    Action, Attempt, Base, Checkpoint, ConflictDraft, ConflictKind, ConflictStatus, ConnectionId, Cursor,
    DeadLetterStatus, Dependency, Direction, ErrorKind, Job, JobStatus, LeftAlone, LinkDraft, Moved,
    MovedQuantity, NewJob, Outcome, RecordLog, Side, Stage, WaitState, Waiting, Winner,
};

use super::lock;
use crate::{
    ConflictFilter, ConflictSelection, DeadLetterFilter, DeadLetterSelection, JobFilter, LeftAloneFilter,
    LinkFilter, LogFilter, PageRequest, SqliteStore, WaitKind, WaitingFilter,
};

const TTL: Duration = Duration::from_secs(60);
const PAGE: PageRequest = PageRequest {
    before: Some(1_000),
    limit: 50,
};

thread_local! {
    static SEEN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

fn catch(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(statement, _) = event {
        SEEN.with_borrow_mut(|seen| seen.insert(statement.sql().into_owned()));
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_782_892_800).unwrap()
}

fn shop() -> ConnectionId {
    "default".into()
}

/// Each value once, and nothing.
fn or_none<T: Clone>(value: T) -> [Option<T>; 2] {
    [None, Some(value)]
}

fn run(store: &SqliteStore, dry_run: bool) -> Job {
    let new = NewJob {
        connection: shop(),
        job_type: "products".to_owned(),
        record_type: "product".into(),
        direction: Direction::ShopifyToOdoo,
        dry_run,
        full: false,

        unguarded: false,
    };
    let job = store.start_job(&new, now(), TTL).unwrap();
    store
        .finish_job(
            job.id,
            &JobEnd {
                status: JobStatus::Interrupted,
                error: None,
            },
            now(),
        )
        .unwrap();
    let job = store.resume_job(job.id, now(), TTL).unwrap();
    store.renew_lease(job.id, now(), TTL).unwrap();
    store.rules(&shop(), &job.record_type).unwrap();
    for side in [Side::Shopify, Side::Odoo] {
        store
            .links(&shop(), &job.record_type, side, &["1".to_owned()])
            .unwrap();
    }
    for side in Side::BOTH {
        store
            .left_alone(&shop(), &job.record_type, side, &["1".to_owned()])
            .unwrap();
    }
    store.child_links(&[1]).unwrap();
    store.open_links(&shop(), &job.record_type, 0, 50).unwrap();
    store.cursors(&shop(), &job.record_type).unwrap();
    let ids = ["1".to_owned()];
    store.handled(&job, Side::Shopify, &ids).unwrap();
    store.unseen_links(&job, 0, 50).unwrap();
    store.count_links(&shop(), &job.record_type).unwrap();
    store.resolutions(&shop(), &job.record_type, &ids).unwrap();
    store.moved(&shop(), &ids).unwrap();
    let intent = Intent {
        side: Side::Shopify,
        source_id: "1".to_owned(),
        fingerprint: "f".to_owned(),
        fresh_key: "k".to_owned(),
    };
    store.begin_batch(&job, &[intent]).unwrap();
    let batch = BatchResult {
        records: records(&job),
        renamed: Vec::new(),
        checkpoint: Checkpoint::Leftovers,
        mark: Some((Side::Shopify, Cursor("m".to_owned()))),
        now: now(),
        dead_letter_limit: 9,
    };
    store.commit_batch(&job, &batch).unwrap();
    store.open_items(&job, OpenItems::Untouched, 50).unwrap();
    store.open_items(&job, OpenItems::Due(now()), 50).unwrap();
    store.next_due(&job).unwrap();
    store
        .finish_job(
            job.id,
            &JobEnd {
                status: JobStatus::Completed,
                error: None,
            },
            now(),
        )
        .unwrap()
}

fn records(job: &Job) -> Vec<(RecordKey, RecordResult)> {
    let log = |outcome, reason: &str| RecordLog {
        id: 0,
        job_id: job.id,
        record_type: job.record_type.clone(),
        side: Side::Shopify,
        source_id: "1".to_owned(),
        target_id: None,
        label: String::new(),
        action: Action::Skip,
        outcome,
        reason: reason.to_owned(),
        message: String::new(),
        attempts: 0,
        changes: Vec::new(),
        warnings: Vec::new(),
        duration_ms: 0,
        at: now(),
    };
    let link = |odoo: &str, children| LinkDraft {
        record_type: job.record_type.clone(),
        shopify_id: format!("s{odoo}"),
        odoo_id: odoo.to_owned(),
        label: String::new(),
        base: Base::new(),
        open: false,
        moved: Moved::from([("1@2".to_owned(), MovedQuantity::default())]),
        written: sync_core::Written::new(),
        children,
    };
    let waits = |state| {
        let waiting = Waiting {
            record_type: job.record_type.clone(),
            side: Side::Shopify,
            source_id: "1".to_owned(),
            label: String::new(),
            state,
            attempts: Vec::new(),
            job_id: job.id,
        };
        RecordResult::Waits {
            waiting,
            link: LinkChange::Keep,
            settled: Vec::new(),
            log: None,
        }
    };
    let dead = RecordResult::Dead {
        stage: Stage::Write,
        class: ErrorKind::Rejected,
        code: String::new(),
        original: json!(1),
        mapped: json!(1),
        attempts: Vec::<Attempt>::new(),
        max_retries: 1,
        link: LinkChange::Keep,
        settled: Vec::new(),
        log: log(Outcome::Fail, "bad"),
    };
    let on = Dependency {
        record_type: "variant".into(),
        id: "1".to_owned(),
    };
    let conflict = |rule: &str, winner| ConflictDraft {
        kind: ConflictKind::Field,
        rule: rule.to_owned(),
        shopify_field: String::new(),
        odoo_field: String::new(),
        element: None,
        base: None,
        shopify: json!(1),
        odoo: json!(2),
        shopify_at: Some(now()),
        odoo_at: None,
        strategy: "manual".to_owned(),
        winner,
    };
    let done = |link: LinkChange, reason| RecordResult::Done {
        link,
        conflicts: Some(vec![conflict("a", None), conflict("b", Some(Winner::Odoo))]),
        log: log(Outcome::Skipped, reason),
    };
    let results = [
        done(Some(link("1", vec![link("2", Vec::new())])).into(), "unchanged"),
        done(Some(link("1", Vec::new())).into(), "other"),
        done(LinkChange::Remove { id: 1 }, "unlinked"),
        waits(WaitState::Pending { due_at: now() }),
        waits(WaitState::Held { on }),
        dead,
    ];
    results
        .into_iter()
        .map(|result| {
            let key = RecordKey {
                side: Side::Shopify,
                id: "1".to_owned(),
            };
            (key, result)
        })
        .collect()
}

fn look(store: &SqliteStore, job: &Job) {
    let text = || or_none("x".to_owned());
    for status in or_none(JobStatus::Failed) {
        for job_type in or_none("products".to_owned()) {
            store
                .list_jobs(&shop(), &JobFilter { job_type, status }, PAGE, now())
                .unwrap();
        }
    }
    for outcome in or_none(Outcome::Fail) {
        for (reason, text) in text().into_iter().zip(text()) {
            for action in or_none(Action::Create) {
                let filter = LogFilter {
                    outcome,
                    action,
                    reason: reason.clone(),
                    text: text.clone(),
                };
                store.list_logs(job.id, &filter, PAGE).unwrap();
            }
        }
    }
    store.log_counts(job.id).unwrap();
    store.list_cursors(&shop()).unwrap();
    look_at_conflicts(store, job);
    store
        .record_history(&shop(), &job.record_type, Side::Odoo, "1", PAGE)
        .unwrap();
    for record_type in or_none(job.record_type.clone()) {
        for text in text() {
            let filter = LinkFilter {
                record_type: record_type.clone(),
                text: text.clone(),
            };
            store.list_links(&shop(), &filter, PAGE).unwrap();
            for kind in or_none(WaitKind::Held) {
                let filter = WaitingFilter {
                    record_type: record_type.clone(),
                    kind,
                    text: text.clone(),
                };
                store.list_waiting(&shop(), &filter, PAGE).unwrap();
            }
        }
        store.list_mappings(&shop(), record_type.as_ref()).unwrap();
        for side in or_none(Side::Odoo) {
            let filter = LeftAloneFilter {
                record_type: record_type.clone(),
                side,
            };
            store.list_left_alone(&shop(), &filter, PAGE).unwrap();
        }
    }
    store
        .dashboard(&shop(), std::slice::from_ref(&job.record_type), now(), now())
        .unwrap();
}

fn leave_alone(store: &SqliteStore) {
    let left = LeftAlone {
        id: 0,
        connection: shop(),
        record_type: "product".into(),
        side: Side::Odoo,
        record_id: "x".to_owned(),
        label: String::new(),
        by: String::new(),
        at: now(),
    };
    let id = store.leave_alone(&left).unwrap().id;
    store.left_alone_record(id).unwrap();
    store.take_up_again(id, now()).unwrap();
    let link = LinkDraft {
        record_type: "product".into(),
        shopify_id: "x".to_owned(),
        odoo_id: "x".to_owned(),
        label: String::new(),
        base: Base::new(),
        open: false,
        moved: Moved::new(),
        written: sync_core::Written::new(),
        children: Vec::new(),
    };
    store.link_by_hand(&shop(), &link).unwrap();
}

fn look_at_conflicts(store: &SqliteStore, job: &Job) {
    for bits in 0..32 {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let filter = ConflictFilter {
            status: has(0).then_some(ConflictStatus::Open),
            record_type: has(1).then(|| job.record_type.clone()),
            rule: has(2).then(|| "a".to_owned()),
            shopify_id: has(3).then(|| "1".to_owned()),
            text: has(4).then(|| "x".to_owned()),
        };
        store.list_conflicts(&shop(), &filter, PAGE).unwrap();
        store.count_conflicts(&shop(), &filter).unwrap();
        let chosen = ConflictSelection::Matching(filter);
        store
            .decide(&shop(), &chosen, &Winner::Odoo, "x", None, now())
            .unwrap();
    }
    store.conflict(1).unwrap();
}

fn look_at_dead_letters(store: &SqliteStore, job: &Job) {
    for bits in 0..64 {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let filter = DeadLetterFilter {
            status: has(0).then_some(DeadLetterStatus::Open),
            record_type: has(1).then(|| job.record_type.clone()),
            class: has(2).then_some(ErrorKind::Rejected),
            code: has(3).then(|| "x".to_owned()),
            job: has(4).then_some(job.id),
            text: has(5).then(|| "x".to_owned()),
        };
        store.list_dead_letters(&shop(), &filter, PAGE).unwrap();
        store.count_dead_letters(&shop(), &filter).unwrap();
        store.dead_letter_groups(&shop(), &filter).unwrap();
        store
            .discard_dead_letters(&shop(), &DeadLetterSelection::Matching(filter), "x", now())
            .unwrap();
    }
    store
        .discard_dead_letters(&shop(), &DeadLetterSelection::Ids(vec![1]), "x", now())
        .unwrap();
    store.dead_letter(1).unwrap();
}

fn edit(store: &SqliteStore) {
    let rule = Mapping::new(
        "product",
        "title".parse().unwrap(),
        "name".parse().unwrap(),
        "direct",
    );
    store
        .seed_mappings_if_empty(&shop(), std::slice::from_ref(&rule))
        .unwrap();
    let id = store.insert_mapping(&shop(), &rule).unwrap();
    store
        .replace_mapping(
            &shop(),
            &Mapping {
                id,
                position: 1,
                ..rule
            },
        )
        .unwrap();
    store.enable_mapping(&shop(), id, false).unwrap();
    store.mapping(&shop(), id).unwrap();
    store.delete_mapping(&shop(), id).unwrap();
}

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let store = SqliteStore::in_memory().unwrap();
    lock(&store.writer).trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(catch));
    run(&store, true);
    let job = run(&store, false);
    look(&store, &job);
    edit(&store);
    leave_alone(&store);
    look_at_dead_letters(&store, &job);
    store
        .start_job(
            &NewJob {
                connection: shop(),
                job_type: String::new(),
                record_type: "x".into(),
                direction: Direction::Both,
                full: false,

                unguarded: false,
                dry_run: false,
            },
            now(),
            TTL,
        )
        .unwrap();
    let later = now().checked_add(TTL).unwrap();
    store
        .request_cancel(
            store
                .list_jobs(&shop(), &JobFilter::default(), PAGE, later)
                .unwrap()
                .items[0]
                .id,
            later,
        )
        .unwrap();
    let connection = lock(&store.writer);
    connection.trace_v2(TraceEventCodes::empty(), None);

    let seen = SEEN.take();
    let statements: Vec<_> = seen
        .iter()
        .filter(|sql| !sql.starts_with("BEGIN") && *sql != "COMMIT")
        .collect();
    assert!(
        statements.len() > 100,
        "only {} statements were caught",
        statements.len()
    );
    for sql in statements {
        let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = explained.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get("detail").unwrap();
            // Not tables: the ids of a parameter, and the parts of a statement put together.
            let harmless = ["SCAN json_each", "SCAN CONSTANT ROW"]
                .iter()
                .any(|start| step.starts_with(start));
            assert!(!step.starts_with("SCAN") || harmless, "{step}\nin {sql}");
            // Nor may "newest first" walk through the table by its ids and look at each row.
            assert!(!step.contains("PRIMARY KEY (rowid<"), "{step}\nin {sql}");
            // Newest first comes from the index; a list must not sort what it leaves out.
            let sorted = step.contains("TEMP B-TREE FOR ORDER BY") && sql.contains("ORDER BY id DESC LIMIT");
            assert!(!sorted, "{step}\nin {sql}");
        }
    }
}
