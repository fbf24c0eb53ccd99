//! Records that are known by their name: categories, tags, attributes and their values. Looked up before they
//! are made, because Odoo takes a second one of the same name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync_core::ErrorKind;

use crate::client::{CallError, Client, LoadRow, Options};
use crate::external_id::ExternalIds;
use crate::value::{id, many2one, text};

/// What a line of an order sells that is no product of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    /// Carriage.
    Shipping,
    /// An amount taken off.
    Discount,
    /// A rest of rounding.
    Rounding,
    /// Something without a product: it was typed in by hand, or its variant is deleted.
    Item,
}

impl Service {
    pub(crate) const ALL: [Self; 4] = [Self::Shipping, Self::Discount, Self::Rounding, Self::Item];

    /// Its name in external ids and in the shape of an order's line.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Shipping => "shipping",
            Self::Discount => "discount",
            Self::Rounding => "rounding",
            Self::Item => "item",
        }
    }

    /// What its product is called at first.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Shipping => "Shipping",
            Self::Discount => "Discount",
            Self::Rounding => "Rounding",
            Self::Item => "Item without a product",
        }
    }

    /// What a line of this record type is if it has no product.
    pub(crate) fn of_line(record_type: &str) -> Self {
        match record_type {
            "shipping_line" => Self::Shipping,
            "discount_line" => Self::Discount,
            _ => Self::Item,
        }
    }
}

/// Names and their database ids.
pub(crate) type Names = BTreeMap<String, i64>;

/// Attribute and value name, and the value's database id.
pub(crate) type ValueIds = BTreeMap<(String, String), i64>;

/// Finds the records of these names, and makes those that are missing.
pub(crate) async fn ensure_named(
    client: &Client,
    external: &ExternalIds,
    model: &str,
    kind: &str,
    names: &BTreeSet<String>,
) -> Result<Names, CallError> {
    let mut found = find_named(client, model, names, json!([])).await?;
    let missing: Vec<&String> = names.iter().filter(|name| !found.contains_key(*name)).collect();
    let rows: Vec<LoadRow> = missing
        .iter()
        .map(|name| LoadRow::single(vec![external.of_text(kind, name), (*name).clone()]))
        .collect();
    for (name, result) in missing
        .iter()
        .zip(client.load(model, &["id", "name"], &rows, &json!({})).await)
    {
        found.insert((*name).clone(), result?);
    }
    Ok(found)
}

/// Finds the record of this name that has none above it, and makes it if it is missing.
pub(crate) async fn ensure_root(
    client: &Client,
    external: &ExternalIds,
    model: &str,
    kind: &str,
    name: &str,
) -> Result<i64, CallError> {
    let names = BTreeSet::from([name.to_owned()]);
    let above = json!([["parent_id", "=", false]]);
    let found = find_named(client, model, &names, above).await?;
    if let Some(id) = found.get(name) {
        return Ok(*id);
    }
    // Its own external id: one of that name may have been made and put below another since.
    let row = LoadRow::single(vec![
        external.of_text(&format!("{kind}_root"), name),
        name.to_owned(),
        String::new(),
    ]);
    let made = client
        .load(model, &["id", "name", "parent_id/.id"], &[row], &json!({}))
        .await;
    made.into_iter().next().unwrap_or_else(|| {
        let text = format!("{model}.load answered nothing for {name}");
        Err(CallError::new(ErrorKind::Protocol, "load_ids", text))
    })
}

/// The oldest record of each name.
async fn find_named(
    client: &Client,
    model: &str,
    names: &BTreeSet<String>,
    more: Value,
) -> Result<Names, CallError> {
    let mut found = Names::new();
    if names.is_empty() {
        return Ok(found);
    }
    let mut domain = vec![json!(["name", "in", names])];
    domain.extend(more.as_array().into_iter().flatten().cloned());
    for row in client
        .search_read(model, json!(domain), &["name"], Options::default())
        .await?
    {
        found
            .entry(text(&row["name"]).to_owned())
            .or_insert_with(|| id(&row));
    }
    Ok(found)
}

/// Finds or makes the attributes of these names. Only those whose variants Odoo makes at once will do: with another
/// setting (which cannot be changed once used) a product's variants would not come to be.
pub(crate) async fn ensure_attributes(
    client: &Client,
    external: &ExternalIds,
    names: &BTreeSet<String>,
) -> Result<Names, CallError> {
    let always = json!([["create_variant", "=", "always"]]);
    let mut found = find_named(client, "product.attribute", names, always).await?;
    let missing: Vec<&String> = names.iter().filter(|name| !found.contains_key(*name)).collect();
    let rows: Vec<LoadRow> = missing
        .iter()
        .map(|name| {
            LoadRow::single(vec![
                external.of_text("attribute", name),
                (*name).clone(),
                "always".into(),
            ])
        })
        .collect();
    let columns = ["id", "name", "create_variant"];
    let loaded = client
        .load("product.attribute", &columns, &rows, &json!({}))
        .await;
    for (name, result) in missing.iter().zip(loaded) {
        found.insert((*name).clone(), result?);
    }
    Ok(found)
}

/// Finds or makes the values of attributes. New ones are made in the order in which they are wanted: Odoo shows values
/// in the order in which they came.
pub(crate) async fn ensure_values(
    client: &Client,
    external: &ExternalIds,
    attributes: &Names,
    wanted: &[(String, String)],
) -> Result<ValueIds, CallError> {
    let mut found = ValueIds::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let by_id: BTreeMap<i64, &String> = attributes.iter().map(|(name, id)| (*id, name)).collect();
    let names: BTreeSet<&String> = wanted.iter().map(|(_, value)| value).collect();
    let domain = json!([
        ["attribute_id", "in", by_id.keys().collect::<Vec<_>>()],
        ["name", "in", names]
    ]);
    let model = "product.attribute.value";
    for row in client
        .search_read(model, domain, &["name", "attribute_id"], Options::default())
        .await?
    {
        let attribute = many2one(&row["attribute_id"]).and_then(|id| by_id.get(&id));
        if let Some(attribute) = attribute {
            let key = ((*attribute).clone(), text(&row["name"]).to_owned());
            found.entry(key).or_insert_with(|| id(&row));
        }
    }
    let missing: Vec<&(String, String)> = wanted.iter().filter(|key| !found.contains_key(*key)).collect();
    let rows = missing.iter().map(|(attribute, value)| {
        let name = external.of_text("value", &format!("{attribute}\u{1f}{value}"));
        let attribute = attributes.get(attribute).copied().unwrap_or_default();
        LoadRow::single(vec![name, value.clone(), attribute.to_string()])
    });
    let rows: Vec<LoadRow> = rows.collect();
    let loaded = client
        .load(model, &["id", "name", "attribute_id/.id"], &rows, &json!({}))
        .await;
    for (key, result) in missing.iter().zip(loaded) {
        found.insert((*key).clone(), result?);
    }
    Ok(found)
}

/// How many records of `model` match.
pub(crate) async fn count(client: &Client, model: &str, domain: Value) -> Result<i64, CallError> {
    let mut kwargs = Map::new();
    kwargs.insert("context".into(), json!({"active_test": false}));
    let answer = client
        .call(model, "search_count", json!([domain]), kwargs)
        .await?;
    Ok(answer.as_i64().unwrap_or_default())
}
