//! What is answered when something cannot be done: problem details (RFC 9457) with types that stay as they are.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use mapping_transforms::{Finding, Severity};
use serde::Serialize;
use sync_core::Job;
use sync_core::engine::RunError;
use sync_core::ports::StartRefused;
use sync_service::{PersistenceError, ServiceError};

use crate::security::{Context, context, harden};

/// Every kind of problem: its name in the type URI, its status, its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Invalid,
    Unauthorized,
    CrossSite,
    HostRefused,
    NotFound,
    NoSuchRoute,
    MethodNotAllowed,
    JobRunning,
    JobState,
    DeadLetterState,
    ConflictState,
    CountChanged,
    NotSimulated,
    TooLarge,
    UnsupportedMediaType,
    UnknownValue,
    InvalidMapping,
    Refused,
    TooManyAttempts,
    Internal,
    SystemUnreachable,
    StoreUnavailable,
    TooManyStreams,
    Stopping,
}

impl Kind {
    pub(crate) const ALL: [Self; 24] = [
        Self::Invalid,
        Self::Unauthorized,
        Self::CrossSite,
        Self::HostRefused,
        Self::NotFound,
        Self::NoSuchRoute,
        Self::MethodNotAllowed,
        Self::JobRunning,
        Self::JobState,
        Self::DeadLetterState,
        Self::ConflictState,
        Self::CountChanged,
        Self::NotSimulated,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::UnknownValue,
        Self::InvalidMapping,
        Self::Refused,
        Self::TooManyAttempts,
        Self::Internal,
        Self::SystemUnreachable,
        Self::StoreUnavailable,
        Self::TooManyStreams,
        Self::Stopping,
    ];

    pub(crate) fn describe(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::Invalid => ("/problems/invalid", 400, "The request cannot be read"),
            Self::Unauthorized => ("/problems/unauthorized", 401, "A login is needed"),
            Self::CrossSite => ("/problems/cross-site", 403, "The request comes from another site"),
            Self::HostRefused => (
                "/problems/host-refused",
                403,
                "The server is not known by this name",
            ),
            Self::NotFound => ("/problems/not-found", 404, "There is no such thing"),
            Self::NoSuchRoute => ("/problems/no-such-route", 404, "There is nothing at this address"),
            Self::MethodNotAllowed => (
                "/problems/method-not-allowed",
                405,
                "This cannot be done at this address",
            ),
            Self::JobRunning => ("/problems/job-running", 409, "A job is in the way"),
            Self::JobState => ("/problems/job-state", 409, "The job is in another state"),
            Self::DeadLetterState => ("/problems/dead-letter-state", 409, "The dead letter is closed"),
            Self::ConflictState => ("/problems/conflict-state", 409, "The conflict is over"),
            Self::CountChanged => ("/problems/count-changed", 409, "It is another number by now"),
            Self::NotSimulated => ("/problems/not-simulated", 409, "The system is a real one"),
            Self::TooLarge => ("/problems/too-large", 413, "The body is too large"),
            Self::UnsupportedMediaType => {
                ("/problems/unsupported-media-type", 415, "The body has to be JSON")
            }
            Self::UnknownValue => ("/problems/unknown-value", 422, "There is no such value"),
            Self::InvalidMapping => ("/problems/invalid-mapping", 422, "The rule is not valid"),
            Self::Refused => ("/problems/refused", 422, "This will not do"),
            Self::TooManyAttempts => ("/problems/too-many-attempts", 429, "Too many attempts"),
            Self::Internal => ("/problems/internal", 500, "The server made a mistake"),
            Self::SystemUnreachable => (
                "/problems/system-unreachable",
                502,
                "A system did not answer as it should",
            ),
            Self::StoreUnavailable => ("/problems/store-unavailable", 503, "The store cannot be used"),
            Self::TooManyStreams => ("/problems/too-many-streams", 503, "Too many follow the events"),
            Self::Stopping => ("/problems/stopping", 503, "The server is stopping"),
        }
    }
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldFinding {
    /// Where: a field of the body, a parameter.
    pub(crate) field: String,
    /// What stands there.
    pub(crate) value: String,
    pub(crate) message: String,
    /// What may stand there, where that can be listed.
    pub(crate) allowed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mapping: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) severity: Option<Severity>,
}

