use std::time::Duration;

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::{ConnectorError, ErrorKind};

/// How often a system may ask for more time before it counts as a failure all the same.
const MOST_THROTTLED: u32 = 30;

/// When a failed record is tried again: the first attempt at once, then after `base * multiplier^n`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RetryPolicy {
    /// How often a record is tried again after its first attempt.
    pub max_retries: u32,
    /// The first pause in seconds.
    pub base_seconds: f64,
    /// By what the pause grows from one attempt to the next.
    pub multiplier: f64,
    /// No pause is longer than this many seconds.
    pub cap_seconds: f64,
    /// Part of the pause that chance may take away, 0 to 1; keeps many clients from coming back together.
    pub jitter: f64,
}

impl Default for RetryPolicy {
    /// 1, 2, 4 and 8 seconds.
    fn default() -> Self {
        Self {
            max_retries: 4,
            base_seconds: 1.0,
            multiplier: 2.0,
            cap_seconds: 3600.0,
            jitter: 0.0,
        }
    }
}

impl RetryPolicy {
    /// The pause after this many failed attempts; `None` after the last one. A system's own wish
    /// (`Retry-After`, a cost bucket) is a lower bound.
    pub fn pause(&self, failed: u32, wish: Option<Duration>, rng: &mut dyn Rng) -> Option<Duration> {
        if failed == 0 || failed > self.max_retries {
            return None;
        }
        let exponent = i32::try_from(failed - 1).unwrap_or(i32::MAX);
        let full = (self.base_seconds * self.multiplier.powi(exponent)).clamp(0.0, self.cap_seconds);
        let kept = if self.jitter > 0.0 {
            1.0 - self.jitter.min(1.0) * rng.random::<f64>()
        } else {
            1.0
        };
        // A pause that is no number (absurd settings) waits for the cap instead of not at all.
        let seconds = if full.is_finite() {
            full * kept
        } else {
            self.cap_seconds
        };
        let pause = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(3600));
        Some(pause.max(wish.unwrap_or_default()))
    }

    /// The pause after a failed attempt that may be repeated, given all failed attempts with it. To be told to slow down
    /// is no failure: it is not counted among the retries, and the pause is what was asked for. It is not obeyed forever,
    /// though.
    pub fn pause_after(
        &self,
        error: &ConnectorError,
        failed: impl Iterator<Item = ErrorKind>,
        rng: &mut dyn Rng,
    ) -> Option<Duration> {
        let (mut throttled, mut others) = (0, 0);
        for kind in failed {
            if kind == ErrorKind::Throttled {
                throttled += 1;
            } else {
                others += 1;
            }
        }
        if error.kind != ErrorKind::Throttled {
            return self.pause(others, error.retry_after, rng);
        }
        let usual = Duration::try_from_secs_f64(self.base_seconds).unwrap_or(Duration::from_secs(1));
        (throttled <= MOST_THROTTLED).then(|| error.retry_after.unwrap_or(usual))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn the_default_waits_1_2_4_8_and_gives_up() {
        let mut rng = StdRng::seed_from_u64(1);
        let pauses: Vec<_> = (1..=5)
            .map(|n| RetryPolicy::default().pause(n, None, &mut rng))
            .collect();
        let seconds = |s| Some(Duration::from_secs(s));
        assert_eq!(pauses, [seconds(1), seconds(2), seconds(4), seconds(8), None]);
    }

    #[test]
    fn the_systems_wish_is_a_lower_bound() {
        let mut rng = StdRng::seed_from_u64(1);
        let wish = Some(Duration::from_secs(30));
        assert_eq!(RetryPolicy::default().pause(1, wish, &mut rng), wish);
        let short = Some(Duration::from_millis(1));
        assert_eq!(
            RetryPolicy::default().pause(2, short, &mut rng),
            Some(Duration::from_secs(2))
        );
    }

    #[test]
    fn being_told_to_slow_down_is_no_failure() {
        let policy = RetryPolicy {
            max_retries: 0,
            ..RetryPolicy::default()
        };
        let mut rng = StdRng::seed_from_u64(1);
        let mut after = |kind: ErrorKind, failed: &[ErrorKind]| {
            let error = ConnectorError::new(kind, "x", "x").retry_after(Duration::from_secs(7));
            policy.pause_after(&error, failed.iter().copied(), &mut rng)
        };
        let (throttled, network) = (ErrorKind::Throttled, ErrorKind::Network);
        assert_eq!(after(throttled, &[throttled]), Some(Duration::from_secs(7)));
        assert_eq!(after(throttled, &[throttled; 30]), Some(Duration::from_secs(7)));
        assert_eq!(after(throttled, &[throttled; 31]), None);
        assert_eq!(after(network, &[throttled, network]), None);
    }

    #[test]
    fn jitter_only_shortens_and_repeats_with_its_seed() {
        let policy = RetryPolicy {
            jitter: 0.5,
            ..RetryPolicy::default()
        };
        let draw = |seed| policy.pause(3, None, &mut StdRng::seed_from_u64(seed));
        let pause = draw(7).unwrap();
        assert!(
            pause >= Duration::from_secs(2) && pause <= Duration::from_secs(4),
            "{pause:?}"
        );
        assert_eq!(draw(7), Some(pause));
    }

    #[test]
    fn absurd_settings_never_panic() {
        let policy = RetryPolicy {
            base_seconds: f64::MAX,
            multiplier: f64::MAX,
            ..RetryPolicy::default()
        };
        let mut rng = StdRng::seed_from_u64(1);
        assert_eq!(policy.pause(4, None, &mut rng), Some(Duration::from_secs(3600)));
    }
}
