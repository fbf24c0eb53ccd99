//! Carrying jobs out before the eyes of a person, and saying what came of them.

use anyhow::Result;
use serde::Serialize;
use sync_core::engine::{RunEvent, StopFlag};
use sync_core::{Job, JobStatus, RecordLog};
use sync_service::{LogCount, Service};

use crate::app::App;
use crate::output::{Look, Out, Tone, cell, clean, number, short, toned, took};
use crate::progress::Progress;

/// Characters of a value in a plan.
const VALUE: usize = 80;

/// A job, and in a dry run what it would do.
#[derive(Debug, Serialize)]
pub(crate) struct Ran {
    #[serde(flatten)]
    pub(crate) job: Job,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Vec<RecordLog>>,
}

/// Carries a started job out. A plan is printed as it comes, or kept for the document.
pub(crate) fn carry(app: &App, service: &Service, job: Job, stop: &StopFlag) -> Result<Ran> {
    let mut progress = Progress::new(&job.job_type);
    let mut plan = (job.dry_run && app.out.json).then(Vec::new);
    let mut unwritten = None;
    let print = job.dry_run && !app.out.json;
    let ended = service.carry_out(job, stop, &mut |event| {
        progress.tell(&event);
        let RunEvent::Record(line) = event else { return };
        if let Some(plan) = &mut plan {
            plan.push(line.clone());
        }
        if print && unwritten.is_none() {
            unwritten = progress.aside(|| app.out.line(&planned(line))).err();
        }
    });
    progress.end();
    match unwritten {
        Some(error) => Err(error),
        None => Ok(Ran { job: ended?, plan }),
    }
}

/// Carries a started job out and shows how far it is, and nothing else.
pub(crate) fn carry_quietly(service: &Service, job: Job, stop: &StopFlag) -> Result<Job> {
    let mut progress = Progress::new(&job.job_type);
    let ended = service.carry_out(job, stop, &mut |event| progress.tell(&event));
    progress.end();
    Ok(ended?)
}

/// What a dry run would do with a record.
fn planned(line: &RecordLog) -> String {
    let reason = clean(&line.reason);
    let why = match (line.message.is_empty(), line.changes.is_empty()) {
        (true, true) => format!(": {reason}"),
        (false, _) => format!(": {reason}: {}", clean(&line.message)),
        (true, false) => String::new(),
    };
    let mut lines = vec![format!(
        "{:<7} {} {} ({}){why}",
        line.action.as_str(),
        line.record_type,
        clean(&line.label),
        clean(&line.source_id)
    )];
    for change in &line.changes {
        let (old, new) = (value(&change.old), value(&change.new));
        let (side, field) = (change.side.as_str(), clean(&change.field));
        lines.push(format!("          {side} {field}: {old} -> {new}"));
    }
    let warnings = line.warnings.iter();
    lines.extend(warnings.map(|warning| format!("          note: {}", clean(warning))));
    lines.join("\n")
}

/// What became of a record, on one line.
pub(crate) fn became(line: &RecordLog) -> String {
    let message = match line.message.as_str() {
        "" => String::new(),
        message => format!(": {}", clean(message)),
    };
    format!(
        "{:<7} {} {} ({}): {}{message}",
        line.outcome.as_str(),
        line.record_type,
        clean(&line.label),
        clean(&line.source_id),
        clean(&line.reason)
    )
}

fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "nothing".to_owned(),
        value => short(&value.to_string(), VALUE),
    }
}

/// How jobs ended, one row each.
pub(crate) fn jobs_table(look: &Look, jobs: &[Job]) -> String {
    let row = |job: &Job| {
        let kind = if job.dry_run {
            format!("{} (dry run)", job.job_type)
        } else {
            job.job_type.clone()
        };
        vec![
            number(job.id.unsigned_abs()),
            cell(kind),
            status(job),
            number(job.counts.total_records),
            number(job.counts.success_count),
            number(job.counts.fail_count),
            number(job.counts.skip_count),
            cell(look.when(job.created_at)),
            cell(run_time(look, job)),
        ]
    };
    let header = [
        "job",
        "type",
        "status",
        "records",
        "written",
        "failed",
        "skipped",
        "asked for",
        "took",
    ];
    look.table(&header, jobs.iter().map(row).collect())
}

fn status(job: &Job) -> comfy_table::Cell {
    let tone = match job.status {
        JobStatus::Completed if job.counts.fail_count == 0 => Tone::Good,
        JobStatus::Failed => Tone::Bad,
        JobStatus::Completed | JobStatus::Cancelled | JobStatus::Interrupted | JobStatus::Running => {
            Tone::Open
        }
        JobStatus::Queued => Tone::Plain,
    };
    toned(job.status.as_str(), tone)
}

/// How long a job ran, or has been running.
pub(crate) fn run_time(look: &Look, job: &Job) -> String {
    let Some(started) = job.started_at else {
        return "-".to_owned();
    };
    let end = job.finished_at.unwrap_or(look.now);
    took(end.duration_since(started).as_secs().max(0))
}

/// Records of a job by what became of them: `20 created, 2 dead letters (contention)`.
pub(crate) fn reasons(counts: &[LogCount]) -> String {
    let said: Vec<String> = counts
        .iter()
        .map(|count| format!("{} {} ({})", count.count, count.outcome, clean(&count.reason)))
        .collect();
    said.join(", ")
}

/// What came of jobs, and what there is to do about it.
pub(crate) fn summary(look: &Look, service: &Service, jobs: &[Job]) -> Result<String> {
    let mut lines = vec![jobs_table(look, jobs)];
    for job in jobs {
        let counts = service.log_counts(job.id)?;
        if !counts.is_empty() {
            lines.push(format!("{}: {}", job.job_type, reasons(&counts)));
        }
        if let Some(error) = &job.error {
            lines.push(format!("{}: {}: {}", job.job_type, job.status, clean(error)));
        }
        if job.status.can_resume() {
            lines.push(format!("To go on: sync-cli jobs resume {}", job.id));
        }
        if job.counts.fail_count > 0 && !job.dry_run {
            lines.push(format!("What failed: sync-cli dead-letter list --job {}", job.id));
        }
    }
    Ok(lines.join("\n"))
}

/// Shows what came of jobs to people; a document is the caller's.
pub(crate) fn show_summary(out: &Out, service: &Service, jobs: &[Job]) -> Result<()> {
    out.line(&summary(&out.look(), service, jobs)?)
}
