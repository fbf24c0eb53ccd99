use std::time::Duration;

use jiff::Timestamp;
use sync_core::ports::{
    BatchResult, Commit, CommitRefused, Intent, JobEnd, LeaseState, OpenItems, StartRefused, Store,
    StoreError, StoredRules,
};
use sync_core::{ConnectionId, Job, JobId, Link, NewJob, RecordType, Side, Waiting};

use super::SqliteStore;

impl Store for SqliteStore {
    fn start_job(&self, job: &NewJob, now: Timestamp, ttl: Duration) -> Result<Job, StartRefused> {
        self.start(job, now, ttl)
    }

    fn resume_job(&self, id: JobId, now: Timestamp, ttl: Duration) -> Result<Job, StartRefused> {
        self.resume(id, now, ttl)
    }

    fn renew_lease(&self, job: JobId, now: Timestamp, ttl: Duration) -> Result<LeaseState, StoreError> {
        Ok(self.renew(job, now, ttl)?)
    }

    fn finish_job(&self, job: JobId, end: &JobEnd, now: Timestamp) -> Result<Job, StoreError> {
        self.finish(job, end, now)
    }

    fn rules(&self, connection: &ConnectionId, record_type: &RecordType) -> Result<StoredRules, StoreError> {
        Ok(self.rules_of(connection, record_type)?)
    }

    fn links(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<Link>, StoreError> {
        Ok(self.links_of(connection, record_type, side, ids)?)
    }

    fn child_links(&self, parents: &[i64]) -> Result<Vec<Link>, StoreError> {
        Ok(self.children_of(parents)?)
    }

    fn open_links(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Link>, StoreError> {
        Ok(self.links_still_open(connection, record_type, after, limit)?)
    }

    fn open_items(&self, job: &Job, which: OpenItems, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        Ok(match which {
            OpenItems::Untouched => self.untouched(job, limit)?,
            OpenItems::Due(now) => self.due(job, now, limit)?,
        })
    }

    fn next_due(&self, job: &Job) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.first_due(job)?)
    }

    fn begin_batch(&self, job: &Job, intents: &[Intent]) -> Result<Vec<String>, StoreError> {
        self.store_intents(job, intents)
    }

    fn commit_batch(&self, job: &Job, batch: &BatchResult) -> Result<Commit, CommitRefused> {
        self.store_batch(job, batch)
    }
}
