//! What the command line answers to whoever called it.

use std::process::ExitCode;

use clap::error::ErrorKind;
use serde_json::json;
use sync_core::{Job, JobStatus};

use crate::output::Out;

/// The exit codes, as `--help` documents them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All fine.
    Fine,
    /// Finished, and some records failed.
    Failures,
    /// It could not be done, or not to its end.
    Error,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Error => 1,
            Exit::Failures => 2,
        })
    }
}

impl Exit {
    /// What runs with these ends come to.
    pub(crate) fn of_jobs(jobs: &[Job]) -> Self {
        let of_job = |job: &Job| match job.status {
            JobStatus::Completed if job.counts.fail_count == 0 => Self::Fine,
            JobStatus::Completed => Self::Failures,
            JobStatus::Queued
            | JobStatus::Running
            | JobStatus::Failed
            | JobStatus::Cancelled
            | JobStatus::Interrupted => Self::Error,
        };
        jobs.iter().map(of_job).max().unwrap_or(Self::Fine)
    }
}

/// Shows help, version, or what is wrong with the arguments. The parser's own exit code for wrong arguments is 2,
/// which has another meaning here.
pub(crate) fn of_arguments(out: &Out, refused: &clap::Error) -> Exit {
    let wrong = refused.use_stderr();
    let text = refused.to_string();
    let text = text.trim_end();
    if out.json {
        let document = match refused.kind() {
            ErrorKind::DisplayVersion => json!({"version": text}),
            _ if wrong => {
                let message = text.trim_start_matches("error: ");
                json!({"error": {"message": message, "findings": []}})
            }
            _ => json!({"help": text}),
        };
        if out.document(&document).is_err() {
            return Exit::Error;
        }
    } else if refused.print().is_err() {
        // Nobody is there to read it.
        return if wrong { Exit::Error } else { Exit::Fine };
    }
    if wrong { Exit::Error } else { Exit::Fine }
}
