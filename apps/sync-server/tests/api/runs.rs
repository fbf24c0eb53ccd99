//! Runs: answers before their end, in each other's way, stopped, resumed.

use serde_json::json;

use crate::server::{ENDLESS, TestServer};

#[test]
fn a_run_answers_at_once_if_asked_and_can_be_stopped() {
    let server = TestServer::seeded(&ENDLESS);
    let begun = server.begin("/api/sync/products", &json!({}));
    assert_eq!((begun.status, begun.header("location")), (202, "/api/jobs/1"));
    assert_eq!(begun.header("preference-applied"), "respond-async");
    assert_eq!(begun.json()["status"], "running");
    let progress = server.until("/api/jobs/1/progress", |progress| progress["phase"] == "waiting");
    assert_eq!(progress["here"], true);
    let cancelled = server.post("/api/jobs/1/cancel", &json!({}));
    assert_eq!(
        (cancelled.status, &cancelled.json()["cancel_requested"]),
        (202, &json!(true))
    );
    let ended = server.until("/api/jobs/1", |job| job["status"] != "running");
    assert_eq!(ended["status"], "cancelled");
    assert_eq!(server.get("/api/jobs/1/progress").status, 404);
}

#[test]
fn a_second_run_of_a_record_type_is_refused_and_named() {
    let server = TestServer::seeded(&ENDLESS);
    server.begin("/api/sync/products", &json!({}));
    for path in ["/api/sync/products", "/api/sync/all"] {
        let refused = server.post(path, &json!({}));
        let problem = refused.json();
        assert_eq!(refused.status, 409, "{problem:#}");
        assert_eq!(
            (&problem["type"], &problem["job"]["id"]),
            (&json!("/problems/job-running"), &json!(1))
        );
    }
    assert_eq!(
        server.post("/api/seed", &json!({"reset": true})).json()["type"],
        "/problems/job-running"
    );
    server.post("/api/jobs/1/cancel", &json!({}));
    server.until("/api/jobs/1", |job| job["status"] == "cancelled");
    assert_eq!(server.begin("/api/jobs/1/resume", &json!({})).status, 202);
    server.post("/api/jobs/1/cancel", &json!({}));
    server.until("/api/jobs/1", |job| job["status"] == "cancelled");
}

#[test]
fn everything_is_synced_in_order() {
    let server = TestServer::seeded(&[]);
    let all = server.post("/api/sync/all", &json!({"dry_run": true})).json();
    let types: Vec<_> = all["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["job_type"].clone())
        .collect();
    assert_eq!(
        types,
        [json!("products"), json!("inventory"), json!("orders")],
        "{all:#}"
    );
    assert_eq!(all["jobs"][0]["plan"]["items"].as_array().unwrap().len(), 20);
    let begun = server.begin("/api/sync/all", &json!({}));
    assert_eq!(
        (begun.status, begun.json()["jobs"].as_array().unwrap().len()),
        (202, 1)
    );
    server.until("/api/jobs?job_type=orders", |page| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|job| job["dry_run"] == false && job["finished_at"].is_string())
    });
}

#[test]
fn a_shutdown_interrupts_and_the_next_start_goes_on() {
    let server = TestServer::seeded(&ENDLESS);
    server.begin("/api/sync/products", &json!({}));
    server.until("/api/jobs/1/progress", |progress| progress["phase"] == "waiting");
    let instance = server.stop();

    // Not by itself: the setting says so.
    let server = TestServer::start_in(instance, &[("SYNC_RESUME", "false")]);
    let job = server.get("/api/jobs/1").json();
    assert_eq!(job["status"], "interrupted", "{job:#}");
    let instance = server.stop();

    // By itself. The waiting records are due in an hour, so it goes on until it is cancelled.
    let server = TestServer::start_in(instance, &[]);
    server.until("/api/jobs/1/progress", |progress| progress["here"] == true);
    server.post("/api/jobs/1/cancel", &json!({}));
    server.until("/api/jobs/1", |job| job["status"] == "cancelled");
}

#[test]
fn a_request_that_waits_is_answered_at_a_shutdown() {
    let server = TestServer::seeded(&ENDLESS);
    let (url, (sent, answered)) = (server.url("/api/sync/products"), std::sync::mpsc::channel());
    let client = std::thread::spawn(move || {
        let mut answer = ureq::post(url).send_empty().unwrap();
        sent.send(answer.body_mut().read_to_string().unwrap()).unwrap();
    });
    server.until("/api/jobs?status=running", |page| page["items"][0]["id"] == 1);
    server.stop();
    client.join().unwrap();
    let job: serde_json::Value = serde_json::from_str(&answered.recv().unwrap()).unwrap();
    assert_eq!(job["status"], "interrupted");
}
