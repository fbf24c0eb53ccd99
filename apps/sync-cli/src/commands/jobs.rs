use anyhow::Result;
use clap::Subcommand;
use serde::Serialize;
use sync_core::{Action, Job, JobId, JobStatus, Outcome, RecordLog};
use sync_service::{JobFilter, LogCount, LogFilter};

use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{Look, Tone, cell, clean, number, toned};
use crate::running::{carry, jobs_table, reasons, run_time, show_summary};
use crate::stop::on_ctrl_c;

/// Look at jobs, stop them, go on with them.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List jobs, newest first
    List {
        /// Only jobs of this type
        #[arg(long = "type", value_name = "TYPE")]
        job_type: Option<String>,
        /// Only jobs that are so far
        #[arg(long, value_parser = JobStatus::ALL.map(JobStatus::as_str))]
        status: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Show a job and its records by what became of them
    Show {
        /// The job's number
        id: JobId,
    },
    /// Show what became of each record, newest first
    Logs {
        /// The job's number
        id: JobId,
        /// Only records that ended so
        #[arg(long, value_parser = Outcome::ALL.map(Outcome::as_str))]
        outcome: Option<String>,
        /// Only records that this was done with
        #[arg(long, value_parser = Action::ALL.map(Action::as_str))]
        action: Option<String>,
        /// Only with this reason: `unchanged`, `waits_for_product`, ...
        #[arg(long, value_name = "WORD")]
        reason: Option<String>,
        /// Part of the name, an id or the message
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Ask a job to stop at its next batch
    Cancel {
        /// The job's number
        id: JobId,
    },
    /// Go on with a job that was interrupted, cancelled or failed
    Resume {
        /// The job's number
        id: JobId,
    },
}

pub(crate) fn run(app: &App, command: &JobsCommand) -> Result<Exit> {
    match command {
        JobsCommand::List {
            job_type,
            status,
            page,
        } => list(app, job_type.as_deref(), status.as_deref(), page),
        JobsCommand::Show { id } => show(app, *id),
        JobsCommand::Logs {
            id,
            outcome,
            action,
            reason,
            search,
            page,
        } => {
            let filter = LogFilter {
                outcome: parsed(outcome.as_deref())?,
                action: parsed(action.as_deref())?,
                reason: reason.clone(),
                text: search.clone(),
            };
            logs(app, *id, &filter, page)
        }
        JobsCommand::Cancel { id } => cancel(app, *id),
        JobsCommand::Resume { id } => resume(app, *id),
    }
}

/// A word that the parser of the arguments has looked at already.
pub(crate) fn parsed<T: std::str::FromStr<Err = String>>(word: Option<&str>) -> Result<Option<T>> {
    word.map(str::parse).transpose().map_err(anyhow::Error::msg)
}

fn list(app: &App, job_type: Option<&str>, status: Option<&str>, page: &PageArgs) -> Result<Exit> {
    let service = app.service()?;
    let spec = job_type.map(|name| service.spec(name)).transpose()?;
    let filter = JobFilter {
        job_type: spec.map(|spec| spec.job_type.clone()),
        status: parsed(status)?,
    };
    let found = service.jobs(&filter, page.request())?;
    app.out.page(&found, "No jobs.", jobs_table)?;
    Ok(Exit::Fine)
}

/// A job and what its log says in sum.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    job: Job,
    log_counts: Vec<LogCount>,
}

fn show(app: &App, id: JobId) -> Result<Exit> {
    let service = app.service()?;
    let shown = Shown {
        job: service.job(id)?,
        log_counts: service.log_counts(id)?,
    };
    app.out.show(&shown, |look| text(look, &shown))?;
    Ok(Exit::Fine)
}

fn text(look: &Look, shown: &Shown) -> String {
    let job = &shown.job;
    let dry_run = if job.dry_run { ", dry run" } else { "" };
    let mut lines = vec![
        format!("Job {}: {} {}{dry_run}", job.id, job.job_type, job.direction),
        format!("Status:    {}", job.status),
        format!(
            "Records:   {} ({} written, {} failed, {} skipped)",
            job.counts.total_records, job.counts.success_count, job.counts.fail_count, job.counts.skip_count
        ),
        format!("Asked for: {}", look.when(job.created_at)),
        format!("Began:     {}", look.maybe_when(job.started_at)),
        format!("Ended:     {}", look.maybe_when(job.finished_at)),
        format!("Took:      {}", run_time(look, job)),
    ];
    if let Some(error) = &job.error {
        lines.push(format!("Why:       {}", clean(error)));
    }
    if !shown.log_counts.is_empty() {
        lines.push(format!("Outcomes:  {}", reasons(&shown.log_counts)));
    }
    if job.cancel_requested && job.status == JobStatus::Running {
        lines.push("It was asked to stop and does so at its next batch.".to_owned());
    }
    if job.status.can_resume() {
        lines.push(format!("To go on:  sync-cli jobs resume {}", job.id));
    }
    lines.join("\n")
}

fn logs(app: &App, id: JobId, filter: &LogFilter, page: &PageArgs) -> Result<Exit> {
    let found = app.service()?.logs(id, filter, page.request())?;
    app.out.page(&found, "No log lines.", |look, lines| {
        let header = [
            "line", "at", "outcome", "action", "record", "target", "reason", "attempts", "more",
        ];
        look.table(&header, lines.iter().map(|line| log_row(look, line)).collect())
    })?;
    Ok(Exit::Fine)
}

fn log_row(look: &Look, line: &RecordLog) -> Vec<comfy_table::Cell> {
    let tone = match line.outcome {
        Outcome::Success => Tone::Good,
        Outcome::Fail => Tone::Bad,
        Outcome::Skipped => Tone::Plain,
    };
    let mut more: Vec<String> = Vec::new();
    if !line.message.is_empty() {
        more.push(line.message.clone());
    }
    match line.changes.as_slice() {
        [] => {}
        [one] => more.push(format!("changed {}", one.field)),
        [first, others @ ..] => more.push(format!("changed {} and {} more", first.field, others.len())),
    }
    more.extend(line.warnings.iter().map(|warning| format!("note: {warning}")));
    vec![
        number(line.id.unsigned_abs()),
        cell(look.when(line.at)),
        toned(line.outcome.as_str(), tone),
        cell(line.action.as_str()),
        cell(format!("{} ({})", line.label, line.source_id)),
        cell(line.target_id.as_deref().unwrap_or("-")),
        cell(&line.reason),
        number(u64::from(line.attempts)),
        cell(more.join("; ")),
    ]
}

fn cancel(app: &App, id: JobId) -> Result<Exit> {
    let job = app.service()?.cancel(id)?;
    app.out.show(&job, |_| match job.status {
        JobStatus::Running => format!("Job {id} stops at its next batch."),
        status => format!("Job {id} is {status}."),
    })?;
    Ok(Exit::Fine)
}

fn resume(app: &App, id: JobId) -> Result<Exit> {
    let service = app.service()?;
    let stop = on_ctrl_c()?;
    let job = service.resume(id)?;
    let ran = carry(app, &service, job, &stop)?;
    let jobs = [ran.job.clone()];
    if app.out.json {
        app.out.document(&ran)?;
    } else {
        show_summary(&app.out, &service, &jobs)?;
    }
    Ok(Exit::of_jobs(&jobs))
}
