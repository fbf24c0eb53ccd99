use persistence::{JobFilter, LogCount, LogFilter, Page, PageRequest};
use sync_core::{Job, JobId, RecordLog};

use super::{Service, ServiceError, connection};

impl Service {
    /// Jobs, newest first.
    pub fn jobs(&self, filter: &JobFilter, page: PageRequest) -> Result<Page<Job>, ServiceError> {
        Ok(self
            .store
            .list_jobs(&connection(), filter, page, self.clock.now())?)
    }

    /// One job.
    pub fn job(&self, id: JobId) -> Result<Job, ServiceError> {
        Ok(self.store.job(id, self.clock.now())?)
    }

    /// The log of a job, newest line first.
    pub fn logs(
        &self,
        id: JobId,
        filter: &LogFilter,
        page: PageRequest,
    ) -> Result<Page<RecordLog>, ServiceError> {
        Ok(self.store.list_logs(id, filter, page)?)
    }

    /// What a job's log says in sum, by action, outcome and reason.
    pub fn log_counts(&self, id: JobId) -> Result<Vec<LogCount>, ServiceError> {
        Ok(self.store.log_counts(id)?)
    }

    /// Asks a running job to stop at its next batch.
    pub fn cancel(&self, id: JobId) -> Result<Job, ServiceError> {
        Ok(self.store.request_cancel(id, self.clock.now())?)
    }
}
