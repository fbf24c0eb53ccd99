use mapping_transforms::{ChildRule, FieldPath, Side};
use serde_json::Value;

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
    /// On which sides a run may make records of this type.
    pub made_in: Vec<MadeIn>,
    /// Which records of this type wait for another one that is not linked yet, by the side that they would be made on.
    /// The others are left: nobody is going to bring over what they would wait for. All wait where nothing is said.
    pub waits: Vec<MadeIn>,
    /// How records that both systems have already find each other, step by step.
    pub match_keys: Vec<MatchKey>,
    /// How the elements of two records that were matched find each other, step by step.
    pub child_keys: Vec<MatchKey>,
    /// What a record is like that was put away: what a deletion on the other side leads to. `None` where the type
    /// knows no such thing.
    pub archived: Option<Archived>,
    /// A field of the record and one of its elements (paths in the left system) that say the same in two ways, so that
    /// neither can be settled without the other: a product's options, and which of them a variant has.
    pub together: Option<(FieldPath, FieldPath)>,
}

impl RecordTypeSpec {
    /// A type that is made on both sides, without children, stock, matching or archive.
    pub fn new(name: &str, job_type: &str) -> Self {
        Self {
            name: name.into(),
            job_type: job_type.to_owned(),
            children: Vec::new(),
            stock: None,
            made_in: [Side::Shopify, Side::Odoo].map(MadeIn::any).to_vec(),
            waits: Vec::new(),
            match_keys: Vec::new(),
            child_keys: Vec::new(),
            archived: None,
            together: None,
        }
    }

    /// Whether records of this type are told apart by what they show, and so may be matched.
    pub fn is_matched(&self) -> bool {
        !self.match_keys.is_empty() || !self.child_keys.is_empty()
    }

    /// Whether, and under which condition, records of this type are made on that side.
    pub fn made_in(&self, side: Side) -> Option<&MadeIn> {
        self.made_in.iter().find(|one| one.side == side)
    }
}

/// Records of a type may be made on this side.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeIn {
    /// The side.
    pub side: Side,
    /// Only of records of the other side that show this text at this place (or in the list there).
    pub only: Option<(FieldPath, String)>,
}

impl MadeIn {
    /// Without a condition.
    pub fn any(side: Side) -> Self {
        Self { side, only: None }
    }
}

/// A step in finding the counterpart of a record: equal texts at these places, each unique on its side.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchKey {
    /// What a person calls it: `sku`.
    pub name: String,
    /// Where the left system has it: `variants.*.sku`.
    pub shopify: FieldPath,
    /// Where the right system has it.
    pub odoo: FieldPath,
}

impl MatchKey {
    /// The place on one side.
    pub fn on(&self, side: Side) -> &FieldPath {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }
}

/// What a record is like that was put away, on either side.
#[derive(Debug, Clone, PartialEq)]
pub struct Archived {
    /// Place and value in the left system.
    pub shopify: (FieldPath, Value),
    /// Place and value in the right system.
    pub odoo: (FieldPath, Value),
}

impl Archived {
    /// Place and value on one side.
    pub fn on(&self, side: Side) -> &(FieldPath, Value) {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }
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
