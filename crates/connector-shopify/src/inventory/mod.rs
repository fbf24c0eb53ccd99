//! Stock: how many units of an inventory item lie at a location.
//!
//! A record is an item at a location where it is stocked (an active level), `<inventory item id>@<location id>`.
//! `available`, `committed` and `on_hand` are Shopify's own numbers; `on_hand` contains the other two. Items that are
//! not tracked are left out, for their numbers mean nothing; so are items without a variant.

mod changes;
mod find;
mod node;
mod write;

use jiff::Timestamp;
use serde_json::{Value, json};
use sync_core::ports::FieldSet;
use sync_core::{ConnectorError, ErrorKind, Record};

use crate::client::Talk;
use crate::documents::{self, Document, INVENTORY_LEVELS};
use crate::follow::follow;
use crate::gid;
use crate::nodes::by_number;
use crate::options::Sizes;
use crate::shape::{filled, record};
use crate::source::{Changes, Placed, Source};
pub(crate) use changes::changes;
pub(crate) use find::find;
use node::{ItemNode, LevelNode, VariantNode};
pub(crate) use write::apply;

/// Stock levels, found through their items.
pub(crate) struct Levels;

impl Source for Levels {
    const NAME: &'static str = "inventory";
    const KIND: &'static str = "InventoryItem";
    const WALK: Document = documents::INVENTORY_ITEMS;
    const COUNTED: bool = false;
    const CHANGES: Option<Changes> = Some(Changes::ById);
    const BY_ID: Document = documents::INVENTORY_ITEMS_BY_ID;
    const SIZES: Sizes = Sizes {
        first: 250,
        many: Some(10),
        few: None,
    };

    type Node = ItemNode;

    fn number(node: &ItemNode) -> u64 {
        node.id.number
    }

    fn changed_at(node: &ItemNode) -> Option<Timestamp> {
        node.inventory_levels
            .nodes
            .iter()
            .map(|level| level.updated_at)
            .max()
    }

    async fn records(talk: &mut Talk<'_>, mut node: ItemNode) -> Result<Vec<Placed>, ConnectorError> {
        if !node.tracked {
            return Ok(Vec::new());
        }
        let variants = node.variants.take().map(|list| list.nodes).unwrap_or_default();
        let Some(variant) = variants.into_iter().next() else {
            return Ok(Vec::new());
        };
        follow::<_, ()>(
            talk,
            &INVENTORY_LEVELS,
            &node.id,
            &mut node.inventory_levels,
            None,
        )
        .await?;
        let levels = node.inventory_levels.nodes.iter();
        let mut records = levels
            .map(|level| {
                let place = level.location.id.number;
                Ok(Placed {
                    place,
                    record: level_record(node.item(), &variant, level)?,
                })
            })
            .collect::<Result<Vec<_>, ConnectorError>>()?;
        records.sort_by_key(|placed| placed.place);
        records.dedup_by_key(|placed| placed.place);
        Ok(records)
    }
}

/// What a level's record takes from its item.
#[derive(Clone, Copy)]
struct Item<'n> {
    number: u64,
    sku: Option<&'n String>,
    tracked: bool,
}

impl ItemNode {
    fn item(&self) -> Item<'_> {
        Item {
            number: self.id.number,
            sku: self.sku.as_ref(),
            tracked: self.tracked,
        }
    }
}

fn level_record(item: Item<'_>, variant: &VariantNode, level: &LevelNode) -> Result<Record, ConnectorError> {
    let (place, name) = (level.location.id.number, &level.location.name);
    let quantity = |name: &str| {
        let found = level.quantities.iter().find(|quantity| quantity.name == name);
        found.map(|quantity| quantity.quantity).ok_or_else(|| {
            let message = format!(
                "the stock of item {} at {place} comes without `{name}`",
                item.number
            );
            ConnectorError::new(ErrorKind::Protocol, "no_quantity", message)
        })
    };
    let sku = filled(item.sku);
    let body: Value = json!({
        "inventory_item_id": item.number,
        "location_id": place,
        "location_name": name,
        "variant_id": variant.id.number,
        "product_id": variant.product.id.number,
        "sku": sku,
        "tracked": item.tracked,
        "available": quantity("available")?,
        "on_hand": quantity("on_hand")?,
        "committed": quantity("committed")?,
        "updated_at": level.updated_at.to_string(),
    });
    let what = sku.map_or_else(|| variant.full_title(), str::to_owned);
    let id = format!("{}@{place}", item.number);
    Ok(record(id, format!("{what} @ {name}"), level.updated_at, body))
}

/// The levels with these ids, in their order; one that is not active does not exist.
pub(crate) async fn fetch(talk: &mut Talk<'_>, ids: &[String]) -> Result<Vec<Record>, ConnectorError> {
    let mut items = Vec::new();
    for id in ids {
        let parts = id
            .split_once('@')
            .map(|(item, place)| (gid::number(item), gid::number(place)));
        if let Some((Some(item), Some(_))) = parts
            && !items.contains(&item)
        {
            items.push(item);
        }
    }
    let mut found = by_number::<Levels>(talk, &items).await?;
    let wanted = ids.iter().filter_map(|id| {
        let at = found.iter().position(|placed| placed.record.id == *id)?;
        Some(found.swap_remove(at).record)
    });
    Ok(wanted.collect())
}

/// What rules may lead to.
pub(crate) fn fields() -> FieldSet {
    crate::connector::field_set(
        &[
            "inventory_item_id",
            "location_id",
            "location_name",
            "variant_id",
            "product_id",
            "sku",
            "tracked",
            "available",
            "on_hand",
            "committed",
            "updated_at",
        ],
        &[],
    )
}
