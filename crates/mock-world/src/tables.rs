use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{JournalEntry, Row};

/// A secondary index: the keys under which [`Tables::find`] finds a row. A row may have none, one or several.
pub struct Index<R> {
    /// The indexed table.
    pub table: &'static str,
    /// The index's name, unique in its table.
    pub name: &'static str,
    /// The keys of a row.
    pub keys: fn(&R) -> Vec<String>,
}

type Keys = BTreeMap<String, BTreeSet<i64>>;
type KeysOf<R> = fn(&R) -> Vec<String>;

struct Table<R> {
    rows: BTreeMap<i64, R>,
    indexes: Vec<(&'static str, KeysOf<R>, Keys)>,
}

/// What one change replaced, so that it can be taken back.
enum Undo<R> {
    Row {
        table: String,
        id: i64,
        before: Option<R>,
    },
    Counter {
        table: String,
        before: i64,
    },
    Note,
}

/// A place in a transaction to which [`Tables::rollback_to`] goes back.
#[derive(Debug, Clone, Copy)]
pub struct Savepoint(usize);

/// The rows of a world.
pub struct Tables<R> {
    named: BTreeMap<String, Table<R>>,
    counters: BTreeMap<String, i64>,
    indexes: Vec<Index<R>>,
    undo: Vec<Undo<R>>,
    notes: Vec<JournalEntry>,
}

impl<R: Row> Tables<R> {
    pub(crate) fn new(indexes: Vec<Index<R>>) -> Self {
        Self {
            named: BTreeMap::new(),
            counters: BTreeMap::new(),
            indexes,
            undo: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The row with this id.
    pub fn get(&self, table: &str, id: i64) -> Option<&R> {
        self.named.get(table)?.rows.get(&id)
    }

    /// All rows of a table in the order of their ids.
    pub fn rows(&self, table: &str) -> impl DoubleEndedIterator<Item = (i64, &R)> {
        self.named
            .get(table)
            .into_iter()
            .flat_map(|t| t.rows.iter().map(|(id, row)| (*id, row)))
    }

    /// The ids, ascending, of the rows that have this key in this index. An index that was not declared finds
    /// nothing.
    pub fn find(&self, table: &str, index: &str, key: &str) -> impl DoubleEndedIterator<Item = i64> {
        self.named
            .get(table)
            .and_then(|t| t.indexes.iter().find(|(name, ..)| *name == index))
            .and_then(|(_, _, keys)| keys.get(key))
            .into_iter()
            .flatten()
            .copied()
    }

    /// How many rows a table has.
    pub fn len(&self, table: &str) -> usize {
        self.named.get(table).map_or(0, |t| t.rows.len())
    }

    /// Whether a table has no row.
    pub fn is_empty(&self, table: &str) -> bool {
        self.len(table) == 0
    }

    /// A fresh id: counts up from 1 per table and is never given twice, not even after a removal.
    pub fn next_id(&mut self, table: &str) -> i64 {
        let id = self.counters.get(table).copied().unwrap_or(0).saturating_add(1);
        self.set_counter(table, id);
        id
    }

    /// Makes [`Self::next_id`] answer more than `id` from now on.
    pub fn skip_ids_to(&mut self, table: &str, id: i64) {
        if self.counters.get(table).copied().unwrap_or(0) < id {
            self.set_counter(table, id);
        }
    }

    /// Inserts the row, or replaces the one with this id.
    pub fn put(&mut self, table: &str, id: i64, row: R) {
        let before = self.place(table, id, Some(row));
        self.undo.push(Undo::Row {
            table: table.to_owned(),
            id,
            before,
        });
    }

    /// Removes the row and answers it.
    pub fn remove(&mut self, table: &str, id: i64) -> Option<R> {
        let before = self.place(table, id, None)?;
        self.undo.push(Undo::Row {
            table: table.to_owned(),
            id,
            before: Some(before.clone()),
        });
        Some(before)
    }

    /// Remembers this place in the transaction.
    pub fn savepoint(&self) -> Savepoint {
        Savepoint(self.undo.len())
    }

    /// Takes back everything since that place.
    pub fn rollback_to(&mut self, savepoint: Savepoint) {
        while self.undo.len() > savepoint.0 {
            match self.undo.pop() {
                Some(Undo::Row { table, id, before }) => {
                    self.place(&table, id, before);
                }
                Some(Undo::Counter { table, before }) => {
                    self.counters.insert(table, before);
                }
                Some(Undo::Note) => {
                    self.notes.pop();
                }
                None => return,
            }
        }
    }

    /// Writes one line into the journal of mutations; it counts only if the transaction commits.
    pub fn note(&mut self, at: Timestamp, operation: &str, target: &str, detail: serde_json::Value) {
        let entry = JournalEntry {
            seq: 0,
            at,
            operation: operation.to_owned(),
            target: target.to_owned(),
            detail,
        };
        self.notes.push(entry);
        self.undo.push(Undo::Note);
    }

    /// Whether anything was put or removed since that place.
    pub fn changed_since(&self, savepoint: Savepoint) -> bool {
        self.undo
            .iter()
            .skip(savepoint.0)
            .any(|undo| matches!(undo, Undo::Row { .. }))
    }

    fn set_counter(&mut self, table: &str, value: i64) {
        let before = self.counters.insert(table.to_owned(), value).unwrap_or(0);
        self.undo.push(Undo::Counter {
            table: table.to_owned(),
            before,
        });
    }

    /// Puts or removes without a trace in the undo log; answers what was there.
    fn place(&mut self, table: &str, id: i64, row: Option<R>) -> Option<R> {
        if !self.named.contains_key(table) {
            let indexes = self.indexes.iter().filter(|index| index.table == table);
            let fresh = Table {
                rows: BTreeMap::new(),
                indexes: indexes
                    .map(|index| (index.name, index.keys, Keys::new()))
                    .collect(),
            };
            self.named.insert(table.to_owned(), fresh);
        }
        let entry = self.named.get_mut(table)?;
        for (_, keys_of, keys) in &mut entry.indexes {
            let keys_of = *keys_of;
            for key in entry.rows.get(&id).map(keys_of).unwrap_or_default() {
                if let Some(ids) = keys.get_mut(&key) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        keys.remove(&key);
                    }
                }
            }
            for key in row.as_ref().map(keys_of).unwrap_or_default() {
                keys.entry(key).or_default().insert(id);
            }
        }
        match row {
            Some(row) => entry.rows.insert(id, row),
            None => entry.rows.remove(&id),
        }
    }

