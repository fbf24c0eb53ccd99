//! The first sync of two systems that both have data, seen before anything is written.

use persistence::{JobFilter, LeftAloneFilter, LogFilter, MAX_PAGE, PageRequest};
use serde::Serialize;
use sync_core::engine::StopFlag;
use sync_core::{Action, Direction, Job, JobId, JobStatus, LeftAlone, RecordLog, reason};

use super::{Service, ServiceError, SyncRequest};

/// As much as one page holds.
const WHOLE: PageRequest = PageRequest {
    before: None,
    limit: MAX_PAGE,
};

/// What a run would link, make, and leave to a person, without what people want left alone by now. Each list holds its
/// first 500 lines; the job's log has all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchPreview {
    /// The dry run that found it out.
    pub job: Job,
    /// Records that found their counterparts.
    pub will_link: Vec<RecordLog>,
    /// Records that would be made.
    pub will_create: Vec<RecordLog>,
    /// Records that may have a counterpart: link them by hand, or make what they have in common unique.
    pub ambiguous: Vec<RecordLog>,
    /// Records that are left alone now, the latest first.
    pub left_alone: Vec<LeftAlone>,
}

impl Service {
    /// Looks what a first run would link and make. Nothing is written; what is linked already is not shown.
    pub fn match_preview(
        &self,
        record_type: &str,
        direction: Direction,
    ) -> Result<MatchPreview, ServiceError> {
        let job = self.start(&SyncRequest::match_preview(record_type, direction))?;
        let job = self.carry_out(job, &StopFlag::default(), &mut |_| {})?;
        self.match_preview_of(job)
    }

    /// The newest preview of a record type that went through to its end, among its last jobs.
    pub fn last_match_preview(&self, record_type: &str) -> Result<MatchPreview, ServiceError> {
        let spec = self.spec(record_type)?;
        let filter = JobFilter {
            job_type: Some(spec.job_type.clone()),
            status: Some(JobStatus::Completed),
        };
        let jobs = self.jobs(&filter, WHOLE)?.items;
        let newest = jobs.into_iter().find(|job| job.dry_run && job.full);
        self.match_preview_of(newest.ok_or_else(|| ServiceError::NoPreview {
            record_type: spec.name.to_string(),
        })?)
    }

    /// That of a job, which has to be such a dry run.
    pub fn match_preview_of_job(&self, id: JobId) -> Result<MatchPreview, ServiceError> {
        let job = self.job(id)?;
        if job.dry_run && job.full {
            return self.match_preview_of(job);
        }
        Err(ServiceError::Invalid(format!(
            "job {id} is no dry run that reads everything: it tells nothing of what would be linked"
        )))
    }

    /// The same of a dry run that was carried out elsewhere.
    pub fn match_preview_of(&self, job: Job) -> Result<MatchPreview, ServiceError> {
        let left_alone = LeftAloneFilter {
            record_type: Some(job.record_type.clone()),
            side: None,
        };
        Ok(MatchPreview {
            will_link: self.still_meant(&job, Action::Link, None)?,
            will_create: self.still_meant(&job, Action::Create, None)?,
            ambiguous: self.still_meant(&job, Action::Skip, Some(reason::NEEDS_MATCH))?,
            left_alone: self.left_alone(&left_alone, WHOLE)?.items,
            job,
        })
    }

    /// The first lines of a kind that are not about a record that was left alone since.
    fn still_meant(
        &self,
        job: &Job,
        action: Action,
        reason: Option<&str>,
    ) -> Result<Vec<RecordLog>, ServiceError> {
        let filter = LogFilter {
            action: Some(action),
            reason: reason.map(str::to_owned),
            ..LogFilter::default()
        };
        let (mut meant, mut page) = (Vec::new(), WHOLE);
        loop {
            let found = self.logs(job.id, &filter, page)?;
            meant.extend(self.without_left_alone(&job.record_type, found.items)?);
            page.before = found.next;
            if page.before.is_none() || meant.len() >= MAX_PAGE {
                meant.truncate(MAX_PAGE);
                return Ok(meant);
            }
        }
    }
}
