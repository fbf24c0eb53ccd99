//! The first sync of two systems that both have data, seen before anything is written.

use persistence::{LogFilter, MAX_PAGE, PageRequest};
use serde::Serialize;
use sync_core::engine::StopFlag;
use sync_core::{Action, Direction, Job, RecordLog};

use super::{Service, ServiceError, SyncRequest};

/// What a run would link, make, and leave to a person. Each list holds its first 500 lines; the job's log has all.
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
}

impl Service {
    /// Looks what a first run would link and make. Nothing is written; what is linked already is not shown.
    pub fn match_preview(
        &self,
        record_type: &str,
        direction: Direction,
    ) -> Result<MatchPreview, ServiceError> {
        let request = SyncRequest {
            dry_run: true,
            full: true,
            ..SyncRequest::new(record_type, direction)
        };
        let job = self.start(&request)?;
        let job = self.carry_out(job, &StopFlag::default(), &mut |_| {})?;
        self.match_preview_of(job)
    }

    /// The same of a dry run that was carried out elsewhere.
    pub fn match_preview_of(&self, job: Job) -> Result<MatchPreview, ServiceError> {
        let lines = |action: Action, reason: Option<&str>| {
            let filter = LogFilter {
                action: Some(action),
                reason: reason.map(str::to_owned),
                ..LogFilter::default()
            };
            let page = PageRequest {
                before: None,
                limit: MAX_PAGE,
            };
            Ok::<_, ServiceError>(self.logs(job.id, &filter, page)?.items)
        };
        Ok(MatchPreview {
            will_link: lines(Action::Link, None)?,
            will_create: lines(Action::Create, None)?,
            ambiguous: lines(Action::Skip, Some("needs_match"))?,
            job,
        })
    }
}
