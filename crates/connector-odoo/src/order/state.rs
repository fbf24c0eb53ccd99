//! Stray lines, confirming and cancelling, after the lines are there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sync_core::ErrorKind;

use super::rows::{is_ours, is_void, line_name, line_names};
use super::write::InHand;
use crate::Session;
use crate::client::{CallError, LoadRow, Options};
use crate::outcome::lies_in_a_row;
use crate::value::{id, many2one, number};

const ORDER: &str = "sale.order";
const LINE: &str = "sale.order.line";

/// The external ids of these lines; a line that somebody added by hand has none.
pub(super) async fn line_names_of(
    session: &Session,
    lines: &[i64],
) -> Result<BTreeMap<i64, String>, CallError> {
    if lines.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names = session
        .client
        .call(LINE, "get_external_id", json!([lines]), Map::new())
        .await?;
    let pairs = names.as_object().into_iter().flatten();
    let pairs = pairs.filter_map(|(line, name)| Some((line.parse().ok()?, name.as_str()?.to_owned())));
    Ok(pairs.filter(|(_, name)| !name.is_empty()).collect())
}

/// Finds the lines of every order, and gets rid of those of ours that the shop's order no longer has.
pub(super) async fn find_lines(session: &Session, batch: &mut [&mut InHand<'_>]) -> Result<(), CallError> {
    let orders: Vec<i64> = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.order)
        .collect();
    if orders.is_empty() {
        return Ok(());
    }
    let fields = ["order_id", "product_uom_qty", "price_unit", "state"];
    let domain = json!([["order_id", "in", orders]]);
    let rows = session
        .client
        .search_read(LINE, domain, &fields, Options::default())
        .await?;
    let ids: Vec<i64> = rows.iter().map(id).collect();
    let names = line_names_of(session, &ids).await?;
    for one in batch.iter_mut().filter(|one| one.failed.is_none()) {
        let own: Vec<&Value> = rows
            .iter()
            .filter(|row| many2one(&row["order_id"]) == Some(one.order))
            .collect();
        let pairs = own
            .iter()
            .filter_map(|row| Some((names.get(&id(row))?.clone(), id(row))));
        one.lines = pairs.collect();
        let stray = strays(session, one, &own, &names);
        if let Err(error) = drop_lines(session, &stray).await {
            one.fail(error);
        }
    }
    Ok(())
}

/// The lines of an order that it should not have.
fn strays<'r>(
    session: &Session,
    one: &InHand<'_>,
    rows: &[&'r Value],
    names: &BTreeMap<i64, String>,
) -> Vec<&'r Value> {
    let wanted = line_names(session, one);
    let removed: Vec<i64> = one
        .write
        .removed
        .iter()
        .filter_map(|child| child.target_id.as_deref()?.parse().ok())
        .collect();
    let stray = |row: &&Value| {
        let ours = names
            .get(&id(row))
            .is_some_and(|name| is_ours(session, one, name) && !wanted.contains(name));
        (ours || removed.contains(&id(row))) && !is_void(row)
    };
    rows.iter().copied().filter(stray).collect()
}

/// Removed while the order is a quotation, set to nothing after that: Odoo keeps the lines of a confirmed order.
async fn drop_lines(session: &Session, lines: &[&Value]) -> Result<(), CallError> {
    let ids: Vec<i64> = lines.iter().map(|line| id(line)).collect();
    match lines.first() {
        None => Ok(()),
        Some(line) if line["state"] == "draft" => {
            let answer = session
                .client
                .call(LINE, "unlink", json!([ids]), Map::new())
                .await;
            answer.map(drop)
        }
        Some(_) => {
            let nothing = json!({"product_uom_qty": 0, "price_unit": 0});
            session.client.write(LINE, &ids, nothing).await
        }
    }
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
        } else if open && one.wanted.needs_no_delivery() {
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
    hold_back(session, batch, &confirm).await;
    confirm_each(session, batch, confirm.clone()).await;
    give_back(session, batch, &confirm).await;
    restore_dates(session, batch).await
}

/// Quantities of a line, with its price: Odoo calculates the price anew for a quantity that comes alone.
async fn write_quantities(
    session: &Session,
    batch: &mut [&mut InHand<'_>],
    orders: &[usize],
    quantity: impl Fn(&super::shape::WantedLine) -> rust_decimal::Decimal,
    context: Value,
) {
    for index in orders {
        let one = &mut *batch[*index];
        let mut failed = None;
        for line in one.wanted.ahead().filter(|_| one.failed.is_none()) {
            let element = &line.element;
            let name = line_name(
                session,
                &one.write.source_id,
                &element.record_type,
                &element.source_id,
            );
            let Some(id) = one.lines.get(&name) else { continue };
            let values = json!({
                "product_uom_qty": number(quantity(line)),
                "price_unit": number(line.amounts.price),
            });
            let kwargs = Map::from_iter([("context".to_owned(), context.clone())]);
            let written = session
                .client
                .call(LINE, "write", json!([[id], values]), kwargs)
                .await;
            if let Err(error) = written {
                failed = Some(error);
                break;
            }
        }
        if let Some(error) = failed {
            one.fail(error);
        }
    }
}

/// Before an order is confirmed, its lines ask only for what is still to be delivered.
async fn hold_back(session: &Session, batch: &mut [&mut InHand<'_>], orders: &[usize]) {
    write_quantities(
        session,
        batch,
        orders,
        super::shape::WantedLine::to_ship,
        json!({}),
    )
    .await;
}

/// Afterwards they say again what was ordered, without asking for more to be delivered.
async fn give_back(session: &Session, batch: &mut [&mut InHand<'_>], orders: &[usize]) {
    let context = json!({"skip_procurement": true});
    write_quantities(session, batch, orders, |line| line.amounts.quantity, context).await;
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
    let fit = orders.into_iter().filter(|index| batch[*index].failed.is_none());
    let mut batches = vec![fit.collect::<Vec<usize>>()];
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
