//! Listing and cancelling jobs, and jobs whose process went away.

use persistence::{JobFilter, PageRequest, PersistenceError, SqliteStore};
use sync_core::ports::{LeaseState, Store};
use sync_core::{Direction, JobId, JobStatus, NewJob};

use crate::given::{LEASE, at, created, end, new_job, ran, shop, start, store};

fn ids(store: &SqliteStore, filter: &JobFilter) -> Vec<JobId> {
    let page = store
        .list_jobs(&shop(), filter, PageRequest::default(), at(0))
        .unwrap();
    page.items.into_iter().map(|job| job.id).collect()
}

#[test]
fn jobs_are_listed_newest_first_and_filtered() {
    let store = store();
    let first = ran(&store, "product", 0, |job| vec![created(job, "1")]);
    let second = end(&store, &start(&store, "order", 0), JobStatus::Failed, 0);
    let third = start(&store, "product", 0);
    let elsewhere = NewJob {
        connection: "another".into(),
        ..new_job("product")
    };
    store.start_job(&elsewhere, at(0), LEASE).unwrap();
    assert_eq!(
        ids(&store, &JobFilter::default()),
        [third.id, second.id, first.id]
    );
    let products = JobFilter {
        job_type: Some("products".to_owned()),
        ..JobFilter::default()
    };
    assert_eq!(ids(&store, &products), [third.id, first.id]);
    let failed = JobFilter {
        status: Some(JobStatus::Failed),
        ..JobFilter::default()
    };
    assert_eq!(ids(&store, &failed), [second.id]);
    let both = JobFilter {
        status: Some(JobStatus::Running),
        ..products
    };
    assert_eq!(ids(&store, &both), [third.id]);
    assert!(matches!(
        store.job(999, at(0)),
        Err(PersistenceError::NotFound { what: "job", id: 999 })
    ));
}

#[test]
fn a_job_says_which_way_it_goes() {
    let store = store();
    let new = NewJob {
        direction: Direction::OdooToShopify,
        dry_run: true,
        ..new_job("inventory")
    };
    let job = store.start_job(&new, at(0), LEASE).unwrap();
    let read = store.job(job.id, at(1)).unwrap();
    assert_eq!((read.direction, read.dry_run), (Direction::OdooToShopify, true));
    assert_eq!(read, job);
}

#[test]
fn a_job_whose_process_went_away_is_shown_as_interrupted() {
    let store = store();
    let gone = start(&store, "product", 0);
    let dry = store
        .start_job(
            &NewJob {
                dry_run: true,
                ..new_job("product")
            },
            at(0),
            LEASE,
        )
        .unwrap();
    assert_eq!(store.job(gone.id, at(59)).unwrap().status, JobStatus::Running);
    let page = store
        .list_jobs(&shop(), &JobFilter::default(), PageRequest::default(), at(60))
        .unwrap();
    for job in &page.items {
        assert_eq!(
            (job.status, job.finished_at),
            (JobStatus::Interrupted, Some(at(60))),
            "{}",
            job.id
        );
        assert!(
            job.error.as_ref().unwrap().contains("process went away"),
            "{job:?}"
        );
    }
    assert_eq!(
        store.renew_lease(gone.id, at(61), LEASE).unwrap(),
        LeaseState::Lost
    );
    // A dry run that was only slow goes on.
    assert_eq!(
        store.renew_lease(dry.id, at(61), LEASE).unwrap(),
        LeaseState::Held
    );
    let slow = store.job(dry.id, at(62)).unwrap();
    assert_eq!(
        (slow.status, slow.finished_at, slow.error),
        (JobStatus::Running, None, None)
    );
}

#[test]
fn a_running_job_is_asked_to_stop() {
    let store = store();
    for dry_run in [false, true] {
        let job = store
            .start_job(
                &NewJob {
                    dry_run,
                    ..new_job("product")
                },
                at(0),
                LEASE,
            )
            .unwrap();
        let asked = store.request_cancel(job.id, at(1)).unwrap();
        assert_eq!((asked.status, asked.cancel_requested), (JobStatus::Running, true));
        assert!(
            store.request_cancel(job.id, at(2)).is_ok(),
            "asking twice is no error"
        );
        assert_eq!(
            store.renew_lease(job.id, at(3), LEASE).unwrap(),
            LeaseState::CancelRequested
        );
        let ended = end(&store, &job, JobStatus::Cancelled, 4);
        assert_eq!(ended.status, JobStatus::Cancelled);
        let resumed = store.resume_job(job.id, at(5), LEASE).unwrap();
        assert!(!resumed.cancel_requested);
        end(&store, &job, JobStatus::Completed, 6);
    }
}

#[test]
fn an_interrupted_job_is_cancelled_at_once() {
    let store = store();
    let job = start(&store, "product", 0);
    let cancelled = store.request_cancel(job.id, at(100)).unwrap();
    assert_eq!(
        (cancelled.status, cancelled.finished_at),
        (JobStatus::Cancelled, Some(at(100)))
    );
    assert!(store.start_job(&new_job("product"), at(101), LEASE).is_ok());
}

#[test]
fn a_job_that_ended_cannot_be_cancelled() {
    let store = store();
    for status in [JobStatus::Completed, JobStatus::Failed, JobStatus::Cancelled] {
        let job = end(&store, &start(&store, "product", 0), status, 1);
        let error = store.request_cancel(job.id, at(2)).unwrap_err();
        assert!(
            matches!(error, PersistenceError::CannotCancel { .. }),
            "{error:?}"
        );
        assert!(
            error
                .to_string()
                .starts_with(&format!("job {} is {status}", job.id)),
            "{error}"
        );
    }
    assert!(matches!(
        store.request_cancel(99, at(0)),
        Err(PersistenceError::NotFound { .. })
    ));
}

#[test]
fn links_carry_the_version_of_the_rules_at_the_beginning_of_their_job() {
    use crate::given::{commit, draft, linked};
    use mapping_transforms::Mapping;

    let store = store();
    let rule = Mapping::new(
        "product",
        "title".parse().unwrap(),
        "name".parse().unwrap(),
        "direct",
    );
    store.insert_mapping(&shop(), &rule).unwrap();
    let job = start(&store, "product", 0);
    store.insert_mapping(&shop(), &rule).unwrap();
    commit(
        &store,
        &job,
        1,
        vec![linked(&job, draft("product", "1", "10", "one"))],
    );
    let version = |store: &SqliteStore| {
        let ids = ["1".to_owned()];
        store
            .links(&shop(), &"product".into(), sync_core::Side::Shopify, &ids)
            .unwrap()[0]
            .mapping_version
    };
    assert_eq!(
        version(&store),
        1,
        "rules that change during a run are not yet in its links"
    );
    end(&store, &job, JobStatus::Failed, 2);
    let job = store.resume_job(job.id, at(3), LEASE).unwrap();
    commit(
        &store,
        &job,
        4,
        vec![linked(&job, draft("product", "1", "10", "one"))],
    );
    assert_eq!(version(&store), 2);
}
