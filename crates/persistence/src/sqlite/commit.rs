//! Storing what a batch led to.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use sync_core::ports::{BatchResult, Commit, CommitRefused, LinkChange, RecordKey, RecordResult, StoreError};
use sync_core::{Attempt, Counts, DeadLetterStatus, ErrorKind, Job, Outcome, RecordLog, Stage, reason};

use super::column::{Json, Micros};
use super::{SqliteStore, conflicts, cursors, dead_letters, intents, jobs, lease, links, logs, waiting};
use crate::PersistenceError;

/// Why the transaction is rolled back.
enum Undo {
    Sql(rusqlite::Error),
    Refused(CommitRefused),
}

impl From<rusqlite::Error> for Undo {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl SqliteStore {
    pub(super) fn store_batch(&self, job: &Job, batch: &BatchResult) -> Result<Commit, CommitRefused> {
        self.transact(|tx| store(tx, job, batch))
            .map_err(|undo| match undo {
                Undo::Sql(source) => StoreError::from(self.failed("storing a batch", source)).into(),
                Undo::Refused(refused) => refused,
            })
    }
}

fn store(tx: &Connection, job: &Job, batch: &BatchResult) -> Result<Commit, Undo> {
    let Some(job) = jobs::find(tx, job.id)? else {
        let missing = PersistenceError::NotFound {
            what: "job",
            id: job.id,
        };
        return Err(Undo::Refused(CommitRefused::Store(missing.into())));
    };
    if !job.dry_run && !lease::held(tx, job.id)? {
        return Err(Undo::Refused(CommitRefused::LeaseLost));
    }
    let mut counts = job.counts;
    for log in batch.records.iter().filter_map(|(_, result)| line(result)) {
        logs::insert(tx, &job, log)?;
        counts.add(log.outcome);
    }
    // A dry run leaves links, waiting records and dead letters as they are, whatever it finds.
    if !job.dry_run {
        store_records(tx, &job, batch)?;
    }
    store_progress(tx, &job, batch, counts)?;
    Ok(Commit { counts })
}

fn line(result: &RecordResult) -> Option<&RecordLog> {
    match result {
        RecordResult::Done { log, .. } | RecordResult::Dead { log, .. } => Some(log),
        RecordResult::Waits { log, .. } => log.as_ref(),
    }
}

fn store_records(tx: &Connection, job: &Job, batch: &BatchResult) -> Result<(), Undo> {
    let before = dead_letters::count_open(tx, &job.connection)?;
    let mapping_version = tx
        .prepare_cached("SELECT mapping_version FROM jobs WHERE id = ?")?
        .query_row([job.id], |row| row.get(0))?;
    let stamp = links::Stamp {
        connection: &job.connection,
        mapping_version,
    };
    for (key, result) in &batch.records {
        match result {
            RecordResult::Done { link, conflicts, log } => {
                change_link(tx, &stamp, link)?;
                if let Some(found) = conflicts {
                    conflicts::store(tx, job, log, found, batch.now)?;
                }
                waiting::end(tx, job, key)?;
                intents::forget(tx, job, key, log.target_id.as_deref())?;
                match closes(log) {
                    Some(status) => close(tx, job, key, status, batch.now)?,
                    None => see(tx, job, key)?,
                }
            }
            RecordResult::Waits {
                waiting,
                link,
                settled,
                ..
            } => {
                // Its intent stays: the next attempt has to be sent under the same key.
                change_link(tx, &stamp, link)?;
                keep_settled(tx, job, key, link, settled, batch.now)?;
                waiting::store(tx, job, waiting, batch.now)?;
                see(tx, job, key)?;
            }
            RecordResult::Dead {
                stage,
                class,
                code,
                original,
                mapped,
                attempts,
                max_retries,
                link,
                settled,
                log,
            } => {
                change_link(tx, &stamp, link)?;
                keep_settled(tx, job, key, link, settled, batch.now)?;
                waiting::end(tx, job, key)?;
                intents::forget(tx, job, key, log.target_id.as_deref())?;
                let failure = Failure {
                    stage: *stage,
                    class: *class,
                    code,
                    original,
                    mapped,
                    attempts,
                    max_retries: *max_retries,
                    log,
                };
                bury(tx, job, key, &failure, batch.now)?;
            }
        }
    }
    for key in &batch.renamed {
        waiting::end(tx, job, key)?;
        close(tx, job, key, DeadLetterStatus::Resolved, batch.now)?;
    }
    if let Some((side, cursor)) = &batch.mark {
        cursors::store(tx, job, *side, cursor, mapping_version, batch.now)?;
    }
    let after = dead_letters::count_open(tx, &job.connection)?;
    // A queue that is fuller than a limit that was lowered must not keep the other records from being stored.
    if after > before && after > batch.dead_letter_limit {
        let full = CommitRefused::DeadLettersFull {
            open: before,
            limit: batch.dead_letter_limit,
        };
        return Err(Undo::Refused(full));
    }
    Ok(())
}

fn change_link(tx: &Connection, stamp: &links::Stamp<'_>, change: &LinkChange) -> rusqlite::Result<()> {
    match change {
        LinkChange::Keep => Ok(()),
        LinkChange::Store(draft) => links::store(tx, stamp, draft, None).map(drop),
        LinkChange::Remove { id } => links::remove(tx, stamp.connection, *id),
    }
}

/// Keeps what lost in the part of a write that was carried out.
fn keep_settled(
    tx: &Connection,
    job: &Job,
    key: &RecordKey,
    change: &LinkChange,
    settled: &[sync_core::ConflictDraft],
    now: Timestamp,
) -> rusqlite::Result<()> {
    if settled.is_empty() {
        return Ok(());
    }
    match change {
        LinkChange::Store(link) => {
            let ids = (
                link.shopify_id.as_str(),
                link.odoo_id.as_str(),
                link.label.as_str(),
            );
            conflicts::keep(tx, job, ids, settled, now)
        }
        LinkChange::Keep => match links::of_record(tx, job, key)? {
            Some((shopify_id, odoo_id, label)) => {
                conflicts::keep(tx, job, (&shopify_id, &odoo_id, &label), settled, now)
            }
            None => Ok(()),
        },
        LinkChange::Remove { .. } => Ok(()),
    }
}

fn store_progress(tx: &Connection, job: &Job, batch: &BatchResult, counts: Counts) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE jobs SET success_count = ?, fail_count = ?, skip_count = ?, checkpoint = ? WHERE id = ?",
    )?
    .execute(params![
        counts.success_count,
        counts.fail_count,
        counts.skip_count,
        Json(&batch.checkpoint),
        job.id
    ])?;
    Ok(())
}

