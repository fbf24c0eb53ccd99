//! A server on a free port with an installation of its own, and a client for it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use sync_server::Server;
use sync_service::config::{Config, load};
use tempfile::TempDir;
use tokio::sync::oneshot;
use ureq::Agent;
use ureq::http::Request;

/// Settings of a test: no failures by chance, unless it says otherwise.
pub(crate) fn config(instance: &Path, settings: &[(&str, &str)]) -> Config {
    let instance = instance.display().to_string();
    let mut environment = BTreeMap::from([
        ("SYNC_PORT", "0"),
        ("SYNC_FAILURE_RATE", "0"),
        ("SYNC_INSTANCE", instance.as_str()),
    ]);
    environment.extend(settings.iter().copied());
    load(
        &BTreeMap::new(),
        &|name| environment.get(name).map(|value| (*value).to_owned()),
        None,
    )
    .unwrap()
}

/// A run that stays in its waiting phase for hours: every write fails, and the second attempt is far away.
pub(crate) const ENDLESS: [(&str, &str); 3] = [
    ("SYNC_FAILURE_RATE", "1"),
    ("RETRY_BACKOFF_BASE", "3600"),
    ("MAX_RETRIES", "1"),
];

/// A run in which every record fails at its only attempt.
pub(crate) const FAILING: [(&str, &str); 2] = [("SYNC_FAILURE_RATE", "1"), ("MAX_RETRIES", "0")];

pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) instance: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    agent: Agent,
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl TestServer {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), settings)
    }

    /// With the demonstration in both systems.
    pub(crate) fn seeded(settings: &[(&str, &str)]) -> Self {
        let server = Self::start(settings);
        assert_eq!(server.post("/api/seed", &json!({})).status, 200);
        server
    }

    pub(crate) fn start_in(instance: TempDir, settings: &[(&str, &str)]) -> Self {
        let server = Server::bind(config(instance.path(), settings)).unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let stopped = async {
                // A test that is over drops its end.
                drop(stopped.await);
            };
            actix_web::rt::System::new()
                .block_on(server.run(stopped))
                .unwrap();
        });
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .max_redirects(0)
            .build()
            .into();
        Self {
            address,
            instance,
            stop: Some(stop),
            thread: Some(thread),
            agent,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Any request; the path may have a query.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = self.agent.run(request.body(body.to_vec()).unwrap()).unwrap();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        Answer {
            status: answer.status().as_u16(),
            headers,
            text: answer.body_mut().read_to_string().unwrap(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], b"")
    }

    pub(crate) fn with_body(&self, method: &str, path: &str, body: &Value) -> Answer {
        let kind = [("content-type", "application/json")];
        self.send(method, path, &kind, body.to_string().as_bytes())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.with_body("POST", path, body)
    }

    /// Begins something and does not wait for its end.
    pub(crate) fn begin(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("prefer", "respond-async")];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Asks until the answer is as wanted; a test that waits in vain is ended by its own limit.
    pub(crate) fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let answer = self.get(path);
            if answer.status == 200 && wanted(&answer.json()) {
                return answer.json();
            }
            std::thread::yield_now();
        }
    }

    /// Stops as a signal would, and answers the instance for the next server.
    pub(crate) fn stop(mut self) -> TempDir {
        self.end();
        std::mem::replace(&mut self.instance, tempfile::tempdir().unwrap())
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Times, ids of requests and durations as fixed words, so that two runs give the same text. Long lists are cut.
pub(crate) fn settled(mut value: Value) -> Value {
    settle(&mut value);
    value
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match name.as_str() {
                    "duration_ms" | "freshness_seconds" | "rate" | "eta_seconds" if field.is_number() => {
                        *field = json!("[number]");
                    }
                    "request_id" => *field = json!("[id]"),
                    "version" if field.is_string() => *field = json!("[version]"),
                    _ => settle(field),
                }
            }
        }
        Value::Array(items) => {
            let left = items.len().saturating_sub(2);
            if left > 1 {
                items.truncate(2);
                items.push(json!(format!("[{left} more]")));
            }
            items.iter_mut().for_each(settle);
        }
        Value::String(text) if is_time(text) => "[time]".clone_into(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_time(text: &str) -> bool {
    text.len() >= 20 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}
