//! Finding products by what they show.

use std::collections::BTreeSet;

use mapping_transforms::FieldPath;
use serde_json::{Value, json};
use sync_core::Record;

use super::read;
use crate::Session;
use crate::client::{CallError, Options};
use crate::value::{id, many2one};

/// Products that show one of these texts at a place that Odoo can search, whatever their case.
pub(crate) async fn find(
    session: &Session,
    path: &FieldPath,
    texts: &[String],
) -> Result<Vec<Record>, CallError> {
    // PostgreSQL refuses a NUL, so nothing shows one.
    let wanted = texts.iter().map(|text| text.trim().to_lowercase());
    let wanted: BTreeSet<String> = wanted
        .filter(|text| !text.is_empty() && !text.contains('\0'))
        .collect();
    let (model, field, key) = match path.to_string().as_str() {
        "name" => ("product.template", "name", "id"),
        "website_slug" => ("product.template", "website_slug", "id"),
        "product_variant_ids.*.default_code" => ("product.product", "default_code", "product_tmpl_id"),
        "product_variant_ids.*.barcode" => ("product.product", "barcode", "product_tmpl_id"),
        _ => return Ok(Vec::new()),
    };
    if wanted.is_empty() || !session.field_info(model).await?.contains_key(field) {
        return Ok(Vec::new());
    }
    let services = &session.services().await?.templates;
    let leaves: Vec<Value> = wanted
        .iter()
        .map(|text| json!([field, "=ilike", escaped(text)]))
        .collect();
    let mut domain = vec![json!([key, "not in", services])];
    domain.extend((1..leaves.len()).map(|_| json!("|")));
    domain.extend(leaves);
    let rows = session
        .client
        .search_read(model, Value::Array(domain), &[key], Options::default())
        .await?;
    let template = |row: &Value| match key {
        "id" => Some(id(row)),
        _ => many2one(&row[key]),
    };
    let found: BTreeSet<i64> = rows.iter().filter_map(template).collect();
    let found: Vec<i64> = found.into_iter().collect();
    let mut records = read::by_ids(session, &found).await?;
    // The search takes more for equal than we do, and an archived variant may be no part of its product.
    records.retain(|record| shows(&record.body, path, &wanted));
    Ok(records)
}

fn shows(body: &Value, path: &FieldPath, wanted: &BTreeSet<String>) -> bool {
    let shown = path.get_all(body).unwrap_or_default();
    let mut shown = shown.into_iter().filter_map(Value::as_str);
    shown.any(|text| wanted.contains(&text.trim().to_lowercase()))
}

/// A text in which a pattern's special characters stand for themselves.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '%' | '_') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
