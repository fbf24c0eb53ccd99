use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sync_core::ports::{
    BatchResult, Commit, CommitRefused, Handled, Intent, JobEnd, LeaseState, OpenItems, StartRefused, Store,
    StoreError, StoredCursor, StoredRules,
};
use sync_core::{
    ConnectionId, Job, JobId, LeftAlone, Link, MovedQuantity, NewJob, RecordType, Resolution, Side, Waiting,
};

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

    fn left_alone(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        side: Side,
        ids: &[String],
    ) -> Result<Vec<LeftAlone>, StoreError> {
        Ok(self.left_alone_of(connection, record_type, side, ids)?)
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

    fn cursors(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
    ) -> Result<Vec<StoredCursor>, StoreError> {
        Ok(self.cursors_of(connection, record_type)?)
    }

    fn handled(&self, job: &Job, side: Side, ids: &[String]) -> Result<Vec<Handled>, StoreError> {
        Ok(self.handled_by(job, side, ids)?)
    }

    fn unseen_links(&self, job: &Job, after: i64, limit: usize) -> Result<Vec<Link>, StoreError> {
        Ok(self.links_unseen(job, after, limit)?)
    }

    fn count_links(&self, connection: &ConnectionId, record_type: &RecordType) -> Result<u64, StoreError> {
        Ok(self.link_count(connection, record_type)?)
    }

    fn resolutions(
        &self,
        connection: &ConnectionId,
        record_type: &RecordType,
        shopify_ids: &[String],
    ) -> Result<Vec<(String, Resolution)>, StoreError> {
        Ok(self.resolutions_of(connection, record_type, shopify_ids)?)
    }

    fn moved(
        &self,
        connection: &ConnectionId,
        keys: &[String],
    ) -> Result<BTreeMap<String, MovedQuantity>, StoreError> {
        Ok(self.moved_in_all(connection, keys)?)
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
