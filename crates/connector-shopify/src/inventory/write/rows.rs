//! What writes want of stock levels.

use serde_json::Value;
use sync_core::{ConnectorError, ErrorKind, Write, WriteOutcome};

use crate::client::Client;
use crate::gid;
use crate::inventory::find::{VariantItem, items};
use crate::write::{failed, refusal, units};

/// A level and what is to lie there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) item: u64,
    pub(super) place: u64,
    /// What the comparison saw; `None` for a level that is to be made.
    pub(super) from: Option<i64>,
    pub(super) to: i64,
}

impl Row {
    pub(super) fn level(&self) -> (u64, u64) {
        (self.item, self.place)
    }

    /// The record's id.
    pub(super) fn id(&self) -> String {
        format!("{}@{}", self.item, self.place)
    }
}

/// Where a write stands.
#[derive(Debug)]
pub(super) enum Step {
    /// Its level is to be changed.
    Set(Row),
    /// Its level is to be made.
    Stock(Row),
    /// Its level is to be read back; the flag says whether this call wrote it.
    Done(Row, bool),
    /// Its level is not what it was: perhaps because of an earlier attempt.
    Stale(Row, ConnectorError),
    Over(WriteOutcome),
}

/// A level that is to be made, before its item is known.
struct New {
    variant: u64,
    place: u64,
    to: i64,
}

/// Reads what the writes want; looks up the items of levels that are to be made.
pub(super) async fn rows(client: &Client, writes: &[&Write]) -> Vec<Step> {
    let news: Vec<Option<Result<New, ConnectorError>>> = writes
        .iter()
        .map(|write| write.target_id.is_none().then(|| new(write)))
        .collect();
    let wanted = news.iter().flatten().flatten().map(|new| new.variant);
    let items = items(&mut client.talk(), wanted.collect()).await;
    let step = |(write, new): (&&Write, Option<Result<New, ConnectorError>>)| match (new, &items) {
        (None, _) => existing(write).unwrap_or_else(|error| Step::Over(WriteOutcome::Failed(error))),
        (Some(Err(error)), _) => Step::Over(WriteOutcome::Failed(error)),
        (Some(Ok(_)), Err(error)) => Step::Over(failed(error)),
        (Some(Ok(new)), Ok(items)) => {
            stocked(&new, items).map_or_else(|error| Step::Over(WriteOutcome::Failed(error)), Step::Stock)
        }
    };
    let steps = writes.iter().zip(news).map(step).collect();
    adopt(client, steps).await
}

/// Variants are stocked with nothing somewhere as soon as they are made. A level that is there with nothing, or with
/// what is wanted, is taken for the one that is to be made.
async fn adopt(client: &Client, steps: Vec<Step>) -> Vec<Step> {
    let ids: Vec<String> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Stock(row) => Some(row.id()),
            _ => None,
        })
        .collect();
    if ids.is_empty() {
        return steps;
    }
    let found = super::fetch(&mut client.talk(), &ids).await;
    let step = |step: Step| match (step, &found) {
        (Step::Stock(_), Err(error)) => Step::Over(failed(error)),
        (Step::Stock(row), Ok(found)) => {
            let level = found.iter().find(|record| record.id == row.id());
            match level.and_then(super::on_hand) {
                Some(there) if there == row.to => Step::Done(row, false),
                Some(0) => Step::Set(Row { from: Some(0), ..row }),
                // One with another quantity may be that of an earlier attempt: its key tells.
                Some(_) | None => Step::Stock(row),
            }
        }
        (step, _) => step,
    };
    steps.into_iter().map(step).collect()
}

/// A level that there is.
fn existing(write: &Write) -> Result<Step, ConnectorError> {
    let target = write.target_id.as_deref().unwrap_or_default();
    let parts = target
        .split_once('@')
        .and_then(|(item, place)| Some((gid::number(item)?, gid::number(place)?)));
    let Some((item, place)) = parts else {
        return Err(refusal(
            "bad_id",
            format!("`{target}` is no stock level of Shopify's"),
        ));
    };
    let current = write.current.as_ref().map(|record| &record.body);
    let from = current.and_then(|body| body["on_hand"].as_i64());
    let (Some(current), Some(from)) = (current, from) else {
        let message = format!("what lies at {target} was not read before writing: run it again");
        return Err(refusal("no_current", message));
    };
    let to = match write.desired.get("on_hand") {
        Some(value) => units("on_hand", value)?,
        None => None,
    };
    let to = to.unwrap_or(from);
    let row = Row {
        item,
        place,
        from: Some(from),
        to,
    };
    if to == from {
        return Ok(Step::Done(row, false));
    }
    if current["tracked"] == Value::Bool(false) {
        return Err(untracked(current["sku"].as_str().unwrap_or(target)));
    }
    not_negative(to, current["sku"].as_str().unwrap_or(target))?;
    Ok(Step::Set(row))
}

/// Shopify refuses less than nothing on hand, as a part of a call: said here, it names the goods and what to do.
fn not_negative(to: i64, what: &str) -> Result<(), ConnectorError> {
    if to >= 0 {
        return Ok(());
    }
    let message = format!(
        "`on_hand` of {what} would be {to}, and Shopify takes no quantity below 0: count the goods in the other system, \
         or book there what came in"
    );
    Err(refusal("negative_stock", message))
}

fn untracked(what: &str) -> ConnectorError {
    let message = format!(
        "Shopify does not track the stock of {what}: turn on \"Track quantity\" of the variant there, or map \
         `tracks_inventory`"
    );
    refusal("not_tracked", message)
}

/// A level that is to be made. Ids that come through links are texts.
fn new(write: &Write) -> Result<New, ConnectorError> {
    let id = |field: &str| {
        let value = &write.desired[field];
        let number = value.as_u64().or_else(|| gid::number(value.as_str()?));
        number.ok_or_else(|| {
            let message =
                format!("`{field}` is {value}, which is no id of Shopify's: link what it stands for first");
            refusal("bad_value", message)
        })
    };
    let to = units("on_hand", &write.desired["on_hand"])?;
    Ok(New {
        variant: id("variant_id")?,
        place: id("location_id")?,
        to: to.ok_or_else(|| refusal("bad_value", "a new stock level needs `on_hand`"))?,
    })
}

fn stocked(new: &New, items: &[VariantItem]) -> Result<Row, ConnectorError> {
    let found = items.iter().find(|found| found.id.number == new.variant);
    let Some(found) = found else {
        // The next run of products finds that out as well, and what becomes of the variant is for it to say.
        let message = format!(
            "the variant {} is gone from Shopify: its stock waits until a run of products has dealt with that, or it is \
             unlinked",
            new.variant
        );
        return Err(ConnectorError::new(ErrorKind::Dependency, "no_variant", message));
    };
    if !found.inventory_item.tracked {
        return Err(untracked(&format!("the variant {}", new.variant)));
    }
    not_negative(new.to, &format!("the variant {}", new.variant))?;
    Ok(Row {
        item: found.inventory_item.id.number,
        place: new.place,
        from: None,
        to: new.to,
    })
}
