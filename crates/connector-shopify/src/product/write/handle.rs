//! Handles for new products, and whether an earlier attempt made the product already.
//!
//! A new product carries a custom field that names the record it was made from. Another attempt of the same write
//! looks at the few handles that the first one may have used: a product with that field is its own, one without
//! belongs to somebody else and keeps its handle. `productSet` is told the handle as an input and not as an identifier:
//! if somebody takes it in this very moment, the call is refused instead of changing the other's product.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sync_core::{ConnectorError, ErrorKind, Write};

use crate::client::Talk;
use crate::documents::PRODUCTS_BY_HANDLE;
use crate::gid::Gid;
use crate::write::{is_empty, text};

/// The custom field of products that were made from another system's record.
pub(super) const NAMESPACE: &str = "two_way_sync";
pub(super) const KEY: &str = "made_from";

/// Longest handle that is made.
const LONGEST: usize = 200;

/// Who has the handles that a new product may get.
pub(super) enum Found {
    /// An earlier attempt made the product.
    Own(Gid),
    /// This handle is free; the flag says that the wanted one was not.
    Free(String, bool),
}

#[derive(Deserialize)]
struct Holders {
    first: Option<Holder>,
    second: Option<Holder>,
    third: Option<Holder>,
}

#[derive(Deserialize)]
struct Holder {
    id: Gid,
    metafield: Option<Mark>,
}

#[derive(Deserialize)]
struct Mark {
    value: String,
}

/// What the custom field says: `product/12`.
pub(super) fn made_from(write: &Write) -> String {
    format!("{}/{}", write.record_type, write.source_id)
}

/// Looks for the product of an earlier attempt, or for a free handle.
pub(super) async fn find(talk: &mut Talk<'_>, write: &Write) -> Result<Found, ConnectorError> {
    let mark = made_from(write);
    let handles = candidates(write, &mark)?;
    let [first, second, third] = &handles;
    let variables =
        json!({"first": first, "second": second, "third": third, "namespace": NAMESPACE, "key": KEY});
    let Holders { first, second, third } = talk.ask(&PRODUCTS_BY_HANDLE, variables).await?;
    let holders = [first, second, third];
    let is_own = |holder: &&Holder| holder.metafield.as_ref().is_some_and(|found| found.value == mark);
    if let Some(own) = holders.iter().flatten().find(is_own) {
        return Ok(Found::Own(own.id.clone()));
    }
    let free = holders.iter().position(Option::is_none);
    let free = free.and_then(|at| Some(Found::Free(handles.get(at)?.clone(), at > 0)));
    free.ok_or_else(|| {
        let [wanted, ..] = &handles;
        let message = format!(
            "the handles `{wanted}` and its substitutes belong to other products: give it another one"
        );
        ConnectorError::new(ErrorKind::Rejected, "handle_taken", message)
    })
}

/// The wanted handle, and two that hardly anybody has.
fn candidates(write: &Write, mark: &str) -> Result<[String; 3], ConnectorError> {
    let of = |field: &str| -> Result<Option<String>, ConnectorError> {
        let value = write.desired.get(field).filter(|value| !is_empty(value));
        Ok(value
            .map(|value| text(field, value))
            .transpose()?
            .and_then(|text| slug(&text)))
    };
    let digest = Sha256::digest(mark)
        .iter()
        .take(6)
        .fold(String::new(), |mut hex, byte| {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
    let base = match of("handle")? {
        Some(handle) => Some(handle),
        None => of("title")?,
    };
    let base = base.unwrap_or_else(|| "product".to_owned());
    Ok([
        base.clone(),
        format!("{base}-{}", &digest[..6]),
        format!("{base}-{digest}"),
    ])
}

/// The form that handles have: lower-case letters and digits of ASCII with single hyphens between them. Other letters
/// are written in those, as Shopify does it. `None` where nothing is left.
pub(super) fn slug(text: &str) -> Option<String> {
    let mut slug = String::new();
    for c in deunicode::deunicode(text).chars().map(|c| c.to_ascii_lowercase()) {
        if slug.len() >= LONGEST {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_of_titles() {
        for (text, handle) in [
            ("Washed Linen Shirt", Some("washed-linen-shirt")),
            ("  Größe & Maß: 42 % ", Some("grosse-mass-42")),
            ("Children's tee -- red", Some("childrens-tee-red")),
            ("…", None),
            ("", None),
        ] {
            assert_eq!(slug(text).as_deref(), handle, "{text}");
        }
        assert_eq!(slug(&"ab ".repeat(500)).unwrap().len(), 200);
    }
}
