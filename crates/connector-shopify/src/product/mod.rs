//! Products with their variants.
//!
//! The body is the REST resource (without images), with these additions:
//!
//! - per variant `selected_options`: option names and values, and `tracked`, `grams`, `weight`, `weight_unit`,
//!   `requires_shipping` of its inventory item;
//! - `tracks_inventory`: whether any variant is tracked;
//! - `metafields`: the custom fields that the options name, by namespace and key, with numbers, flags and JSON as such;
//! - `attribute_lines`: the options with the values that variants have, in order.
//!
//! A product that has only `Title / Default Title` has no attributes and its variant no selected options; `options`
//! show the pair as REST does. Variants come in the order of their positions, however many there are.

mod node;
mod shape;
mod weight;
mod write;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};
use sync_core::ConnectorError;
use sync_core::ports::FieldSet;

use crate::ShopifyOptions;
use crate::client::Talk;
use crate::documents::{self, Document, PRODUCT_VARIANTS};
use crate::follow::follow;
use crate::metafield::Metafield;
use crate::options::Sizes;
use crate::source::{Changes, Placed, Source};
use node::ProductNode;
pub(crate) use write::{apply, remarks};

/// Products, archived and draft ones included.
pub(crate) struct Products;

impl Source for Products {
    const NAME: &'static str = "product";
    const KIND: &'static str = "Product";
    const WALK: Document = documents::PRODUCTS;
    const COUNTED: bool = true;
    const CHANGES: Option<Changes> = Some(Changes::ByTime);
    const BY_ID: Document = documents::PRODUCTS_BY_ID;
    const SIZES: Sizes = Sizes {
        first: 100,
        many: Some(100),
        few: None,
    };

    fn variables(options: &ShopifyOptions) -> Map<String, Value> {
        Metafield::variables(options.fields())
    }

    type Node = ProductNode;

    fn number(node: &ProductNode) -> u64 {
        node.id.number
    }

    fn changed_at(node: &ProductNode) -> Option<Timestamp> {
        Some(node.updated_at)
    }

    async fn records(talk: &mut Talk<'_>, mut node: ProductNode) -> Result<Vec<Placed>, ConnectorError> {
        follow_variants(talk, &mut node).await?;
        Ok(Placed::only(shape::product_record(node, talk.options().fields())))
    }
}

/// Reads the rest of a product's variants. They are listed by id, so that moving one while they are read cannot hide
/// another one.
async fn follow_variants(talk: &mut Talk<'_>, node: &mut ProductNode) -> Result<(), ConnectorError> {
    let options = &node.options;
    follow(
        talk,
        &PRODUCT_VARIANTS,
        &node.id,
        &mut node.variants,
        Some(options),
    )
    .await
}

/// What rules may lead to.
pub(crate) fn fields(options: &ShopifyOptions) -> FieldSet {
    let mut fields = plain_fields();
    let custom: BTreeSet<String> = options.fields().iter().map(Metafield::to_string).collect();
    if !custom.is_empty() {
        fields.fields.insert(METAFIELDS.to_owned());
        fields.children.insert(METAFIELDS.to_owned(), custom);
    }
    fields
}

/// Where custom fields are in a record.
const METAFIELDS: &str = "metafields";

fn plain_fields() -> FieldSet {
    crate::connector::field_set(
        &[
            "id",
            "admin_graphql_api_id",
            "title",
            "body_html",
            "vendor",
            "product_type",
            "handle",
            "status",
            "tags",
            "created_at",
            "updated_at",
            "published_at",
            "tracks_inventory",
        ],
        &[
            (
                "options",
                &["id", "product_id", "name", "position", "values", "option_values"],
            ),
            ("attribute_lines", &["attribute", "values"]),
            (
                "variants",
                &[
                    "id",
                    "admin_graphql_api_id",
                    "product_id",
                    "title",
                    "price",
                    "compare_at_price",
                    "sku",
                    "barcode",
                    "position",
                    "inventory_policy",
                    "taxable",
                    "option1",
                    "option2",
                    "option3",
                    "grams",
                    "weight",
                    "weight_unit",
                    "requires_shipping",
                    "inventory_item_id",
                    "inventory_quantity",
                    "tracked",
                    "created_at",
                    "updated_at",
                    "selected_options",
                ],
            ),
        ],
    )
}
