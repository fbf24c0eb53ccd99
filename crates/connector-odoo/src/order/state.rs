//! Confirming and cancelling, after the lines are right.

use serde_json::{Map, Value, json};
use sync_core::ErrorKind;

use super::write::InHand;
use crate::Session;
use crate::client::{CallError, LoadRow};
use crate::outcome::lies_in_a_row;

const ORDER: &str = "sale.order";

/// Lines that the shop's order no longer has: removed while the order is a quotation, set to nothing after that
/// (Odoo keeps the lines of a confirmed order).
pub(super) async fn drop_removed_lines(
    session: &Session,
    batch: &mut [&mut InHand<'_>],
) -> Result<(), CallError> {
    for one in batch.iter_mut().filter(|one| one.failed.is_none()) {
        let removed = one
            .write
            .removed
            .iter()
            .filter_map(|child| child.target_id.as_deref()?.parse().ok());
        let removed: Vec<i64> = removed.collect();
        if removed.is_empty() {
            continue;
        }
        let state = one
            .write
            .current
            .as_ref()
            .map(|current| current.body["state"].clone());
        let dropped = if state == Some(json!("draft")) {
            session
                .client
                .call("sale.order.line", "unlink", json!([removed]), Map::new())
                .await
                .map(drop)
        } else {
            let nothing = json!({"product_uom_qty": 0, "price_unit": 0});
            session.client.write("sale.order.line", &removed, nothing).await
        };
        if let Err(error) = dropped {
            one.fail(error);
        }
    }
    Ok(())
}

/// Brings every order to the state it should have, and its date back to what it was.
pub(super) async fn bring_to_state(
    session: &Session,
    batch: &mut [&mut InHand<'_>],
) -> Result<(), CallError> {
    let (mut confirm, mut shipped) = (Vec::new(), Vec::new());
    for (index, one) in batch
        .iter_mut()
        .enumerate()
        .filter(|(_, one)| one.failed.is_none())
    {
        let open = matches!(one.state.as_str(), "draft" | "sent");
        if one.wanted.cancelled {
            if one.state != "cancel"
                && let Err(error) = cancel(session, one.order).await
            {
                one.fail(error);
            }
        } else if one.state == "cancel" {
            one.warnings
                .push("the order is cancelled in Odoo and open in the shop: it stays cancelled".into());
        } else if open && one.wanted.shipped {
            shipped.push(one.order);
        } else if open {
            confirm.push(index);
        }
    }
    // Goods that left before Odoo knew of the order need no delivery.
    session
        .client
        .write(ORDER, &shipped, json!({"state": "sale"}))
        .await?;
    confirm_each(session, batch, confirm).await;
    restore_dates(session, batch).await
}

async fn cancel(session: &Session, order: i64) -> Result<(), CallError> {
    // Without this a confirmed order answers with a question to the user and stays as it is.
    let context = Map::from_iter([("context".to_owned(), json!({"disable_cancel_warning": true}))]);
    let answer = session
        .client
        .call(ORDER, "action_cancel", json!([[order]]), context)
        .await?;
    done(&answer, "cancel")
}

/// A button that answers with a form to be filled in has not done its work.
fn done(answer: &Value, what: &str) -> Result<(), CallError> {
    match answer.get("res_model") {
        None => Ok(()),
        Some(form) => {
            let message = format!("Odoo did not {what} the order: it asks a question first ({form})");
            Err(CallError::new(ErrorKind::Rejected, "wizard", message))
        }
    }
}

/// Confirms orders, all in one call if that goes well. Odoo takes all of a call or none, so a refused call is halved
/// until the orders that cannot be confirmed are found.
async fn confirm_each(session: &Session, batch: &mut [&mut InHand<'_>], orders: Vec<usize>) {
    let mut batches = vec![orders];
    while let Some(mut part) = batches.pop() {
        if part.is_empty() {
            continue;
        }
        let ids: Vec<i64> = part.iter().map(|index| batch[*index].order).collect();
        let answer = session
            .client
            .call(ORDER, "action_confirm", json!([ids]), Map::new())
            .await;
        let Err(error) = answer.and_then(|answer| done(&answer, "confirm")) else {
            continue;
        };
        if part.len() > 1 && lies_in_a_row(&error) {
            let right = part.split_off(part.len() / 2);
            batches.push(right);
            batches.push(part);
        } else {
            for index in part {
                batch[index].fail(error.clone());
            }
        }
    }
}

/// Confirming sets the date to the present: it is written back.
async fn restore_dates(session: &Session, batch: &mut [&mut InHand<'_>]) -> Result<(), CallError> {
    let mut rows = Vec::new();
    let mut whose = Vec::new();
    let shown: Vec<i64> = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.order)
        .collect();
    let dates = session.client.read(ORDER, &shown, &["date_order"]).await?;
    for (index, one) in batch.iter().enumerate().filter(|(_, one)| one.failed.is_none()) {
        let Some(wanted) = &one.wanted.date_order else {
            continue;
        };
        let found = dates.iter().find(|row| crate::value::id(row) == one.order);
        if found.is_some_and(|row| row["date_order"] != json!(wanted)) {
            rows.push(LoadRow::single(vec![one.order.to_string(), wanted.clone()]));
            whose.push(index);
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let loaded = session
        .client
        .load(ORDER, &[".id", "date_order"], &rows, &json!({}))
        .await;
    for (index, result) in whose.into_iter().zip(loaded) {
        if let Err(error) = result {
            batch[index].fail(error);
        }
    }
    Ok(())
}
