//! Who may run, and what becomes of a job whose process went away.

use super::StoreFixture;
use super::given::{LEASE, at, commit, end, orders, products, start, written};
use crate::ports::{JobEnd, LeaseState, StartRefused, Store};
use crate::{Checkpoint, Counts, Job, JobStatus, NewJob, Side};

fn stop(store: &dyn Store, job: &Job, status: JobStatus) -> Job {
    store
        .finish_job(
            job.id,
            &JobEnd {
                status,
                error: Some("stopped".to_owned()),
            },
            at(5),
        )
        .unwrap()
}

#[track_caller]
fn refused_for(answer: Result<Job, StartRefused>, running: &Job) {
    match answer {
        Err(StartRefused::Running { running: named }) => assert_eq!(named.id, running.id),
        other => panic!(
            "refused for job {} was expected, this came: {other:?}",
            running.id
        ),
    }
}

/// A new job runs, has nothing behind it and reads from the beginning.
pub fn a_job_starts_from_the_beginning(fixture: &dyn StoreFixture) {
    let job = start(fixture.store(), &products(), 1);
    assert_eq!(
        (job.connection, job.job_type, job.record_type),
        ("default".into(), "products".to_owned(), "product".into())
    );
    assert_eq!(
        (job.status, job.dry_run, job.cancel_requested),
        (JobStatus::Running, false, false)
    );
    assert_eq!(
        (job.created_at, job.started_at, job.finished_at),
        (at(1), Some(at(1)), None)
    );
    assert_eq!(
        (job.counts, job.checkpoint, job.error),
        (
            Counts::default(),
            Checkpoint::Reading {
                side: Side::Shopify,
                cursor: None
            },
            None
        )
    );
    assert!(job.id > 0);
}

/// Two runs of the same record type at once would write over each other.
pub fn a_second_run_is_refused_and_names_the_first(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let first = start(store, &products(), 0);
    refused_for(store.start_job(&products(), at(1), LEASE), &first);
    let back = NewJob {
        direction: crate::Direction::OdooToShopify,
        ..products()
    };
    refused_for(store.start_job(&back, at(1), LEASE), &first);
    assert_eq!(
        store.renew_lease(first.id, at(2), LEASE).unwrap(),
        LeaseState::Held
    );
}

/// The lease is one of a connection and a record type.
pub fn other_types_and_connections_run_beside_it(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let first = start(store, &products(), 0);
    let second = start(store, &orders(), 0);
    let third = start(
        store,
        &NewJob {
            connection: "another".into(),
            ..products()
        },
        0,
    );
    assert!(first.id != second.id && second.id != third.id && first.id != third.id);
}

/// A dry run stands in nobody's way and is stopped by nobody.
pub fn a_dry_run_takes_no_lease(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let dry = NewJob {
        dry_run: true,
        ..products()
    };
    let before = start(store, &dry, 0);
    let job = start(store, &products(), 0);
    let after = start(store, &dry, 0);
    for dry in [before, after] {
        assert_eq!(
            store.renew_lease(dry.id, at(100_000), LEASE).unwrap(),
            LeaseState::Held
        );
        assert_eq!(end(store, &dry, 100_001).status, JobStatus::Completed);
    }
    let later = start(store, &products(), 100_000);
    assert_eq!(
        store.renew_lease(job.id, at(100_000), LEASE).unwrap(),
        LeaseState::Lost
    );
    assert_eq!(end(store, &later, 100_002).status, JobStatus::Completed);
}

/// The next run may begin at once.
pub fn an_ended_job_frees_its_lease(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let first = start(store, &products(), 0);
    let ended = stop(store, &first, JobStatus::Failed);
    assert_eq!(
        (ended.status, ended.finished_at),
        (JobStatus::Failed, Some(at(5)))
    );
    assert_eq!(ended.error.as_deref(), Some("stopped"));
    start(store, &products(), 6);
    assert_eq!(
        store.renew_lease(first.id, at(7), LEASE).unwrap(),
        LeaseState::Lost
    );
}

/// A process that shows that it is alive keeps its lease.
pub fn a_renewed_lease_lasts(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    for second in [50, 100, 150] {
        assert_eq!(
            store.renew_lease(job.id, at(second), LEASE).unwrap(),
            LeaseState::Held
        );
    }
    refused_for(store.start_job(&products(), at(200), LEASE), &job);
}

