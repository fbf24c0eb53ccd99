//! The figures on the first page.

use persistence::SqliteStore;
use sync_core::ports::Store;
use sync_core::{ErrorKind, JobStatus, NewJob};

use crate::given::{LEASE, at, commit, created, dead, end, held, new_job, pending, ran, shop, start, store};

fn figures(store: &SqliteStore, since: i64, now: i64) -> persistence::StreamFigures {
    store
        .dashboard(&shop(), &["product".into()], at(since), at(now))
        .unwrap()
        .remove(0)
}

#[test]
fn a_fresh_store_has_no_false_zeros() {
    let store = store();
    let all = store
        .dashboard(&shop(), &["product".into(), "order".into()], at(0), at(1))
        .unwrap();
    assert_eq!(all.len(), 2);
    for stream in all {
        assert_eq!(
            (&stream.last_job, stream.last_success_at, &stream.running),
            (&None, None, &None)
        );
        assert_eq!(
            (
                stream.failure_rate(),
                stream.open_dead_letters,
                stream.pending,
                stream.held
            ),
            (None, 0, 0, 0)
        );
    }
}

#[test]
fn figures_are_those_of_the_stream_and_the_window() {
    let store = store();
    let reject = |job: &_, id| dead(job, id, ErrorKind::Rejected, "bad", "bad", &[1]);
    ran(&store, "product", 0, |job| {
        vec![created(job, "1"), reject(job, "2")]
    });
    let second = ran(&store, "product", 100, |job| {
        vec![
            created(job, "3"),
            created(job, "4"),
            created(job, "5"),
            reject(job, "6"),
        ]
    });
    ran(&store, "order", 150, |job| vec![reject(job, "7")]);
    let failed = start(&store, "product", 200);
    commit(
        &store,
        &failed,
        201,
        vec![
            pending(&failed, "8", 300),
            held(&failed, "9", "44"),
            held(&failed, "10", "44"),
        ],
    );
    let failed = end(&store, &failed, JobStatus::Failed, 202);
    let dry = store
        .start_job(
            &NewJob {
                dry_run: true,
                ..new_job("product")
            },
            at(210),
            LEASE,
        )
        .unwrap();
    commit(&store, &dry, 211, vec![created(&dry, "1")]);
    end(&store, &dry, JobStatus::Completed, 212);

    let stream = figures(&store, 50, 220);
    assert_eq!(stream.last_job, Some(failed), "a dry run is no news");
    assert_eq!(stream.last_success_at, second.finished_at);
    assert_eq!(
        (
            stream.window.total_records,
            stream.window.success_count,
            stream.window.fail_count
        ),
        (4, 3, 1)
    );
    assert_eq!(stream.failure_rate(), Some(0.25));
    assert_eq!((stream.open_dead_letters, stream.pending, stream.held), (2, 1, 2));
    assert_eq!(figures(&store, 0, 220).window.total_records, 6);
    assert_eq!(figures(&store, 219, 220).failure_rate(), None);
}

#[test]
fn a_running_job_is_named_until_its_process_is_gone() {
    let store = store();
    let job = start(&store, "product", 0);
    commit(&store, &job, 1, vec![created(&job, "1")]);
    let stream = figures(&store, 0, 2);
    assert_eq!(stream.running.unwrap().id, job.id);
    assert_eq!(stream.window.success_count, 1, "its records count while it runs");
    let stream = figures(&store, 0, 61);
    assert_eq!(stream.running, None);
    assert_eq!(stream.last_job.unwrap().status, JobStatus::Interrupted);
}
