//! Inventory items as the documents select them.

use jiff::Timestamp;
use serde::Deserialize;

use crate::gid::Gid;
use crate::page::Nodes;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemNode {
    pub(super) id: Gid,
    pub(super) sku: Option<String>,
    pub(super) tracked: bool,
    /// The variants that share the item, so far one; null if there is none.
    pub(super) variants: Option<Owners>,
    pub(super) inventory_levels: Nodes<LevelNode>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Owners {
    pub(super) nodes: Vec<VariantNode>,
}

#[derive(Debug, Deserialize)]
pub(super) struct VariantNode {
    pub(super) id: Gid,
    title: String,
    pub(super) product: OwnerProduct,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnerProduct {
    pub(super) id: Gid,
    title: String,
    has_only_default_variant: bool,
}

impl VariantNode {
    /// "Washed linen shirt - S / Moss".
    pub(super) fn full_title(&self) -> String {
        if self.product.has_only_default_variant {
            self.product.title.clone()
        } else {
            format!("{} - {}", self.product.title, self.title)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LevelNode {
    pub(super) updated_at: Timestamp,
    pub(super) location: LevelLocation,
    pub(super) quantities: Vec<Quantity>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LevelLocation {
    pub(super) id: Gid,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Quantity {
    pub(super) name: String,
    pub(super) quantity: i32,
}
