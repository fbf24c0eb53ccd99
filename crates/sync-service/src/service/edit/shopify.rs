//! Edits of products and stock in the simulated shop, through its Admin API.

use std::collections::BTreeMap;

use connector_shopify::Metafield;
use serde_json::{Map, Value, json};
use sync_core::{Record, Side};

use super::fields::{element, metafield};
use super::values::{amount, tags, units, wrong};
use super::{Made, Service, ServiceError};

const PRODUCT: &str = "mutation($product: ProductUpdateInput!) { \
    productUpdate(product: $product) { userErrors { field message } } }";
const VARIANTS: &str = "mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) { \
    productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { field message } } }";
const LEVEL: &str = "mutation($input: InventorySetQuantitiesInput!, $key: String!) { \
    inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { field message } } }";
const FIELDS: &str = "mutation($fields: [MetafieldsSetInput!]!) { \
    metafieldsSet(metafields: $fields) { userErrors { field message } } }";
const EMPTIED: &str = "mutation($fields: [MetafieldIdentifierInput!]!) { \
    metafieldsDelete(metafields: $fields) { userErrors { field message } } }";
const VARIANT: &str = "query($id: ID!) { productVariant(id: $id) { product { id } } }";

type Fields = BTreeMap<String, String>;

impl Service {
    pub(super) fn edit_shopify_product(
        &self,
        id: &str,
        fields: &Fields,
    ) -> Result<Option<Made>, ServiceError> {
        let record = self.record(Side::Shopify, &"product".into(), id)?;
        let (mut product, mut variants) = (Map::new(), BTreeMap::<usize, Map<String, Value>>::new());
        let (custom, fields): (Vec<_>, Vec<_>) =
            fields.iter().partition(|(field, _)| metafield(field).is_some());
        for (field, value) in fields {
            match element(field) {
                None => {
                    let (name, value) = product_field(field, value)?;
                    product.insert(name.to_owned(), value);
                }
                Some((_, place, name)) => {
                    variant_field(variants.entry(place).or_default(), name, field, value)?;
                }
            }
        }
        for (place, variant) in &mut variants {
            let id = &record.body["variants"][place]["admin_graphql_api_id"];
            if id.is_null() {
                return Err(no_element(&record, "variants", *place));
            }
            variant.insert("id".into(), id.clone());
        }
        let gid = record.body["admin_graphql_api_id"].clone();
        if !product.is_empty() {
            product.insert("id".into(), gid.clone());
            self.mutate_shopify("productUpdate", PRODUCT, &json!({"product": product}))?;
        }
        if !variants.is_empty() {
            let variants: Vec<_> = variants.into_values().collect();
            let variables = json!({"product": gid, "variants": variants});
            self.mutate_shopify("productVariantsBulkUpdate", VARIANTS, &variables)?;
        }
        for (field, value) in custom {
            self.edit_metafield(&gid, field, value)?;
        }
        Ok(None)
    }

    /// Sets a custom field of a product, of the type that it has or that settings name; an empty text deletes it.
    fn edit_metafield(&self, product: &Value, field: &str, value: &str) -> Result<(), ServiceError> {
        let Some((namespace, key)) = metafield(field) else {
            return Ok(());
        };
        let mut input = json!({"ownerId": product, "namespace": namespace, "key": key});
        if value.is_empty() {
            return self.mutate_shopify("metafieldsDelete", EMPTIED, &json!({"fields": [input]}));
        }
        let named = |one: &&Metafield| one.namespace == namespace && one.key == key;
        let known = self.config.metafields.iter().find(named);
        input["type"] = known
            .map_or("single_line_text_field", |one| one.kind.as_str())
            .into();
        input["value"] = value.into();
        self.mutate_shopify("metafieldsSet", FIELDS, &json!({"fields": [input]}))
    }

