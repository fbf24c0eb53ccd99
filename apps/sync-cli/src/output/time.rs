use jiff::Timestamp;

use super::Look;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Look {
    /// A time as people say it, and as the clock showed it: `2026-11-23 09:00:00 CET (3 min ago)`.
    pub(crate) fn when(&self, time: Timestamp) -> String {
        let zoned = time.to_zoned(self.zone.clone());
        format!("{} ({})", zoned.strftime("%Y-%m-%d %H:%M:%S %Z"), self.ago(time))
    }

    /// [`Look::when`], or a dash.
    pub(crate) fn maybe_when(&self, time: Option<Timestamp>) -> String {
        time.map_or_else(|| "-".to_owned(), |time| self.when(time))
    }

    fn ago(&self, time: Timestamp) -> String {
        let seconds = self.now.duration_since(time).as_secs();
        match seconds {
            0 => "just now".to_owned(),
            1.. => format!("{} ago", took(seconds)),
            _ => format!("in {}", took(seconds.saturating_neg())),
        }
    }
}

/// A span of seconds in the unit that fits it: `41 s`, `3 min`, `5 h`, `12 d`.
pub(crate) fn took(seconds: i64) -> String {
    match seconds {
        ..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        DAY.. => format!("{} d", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_unit_that_fits() {
        let said: Vec<String> = [0, 59, 60, 3599, 3600, 86_399, 86_400, 10_000_000]
            .into_iter()
            .map(took)
            .collect();
        assert_eq!(
            said,
            ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d", "115 d"]
        );
    }
}
