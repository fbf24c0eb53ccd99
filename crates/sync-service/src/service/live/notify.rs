//! Telling a webhook of the user's that a run failed or that dead letters pile up. Numbers and names of our own only:
//! nothing that a record says goes out.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use sync_core::{Job, JobStatus};
use wire::{HttpOptions, HttpTransport, Transport, WireRequest};

use super::{Event, Live, Notice};
use crate::service::{Service, ServiceError};

/// What a template may name.
const PLACES: [&str; 9] = [
    "summary",
    "event",
    "job",
    "job_type",
    "status",
    "total_records",
    "fail_count",
    "open_dead_letters",
    "at",
];

/// Time for the receiver to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most that is read of the receiver's answer.
const MOST_BYTES: usize = 64 * 1024;

/// Where notifications go, and what was told last.
pub(super) struct Notifier {
    target: Option<Target>,
    state: Mutex<State>,
}

struct Target {
    transport: HttpTransport,
    path: String,
    template: String,
    /// Growth of open dead letters that is worth a word; 0 for none.
    threshold: u64,
}

struct State {
    /// Open dead letters at the last word about them.
    told_open: u64,
    last_failure: Option<Notice>,
    /// What is to be sent as soon as nobody waits for the run any more.
    unsent: Vec<String>,
}

impl Notifier {
    pub(super) fn new(service: &Service) -> Result<Self, ServiceError> {
        let settings = &service.config.notify;
        let target = settings.url.as_ref().map(|url| {
            let (server, path) = split(&url.0);
            let options = HttpOptions {
                connect_timeout: TIMEOUT,
                timeout: TIMEOUT,
                max_response_bytes: MOST_BYTES,
            };
            // The address holds a secret more often than not, so no error may repeat it.
            let transport = HttpTransport::new(server, &options)
                .map_err(|_| ServiceError::Invalid("NOTIFY_URL: this is no address of a server".into()))?;
            Ok::<_, ServiceError>(Target {
                transport,
                path: path.to_owned(),
                template: settings.template.clone(),
                threshold: settings.dead_letters,
            })
        });
        Ok(Self {
            target: target.transpose()?,
            state: Mutex::new(State {
                told_open: open(service)?,
                last_failure: None,
                unsent: Vec::new(),
            }),
        })
    }

    pub(super) fn last_failure(&self) -> Option<Notice> {
        self.lock().last_failure.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the queue grew by as much as is worth a word since the last one. When it shrinks, growth counts from
    /// there.
    fn grew(&self, open: u64, threshold: u64) -> bool {
        let mut state = self.lock();
        state.told_open = state.told_open.min(open);
        let grew = threshold > 0 && open - state.told_open >= threshold;
        if grew {
            state.told_open = open;
        }
        grew
    }
}

impl Live {
    /// Notes what the webhook is to hear of a job that ended; [`Live::send_notifications`] sends it.
    pub(super) fn notify_of(&self, job: &Job) {
        let Some(target) = self.notifier.target.as_ref().filter(|_| !job.dry_run) else {
            return;
        };
        let open = match open(&self.service) {
            Ok(open) => open,
            Err(error) => return self.not_notified(&error.to_string()),
        };
        let mut bodies = Vec::new();
        let at = self.service.clock.now().to_string();
        if job.status == JobStatus::Failed {
            bodies.push(fill(&target.template, &places("run_failed", job, open, &at)));
        }
        if self.notifier.grew(open, target.threshold) {
            bodies.push(fill(&target.template, &places("dead_letters", job, open, &at)));
        }
        self.notifier.lock().unsent.append(&mut bodies);
    }

    /// Sends what was noted. Waits for the receiver but never fails: what goes wrong is logged and told to listeners.
    pub(super) fn send_notifications(&self) {
        let unsent = std::mem::take(&mut self.notifier.lock().unsent);
        let Some(target) = &self.notifier.target else {
            return;
        };
        for body in unsent {
            if let Err(reason) = send(target, body) {
                self.not_notified(&reason);
            }
        }
    }