impl FieldFinding {
    pub(crate) fn new(field: impl Into<String>, value: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            value: value.chars().take(200).collect(),
            message: message.into(),
            allowed: Vec::new(),
            mapping: None,
            index: None,
            severity: None,
        }
    }

    pub(crate) fn allowing(mut self, allowed: Vec<String>) -> Self {
        self.allowed = allowed;
        self
    }
}

impl From<Finding> for FieldFinding {
    fn from(finding: Finding) -> Self {
        Self {
            field: finding.field,
            value: finding.value,
            message: finding.message,
            allowed: finding.allowed,
            mapping: Some(finding.mapping),
            index: Some(finding.index),
            severity: Some(finding.severity),
        }
    }
}

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: String,
    /// Apart, so that a result with a problem in it is small.
    more: Box<More>,
}

#[derive(Debug, Default)]
struct More {
    /// The request, as it is known here; where a problem is written down it may be over.
    context: Context,
    findings: Vec<FieldFinding>,
    job: Option<Job>,
    /// One header field of the answer.
    header: Option<(header::HeaderName, String)>,
    /// For the log, and for answers while debugging.
    inner: Option<String>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            more: Box::new(More {
                context: context(),
                ..More::default()
            }),
        }
    }

    /// A mistake of ours: what it was is logged and not told.
    pub(crate) fn internal(inner: impl Into<String>) -> Self {
        let detail = "it is in the log of the server, under the id of this request";
        Self::hidden(Kind::Internal, detail, inner)
    }

    fn hidden(kind: Kind, detail: &str, inner: impl Into<String>) -> Self {
        let inner = inner.into();
        tracing::error!(error = inner, "request failed");
        let mut problem = Self::new(kind, detail);
        problem.more.inner = Some(inner);
        problem
    }

    /// What was sent cannot be read, for these reasons.
    pub(crate) fn invalid(findings: Vec<FieldFinding>) -> Self {
        Self::found(Kind::Invalid, findings)
    }

    fn found(kind: Kind, findings: Vec<FieldFinding>) -> Self {
        let lines: Vec<String> = findings
            .iter()
            .map(|finding| format!("{} `{}`: {}", finding.field, finding.value, finding.message))
            .collect();
        let mut problem = Self::new(kind, lines.join("; "));
        problem.more.findings = findings;
        problem
    }

    pub(crate) fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.more.header = Some((name, value.into()));
        self
    }

    /// An answer of the framework's own, in our words.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let reason = status
            .canonical_reason()
            .unwrap_or("it was refused")
            .to_lowercase();
        match status.as_u16() {
            404 => Self::new(Kind::NoSuchRoute, "see /api.html for what there is"),
            405 => Self::new(Kind::MethodNotAllowed, reason),
            413 => Self::new(Kind::TooLarge, reason),
            415 => Self::new(Kind::UnsupportedMediaType, reason),
            400..500 => Self::new(Kind::Invalid, reason),
            _ => Self::internal(reason),
        }
    }

    fn running(job: Job) -> Self {
        let detail = format!(
            "job {} ({}) is running: wait for it, or cancel it",
            job.id, job.job_type
        );
        let mut problem = Self::new(Kind::JobRunning, detail);
        problem.more.job = Some(job);
        problem
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.describe().2, self.detail)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    request_id: String,
    findings: &'a [FieldFinding],
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a Job>,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.describe().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let (r#type, status, title) = self.kind.describe();
        let context = &self.more.context;
        let detail = match &self.more.inner {
            Some(inner) if context.debug => inner,
            _ => &self.detail,
        };
        let body = Body {
            r#type,
            title,
            status,
            detail,
            request_id: context.request_id.clone(),
            findings: &self.more.findings,
            job: self.more.job.as_ref(),
        };
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut response = HttpResponse::build(self.status_code())
            .content_type("application/problem+json")
            .body(text);
        let headers = response.headers_mut();
        harden(headers, &context.request_id, true);
        if let Some((name, value)) = &self.more.header
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name.clone(), value);
        }
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let text = error.to_string();
        match error {
            ServiceError::Store(error) => error.into(),
            ServiceError::Start(error) => match error {
                StartRefused::Running { running } => Self::running(*running),
                StartRefused::NoSuchJob(_) => Self::new(Kind::NotFound, text),
                StartRefused::CannotResume { .. } => Self::new(Kind::JobState, text),
                StartRefused::Store(_) => store(text),
            },
            ServiceError::Run(error) => match error {
                RunError::Store(_) => store(text),
                RunError::LeaseLost(_) => Self::new(Kind::JobState, text),
                RunError::UnknownRecordType(_) => Self::internal(text),
            },
            ServiceError::System { .. } => Self::new(Kind::SystemUnreachable, text),
            ServiceError::Mapping(findings) | ServiceError::MappingFile(findings) => Self::found(
                Kind::InvalidMapping,
                findings.into_iter().map(Into::into).collect(),
            ),
            ServiceError::Unknown { what, value, allowed } => {
                let field = if what.starts_with("direction") {
                    "direction".to_owned()
                } else {
                    what.replace(' ', "_")
                };
                let finding = FieldFinding::new(
                    field.clone(),
                    &value,
                    format!("no such {}", field.replace('_', " ")),
                )
                .allowing(allowed);
                Self {
                    detail: text,
                    ..Self::found(Kind::UnknownValue, vec![finding])
                }
            }
            ServiceError::NotMatched {
                record_type, allowed, ..
            } => {
                let why = "its records are not matched, so none can be left alone";
                let finding = FieldFinding::new("record_type", &record_type, why).allowing(allowed);
                Self {
                    detail: text,
                    ..Self::found(Kind::UnknownValue, vec![finding])
                }
            }
            ServiceError::Invalid(_) | ServiceError::Csv(_) => Self::new(Kind::Refused, text),
            ServiceError::ValueGoesNowhere { field, value, why } => Self {
                detail: text,
                ..Self::found(Kind::Refused, vec![FieldFinding::new(field, &value, why)])
            },
            ServiceError::NoRecord { .. } | ServiceError::NoPreview { .. } => Self::new(Kind::NotFound, text),
            ServiceError::NotOpen { .. } => Self::new(Kind::DeadLetterState, text),
            ServiceError::ConflictOver { .. } => Self::new(Kind::ConflictState, text),
            ServiceError::CountChanged { .. } => Self::new(Kind::CountChanged, text),
            ServiceError::NotSimulated { .. } => Self::new(Kind::NotSimulated, text),
            ServiceError::Stopping => Self::new(Kind::Stopping, text),
            ServiceError::BrokeOff
            | ServiceError::Seed(_)
            | ServiceError::Shop(_)
            | ServiceError::Built(_) => Self::internal(text),
        }
    }
}

