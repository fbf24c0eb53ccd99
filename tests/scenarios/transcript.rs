//! What happened, written down for people.

use std::fmt::Write as _;

use mock_world::JournalEntry;
use serde_json::Value;
use sync_core::{Action, Conflict, Job, JobStatus, RecordLog};

use crate::bench::{Bench, Mark, START};
use crate::file::EditStep;

pub(crate) struct Transcript {
    text: String,
    conflicts: Vec<Conflict>,
}

/// An edit in a few words.
pub(crate) fn describe(edit: &EditStep) -> String {
    let fields: Vec<String> = edit
        .set
        .iter()
        .map(|(field, value)| format!("{field} = {value}"))
        .collect();
    format!("edit of {}: {}", edit.what, fields.join(", "))
}

impl Transcript {
    pub(crate) fn new(about: &str) -> Self {
        Self {
            text: format!("{about}\n"),
            conflicts: Vec::new(),
        }
    }

    pub(crate) fn heading(&mut self, text: &str) {
        writeln!(self.text, "\n== {text}").unwrap();
    }

    pub(crate) fn line(&mut self, text: &str) {
        writeln!(self.text, "   {text}").unwrap();
    }

    pub(crate) fn text(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// For those who want to know what came before a failure.
    pub(crate) fn so_far(&self) -> &str {
        &self.text
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// What a job did, record by record, which conflicts it met, and what was written.
    pub(crate) fn job(&mut self, bench: &Bench, job: &Job, since: Mark) {
        if job.status != JobStatus::Completed {
            self.line(&format!(
                "{}: {}",
                job.status,
                job.error.as_deref().unwrap_or_default()
            ));
        }
        let logs = bench.logs(job);
        if logs.is_empty() {
            self.line("nothing to do");
        }
        for log in &logs {
            self.record(log);
        }
        self.new_conflicts(bench);
        let written = bench.written_since(since);
        for (system, entries) in ["shop", "odoo"].into_iter().zip(&written) {
            for entry in entries {
                self.line(&format!("written in {system}: {}", call(entry)));
            }
        }
    }

    fn record(&mut self, log: &RecordLog) {
        let mut said = format!("{} {}: {}", log.action, log.reason, log.label);
        if log.action == Action::Skip || log.action == Action::Fail {
            write!(said, "  {}", log.message).unwrap();
        }
        self.line(said.trim_end());
        for change in &log.changes {
            let (old, new) = (plain(&change.old), plain(&change.new));
            self.line(&format!(
                "  {}.{}: {old} -> {new}",
                change.side.as_str(),
                change.field
            ));
        }
        for warning in &log.warnings {
            self.line(&format!("  note: {warning}"));
        }
    }

    /// Conflicts that are new, or another way now than before.
    fn new_conflicts(&mut self, bench: &Bench) {
        let now = bench.conflicts();
        for conflict in &now {
            if !self.conflicts.contains(conflict) {
                self.line(&said(conflict));
            }
        }
        self.conflicts = now;
    }
}

fn said(conflict: &Conflict) -> String {
    let found = &conflict.found;
    let element = found
        .element
        .as_ref()
        .map_or(String::new(), |pair| format!("[{}]", pair.shopify_id));
    let base = found.base.as_ref().map_or_else(
        || "never agreed".to_owned(),
        |base| format!("agreed on {} | {}", plain(&base.shopify), plain(&base.odoo)),
    );
    let at = |time: Option<jiff::Timestamp>| time.map_or("?".to_owned(), minutes);
    let winner = found.winner.as_ref().map_or_else(
        || "waits for a person".to_owned(),
        |winner| format!("{} wins", winner.as_str()),
    );
    let by = conflict
        .decided_by
        .as_deref()
        .map_or(String::new(), |by| format!(" by {by}"));
    format!(
        "conflict {} {}{element}: {base}; shopify {} at {}, odoo {} at {}; {}, {winner}{by}",
        conflict.status.as_str(),
        found.rule,
        plain(&found.shopify),
        at(found.shopify_at),
        plain(&found.odoo),
        at(found.odoo_at),
        found.strategy,
    )
}

/// Minutes and seconds since the beginning of the world.
fn minutes(time: jiff::Timestamp) -> String {
    let begin: jiff::Timestamp = START.parse().unwrap();
    let seconds = time.duration_since(begin).as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn call(entry: &JournalEntry) -> String {
    format!("{} {}", entry.operation, entry.target)
}

/// A value on one line, and not too long.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}