    pub(super) fn edit_shopify_variant(
        &self,
        id: &str,
        fields: &Fields,
    ) -> Result<Option<Made>, ServiceError> {
        let gid = format!("gid://shopify/ProductVariant/{}", whole(id, "variant")?);
        let found = self.simulate_shopify(VARIANT, &json!({"id": gid}))?;
        let product = found["data"]["productVariant"]["product"]["id"].clone();
        if product.is_null() {
            return Err(missing("variant", id));
        }
        let mut variant = Map::new();
        for (field, value) in fields.iter().filter(|(field, _)| *field != "sale") {
            variant_field(&mut variant, field, field, value)?;
        }
        let sale = fields
            .get("sale")
            .map(|value| units("sale", value, 1))
            .transpose()?;
        if !variant.is_empty() {
            variant.insert("id".into(), gid.into());
            let variables = json!({"product": product, "variants": [variant]});
            self.mutate_shopify("productVariantsBulkUpdate", VARIANTS, &variables)?;
        }
        let sold = sale.map(|units| self.sell(whole(id, "variant")?, units));
        sold.transpose()
    }

    pub(super) fn edit_shopify_level(&self, id: &str, fields: &Fields) -> Result<Option<Made>, ServiceError> {
        let record = self.record(Side::Shopify, &"inventory".into(), id)?;
        let Some(value) = fields.get("on_hand") else {
            return Ok(None);
        };
        let quantity = json!({
            "inventoryItemId": format!("gid://shopify/InventoryItem/{}", record.body["inventory_item_id"]),
            "locationId": format!("gid://shopify/Location/{}", record.body["location_id"]),
            "quantity": units("on_hand", value, 0)?,
            // A person sets what was counted, whatever stood there.
            "changeFromQuantity": Value::Null,
        });
        let input = json!({"name": "on_hand", "reason": "correction", "quantities": [quantity]});
        let key = format!("edit-{id}-{value}-{}", self.clock.now());
        self.mutate_shopify(
            "inventorySetQuantities",
            LEVEL,
            &json!({"input": input, "key": key}),
        )?;
        Ok(None)
    }

    /// A mutation of which nothing was refused.
    pub(super) fn mutate_shopify(
        &self,
        name: &str,
        document: &str,
        variables: &Value,
    ) -> Result<(), ServiceError> {
        let answer = self.simulate_shopify(document, variables)?;
        let refused = |errors: &Value| {
            let first = errors.get(0)?;
            Some(first["message"].as_str().unwrap_or("it refused").to_owned())
        };
        match refused(&answer["errors"]).or_else(|| refused(&answer["data"][name]["userErrors"])) {
            Some(message) => Err(ServiceError::Invalid(format!("Shopify: {message}"))),
            None => Ok(()),
        }
    }
}

/// The field's name in the API, and the value there.
fn product_field(field: &str, value: &str) -> Result<(&'static str, Value), ServiceError> {
    Ok(match field {
        "title" => ("title", value.into()),
        "body_html" => ("descriptionHtml", value.into()),
        "vendor" => ("vendor", value.into()),
        "product_type" => ("productType", value.into()),
        "handle" => ("handle", value.into()),
        "tags" => ("tags", tags(value).into()),
        _ => {
            let status = value.trim().to_uppercase();
            if !["ACTIVE", "DRAFT", "UNLISTED", "ARCHIVED"].contains(&status.as_str()) {
                return Err(wrong(field, value, "active, draft, unlisted or archived"));
            }
            ("status", status.into())
        }
    })
}

fn variant_field(
    variant: &mut Map<String, Value>,
    name: &str,
    field: &str,
    value: &str,
) -> Result<(), ServiceError> {
    match name {
        "price" => {
            variant.insert("price".into(), amount(field, value)?.to_string().into());
        }
        "compare_at_price" if value.trim().is_empty() => {
            variant.insert("compareAtPrice".into(), Value::Null);
        }
        "compare_at_price" => {
            variant.insert("compareAtPrice".into(), amount(field, value)?.to_string().into());
        }
        "sku" => {
            variant.insert("inventoryItem".into(), json!({"sku": value}));
        }
        _ => {
            variant.insert("barcode".into(), value.into());
        }
    }
    Ok(())
}

pub(super) fn whole(id: &str, record_type: &str) -> Result<i64, ServiceError> {
    id.parse().map_err(|_| missing(record_type, id))
}

pub(super) fn missing(record_type: &str, id: &str) -> ServiceError {
    ServiceError::NoRecord {
        system: "shopify".into(),
        record_type: record_type.into(),
        id: id.to_owned(),
    }
}

pub(super) fn no_element(record: &Record, list: &str, place: usize) -> ServiceError {
    let count = record.body[list].as_array().map_or(0, Vec::len);
    ServiceError::Invalid(format!(
        "{list}.{place}: `{}` has {count} there, counted from 0",
        record.label
    ))
}