    // What the owner of the tables needs around a transaction.

    pub(crate) fn undo_all(&mut self) {
        self.rollback_to(Savepoint(0));
    }

    pub(crate) fn forget_undo(&mut self) {
        self.undo.clear();
        self.notes.clear();
    }

    pub(crate) fn take_notes(&mut self) -> Vec<JournalEntry> {
        std::mem::take(&mut self.notes)
    }

    pub(crate) fn notes(&self) -> &[JournalEntry] {
        &self.notes
    }

    /// Tables and ids touched by this transaction, each once.
    pub(crate) fn dirty_rows(&self) -> BTreeSet<(&str, i64)> {
        let rows = self.undo.iter().filter_map(|undo| match undo {
            Undo::Row { table, id, .. } => Some((table.as_str(), *id)),
            Undo::Counter { .. } | Undo::Note => None,
        });
        rows.collect()
    }

    /// Counters touched by this transaction with their present value.
    pub(crate) fn dirty_counters(&self) -> BTreeMap<&str, i64> {
        let counters = self.undo.iter().filter_map(|undo| match undo {
            Undo::Counter { table, .. } => Some((table.as_str(), *self.counters.get(table)?)),
            Undo::Row { .. } | Undo::Note => None,
        });
        counters.collect()
    }

    /// Takes over a row that another process committed.
    pub(crate) fn adopt_row(&mut self, table: &str, id: i64, row: Option<R>) {
        self.place(table, id, row);
    }

    /// Takes over a counter that another process committed.
    pub(crate) fn adopt_counter(&mut self, table: String, value: i64) {
        self.counters.insert(table, value);
    }

    pub(crate) fn reset(&mut self) {
        self.named.clear();
        self.counters.clear();
        self.forget_undo();
    }
}
