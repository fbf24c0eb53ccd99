//! Setting levels without undoing what happens meanwhile.
//!
//! Odoo has no conditional write, but it notes with each count how far it is from what lies there, and refuses to apply one
//! once the goods have moved since. So a level is read, compared with what the plan was made of, counted, the noted
//! difference compared with the expected one, and only then applied. A movement before that is answered as contention:
//! nothing was written, and the level is compared anew. What moves after the count is applied comes as a change. Our counts
//! have a name: one that moved nothing, because somebody counted the same goods in that instant, is contention as well.
//!
//! What is left: goods on a shelf, in a lot or in a package of the warehouse (not at its stock location itself) that move
//! between the reading and the applying, a fraction of a second. They keep their own quantity, and the level is off from
//! what was wanted by that movement, which comes as a change as well.

use std::collections::BTreeMap;

use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use serde_json::json;
use sync_core::{Applied, ConnectorError, ErrorKind, Write, WriteOutcome};

use super::Key;
use super::levels::Levels;
use crate::Session;
use crate::client::CallError;
use crate::location::Places;
use crate::stock::{Count, has_counted, moved_meanwhile, set_counts};

/// Sets the levels of a batch.
pub(crate) async fn apply(session: &Session, batch: &[Write]) -> Vec<WriteOutcome> {
    match try_apply(session, batch).await {
        Ok(outcomes) => outcomes,
        Err(error) => batch
            .iter()
            .map(|_| crate::outcome::failed(error.clone()))
            .collect(),
    }
}

async fn try_apply(session: &Session, batch: &[Write]) -> Result<Vec<WriteOutcome>, CallError> {
    let places = Places::read(session).await?;
    let shown: Vec<Option<Decimal>> = batch.iter().map(shown).collect();
    let wanted: Vec<Result<(Key, Decimal), ConnectorError>> = batch.iter().map(wanted).collect();
    let keys: Vec<Key> = wanted.iter().flatten().map(|(key, _)| *key).collect();
    let before = Levels::read(session, &places, &keys).await?;
    let mut failures: BTreeMap<usize, CallError> = BTreeMap::new();
    let mut counts = Vec::new();
    for (index, one) in wanted.iter().enumerate() {
        let count = one
            .clone()
            .and_then(|(key, quantity)| before.count(&places, key, quantity, shown[index]));
        match count {
            Ok(Some(count)) => counts.push((index, count)),
            Ok(None) => {}
            Err(error) => {
                failures.insert(index, error.into());
            }
        }
    }
    let counted: Vec<usize> = counts.iter().map(|(index, _)| *index).collect();
    let name = name(batch);
    failures.extend(set_each(session, counts, &name).await);
    let after = Levels::read(session, &places, &keys).await;
    if let Ok(after) = &after {
        let applied = counted.into_iter().filter(|index| !failures.contains_key(index));
        let applied: Vec<usize> = applied.collect();
        for index in applied {
            if let Ok((key, quantity)) = &wanted[index]
                && after.quantity(*key) != *quantity
                && !has_counted(session, key.0, &name).await?
            {
                failures.insert(index, moved_meanwhile());
            }
        }
    }
    let outcome = |(index, one): (usize, Result<(Key, Decimal), ConnectorError>)| {
        if let Some(error) = failures.remove(&index) {
            return crate::outcome::failed(error);
        }
        match (&after, one) {
            (Ok(after), Ok((key, quantity))) => match after.record(key) {
                Some(mut record) => {
                    if after.quantity(key) != quantity {
                        // Goods moved right after they were counted. What was written is what both sides agree on; the
                        // movement is a change of its own, with a date behind the mark of this run.
                        record.body["quantity"] = json!(quantity.normalize().to_string());
                    }
                    let (children, warnings) = (Vec::new(), Vec::new());
                    WriteOutcome::Applied(Box::new(Applied {
                        record,
                        children,
                        warnings,
                    }))
                }
                None => crate::outcome::vanished("stock level", &format!("{}@{}", key.0, key.1)),
            },
            (Err(error), _) => crate::outcome::failed(error.clone()),
            (_, Err(error)) => WriteOutcome::Failed(error),
        }
    };
    Ok(wanted.into_iter().enumerate().map(outcome).collect())
}

/// What the movements of these counts are called: one can tell them from others by it, in Odoo's history as well.
fn name(batch: &[Write]) -> String {
    let key = batch.first().map(|write| write.idempotency_key.as_str());
    format!("Stock sync {}", key.unwrap_or_default())
}

/// The quantity that was compared.
fn shown(write: &Write) -> Option<Decimal> {
    let current = write.current.as_ref()?;
    decimal_of(&current.body["quantity"]).ok()
}

fn wanted(write: &Write) -> Result<(Key, Decimal), ConnectorError> {
    let wrong = |message: String| ConnectorError::new(ErrorKind::Mapping, "mapping_shape", message);
    let number = |field: &str| {
        let value = &write.desired[field];
        let parsed = value.as_i64().or_else(|| value.as_str()?.parse().ok());
        parsed.ok_or_else(|| wrong(format!("no rule gives a stock level its `{field}`")))
    };
    let quantity =
        decimal_of(&write.desired["quantity"]).map_err(|error| wrong(format!("`quantity`: {error}")))?;
    Ok(((number("product_id")?, number("warehouse_id")?), quantity))
}

/// Sets counts, all in one call if that goes well. Odoo takes all of a call or none and does not say which count was
/// to blame, so a refused call is halved until the bad ones are found.
async fn set_each(session: &Session, counts: Vec<(usize, Count)>, name: &str) -> BTreeMap<usize, CallError> {
    let mut failures = BTreeMap::new();
    let mut batches = vec![counts];
    while let Some(batch) = batches.pop() {
        let only: Vec<Count> = batch.iter().map(|(_, count)| count.clone()).collect();
        let Err(error) = set_counts(session, &only, name).await else {
            continue;
        };
        if batch.len() > 1 && crate::outcome::lies_in_a_row(&error) {
            let mut left = batch;
            let right = left.split_off(left.len() / 2);
            batches.push(right);
            batches.push(left);
        } else {
            failures.extend(batch.into_iter().map(|(index, _)| (index, error.clone())));
        }
    }
    failures
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_level_without_a_quantity_says_which_rule_is_missing() {
        let write = Write {
            idempotency_key: String::new(),
            record_type: "inventory".into(),
            source_id: "1@2".into(),
            label: String::new(),
            target_id: None,
            current: None,
            desired: json!({"product_id": "7", "quantity": "3"}),
            changes: Vec::new(),
            children: Vec::new(),
            removed: Vec::new(),
            source: Value::Null,
        };
        assert_eq!(
            wanted(&write).unwrap_err().message,
            "no rule gives a stock level its `warehouse_id`"
        );
    }
}
