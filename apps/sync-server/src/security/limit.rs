use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Wrong tokens per address and minute.
const ATTEMPTS: u32 = 10;
const MINUTE: i64 = 60;
/// Addresses that are remembered; those that come while it is full are counted together.
const MOST: usize = 10_000;

/// Counts wrong tokens by the address that they came from. How much it keeps does not depend on who calls.
#[derive(Default)]
pub(super) struct Limit(Mutex<Failures>);

#[derive(Default)]
struct Failures {
    /// When counting began, and how many there were since.
    of: BTreeMap<Option<IpAddr>, (i64, u32)>,
    /// When those that are over were last looked for: a flood must not make every call look through all.
    swept: i64,
}

/// Whoever has one address of IPv6 has its whole network of 64 bits.
fn network(from: Option<IpAddr>) -> Option<IpAddr> {
    match from?.to_canonical() {
        IpAddr::V6(address) => Some(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => Some(v4),
    }
}

impl Limit {
    /// Seconds to wait if there were too many failures.
    pub(super) fn wait(&self, from: Option<IpAddr>, now: Timestamp) -> Option<i64> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = network(from);
        let full = failures.of.len() >= MOST;
        let (began, count) = failures
            .of
            .get(&key)
            .or_else(|| full.then(|| failures.of.get(&None)).flatten())?;
        let left = began + MINUTE - now.as_second();
        (*count >= ATTEMPTS && left > 0).then_some(left)
    }

    /// Notes a failure.
    pub(super) fn failed(&self, from: Option<IpAddr>, now: Timestamp) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let second = now.as_second();
        if failures.of.len() >= MOST && failures.swept != second {
            failures.swept = second;
            failures.of.retain(|_, (began, _)| *began + MINUTE > second);
        }
        let mut key = network(from);
        if failures.of.len() >= MOST && !failures.of.contains_key(&key) {
            key = None;
        }
        let entry = failures.of.entry(key).or_insert((second, 0));
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

    #[test]
    fn it_does_not_grow_with_the_number_of_addresses() {
        let limit = Limit::default();
        let now = Timestamp::from_second(100).unwrap();
        let v4 = |n: u32| Some(IpAddr::from(n.to_be_bytes()));
        for n in 0..20_000 {
            limit.failed(v4(n), now);
        }
        assert_eq!(limit.0.lock().unwrap().of.len(), MOST + 1);
        assert_eq!(limit.wait(v4(1), now), None);
        assert_eq!(limit.wait(v4(30_000), now), Some(60));
        let later = Timestamp::from_second(160).unwrap();
        limit.failed(v4(1), later);
        assert_eq!(limit.0.lock().unwrap().of.len(), 1);
    }

    #[test]
    fn a_network_of_one_owner_counts_as_one() {
        let limit = Limit::default();
        let now = Timestamp::from_second(100).unwrap();
        let v6 = |net, host| Some(IpAddr::from([0x2001, 0xdb8, 0, net, 0, 0, 0, host]));
        for host in 0..10 {
            limit.failed(v6(1, host), now);
        }
        assert_eq!(limit.wait(v6(1, 99), now), Some(60));
        assert_eq!(limit.wait(v6(2, 1), now), None);
    }
}
