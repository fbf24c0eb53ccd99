//! When each recorded call was made, guessed from the dates that answers show.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::case::Case;

/// Every `YYYY-MM-DD HH:MM:SS` in a text.
fn dates(text: &str) -> impl Iterator<Item = DateTime> + '_ {
    (0..text.len()).filter_map(move |at| {
        let part = text.get(at..at + 19)?;
        (part.starts_with("20") && part.as_bytes().get(10) == Some(&b' ')).then_some(())?;
        part.parse().ok()
    })
}

/// A time per case, always later than the one before: the newest date that an answer has shown until then, and in
/// between evenly spread.
pub(crate) fn times(cases: &[Case]) -> Vec<Timestamp> {
    let day = |case: &Case| -> Option<Timestamp> {
        let at = dates(&case.response_body)
            // Dates of the recording itself; older and later ones are data.
            .filter(|at| at.to_string().starts_with("2026-11-2"))
            .max()?;
        at.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp())
    };
    let start: Timestamp = "2026-11-23T07:56:00Z".parse().unwrap();
    let mut anchors: Vec<(usize, Timestamp)> = vec![(0, start)];
    for (n, case) in cases.iter().enumerate() {
        let Some(seen) = day(case) else { continue };
        let newest = anchors.last().map_or(start, |(_, at)| *at);
        // A jump of more than a few minutes is data, unless the recording itself took a break.
        let close = seen.duration_since(newest) < SignedDuration::from_mins(10);
        if seen > newest && (close || case.seq > 90_000) {
            anchors.push((n, seen));
        }
    }
    spread(&anchors, cases.len())
}

fn spread(anchors: &[(usize, Timestamp)], count: usize) -> Vec<Timestamp> {
    let mut times = Vec::with_capacity(count);
    for (n, (from, at)) in anchors.iter().enumerate() {
        let (to, until) = anchors
            .get(n + 1)
            .copied()
            .unwrap_or((count, *at + SignedDuration::from_secs(30)));
        let steps = i64::try_from(to - from).unwrap().max(1);
        let nanos = until.duration_since(*at).as_nanos();
        for step in 0..i64::try_from(to - from).unwrap() {
            let offset = i64::try_from(nanos * i128::from(step) / i128::from(steps)).unwrap();
            times.push(*at + SignedDuration::from_nanos(offset + 123_000));
        }
    }
    times
}
