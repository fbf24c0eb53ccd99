//! Writes and reads that fail.

use serde_json::json;
use sync_core::ports::RecordKey;
use sync_core::{DeadLetterStatus, ErrorKind, JobStatus, Side, Stage};

use crate::bench::{Bench, counts, new_job};
use crate::shop::Fate;

use ErrorKind::{Contention, Network, Rejected, Unauthorized, Unavailable};

#[tokio::test(flavor = "current_thread")]
async fn a_passing_failure_is_tried_again_after_1_2_4_and_8_seconds() {
    let bench = Bench::with(30);
    let begin = bench.now();
    bench.target.script(
        "p05",
        [Contention, Network, Unavailable, Contention].map(Fate::Fails),
    );
    let job = bench.run().await;
    assert_eq!((job.status, counts(&job)), (JobStatus::Completed, (30, 30, 0, 0)));
    let line = bench
        .lines(&job)
        .into_iter()
        .find(|line| line.source_id == "p05")
        .unwrap();
    assert_eq!((line.attempts, line.reason.as_str()), (5, "created"));
    assert_eq!(bench.now().duration_since(begin).as_secs(), 15);
    // It held up nobody: all others were written before its second attempt.
    assert_eq!(bench.target.writes().last().unwrap().0, "p05");
}

#[tokio::test(flavor = "current_thread")]
async fn after_the_last_attempt_it_is_a_dead_letter_with_everything_known() {
    let bench = Bench::with(2);
    bench.target.script("p01", vec![Fate::Fails(Contention); 5]);
    let job = bench.run().await;
    assert_eq!((job.status, counts(&job)), (JobStatus::Completed, (2, 1, 1, 0)));
    let letters = bench.dead_letters();
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(
        (letter.source_id.as_str(), letter.stage, letter.class),
        ("p01", Stage::Write, Contention)
    );
    assert_eq!(
        (letter.retry_count, letter.max_retries, letter.attempts.len()),
        (4, 4, 5)
    );
    assert_eq!(letter.original, json!({"title": "Product 1", "price": "1.5"}));
    assert_eq!(letter.mapped, json!({"name": "Product 1", "price": "1.50"}));
    assert!(letter.first_at < letter.last_at);

    let job = bench.run().await;
    assert_eq!(bench.summary(&job)[0], "p01 create created 1");
    let letter = bench.dead_letters().remove(0);
    assert_eq!(
        (letter.status, letter.closed),
        (DeadLetterStatus::Resolved, Some(format!("job {}", job.id)))
    );
}

#[tokio::test(flavor = "current_thread")]
async fn what_can_never_succeed_burns_no_retries() {
    let bench = Bench::with(2);
    let begin = bench.now();
    bench.target.script("p01", [Fate::Fails(Rejected)]);
    bench
        .source
        .put("p02", json!({"title": "Product 2", "price": "12,50"}));
    let job = bench.run().await;
    assert_eq!(
        bench.summary(&job),
        ["p01 fail scripted 1", "p02 fail mapping_failed 1"]
    );
    assert_eq!(bench.now(), begin);
    let letters = bench.dead_letters();
    let mapped = letters.iter().find(|letter| letter.source_id == "p02").unwrap();
    assert_eq!((mapped.stage, mapped.class), (Stage::Map, ErrorKind::Mapping));
    assert!(mapped.message.contains("12,50"), "{}", mapped.message);
}

#[tokio::test(flavor = "current_thread")]
async fn a_lost_answer_is_repeated_under_the_same_key_and_doubles_nothing() {
    let bench = Bench::with(1);
    bench.target.script("p01", [Fate::AnswerLost]);
    let job = bench.run().await;
    assert_eq!(bench.summary(&job), ["p01 create created 2"]);
    let writes = bench.target.writes();
    assert_eq!(writes.len(), 2);
    assert_eq!(writes[0].1, writes[1].1);
    assert_eq!(bench.target.ids(), ["tp01"]);
    // Another intent has another key.
    bench.source.put("p01", json!({"title": "Other", "price": "1"}));
    bench.run().await;
    assert_ne!(bench.target.writes()[2].1, writes[0].1);
}

#[tokio::test(flavor = "current_thread")]
async fn what_was_never_sent_is_sent_again_at_once_without_counting() {
    let bench = Bench::with(2);
    let begin = bench.now();
    bench.target.script("p02", [Fate::NotSent, Fate::NotSent]);
    let job = bench.run().await;
    assert_eq!(
        bench.summary(&job),
        ["p01 create created 1", "p02 create created 1"]
    );
    assert_eq!(bench.now(), begin);
}

