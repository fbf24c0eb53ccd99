use jiff::Timestamp;

use crate::config::RateLimit;

/// A leaky bucket of points: what is taken out comes back at a constant rate.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    limit: RateLimit,
    /// Thousandths of points that are there.
    millis: i64,
    /// When that was so.
    at: Option<Timestamp>,
}

/// The bucket as an answer shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) maximum: u32,
    pub(crate) available: i64,
    pub(crate) restore_rate: u32,
}

impl Bucket {
    pub(crate) fn full(limit: RateLimit) -> Self {
        Self {
            limit,
            millis: i64::from(limit.bucket) * 1_000,
            at: None,
        }
    }

    /// Lets points come back up to this time. A clock that goes backwards brings none.
    fn refill(&mut self, now: Timestamp) {
        if let Some(at) = self.at {
            let passed = now.as_millisecond().saturating_sub(at.as_millisecond()).max(0);
            let back = passed.saturating_mul(i64::from(self.limit.restore_per_second));
            self.millis = self
                .millis
                .saturating_add(back)
                .min(i64::from(self.limit.bucket) * 1_000);
        }
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
    }

    /// Takes the points out, if all of them are there.
    pub(crate) fn take(&mut self, points: u64, now: Timestamp) -> bool {
        self.refill(now);
        let wanted = i64::try_from(points).unwrap_or(i64::MAX).saturating_mul(1_000);
        if wanted > self.millis {
            return false;
        }
        self.millis -= wanted;
        true
    }

    /// Puts points back that were taken and not used.
    pub(crate) fn give_back(&mut self, points: u64) {
        let back = i64::try_from(points).unwrap_or(0).saturating_mul(1_000);
        self.millis = self
            .millis
            .saturating_add(back)
            .min(i64::from(self.limit.bucket) * 1_000);
    }

    pub(crate) fn level(&self) -> Level {
        Level {
            maximum: self.limit.bucket,
            available: self.millis / 1_000,
            restore_rate: self.limit.restore_per_second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn points_come_back_with_time() {
        let mut bucket = Bucket::full(RateLimit::STANDARD);
        assert!(bucket.take(900, second(0)) && bucket.take(900, second(0)));
        assert_eq!(bucket.level().available, 200);
        assert!(!bucket.take(507, second(3)), "500 are there");
        assert_eq!(bucket.level().available, 500);
        assert!(bucket.take(507, second(4)));
        bucket.give_back(500);
        assert_eq!(bucket.level().available, 593);
        assert!(bucket.take(0, second(3)), "a clock that goes back");
        assert_eq!(bucket.level().available, 593);
        assert!(bucket.take(0, second(1_000_000)));
        assert_eq!(bucket.level().available, 2_000, "never more than full");
    }
}
