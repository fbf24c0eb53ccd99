//! Keys that make a mutation happen once: the same key with the same input answers the first result again.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Done, Mutation, Payload, Refusal, UserError};
use crate::hex::hex;
use crate::state::{Replay, Rows as _, Store, Stored as _};

pub(super) fn once(
    store: &mut Store<'_>,
    mutation: &Mutation<'_>,
    key: &str,
    run: impl FnOnce(&mut Store<'_>) -> Done,
) -> Done {
    let name = format!("{} {key}", mutation.name);
    let digest = hex(&Sha256::digest(
        canonical(&Value::Object(mutation.arguments.clone())).to_string(),
    ));
    let earlier = store.rows().found::<Replay>("key", &name).next().cloned();
    if let Some(earlier) = earlier {
        if earlier.arguments != digest {
            return Ok(mismatch(mutation.name));
        }
        return serde_json::from_str::<Payload>(&earlier.answer)
            .map_err(|error| Refusal::new("INTERNAL_SERVER_ERROR", error.to_string()));
    }
    let payload = run(store)?;
    if payload.succeeded {
        let id = store.fresh_id(Replay::TABLE);
        let answer = serde_json::to_string(&payload)
            .map_err(|error| Refusal::new("INTERNAL_SERVER_ERROR", error.to_string()))?;
        store.put(Replay {
            id,
            key: name,
            arguments: digest,
            answer,
        });
    }
    Ok(payload)
}

fn mismatch(name: &str) -> Payload {
    let text = "The same idempotency key cannot be used with different operation parameters.";
    let error = |code: Option<&str>| UserError {
        message: text.into(),
        code: code.map(str::to_owned),
        ..UserError::default()
    };
    if name == "inventorySetQuantities" {
        return super::inventory::refused(vec![error(Some("IDEMPOTENCY_KEY_PARAMETER_MISMATCH"))]);
    }
    super::activate::refused(vec![error(None)])
}

/// The same value with all keys in order, so that the order in which a client writes them makes no difference.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<(&String, &Value)> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            entries
                .into_iter()
                .map(|(key, value)| (key.clone(), canonical(value)))
                .collect()
        }
        Value::Array(list) => list.iter().map(canonical).collect(),
        other => other.clone(),
    }
}
