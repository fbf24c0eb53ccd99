//! API versions: one per quarter, each supported for at least a year.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;

use crate::resolve::Plain;

/// The first version there was.
const FIRST: (i16, i8) = (2019, 4);

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Quarter {
    year: i16,
    month: i8,
}

impl Quarter {
    fn handle(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-').filter(|_| text.len() == 7)?;
        let quarter = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
        };
        matches!(quarter.month, 1 | 4 | 7 | 10).then_some(quarter)
    }

    /// The quarter that many quarters later (earlier, if negative).
    fn plus(self, quarters: i16) -> Self {
        let months = i32::from(self.year) * 12 + i32::from(self.month) - 1 + i32::from(quarters) * 3;
        Self {
            year: i16::try_from(months.div_euclid(12)).unwrap_or(self.year),
            month: i8::try_from(months.rem_euclid(12) + 1).unwrap_or(self.month),
        }
    }

    fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(date(2019, 4, 1))
    }
}

/// The newest released version: they come out on the first day of a quarter, 17:00 UTC.
fn newest(now: Timestamp) -> Quarter {
    let utc: DateTime = TimeZone::UTC.to_datetime(now);
    let quarter = Quarter {
        year: utc.year(),
        month: (utc.month() - 1) / 3 * 3 + 1,
    };
    let released = utc.date() > quarter.first_day() || utc.hour() >= 17;
    if released { quarter } else { quarter.plus(-1) }
}

/// The version that answers a request for this one: itself, or the oldest supported one if it was retired ("falls
/// forward") or none is named. `None` for a version that never was.
pub(crate) fn serve(asked: Option<&str>, now: Timestamp) -> Option<String> {
    let newest = newest(now);
    let oldest = newest.plus(-3);
    let asked = match asked {
        None => return Some(oldest.handle()),
        Some("unstable") => return Some("unstable".into()),
        Some("latest") => return Some(newest.handle()),
        Some(asked) => Quarter::parse(asked)?,
    };
    let first = Quarter {
        year: FIRST.0,
        month: FIRST.1,
    };
    // The next version can be had as a release candidate.
    (first <= asked && asked <= newest.plus(1)).then(|| asked.max(oldest).handle())
}

/// `publicApiVersions`, newest last.
pub(crate) fn listed(now: Timestamp) -> Vec<Plain> {
    let newest = newest(now);
    let version = |handle: String, shown: String, supported: bool| {
        Plain::new("ApiVersion")
            .leaf("handle", handle)
            .leaf("displayName", shown)
            .leaf("supported", supported)
    };
    let mut list: Vec<Plain> = (-3..=0)
        .map(|back| newest.plus(back).handle())
        .map(|handle| {
            let shown = if handle == newest.handle() {
                format!("{handle} (Latest)")
            } else {
                handle.clone()
            };
            version(handle, shown, true)
        })
        .collect();
    let candidate = newest.plus(1).handle();
    list.push(version(
        candidate.clone(),
        format!("{candidate} (Release candidate)"),
        false,
    ));
    list.push(version("unstable".into(), "unstable".into(), false));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn served_versions() {
        let now: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        let at = |asked: &str| serve(Some(asked), now);
        assert_eq!(at("2026-10").as_deref(), Some("2026-10"));
        assert_eq!(at("2026-01").as_deref(), Some("2026-01"));
        assert_eq!(
            at("2025-10").as_deref(),
            Some("2026-01"),
            "retired versions fall forward"
        );
        assert_eq!(at("2019-04").as_deref(), Some("2026-01"));
        assert_eq!(at("2027-01").as_deref(), Some("2027-01"), "the release candidate");
        assert_eq!(at("latest").as_deref(), Some("2026-10"));
        assert_eq!(at("unstable").as_deref(), Some("unstable"));
        assert_eq!(
            serve(None, now).as_deref(),
            Some("2026-01"),
            "no version means the oldest"
        );
        for never in [
            "2026-11",
            "2027-04",
            "2018-10",
            "",
            "x",
            "2026-1",
            "26-10",
            "2026-10-01",
            "９９９９-10",
        ] {
            assert_eq!(at(never), None, "{never}");
        }
    }

    #[test]
    fn a_version_comes_out_in_the_evening() {
        let at = |text: &str| newest(text.parse().unwrap()).handle();
        assert_eq!(at("2026-10-01T16:59:59Z"), "2026-07");
        assert_eq!(at("2026-10-01T17:00:00Z"), "2026-10");
        assert_eq!(at("2027-01-01T00:00:00Z"), "2026-10");
    }
}
