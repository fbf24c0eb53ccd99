//! The stream of events.

use std::io::{BufRead, BufReader};
use std::sync::Arc;

use serde_json::{Value, json};
use sync_service::{SyncRequest, SystemClock, open_installation};

use crate::server::{ENDLESS, FAILING, TestServer, config};

/// The events of a server as they come.
struct Events(Box<dyn BufRead>);

impl Events {
    fn of(server: &TestServer) -> Self {
        let answer = ureq::get(server.url("/api/events")).call().unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self(Box::new(BufReader::new(answer.into_body().into_reader())))
    }

    /// The next event, comments aside; `None` at the end of the stream.
    fn next(&mut self) -> Option<(String, Value)> {
        let (mut name, mut data) = (String::new(), None);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", of)) => of.clone_into(&mut name),
                Some(("data", text)) => data = Some(serde_json::from_str(text).unwrap()),
                _ if line == "\n" => {
                    if let Some(data) = data.take() {
                        return Some((name, data));
                    }
                }
                _ => {}
            }
        }
    }

    fn until(&mut self, wanted: impl Fn(&str, &Value) -> bool) -> Vec<(String, Value)> {
        let mut seen = Vec::new();
        while let Some((name, data)) = self.next() {
            let found = wanted(&name, &data);
            seen.push((name, data));
            if found {
                return seen;
            }
        }
        panic!("the stream ended: {seen:#?}");
    }
}

fn names(events: &[(String, Value)], of: &str) -> usize {
    events.iter().filter(|(name, _)| name == of).count()
}

#[test]
fn a_run_tells_its_progress_and_its_failures() {
    let mut settings = FAILING.to_vec();
    settings.push(("SYNC_BATCH_SIZE", "5"));
    let server = TestServer::seeded(&settings);
    let mut events = Events::of(&server);
    let (name, snapshot) = events.next().unwrap();
    assert_eq!(
        (name.as_str(), &snapshot["jobs"], &snapshot["open_dead_letters"]),
        ("snapshot", &json!([]), &json!(0))
    );
    server.begin("/api/sync/products", &json!({}));
    let seen = events.until(|name, data| name == "job" && data["status"] == "completed");
    assert_eq!(names(&seen, "job"), 2);
    assert!(names(&seen, "progress") >= 4, "{seen:#?}");
    assert!(names(&seen, "failure") >= 1);
    let (_, last) = seen.iter().rfind(|(name, _)| name == "progress").unwrap();
    assert_eq!(
        (&last["done"], &last["job"]["fail_count"], &last["here"]),
        (&json!(20), &json!(20), &json!(true))
    );
    assert_eq!(last["failures"].as_array().unwrap().len(), 5);
    let seen = events.until(|name, _| name == "dead_letters");
    assert_eq!(seen.last().unwrap().1["open"], 20);
}

#[test]
fn runs_of_another_process_show_too() {
    let server = TestServer::seeded(&ENDLESS);
    let mut events = Events::of(&server);
    events.until(|name, _| name == "snapshot");
    // Another installation over the same files, as the command line opens it.
    let other = open_installation(config(server.instance.path(), &ENDLESS), Arc::new(SystemClock)).unwrap();
    let request = SyncRequest::new("products", sync_core::Direction::ShopifyToOdoo);
    let run = std::thread::spawn(move || other.sync(&request, &mut |_| {}).unwrap());
    let seen = events.until(|name, data| name == "progress" && data["here"] == false);
    assert_eq!(seen.last().unwrap().1["job"]["id"], 1);
    assert_eq!(server.post("/api/jobs/1/cancel", &json!({})).status, 202);
    events.until(|name, data| name == "job" && data["status"] == "cancelled");
    assert_eq!(run.join().unwrap().status, sync_core::JobStatus::Cancelled);
}

#[test]
fn the_stream_ends_with_the_server() {
    let server = TestServer::start(&[]);
    let mut events = Events::of(&server);
    events.until(|name, _| name == "snapshot");
    server.stop();
    while events.next().is_some() {}
}

#[test]
fn streams_are_limited_and_a_place_is_free_again() {
    let server = TestServer::seeded(&[("SYNC_EVENT_STREAMS", "2")]);
    let mut first = Events::of(&server);
    first.until(|name, _| name == "snapshot");
    let second = Events::of(&server);
    let refused = server.get("/api/events");
    assert_eq!(
        (refused.status, &refused.json()["type"]),
        (503, &json!("/problems/too-many-streams"))
    );
    assert_eq!(refused.header("retry-after"), "15");
    assert_eq!(server.get("/api/jobs").status, 200);
    drop(second);
    // A server notices that a client is gone when it writes to it, and it writes what happens.
    loop {
        server.post("/api/sync/products", &json!({"dry_run": true}));
        if ureq::get(server.url("/api/events")).call().is_ok() {
            break;
        }
    }
}

#[test]
fn it_is_told_how_many_conflicts_are_open() {
    let server = TestServer::seeded(&[("CONFLICT_STRATEGY", "manual")]);
    assert_eq!(server.post("/api/sync/products", &json!({})).status, 200);
    let mut events = Events::of(&server);
    let (name, snapshot) = events.next().unwrap();
    assert_eq!(
        (name.as_str(), &snapshot["open_conflicts"]),
        ("snapshot", &json!(0))
    );
    let link = server.get("/api/links?record_type=product&limit=1").json()["items"][0].clone();
    for (system, field) in [("shopify", "title"), ("odoo", "name")] {
        let id = &link[format!("{system}_id")];
        let edit = json!({"system": system, "record_type": "product", "id": id, "fields": {field: system}});
        assert_eq!(server.post("/api/sim/edit", &edit).status, 200);
    }
    assert_eq!(
        server.post("/api/sync/products", &json!({"full": true})).status,
        200
    );
    let seen = events.until(|name, _| name == "conflicts");
    assert_eq!(seen.last().unwrap().1, json!({"open": 1}));
    assert_eq!(
        server
            .post("/api/conflicts/1/resolve", &json!({"winner": "odoo"}))
            .status,
        200
    );
    let seen = events.until(|name, _| name == "conflicts");
    assert_eq!(seen.last().unwrap().1, json!({"open": 0}));
}
