//! Finding stock levels by the variant that they are of.

use mapping_transforms::FieldPath;
use serde::Deserialize;
use serde_json::json;
use sync_core::{ConnectorError, Record};

use super::Levels;
use crate::client::Talk;
use crate::documents::VARIANT_ITEMS;
use crate::gid::{self, Gid};
use crate::nodes::by_number;

/// Most variants in one query.
const CHUNK: usize = 250;

#[derive(Deserialize)]
pub(super) struct Found {
    pub(super) nodes: Vec<Option<VariantItem>>,
}

/// A variant and its inventory item.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VariantItem {
    pub(super) id: Gid,
    pub(super) inventory_item: Item,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) id: Gid,
    pub(super) tracked: bool,
}

/// The items of these variants, those that there are.
pub(super) async fn items(
    talk: &mut Talk<'_>,
    mut variants: Vec<u64>,
) -> Result<Vec<VariantItem>, ConnectorError> {
    variants.sort_unstable();
    variants.dedup();
    let mut items = Vec::with_capacity(variants.len());
    for numbers in variants.chunks(CHUNK) {
        let ids: Vec<String> = numbers
            .iter()
            .map(|number| Gid::new("ProductVariant", *number).text)
            .collect();
        let found: Found = talk.ask(&VARIANT_ITEMS, json!({"ids": ids})).await?;
        items.extend(found.nodes.into_iter().flatten());
    }
    Ok(items)
}

/// All levels of these variants, found at `variant_id`; other places answer nothing.
pub(crate) async fn find(
    talk: &mut Talk<'_>,
    path: &FieldPath,
    texts: &[String],
) -> Result<Vec<Record>, ConnectorError> {
    if path.to_string() != "variant_id" {
        return Ok(Vec::new());
    }
    let variants = texts.iter().filter_map(|text| gid::number(text)).collect();
    let items = items(talk, variants).await?;
    let numbers: Vec<u64> = items.iter().map(|found| found.inventory_item.id.number).collect();
    let found = by_number::<Levels>(talk, &numbers).await?;
    Ok(found.into_iter().map(|placed| placed.record).collect())
}
