//! The data behind a simulated system: rows in named tables, changed in transactions, with a journal of mutations.
//!
//! A world lives in memory, or in an SQLite file of its own that several processes have open at once (a server and
//! a command line, say). Every [`World::read`] and [`World::write`] first sees what any process committed before;
//! a process that dies leaves either all of a transaction or nothing of it.
//!
//! Rows are typed by the simulator (`R`) and stored as JSON. All of them are kept in memory, with secondary
//! indexes, so that a simulator answers from memory and pays for the file only when something changed.

mod file;
mod tables;

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use file::WorldFile;
pub use tables::{Index, Savepoint, Tables};

/// What a row must be.
pub trait Row: Clone + Serialize + DeserializeOwned + Send {}
impl<R: Clone + Serialize + DeserializeOwned + Send> Row for R {}

/// One line of the journal of mutations: something that changed the world, in commit order.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// Position; grows by one with each entry.
    pub seq: i64,
    /// The simulated time of the change.
    pub at: Timestamp,
    /// What was called: `product.template.write`, `productSet`, ...
    pub operation: String,
    /// Which records were changed, in the simulator's own notation.
    pub target: String,
    /// More, for a reader.
    pub detail: serde_json::Value,
}

/// The file could not be opened, read or written.
#[derive(Debug, Error)]
pub enum WorldError {
    /// The database refused.
    #[error("simulated world: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored row is no longer readable: the file was written by another version.
    #[error("simulated world: row {id} of `{table}` is not readable: {source}")]
    Row {
        /// The row's table.
        table: String,
        /// The row's id.
        id: i64,
        /// What the decoder said.
        source: serde_json::Error,
    },
    /// Time stamps of the journal that cannot be parsed.
    #[error("simulated world: journal entry {0} is not readable")]
    Journal(i64),
}

/// Tables of rows with transactions, a journal, and optionally a file shared with other processes.
pub struct World<R> {
    tables: Tables<R>,
    file: Option<WorldFile>,
    journal: Vec<JournalEntry>,
}

impl<R: Row> World<R> {
    /// A world that lives and dies with this value.
    pub fn in_memory(indexes: Vec<Index<R>>) -> Self {
        Self {
            tables: Tables::new(indexes),
            file: None,
            journal: Vec::new(),
        }
    }

    /// The world in this file, which is created if missing. Its folder must exist.
    pub fn open(path: &Path, indexes: Vec<Index<R>>) -> Result<Self, WorldError> {
        let mut world = Self::in_memory(indexes);
        let mut file = WorldFile::open(path)?;
        file.catch_up(&mut world.tables)?;
        world.file = Some(file);
        Ok(world)
    }

    /// Looks at the world as any process left it.
    pub fn read<T>(&mut self, look: impl FnOnce(&Tables<R>) -> T) -> Result<T, WorldError> {
        if let Some(file) = &mut self.file {
            file.catch_up(&mut self.tables)?;
        }
        Ok(look(&self.tables))
    }

    /// Changes the world in one transaction: `Ok` commits everything before it returns, `Err` undoes everything,
    /// id counters and journal lines included. Other processes wait meanwhile.
    pub fn write<T, E>(
        &mut self,
        change: impl FnOnce(&mut Tables<R>) -> Result<T, E>,
    ) -> Result<Result<T, E>, WorldError> {
        if let Some(file) = &mut self.file {
            file.begin(&mut self.tables)?;
        }
        match change(&mut self.tables) {
            Ok(value) => {
                self.commit()?;
                Ok(Ok(value))
            }
            Err(error) => {
                self.tables.undo_all();
                if let Some(file) = &mut self.file {
                    file.rollback()?;
                }
                Ok(Err(error))
            }
        }
    }

    /// All committed journal lines after position `after`, oldest first.
    pub fn journal(&mut self, after: i64) -> Result<Vec<JournalEntry>, WorldError> {
        match &mut self.file {
            Some(file) => file.journal(after),
            None => Ok(self
                .journal
                .iter()
                .filter(|entry| entry.seq > after)
                .cloned()
                .collect()),
        }
    }

    /// Empties the world: rows, counters and journal.
    pub fn clear(&mut self) -> Result<(), WorldError> {
        if let Some(file) = &mut self.file {
            file.clear(&mut self.tables)?;
        }
        self.tables.reset();
        self.journal.clear();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), WorldError> {
        let Some(file) = &mut self.file else {
            let mut seq = self.journal.last().map_or(0, |entry| entry.seq);
            for mut entry in self.tables.take_notes() {
                seq += 1;
                entry.seq = seq;
                self.journal.push(entry);
            }
            self.tables.forget_undo();
            return Ok(());
        };
        if let Err(error) = file.commit(&mut self.tables) {
            self.tables.undo_all();
            return Err(error);
        }
        self.tables.forget_undo();
        Ok(())
    }
}
