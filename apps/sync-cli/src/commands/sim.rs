use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::app::App;
use crate::exit::Exit;

const ODOO_EXAMPLE: &str = "For example: sync-cli sim odoo product.template search_read \
    '[[[\"sale_ok\", \"=\", true]]]' '{\"limit\": 3, \"fields\": [\"name\"]}'";
const SHOPIFY_EXAMPLE: &str =
    "For example: sync-cli sim shopify '{ products(first: 3) { nodes { title } } }'";

/// One raw call to a simulated system.
#[derive(Debug, Subcommand)]
pub(crate) enum SimCommand {
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

fn parse(name: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).with_context(|| format!("{name} = `{text}`: this is no JSON"))
}