    fn not_notified(&self, reason: &str) {
        tracing::warn!(reason, "the notification could not be sent");
        let notice = Notice {
            at: self.service.clock.now(),
            text: format!("the notification could not be sent: {reason}"),
        };
        self.notifier.lock().last_failure = Some(notice.clone());
        self.tell(Event::Notice(notice));
    }
}

fn open(service: &Service) -> Result<u64, ServiceError> {
    let filter = persistence::DeadLetterFilter {
        status: Some(sync_core::DeadLetterStatus::Open),
        ..persistence::DeadLetterFilter::default()
    };
    service.count_dead_letters(&filter)
}

fn send(target: &Target, body: String) -> Result<(), String> {
    let kind = if serde_json::from_str::<Value>(&body).is_ok() {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no thread to send: {error}"))?;
    let answer = runtime.block_on(
        target
            .transport
            .send(WireRequest::post(target.path.as_str(), kind, body)),
    );
    match answer {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => Err(format!("the receiver answered with status {}", answer.status)),
        Err(error) => Err(error.to_string()),
    }
}

/// Server and path of an address: `https://hooks.example` and `/services/T0/B0`.
fn split(url: &str) -> (&str, &str) {
    let from = url.find("://").map_or(0, |at| at + 3);
    let path = url
        .get(from..)
        .and_then(|rest| rest.find('/'))
        .map(|at| from + at);
    path.map_or((url, "/"), |at| url.split_at(at))
}

fn places(event: &'static str, job: &Job, open: u64, at: &str) -> BTreeMap<&'static str, String> {
    let summary = match event {
        "run_failed" => format!("job {} ({}) failed", job.id, job.job_type),
        _ => format!(
            "{open} dead letters are open after job {} ({})",
            job.id, job.job_type
        ),
    };
    let values = [
        summary,
        event.to_owned(),
        job.id.to_string(),
        job.job_type.clone(),
        job.status.to_string(),
        job.counts.total_records.to_string(),
        job.counts.fail_count.to_string(),
        open.to_string(),
        at.to_owned(),
    ];
    PLACES.into_iter().zip(values).collect()
}

/// Puts values in the places. None of them has a character that JSON would have to escape.
fn fill(template: &str, values: &BTreeMap<&'static str, String>) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    text
}

/// What is wrong with a template: a place that does not exist, or JSON that would be none.
pub(crate) fn check_template(template: &str) -> Result<(), String> {
    let mut rest = template;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            return Err("`{{` without `}}`".to_owned());
        };
        if !PLACES.contains(&name) {
            return Err(format!(
                "`{{{{{name}}}}}` is no place; there are {}",
                PLACES.join(", ")
            ));
        }
        rest = behind;
    }
    let sample = PLACES.into_iter().map(|name| (name, "1".to_owned())).collect();
    let filled = fill(template, &sample);
    let start = template.trim_start();
    if start.starts_with('{') && !start.starts_with("{{") {
        serde_json::from_str::<Value>(&filled).map_err(|error| format!("it would be no JSON: {error}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notifier(told_open: u64) -> Notifier {
        Notifier {
            target: None,
            state: Mutex::new(State {
                told_open,
                last_failure: None,
                unsent: Vec::new(),
            }),
        }
    }

    #[test]
    fn growth_is_told_once_and_counts_from_the_lowest_point() {
        let notifier = notifier(5);
        assert!(!notifier.grew(14, 10));
        assert!(notifier.grew(15, 10));
        assert!(!notifier.grew(16, 10));
        assert!(!notifier.grew(2, 10));
        assert!(notifier.grew(12, 10));
        assert!(!notifier.grew(1_000, 0));
    }

    #[test]
    fn addresses_are_split_into_server_and_path() {
        assert_eq!(
            split("https://a.example/x/y?z=1"),
            ("https://a.example", "/x/y?z=1")
        );
        assert_eq!(split("http://a.example:80"), ("http://a.example:80", "/"));
    }

    #[test]
    fn templates_are_checked_before_they_are_needed() {
        for good in [
            "{{summary}}",
            r#"{"text": "{{summary}}", "job": {{job}}}"#,
            "plain",
            "{{job}}: {{status}}",
        ] {
            assert_eq!(check_template(good), Ok(()), "{good}");
        }
        assert!(
            check_template("{{customer}}")
                .unwrap_err()
                .contains("`{{customer}}` is no place")
        );
        assert!(check_template("{{job").unwrap_err().contains("without"));
        assert!(
            check_template(r#"{"text": {{summary}}"#)
                .unwrap_err()
                .contains("no JSON")
        );
    }
}
