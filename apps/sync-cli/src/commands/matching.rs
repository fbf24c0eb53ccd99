use anyhow::Result;
use clap::Subcommand;
use sync_core::{Direction, RecordLog};
use sync_service::{Candidate, MatchPreview, Page, SyncRequest};

use super::left_alone;
use crate::app::App;
use crate::args::PageArgs;
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
    /// Have runs leave a record alone: it is not linked, and nothing is made of it
    Leave {
        /// What: product
        record_type: String,
        /// The side of the record
        #[arg(value_parser = ["shopify", "odoo"])]
        side: String,
        /// Its id there
        id: String,
        /// Who decides
        #[arg(long, value_name = "NAME", default_value = "command line")]
        by: String,
    },
    /// List records that are left alone, the latest first
    LeftAlone {
        /// Only of this record type
        #[arg(long, value_name = "TYPE")]
        record_type: Option<String>,
        /// Only of this side
        #[arg(long, value_name = "SYSTEM", value_parser = ["shopify", "odoo"])]
        side: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Take a record up again that was left alone; the next run looks at it
    TakeUp {
        /// Its number in the list
        id: i64,
    },
}

pub(crate) fn run(app: &App, command: &MatchCommand) -> Result<Exit> {
    let service = app.service()?;
    match command {
        MatchCommand::Leave {
            record_type,
            side,
            id,
            by,
        } => {
            let record = left_alone::Named {
                record_type,
                side,
                id,
            };
            left_alone::leave(app, &service, &record, by)
        }
        MatchCommand::LeftAlone {
            record_type,
            side,
            page,
        } => left_alone::list(app, &service, record_type.as_deref(), side.as_deref(), page),
        MatchCommand::TakeUp { id } => left_alone::take_up(app, &service, *id),
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
        match preview.left_alone.len() {
            0 => "Left alone: none".to_owned(),
            count => format!(
                "Left alone: {count}\n{}",
                left_alone::table(look, &preview.left_alone)
            ),
        },
        format!("All of it: sync-cli jobs logs {}", preview.job.id),
    ];
    if !preview.ambiguous.is_empty() {
        parts.push("To link by hand: sync-cli links add TYPE SHOPIFY_ID ODOO_ID".to_owned());
    }
    let lists = [&preview.will_link, &preview.will_create, &preview.ambiguous];
    if lists.into_iter().any(|lines| !lines.is_empty()) {
        parts.push("To keep a record out of it: sync-cli match leave TYPE SIDE ID".to_owned());
    }
    parts.join("\n\n")
}
