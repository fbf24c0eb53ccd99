use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use sync_service::{Compared, Edit, EditableField, Page, PageRequest, Twin};

use crate::app::App;
use crate::exit::Exit;
use crate::output::{Tone, cell, clean, number, toned};

const ODOO_EXAMPLE: &str = "For example: sync-cli sim odoo product.template search_read \
    '[[[\"sale_ok\", \"=\", true]]]' '{\"limit\": 3, \"fields\": [\"name\"]}'";
const EDIT_EXAMPLE: &str = "For example:
  sync-cli sim edit shopify product 7000000000001 title='Better shirt' variants.0.price=19.90
  sync-cli sim edit shopify variant 7000000000001 sale=2
  sync-cli sim edit odoo order 1 deliver=all tracking=1Z999
What can be edited: sync-cli sim fields";
const SHOPIFY_EXAMPLE: &str =
    "For example: sync-cli sim shopify '{ products(first: 3) { nodes { title } } }'";

/// Edits and raw calls in a simulated system.
#[derive(Debug, Subcommand)]
pub(crate) enum SimCommand {
    /// Edit a record as a person would: prices, titles, stock, a sale, a delivery, a refund
    #[command(after_help = EDIT_EXAMPLE)]
    Edit {
        /// The system
        #[arg(value_parser = ["shopify", "odoo"])]
        system: String,
        /// What it is: product, variant, inventory, order
        record_type: String,
        /// Its id in that system
        id: String,
        /// What changes: FIELD=VALUE
        #[arg(required = true, value_name = "FIELD=VALUE", value_parser = assignment)]
        fields: Vec<(String, String)>,
    },
    /// List what can be edited
    Fields,
    /// Show linked products as both systems have them, side by side
    Twin {
        /// Part of the name or of an id
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Products at most, 1 to 50
        #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=50))]
        limit: u16,
        /// Only products whose links are before this one: `next` of the page before
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
    },
    /// Call a method of the simulated Odoo as its administrator
    #[command(after_help = ODOO_EXAMPLE)]
    Odoo {
        /// The model: product.template
        model: String,
        /// The method: `search_read`
        method: String,
        /// The arguments, a JSON list
        args_json: String,
        /// The named arguments, a JSON object
        kwargs_json: Option<String>,
    },
    /// Send a document to the simulated Shopify's GraphQL Admin API
    #[command(after_help = SHOPIFY_EXAMPLE)]
    Shopify {
        /// The document
        query: String,
        /// Its variables, a JSON object
        variables_json: Option<String>,
    },
}

pub(crate) fn run(app: &App, command: &SimCommand) -> Result<Exit> {
    let (answer, exit) = match command {
        SimCommand::Edit {
            system,
            record_type,
            id,
            fields,
        } => return edit(app, system, record_type, id, fields),
        SimCommand::Fields => return fields(app),
        SimCommand::Twin {
            search,
            limit,
            before,
        } => {
            let page = PageRequest {
                before: *before,
                limit: usize::from(*limit),
            };
            return twins(app, search.clone(), page);
        }
        SimCommand::Odoo {
            model,
            method,
            args_json,
            kwargs_json,
        } => {
            let args = parse("ARGS_JSON", args_json)?;
            let kwargs = kwargs_json.as_ref().map(|text| parse("KWARGS_JSON", text));
            let kwargs = kwargs.transpose()?.unwrap_or_else(|| json!({}));
            (
                app.service()?.simulate_odoo(model, method, &args, &kwargs)?,
                Exit::Fine,
            )
        }
        SimCommand::Shopify {
            query,
            variables_json,
        } => {
            let variables = variables_json.as_ref().map(|text| parse("VARIABLES_JSON", text));
            let variables = variables.transpose()?.unwrap_or(Value::Null);
            let answer = app.service()?.simulate_shopify(query, &variables)?;
            let exit = if answer.get("errors").is_some() {
                Exit::Error
            } else {
                Exit::Fine
            };
            (answer, exit)
        }
    };
    // What a system answers is JSON, for people as well.
    app.out.document(&answer)?;
    Ok(exit)
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => Ok((field.trim().to_owned(), value.to_owned())),
        _ => Err("write FIELD=VALUE".to_owned()),
    }
}

fn edit(app: &App, system: &str, record_type: &str, id: &str, given: &[(String, String)]) -> Result<Exit> {
    let mut fields = BTreeMap::new();
    for (field, value) in given {
        if fields.insert(field.clone(), value.clone()).is_some() {
            bail!("{field} is given twice");
        }
    }
    let edited = app.service()?.sim_edit(&Edit {
        system: system.to_owned(),
        record_type: record_type.to_owned(),
        id: id.to_owned(),
        fields,
    })?;
    app.out.show(&edited, |_| {
        let made = edited.made.as_ref();
        let made = made.map_or_else(String::new, |made| {
            format!("; made {} {}", made.record_type, clean(&made.id))
        });
        format!(
            "{} {} {}: {}{made}",
            edited.system,
            edited.record_type,
            clean(&edited.id),
            clean(&edited.applied.join(", "))
        )
    })?;
    Ok(Exit::Fine)
}

fn fields(app: &App) -> Result<Exit> {
    let page = Page {
        items: app.service()?.editable_fields().to_vec(),
        next: None,
    };
    app.out.page(&page, "Nothing can be edited.", |look, fields| {
        let row = |one: &EditableField| {
            [one.system, one.record_type, one.field, one.about]
                .map(cell)
                .to_vec()
        };
        look.table(
            &["system", "type", "field", "takes"],
            fields.iter().map(row).collect(),
        )
    })?;
    Ok(Exit::Fine)
}

fn twins(app: &App, search: Option<String>, page: PageRequest) -> Result<Exit> {
    let found = app.service()?.twins(search, page)?;
    app.out.page(&found, "No product is linked.", |look, twins| {
        let header = ["link", "product", "what", "shopify", "odoo", "differs"];
        look.table(&header, twins.iter().flat_map(rows).collect())
    })?;
    Ok(Exit::Fine)
}

/// One row per value; the first ones of the product itself.
fn rows(twin: &Twin) -> Vec<Vec<comfy_table::Cell>> {
    let mut rows = Vec::new();
    let mut row = |what: String, value: &Compared| {
        let shown = |value: &Option<String>| cell(value.as_deref().unwrap_or("-"));
        rows.push(vec![
            number(twin.link_id.unsigned_abs()),
            cell(format!("{} ({} / {})", twin.label, twin.shopify_id, twin.odoo_id)),
            cell(what),
            shown(&value.shopify),
            shown(&value.odoo),
            if value.differs {
                toned("yes", Tone::Open)
            } else {
                cell("")
            },
        ]);
    };
    row("title".to_owned(), &twin.title);
    row("status".to_owned(), &twin.status);
    for variant in &twin.variants {
        row(format!("{}: sku", variant.label), &variant.sku);
        row(format!("{}: price", variant.label), &variant.price);
        for level in &variant.stock {
            row(format!("{}: at {}", variant.label, level.location), &level.units);
        }
    }
    rows
}

fn parse(name: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).with_context(|| format!("{name} = `{text}`: this is no JSON"))
}
