//! Runs that stop half-way, and runs that meet.

use std::time::Duration;

use sync_core::engine::StopFlag;
use sync_core::ports::StartRefused;
use sync_core::{ErrorKind, JobStatus};

use crate::bench::{Bench, connection, counts, new_job};
use crate::shop::Fate;

#[tokio::test(flavor = "current_thread")]
async fn a_second_run_of_the_same_type_is_refused_naming_the_first() {
    let bench = Bench::with(3);
    let first = bench.engine.start(&new_job(false), &bench.options).unwrap();
    let refused = bench.engine.start(&new_job(false), &bench.options).unwrap_err();
    let StartRefused::Running { running } = refused else {
        panic!("{refused}")
    };
    assert_eq!(running.id, first.id);
    bench.drive(first).await;
    assert_eq!(counts(&bench.run().await), (3, 0, 0, 3));
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_that_is_stopped_goes_on_where_it_was() {
    let mut bench = Bench::with(35);
    let stop = StopFlag::default();
    bench.options.stop = stop.clone();
    let job = bench.engine.start(&new_job(false), &bench.options).unwrap();
    let id = job.id;
    let mut lines = 0;
    let job = bench
        .engine
        .drive(job, bench.options.clone(), &mut |event| {
            if let sync_core::engine::RunEvent::Record(_) = event {
                lines += 1;
                if lines == 15 {
                    stop.stop();
                }
            }
        })
        .await
        .unwrap();
    assert_eq!(
        (job.status, counts(&job)),
        (JobStatus::Interrupted, (20, 20, 0, 0))
    );

    bench.options.stop = StopFlag::default();
    let resumed = bench.engine.resume(id, &bench.options).unwrap();
    let job = bench.drive(resumed).await;
    assert_eq!(
        (job.id, job.status, counts(&job)),
        (id, JobStatus::Completed, (35, 35, 0, 0))
    );
    assert_eq!(bench.target.writes().len(), 35, "nothing was written twice");
}

#[tokio::test(flavor = "current_thread")]
async fn a_job_whose_process_died_is_interrupted_once_its_lease_ran_out() {
    let bench = Bench::with(3);
    let dead = bench.engine.start(&new_job(false), &bench.options).unwrap();
    bench.clock.advance(bench.options.lease + Duration::from_secs(1));
    assert_eq!(counts(&bench.run().await), (3, 3, 0, 0));
    assert_eq!(
        bench.store.job(dead.id, bench.now()).unwrap().status,
        JobStatus::Interrupted
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_cancelled_job_ends_at_the_next_batch_and_what_waits_goes_on_later() {
    let bench = Bench::with(30);
    bench.target.script("p01", [Fate::Fails(ErrorKind::Network)]);
    let job = bench.engine.start(&new_job(false), &bench.options).unwrap();
    let (store, id, now) = (bench.store.clone(), job.id, bench.now());
    let mut asked = false;
    let job = bench
        .engine
        .drive(job, bench.options.clone(), &mut |_| {
            if !asked {
                asked = true;
                store.request_cancel(id, now).unwrap();
            }
        })
        .await
        .unwrap();
    assert_eq!((job.status, counts(&job)), (JobStatus::Cancelled, (9, 9, 0, 0)));
    assert_eq!(job.error.as_deref(), Some("cancelled by a person"));
    let waiting = bench.store.list_waiting(
        &connection(),
        &persistence::WaitingFilter::default(),
        persistence::PageRequest {
            before: None,
            limit: 10,
        },
    );
    assert_eq!(waiting.unwrap().items.len(), 1);
    assert_eq!(counts(&bench.run().await), (30, 21, 0, 9));
}
