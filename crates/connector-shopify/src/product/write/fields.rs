//! Inputs for the plain fields of products and variants. What shows already as it is wanted stays out.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, Write};

use super::desired::{Wanted, same};
use super::handle::slug;
use super::named::Named;
use crate::amount::money;
use crate::product::node::{ProductNode, VariantNode};
use crate::write::{amount, flag, is_empty, refusal, text};

/// Fields of a product that are texts, with their names in the API.
const TEXTS: [(&str, &str); 4] = [
    ("title", "title"),
    ("body_html", "descriptionHtml"),
    ("vendor", "vendor"),
    ("product_type", "productType"),
];
/// Fields of a product that are written in one way or another.
const WRITTEN: [&str; 5] = ["handle", "status", "tags", "attribute_lines", "tracks_inventory"];
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

/// A variant's fields, without id and option values. `now` is the variant, unless it is to be made; `tracks` is what
/// the product says of all its variants.
pub(super) fn variant(
    wanted: &Wanted<'_>,
    now: Option<&VariantNode>,
    tracks: Option<bool>,
) -> Result<Map<String, Value>, ConnectorError> {
    let made = now.is_none();
    let mut input = Map::new();
    let mut item = Map::new();
    let field = |name: &str| wanted.field(name, made);
    if let Some(value) = field("sku") {
        let sku = text("sku", value)?;
        if now.map_or(!sku.is_empty(), |now| {
            now.sku.as_deref().unwrap_or_default() != sku
        }) {
            item.insert("sku".into(), json!(sku));
        }
    }
    if let Some(value) = field("barcode") {
        let barcode = text("barcode", value)?;
        let shown = now.map(|now| now.barcode.as_deref().unwrap_or_default());
        if shown.map_or(!barcode.is_empty(), |shown| shown != barcode) {
            let barcode = Some(barcode).filter(|barcode| !barcode.is_empty());
            input.insert("barcode".into(), json!(barcode));
        }
    }
    if let Some(price) = field("price")
        .map(|value| amount("price", value))
        .transpose()?
        .flatten()
        && now.is_none_or(|now| now.price.0 != price)
    {
        input.insert("price".into(), json!(money(price)));
    }
    if let Some(value) = field("compare_at_price") {
        let price = amount("compare_at_price", value)?;
        let shown = now.and_then(|now| now.compare_at_price.map(|price| price.0));
        if shown != price {
            input.insert("compareAtPrice".into(), json!(price.map(money)));
        }
    }
    if let Some(taxable) = field("taxable")
        .map(|value| flag("taxable", value))
        .transpose()?
        .flatten()
        && now.is_none_or(|now| now.taxable != taxable)
    {
        input.insert("taxable".into(), json!(taxable));
    }
    if let Some(value) = field("inventory_policy").filter(|value| !is_empty(value)) {
        let policy = text("inventory_policy", value)?.to_uppercase();
        if !["DENY", "CONTINUE"].contains(&policy.as_str()) {
            let message =
                "`inventory_policy` is neither `deny` nor `continue`: correct the rule that leads there";
            return Err(refusal("bad_value", message));
        }
        if now.is_none_or(|now| now.inventory_policy != policy) {
            input.insert("inventoryPolicy".into(), json!(policy));
        }
    }
    let own_tracked = field("tracked")
        .map(|value| flag("tracked", value))
        .transpose()?
        .flatten();
    if let Some(tracked) = own_tracked.or(tracks)
        && now.is_none_or(|now| now.inventory_item.tracked != tracked)
    {
        item.insert("tracked".into(), json!(tracked));
    }
    if let Some(value) = field("requires_shipping")
        && let Some(ships) = flag("requires_shipping", value)?
        && now.is_none_or(|now| now.inventory_item.requires_shipping != ships)
    {
        item.insert("requiresShipping".into(), json!(ships));
    }
    if let Some(weight) = weight(wanted, now)? {
        item.insert("measurement".into(), json!({"weight": weight}));
    }
    if !item.is_empty() {
        input.insert("inventoryItem".into(), Value::Object(item));
    }
    Ok(input)
}

/// The weight, in the unit that the variant has, if that is a metric one; `None` where it stays as it is.
fn weight(wanted: &Wanted<'_>, now: Option<&VariantNode>) -> Result<Option<Value>, ConnectorError> {
    let made = now.is_none();
    let shown = now.and_then(|now| now.inventory_item.measurement.weight.as_ref());
    let unit_now = shown.map_or("KILOGRAMS", |weight| weight.unit.as_str());
    let value_now = shown.map_or(Decimal::ZERO, |weight| weight.value.0);
    let (value, unit) = if let Some(value) = wanted.field("grams", made) {
        let Some(grams) = amount("grams", value)? else {
            return Ok(None);
        };
        if now.is_some() && Decimal::from(crate::product::weight::grams(shown)) == grams {
            return Ok(None);
        }
        match unit_now {
            "KILOGRAMS" => (grams / Decimal::ONE_THOUSAND, "KILOGRAMS"),
            _ => (grams, "GRAMS"),
        }
    } else if let Some(value) = wanted.field("weight", made) {
        let Some(weight) = amount("weight", value)? else {
            return Ok(None);
        };
        let unit = match wanted.field("weight_unit", made) {
            Some(unit) => unit_of(&text("weight_unit", unit)?)?,
            None => unit_now,
        };
        (weight, unit)
    } else {
        return Ok(None);
    };
    if unit == unit_now && value == value_now {
        return Ok(None);
    }
    let number: serde_json::Number = value
        .normalize()
        .to_string()
        .parse()
        .map_err(|_| refusal("bad_value", "the weight is no number"))?;
    Ok(Some(json!({"value": number, "unit": unit})))
}

fn unit_of(short: &str) -> Result<&'static str, ConnectorError> {
    match short {
        "g" => Ok("GRAMS"),
        "kg" => Ok("KILOGRAMS"),
        "oz" => Ok("OUNCES"),
        "lb" => Ok("POUNDS"),
        _ => Err(refusal(
            "bad_value",
            "`weight_unit` is none of g, kg, oz, lb: correct the rule that leads there",
        )),
    }
}
