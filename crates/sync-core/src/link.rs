use std::collections::BTreeMap;

use jiff::Timestamp;
use mapping_transforms::Side;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ConnectionId, RecordType};

/// What one rule showed on both sides when they last agreed. Read back after the write, so that the way in which a
/// system stores a value ("20.0" for "20.00", rewritten HTML) is never taken for a change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The left system's value.
    pub shopify: Value,
    /// The right system's value.
    pub odoo: Value,
}

impl Shown {
    /// The value of one side.
    pub fn of(&self, side: Side) -> &Value {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }
}

/// Per rule (its two paths, see [`rule_key`]) what both sides showed when they last agreed.
pub type Base = BTreeMap<String, Shown>;

/// The key of a rule in a [`Base`]: it stays the same when a rule is deleted and made again.
pub fn rule_key(shopify_field: &str, odoo_field: &str) -> String {
    format!("{shopify_field} = {odoo_field}")
}

/// This record of the one system and that record of the other are the same thing.
///
/// Links form a tree: a product's link is the parent of its variants' links. Per connection and record type there
/// is at most one link for an id of either side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The link's own id; 0 before it is stored.
    pub id: i64,
    /// The connection it belongs to.
    pub connection: ConnectionId,
    /// What is linked.
    pub record_type: RecordType,
    /// The id in the left system.
    pub shopify_id: String,
    /// The id in the right system.
    pub odoo_id: String,
    /// The parent's link.
    pub parent: Option<i64>,
    /// What a person calls it.
    pub label: String,
    /// Version of the rules under which the base was made.
    pub mapping_version: i64,
    /// What both sides last agreed on.
    pub base: Base,
    /// Goods may still move for this link's record on one side and not on the other (orders).
    pub open: bool,
    /// What the record had moved out of stock when it was seen last.
    pub moved: Moved,
    /// When its records were changed by others than a sync, where a sync wrote them since.
    #[serde(skip)]
    pub written: Written,
}

/// Per side, what a sync's own write did to the time that a record shows.
pub type Written = BTreeMap<Side, OwnWrite>;

/// A record shows the time of a sync's write, and that is no edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWrite {
    /// The time that the record showed after the write.
    pub shown: Timestamp,
    /// When somebody else had changed it last, as far as the record said so.
    pub before: Timestamp,
}

/// What an order moved out of stock: per item and place (ids of the left system) how many on the left and on the
/// right side. In the database there are running totals of these over all orders, which is how a stock level tells a
/// sale from an edit.
pub type Moved = BTreeMap<String, MovedQuantity>;

/// The key of an item at a place in a [`Moved`].
pub fn moved_key(item: &str, place: &str) -> String {
    format!("{item}@{place}")
}

/// How much of one item left one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedQuantity {
    /// By the left system's account.
    pub shopify: Decimal,
    /// By the right system's account.
    pub odoo: Decimal,
}

impl MovedQuantity {
    /// By the account of one side.
    pub fn of(&self, side: Side) -> Decimal {
        match side {
            Side::Shopify => self.shopify,
            Side::Odoo => self.odoo,
        }
    }

    /// Whether nothing moved on either side.
    pub fn is_zero(&self) -> bool {
        self.shopify.is_zero() && self.odoo.is_zero()
    }
}

impl Link {
    /// When a side's record was changed by somebody else than a sync, by the time that it shows now. Times have whole
    /// seconds: an edit in the very second of a sync's write counts as made before it.
    pub fn edited_at(&self, side: Side, shown: Timestamp) -> Timestamp {
        match self.written.get(&side) {
            Some(own) if own.shown == shown => own.before,
            _ => shown,
        }
    }

    /// The id on one side.
    pub fn id_on(&self, side: Side) -> &str {
        match side {
            Side::Shopify => &self.shopify_id,
            Side::Odoo => &self.odoo_id,
        }
    }
}

/// A link as an engine wants it stored after a write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkDraft {
    /// What is linked.
    pub record_type: RecordType,
    /// The id in the left system.
    pub shopify_id: String,
    /// The id in the right system.
    pub odoo_id: String,
    /// What a person calls it.
    pub label: String,
    /// What both sides show now.
    pub base: Base,
    /// See [`Link::open`].
    pub open: bool,
    /// See [`Link::moved`].
    pub moved: Moved,
    /// See [`Link::written`].
    pub written: Written,
    /// The children's links: those named are stored, and those of the same parent that are **not named are
    /// removed**.
    pub children: Vec<LinkDraft>,
}