impl From<PersistenceError> for Problem {
    fn from(error: PersistenceError) -> Self {
        let text = error.to_string();
        match error {
            PersistenceError::NotFound { .. } => Self::new(Kind::NotFound, text),
            PersistenceError::CountChanged { .. } => Self::new(Kind::CountChanged, text),
            PersistenceError::CannotCancel { .. } => Self::new(Kind::JobState, text),
            PersistenceError::JobRunning { .. } => Self::new(Kind::JobRunning, text),
            PersistenceError::AlreadyLinked { .. } | PersistenceError::NothingToRestore { .. } => {
                Self::new(Kind::Refused, text)
            }
            PersistenceError::Create { .. }
            | PersistenceError::Open { .. }
            | PersistenceError::Foreign { .. }
            | PersistenceError::TooNew { .. }
            | PersistenceError::Migrate { .. }
            | PersistenceError::Query { .. } => store(text),
        }
    }
}

fn store(inner: String) -> Problem {
    Problem::hidden(
        Kind::StoreUnavailable,
        "try again; the log of the server says more",
        inner,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_type_of_its_own_and_a_status_of_an_error() {
        let types: BTreeSet<_> = Kind::ALL.into_iter().map(|kind| kind.describe().0).collect();
        assert_eq!(types.len(), Kind::ALL.len());
        assert!(
            Kind::ALL
                .into_iter()
                .all(|kind| (400..600).contains(&kind.describe().1))
        );
    }
}
