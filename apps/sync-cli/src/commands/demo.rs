use anyhow::Result;
use clap::Args;
use serde_json::json;
use sync_core::{DeadLetterStatus, Direction, Job};
use sync_service::{DeadLetterFilter, SeedSource, Service};

use super::{seed, sync};
use crate::app::App;
use crate::exit::Exit;
use crate::output::Out;
use crate::running::show_summary;
use crate::stop::on_ctrl_c;

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Begin from nothing: empty both systems and forget everything that was synced
    #[arg(long)]
    reset: bool,
}

/// Seeds, syncs everything, and says what came of it and what to look at next.
pub(crate) fn run(app: &App, args: &DemoArgs) -> Result<Exit> {
    let service = app.service()?;
    let stop = on_ctrl_c()?;
    let seeded = service.seed(SeedSource::Demo, args.reset)?;
    if !app.out.json {
        app.out.line(&seed::text(&seeded))?;
        app.out.line(&chances(&service))?;
    }
    let (ran, refused) = sync::every(app, &service, Direction::ShopifyToOdoo, false, &stop);
    let jobs: Vec<Job> = ran.into_iter().map(|ran| ran.job).collect();
    let open = service.count_dead_letters(&DeadLetterFilter {
        status: Some(DeadLetterStatus::Open),
        ..DeadLetterFilter::default()
    })?;
    let exit = match (&refused, Exit::of_jobs(&jobs)) {
        (Some(_), _) => Exit::Error,
        (None, _) if stop.is_set() => Exit::Error,
        // A record that failed and was cured by a later job is fine.
        (None, Exit::Fine | Exit::Failures) if open == 0 => Exit::Fine,
        (None, exit) => exit.max(if open > 0 { Exit::Failures } else { Exit::Fine }),
    };
    if app.out.json {
        let mut document = json!({"seed": seeded, "jobs": jobs, "open_dead_letters": open});
        if let Some(error) = &refused {
            document["error"] = Out::as_document(error);
        }
        app.out.document(&document)?;
        return Ok(exit);
    }
    app.out.line("")?;
    if !jobs.is_empty() {
        show_summary(&app.out, &service, &jobs)?;
    }
    if let Some(error) = refused {
        return Err(error);
    }
    app.out.line(&next(open))?;
    Ok(exit)
}

/// Says that failures are on purpose, before somebody wonders.
fn chances(service: &Service) -> String {
    let rate = service.config().failure_rate;
    if rate > 0.0 {
        format!(
            "The simulated Odoo lets {:.0} % of all write attempts fail on purpose (SYNC_FAILURE_RATE); they are \
             tried again after 1, 2, 4 ... seconds.",
            rate * 100.0
        )
    } else {
        "No failures are simulated (SYNC_FAILURE_RATE is 0).".to_owned()
    }
}

fn next(open: u64) -> String {
    let letters = match open {
        0 => "No record is left over.".to_owned(),
        1 => "1 record could not be synced: sync-cli dead-letter list, sync-cli dead-letter retry --all"
            .to_owned(),
        open => {
            format!(
                "{open} records could not be synced: sync-cli dead-letter list, sync-cli dead-letter retry --all"
            )
        }
    };
    format!(
        "\n{letters}\n\
         How everything is doing:         sync-cli dashboard\n\
         What happened to each record:    sync-cli jobs logs JOB\n\
         Look into the systems:           sync-cli sim odoo sale.order search_read '[[]]' '{{\"limit\": 1}}'\n\
         Again, which changes nothing:    sync-cli sync all\n\
         In the browser:                  sync-server, then http://127.0.0.1:8033"
    )
}
