//! `orderUpdate` and `orderCancel`.

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::input::{Patch, list, number, read, refuse_others, text};
use super::metafields::{Nested, set_nested};
use super::{Done, Payload, Slot, UserError, internal};
use crate::hex::hex;
use crate::state::{Order, PostalAddress, Rows as _, StateError, Store};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    id: String,
    #[serde(default)]
    note: Patch<String>,
    #[serde(default)]
    email: Patch<String>,
    #[serde(default)]
    phone: Patch<String>,
    #[serde(default)]
    po_number: Patch<String>,
    #[serde(default)]
    tags: Patch<Vec<String>>,
    #[serde(default)]
    custom_attributes: Patch<Vec<Attribute>>,
    #[serde(default)]
    shipping_address: Patch<Address>,
    #[serde(default, deserialize_with = "list")]
    metafields: Vec<Nested>,
}

#[derive(Deserialize)]
struct Attribute {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    province: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
    country: Option<String>,
    country_code: Option<String>,
    phone: Option<String>,
}

const UPDATE: &str = "OrderUpdatePayload";
const PLAIN: (&str, &str) = ("userErrors", "UserError");

/// Changes what is written on an order.
pub(super) fn update(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    refuse_others(
        arguments.get("input"),
        &["localizationExtensions", "localizedFields"],
    )?;
    let input: Input = read(arguments, "input")?;
    let id = number(&input.id, "Order").filter(|id| store.rows().one::<Order>(*id).is_some());
    let Some(id) = id else {
        let error = UserError::plain(&["id"], "Order does not exist");
        return Ok(Payload::bad(UPDATE, PLAIN, vec![error]));
    };
    // The order stands beside what is wrong with its input (recorded).
    let refused = |error: UserError| {
        let slot = Slot::Node("Order".into(), id);
        Ok(Payload::bad(UPDATE, PLAIN, vec![error]).with("order", slot))
    };
    let bad = |field: &[&str], text: &str| refused(UserError::plain(field, text));
    let given = arguments.get("input").and_then(Value::as_object);
    if given.is_some_and(|given| given.keys().all(|name| name == "id")) {
        return refused(UserError {
            message: "No valid update parameters have been provided".into(),
            ..UserError::default()
        });
    }
    if input
        .phone
        .given()
        .is_some_and(|phone| !phone.is_empty() && !phone.contains(|c: char| c.is_ascii_digit()))
    {
        return bad(&["phone"], "Phone is invalid");
    }
    if input
        .email
        .given()
        .is_some_and(|email| !email.is_empty() && !email.contains('@'))
    {
        return bad(&["email"], "Email is invalid");
    }
    let address_id = match input.shipping_address {
        Patch::Given(_) => store.fresh_id("address"),
        Patch::Absent | Patch::Null => 0,
    };
    let edited = store.edit_order(id, |order| {
        input.note.set(&mut order.note);
        input.email.set(&mut order.email);
        input.phone.set(&mut order.phone);
        input.po_number.set(&mut order.po_number);
        input.tags.set_or(&mut order.tags, Vec::new());
        if let Patch::Given(list) = input.custom_attributes {
            order.attributes = list
                .into_iter()
                .map(|attribute| (attribute.key, attribute.value))
                .collect();
        }
        if let Patch::Given(address) = input.shipping_address {
            let before = order.shipping_address.take();
            order.shipping_address = Some(stored(address, before.as_ref(), address_id));
        }
    });
    edited.map_err(|error| internal(&error))?;
    if let Some((at, text)) = set_nested(store, ("Order", id), &input.metafields)? {
        return bad(&["metafields", &at.to_string(), "value"], &text);
    }
    Ok(Payload::good(
        UPDATE,
        PLAIN,
        vec![("order", Slot::Node("Order".into(), id))],
    ))
}

/// The address as it is kept: the same one, if nothing of it changed.
fn stored(new: Address, before: Option<&PostalAddress>, id: i64) -> PostalAddress {
    let changed = PostalAddress {
        id: before.map_or(id, |before| before.id),
        first_name: new.first_name,
        last_name: new.last_name,
        company: new.company,
        address1: new.address1,
        address2: new.address2,
        city: new.city,
        province: new.province,
        province_code: new.province_code,
        zip: new.zip,
        country: new
            .country
            .or_else(|| before.and_then(|before| before.country.clone())),
        country_code: new.country_code,
        phone: new.phone,
    };
    if before == Some(&changed) {
        changed
    } else {
        PostalAddress { id, ..changed }
    }
}

const CANCEL: &str = "OrderCancelPayload";
const CODED: (&str, &str) = ("orderCancelUserErrors", "OrderCancelUserError");

/// Cancels an order. Real shops do it a little later, in a job.
pub(super) fn cancel(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let bad = |code: &str, field: &str, text: &str| {
        let mut payload = Payload::bad(CANCEL, CODED, vec![UserError::coded(code, &[field], text)]);
        let plain = UserError::plain(&[field], text);
        payload
            .fields
            .push((PLAIN.0.into(), Slot::Errors(PLAIN.1.into(), vec![plain])));
        Ok(payload)
    };
    let given = |name: &str| arguments.get(name).filter(|value| !value.is_null());
    if given("refund").is_some() && given("refundMethod").is_some() {
        return bad(
            "INVALID",
            "refund",
            "Only one of the arguments `refund` or `refund_method` is allowed.",
        );
    }
    let note = text(arguments, "staffNote");
    if note.is_some_and(|note| note.chars().count() > 255) {
        return bad(
            "INVALID",
            "staffNote",
            "Staff note is too long. Maximum length is 255 characters.",
        );
    }
    let id = number(text(arguments, "orderId").unwrap_or_default(), "Order");
    let Some(id) = id.filter(|id| store.rows().one::<Order>(*id).is_some()) else {
        return bad("NOT_FOUND", "orderId", "Order does not exist");
    };
    let method = given("refundMethod");
    if method.is_some_and(|method| {
        method
            .get("storeCreditRefund")
            .is_some_and(|value| !value.is_null())
    }) {
        return Err(super::Refusal::not_simulated("storeCreditRefund"));
    }
    let original = method
        .and_then(|method| method.get("originalPaymentMethodsRefund"))
        .and_then(Value::as_bool);
    let pay_back = original
        .or(given("refund").and_then(Value::as_bool))
        .unwrap_or(false);
    let restock = arguments.get("restock").and_then(Value::as_bool).unwrap_or(false);
    let reason = text(arguments, "reason").unwrap_or("OTHER");
    match store.cancel_order(id, reason, restock, pay_back) {
        Ok(()) => {}
        Err(StateError::Invalid(text)) => return bad("INVALID", "orderId", &text),
        Err(error) => return Err(internal(&error)),
    }
    store
        .note_cancellation(id, note)
        .map_err(|error| internal(&error))?;
    let job = job_id(id);
    let slots = vec![
        ("job", Slot::Job(job.clone())),
        ("jobResult", Slot::CancelResult(job, id)),
    ];
    let mut payload = Payload::good(CANCEL, CODED, slots);
    payload
        .fields
        .push((PLAIN.0.into(), Slot::Errors(PLAIN.1.into(), Vec::new())));
    Ok(payload)
}

/// Jobs have UUIDs; this one follows from the order, which is cancelled once only.
pub(crate) fn job_id(order: i64) -> String {
    let hex = hex(&Sha256::digest(format!("cancel {order}"))[..16]);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
