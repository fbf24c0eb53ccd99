//! Who is at work: a lease per running job, and what becomes of a job whose lease ran out.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};
use sync_core::ports::{JobEnd, LeaseState, StartRefused, StoreError};
use sync_core::{Checkpoint, ConnectionId, Job, JobId, JobStatus, NewJob, RecordType, Side};

use super::column::{Json, Micros};
use super::{SqliteStore, jobs, mappings};
use crate::PersistenceError;

impl SqliteStore {
    /// Asks a job to stop, and answers the job.
    ///
    /// A running one stops at its next batch; one that is queued or interrupted is cancelled at once. One that has
    /// ended is refused.
    pub fn request_cancel(&self, id: JobId, now: Timestamp) -> Result<Job, PersistenceError> {
        self.write("cancelling a job", |tx| {
            sweep(tx, now)?;
            let Some(job) = jobs::find(tx, id)? else {
                return Ok(Err(PersistenceError::NotFound { what: "job", id }));
            };
            match job.status {
                JobStatus::Running => {
                    tx.prepare_cached("UPDATE jobs SET cancel_requested = 1 WHERE id = ?")?
                        .execute([id])?;
                }
                JobStatus::Queued | JobStatus::Interrupted => {
                    let end = JobEnd {
                        status: JobStatus::Cancelled,
                        error: Some("cancelled on request".to_owned()),
                    };
                    store_end(tx, id, &end, now)?;
                }
                status @ (JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled) => {
                    return Ok(Err(PersistenceError::CannotCancel { id, status }));
                }
            }
            reread(tx, id).map(Ok)
        })?
    }

    /// Marks jobs as interrupted whose process went away. Writes nothing when there are none.
    pub(super) fn sweep(&self, now: Timestamp) -> Result<(), PersistenceError> {
        let expired = self.read("looking at leases", |tx| {
            tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM leases WHERE expires_at <= ?)")?
                .query_row([Micros(now)], |row| row.get(0))
        })?;
        if expired {
            self.write("ending expired leases", |tx| sweep(tx, now))
        } else {
            Ok(())
        }
    }

    pub(super) fn start(&self, new: &NewJob, now: Timestamp, ttl: Duration) -> Result<Job, StartRefused> {
        let started = self.write("starting a job", |tx| {
            sweep(tx, now)?;
            if let Some(running) = in_the_way(tx, new.dry_run, &new.connection, &new.record_type)? {
                return Ok(Err(StartRefused::Running { running: Box::new(running) }));
            }
            tx.prepare_cached(
                "INSERT INTO jobs (connection, job_type, record_type, direction, dry_run, full_read, unguarded, status, created_at, \
                 started_at, checkpoint, mapping_version) VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?)",
            )?
            .execute(params![
                new.connection.as_str(),
                new.job_type,
                new.record_type.as_str(),
                new.direction.as_str(),
                new.dry_run,
                new.full,
                new.unguarded,
                Micros(now),
                Micros(now),
                Json(Checkpoint::Reading {
                    side: new.direction.sides().first().copied().unwrap_or(Side::Shopify),
                    cursor: None,
                }),
                mappings::version(tx, &new.connection, &new.record_type)?,
            ])?;
            let job = reread(tx, tx.last_insert_rowid())?;
            take(tx, &job, now, ttl)?;
            Ok(Ok(job))
        });
        started.map_err(StoreError::from)?
    }

    pub(super) fn resume(&self, id: JobId, now: Timestamp, ttl: Duration) -> Result<Job, StartRefused> {
        let resumed = self.write("resuming a job", |tx| {
            sweep(tx, now)?;
            let Some(job) = jobs::find(tx, id)? else { return Ok(Err(StartRefused::NoSuchJob(id))) };
            if !job.status.can_resume() {
                return Ok(Err(StartRefused::CannotResume { id, status: job.status }));
            }
            if let Some(running) = in_the_way(tx, job.dry_run, &job.connection, &job.record_type)? {
                return Ok(Err(StartRefused::Running { running: Box::new(running) }));
            }
            tx.prepare_cached(
                "UPDATE jobs SET status = 'running', started_at = coalesce(started_at, ?2), finished_at = NULL, \
                 error = NULL, cancel_requested = 0, mapping_version = ?3 WHERE id = ?1",
            )?
            .execute(params![id, Micros(now), mappings::version(tx, &job.connection, &job.record_type)?])?;
            take(tx, &job, now, ttl)?;
            reread(tx, id).map(Ok)
        });
        resumed.map_err(StoreError::from)?
    }

    pub(super) fn renew(
        &self,
        id: JobId,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<LeaseState, PersistenceError> {
        let state = self.write("renewing a lease", |tx| {
            let Some(job) = jobs::find(tx, id)? else {
                return Ok(None);
            };
            if job.dry_run {
                return renew_dry(tx, &job, now, ttl).map(Some);
            }
            let held = tx
                .prepare_cached("UPDATE leases SET expires_at = ?2 WHERE job_id = ?1")?
                .execute(params![id, Micros(end_of(now, ttl))])?;
            Ok(Some(match (held, job.cancel_requested) {
                (0, _) => LeaseState::Lost,
                (_, true) => LeaseState::CancelRequested,
                (_, false) => LeaseState::Held,
            }))
        })?;
        state.ok_or(PersistenceError::NotFound { what: "job", id })
    }

    pub(super) fn finish(&self, id: JobId, end: &JobEnd, now: Timestamp) -> Result<Job, StoreError> {
        if matches!(end.status, JobStatus::Queued | JobStatus::Running) {
            return Err(StoreError(format!("job {id} cannot end as {}", end.status)));
        }
        let job = self.write("ending a job", |tx| {
            if held(tx, id)? {
                store_end(tx, id, end, now)?;
                tx.prepare_cached("DELETE FROM leases WHERE job_id = ?")?
                    .execute([id])?;
            } else if jobs::find(tx, id)?
                .is_some_and(|job| job.dry_run && job.status == JobStatus::Interrupted)
            {
                // It was thought dead and was only slow. A dry run stands in nobody's way, so its end counts.
                store_end(tx, id, end, now)?;
            }
            jobs::find(tx, id)
        })?;
        job.ok_or_else(|| PersistenceError::NotFound { what: "job", id }.into())
    }
}

