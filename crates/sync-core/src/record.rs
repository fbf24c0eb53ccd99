use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One record of one system, in that system's own shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The record's id in its system, as text.
    pub id: String,
    /// What a person calls it: a title, an order number.
    pub label: String,
    /// The system's own change mark, shown to people. Both systems show whole seconds, so an equal version proves
    /// nothing and no decision rests on it.
    pub version: Option<String>,
    /// When the system says it was last changed; `None` where it cannot say, or where nothing ever happened to it.
    pub changed_at: Option<Timestamp>,
    /// The record itself.
    pub body: Value,
    /// Goods that this record moved out of stock, by its own system's account; `None` if it takes no part in stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movements: Option<Movements>,
}

impl Record {
    /// A record without version or movements.
    pub fn new(id: impl Into<String>, label: impl Into<String>, body: Value) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            version: None,
            changed_at: None,
            body,
            movements: None,
        }
    }
}

/// What an order has shipped so far in one system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movements {
    /// Nothing more will move: delivered in full, or cancelled.
    pub complete: bool,
    /// Shipped quantities.
    pub shipped: Vec<Shipped>,
}

/// A quantity of one item that left one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shipped {
    /// The item's id in its own system (Shopify variant, Odoo product variant).
    pub item: String,
    /// The place's id in its own system (Shopify location, Odoo warehouse).
    pub place: String,
    /// How many.
    pub quantity: Decimal,
}

/// Where a system's changes were read up to. Opaque: only the connector that made it can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// One page of changed records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The records; the same one may come again on a later page.
    pub records: Vec<Record>,
    /// Where to go on; `None` when there is nothing more for now.
    pub next: Option<Cursor>,
    /// Where a later run begins that wants only what changes from now on; comes with the last page. `None` where the
    /// system cannot tell: then every run reads everything.
    pub mark: Option<Cursor>,
    /// How many records there are in all, where the system says so cheaply.
    pub total: Option<u64>,
}
