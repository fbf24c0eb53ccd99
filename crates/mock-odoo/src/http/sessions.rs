use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// The web sessions of this process.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    opened: u64,
    open: BTreeMap<String, Login>,
}

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) uid: i64,
    pub(crate) db: String,
}

/// More are not kept: the oldest names go first.
const MAX_OPEN: usize = 10_000;

impl Sessions {
    /// Opens a session and answers its id.
    pub(super) fn open(&self, login: Login, secret: &str) -> String {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.opened += 1;
        let digest = Sha256::digest(format!("{}/{}/{secret}", state.opened, login.uid));
        let short = digest
            .iter()
            .take(16)
            .fold(0_u128, |id, byte| id << 8 | u128::from(*byte));
        let rest = digest
            .iter()
            .skip(16)
            .take(4)
            .fold(0_u32, |id, byte| id << 8 | u32::from(*byte));
        let id = format!("{short:032x}{rest:08x}");
        if state.open.len() >= MAX_OPEN {
            state.open.pop_first();
        }
        state.open.insert(id.clone(), login);
        id
    }

    pub(super) fn get(&self, id: &str) -> Option<Login> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open
            .get(id)
            .cloned()
    }

    pub(super) fn close(&self, id: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open
            .remove(id);
    }
}
