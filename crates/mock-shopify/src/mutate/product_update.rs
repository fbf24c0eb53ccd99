//! `productUpdate`.

use serde_json::{Map, Value};

use super::input::{number, refuse_others, text};
use super::metafields::set_nested;
use super::product_fields::{Kind, ProductFields};
use super::{Done, Payload, Refusal, Slot, UserError, internal};
use crate::state::{Product, Rows as _, Store};

const KIND: &str = "ProductUpdatePayload";
const PLAIN: (&str, &str) = ("userErrors", "UserError");

pub(super) fn update(store: &mut Store<'_>, arguments: &Map<String, Value>) -> Done {
    let given = |name: &str| arguments.get(name).filter(|value| !value.is_null());
    let name = match (given("product"), given("input")) {
        (Some(_), None) => "product",
        (None, Some(_)) => "input",
        _ => {
            let text = "productUpdate must include exactly one of the following arguments: input, product.";
            return Err(Refusal::new("INVALID_FIELD_ARGUMENTS", text));
        }
    };
    refuse_others(Some(&Value::Object(arguments.clone())), &["media"])?;
    refuse_others(given(name), &["productOptions"])?;
    let bad = |field: &[&str], text: &str| Ok(Payload::bad(KIND, PLAIN, vec![UserError::plain(field, text)]));
    let input = given(name).and_then(Value::as_object);
    let Some(id) = find(store, given("identifier"), input)? else {
        return bad(&["id"], "Product does not exist");
    };
    let fields = ProductFields::read(arguments, name)?;
    let wrong = fields.check(store, Some(id));
    if !wrong.is_empty() {
        let errors = wrong.into_iter().map(|wrong| {
            let path: &[&str] = if wrong.kind == Kind::Taken {
                &["input", "handle"]
            } else {
                &[wrong.field]
            };
            UserError::plain(path, wrong.text)
        });
        return Ok(Payload::bad(KIND, PLAIN, errors.collect()));
    }
    let metafields = fields.metafields.given().cloned().unwrap_or_default();
    store
        .edit_product(id, |product| fields.write(product))
        .map_err(|error| internal(&error))?;
    if let Some((at, text)) = set_nested(store, ("Product", id), &metafields)? {
        return bad(&["metafields", &at.to_string(), "value"], &text);
    }
    Ok(Payload::good(
        KIND,
        PLAIN,
        vec![("product", Slot::Node("Product".into(), id))],
    ))
}

/// The product that the identifier or the input's id names.
fn find(
    store: &Store<'_>,
    identifier: Option<&Value>,
    input: Option<&Map<String, Value>>,
) -> Result<Option<i64>, Refusal> {
    let by_id = |id: &str| number(id, "Product").filter(|id| store.rows().one::<Product>(*id).is_some());
    let Some(identifier) = identifier.and_then(Value::as_object) else {
        return Ok(input.and_then(|input| text(input, "id")).and_then(by_id));
    };
    if identifier.get("customId").is_some_and(|value| !value.is_null()) {
        let text = "Metafield definition of type 'id' is required when using custom ids.";
        return Err(Refusal::new("NOT_FOUND", text));
    }
    if let Some(handle) = text(identifier, "handle") {
        return Ok(store
            .rows()
            .found::<Product>("handle", handle)
            .next()
            .map(|product| product.id));
    }
    Ok(text(identifier, "id").and_then(by_id))
}
