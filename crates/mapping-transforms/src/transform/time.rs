//! Dates and times.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::text::text_of;
use super::{Action, Definition, TransformError};
use crate::compare::Compare;

/// Recorded on Odoo 18.0 Community: datetimes are UTC without a zone.
const ODOO_DATETIME: &str = "%Y-%m-%d %H:%M:%S";

/// Longest text that is read as a time, in bytes.
const MAX_BYTES: usize = 64;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::plain(
            "datetime",
            "a time with its zone (2026-03-01T12:00:00+01:00) as Odoo writes it: UTC, without a zone, whole seconds",
            Action::new(datetime)
                .with_inverse(timestamp)
                .compared_as(Compare::Text),
        ),
        Definition::plain(
            "date",
            "the day, in UTC, of a time with its zone",
            Action::new(|value| formatted(value, "%Y-%m-%d")).compared_as(Compare::Text),
        ),
    ]
}

fn formatted(value: &Value, format: &str) -> Result<Value, TransformError> {
    let Some(text) = text_of(value)? else {
        return Ok(Value::Null);
    };
    let parsed = if text.len() > MAX_BYTES {
        None
    } else {
        text.trim().parse::<Timestamp>().ok()
    };
    match parsed {
        Some(time) => Ok(Value::String(time.strftime(format).to_string())),
        None => Err(TransformError::unsuitable(
            "a time with its zone, like 2026-03-01T12:00:00Z",
            value,
        )),
    }
}

fn datetime(value: &Value) -> Result<Value, TransformError> {
    formatted(value, ODOO_DATETIME)
}

fn timestamp(value: &Value) -> Result<Value, TransformError> {
    let Some(text) = text_of(value)? else {
        return Ok(Value::Null);
    };
    let parsed = if text.len() > MAX_BYTES {
        None
    } else {
        DateTime::strptime(ODOO_DATETIME, text.trim()).ok()
    };
    match parsed.and_then(|time| TimeZone::UTC.to_timestamp(time).ok()) {
        Some(time) => Ok(Value::String(time.to_string())),
        None => Err(TransformError::unsuitable(
            "a time in UTC, like 2026-03-01 12:00:00",
            value,
        )),
    }
}
