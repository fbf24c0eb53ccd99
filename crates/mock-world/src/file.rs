use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use crate::{JournalEntry, Row, Tables, WorldError};

/// `version` counts commits; a row's `changed` is the commit that wrote it last, and a removed row stays as one
/// without body, so that another process learns of it. `epoch` moves when the world is emptied.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, version INTEGER NOT NULL);
INSERT OR IGNORE INTO meta VALUES (1, 0, 0);
CREATE TABLE IF NOT EXISTS rows (tbl TEXT NOT NULL, id INTEGER NOT NULL, changed INTEGER NOT NULL, body TEXT,
    PRIMARY KEY (tbl, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_changed ON rows (changed);
CREATE TABLE IF NOT EXISTS counters (tbl TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operation TEXT NOT NULL,
    target TEXT NOT NULL, detail TEXT NOT NULL);
";

/// How long a process waits for another one's transaction.
const BUSY: Duration = Duration::from_secs(30);

/// A world's file, and how far this process has read it.
pub(crate) struct WorldFile {
    connection: Connection,
    epoch: i64,
    version: i64,
}

impl WorldFile {
    pub(crate) fn open(path: &Path) -> Result<Self, WorldError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        use_wal(&connection)?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} COMMIT;"))?;
        Ok(Self {
            connection,
            epoch: 0,
            version: 0,
        })
    }

    /// Takes over what other processes committed since the last look.
    pub(crate) fn catch_up<R: Row>(&mut self, tables: &mut Tables<R>) -> Result<(), WorldError> {
        if self.meta()? == (self.epoch, self.version) {
            return Ok(());
        }
        self.connection.execute_batch("BEGIN")?;
        let adopted = self.adopt(tables);
        self.connection.execute_batch("COMMIT")?;
        adopted
    }

    /// Begins a transaction that no other process can begin meanwhile.
    pub(crate) fn begin<R: Row>(&mut self, tables: &mut Tables<R>) -> Result<(), WorldError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let adopted = self.adopt(tables);
        if adopted.is_err() {
            self.rollback()?;
        }
        adopted
    }

    pub(crate) fn rollback(&mut self) -> Result<(), WorldError> {
        Ok(self.connection.execute_batch("ROLLBACK")?)
    }

    /// Writes what the transaction changed and ends it; on error the file is as before.
    pub(crate) fn commit<R: Row>(&mut self, tables: &mut Tables<R>) -> Result<(), WorldError> {
        let written = self.write_changes(tables);
        match written {
            Ok(version) => {
                self.connection.execute_batch("COMMIT").inspect_err(|_| {
                    // The failed commit left the transaction open; there is nothing more to be said if this fails.
                    let _ = self.connection.execute_batch("ROLLBACK");
                })?;
                self.version = version;
                Ok(())
            }
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    pub(crate) fn journal(&mut self, after: i64) -> Result<Vec<JournalEntry>, WorldError> {
        let sql = "SELECT seq, at, operation, target, detail FROM journal WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([after])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let (seq, at, detail): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(4)?);
            let at: Timestamp = at.parse().map_err(|_| WorldError::Journal(seq))?;
            let detail = serde_json::from_str(&detail).map_err(|_| WorldError::Journal(seq))?;
            entries.push(JournalEntry {
                seq,
                at,
                operation: row.get(2)?,
                target: row.get(3)?,
                detail,
            });
        }
        Ok(entries)
    }

    pub(crate) fn clear<R: Row>(&mut self, tables: &mut Tables<R>) -> Result<(), WorldError> {
        self.begin(tables)?;
        let sql =
            "DELETE FROM rows; DELETE FROM counters; DELETE FROM journal; UPDATE meta SET epoch = epoch + 1;
            COMMIT";
        if let Err(error) = self.connection.execute_batch(sql) {
            self.rollback()?;
            return Err(error.into());
        }
        (self.epoch, self.version) = self.meta()?;
        Ok(())
    }

    fn meta(&self) -> Result<(i64, i64), WorldError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT epoch, version FROM meta")?;
        Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Within a transaction: brings the tables to what the file says now.
    fn adopt<R: Row>(&mut self, tables: &mut Tables<R>) -> Result<(), WorldError> {
        let (epoch, version) = self.meta()?;
        if epoch != self.epoch {
            tables.reset();
            (self.epoch, self.version) = (epoch, 0);
        }
        if version == self.version {
            return Ok(());
        }
        let sql = "SELECT tbl, id, body FROM rows WHERE changed > ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.version])?;
        while let Some(row) = rows.next()? {
            let (table, id): (String, i64) = (row.get(0)?, row.get(1)?);
            let body: Option<String> = row.get(2)?;
            let value = body.map(|body| serde_json::from_str(&body)).transpose();
            let value = value.map_err(|source| WorldError::Row {
                table: table.clone(),
                id,
                source,
            })?;
            tables.adopt_row(&table, id, value);
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT tbl, value FROM counters")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            tables.adopt_counter(row.get(0)?, row.get(1)?);
        }
        self.version = version;
        Ok(())
    }

    /// Within a transaction: writes the dirty rows, counters and notes; answers the new version.
    fn write_changes<R: Row>(&self, tables: &Tables<R>) -> Result<i64, WorldError> {
        let dirty = tables.dirty_rows();
        let counters = tables.dirty_counters();
        if dirty.is_empty() && counters.is_empty() && tables.notes().is_empty() {
            return Ok(self.version);
        }
        let bump = "UPDATE meta SET version = version + 1 RETURNING version";
        let version: Option<i64> = self.connection.query_row(bump, [], |row| row.get(0)).optional()?;
        let version = version.unwrap_or(self.version);
        let put = "INSERT INTO rows (tbl, id, changed, body) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (tbl, id) DO UPDATE SET changed = ?3, body = ?4";
        let mut put = self.connection.prepare_cached(put)?;
        for (table, id) in dirty {
            let body = tables.get(table, id).map(serde_json::to_string).transpose();
            let body = body.map_err(|source| WorldError::Row {
                table: table.to_owned(),
                id,
                source,
            })?;
            put.execute(params![table, id, version, body])?;
        }
        let count = "INSERT INTO counters VALUES (?1, ?2) ON CONFLICT (tbl) DO UPDATE SET value = ?2";
        let mut count = self.connection.prepare_cached(count)?;
        for (table, value) in counters {
            count.execute(params![table, value])?;
        }
        let note = "INSERT INTO journal (at, operation, target, detail) VALUES (?1, ?2, ?3, ?4)";
        let mut note = self.connection.prepare_cached(note)?;
        for entry in tables.notes() {
            note.execute(params![
                entry.at.to_string(),
                entry.operation,
                entry.target,
                entry.detail.to_string()
            ])?;
        }
        Ok(version)
    }
}

/// Readers see the last commit and never wait for a writer. While another process makes the same change to a new
/// file, SQLite answers "busy" at once; an empty transaction waits for that process, and then it is our turn again.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    for _ in 0..100 {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
            }
            done => return done,
        }
    }
    connection.pragma_update(None, "journal_mode", "wal")
}
