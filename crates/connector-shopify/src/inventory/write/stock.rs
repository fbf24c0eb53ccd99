//! Stocking an item at a location where it was not.

use serde::Deserialize;
use serde_json::json;
use sync_core::{ErrorKind, Write, WriteOutcome};

use super::keys::key;
use super::rows::Row;
use super::send::STALE;
use crate::client::Client;
use crate::documents::INVENTORY_STOCK;
use crate::gid::Gid;
use crate::write::{UserError, refused, sent};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StockAnswer {
    inventory_activate: Errors,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    user_errors: Vec<UserError>,
}

/// Makes a level with its quantity.
pub(super) async fn stock(client: &Client, write: &Write, row: &Row) -> Result<(), WriteOutcome> {
    let input = format!("{} {}", row.id(), row.to);
    let variables = json!({
        "item": Gid::new("InventoryItem", row.item).text,
        "location": Gid::new("Location", row.place).text,
        "quantity": row.to,
        "key": key(std::iter::once(write.idempotency_key.as_str()), &input, 0),
    });
    let answer: StockAnswer = client
        .talk()
        .ask(&INVENTORY_STOCK, variables)
        .await
        .map_err(sent)?;
    let errors = answer.inventory_activate.user_errors;
    let Some(mut error) = refused(&errors) else {
        return Ok(());
    };
    // These errors have no codes. One that names the quantity speaks of a level that there is already.
    let quantity = |error: &UserError| error.field.iter().flatten().any(|step| step == "onHand");
    if errors.iter().any(quantity) {
        error.kind = ErrorKind::Contention;
        STALE.clone_into(&mut error.code);
    }
    Err(WriteOutcome::Failed(error))
}