/// A process that went away loses its lease, and its job is interrupted.
pub fn an_expired_lease_is_taken_over(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let gone = start(store, &products(), 0);
    refused_for(store.start_job(&products(), at(59), LEASE), &gone);
    let next = start(store, &products(), 61);
    assert_eq!(
        store.renew_lease(gone.id, at(62), LEASE).unwrap(),
        LeaseState::Lost
    );
    let left = end(store, &gone, 63);
    assert_eq!(
        left.status,
        JobStatus::Interrupted,
        "a job without a lease is left as it is"
    );
    assert!(left.error.is_some() && left.finished_at.is_some(), "{left:?}");
    assert_eq!(
        store.renew_lease(next.id, at(64), LEASE).unwrap(),
        LeaseState::Held
    );
}

/// An end is an end.
pub fn a_job_cannot_end_as_running(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    for status in [JobStatus::Queued, JobStatus::Running] {
        assert!(
            store
                .finish_job(job.id, &JobEnd { status, error: None }, at(1))
                .is_err()
        );
    }
    assert!(
        store
            .finish_job(
                job.id + 1,
                &JobEnd {
                    status: JobStatus::Failed,
                    error: None
                },
                at(1)
            )
            .is_err()
    );
    assert_eq!(store.renew_lease(job.id, at(2), LEASE).unwrap(), LeaseState::Held);
}

/// Failed, cancelled and interrupted jobs go on at their checkpoint, and what they counted counts.
pub fn stopped_jobs_are_resumed_where_they_stood(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    for status in [JobStatus::Failed, JobStatus::Cancelled, JobStatus::Interrupted] {
        let job = start(store, &products(), 0);
        let counts = commit(store, &job, 1, vec![written(&job, "1", None)])
            .unwrap()
            .counts;
        stop(store, &job, status);
        let resumed = store.resume_job(job.id, at(10), LEASE).unwrap();
        assert_eq!(
            (resumed.id, resumed.status, resumed.counts),
            (job.id, JobStatus::Running, counts)
        );
        assert_eq!(
            (resumed.checkpoint.clone(), resumed.error.clone()),
            (Checkpoint::Leftovers, None)
        );
        assert_eq!((resumed.started_at, resumed.finished_at), (Some(at(0)), None));
        assert!(!resumed.cancel_requested);
        refused_for(store.start_job(&products(), at(11), LEASE), &resumed);
        end(store, &resumed, 12);
    }
}

/// Nobody has to start another job first to find out that a process is gone.
pub fn a_job_whose_process_died_is_resumed(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    assert!(matches!(
        store.resume_job(job.id, at(59), LEASE),
        Err(StartRefused::CannotResume { .. })
    ));
    let resumed = store.resume_job(job.id, at(61), LEASE).unwrap();
    assert_eq!((resumed.id, resumed.status), (job.id, JobStatus::Running));
    assert_eq!(
        store.renew_lease(job.id, at(62), LEASE).unwrap(),
        LeaseState::Held
    );
}

/// A job that runs, or has come to its end, is not taken up again.
pub fn only_stopped_jobs_are_resumed(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let job = start(store, &products(), 0);
    let answer = store.resume_job(job.id, at(1), LEASE);
    assert!(
        matches!(
            answer,
            Err(StartRefused::CannotResume {
                status: JobStatus::Running,
                ..
            })
        ),
        "{answer:?}"
    );
    end(store, &job, 2);
    let answer = store.resume_job(job.id, at(3), LEASE);
    assert!(
        matches!(
            answer,
            Err(StartRefused::CannotResume {
                status: JobStatus::Completed,
                ..
            })
        ),
        "{answer:?}"
    );
    let answer = store.resume_job(job.id + 1, at(3), LEASE);
    assert!(
        matches!(answer, Err(StartRefused::NoSuchJob(id)) if id == job.id + 1),
        "{answer:?}"
    );
}

/// Resuming follows the rules of starting.
pub fn a_job_is_not_resumed_beside_another(fixture: &dyn StoreFixture) {
    let store = fixture.store();
    let stopped = start(store, &products(), 0);
    stop(store, &stopped, JobStatus::Cancelled);
    let running = start(store, &products(), 6);
    refused_for(store.resume_job(stopped.id, at(7), LEASE), &running);
    end(store, &running, 8);
    assert!(store.resume_job(stopped.id, at(9), LEASE).is_ok());
}
