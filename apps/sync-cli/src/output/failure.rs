//! What went wrong, in words and as data.

use serde_json::{Value, json};
use sync_core::ports::StartRefused;
use sync_service::ServiceError;
use sync_service::config::ConfigError;

/// The error and its causes in one text; a cause that a message quotes already is not repeated.
pub(super) fn message(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The document of a command that failed.
pub(super) fn document(error: &anyhow::Error) -> Value {
    json!({ "error": body(error) })
}

/// `message`; `findings` has one entry per wrong value or rule, `job` the job that is in the way.
pub(super) fn body(error: &anyhow::Error) -> Value {
    let mut body = json!({"message": message(error), "findings": findings(error)});
    if let Some(ServiceError::Start(StartRefused::Running { running })) = error.downcast_ref() {
        body["job"] = json!(running);
    }
    body
}

fn findings(error: &anyhow::Error) -> Value {
    if let Some(ConfigError::Values(values)) = error.downcast_ref() {
        return json!(values);
    }
    match error.downcast_ref() {
        Some(ServiceError::Mapping(findings) | ServiceError::MappingFile(findings)) => json!(findings),
        _ => json!([]),
    }
}
