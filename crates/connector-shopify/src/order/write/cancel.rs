//! Cancelling an order.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use sync_core::{ConnectorError, ErrorKind, Record, WriteOutcome};

use crate::client::Client;
use crate::documents::{JOB_DONE, ORDER_CANCEL};
use crate::gid;
use crate::nodes::by_number;
use crate::order::Orders;
use crate::write::{UserError, refusal, refused, sent};

/// How often Shopify is asked whether it is through, without a pause: mostly it is at once.
const ASKS: usize = 3;

/// When to come back to a cancellation that takes longer.
const LATER: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CancelAnswer {
    order_cancel: Cancelled,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancelled {
    job: Option<Job>,
    order_cancel_user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct Job {
    id: String,
    done: bool,
}

#[derive(Deserialize)]
struct Asked {
    job: Option<Done>,
}

#[derive(Deserialize)]
struct Done {
    done: bool,
}

/// Cancels an order that is not cancelled yet. Shopify does it in a job; whether that came to its end, the order
/// itself tells.
pub(super) async fn cancel(client: &Client, order: &Record) -> Result<(), WriteOutcome> {
    if order.body["cancelled"] == true {
        return Ok(());
    }
    let variables = json!({"id": order.body["admin_graphql_api_id"]});
    let answer: CancelAnswer = client.talk().ask(&ORDER_CANCEL, variables).await.map_err(sent)?;
    let cancelled = answer.order_cancel;
    if let Some(error) = refused(&cancelled.order_cancel_user_errors) {
        let now = read_again(client, order).await?;
        return match now {
            // Somebody else was faster, or an earlier attempt was.
            Some(now) if now.body["cancelled"] == true => Ok(()),
            Some(now) if has_left(&now) => Err(WriteOutcome::Failed(shipped(&now))),
            Some(_) | None => Err(WriteOutcome::Failed(error)),
        };
    }
    let Some(job) = cancelled.job.filter(|job| !job.done) else {
        return Ok(());
    };
    for _ in 0..ASKS {
        let asked: Asked = client
            .talk()
            .ask(&JOB_DONE, json!({"id": job.id}))
            .await
            .map_err(sent)?;
        if asked.job.is_none_or(|job| job.done) {
            break;
        }
    }
    Ok(())
}

async fn read_again(client: &Client, order: &Record) -> Result<Option<Record>, WriteOutcome> {
    let number: Vec<u64> = gid::number(&order.id).into_iter().collect();
    let talk = &mut client.talk();
    let found = Box::pin(by_number::<Orders>(talk, &number)).await.map_err(sent)?;
    Ok(found.into_iter().next().map(|placed| placed.record))
}

/// Whether goods of the order have left the shop: then Shopify does not cancel it.
fn has_left(order: &Record) -> bool {
    let mut lines = order.body["line_items"].as_array().into_iter().flatten();
    lines.any(|line| line["fulfilled_quantity"].as_i64() > Some(0))
}

fn shipped(order: &Record) -> ConnectorError {
    let message = format!(
        "goods of {} have left Shopify, which therefore does not cancel it: cancel the shipment there if it did not really \
         go, or refund what comes back",
        order.label
    );
    refusal("already_shipped", message)
}

/// What is to be said of an order for which somebody has paid: whether money goes back is for people to decide.
pub(super) fn money_kept(order: &Record) -> Option<String> {
    let paid = ["paid", "partially_paid", "partially_refunded", "authorized"];
    let status = order.body["financial_status"].as_str()?;
    (order.body["cancelled"] == false && paid.contains(&status)).then(|| {
        let status = status.replace('_', " ");
        format!(
            "the order is {status}: cancelling it pays nothing back, so refund it in Shopify if that is due"
        )
    })
}

/// The order is being cancelled and is not through.
pub(super) fn pending(order: &Record) -> ConnectorError {
    let message = format!("Shopify is still cancelling the order {}", order.label);
    ConnectorError::new(ErrorKind::Contention, "cancellation_pending", message).retry_after(LATER)
}
