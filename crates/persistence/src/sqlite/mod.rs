//! The store over one SQLite file.

mod column;
mod commit;
mod conflicts;
mod cursors;
mod dashboard;
mod dead_letters;
mod intents;
mod jobs;
mod lease;
mod left_alone;
mod links;
mod logs;
mod mappings;
mod open;
#[cfg(test)]
mod plans;
mod query;
mod stock_moved;
mod store;
mod upkeep;
mod waiting;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use conflicts::{ConflictFilter, ConflictSelection};
pub use cursors::CursorRow;
pub use dashboard::StreamFigures;
pub use dead_letters::{DeadLetterFilter, DeadLetterGroup, DeadLetterSelection, DeadLetterSummary};
pub use jobs::JobFilter;
pub use left_alone::LeftAloneFilter;
pub use links::LinkFilter;
pub use logs::{LogCount, LogFilter};
pub use upkeep::Purged;
pub use waiting::{WaitKind, WaitingFilter, WaitingRow};

use crate::PersistenceError;

/// The engine's store, and what people look at and edit, in one SQLite file.
///
/// Every method is one transaction, and durable when it answers. Any number of processes may have the file open;
/// writers wait for each other, readers wait for nobody. Within a process all threads share one value of this type.
pub struct SqliteStore {
    path: String,
    writer: Mutex<Connection>,
    /// A second connection, so that a long list does not hold up the engine. A database in memory has none.
    reader: Option<Mutex<Connection>>,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database in this file and brings it to the present schema. File and folder are made if missing;
    /// the file is readable by its owner only, because it holds customer data.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PersistenceError> {
        let path = path.as_ref();
        let (writer, reader) = open::file(path)?;
        Ok(Self {
            path: path.display().to_string(),
            writer: Mutex::new(writer),
            reader: Some(Mutex::new(reader)),
        })
    }

    /// A database that lives and dies with this value.
    pub fn in_memory() -> Result<Self, PersistenceError> {
        Ok(Self {
            path: open::MEMORY.to_owned(),
            writer: Mutex::new(open::memory()?),
            reader: None,
        })
    }

    /// Where the database is, for people.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Carries out a writing transaction. On `Err` nothing of it is kept.
    fn transact<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = lock(&self.writer);
        // Immediate: a transaction that begins as a reader cannot become a writer once somebody else has written.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// [`Self::transact`] for work that only fails when the database does.
    fn write<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, PersistenceError> {
        self.transact(work).map_err(|source| self.failed(doing, source))
    }

    /// Reads; all statements see the same state.
    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, PersistenceError> {
        let mut connection = lock(self.reader.as_ref().unwrap_or(&self.writer));
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred);
        transaction
            .and_then(|transaction| work(&transaction))
            .map_err(|source| self.failed(doing, source))
    }

    fn failed(&self, doing: &'static str, source: rusqlite::Error) -> PersistenceError {
        PersistenceError::Query {
            doing,
            path: self.path.clone(),
            source,
        }
    }
}

/// A panic of another thread inside a transaction has rolled it back; the connection is good.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