/// How an outcome closes the record's dead letter; `None` leaves it open.
fn closes(log: &RecordLog) -> Option<DeadLetterStatus> {
    match log.outcome {
        Outcome::Success => Some(DeadLetterStatus::Resolved),
        Outcome::Skipped if [reason::UNCHANGED, reason::LINKED].contains(&log.reason.as_str()) => {
            Some(DeadLetterStatus::Resolved)
        }
        Outcome::Skipped if log.reason == reason::GONE => Some(DeadLetterStatus::Discarded),
        Outcome::Skipped | Outcome::Fail => None,
    }
}

/// Closes the record's open dead letter, if there is one.
fn close(
    tx: &Connection,
    job: &Job,
    key: &RecordKey,
    status: DeadLetterStatus,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let closed = match status {
        DeadLetterStatus::Discarded => format!("job {}: the source no longer has the record", job.id),
        DeadLetterStatus::Open | DeadLetterStatus::Resolved => format!("job {}", job.id),
    };
    tx.prepare_cached(
        "UPDATE dead_letters SET status = ?, closed = ?, closed_at = ?, seen_by = ? \
         WHERE connection = ? AND record_type = ? AND side = ? AND source_id = ? AND status = 'open'",
    )?
    .execute(params![
        status.as_str(),
        closed,
        Micros(now),
        job.id,
        job.connection.as_str(),
        job.record_type.as_str(),
        key.side.as_str(),
        key.id,
    ])?;
    Ok(())
}

/// Notes that this job has looked at the record's open dead letter.
fn see(tx: &Connection, job: &Job, key: &RecordKey) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE dead_letters SET seen_by = ? \
         WHERE connection = ? AND record_type = ? AND side = ? AND source_id = ? AND status = 'open'",
    )?
    .execute(params![
        job.id,
        job.connection.as_str(),
        job.record_type.as_str(),
        key.side.as_str(),
        key.id
    ])?;
    Ok(())
}

struct Failure<'a> {
    stage: Stage,
    class: ErrorKind,
    code: &'a str,
    original: &'a Value,
    mapped: &'a Value,
    attempts: &'a [Attempt],
    max_retries: u32,
    log: &'a RecordLog,
}

/// Makes a dead letter, or adds to the open one.
fn bury(
    tx: &Connection,
    job: &Job,
    key: &RecordKey,
    failure: &Failure<'_>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let side = key.side.as_str();
    let key = [job.connection.as_str(), job.record_type.as_str(), side, &key.id];
    let open: Option<Json<Vec<Attempt>>> = tx
        .prepare_cached(
            "SELECT attempts FROM dead_letters \
             WHERE connection = ? AND record_type = ? AND side = ? AND source_id = ? AND status = 'open'",
        )?
        .query_row(key, |row| row.get(0))
        .optional()?;
    let mut attempts = open.map_or_else(Vec::new, |earlier| earlier.0);
    attempts.extend_from_slice(failure.attempts);
    let retries = attempts.len().saturating_sub(1);
    let first_at = attempts.first().map_or(now, |attempt| attempt.at);
    let last_at = failure.attempts.last().map_or(now, |attempt| attempt.at);
    let message = failure
        .attempts
        .last()
        .map_or(&failure.log.message, |attempt| &attempt.message);
    // An existing letter keeps its number and its first failure.
    tx.prepare_cached(
        "INSERT INTO dead_letters (connection, record_type, side, source_id, direction, label, status, stage, class, \
         code, message, original, mapped, attempts, retry_count, max_retries, job_id, seen_by, first_at, last_at) \
         VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (connection, record_type, side, source_id) WHERE status = 'open' DO UPDATE SET \
         direction = excluded.direction, label = excluded.label, stage = excluded.stage, class = excluded.class, \
         code = excluded.code, message = excluded.message, original = excluded.original, mapped = excluded.mapped, \
         attempts = excluded.attempts, retry_count = excluded.retry_count, max_retries = excluded.max_retries, \
         job_id = excluded.job_id, seen_by = excluded.seen_by, last_at = excluded.last_at",
    )?
    .execute(params![
        key[0],
        key[1],
        key[2],
        key[3],
        job.direction.as_str(),
        failure.log.label,
        failure.stage.as_str(),
        failure.class.as_str(),
        failure.code,
        message,
        Json(failure.original),
        Json(failure.mapped),
        Json(&attempts),
        retries,
        failure.max_retries,
        job.id,
        job.id,
        Micros(first_at),
        Micros(last_at),
    ])?;
    Ok(())
}
