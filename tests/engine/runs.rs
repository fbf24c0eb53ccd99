//! Runs in which nothing goes wrong.

use serde_json::json;
use sync_core::plan::{Strategies, Strategy};
use sync_core::{Action, JobStatus, Outcome};

use crate::bench::{Bench, counts};

#[tokio::test(flavor = "current_thread")]
async fn the_first_run_creates_and_the_second_changes_nothing() {
    let bench = Bench::with(25);
    let job = bench.run().await;
    assert_eq!((job.status, counts(&job)), (JobStatus::Completed, (25, 25, 0, 0)));
    assert_eq!(
        bench.target.get("tp07").unwrap(),
        json!({"id": "tp07", "name": "Product 7", "price": "7.50"})
    );
    assert_eq!(bench.target.writes().len(), 25);

    let again = bench.run().await;
    assert_eq!(
        (again.status, counts(&again)),
        (JobStatus::Completed, (25, 0, 0, 25))
    );
    assert!(bench.lines(&again).iter().all(|line| line.reason == "unchanged"));
    assert_eq!(bench.target.writes().len(), 25);
}

#[tokio::test(flavor = "current_thread")]
async fn a_rule_to_a_field_that_the_target_lacks_is_skipped_with_a_warning() {
    let bench = Bench::with(1);
    let job = bench.run().await;
    let lines = bench.lines(&job);
    assert_eq!(lines[0].warnings, ["rule skipped: odoo has no field `nowhere`"]);
    assert_eq!(lines[0].outcome, Outcome::Success);
}

#[tokio::test(flavor = "current_thread")]
async fn only_what_changed_is_written_and_the_log_names_it() {
    let bench = Bench::with(3);
    bench.run().await;
    bench
        .source
        .put("p02", json!({"title": "Product 2", "price": "9.999"}));
    let job = bench.run().await;
    assert_eq!(counts(&job), (3, 1, 0, 2));
    let line = bench.lines(&job).remove(1);
    assert_eq!(
        (line.action, line.target_id.as_deref()),
        (Action::Update, Some("tp02"))
    );
    assert_eq!(line.changes.len(), 1);
    assert_eq!(
        (line.changes[0].field.as_str(), &line.changes[0].new),
        ("price", &json!("10.00"))
    );
}

#[tokio::test(flavor = "current_thread")]
async fn formatting_is_no_change_but_a_real_one_comes_back_again() {
    let bench = Bench::with(1);
    bench.run().await;
    bench
        .target
        .put("tp01", json!({"id": "tp01", "name": "Product 1  ", "price": 1.5}));
    assert_eq!(
        counts(&bench.run().await),
        (1, 0, 0, 1),
        "trailing blanks and another way to write 1.50"
    );

    // In a one-way run the source overwrites what somebody changed in the target, and A -> B -> A arrives.
    bench.target.put(
        "tp01",
        json!({"id": "tp01", "name": "Somebody's own", "price": "1.50"}),
    );
    assert_eq!(counts(&bench.run().await), (1, 1, 0, 0));
    assert_eq!(bench.target.get("tp01").unwrap()["name"], "Product 1");
    for (title, price) in [("B", "2"), ("Product 1", "1.5")] {
        bench.source.put("p01", json!({"title": title, "price": price}));
        assert_eq!(counts(&bench.run().await), (1, 1, 0, 0));
        assert_eq!(bench.target.get("tp01").unwrap()["name"], title);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_dry_run_says_what_the_run_then_does_and_touches_nothing() {
    let bench = Bench::with(12);
    bench.run().await;
    bench
        .source
        .put("p03", json!({"title": "Renamed", "price": "3.5"}));
    bench.source.put("p99", json!({"title": "New", "price": "1"}));
    bench
        .source
        .put("p98", json!({"title": "Bad", "price": "not a price"}));
    bench
        .source
        .put("p97", json!({"title": "Child", "price": "1", "parent": "p96"}));
    let writes = bench.target.writes();

    let plan = bench.dry_run().await;
    assert_eq!(plan.status, JobStatus::Completed);
    assert_eq!(bench.target.writes(), writes);
    assert_eq!(bench.dead_letters(), []);
    let run = bench.run().await;
    assert_eq!(counts(&plan), counts(&run));
    let (planned, done) = (bench.lines(&plan), bench.lines(&run));
    for (planned, done) in planned.iter().zip(&done) {
        assert_eq!(
            (
                &planned.source_id,
                planned.action,
                planned.outcome,
                &planned.changes
            ),
            (&done.source_id, done.action, done.outcome, &done.changes)
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn with_priority_of_the_target_updates_are_skipped_and_creations_happen() {
    let mut bench = Bench::with(2);
    bench.run().await;
    bench.options.strategies = Strategies::all(Strategy::SourcePriority {
        system: "odoo".into(),
    });
    bench
        .source
        .put("p01", json!({"title": "Changed", "price": "1.5"}));
    bench.source.put("p03", json!({"title": "New", "price": "3"}));
    let job = bench.run().await;
    assert_eq!(
        bench.summary(&job),
        [
            "p01 skip target_has_priority 0",
            "p02 skip unchanged 0",
            "p03 create created 1"
        ]
    );
    bench.options.strategies = Strategies::all(Strategy::SourcePriority {
        system: "shopify".into(),
    });
    assert_eq!(counts(&bench.run().await), (3, 1, 0, 2));
    assert_eq!(bench.target.get("tp01").unwrap()["name"], "Changed");
}

#[tokio::test(flavor = "current_thread")]
async fn a_record_waits_for_another_one_and_is_released() {
    let bench = Bench::with(0);
    bench
        .source
        .put("p01", json!({"title": "Child", "price": "1", "parent": "p02"}));
    let job = bench.run().await;
    assert_eq!(bench.summary(&job), ["p01 skip waits_for_product 0"]);
    assert_eq!(bench.target.ids(), Vec::<String>::new());

    bench.source.put("p02", json!({"title": "Parent", "price": "1"}));
    bench.run().await;
    let job = bench.run().await;
    assert_eq!(
        bench.summary(&job),
        ["p01 create created 1", "p02 skip unchanged 0"]
    );
    assert_eq!(bench.target.get("tp01").unwrap()["ref"], "tp02");
}
