//! The webhook of the user's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};

use crate::server::{FAILING, TestServer};

/// A receiver that answers each request with this status, and what it got.
fn receiver(status: &'static str) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?key=secret", listener.local_addr().unwrap());
    let (sent, got) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
            if sent.send((head, String::from_utf8(body).unwrap())).is_err() {
                break;
            }
        }
    });
    (url, got)
}

#[test]
fn growing_dead_letters_are_told_without_any_data_of_records() {
    let (url, got) = receiver("204 No Content");
    let template = r#"{"text": "{{summary}}", "event": "{{event}}", "open": {{open_dead_letters}}}"#;
    let mut settings = FAILING.to_vec();
    settings.extend([
        ("NOTIFY_URL", url.as_str()),
        ("NOTIFY_TEMPLATE", template),
        ("NOTIFY_DEAD_LETTERS", "20"),
    ]);
    let server = TestServer::seeded(&settings);
    server.post("/api/sync/products", &json!({}));
    let (head, body) = got.recv().unwrap();
    assert!(
        head.starts_with("POST /hook?key=secret HTTP/1.1") && head.contains("application/json"),
        "{head}"
    );
    let body: Value = serde_json::from_str(&body).unwrap();
    let wanted = json!({"text": "20 dead letters are open after job 1 (products)", "event": "dead_letters", "open": 20});
    assert_eq!(body, wanted);
    assert_eq!(
        server.get("/api/health").json()["notifications"]["last_error"],
        Value::Null
    );
}

#[test]
fn a_failed_run_is_told() {
    let (url, got) = receiver("200 OK");
    // One dead letter is allowed: the run itself fails.
    let mut settings = FAILING.to_vec();
    settings.extend([
        ("NOTIFY_URL", url.as_str()),
        ("DLQ_MAX_SIZE", "1"),
        ("NOTIFY_DEAD_LETTERS", "0"),
    ]);
    let server = TestServer::seeded(&settings);
    let job = server.post("/api/sync/products", &json!({})).json();
    assert_eq!(job["status"], "failed");
    assert_eq!(got.recv().unwrap().1, r#"{"text": "job 1 (products) failed"}"#);
}

#[test]
fn a_receiver_that_fails_breaks_nothing_and_shows() {
    let (url, got) = receiver("500 Oh No");
    let mut settings = FAILING.to_vec();
    settings.extend([("NOTIFY_URL", url.as_str()), ("NOTIFY_DEAD_LETTERS", "1")]);
    let server = TestServer::seeded(&settings);
    assert_eq!(
        server.post("/api/sync/products", &json!({})).json()["status"],
        "completed"
    );
    got.recv().unwrap();
    let health = server.until("/api/health", |health| {
        health["notifications"]["last_error"].is_string()
    });
    let text = health["notifications"]["last_error"].as_str().unwrap();
    assert_eq!(
        text,
        "the notification could not be sent: the receiver answered with status 500"
    );
    assert_eq!(health["status"], "ok");
}
