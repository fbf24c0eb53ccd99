use serde_json::json;

use crate::given::{Home, shows};

/// Both products failed for good.
fn failed() -> Home {
    let home = Home::with_catalogue();
    let args = ["sync", "products", "--failure-rate", "1", "--max-retries", "0"];
    let ran = home.run(&args);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    home
}

#[test]
fn what_failed_is_listed_and_shown() {
    let home = failed();
    shows!("list", home.fine(&["dead-letter", "list"]));
    let shown = home.fine(&["dead-letter", "show", "1"]);
    let (head, payloads) = shown.split_once("As it was read:").unwrap();
    shows!("show", head);
    assert!(payloads.contains("For tea") && payloads.contains("As it would have been written:"));
    shows!("job", home.fine(&["jobs", "show", "1"]));
    let found = home.document(&[
        "dead-letter",
        "list",
        "--search",
        "scarf",
        "--class",
        "contention",
    ]);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
    let letter = home.document(&["dead-letter", "show", "1"]);
    assert!(
        letter["original"].is_object() && letter["attempts"][0]["number"] == 1,
        "{letter:#}"
    );
    let other = home.document(&["dead-letter", "list", "--record-type", "orders"]);
    assert_eq!(other["items"], json!([]));
}

#[test]
fn a_retry_closes_them() {
    let home = failed();
    let still = home.run(&[
        "dead-letter",
        "retry",
        "1",
        "--failure-rate",
        "1",
        "--max-retries",
        "0",
        "--json",
    ]);
    assert_eq!((still.code, &still.document()["tried"]), (Some(2), &1.into()));
    shows!(home.fine(&["dead-letter", "retry", "--all"]));
    assert_eq!(home.fine(&["dead-letter", "list"]), "No dead letters.\n");
    let resolved = home.document(&["dead-letter", "list", "--status", "resolved"]);
    assert_eq!(resolved["items"].as_array().map(Vec::len), Some(2));
    let again = home.run(&["dead-letter", "retry", "1"]);
    assert_eq!(again.code, Some(1));
    assert_eq!(
        again.stderr,
        "error: dead letter 1 is resolved: only open ones can be tried again or given up\n"
    );
}

#[test]
fn giving_up_needs_a_reason() {
    let home = failed();
    assert_eq!(home.run(&["dead-letter", "discard", "1"]).code, Some(1));
    assert_eq!(
        home.run(&["dead-letter", "discard", "1", "--reason", " "]).code,
        Some(1)
    );
    assert_eq!(
        home.run(&["dead-letter", "discard", "1", "--all", "--reason", "x"])
            .code,
        Some(1)
    );
    let none = home.document(&[
        "dead-letter",
        "discard",
        "--all",
        "--search",
        "sofa",
        "--reason",
        "x",
    ]);
    assert_eq!(none["discarded"], 0);
    let given_up = home.fine(&["dead-letter", "discard", "1", "--reason", "no longer sold"]);
    assert_eq!(given_up, "1 dead letters were given up.\n");
    assert_eq!(
        home.document(&["dead-letter", "show", "1"])["closed"],
        "no longer sold"
    );
    let twice = home.run(&["dead-letter", "discard", "1", "--reason", "x"]);
    assert!(
        twice
            .stderr
            .contains("only open ones can be tried again or given up"),
        "{}",
        twice.stderr
    );
}

#[test]
fn a_full_queue_ends_the_run_as_failed() {
    let home = Home::with_catalogue();
    let args = [
        "sync",
        "products",
        "--failure-rate",
        "1",
        "--max-retries",
        "0",
        "--dlq-max-size",
        "1",
        "--batch-size",
        "1",
        "--json",
    ];
    let ran = home.run(&args);
    assert_eq!(
        (ran.code, &ran.document()["status"]),
        (Some(1), &"failed".into()),
        "{ran:?}"
    );
}
