//! The record of a product.

use serde_json::{Map, Value, json};
use sync_core::Record;

use super::node::{OptionNode, ProductNode, VariantNode};
use super::weight::weight;
use crate::amount::money;
use crate::metafield::{Metafield, shown};
use crate::shape::{filled, lower, record};

/// REST numbers options up to here: `option1`, `option2`, `option3`.
const OPTIONS: usize = 3;

/// The record of a product that was read completely.
pub(super) fn product_record(mut product: ProductNode, fields: &[Metafield]) -> Record {
    product.options.sort_by_key(|option| option.position);
    product
        .variants
        .nodes
        .sort_by_key(|variant| (variant.position, variant.id.number));
    let variants = &product.variants.nodes;
    let tracked = variants.iter().any(|variant| variant.inventory_item.tracked);
    let mut body = json!({
        "id": product.id.number,
        "admin_graphql_api_id": product.id.text,
        "title": product.title,
        "body_html": product.description_html,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "handle": product.handle,
        "status": lower(&product.status),
        "tags": product.tags.join(", "),
        "created_at": product.created_at.to_string(),
        "updated_at": product.updated_at.to_string(),
        "published_at": product.published_at.map(|at| at.to_string()),
        "tracks_inventory": tracked,
        "options": product.options.iter().map(|option| option_body(&product, option)).collect::<Vec<_>>(),
        "attribute_lines": attribute_lines(&product),
        "variants": variants.iter().map(|variant| variant_body(&product, variant)).collect::<Vec<_>>(),
    });
    if !fields.is_empty() {
        body["metafields"] = metafields(&product, fields);
    }
    record(
        product.id.number.to_string(),
        product.title,
        product.updated_at,
        body,
    )
}

/// The custom fields by namespace and key; null for one that the product does not have.
fn metafields(product: &ProductNode, fields: &[Metafield]) -> Value {
    let mut all = Map::new();
    for field in fields {
        let now = product.metafield(field);
        let value = now.map_or(Value::Null, |now| shown(&now.kind, &now.value));
        let namespace = all.entry(&field.namespace).or_insert_with(|| json!({}));
        namespace[&field.key] = value;
    }
    Value::Object(all)
}

fn option_body(product: &ProductNode, option: &OptionNode) -> Value {
    let values = option.option_values.iter();
    let values: Vec<Value> = values
        .map(|value| json!({"id": value.id.number, "name": value.name}))
        .collect();
    json!({
        "id": option.id.number,
        "product_id": product.id.number,
        "name": option.name,
        "position": option.position,
        "values": used_values(product, option),
        "option_values": values,
    })
}

/// The values of an option that variants have, in the option's order. Shopify also keeps values that no variant has.
fn used_values<'p>(product: &'p ProductNode, option: &'p OptionNode) -> Vec<&'p str> {
    let selected = product
        .variants
        .nodes
        .iter()
        .flat_map(|variant| &variant.selected_options);
    let mut used: Vec<&str> = Vec::new();
    for one in selected.filter(|one| one.name == option.name) {
        if !used.contains(&one.value.as_str()) {
            used.push(&one.value);
        }
    }
    let place = |value: &str| option.option_values.iter().position(|known| known.name == value);
    used.sort_by_key(|value| place(value).unwrap_or(usize::MAX));
    used
}

/// What tells variants apart: nothing, if the product has only `Title / Default Title`.
fn attribute_lines(product: &ProductNode) -> Vec<Value> {
    if product.has_only_default_variant {
        return Vec::new();
    }
    let lines = product
        .options
        .iter()
        .map(|option| (option, used_values(product, option)));
    lines
        .filter(|(_, values)| !values.is_empty())
        .map(|(option, values)| json!({"attribute": option.name, "values": values}))
        .collect()
}

fn variant_body(product: &ProductNode, variant: &VariantNode) -> Value {
    let item = &variant.inventory_item;
    let value_of = |at: usize| {
        let option = product.options.get(at)?;
        let selected = variant
            .selected_options
            .iter()
            .find(|one| one.name == option.name)?;
        Some(&selected.value)
    };
    let mut selected = Map::new();
    if !product.has_only_default_variant {
        let options = variant.selected_options.iter();
        selected.extend(options.map(|one| (one.name.clone(), json!(one.value))));
    }
    let mut body = json!({
        "id": variant.id.number,
        "admin_graphql_api_id": variant.id.text,
        "product_id": product.id.number,
        "title": variant.title,
        "price": money(variant.price.0),
        "compare_at_price": variant.compare_at_price.map(|price| money(price.0)),
        "sku": filled(variant.sku.as_ref()),
        "barcode": filled(variant.barcode.as_ref()),
        "position": variant.position,
        "inventory_policy": lower(&variant.inventory_policy),
        "taxable": variant.taxable,
        "requires_shipping": item.requires_shipping,
        "inventory_item_id": item.id.number,
        "inventory_quantity": variant.inventory_quantity,
        "tracked": item.tracked,
        "created_at": variant.created_at.to_string(),
        "updated_at": variant.updated_at.to_string(),
        "selected_options": selected,
    });
    for at in 0..OPTIONS {
        body[format!("option{}", at + 1)] = json!(value_of(at));
    }
    for (key, value) in weight(item.measurement.weight.as_ref()) {
        body[key] = value;
    }
    body
}
