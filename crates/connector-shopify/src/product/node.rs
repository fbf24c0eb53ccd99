//! Products as the documents select them.

use jiff::Timestamp;
use serde::Deserialize;

use crate::amount::Amount;
use crate::gid::Gid;
use crate::metafield::Metafield;
use crate::page::Nodes;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductNode {
    pub(super) id: Gid,
    pub(super) title: String,
    pub(super) description_html: String,
    pub(super) vendor: String,
    pub(super) product_type: String,
    pub(super) handle: String,
    pub(super) status: String,
    pub(super) tags: Vec<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) published_at: Option<Timestamp>,
    pub(super) has_only_default_variant: bool,
    /// Those that were asked for and are there.
    pub(super) metafields: Option<Metafields>,
    pub(super) options: Vec<OptionNode>,
    pub(super) variants: Nodes<VariantNode>,
}

impl ProductNode {
    /// A custom field, if the product has it.
    pub(super) fn metafield(&self, field: &Metafield) -> Option<&MetafieldNode> {
        let mut nodes = self.metafields.iter().flat_map(|list| &list.nodes);
        nodes.find(|node| node.namespace == field.namespace && node.key == field.key)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metafields {
    nodes: Vec<MetafieldNode>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetafieldNode {
    namespace: String,
    key: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) compare_digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptionNode {
    pub(super) id: Gid,
    pub(super) name: String,
    pub(super) position: i32,
    pub(super) option_values: Vec<ValueNode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct ValueNode {
    pub(super) id: Gid,
    pub(super) name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VariantNode {
    pub(super) id: Gid,
    pub(super) title: String,
    pub(super) price: Amount,
    pub(super) compare_at_price: Option<Amount>,
    pub(super) sku: Option<String>,
    pub(super) barcode: Option<String>,
    pub(super) position: i32,
    pub(super) inventory_policy: String,
    pub(super) taxable: bool,
    pub(super) inventory_quantity: Option<i32>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) selected_options: Vec<SelectedNode>,
    pub(super) inventory_item: StockNode,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct SelectedNode {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StockNode {
    pub(super) id: Gid,
    pub(super) tracked: bool,
    pub(super) requires_shipping: bool,
    pub(super) measurement: MeasurementNode,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct MeasurementNode {
    pub(super) weight: Option<WeightNode>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct WeightNode {
    pub(super) value: Amount,
    pub(super) unit: String,
}
