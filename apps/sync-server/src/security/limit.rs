use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Failed logins per address and minute.
const ATTEMPTS: u32 = 10;
const MINUTE: i64 = 60;
/// Addresses that are remembered.
const MOST: usize = 10_000;

/// Counts failed logins by the address that they came from.
#[derive(Default)]
pub(super) struct Limit(Mutex<BTreeMap<Option<IpAddr>, (i64, u32)>>);

impl Limit {
    /// Seconds to wait if there were too many failures.
    pub(super) fn wait(&self, from: Option<IpAddr>, now: Timestamp) -> Option<i64> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, count) = failures.get(&from)?;
        let left = began + MINUTE - now.as_second();
        (*count >= ATTEMPTS && left > 0).then_some(left)
    }

    /// Notes a failure.
    pub(super) fn failed(&self, from: Option<IpAddr>, now: Timestamp) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let second = now.as_second();
        if failures.len() >= MOST {
            failures.retain(|_, (began, _)| *began + MINUTE > second);
        }
        let entry = failures.entry(from).or_insert((second, 0));
        if entry.0 + MINUTE <= second {
            *entry = (second, 0);
        }
        entry.1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_failures_have_to_wait_and_others_do_not() {
        let limit = Limit::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let from = |last| Some(IpAddr::from([127, 0, 0, last]));
        for _ in 0..ATTEMPTS {
            assert_eq!(limit.wait(from(1), at(100)), None);
            limit.failed(from(1), at(100));
        }
        assert_eq!(limit.wait(from(1), at(110)), Some(50));
        assert_eq!(limit.wait(from(2), at(110)), None);
        assert_eq!(limit.wait(from(1), at(160)), None);
        limit.failed(from(1), at(160));
        assert_eq!(limit.wait(from(1), at(161)), None);
    }
}
