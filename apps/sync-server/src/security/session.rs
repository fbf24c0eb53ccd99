use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// The cookie of a login.
pub(crate) const COOKIE: &str = "sync_session";
/// How long a login lasts.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// The most logins at a time.
const MOST: usize = 1_000;

type Digested = [u8; 32];

/// The logins, by a digest of their ids: what is kept here cannot be used as a cookie.
#[derive(Default)]
pub(super) struct Sessions(Mutex<BTreeMap<Digested, Timestamp>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Digested, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new login: the id for the cookie.
    pub(super) fn begin(&self, now: Timestamp) -> Result<String, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        let id = hex(&bytes);
        let mut sessions = self.lock();
        sessions.retain(|_, ends| *ends > now);
        if sessions.len() >= MOST {
            let first = sessions.iter().min_by_key(|(_, ends)| **ends).map(|(id, _)| *id);
            first.and_then(|id| sessions.remove(&id));
        }
        sessions.insert(digest(&id), now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX));
        Ok(id)
    }

    pub(super) fn is_known(&self, id: &str, now: Timestamp) -> bool {
        self.lock().get(&digest(id)).is_some_and(|ends| *ends > now)
    }

    pub(super) fn end(&self, id: &str) {
        self.lock().remove(&digest(id));
    }
}

pub(super) fn digest(text: &str) -> Digested {
    Sha256::digest(text.as_bytes()).into()
}

/// Bytes as text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| DIGITS.get(usize::from(digit)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_lasts_for_its_time_and_until_its_end() {
        let sessions = Sessions::default();
        let now = Timestamp::UNIX_EPOCH;
        let id = sessions.begin(now).unwrap();
        assert!(sessions.is_known(&id, now) && !sessions.is_known("x", now));
        assert!(!sessions.is_known(&id, now + LIFETIME));
        sessions.end(&id);
        assert!(!sessions.is_known(&id, now));
    }

    #[test]
    fn logins_do_not_pile_up() {
        let sessions = Sessions::default();
        for second in 0..1_100 {
            sessions.begin(Timestamp::from_second(second).unwrap()).unwrap();
        }
        assert_eq!(sessions.lock().len(), MOST);
    }
}
