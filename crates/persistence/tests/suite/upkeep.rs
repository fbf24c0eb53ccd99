//! Starting over, and getting rid of customer data.

use persistence::{
    DeadLetterFilter, JobFilter, LinkFilter, LogFilter, PageRequest, PersistenceError, Purged, SqliteStore,
    WaitingFilter,
};
use sync_core::ports::{Intent, Store};
use sync_core::{DeadLetterStatus, ErrorKind, JobStatus, NewJob, Outcome, Side};

use crate::given::{
    LEASE, at, commit, created, dead, draft, end, held, linked, new_job, ran, shop, start, store,
};

#[test]
fn a_reset_forgets_one_connection() {
    let store = store();
    let job = start(&store, "product", 0);
    let elsewhere = store
        .start_job(
            &NewJob {
                connection: "another".into(),
                ..new_job("product")
            },
            at(0),
            LEASE,
        )
        .unwrap();
    let intent = Intent {
        side: Side::Shopify,
        source_id: "9".to_owned(),
        fingerprint: "f".to_owned(),
        fresh_key: "k1".to_owned(),
    };
    for job in [&job, &elsewhere] {
        let mut parent = draft("product", "1", "10", "one");
        parent.children = vec![draft("variant", "2", "20", "small")];
        let letter = dead(job, "3", ErrorKind::Rejected, "bad", "bad", &[1]);
        commit(
            &store,
            job,
            1,
            vec![linked(job, parent), letter, held(job, "4", "44")],
        );
        store.begin_batch(job, std::slice::from_ref(&intent)).unwrap();
    }
    let refused = store.reset(&shop(), at(2)).unwrap_err();
    assert!(
        matches!(refused, PersistenceError::JobRunning { id, .. } if id == job.id),
        "{refused}"
    );
    end(&store, &job, JobStatus::Completed, 3);
    store.reset(&shop(), at(4)).unwrap();

    let sizes = |connection: &str| {
        let (connection, page) = (connection.into(), PageRequest::default());
        (
            store
                .list_jobs(&connection, &JobFilter::default(), page, at(5))
                .unwrap()
                .items
                .len(),
            store
                .list_links(&connection, &LinkFilter::default(), page)
                .unwrap()
                .items
                .len(),
            store
                .list_dead_letters(&connection, &DeadLetterFilter::default(), page)
                .unwrap()
                .items
                .len(),
            store
                .list_waiting(&connection, &WaitingFilter::default(), page)
                .unwrap()
                .items
                .len(),
            store
                .record_history(&connection, &"product".into(), Side::Shopify, "1", page)
                .unwrap()
                .items
                .len(),
        )
    };
    assert_eq!(sizes("default"), (0, 0, 0, 0, 0));
    assert_eq!(sizes("another"), (1, 2, 1, 1, 1));
    let next = start(&store, "product", 6);
    assert!(next.id > elsewhere.id, "numbers are never given twice");
    let fresh = Intent {
        fresh_key: "k2".to_owned(),
        ..intent
    };
    assert_eq!(
        store.begin_batch(&next, std::slice::from_ref(&fresh)).unwrap(),
        ["k2"]
    );
    assert_eq!(store.begin_batch(&elsewhere, &[fresh]).unwrap(), ["k1"]);
}

#[test]
fn a_job_that_died_does_not_stand_in_the_way_of_a_reset() {
    let store = store();
    start(&store, "product", 0);
    assert!(store.reset(&shop(), at(59)).is_err());
    store.reset(&shop(), at(61)).unwrap();
}

#[test]
fn a_purge_deletes_what_is_old_and_closed() {
    let store = store();
    let bad = |job: &_, id| dead(job, id, ErrorKind::Rejected, "bad", "bad", &[1]);
    let old = ran(&store, "product", 0, |job| {
        vec![bad(job, "1"), bad(job, "2"), bad(job, "3")]
    });
    let healing = ran(&store, "product", 100, |job| vec![created(job, "1")]);
    let running = start(&store, "product", 150);
    commit(&store, &running, 151, vec![created(&running, "2")]);
    assert_eq!(store.purge(at(0)).unwrap(), Purged::default());
    assert_eq!(
        store.purge(at(120)).unwrap(),
        Purged {
            log_lines: 4,
            dead_letters: 1
        }
    );
    assert_eq!(store.purge(at(120)).unwrap(), Purged::default());
    let lines = |job| {
        store
            .list_logs(job, &LogFilter::default(), PageRequest::default())
            .unwrap()
            .items
            .len()
    };
    assert_eq!((lines(old.id), lines(healing.id), lines(running.id)), (0, 0, 1));
    assert_eq!(
        store.job(old.id, at(152)).unwrap().counts.fail_count,
        3,
        "jobs keep their counts"
    );
    let letters = store
        .list_dead_letters(&shop(), &DeadLetterFilter::default(), PageRequest::default())
        .unwrap();
    let left: Vec<_> = letters
        .items
        .iter()
        .map(|letter| (letter.source_id.as_str(), letter.status))
        .collect();
    assert_eq!(
        left,
        [("3", DeadLetterStatus::Open), ("2", DeadLetterStatus::Resolved)]
    );
}

#[test]
fn purged_bytes_are_gone_from_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("sync.db")).unwrap();
    ran(&store, "order", 0, |job| {
        let mut log = crate::given::line(job, "1", "order", sync_core::Action::Skip, Outcome::Skipped, "x");
        "Marie Secret, 1 Hidden Street".clone_into(&mut log.message);
        vec![crate::given::logged(log)]
    });
    let contains = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let found = files.filter(|file| {
            let bytes = std::fs::read(file.as_ref().unwrap().path()).unwrap();
            bytes.windows(12).any(|window| window == b"Marie Secret")
        });
        found.count()
    };
    assert!(contains() > 0);
    assert_eq!(store.purge(at(1)).unwrap().log_lines, 1);
    assert_eq!(contains(), 0);
}
