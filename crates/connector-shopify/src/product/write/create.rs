//! Making a product.

use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, ErrorKind, Write, WriteOutcome};

use super::desired::{lines, wanted};
use super::handle::{Found, KEY, NAMESPACE, find, made_from, slug};
use super::named::Named;
use super::send::{CHUNK, MOST_VARIANTS, SetAnswer, tracks, update};
use super::variant::variant;
use super::{fields, metafields, options, read};
use crate::ShopifyOptions;
use crate::client::Client;
use crate::documents::PRODUCT_SET;
use crate::write::{failed, is_empty, refusal, refused, sent, text};

/// Makes a product, or completes the one that an earlier attempt made. Answers its number.
pub(super) async fn create(client: &Client, write: &Write) -> Result<(u64, Vec<String>), WriteOutcome> {
    let (mut input, many) = input(write, client.options()).map_err(WriteOutcome::Failed)?;
    let mut said = Vec::new();
    let found = find(&mut client.talk(), write)
        .await
        .map_err(|error| failed(&error))?;
    let id = match found {
        Found::Own(own) => own.number,
        Found::Free(handle, substitute) => {
            if substitute {
                said.push(substituted(write, &handle).map_err(WriteOutcome::Failed)?);
            }
            input.insert("handle".into(), json!(handle));
            let id = set(client, input).await?;
            if !many {
                return Ok((id, said));
            }
            id
        }
    };
    // What an earlier attempt left undone, and variants that did not fit into the first call.
    let products = read::many(&mut client.talk(), &[id]).await.map_err(sent)?;
    let Some(product) = products.into_iter().next() else {
        let message = format!("the product {id} went while it was made");
        let error = ConnectorError::new(ErrorKind::Contention, "gone_meanwhile", message);
        return Err(WriteOutcome::Failed(error));
    };
    update(client, write, &Named::of(write), product).await?;
    Ok((id, said))
}

fn substituted(write: &Write, handle: &str) -> Result<String, ConnectorError> {
    let of = |field: &str| -> Result<Option<String>, ConnectorError> {
        let value = write.desired.get(field).filter(|value| !is_empty(value));
        Ok(value
            .map(|value| text(field, value))
            .transpose()?
            .and_then(|text| slug(&text)))
    };
    let wanted = of("handle")?.map_or_else(|| of("title"), |handle| Ok(Some(handle)))?;
    let wanted = wanted.unwrap_or_default();
    Ok(format!(
        "the handle `{wanted}` belongs to another product: this one has `{handle}`"
    ))
}

/// What the product is made of, and whether there are more variants than fit.
fn input(write: &Write, options: &ShopifyOptions) -> Result<(Map<String, Value>, bool), ConnectorError> {
    let named = Named::of(write);
    let wanted = wanted(write, &named)?;
    if wanted.len() > MOST_VARIANTS {
        let message = format!(
            "the product has {} variants: Shopify takes {MOST_VARIANTS} at most",
            wanted.len()
        );
        return Err(refusal("too_many_variants", message));
    }
    let mut input = fields::own(write, &named, None)?;
    if !input.contains_key("title") {
        return Err(refusal(
            "no_title",
            "the product has no `title`: add a rule that leads there",
        ));
    }
    let mark = json!({
        "namespace": NAMESPACE, "key": KEY, "type": "single_line_text_field", "value": made_from(write),
    });
    let mut custom = metafields::of_new(write, &named, options.fields());
    custom.push(mark);
    input.insert("metafields".into(), Value::Array(custom));
    let lines = lines(write)?;
    let options = options::of_new(&wanted, lines.as_deref())?;
    let tracks = tracks(write, &named)?;
    let variants = wanted.iter().zip(&options.made).map(|(one, values)| {
        let mut fields = variant(one, None, tracks)?;
        fields.insert("optionValues".into(), options.values_input(values));
        Ok(Value::Object(fields))
    });
    // All are looked at, so that what is wrong with one of them is found before anything is sent.
    let mut variants = variants.collect::<Result<Vec<_>, ConnectorError>>()?;
    let many = variants.len() > CHUNK;
    variants.truncate(CHUNK);
    if !variants.is_empty() {
        input.insert("productOptions".into(), options.input());
        input.insert("variants".into(), Value::Array(variants));
    }
    Ok((input, many))
}

async fn set(client: &Client, input: Map<String, Value>) -> Result<u64, WriteOutcome> {
    let variables = json!({"identifier": null, "input": input});
    let answer: SetAnswer = client.talk().ask(&PRODUCT_SET, variables).await.map_err(sent)?;
    let payload = answer.product_set;
    if let Some(mut error) = refused(&payload.user_errors) {
        if payload
            .user_errors
            .iter()
            .all(|error| error.is("HANDLE_NOT_UNIQUE"))
        {
            // Somebody took it just now: the next attempt chooses another one.
            error.kind = ErrorKind::Contention;
        }
        return Err(WriteOutcome::Failed(error));
    }
    payload.product.map(|product| product.id.number).ok_or_else(|| {
        let message = "Shopify made a product and does not say which";
        WriteOutcome::Unknown(ConnectorError::new(ErrorKind::Protocol, "no_product", message))
    })
}
