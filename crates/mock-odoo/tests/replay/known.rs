//! The list of what is not equal, and why.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::compare::{Likeness, Verdict};

/// One case that is not equal.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
struct Entry {
    name: String,
    /// `shape` or `different`
    likeness: String,
    /// A key of `reasons`.
    reason: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    /// Short words to sentences.
    reasons: BTreeMap<String, String>,
    /// `file#seq` to entry.
    cases: BTreeMap<String, Entry>,
}

fn word(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Equal => "equal",
        Likeness::Shape => "shape",
        Likeness::Different => "different",
    }
}

/// Fails on every case that is not as the list says.
pub(crate) fn check(cases: &[Case], results: &[Verdict]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/replay/known.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "{\"reasons\":{},\"cases\":{}}".to_owned());
    let mut known: Known = serde_json::from_str(&text).expect("known.json is a list of known differences");
    let mut wrong = Vec::new();
    let mut seen = BTreeMap::new();
    for (case, verdict) in cases.iter().zip(results) {
        let key = format!("{}#{:05}", case.file, case.seq);
        let now = word(verdict.likeness);
        let before = known.cases.get(&key);
        let was = before.map_or("equal", |entry| entry.likeness.as_str());
        if was != now {
            let places = verdict
                .places
                .iter()
                .take(3)
                .cloned()
                .collect::<Vec<_>>()
                .join("\n    ");
            wrong.push(format!(
                "{key} {}: {was} before, {now} now\n    {places}",
                case.name
            ));
        }
        if now != "equal" {
            let reason = before.map_or_else(|| "?".to_owned(), |entry| entry.reason.clone());
            let entry = Entry {
                name: case.name.clone(),
                likeness: now.to_owned(),
                reason,
            };
            seen.insert(key, entry);
        }
    }
    let gone: Vec<_> = known
        .cases
        .keys()
        .filter(|k| !seen.contains_key(*k))
        .cloned()
        .collect();
    if std::env::var_os("ODOO_WIRE_UPDATE").is_some() {
        known.cases = seen;
        std::fs::write(&path, serde_json::to_string_pretty(&known).unwrap() + "\n").unwrap();
        println!(
            "{} written: {} changed, {} gone",
            path.display(),
            wrong.len(),
            gone.len()
        );
        return;
    }
    for key in gone {
        if !wrong.iter().any(|w| w.starts_with(&key)) {
            wrong.push(format!("{key}: listed, but there is no such case"));
        }
    }
    for (key, entry) in &known.cases {
        if !known.reasons.contains_key(&entry.reason) {
            wrong.push(format!("{key}: the reason {:?} is not explained", entry.reason));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases are not as known:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
