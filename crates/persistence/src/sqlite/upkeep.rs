use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use sync_core::{ConnectionId, JobId};

use super::column::Micros;
use super::{SqliteStore, lock};
use crate::PersistenceError;

/// Rows that a purge deletes in one transaction: few enough that nobody waits long for it.
const CHUNK: usize = 5_000;

/// What a purge deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Log lines.
    pub log_lines: u64,
    /// Dead letters that were resolved or discarded, with their payloads.
    pub dead_letters: u64,
}

impl SqliteStore {
    /// Forgets everything that was synced on a connection: links, jobs with their logs, waiting records, dead
    /// letters, conflicts, intents, cursors, what is left alone. Mappings stay. Refused while a job is running.
    pub fn reset(&self, connection: &ConnectionId, now: Timestamp) -> Result<(), PersistenceError> {
        self.sweep(now)?;
        let running: Option<(JobId, String)> = self.write("resetting", |tx| {
            let running = tx
                .prepare_cached(
                    "SELECT jobs.id, jobs.job_type FROM leases JOIN jobs ON jobs.id = leases.job_id \
                     WHERE leases.connection = ? ORDER BY jobs.id LIMIT 1",
                )?
                .query_row([connection.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if running.is_none() {
                // Those that refer to others come first.
                for table in [
                    "record_logs",
                    "waiting",
                    "dead_letters",
                    "intents",
                    "conflicts",
                    "stock_moved",
                    "cursors",
                    "left_alone",
                    "links",
                    "jobs",
                ] {
                    tx.execute(
                        &format!("DELETE FROM {table} WHERE connection = ?"),
                        [connection.as_str()],
                    )?;
                }
            }
            Ok(running)
        })?;
        running.map_or(Ok(()), |(id, job_type)| {
            Err(PersistenceError::JobRunning { id, job_type })
        })
    }

    /// Deletes what holds customer data and is no longer needed: the logs of jobs that ended before this time, and
    /// the dead letters that were closed before it. Jobs keep their counts.
    ///
    /// The bytes are overwritten in the file. Not one transaction but many small ones: if it fails, what is deleted
    /// stays deleted, and calling it again goes on.
    pub fn purge(&self, before: Timestamp) -> Result<Purged, PersistenceError> {
        self.overwrite_deleted(true)?;
        let purged = self.purge_rows(before);
        let restored = self.overwrite_deleted(false);
        let purged = purged?;
        restored?;
        Ok(purged)
    }

    fn purge_rows(&self, before: Timestamp) -> Result<Purged, PersistenceError> {
        let log_lines = self.purge_chunks(
            "DELETE FROM record_logs WHERE id IN (SELECT line.id FROM jobs JOIN record_logs AS line \
             ON line.job_id = jobs.id WHERE jobs.finished_at < ? LIMIT ?)",
            before,
        )?;
        let dead_letters = self.purge_chunks(
            "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters \
             WHERE status <> 'open' AND closed_at < ? LIMIT ?)",
            before,
        )?;
        Ok(Purged {
            log_lines,
            dead_letters,
        })
    }

    fn purge_chunks(&self, sql: &str, before: Timestamp) -> Result<u64, PersistenceError> {
        let mut deleted = 0;
        loop {
            let chunk = self.write("purging", |tx| {
                tx.prepare_cached(sql)?.execute(params![Micros(before), CHUNK])
            })?;
            if chunk == 0 {
                return Ok(deleted);
            }
            deleted += u64::try_from(chunk).unwrap_or(u64::MAX);
        }
    }

    /// Whether SQLite overwrites what it deletes. After a purge the log of changes is emptied too, which still has
    /// the old pages; a reader that is at work at that moment puts this off to the next checkpoint.
    fn overwrite_deleted(&self, overwrite: bool) -> Result<(), PersistenceError> {
        let connection = lock(&self.writer);
        let set = || {
            connection.pragma_update_and_check(None, "secure_delete", overwrite, |_| Ok(()))?;
            if !overwrite {
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            }
            Ok(())
        };
        set().map_err(|source| self.failed("purging", source))
    }
}
