use anyhow::Result;
use clap::Subcommand;
use sync_core::{RecordType, WaitState};
use sync_service::{WaitKind, WaitingFilter, WaitingRow};

use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{Look, cell, number};

/// Records that wait for their next attempt, or for another record.
#[derive(Debug, Subcommand)]
pub(crate) enum WaitingCommand {
    /// List them, the latest first
    List {
        /// Only of this record type: product, inventory, order
        #[arg(long, value_name = "TYPE")]
        record_type: Option<String>,
        /// Only those that wait for their next attempt (pending) or for another record (held)
        #[arg(long, value_parser = ["pending", "held"])]
        kind: Option<String>,
        /// Part of the name or the id
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
}

pub(crate) fn run(app: &App, command: &WaitingCommand) -> Result<Exit> {
    let WaitingCommand::List {
        record_type,
        kind,
        search,
        page,
    } = command;
    let service = app.service()?;
    let filter = WaitingFilter {
        record_type: named(&service, record_type.as_deref())?,
        kind: kind.as_deref().map(|kind| match kind {
            "held" => WaitKind::Held,
            _ => WaitKind::Pending,
        }),
        text: search.clone(),
    };
    let found = service.waiting(&filter, page.request())?;
    app.out.page(&found, "No record waits.", |look, rows| {
        let header = ["id", "type", "record", "waits for", "attempts", "since", "job"];
        look.table(&header, rows.iter().map(|one| row(look, one)).collect())
    })?;
    Ok(Exit::Fine)
}

/// A record type by its own name or that of its jobs.
pub(crate) fn named(service: &sync_service::Service, name: Option<&str>) -> Result<Option<RecordType>> {
    let spec = name.map(|name| service.spec(name)).transpose()?;
    Ok(spec.map(|spec| spec.name.clone()))
}

fn row(look: &Look, row: &WaitingRow) -> Vec<comfy_table::Cell> {
    let waiting = &row.waiting;
    let waits_for = match &waiting.state {
        WaitState::Pending { due_at } => format!("its next attempt {}", look.when(*due_at)),
        WaitState::Held { on } if on.record_type == waiting.record_type && on.id == waiting.source_id => {
            "something to be done: see its history".to_owned()
        }
        WaitState::Held { on } => format!("{} {}", on.record_type, on.id),
    };
    vec![
        number(row.id.unsigned_abs()),
        cell(waiting.record_type.as_str()),
        cell(format!("{} ({})", waiting.label, waiting.source_id)),
        cell(waits_for),
        number(waiting.attempts.len() as u64),
        cell(look.when(row.since)),
        number(waiting.job_id.unsigned_abs()),
    ]
}
