//! Reading products in the shape that mappings see.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync_core::Record;
use sync_core::ports::FieldSet;

use super::prices::{Prices, read_prices};
use super::shape::{SALE_STATUS, sale_status};
use super::structure::{Structure, Variant, read_structures};
use crate::Session;
use crate::client::CallError;
use crate::metadata::{FieldInfo, nothing_as_null, stored_fields};
use crate::value::{id, many2one, many2one_name, text};
use crate::walk::written_at;

/// Fields of variants that are computed and yet belong to their shape.
const VARIANT_EXTRA: [&str; 2] = ["list_price", "lst_price"];

/// What a product's rules may lead to.
pub(crate) async fn fields(session: &Session) -> Result<FieldSet, CallError> {
    let template = session.field_info("product.template").await?;
    let variant = session.field_info("product.product").await?;
    let mut fields: BTreeSet<String> = template.keys().cloned().collect();
    fields.extend(["product_variant_ids", "attribute_line_ids", SALE_STATUS].map(str::to_owned));
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
    let info = session.field_info("product.template").await?;
    let variant_info = session.field_info("product.product").await?;
    let template_fields = stored_fields(&info);
    let names: Vec<&str> = template_fields.iter().map(String::as_str).collect();
    let rows = client.read("product.template", wanted, &names).await?;
    let variant_fields = variant_fields(&variant_info);
    let mut structures = read_structures(client, wanted, &variant_fields).await?;
    let variants: Vec<i64> = structures
        .values()
        .flat_map(|one| one.variants.iter().map(|variant| variant.id))
        .collect();
    let prices = read_prices(session, &variants).await?;
    let tags = tag_names(session, &rows).await?;
    let mut records: BTreeMap<i64, Record> = BTreeMap::new();
    for mut row in rows {
        let key = id(&row);
        let mut structure = structures.remove(&key).unwrap_or_default();
        nothing_as_null(&mut row, &info);
        for variant in &mut structure.variants {
            nothing_as_null(&mut variant.row, &variant_info);
        }
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

/// The category above all others, in which every product is that nobody put into one.
pub(crate) const NO_CATEGORY: &str = "All";

/// The category's own name; `All / Shirts` is shown. None where the product is in none.
fn category_name(category: &Value) -> Option<&str> {
    let shown = many2one_name(category)?;
    (shown != NO_CATEGORY).then(|| shown.rsplit(" / ").next().unwrap_or(shown))
}

pub(crate) async fn tag_names(session: &Session, rows: &[Value]) -> Result<BTreeMap<i64, String>, CallError> {
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
        "name": category_name(category),
    });
    let lines = structure.lines.iter().map(|line| {
        let values: Vec<&str> = line.values.iter().map(|value| value.name.as_str()).collect();
        json!({"attribute": line.attribute, "values": values})
    });
    row["attribute_line_ids"] = lines.collect();
    row[SALE_STATUS] = json!(sale_status(&row));
    // An archived variant of a product that is not archived is a combination that is not for sale.
    let whole = row["active"] == json!(true);
    let mut shown: Vec<&Variant> = structure
        .variants
        .iter()
        .filter(|variant| variant.active || !whole)
        .collect();
    shown.sort_by_cached_key(|variant| (structure.place(variant), variant.id));
    let variants = shown.into_iter().map(|variant| {
        let mut body = variant.row.clone();
        body["lst_price"] = json!(prices.of(variant).normalize().to_string());
        body["combination"] = json!(variant.combination);
        body
    });
    row["product_variant_ids"] = variants.collect();
    let mut record = Record::new(id(&row).to_string(), text(&row["name"]), Value::Null);
    record.version = row["write_date"].as_str().map(str::to_owned);
    let dates = structure
        .variants
        .iter()
        .map(|variant| prices.changed_at(variant));
    record.changed_at = dates
        .chain([written_at(&row), structure.changed_at])
        .max()
        .flatten();
    record.body = row;
    record
}
