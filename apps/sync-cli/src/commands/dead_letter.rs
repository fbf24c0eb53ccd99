use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;
use sync_core::engine::RunEvent;
use sync_core::{DeadLetter, DeadLetterStatus, ErrorKind, JobId};
use sync_service::{
    DeadLetterFilter, DeadLetterSelection, DeadLetterSummary, RetryReport, RetrySelection, Service,
};

use super::jobs::parsed;
use super::waiting::named;
use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{Look, Tone, cell, clean, number, short, toned};
use crate::progress::Progress;
use crate::running::{became, summary};
use crate::stop::on_ctrl_c;

/// Characters of an error in the list; all of it is shown with the dead letter.
const MESSAGE: usize = 100;
/// The name that stands for every status.
const ANY: &str = "all";

/// Records that could not be synced.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetterCommand {
    /// List dead letters, newest first
    List {
        /// Only those that are so; `all` for every one
        #[arg(long, default_value = "open", value_parser = ["open", "resolved", "discarded", ANY])]
        status: String,
        #[command(flatten)]
        filter: FilterArgs,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Show one with everything that is known of it
    Show {
        /// Its number
        id: i64,
    },
    /// Try again: the records are read anew and go through today's rules
    Retry(Chosen),
    /// Give up; they stay as a trace, with the reason
    Discard {
        #[command(flatten)]
        chosen: Chosen,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Which dead letters something is to be done with.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Their numbers
    #[arg(required_unless_present = "all", conflicts_with_all = ["all", "record_type", "class", "code", "job", "search"])]
    ids: Vec<i64>,
    /// All open ones that match
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Which dead letters.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Only of this record type: product, inventory, order
    #[arg(long, value_name = "TYPE")]
    record_type: Option<String>,
    /// Only failures of this kind
    #[arg(long, value_name = "CLASS", value_parser = ErrorKind::ALL.map(ErrorKind::as_str))]
    class: Option<String>,
    /// Only with this code
    #[arg(long, value_name = "WORD")]
    code: Option<String>,
    /// Only those that failed last in this job
    #[arg(long, value_name = "JOB")]
    job: Option<JobId>,
    /// Part of the name, the id or the message
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl FilterArgs {
    fn filter(&self, service: &Service, status: Option<DeadLetterStatus>) -> Result<DeadLetterFilter> {
        Ok(DeadLetterFilter {
            status,
            record_type: named(service, self.record_type.as_deref())?,
            class: parsed(self.class.as_deref())?,
            code: self.code.clone(),
            job: self.job,
            text: self.search.clone(),
        })
    }
}

pub(crate) fn run(app: &App, command: DeadLetterCommand) -> Result<Exit> {
    match command {
        DeadLetterCommand::List { status, filter, page } => list(app, &status, &filter, &page),
        DeadLetterCommand::Show { id } => {
            let letter = app.service()?.dead_letter(id)?;
            app.out.show(&letter, |look| text(look, &letter))?;
            Ok(Exit::Fine)
        }
        DeadLetterCommand::Retry(chosen) => retry(app, chosen),
        DeadLetterCommand::Discard { chosen, reason } => discard(app, chosen, &reason),
    }
}

fn list(app: &App, status: &str, filter: &FilterArgs, page: &PageArgs) -> Result<Exit> {
    let service = app.service()?;
    let filter = filter.filter(&service, parsed(Some(status).filter(|status| *status != ANY))?)?;
    let found = service.dead_letters(&filter, page.request())?;
    app.out.page(&found, "No dead letters.", |look, letters| {
        let header = [
            "id", "type", "record", "status", "class", "code", "tries", "last", "error",
        ];
        look.table(&header, letters.iter().map(|letter| row(look, letter)).collect())
    })?;
    Ok(Exit::Fine)
}

fn row(look: &Look, letter: &DeadLetterSummary) -> Vec<comfy_table::Cell> {
    let tone = match letter.status {
        DeadLetterStatus::Open => Tone::Bad,
        DeadLetterStatus::Resolved => Tone::Good,
        DeadLetterStatus::Discarded => Tone::Plain,
    };
    vec![
        number(letter.id.unsigned_abs()),
        cell(letter.record_type.as_str()),
        cell(format!("{} ({})", letter.label, letter.source_id)),
        toned(letter.status.as_str(), tone),
        cell(letter.class.as_str()),
        cell(&letter.code),
        number(u64::from(letter.retry_count) + 1),
        cell(look.when(letter.last_at)),
        cell(short(&letter.message, MESSAGE)),
    ]
}

fn text(look: &Look, letter: &DeadLetter) -> String {
    let mut lines = vec![
        format!(
            "Dead letter {}: {} {} ({}), {}",
            letter.id,
            letter.record_type,
            clean(&letter.label),
            clean(&letter.source_id),
            letter.direction
        ),
        format!("Status:   {}", letter.status.as_str()),
        format!("Error:    {}", clean(&letter.message)),
        format!(
            "Kind:     {} ({}), at the stage: {}",
            letter.class,
            clean(&letter.code),
            letter.stage.as_str()
        ),
        format!(
            "Retries:  {} of {} in a run",
            letter.retry_count, letter.max_retries
        ),
        format!("Job:      {}", letter.job_id),
        format!("First:    {}", look.when(letter.first_at)),
        format!("Last:     {}", look.when(letter.last_at)),
    ];
    match &letter.closed {
        Some(closed) => lines.push(format!("Closed:   {}", clean(closed))),
        None => lines.push(format!("What now: {}", letter.class.advice())),
    }
    let attempts = letter.attempts.iter().map(|attempt| {
        vec![
            number(u64::from(attempt.number)),
            number(attempt.job_id.unsigned_abs()),
            cell(look.when(attempt.at)),
            cell(attempt.stage.as_str()),
            cell(attempt.class.as_str()),
            cell(&attempt.message),
        ]
    });
    lines.push(String::new());
    lines.push(look.table(
        &["attempt", "job", "at", "stage", "class", "error"],
        attempts.collect(),
    ));
    lines.push(format!("\nAs it was read:\n{}", payload(&letter.original)));
    lines.push(format!(
        "\nAs it would have been written:\n{}",
        payload(&letter.mapped)
    ));
    lines.join("\n")
}

fn payload(value: &serde_json::Value) -> String {
    let text = format!("{value:#}");
    // Line by line, because the ends of lines are ours.
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

fn retry(app: &App, chosen: Chosen) -> Result<Exit> {
    let service = app.service()?;
    let stop = on_ctrl_c()?;
    let selection = if chosen.all {
        RetrySelection::Matching(chosen.filter.filter(&service, Some(DeadLetterStatus::Open))?)
    } else {
        RetrySelection::Ids(chosen.ids)
    };
    let mut progress = Progress::new("retry");
    let done = service.retry_dead_letters(&selection, &stop, &mut |event: RunEvent<'_>| {
        progress.tell(&event);
    });
    progress.end();
    let report = done?;
    if app.out.json {
        app.out.document(&report)?;
    } else {
        app.out.line(&retried(&app.out.look(), &service, &report)?)?;
    }
    Ok(Exit::of_jobs(&report.jobs))
}

fn retried(look: &Look, service: &Service, report: &RetryReport) -> Result<String> {
    if report.tried == 0 {
        return Ok("No open dead letter matches.".to_owned());
    }
    let mut lines: Vec<String> = report.outcomes.iter().map(became).collect();
    lines.push(summary(look, service, &report.jobs)?);
    Ok(lines.join("\n"))
}

fn discard(app: &App, chosen: Chosen, reason: &str) -> Result<Exit> {
    let service = app.service()?;
    let selection = if chosen.all {
        DeadLetterSelection::Matching(chosen.filter.filter(&service, Some(DeadLetterStatus::Open))?)
    } else {
        DeadLetterSelection::Ids(chosen.ids)
    };
    let discarded = service.discard_dead_letters(&selection, reason)?;
    app.out.show(&json!({"discarded": discarded}), |_| {
        format!("{discarded} dead letters were given up.")
    })?;
    Ok(Exit::Fine)
}
