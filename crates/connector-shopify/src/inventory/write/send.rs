//! Setting quantities.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{ConnectorError, ErrorKind, Write, WriteOutcome};

use super::keys::key;
use super::rows::Row;
use crate::client::Client;
use crate::documents::INVENTORY_SET;
use crate::gid::Gid;
use crate::write::{UserError, refused, sent};

/// Code of the error of a level that is not what it was.
pub(super) const STALE: &str = "stock_moved";

/// How often a key is replaced whose first use failed: nothing was carried out then.
const KEYS: usize = 3;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetAnswer {
    inventory_set_quantities: Errors,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    user_errors: Vec<UserError>,
}

type Answer = Result<(), WriteOutcome>;

/// Sends levels (with the places of their writes) until all are set or said to be bad; answers them in their order.
pub(super) async fn set(client: &Client, writes: &[&Write], rows: &[(usize, Row)]) -> Vec<Answer> {
    let mut answers: Vec<Option<Answer>> = rows.iter().map(|_| None).collect();
    let mut groups: Vec<Vec<usize>> = vec![(0..rows.len()).collect()];
    while let Some(mut group) = groups.pop() {
        if group.is_empty() {
            continue;
        }
        let sent: Vec<&(usize, Row)> = group.iter().map(|at| &rows[*at]).collect();
        match call(client, writes, &sent).await {
            Err(outcome) => {
                for at in group {
                    answers[at] = Some(Err(outcome.clone()));
                }
            }
            Ok(errors) if errors.is_empty() => {
                for at in group {
                    answers[at] = Some(Ok(()));
                }
            }
            Ok(errors) => {
                let bad = blamed(&errors, group.len());
                if bad.is_empty() && group.len() > 1 {
                    // Nobody in particular is blamed: half of them at a time.
                    let half = group.split_off(group.len() / 2);
                    groups.extend([half, group]);
                    continue;
                }
                if bad.is_empty() {
                    answers[group[0]] = Some(Err(WriteOutcome::Failed(failure(&errors))));
                    continue;
                }
                for (place, errors) in &bad {
                    answers[group[*place]] = Some(Err(WriteOutcome::Failed(failure(errors))));
                }
                let good = (0..group.len()).filter(|place| !bad.iter().any(|(other, _)| other == place));
                groups.push(good.map(|place| group[place]).collect());
            }
        }
    }
    answers
        .into_iter()
        .map(|answer| answer.unwrap_or(Err(WriteOutcome::NotAttempted)))
        .collect()
}

/// The rows that errors name by their place (`input.quantities.3.quantity`), each with its errors.
fn blamed(errors: &[UserError], count: usize) -> Vec<(usize, Vec<UserError>)> {
    let mut bad: Vec<(usize, Vec<UserError>)> = Vec::new();
    for error in errors {
        let mut steps = error.field.iter().flatten();
        let place = steps
            .find(|step| *step == "quantities")
            .and_then(|_| steps.next())
            .and_then(|step| step.parse::<usize>().ok())
            .filter(|place| *place < count);
        let Some(place) = place else { continue };
        match bad.iter_mut().find(|(known, _)| *known == place) {
            Some((_, errors)) => errors.push(error.clone()),
            None => bad.push((place, vec![error.clone()])),
        }
    }
    bad
}

fn failure(errors: &[UserError]) -> ConnectorError {
    let kind = |code: &str| errors.iter().any(|error| error.is(code));
    let mut error = refused(errors)
        .unwrap_or_else(|| ConnectorError::new(ErrorKind::Protocol, "no_error", "an error without a word"));
    if kind("CHANGE_FROM_QUANTITY_STALE") {
        error.kind = ErrorKind::Contention;
        STALE.clone_into(&mut error.code);
    } else if kind("IDEMPOTENCY_CONCURRENT_REQUEST") || kind("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED") {
        error.kind = ErrorKind::Contention;
    }
    error
}

/// One call; another one under a new key where the first use of the key failed.
async fn call(
    client: &Client,
    writes: &[&Write],
    rows: &[&(usize, Row)],
) -> Result<Vec<UserError>, WriteOutcome> {
    let quantities: Vec<Value> = rows
        .iter()
        .map(|(_, row)| {
            json!({
                "inventoryItemId": Gid::new("InventoryItem", row.item).text,
                "locationId": Gid::new("Location", row.place).text,
                "quantity": row.to,
                "changeFromQuantity": row.from,
            })
        })
        .collect();
    let input = json!({"name": "on_hand", "reason": "correction", "quantities": quantities});
    let text = input.to_string();
    let mut errors = Vec::new();
    for attempt in 0..KEYS {
        let keys = rows.iter().map(|(at, _)| writes[*at].idempotency_key.as_str());
        let variables = json!({"input": input, "key": key(keys, &text, attempt)});
        let answer: SetAnswer = client.talk().ask(&INVENTORY_SET, variables).await.map_err(sent)?;
        errors = answer.inventory_set_quantities.user_errors;
        if !errors
            .iter()
            .any(|error| error.is("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"))
        {
            break;
        }
    }
    Ok(errors)
}
