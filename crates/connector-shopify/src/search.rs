//! Queries in Shopify's search language.

use jiff::{SignedDuration, Timestamp};

/// What changed at this time or later. The shop compares whole seconds, in UTC.
pub(crate) fn changed_since(at: Timestamp) -> String {
    format!("updated_at:>='{}'", whole(at))
}

/// The second that a time lies in.
pub(crate) fn whole(at: Timestamp) -> Timestamp {
    let part = SignedDuration::new(0, at.subsec_nanosecond());
    at.checked_sub(part).unwrap_or(at)
}

/// `field:"text"`: quotes keep everything in the text ordinary but quotes and backslashes, which are escaped.
pub(crate) fn term(field: &str, text: &str) -> String {
    let mut term = format!("{field}:\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            term.push('\\');
        }
        term.push(c);
    }
    term.push('"');
    term
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_seconds_of_utc() {
        let at: Timestamp = "2026-11-23T10:00:00.999+01:00".parse().unwrap();
        assert_eq!(changed_since(at), "updated_at:>='2026-11-23T09:00:00Z'");
    }

    #[test]
    fn texts_cannot_leave_their_quotes() {
        assert_eq!(term("sku", r#"a" OR "b\"#), r#"sku:"a\" OR \"b\\""#);
    }
}
