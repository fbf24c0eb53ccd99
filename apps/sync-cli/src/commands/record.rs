use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use sync_service::RecordHistory;

use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{Look, cell, clean, number};

/// Everything that happened to one record.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Show its link, and what jobs did with it, its conflicts and its dead letters, newest first
    History {
        /// What: product, inventory, order
        record_type: String,
        /// The side of the id
        #[arg(value_parser = ["shopify", "odoo"])]
        side: String,
        /// The record's id there
        id: String,
        #[command(flatten)]
        page: PageArgs,
    },
}

pub(crate) fn run(app: &App, command: &RecordCommand) -> Result<Exit> {
    let RecordCommand::History {
        record_type,
        side,
        id,
        page,
    } = command;
    let service = app.service()?;
    let history = service.record_history(record_type, service.side(side)?, id, page.request())?;
    app.out.show(&history, |look| text(look, &history))?;
    Ok(Exit::Fine)
}

fn text(look: &Look, history: &RecordHistory) -> String {
    let mut lines = vec![match &history.link {
        Some(link) => format!(
            "{} {}: {} in Shopify, {} in Odoo (link {})",
            link.record_type,
            clean(&link.label),
            clean(&link.shopify_id),
            clean(&link.odoo_id),
            link.id
        ),
        None => "It is linked to nothing.".to_owned(),
    }];
    let mut events = events(history);
    if events.is_empty() {
        lines.push("Nothing happened to it.".to_owned());
        return lines.join("\n");
    }
    // The newest first; what happened at the same time stays in its order.
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    let rows = events.into_iter().map(|event| {
        vec![
            cell(look.when(event.at)),
            number(event.job.unsigned_abs()),
            cell(event.what),
        ]
    });
    lines.push(look.table(&["at", "job", "what"], rows.collect()));
    if let Some(next) = history.lines.next {
        lines.push(format!("There are more: --before {next}"));
    }
    lines.join("\n")
}

struct Happened {
    at: Timestamp,
    job: i64,
    what: String,
}

fn events(history: &RecordHistory) -> Vec<Happened> {
    let lines = history.lines.items.iter().map(|line| {
        let changes: Vec<String> = line
            .changes
            .iter()
            .map(|change| format!("{} in {}", change.field, change.side.as_str()))
            .collect();
        let detail = match (line.message.is_empty(), changes.is_empty()) {
            (false, _) => format!(": {}", line.message),
            (true, false) => format!(": {}", changes.join(", ")),
            (true, true) => String::new(),
        };
        Happened {
            at: line.at,
            job: line.job_id,
            what: format!("{} ({}){detail}", line.action, line.reason),
        }
    });
    let conflicts = history.conflicts.iter().map(|conflict| Happened {
        at: conflict.found_at,
        job: conflict.job_id,
        what: format!(
            "conflict {}: {}, {}",
            conflict.id,
            conflict.found.rule,
            conflict.status.as_str()
        ),
    });
    let letters = history.dead_letters.iter().map(|letter| Happened {
        at: letter.last_at,
        job: letter.job_id,
        what: format!(
            "dead letter {}: {}, {}",
            letter.id,
            letter.code,
            letter.status.as_str()
        ),
    });
    lines.chain(conflicts).chain(letters).collect()
}