/// Whether the job still has its lease. Inside a writing transaction that is safe even when the lease is overdue:
/// nobody took it over yet, and nobody can before the transaction ends.
pub(super) fn held(connection: &Connection, id: JobId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM leases WHERE job_id = ?)")?
        .query_row([id], |row| row.get(0))
}

fn sweep(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let expired: Vec<(JobId, Micros)> = connection
        .prepare_cached("SELECT job_id, expires_at FROM leases WHERE expires_at <= ?")?
        .query_map([Micros(now)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, Micros(expired_at)) in expired {
        let error = format!("its process went away: no sign of life before {expired_at:.0}");
        let end = JobEnd {
            status: JobStatus::Interrupted,
            error: Some(error),
        };
        store_end(connection, id, &end, expired_at)?;
        connection
            .prepare_cached("DELETE FROM leases WHERE job_id = ?")?
            .execute([id])?;
    }
    Ok(())
}

fn in_the_way(
    connection: &Connection,
    dry_run: bool,
    of: &ConnectionId,
    record_type: &RecordType,
) -> rusqlite::Result<Option<Job>> {
    if dry_run {
        return Ok(None);
    }
    let holder = connection
        .prepare_cached(
            "SELECT job_id FROM leases WHERE connection = ? AND record_type = ? AND exclusive = 1",
        )?
        .query_row([of.as_str(), record_type.as_str()], |row| row.get(0))
        .optional()?;
    holder.map_or(Ok(None), |id| jobs::find(connection, id))
}

fn take(connection: &Connection, job: &Job, now: Timestamp, ttl: Duration) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO leases (job_id, connection, record_type, exclusive, expires_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (job_id) DO UPDATE SET expires_at = excluded.expires_at",
        )?
        .execute(params![
            job.id,
            job.connection.as_str(),
            job.record_type.as_str(),
            !job.dry_run,
            Micros(end_of(now, ttl)),
        ])?;
    Ok(())
}

fn renew_dry(
    connection: &Connection,
    job: &Job,
    now: Timestamp,
    ttl: Duration,
) -> rusqlite::Result<LeaseState> {
    match job.status {
        JobStatus::Running => take(connection, job, now, ttl)?,
        JobStatus::Interrupted => {
            connection
                .prepare_cached(
                    "UPDATE jobs SET status = 'running', finished_at = NULL, error = NULL WHERE id = ?",
                )?
                .execute([job.id])?;
            take(connection, job, now, ttl)?;
        }
        JobStatus::Cancelled => return Ok(LeaseState::CancelRequested),
        JobStatus::Queued | JobStatus::Completed | JobStatus::Failed => {}
    }
    Ok(if job.cancel_requested {
        LeaseState::CancelRequested
    } else {
        LeaseState::Held
    })
}

fn store_end(connection: &Connection, id: JobId, end: &JobEnd, at: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE jobs SET status = :status, error = :error, finished_at = :at WHERE id = :id")?
        .execute(
            named_params! {":id": id, ":status": end.status.as_str(), ":error": end.error, ":at": Micros(at)},
        )?;
    Ok(())
}

fn reread(connection: &Connection, id: JobId) -> rusqlite::Result<Job> {
    jobs::find(connection, id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

fn end_of(now: Timestamp, ttl: Duration) -> Timestamp {
    now.checked_add(ttl).unwrap_or(Timestamp::MAX)
}
