//! `metafieldsDelete`, and the custom fields that a list which replaces all others leaves out.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input::read;
use super::metafield_owner::{find, owner_of, touch};
use super::metafields::Nested;
use super::{Done, Identifier, Payload, Slot};
use crate::state::{Metafield, Rows as _, Store, Stored as _, owner};

const KIND: &str = "MetafieldsDeletePayload";
const PLAIN: (&str, &str) = ("userErrors", "UserError");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    owner_id: String,
    namespace: String,
    key: String,
}

/// Removes custom fields. One that is not there is null in the answer and no error (published with the mutation), and
/// so is one whose owner is not there (recorded).
pub(super) fn delete(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let inputs: Vec<Input> = read(arguments, "metafields")?;
    let gone = inputs.into_iter().map(|input| remove(store, input));
    let slot = Slot::Identifiers(gone.collect());
    Ok(Payload::good(KIND, PLAIN, vec![("deletedMetafields", slot)]))
}

fn remove(store: &mut Store<'_>, input: Input) -> Option<Identifier> {
    let record = owner_of(store, &input.owner_id)?;
    let field = find(store, record, (&input.namespace, &input.key))?;
    store.tables.remove(Metafield::TABLE, field.id);
    touch(store, record);
    Some(Identifier {
        owner: input.owner_id,
        namespace: field.namespace,
        key: field.key,
    })
}

/// Removes the custom fields that a list which replaces all of them leaves out.
pub(super) fn drop_others(store: &mut Store<'_>, record: (&str, i64), kept: &[Nested]) {
    let named = |field: &Metafield| {
        kept.iter().any(|kept| {
            kept.key.as_deref() == Some(&field.key)
                && kept.namespace.as_deref().unwrap_or("custom") == field.namespace
        })
    };
    let fields = store
        .rows()
        .found::<Metafield>("owner", &owner(record.0, record.1));
    let gone: Vec<i64> = fields
        .filter(|field| !named(field))
        .map(|field| field.id)
        .collect();
    if !gone.is_empty() {
        touch(store, record);
    }
    for id in gone {
        store.tables.remove(Metafield::TABLE, id);
    }
}
