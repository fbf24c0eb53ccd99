use anyhow::Result;
use clap::Subcommand;
use sync_core::{Direction, RecordLog};
use sync_service::{Candidate, MatchPreview, Page, SyncRequest};

use crate::app::App;
use crate::exit::Exit;
use crate::output::{Look, cell, clean};
use crate::running::carry_quietly;
use crate::stop::on_ctrl_c;

/// What a first run would link, and what it leaves to you.
#[derive(Debug, Subcommand)]
pub(crate) enum MatchCommand {
    /// Look what a first run would link, make, and leave to you; nothing is written
    Preview {
        /// What: product, inventory, order
        #[arg(default_value = "product")]
        record_type: String,
        /// Which way; the widest that can be run if not given
        #[arg(long, value_parser = Direction::ALL.map(Direction::as_str))]
        direction: Option<String>,
    },
    /// Records of the other system that may be the counterpart of this one
    Candidates {
        /// What: product, inventory, order
        record_type: String,
        /// The side of the record
        #[arg(value_parser = ["shopify", "odoo"])]
        side: String,
        /// Its id there
        id: String,
    },
}

pub(crate) fn run(app: &App, command: &MatchCommand) -> Result<Exit> {
    let service = app.service()?;
    match command {
        MatchCommand::Preview {
            record_type,
            direction,
        } => {
            let direction = match direction {
                Some(direction) => direction.parse().map_err(anyhow::Error::msg)?,
                None => service.widest_direction(),
            };
            let stop = on_ctrl_c()?;
            let job = service.start(&SyncRequest::match_preview(record_type, direction))?;
            let job = carry_quietly(&service, job, &stop)?;
            let preview = service.match_preview_of(job)?;
            app.out.show(&preview, |look| text(look, &preview))?;
            Ok(Exit::of_jobs(&[preview.job]))
        }
        MatchCommand::Candidates {
            record_type,
            side,
            id,
        } => {
            let items = service.candidates(record_type, service.side(side)?, id)?;
            let found = Page { items, next: None };
            app.out
                .page(&found, "Nothing has anything in common with it.", |look, all| {
                    look.table(
                        &["id", "record", "in common", "linked"],
                        all.iter().map(row).collect(),
                    )
                })?;
            Ok(Exit::Fine)
        }
    }
}

fn row(candidate: &Candidate) -> Vec<comfy_table::Cell> {
    vec![
        cell(&candidate.id),
        cell(&candidate.label),
        cell(&candidate.by),
        cell(if candidate.linked { "yes" } else { "" }),
    ]
}

fn text(look: &Look, preview: &MatchPreview) -> String {
    let list = |title: &str, lines: &[RecordLog]| {
        let row = |line: &RecordLog| {
            vec![
                cell(line.side.as_str()),
                cell(format!("{} ({})", line.label, line.source_id)),
                cell(line.target_id.as_deref().unwrap_or("-")),
                cell(clean(&line.message)),
            ]
        };
        let rows: Vec<_> = lines.iter().map(row).collect();
        match rows.len() {
            0 => format!("{title}: none"),
            count => format!(
                "{title}: {count}\n{}",
                look.table(&["read from", "record", "counterpart", "why"], rows)
            ),
        }
    };
    let mut parts = vec![
        list("Will link", &preview.will_link),
        list("Will create", &preview.will_create),
        list("Left to you", &preview.ambiguous),
        format!("All of it: sync-cli jobs logs {}", preview.job.id),
    ];
    if !preview.ambiguous.is_empty() {
        parts.push("To link by hand: sync-cli links add TYPE SHOPIFY_ID ODOO_ID".to_owned());
    }
    parts.join("\n\n")
}
