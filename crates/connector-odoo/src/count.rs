//! How many records there are.

use serde_json::{Value, json};
use sync_core::ports::Counted;

use crate::Session;
use crate::client::CallError;
use crate::cursor::database_id;

/// A model's records that match, archived ones included. `None` if they are to show something that cannot be searched
/// for here.
pub(crate) async fn count(
    session: &Session,
    model: &str,
    mut domain: Vec<Value>,
    which: Counted<'_>,
) -> Result<Option<u64>, CallError> {
    if let Some(ids) = which.among {
        let ids: Vec<i64> = ids.iter().filter_map(|id| database_id(id)).collect();
        domain.push(json!(["id", "in", ids]));
    }
    if let Some((path, text)) = which.showing {
        let Some(place) = searchable(model, &path.to_string()) else {
            return Ok(None);
        };
        domain.push(json!([place, "=ilike", literal(text.trim())]));
    }
    let count = crate::vocabulary::count(&session.client, model, Value::Array(domain)).await?;
    Ok(u64::try_from(count).ok())
}

/// Where Odoo finds what a record of ours shows at a place.
fn searchable(model: &str, path: &str) -> Option<&'static str> {
    (model == "product.template" && path == "product_tag_ids").then_some("product_tag_ids.name")
}

/// A text that `=ilike` takes as it is.
fn literal(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn wildcards_mean_themselves() {
        assert_eq!(literal(r"50%_off\now"), r"50\%\_off\\now");
    }
}
