//! The suite that every store has to pass, over SQLite: in memory, and in a file with two handles.

use persistence::SqliteStore;
use sync_core::LeftAlone;
use sync_core::conformance::store::StoreFixture;
use sync_core::ports::Store;
use tempfile::TempDir;

struct InMemory(SqliteStore);

impl StoreFixture for InMemory {
    fn store(&self) -> &dyn Store {
        &self.0
    }

    fn leave_alone(&self, record: &LeftAlone) -> bool {
        self.0.leave_alone(record).is_ok()
    }
}

struct TwoProcesses {
    one: SqliteStore,
    two: SqliteStore,
    _folder: TempDir,
}

impl TwoProcesses {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.db");
        let (one, two) = (
            SqliteStore::open(&path).unwrap(),
            SqliteStore::open(&path).unwrap(),
        );
        Self {
            one,
            two,
            _folder: folder,
        }
    }
}

impl StoreFixture for TwoProcesses {
    fn store(&self) -> &dyn Store {
        &self.one
    }

    fn second(&self) -> Option<&dyn Store> {
        Some(&self.two)
    }

    fn leave_alone(&self, record: &LeftAlone) -> bool {
        self.one.leave_alone(record).is_ok()
    }
}

mod in_memory {
    use super::*;

    sync_core::store_conformance!(|| InMemory(SqliteStore::in_memory().unwrap()));
}

mod in_a_file {
    use super::*;

    sync_core::store_conformance!(TwoProcesses::new);
}
