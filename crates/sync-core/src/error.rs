use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What kind of thing went wrong. Every failure has one, and [`ErrorKind::directive`] says what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The connection failed, or the answer was lost.
    Network,
    /// The system was busy with a conflicting transaction.
    Contention,
    /// The system asked to slow down.
    Throttled,
    /// The system is down or answered something that is no answer (HTTP 5xx, HTML).
    Unavailable,
    /// The credential is wrong or lacks a right.
    Unauthorized,
    /// The system refuses this record as it is.
    Rejected,
    /// A rule could not be applied to this record.
    Mapping,
    /// The two systems would not agree afterwards (an order's total, say).
    Mismatch,
    /// Another record has to be there first.
    Dependency,
    /// The answer is none that this version understands.
    Protocol,
}

/// What the engine does about an [`ErrorKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    /// Try the record again after a pause; after the last attempt it becomes a dead letter.
    Retry,
    /// The record becomes a dead letter at once: the same call would fail the same way.
    DeadLetter,
    /// The record waits for another one.
    Hold,
    /// The whole run stops: every record would fail the same way.
    StopRun,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Network,
        Self::Contention,
        Self::Throttled,
        Self::Unavailable,
        Self::Unauthorized,
        Self::Rejected,
        Self::Mapping,
        Self::Mismatch,
        Self::Dependency,
        Self::Protocol,
    ];

    /// What happens next to a record that failed so.
    pub fn directive(self) -> Directive {
        match self {
            Self::Network | Self::Contention | Self::Throttled | Self::Unavailable | Self::Protocol => {
                Directive::Retry
            }
            Self::Rejected | Self::Mapping | Self::Mismatch => Directive::DeadLetter,
            Self::Dependency => Directive::Hold,
            Self::Unauthorized => Directive::StopRun,
        }
    }

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Contention => "contention",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Unauthorized => "unauthorized",
            Self::Rejected => "rejected",
            Self::Mapping => "mapping",
            Self::Mismatch => "mismatch",
            Self::Dependency => "dependency",
            Self::Protocol => "protocol",
        }
    }

    /// The next step, in plain words, for the person who looks at the failure.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Network => "Check that the system can be reached, then retry.",
            Self::Contention => "Somebody else was writing the same record. Retry.",
            Self::Throttled => "The system's rate limit was exhausted. Retry later, or run less at once.",
            Self::Unavailable => "The system was down or overloaded. Retry when it is back.",
            Self::Unauthorized => "Check the user, the token and their rights, then run again.",
            Self::Rejected => "Correct the record where the message points, then retry.",
            Self::Mapping => "Correct the mapping or the value that the message names, then retry.",
            Self::Mismatch => "The message says what does not add up. Correct it there, then retry.",
            Self::Dependency => "Sync the record it waits for first.",
            Self::Protocol => {
                "The system gave an answer that is not understood. Retry; if it stays, report it."
            }
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ErrorKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| format!("unknown error class `{text}`"))
    }
}

/// A failed exchange with a system, or a failed record of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{message}")]
pub struct ConnectorError {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// A stable word for grouping: `barcode_taken`, `http_503`, ...
    pub code: String,
    /// For people; names field, value and fix where they are known. Holds no secret.
    pub message: String,
    /// The system's own wish when to come back.
    pub retry_after: Option<Duration>,
}

impl ConnectorError {
    /// An error without a wish when to come back.
    pub fn new(kind: ErrorKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    /// The same error with the system's wish when to come back.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}
