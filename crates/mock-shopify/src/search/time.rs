use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The span that a time in a query names: a second, a day, a month or a year; its start and its exclusive end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

impl Moment {
    /// Reads "2026-11-20T08:00:00Z", "2026-11-20T08:00:00", "2026-11-20", "2026-11", "2026" or "now". A time
    /// without offset is one in the shop's zone.
    pub(super) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Self> {
        let text = text.trim();
        if text == "now" {
            return Self::lasting(now, Span::new().seconds(1));
        }
        if let Ok(start) = text.parse::<Timestamp>() {
            return Self::lasting(start, Span::new().seconds(1));
        }
        if text.contains([':', 'T']) {
            let start: DateTime = text.parse().ok()?;
            return Self::between(start, start.checked_add(Span::new().seconds(1)).ok()?, zone);
        }
        let parts: Vec<&str> = text.split('-').collect();
        let numbers: Vec<i16> = parts
            .iter()
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let (start, length) = match numbers.as_slice() {
            [year] if parts[0].len() == 4 => (Date::new(*year, 1, 1).ok()?, Span::new().years(1)),
            [year, month] => (
                Date::new(*year, i8::try_from(*month).ok()?, 1).ok()?,
                Span::new().months(1),
            ),
            [year, month, day] => {
                let (month, day) = (i8::try_from(*month).ok()?, i8::try_from(*day).ok()?);
                (Date::new(*year, month, day).ok()?, Span::new().days(1))
            }
            _ => return None,
        };
        let end = start.checked_add(length).ok()?;
        Self::between(start.into(), end.into(), zone)
    }

    fn lasting(start: Timestamp, length: Span) -> Option<Self> {
        let end = start.checked_add(length).ok()?;
        Some(Self { start, end })
    }

    fn between(start: DateTime, end: DateTime, zone: &TimeZone) -> Option<Self> {
        let start = zone.to_ambiguous_timestamp(start).compatible().ok()?;
        let end = zone.to_ambiguous_timestamp(end).compatible().ok()?;
        Some(Self { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let now: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let read = |text: &str| Moment::parse(text, now, &zone).map(|m| format!("{} {}", m.start, m.end));
        let at = |text: &str, start: &str, end: &str| {
            assert_eq!(read(text), Some(format!("{start} {end}")), "{text}");
        };
        at(
            "2026-11-20T08:00:00Z",
            "2026-11-20T08:00:00Z",
            "2026-11-20T08:00:01Z",
        );
        at(
            "2026-11-20T08:00:00+01:00",
            "2026-11-20T07:00:00Z",
            "2026-11-20T07:00:01Z",
        );
        at(
            "2026-11-20T08:00:00",
            "2026-11-20T06:00:00Z",
            "2026-11-20T06:00:01Z",
        );
        at("2026-11-20", "2026-11-19T22:00:00Z", "2026-11-20T22:00:00Z");
        at("2026-11", "2026-10-31T22:00:00Z", "2026-11-30T22:00:00Z");
        at("2026", "2025-12-31T22:00:00Z", "2026-12-31T22:00:00Z");
        at("now", "2026-11-20T08:00:00Z", "2026-11-20T08:00:01Z");
        for text in [
            "",
            "soon",
            "2026-13",
            "2026-11-20-1",
            "9999-12-31",
            "20",
            "-",
            "2026-11-20T",
            "T",
        ] {
            let _ = read(text);
        }
        assert_eq!(read("soon"), None);
        assert_eq!(read("2026-13"), None);
    }
}
