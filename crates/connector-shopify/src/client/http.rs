//! What HTTP says, or that it says nothing.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;
use sync_core::{ConnectorError, ErrorKind};
use wire::{TransportError, WireResponse};

/// No pause that is asked for is longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Most characters of a foreign text in a message of ours.
const MOST_CHARS: usize = 300;

pub(super) fn from_transport(error: &TransportError) -> ConnectorError {
    let kind = match error {
        TransportError::NotSent(_) | TransportError::Lost(_) | TransportError::TooLarge(_) => {
            ErrorKind::Network
        }
        TransportError::Invalid(_) => ErrorKind::Rejected,
    };
    ConnectorError::new(kind, "no_answer", format!("no answer from Shopify: {error}"))
}

/// The error that a status other than 200 stands for. GraphQL answers 200 whatever comes out of it.
pub(super) fn from_status(response: &WireResponse) -> ConnectorError {
    let status = response.status;
    let (kind, meaning) = match status {
        401 => (
            ErrorKind::Unauthorized,
            "the access token is wrong, expired or revoked",
        ),
        402 => (ErrorKind::Unavailable, "the shop is frozen for an unpaid bill"),
        403 => (
            ErrorKind::Unauthorized,
            "the access token lacks a right, or the shop is blocked",
        ),
        404 => (ErrorKind::Protocol, "no such shop, path or API version"),
        423 => (ErrorKind::Unavailable, "the shop is locked"),
        429 => (ErrorKind::Throttled, "too many requests"),
        430 => (ErrorKind::Unavailable, "the request was taken for one of a bot"),
        400 | 405..=422 | 424..=428 | 431..=499 => (ErrorKind::Rejected, "the request is refused"),
        500..=599 => (
            ErrorKind::Unavailable,
            "the fault lies with Shopify or on the way there",
        ),
        _ => (ErrorKind::Protocol, "that is no answer of this API"),
    };
    let said = said(&response.body)
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    let message = format!(
        "Shopify answers HTTP status {status} ({meaning}){said}{}",
        request_id(response)
    );
    let mut error = ConnectorError::new(kind, format!("http_{status}"), message);
    error.retry_after = pause(response);
    error
}

/// `Retry-After` in seconds. Shopify writes a decimal ("2.0").
fn pause(response: &WireResponse) -> Option<Duration> {
    let seconds: f64 = response.headers.get("Retry-After")?.trim().parse().ok()?;
    let pause = Duration::try_from_secs_f64(seconds).ok()?;
    Some(pause.min(LONGEST_PAUSE))
}

/// The server's own time, whole seconds.
pub(super) fn server_time(response: &WireResponse) -> Option<Timestamp> {
    let date = response.headers.get("Date")?.trim();
    DateTimeParser::new().parse_timestamp(date).ok()
}

/// The text of `{"errors": …}`: a text, or texts by parameter. Anything else, HTML above all, says nothing.
fn said(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    match body.get("errors")? {
        Value::String(text) => Some(tidy(text)),
        Value::Object(by_parameter) => {
            let texts = by_parameter
                .iter()
                .filter_map(|(parameter, text)| Some(format!("{parameter}: {}", text.as_str()?)));
            Some(tidy(&texts.collect::<Vec<_>>().join("; ")))
        }
        _ => None,
    }
}

/// The id by which Shopify's support finds the request.
pub(super) fn request_id(response: &WireResponse) -> String {
    let id = response
        .headers
        .get("X-Request-Id")
        .map(tidy)
        .filter(|id| !id.is_empty());
    id.map(|id| format!(" (request {id})")).unwrap_or_default()
}

/// A foreign text on one line, without control characters and not too long.
pub(crate) fn tidy(text: &str) -> String {
    let mut words = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.len() > MOST_CHARS * 4 {
            break;
        }
    }
    if words.chars().count() > MOST_CHARS {
        words = words.chars().take(MOST_CHARS).collect();
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_statuses() {
        let kind = |status: u16| from_status(&WireResponse::new(status)).kind;
        for (statuses, expected) in [
            (&[401, 403][..], ErrorKind::Unauthorized),
            (
                &[402, 423, 430, 500, 502, 503, 504, 520, 530],
                ErrorKind::Unavailable,
            ),
            (&[429], ErrorKind::Throttled),
            (&[404, 204, 302, 999], ErrorKind::Protocol),
            (&[400, 406, 413, 415, 422], ErrorKind::Rejected),
        ] {
            assert!(
                statuses.iter().all(|status| kind(*status) == expected),
                "{expected}"
            );
        }
    }

    #[test]
    fn a_decimal_says_when_to_come_back() {
        let wait =
            |text: &str| from_status(&WireResponse::new(429).with_header("Retry-After", text)).retry_after;
        assert_eq!(wait("2.0"), Some(Duration::from_secs(2)));
        assert_eq!(wait("1e9"), Some(LONGEST_PAUSE));
        for nonsense in ["", "-1", "NaN", "inf", "soon"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_server_says_what_time_it_is() {
        let time = |text: &str| server_time(&WireResponse::new(200).with_header("Date", text));
        assert_eq!(
            time("Mon, 23 Nov 2026 09:00:07 GMT")
                .map(|at| at.to_string())
                .as_deref(),
            Some("2026-11-23T09:00:07Z")
        );
        for nonsense in ["", "now", "2026-11-23T09:00:07Z", "Mon, 99 Nov 2026 09:00:07 GMT"] {
            assert_eq!(time(nonsense), None, "{nonsense}");
        }
        assert_eq!(server_time(&WireResponse::new(200)), None);
    }

    #[test]
    fn foreign_texts_are_tidied() {
        let body = format!(r#"{{"errors":"bad\n\u0007 things {}"}}"#, "x".repeat(1000));
        let error = from_status(&WireResponse::new(400).with_body(body));
        assert!(
            error.message.contains("bad things xxx") && error.message.len() < 500,
            "{}",
            error.message
        );
        let html = from_status(&WireResponse::new(502).with_body("<h1>Bad gateway</h1>"));
        assert!(!html.message.contains("gateway"), "{}", html.message);
    }
}
