//! What an answer, or its absence, says.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use sync_core::ErrorKind;
use wire::{TransportError, WireResponse};

use super::CallError;

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    result: Value,
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: FaultData,
}

#[derive(Default, Deserialize)]
struct FaultData {
    #[serde(default)]
    name: String,
    #[serde(default)]
    message: String,
}

pub(super) fn from_transport(error: &TransportError) -> CallError {
    let kind = match error {
        TransportError::NotSent(_) | TransportError::Lost(_) | TransportError::TooLarge(_) => {
            ErrorKind::Network
        }
        TransportError::Invalid(_) => ErrorKind::Rejected,
    };
    let mut failed = CallError::new(kind, "no_answer", format!("no answer from Odoo: {error}"));
    failed.unknown = error.may_have_happened();
    failed
}

/// The result of a call. Neither `result` nor `error` is how Odoo answers None.
pub(super) fn read_answer(response: &WireResponse) -> Result<Value, CallError> {
    if response.status != 200 {
        return Err(http_error(response));
    }
    match serde_json::from_slice::<Envelope>(&response.body) {
        Ok(Envelope {
            error: Some(fault), ..
        }) => Err(read_fault(&fault)),
        Ok(Envelope { result, error: None }) => Ok(result),
        Err(reason) => {
            let message = format!("Odoo's answer is no JSON-RPC: {reason}");
            let mut error = CallError::new(ErrorKind::Protocol, "no_json", message);
            // The status says that the call was served: a proxy may have cut its answer.
            error.unknown = true;
            Err(error)
        }
    }
}

fn http_error(response: &WireResponse) -> CallError {
    let status = response.status;
    let kind = match status {
        401 | 403 => ErrorKind::Unauthorized,
        429 => ErrorKind::Throttled,
        404 => ErrorKind::Protocol,
        400..=499 => ErrorKind::Rejected,
        _ => ErrorKind::Unavailable,
    };
    let mut error = CallError::new(
        kind,
        &format!("http_{status}"),
        format!("Odoo answered HTTP status {status}"),
    );
    // A gateway that gave up waiting does not know what became of the call behind it.
    error.unknown = status >= 500;
    let wait = response
        .headers
        .get("Retry-After")
        .and_then(|text| text.trim().parse::<f64>().ok());
    error.error.retry_after = wait.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    error
}

fn read_fault(fault: &Fault) -> CallError {
    let name = fault.data.name.as_str();
    let text = if fault.data.message.is_empty() {
        &fault.message
    } else {
        &fault.data.message
    };
    let (kind, code) = classify(name, text);
    CallError::new(kind, code, text.trim())
}

/// The kind of a fault by the class of its exception (recorded on Odoo 18.0 Community).
fn classify(exception: &str, text: &str) -> (ErrorKind, &'static str) {
    match exception {
        "odoo.exceptions.AccessDenied" => (ErrorKind::Unauthorized, "access_denied"),
        "odoo.exceptions.AccessError" => (ErrorKind::Rejected, "no_right"),
        "odoo.exceptions.MissingError" => (ErrorKind::Rejected, "record_missing"),
        "odoo.exceptions.UserError"
        | "odoo.exceptions.ValidationError"
        | "odoo.exceptions.RedirectWarning" => (ErrorKind::Rejected, "refused"),
        "psycopg2.OperationalError" | "psycopg2.InterfaceError" => {
            (ErrorKind::Unavailable, "database_unavailable")
        }
        _ => classify_text(text).unwrap_or((ErrorKind::Rejected, "odoo_error")),
    }
}

/// Contention comes with the same words as a fault and as a message of `load`.
pub(super) fn classify_text(text: &str) -> Option<(ErrorKind, &'static str)> {
    const BUSY: [&str; 3] = [
        "could not serialize access",
        "could not obtain lock",
        "deadlock detected",
    ];
    if BUSY.iter().any(|busy| text.contains(busy)) {
        return Some((ErrorKind::Contention, "concurrent_update"));
    }
    if text.contains("Barcode(s) already assigned") {
        return Some((ErrorKind::Rejected, "barcode_taken"));
    }
    None
}
