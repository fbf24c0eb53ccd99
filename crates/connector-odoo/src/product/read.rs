//! Reading products in the shape that mappings see.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync_core::Record;
use sync_core::ports::FieldSet;

use super::prices::{Prices, read_prices};
use super::structure::{Structure, read_structures};
use crate::Session;
use crate::client::CallError;
use crate::metadata::{FieldInfo, stored_fields};
use crate::value::{id, many2one, many2one_name, text};
use crate::walk::shown_time;

/// Fields of variants that are computed and yet belong to their shape.
const VARIANT_EXTRA: [&str; 1] = ["lst_price"];

/// What a product's rules may lead to.
pub(crate) async fn fields(session: &Session) -> Result<FieldSet, CallError> {
    let template = session.field_info("product.template").await?;
    let variant = session.field_info("product.product").await?;
    let mut fields: BTreeSet<String> = template.keys().cloned().collect();
    fields.extend(["product_variant_ids", "attribute_line_ids"].map(str::to_owned));
    let mut children: BTreeSet<String> = variant.keys().cloned().collect();
    children.extend(["combination", "lst_price", "id"].map(str::to_owned));
    let children = BTreeMap::from([("product_variant_ids".to_owned(), children)]);
    Ok(FieldSet { fields, children })
}

/// The products with these ids, in their order.
pub(crate) async fn fetch(session: &Session, wanted: &[String]) -> Result<Vec<Record>, CallError> {
    let ids = crate::cursor::database_ids(wanted);
    by_ids(session, &ids).await
}

pub(super) async fn by_ids(session: &Session, wanted: &[i64]) -> Result<Vec<Record>, CallError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let client = &session.client;
    let template_fields = stored_fields(&*session.field_info("product.template").await?);
    let names: Vec<&str> = template_fields.iter().map(String::as_str).collect();
    let rows = client.read("product.template", wanted, &names).await?;
    let variant_fields = variant_fields(&*session.field_info("product.product").await?);
    let structures = read_structures(client, wanted, &variant_fields).await?;
    let variants: Vec<i64> = structures
        .values()
        .flat_map(|one| one.variants.iter().map(|variant| variant.id))
        .collect();
    let prices = read_prices(session, &variants).await?;
    let tags = tag_names(session, &rows).await?;
    let mut records: BTreeMap<i64, Record> = BTreeMap::new();
    for row in rows {
        let key = id(&row);
        let structure = structures.get(&key).cloned().unwrap_or_default();
        records.insert(key, record(row, &structure, &prices, &tags));
    }
    Ok(wanted.iter().filter_map(|id| records.remove(id)).collect())
}

/// The variant's own fields that are read, `lst_price` among them.
pub(crate) fn variant_fields(info: &BTreeMap<String, FieldInfo>) -> Vec<String> {
    let mut fields = stored_fields(info);
    fields.extend(VARIANT_EXTRA.map(str::to_owned));
    fields
}

async fn tag_names(session: &Session, rows: &[Value]) -> Result<BTreeMap<i64, String>, CallError> {
    let wanted: BTreeSet<i64> = rows
        .iter()
        .flat_map(|row| crate::value::ids(&row["product_tag_ids"]))
        .collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let tags = session.client.read("product.tag", &wanted, &["name"]).await?;
    Ok(tags
        .iter()
        .map(|row| (id(row), text(&row["name"]).to_owned()))
        .collect())
}

fn record(mut row: Value, structure: &Structure, prices: &Prices, tags: &BTreeMap<i64, String>) -> Record {
    let tag_ids = crate::value::ids(&row["product_tag_ids"]);
    row["product_tag_ids"] = tag_ids.iter().filter_map(|id| tags.get(id).cloned()).collect();
    let category = &row["categ_id"];
    row["categ_id"] = json!({
        "id": many2one(category),
        // `All / Shirts` is shown; the last part is the category's own name.
        "name": many2one_name(category).map(|name| name.rsplit(" / ").next().unwrap_or(name).to_owned()),
    });
    let lines = structure.lines.iter().map(|line| {
        let values: Vec<&str> = line.values.iter().map(|value| value.name.as_str()).collect();
        json!({"attribute": line.attribute, "values": values})
    });
    row["attribute_line_ids"] = lines.collect();
    let variants = structure.variants.iter().map(|variant| {
        let mut body = variant.row.clone();
        body["lst_price"] = json!(prices.of(variant).normalize().to_string());
        body["combination"] = json!(variant.combination);
        body
    });
    row["product_variant_ids"] = variants.collect();
    let mut record = Record::new(id(&row).to_string(), text(&row["name"]), Value::Null);
    record.version = row["write_date"].as_str().map(str::to_owned);
    record.changed_at = record.version.as_deref().and_then(shown_time);
    record.body = row;
    record
}
