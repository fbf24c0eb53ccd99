//! The note of an order.

use serde::Deserialize;
use serde_json::json;
use sync_core::{Record, WriteOutcome};

use crate::client::Client;
use crate::documents::ORDER_NOTE;
use crate::write::{UserError, refused, sent};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NoteAnswer {
    order_update: Errors,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    user_errors: Vec<UserError>,
}

/// Writes the note, unless the order shows it already.
pub(super) async fn write(client: &Client, order: &Record, note: &str) -> Result<(), WriteOutcome> {
    if order.body["note"].as_str().unwrap_or_default() == note {
        return Ok(());
    }
    let variables = json!({"input": {"id": order.body["admin_graphql_api_id"], "note": note}});
    let answer: NoteAnswer = client.talk().ask(&ORDER_NOTE, variables).await.map_err(sent)?;
    match refused(&answer.order_update.user_errors) {
        None => Ok(()),
        Some(error) => Err(WriteOutcome::Failed(error)),
    }
}
