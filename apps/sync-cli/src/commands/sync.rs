use anyhow::Result;
use clap::Args;
use serde_json::json;
use sync_core::engine::StopFlag;
use sync_core::{Direction, Job};
use sync_service::{Service, SyncRequest};

use crate::app::App;
use crate::exit::Exit;
use crate::output::Out;
use crate::running::{Ran, carry, show_summary};
use crate::stop::on_ctrl_c;

/// The name that stands for every record type.
const ALL: &str = "all";

#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// What to sync
    #[arg(value_parser = ["products", "inventory", "orders", ALL])]
    what: String,
    /// Which way
    #[arg(long, default_value = "shopify_to_odoo", value_parser = directions())]
    direction: String,
    /// Only say what would be done; nothing is written anywhere
    #[arg(long)]
    dry_run: bool,
}

fn directions() -> Vec<&'static str> {
    Direction::ALL
        .iter()
        .map(|direction| direction.as_str())
        .collect()
}

pub(crate) fn run(app: &App, args: &SyncArgs) -> Result<Exit> {
    let direction: Direction = args.direction.parse().map_err(anyhow::Error::msg)?;
    let service = app.service()?;
    let stop = on_ctrl_c()?;
    if args.what == ALL {
        return all(app, &service, direction, args.dry_run, &stop);
    }
    let ran = one(app, &service, &args.what, direction, args.dry_run, &stop)?;
    let jobs = [ran.job.clone()];
    if app.out.json {
        app.out.document(&ran)?;
    } else {
        show_summary(&app.out, &service, &jobs)?;
    }
    Ok(Exit::of_jobs(&jobs))
}

fn one(
    app: &App,
    service: &Service,
    record_type: &str,
    direction: Direction,
    dry_run: bool,
    stop: &StopFlag,
) -> Result<Ran> {
    let job = service.start(&SyncRequest {
        record_type: record_type.to_owned(),
        direction,
        dry_run,
    })?;
    carry(app, service, job, stop)
}

/// Every record type in its order. One that fails is no reason to leave the next one out: what depends on it waits.
/// One that cannot begin, because another process is at it, ends the whole.
pub(crate) fn every(
    app: &App,
    service: &Service,
    direction: Direction,
    dry_run: bool,
    stop: &StopFlag,
) -> (Vec<Ran>, Option<anyhow::Error>) {
    let mut all = Vec::new();
    for spec in service.record_types() {
        if stop.is_set() {
            break;
        }
        match one(app, service, &spec.job_type, direction, dry_run, stop) {
            Ok(ran) => all.push(ran),
            Err(error) => return (all, Some(error)),
        }
    }
    (all, None)
}

fn all(app: &App, service: &Service, direction: Direction, dry_run: bool, stop: &StopFlag) -> Result<Exit> {
    let (ran, refused) = every(app, service, direction, dry_run, stop);
    let jobs: Vec<Job> = ran.iter().map(|ran| ran.job.clone()).collect();
    if app.out.json {
        let mut document = json!({"jobs": ran});
        if let Some(error) = &refused {
            document["error"] = Out::as_document(error);
        }
        app.out.document(&document)?;
        return Ok(match refused {
            Some(_) => Exit::Error,
            None => ended(&jobs, stop),
        });
    }
    if !jobs.is_empty() {
        show_summary(&app.out, service, &jobs)?;
    }
    refused.map_or_else(|| Ok(ended(&jobs, stop)), Err)
}

/// Jobs that never began because of Ctrl-C are not done either.
fn ended(jobs: &[Job], stop: &StopFlag) -> Exit {
    if stop.is_set() {
        Exit::Error
    } else {
        Exit::of_jobs(jobs)
    }
}