#[tokio::test(flavor = "current_thread")]
async fn everything_can_fail_and_everything_is_accounted_for() {
    let bench = Bench::with(23);
    bench.target.always(Some(Fate::Fails(Unavailable)));
    let job = bench.run().await;
    assert_eq!((job.status, counts(&job)), (JobStatus::Completed, (23, 0, 23, 0)));
    assert_eq!(bench.dead_letters().len(), 23);
    bench.target.always(None);
    let job = bench.run().await;
    assert_eq!(counts(&job), (23, 23, 0, 0));
    assert!(
        bench
            .dead_letters()
            .iter()
            .all(|letter| letter.status == DeadLetterStatus::Resolved)
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_full_dead_letter_queue_stops_the_run_and_loses_nothing() {
    let mut bench = Bench::with(30);
    bench.options.dead_letter_limit = 12;
    bench.target.always(Some(Fate::Fails(Rejected)));
    let job = bench.run().await;
    assert_eq!(job.status, JobStatus::Failed);
    let error = job.error.clone().unwrap();
    assert!(
        error.contains("dead-letter queue is full") && error.contains("12 allowed"),
        "{error}"
    );
    assert_eq!(
        bench.dead_letters().len(),
        10,
        "the first batch fitted, the second did not"
    );

    bench.target.always(None);
    let resumed = bench.engine.resume(job.id, &bench.options).unwrap();
    let job = bench.drive(resumed).await;
    assert_eq!(job.status, JobStatus::Completed);
    assert_eq!(
        bench.target.ids().len(),
        20,
        "what was parked and what was never read"
    );
    bench.run().await;
    assert_eq!(bench.target.ids().len(), 30);
}

#[tokio::test(flavor = "current_thread")]
async fn reads_are_repeated_and_a_wrong_credential_stops_the_run() {
    let bench = Bench::with(3);
    bench.source.fail_reads([Network, Unavailable]);
    assert_eq!(counts(&bench.run().await), (3, 3, 0, 0));

    bench.source.fail_reads([Unauthorized]);
    let job = bench.run().await;
    assert_eq!(
        (job.status, job.error.as_deref()),
        (JobStatus::Failed, Some("scripted failure of a read"))
    );

    bench
        .source
        .put("p04", json!({"title": "Product 4", "price": "4"}));
    bench.target.script("p04", [Fate::Fails(Unauthorized)]);
    let job = bench.run().await;
    assert_eq!(job.status, JobStatus::Failed);
    let resumed = bench.engine.resume(job.id, &bench.options).unwrap();
    assert_eq!(bench.drive(resumed).await.status, JobStatus::Completed);
    assert!(bench.target.get("tp04").is_some());
}

#[tokio::test(flavor = "current_thread")]
async fn a_record_that_vanishes_from_the_source_closes_its_dead_letter() {
    let bench = Bench::with(1);
    bench.target.script("p01", [Fate::Fails(Rejected)]);
    bench.run().await;
    bench.source.remove("p01");
    let job = bench.run().await;
    assert_eq!(bench.summary(&job), ["p01 skip gone 0"]);
    assert_eq!(bench.dead_letters()[0].status, DeadLetterStatus::Discarded);
    assert_eq!(counts(&bench.run().await), (0, 0, 0, 0));
}

#[tokio::test(flavor = "current_thread")]
async fn chosen_records_alone_can_be_tried_again() {
    let bench = Bench::with(5);
    bench.target.always(Some(Fate::Fails(Rejected)));
    bench.run().await;
    bench.target.always(None);
    let job = bench.engine.start(&new_job(false), &bench.options).unwrap();
    let keys = ["p02", "p04", "p09"].map(|id| RecordKey {
        side: Side::Shopify,
        id: id.to_owned(),
    });
    let job = bench
        .engine
        .drive_selected(job, &keys, bench.options.clone(), &mut |_| {})
        .await
        .unwrap();
    assert_eq!(
        bench.summary(&job),
        ["p02 create created 1", "p04 create created 1", "p09 skip gone 0"]
    );
    let open = bench
        .dead_letters()
        .into_iter()
        .filter(|letter| letter.status == DeadLetterStatus::Open);
    assert_eq!(open.count(), 3);
}
