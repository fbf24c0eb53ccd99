//! Inputs for the plain fields of products. What shows already as it is wanted stays out.

use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, Write};

use super::desired::{Wanted, same};
use super::handle::slug;
use super::named::Named;
use crate::product::node::ProductNode;
use crate::write::{is_empty, refusal, text};

/// Fields of a product that are texts, with their names in the API.
const TEXTS: [(&str, &str); 4] = [
    ("title", "title"),
    ("body_html", "descriptionHtml"),
    ("vendor", "vendor"),
    ("product_type", "productType"),
];
/// Fields of a product that are written in one way or another.
const WRITTEN: [&str; 6] = [
    "handle",
    "status",
    "tags",
    "attribute_lines",
    "tracks_inventory",
    "metafields",
];
const STATUSES: [&str; 4] = ["active", "archived", "draft", "unlisted"];

/// The product's own fields, for `productUpdate` and `productSet`.
pub(super) fn own(
    write: &Write,
    named: &Named,
    now: Option<&ProductNode>,
) -> Result<Map<String, Value>, ConnectorError> {
    let mut input = Map::new();
    let wanted = |field: &str| write.desired.get(field).filter(|_| named.own(field));
    for (field, name) in TEXTS {
        let Some(value) = wanted(field) else { continue };
        let value = text(field, value)?;
        let shown = now.map(|now| match field {
            "title" => &now.title,
            "body_html" => &now.description_html,
            "vendor" => &now.vendor,
            _ => &now.product_type,
        });
        if shown != Some(&value) && !(now.is_none() && value.is_empty() && field != "title") {
            input.insert(name.into(), json!(value));
        }
    }
    if let Some(value) = wanted("status").filter(|value| !is_empty(value)) {
        let status = text("status", value)?.to_lowercase();
        if !STATUSES.contains(&status.as_str()) {
            let known = STATUSES.join(", ");
            return Err(refusal(
                "bad_value",
                format!(
                    "`status` is `{status}`, which is none of {known}: correct the rule that leads there"
                ),
            ));
        }
        let name = status.to_uppercase();
        if now.is_none_or(|now| now.status != name) {
            input.insert("status".into(), json!(name));
        }
    }
    // A new product has its handle from where its name was looked for: it may be a substitute.
    if let (Some(value), Some(now), false) =
        (wanted("handle").filter(|value| !is_empty(value)), now, named.all)
    {
        let handle = slug(&text("handle", value)?);
        if handle.as_ref().is_some_and(|handle| *handle != now.handle) {
            input.insert("handle".into(), json!(handle));
        }
    }
    if let Some(value) = wanted("tags") {
        let tags = merged_tags(write, &split_tags(&text("tags", value)?), now);
        if now.map_or(!tags.is_empty(), |now| now.tags != tags) {
            input.insert("tags".into(), json!(tags));
        }
    }
    Ok(input)
}

fn split_tags(text: &str) -> Vec<String> {
    let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    tags.map(str::to_owned).collect()
}

/// The tags as they are to be: those that are wanted, and those that came to Shopify after the comparison. Only a tag
/// that was there then and is not wanted goes.
fn merged_tags(write: &Write, wanted: &[String], now: Option<&ProductNode>) -> Vec<String> {
    let compared = write
        .current
        .as_ref()
        .and_then(|record| record.body["tags"].as_str());
    let compared = compared.map(split_tags).unwrap_or_default();
    let has = |list: &[String], tag: &str| list.iter().any(|other| same(other, tag));
    let now = now.map(|now| now.tags.clone()).unwrap_or_default();
    let mut tags: Vec<String> = Vec::new();
    let kept = now.iter().filter(|tag| has(wanted, tag) || !has(&compared, tag));
    for tag in kept.chain(wanted) {
        if !has(&tags, tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// Fields that are named and that nobody but Shopify sets.
pub(super) fn not_written(named: &Named, wanted: &[Wanted<'_>]) -> Vec<String> {
    const OF_VARIANTS: [&str; 11] = [
        "sku",
        "barcode",
        "price",
        "compare_at_price",
        "grams",
        "weight",
        "weight_unit",
        "tracked",
        "requires_shipping",
        "taxable",
        "inventory_policy",
    ];
    let own = named.own_fields().filter(|field| {
        let known = TEXTS.iter().any(|(name, _)| name == field) || WRITTEN.contains(&field.as_str());
        !known && *field != "variants"
    });
    let mut fields: Vec<String> = own.cloned().collect();
    let of_variants = wanted.iter().flat_map(Wanted::named);
    let of_variants =
        of_variants.filter(|field| !OF_VARIANTS.contains(&field.as_str()) && *field != "selected_options");
    fields.extend(of_variants.map(|field| format!("variants.*.{field}")));
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .map(|field| format!("`{field}` is not written: Shopify sets it itself"))
        .collect()
}
