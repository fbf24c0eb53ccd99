use mapping_transforms::{ChildRule, FieldPath, Side};

use crate::RecordType;

/// What the engine has to know of a record type.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordTypeSpec {
    /// Its name: `product`.
    pub name: RecordType,
    /// What a run of it is called: `products`.
    pub job_type: String,
    /// Its elements that are records of their own.
    pub children: Vec<ChildRule>,
    /// For stock levels: how movements of orders are taken into account.
    pub stock: Option<StockSpec>,
}

/// For a record type that says how many pieces of an item lie at a place. Goods that one side has already shipped
/// for a linked order and the other has not are no difference in stock.
#[derive(Debug, Clone, PartialEq)]
pub struct StockSpec {
    /// The record type whose records move goods.
    pub moved_by: RecordType,
    /// The record type of the items.
    pub item_type: RecordType,
    /// The record type of the places.
    pub place_type: RecordType,
    /// The left side's item id, place id and quantity.
    pub shopify: StockPaths,
    /// The right side's.
    pub odoo: StockPaths,
}

/// Where a stock level says what, where and how many.
#[derive(Debug, Clone, PartialEq)]
pub struct StockPaths {
    /// The item's id.
    pub item: FieldPath,
    /// The place's id.
    pub place: FieldPath,
    /// How many pieces.
    pub quantity: FieldPath,
}

impl StockSpec {
    /// The paths of one side.
    pub fn on(&self, side: Side) -> &StockPaths {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }
}
