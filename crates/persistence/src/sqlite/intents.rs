use rusqlite::{Connection, OptionalExtension, params};
use sync_core::Job;
use sync_core::ports::{Intent, RecordKey, StoreError};

use super::{SqliteStore, lease};

impl SqliteStore {
    pub(super) fn store_intents(&self, job: &Job, intents: &[Intent]) -> Result<Vec<String>, StoreError> {
        if job.dry_run {
            // A dry run sends nothing, so it leaves nothing behind.
            return Ok(intents.iter().map(|intent| intent.fresh_key.clone()).collect());
        }
        let keys = self.write("storing intents", |tx| {
            if !lease::held(tx, job.id)? {
                return Ok(None);
            }
            intents
                .iter()
                .map(|intent| key(tx, job, intent))
                .collect::<rusqlite::Result<_>>()
                .map(Some)
        })?;
        keys.ok_or_else(|| {
            StoreError(format!(
                "job {} lost its lease: another process may have taken over",
                job.id
            ))
        })
    }
}

/// The key of this intent, which is stored if it is new.
fn key(connection: &Connection, job: &Job, intent: &Intent) -> rusqlite::Result<String> {
    let stored: Option<(String, String)> = connection
        .prepare_cached(
            "SELECT fingerprint, idempotency_key FROM intents \
             WHERE connection = ? AND record_type = ? AND side = ? AND source_id = ?",
        )?
        .query_row(
            params![
                job.connection.as_str(),
                job.record_type.as_str(),
                intent.side.as_str(),
                intent.source_id
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if let Some((fingerprint, key)) = stored
        && fingerprint == intent.fingerprint
    {
        return Ok(key);
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO intents \
             (connection, record_type, side, source_id, fingerprint, idempotency_key) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            job.connection.as_str(),
            job.record_type.as_str(),
            intent.side.as_str(),
            intent.source_id,
            intent.fingerprint,
            intent.fresh_key,
        ])?;
    Ok(intent.fresh_key.clone())
}

/// Forgets what was announced for a record: under its key, and under the id that it has on the other side.
pub(super) fn forget(
    connection: &Connection,
    job: &Job,
    key: &RecordKey,
    other: Option<&str>,
) -> rusqlite::Result<()> {
    let ids = [(key.side, Some(key.id.as_str())), (key.side.other(), other)];
    for (side, id) in ids.into_iter().filter_map(|(side, id)| Some((side, id?))) {
        connection
            .prepare_cached(
                "DELETE FROM intents WHERE connection = ? AND record_type = ? AND side = ? AND source_id = ?",
            )?
            .execute([
                job.connection.as_str(),
                job.record_type.as_str(),
                side.as_str(),
                id,
            ])?;
    }
    Ok(())
}
