//! Writing orders: their note, that they were cancelled, and what of their lines was shipped.
//!
//! Orders are made in Shopify only. A line is brought to `fulfilled_quantity` by fulfilments for what is missing,
//! one per location, with the tracking numbers of the source's deliveries that no parcel has yet; what was shipped is
//! never taken back. A number that becomes known later goes to the parcel that lacks it. Nobody is notified and no money is paid back. Everything is looked up before it is done, so that
//! another attempt after a lost answer does what is left.
//!
//! The scopes needed are `write_orders` and `write_merchant_managed_fulfillment_orders` (for locations of others:
//! `write_assigned_fulfillment_orders`, `write_third_party_fulfillment_orders`).

mod cancel;
mod follow_up;
mod note;
mod parcels;
mod ship;
mod tracking;
mod wanted;

use sync_core::{Applied, ChildRef, ConnectorError, Record, Write, WriteOutcome};

use super::Orders;
use crate::client::Client;
use crate::gid;
use crate::nodes::by_number;
use crate::write::{applied, failed, refusal, sent, stops};
use wanted::Wanted;

/// What there is to be said of a write of an order, by what the order showed when it was compared.
pub(crate) fn remarks(write: &Write) -> Vec<String> {
    let (Ok(wanted), Some(order)) = (Wanted::of(write), &write.current) else {
        return Vec::new();
    };
    let mut said = wanted.warnings(order);
    said.extend(cancel::money_kept(order).filter(|_| wanted.cancelled == Some(true)));
    said
}

/// What became of a write before its order is read back: what there is to be said.
type Step = Result<Vec<String>, WriteOutcome>;

/// Answers one outcome per write, in their order.
pub(crate) async fn apply(client: &Client, writes: &[&Write]) -> Vec<WriteOutcome> {
    let known = match read(client, writes.iter().copied()).await {
        Ok(known) => known,
        Err(error) => return writes.iter().map(|_| failed(&error)).collect(),
    };
    let mut steps: Vec<Step> = Vec::with_capacity(writes.len());
    let mut stopped: Option<ConnectorError> = None;
    for write in writes {
        let step = match &stopped {
            Some(error) => Err(failed(error)),
            None => one(client, write, find(&known, write)).await,
        };
        if let Err(WriteOutcome::Failed(error)) = &step
            && stops(error)
        {
            stopped.get_or_insert_with(|| error.clone());
        }
        steps.push(step);
    }
    read_back(client, writes, steps).await
}

async fn read(client: &Client, writes: impl Iterator<Item = &Write>) -> Result<Vec<Record>, ConnectorError> {
    let mut numbers: Vec<u64> = writes.filter_map(target).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let found = by_number::<Orders>(&mut client.talk(), &numbers).await?;
    Ok(found.into_iter().map(|placed| placed.record).collect())
}

fn target(write: &Write) -> Option<u64> {
    gid::number(write.target_id.as_deref()?)
}

fn find<'r>(records: &'r [Record], write: &Write) -> Option<&'r Record> {
    records
        .iter()
        .find(|record| Some(&record.id) == write.target_id.as_ref())
}

async fn one(client: &Client, write: &Write, order: Option<&Record>) -> Step {
    let Some(order) = order else {
        let message = match &write.target_id {
            Some(id) => {
                format!("the order {id} is gone from Shopify, or older than the access token may see")
            }
            None => "orders are made in Shopify only: run orders from Shopify to the other system".to_owned(),
        };
        let code = if write.target_id.is_some() {
            "gone"
        } else {
            "not_supported"
        };
        return Err(WriteOutcome::Failed(refusal(code, message)));
    };
    let wanted = Wanted::of(write).map_err(WriteOutcome::Failed)?;
    if let Some(note) = &wanted.note {
        note::write(client, order, note).await?;
    }
    let warnings = ship::ship(client, write, order, &wanted).await?;
    // A parcel keeps its number where the other side knows of none.
    if let Some(numbers) = wanted.tracking.as_ref().filter(|numbers| !numbers.is_empty()) {
        follow_up::follow_up(client, write, order, numbers).await?;
    }
    if wanted.cancelled == Some(true) {
        cancel::cancel(client, order).await?;
    }
    Ok(warnings)
}

async fn read_back(client: &Client, writes: &[&Write], steps: Vec<Step>) -> Vec<WriteOutcome> {
    let done = steps.iter().zip(writes).filter(|(step, _)| step.is_ok());
    let found = read(client, done.map(|(_, write)| *write)).await;
    let all = steps.into_iter().zip(writes);
    all.map(|(step, write)| {
        let warnings = match step {
            Ok(warnings) => warnings,
            Err(outcome) => return outcome,
        };
        let found = match &found {
            Ok(found) => found,
            Err(error) => return sent(error.clone()),
        };
        let Some(record) = find(found, write) else {
            let message = "the order went while it was written";
            return WriteOutcome::Failed(refusal("gone", message));
        };
        let wanted = Wanted::of(write).map(|wanted| wanted.cancelled).ok().flatten();
        if wanted == Some(true) && record.body["cancelled"] == false {
            return WriteOutcome::Failed(cancel::pending(record));
        }
        applied(Applied {
            children: children(write, record),
            record: record.clone(),
            warnings,
        })
    })
    .collect()
}

/// The write's children that the order has, in its order.
fn children(write: &Write, record: &Record) -> Vec<ChildRef> {
    let ids: Vec<String> = ["line_items", "shipping_lines", "discount_lines"]
        .iter()
        .flat_map(|list| record.body[*list].as_array().into_iter().flatten())
        .map(|element| match &element["id"] {
            serde_json::Value::String(id) => id.clone(),
            id => id.to_string(),
        })
        .collect();
    let there = |child: &&ChildRef| child.target_id.as_ref().is_some_and(|id| ids.contains(id));
    write.children.iter().filter(there).cloned().collect()
}
