use anyhow::Result;
use clap::Subcommand;
use sync_core::Link;
use sync_service::LinkFilter;

use crate::app::App;
use crate::args::PageArgs;
use crate::exit::Exit;
use crate::output::{cell, clean, number};

/// Which record is which in the other system.
#[derive(Debug, Subcommand)]
pub(crate) enum LinksCommand {
    /// List links, newest first
    List {
        /// Only of this record type: product, inventory, order, or an element of one: variant
        #[arg(long, value_name = "TYPE")]
        record_type: Option<String>,
        /// Part of the name or of an id
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Say that two records are the same thing; nothing is written, the next run compares them
    Add {
        /// What they are: product, inventory, order
        record_type: String,
        /// The record's id in Shopify
        shopify_id: String,
        /// The record's id in Odoo
        odoo_id: String,
    },
    /// Forget that two records belong together; neither is touched
    Remove {
        /// The link's number
        id: i64,
    },
}

pub(crate) fn run(app: &App, command: &LinksCommand) -> Result<Exit> {
    let service = app.service()?;
    match command {
        LinksCommand::List {
            record_type,
            search,
            page,
        } => {
            let record_type = record_type
                .as_ref()
                .map(|name| service.linked_type(name))
                .transpose()?;
            let filter = LinkFilter {
                record_type,
                text: search.clone(),
            };
            let found = service.links(&filter, page.request())?;
            app.out.page(&found, "No links.", |look, links| {
                let header = ["id", "type", "record", "shopify", "odoo", "part of", "open"];
                look.table(&header, links.iter().map(row).collect())
            })?;
        }
        LinksCommand::Add {
            record_type,
            shopify_id,
            odoo_id,
        } => {
            let link = service.link_records(record_type, shopify_id, odoo_id)?;
            app.out.show(&link, |_| format!("{}: linked", described(&link)))?;
        }
        LinksCommand::Remove { id } => {
            let link = service.unlink(*id)?;
            app.out
                .show(&link, |_| format!("{}: forgotten", described(&link)))?;
        }
    }
    Ok(Exit::Fine)
}

fn described(link: &Link) -> String {
    format!(
        "Link {}: {} {} ({} in Shopify, {} in Odoo)",
        link.id,
        link.record_type,
        clean(&link.label),
        clean(&link.shopify_id),
        clean(&link.odoo_id)
    )
}

fn row(link: &Link) -> Vec<comfy_table::Cell> {
    vec![
        number(link.id.unsigned_abs()),
        cell(link.record_type.as_str()),
        cell(&link.label),
        cell(&link.shopify_id),
        cell(&link.odoo_id),
        cell(link.parent.map_or_else(String::new, |parent| parent.to_string())),
        cell(if link.open { "yes" } else { "" }),
    ]
}
