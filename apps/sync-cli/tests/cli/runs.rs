use std::io::{BufRead, BufReader, Read, pipe};
use std::process::{Command, Stdio};

use crate::given::{Home, Ran, shows};

#[test]
fn a_dry_run_prints_the_plan_and_writes_nothing() {
    let home = Home::with_catalogue();
    let count = ["sim", "odoo", "product.template", "search_count", "[[]]"];
    let before = home.fine(&count);
    shows!(home.fine(&["sync", "products", "--dry-run"]));
    assert_eq!(home.fine(&count), before);
    let job = home.document(&["sync", "products", "--dry-run"]);
    assert_eq!(
        (&job["dry_run"], &job["success_count"]),
        (&true.into(), &2.into())
    );
    assert_eq!(job["plan"][0]["action"], "create");
    assert!(job["plan"][0]["changes"][0]["field"].is_string(), "{job:#}");
}

#[test]
fn a_second_run_changes_nothing_and_a_change_is_shown_in_the_plan() {
    let home = Home::with_catalogue();
    shows!("first", home.fine(&["sync", "products"]));
    shows!("second", home.fine(&["sync", "products"]));
    let found = home.document(&["sim", "shopify", "{ products(first: 1) { nodes { id } } }"]);
    let id = &found["data"]["products"]["nodes"][0]["id"];
    let change =
        r"mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }";
    let variables = serde_json::json!({"p": {"id": id, "title": "Big\u{1b}[31m mug"}}).to_string();
    home.fine(&["sim", "shopify", change, &variables]);
    // Changes come in the order of their times, which may fall into one second or into two.
    shows!("plan", home.fine(&["sync", "products", "--dry-run", "--full"]));
}

#[test]
fn the_demo_tells_what_came_of_it() {
    // Stock and orders need more of the simulated Odoo than products do; whether those go through is for the tests
    // of the whole to say. Here it is about what is told.
    let home = Home::empty();
    let document = home.document(&["demo"]);
    assert_eq!(document["seed"]["shopify"]["products"], 20);
    let types: Vec<_> = document["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| &job["job_type"])
        .collect();
    assert_eq!(types, ["products", "inventory", "orders"]);
    assert_eq!(document["jobs"][0]["success_count"], 20);
    assert!(document["open_dead_letters"].is_u64());
    let ran = home.run(&["demo"]);
    assert!(
        ran.stdout.contains("Again, which changes nothing"),
        "{}",
        ran.stdout
    );
}

#[test]
fn all_runs_every_type_in_its_order() {
    let home = Home::with_catalogue();
    let document = home.document(&["sync", "all"]);
    let jobs = document["jobs"].as_array().unwrap();
    let types: Vec<_> = jobs.iter().map(|job| &job["job_type"]).collect();
    assert_eq!(types, ["products", "inventory", "orders"]);
    assert_eq!(jobs[0]["status"], "completed");
}

#[test]
fn whoever_stops_reading_does_not_stop_the_work() {
    let home = Home::with_catalogue();
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = home.command(&["sync", "products", "--dry-run"], &[]);
    let ran = Ran::of(&command.stdout(writer).stderr(Stdio::piped()).output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    assert_eq!(home.document(&["jobs", "show", "1"])["status"], "completed");
}

#[test]
fn standard_error_may_be_closed_too() {
    let home = Home::with_catalogue();
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = home.command(&["sync", "products", "--json", "--debug"], &[]);
    let ran = Ran::of(&command.stderr(writer).output().unwrap());
    assert_eq!(
        (ran.code, &ran.document()["status"]),
        (Some(0), &"completed".into())
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_a_job_that_can_be_resumed() {
    let home = Home::with_catalogue();
    let never = [
        ("SYNC_FAILURE_RATE", "1"),
        ("MAX_RETRIES", "100"),
        ("RETRY_BACKOFF_MULTIPLIER", "1"),
    ];
    let mut child = home
        .command(&["sync", "products", "--json"], &never)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Both records have failed once and are tried again every second for a hundred seconds.
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert_eq!(line, "products: 0 of 2 records\n");
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{rest}");
    assert!(rest.contains("stopping at the next batch"), "{rest}");
    assert_eq!(ran.document()["status"], "interrupted");
    assert_eq!(
        home.document(&["waiting", "list"])["items"][0]["state"]["state"],
        "pending"
    );
    shows!(home.fine(&["jobs", "resume", "1"]));
}
