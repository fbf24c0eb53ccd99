use anyhow::Result;
use clap::Subcommand;
use serde_json::json;
use sync_service::{CursorRow, Page};

use crate::app::App;
use crate::exit::Exit;
use crate::output::{Look, cell, short};

/// Characters of a cursor in the list.
const CURSOR: usize = 60;

/// How far each system was read.
#[derive(Debug, Subcommand)]
pub(crate) enum CursorsCommand {
    /// List them
    List,
    /// Make the next run read everything again
    Rewind {
        /// What: product, inventory, order
        record_type: String,
        /// Only this side; both if not given
        #[arg(long, value_parser = ["shopify", "odoo"])]
        side: Option<String>,
    },
}

pub(crate) fn run(app: &App, command: &CursorsCommand) -> Result<Exit> {
    let service = app.service()?;
    match command {
        CursorsCommand::List => {
            let page = Page {
                items: service.cursors()?,
                next: None,
            };
            app.out.page(&page, "Nothing was read yet.", |look, cursors| {
                let header = ["type", "side", "stored", "cursor"];
                look.table(&header, cursors.iter().map(|one| row(look, one)).collect())
            })?;
        }
        CursorsCommand::Rewind { record_type, side } => {
            let side = side.as_ref().map(|side| service.side(side)).transpose()?;
            let forgotten = service.rewind(record_type, side)?;
            app.out.show(&json!({"forgotten": forgotten}), |_| {
                format!("{forgotten} cursors were forgotten.")
            })?;
        }
    }
    Ok(Exit::Fine)
}

fn row(look: &Look, row: &CursorRow) -> Vec<comfy_table::Cell> {
    vec![
        cell(row.record_type.as_str()),
        cell(row.side.as_str()),
        cell(look.when(row.at)),
        cell(short(&row.cursor.0, CURSOR)),
    ]
}
