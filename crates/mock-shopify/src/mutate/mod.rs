//! Mutations: each is one transaction that applies as a whole or not at all.

mod activate;
mod fulfil;
mod idempotency;
mod input;
mod inventory;
mod metafield_owner;
mod metafields;
mod metafields_delete;
mod options;
mod orders;
mod payload;
mod product_fields;
mod product_set;
mod product_set_check;
mod product_update;
mod variant_fields;
mod variants_bulk;

use serde_json::{Map, Value, json};

use crate::state::{StateError, Store};

pub(crate) use inventory::level;
pub(crate) use orders::job_id as cancel_job;
pub(crate) use payload::{Change, Group, Identifier, Payload, Slot, UserError};

/// One mutation to carry out.
pub(crate) struct Mutation<'a> {
    /// Its name in the schema.
    pub(crate) name: &'a str,
    /// Its arguments after coercion.
    pub(crate) arguments: &'a Map<String, Value>,
    /// Of `@idempotent(key:)`, if the directive was given.
    pub(crate) key: Option<&'a str>,
}

/// A mutation that failed as a whole: a top-level error.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) extensions: Value,
    /// Whether the error is also said to be at the variable that an argument came from (recorded).
    pub(crate) at_variable: bool,
}

impl Refusal {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            extensions: json!({ "code": code }),
            at_variable: false,
        }
    }

    /// An input that real Shopify takes and this simulator does not: loud rather than ignored.
    pub(crate) fn not_simulated(what: &str) -> Self {
        Self::new("NOT_SIMULATED", format!("'{what}' is not simulated."))
    }
}

/// What a mutation gives: its payload, with user errors or without.
pub(crate) type Done = Result<Payload, Refusal>;

/// Mutations with the scope that each needs (those of custom fields what their owners need), and whether a key is demanded.
const KNOWN: [(&str, &str, bool); 12] = [
    (
        "fulfillmentCreate",
        "write_merchant_managed_fulfillment_orders",
        false,
    ),
    (
        "fulfillmentTrackingInfoUpdate",
        "write_merchant_managed_fulfillment_orders",
        false,
    ),
    ("inventoryActivate", "write_inventory", true),
    ("inventorySetQuantities", "write_inventory", true),
    ("metafieldsDelete", "write_products", false),
    ("metafieldsSet", "write_products", false),
    ("orderCancel", "write_orders", false),
    ("orderUpdate", "write_orders", false),
    ("productSet", "write_products", false),
    ("productUpdate", "write_products", false),
    ("productVariantsBulkCreate", "write_products", false),
    ("productVariantsBulkUpdate", "write_products", false),
];

/// The scopes that a mutation needs.
pub(crate) fn scopes(name: &str, arguments: &Map<String, Value>) -> Vec<&'static str> {
    match name {
        "metafieldsDelete" | "metafieldsSet" => metafield_owner::scopes(arguments),
        _ => {
            let known = KNOWN.iter().filter(|known| known.0 == name);
            known.map(|known| known.1).collect()
        }
    }
}

/// Carries out a mutation. What it changed is undone where it answers errors.
pub(crate) fn apply(store: &mut Store<'_>, mutation: &Mutation<'_>) -> Done {
    let demanded = KNOWN.iter().any(|known| known.0 == mutation.name && known.2);
    match (mutation.key, demanded) {
        (None, true) => {
            let text = "The @idempotent directive is required for this mutation but was not provided.";
            return Err(Refusal::new("BAD_REQUEST", text));
        }
        (Some(key), true) if key.trim().is_empty() => {
            return Err(Refusal::new(
                "BAD_REQUEST",
                "The idempotency key cannot be blank.",
            ));
        }
        (Some(_), false) => {
            let text = "The @idempotent directive is not supported for this mutation.";
            return Err(Refusal::new("BAD_REQUEST", text));
        }
        _ => {}
    }
    let before = store.tables.savepoint();
    let noting = std::mem::replace(&mut store.noting, false);
    let mut changed = false;
    let mut run = |store: &mut Store<'_>| {
        let done = dispatch(store, mutation);
        changed = store.tables.changed_since(before);
        done
    };
    let done = match mutation.key {
        Some(key) => idempotency::once(store, mutation, key, run),
        None => run(store),
    };
    store.noting = noting;
    match &done {
        Ok(payload) if payload.succeeded => {
            if changed {
                store.note(mutation.name, &payload.target(), Value::Null);
            }
        }
        Ok(_) | Err(_) => store.tables.rollback_to(before),
    }
    done
}

fn dispatch(store: &mut Store<'_>, mutation: &Mutation<'_>) -> Done {
    let arguments = mutation.arguments;
    match mutation.name {
        "fulfillmentCreate" => fulfil::create(store, arguments),
        "fulfillmentTrackingInfoUpdate" => fulfil::track(store, arguments),
        "inventoryActivate" => activate::activate(store, arguments),
        "inventorySetQuantities" => inventory::set_quantities(store, arguments),
        "metafieldsDelete" => metafields_delete::delete(store, arguments),
        "metafieldsSet" => metafields::set(store, arguments),
        "orderCancel" => orders::cancel(store, arguments),
        "orderUpdate" => orders::update(store, arguments),
        "productSet" => product_set::set(store, arguments),
        "productUpdate" => product_update::update(store, arguments),
        "productVariantsBulkCreate" => variants_bulk::create(store, arguments),
        "productVariantsBulkUpdate" => variants_bulk::update(store, arguments),
        other => Err(Refusal::not_simulated(other)),
    }
}

/// An operation of the state that cannot fail once its input was checked.
pub(crate) fn internal(error: &StateError) -> Refusal {
    Refusal::new("INTERNAL_SERVER_ERROR", error.to_string())
}
