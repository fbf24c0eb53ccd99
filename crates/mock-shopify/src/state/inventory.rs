use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The states a unit can be in. `on_hand` is no state of its own but the sum of those at the location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StockState {
    /// Can be sold.
    Available,
    /// Sold, not yet shipped.
    Committed,
    /// Set aside for a draft order or another channel.
    Reserved,
    /// On its way to the location; not on hand.
    Incoming,
    /// Damaged.
    Damaged,
    /// Being inspected.
    QualityControl,
    /// Kept back.
    SafetyStock,
}

impl StockState {
    pub(crate) const ALL: [Self; 7] = [
        Self::Available,
        Self::Committed,
        Self::Reserved,
        Self::Incoming,
        Self::Damaged,
        Self::QualityControl,
        Self::SafetyStock,
    ];

    /// As in `InventoryQuantity.name`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Committed => "committed",
            Self::Reserved => "reserved",
            Self::Incoming => "incoming",
            Self::Damaged => "damaged",
            Self::QualityControl => "quality_control",
            Self::SafetyStock => "safety_stock",
        }
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One quantity with the time of its last change; a quantity never set has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Units; `available` may be negative.
    pub units: i64,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// The stock of one item at one location.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InventoryLevel {
    /// Internal row number. The id on the wire is made of the location's level number and the item.
    pub id: i64,
    /// The item.
    pub item_id: i64,
    /// The location.
    pub location_id: i64,
    /// Whether the item is stocked there.
    pub active: bool,
    /// Units by state; a missing one is zero and was never set.
    pub quantities: BTreeMap<StockState, Quantity>,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

impl InventoryLevel {
    /// Units in this state.
    pub fn units(&self, state: StockState) -> i64 {
        self.quantities.get(&state).map_or(0, |quantity| quantity.units)
    }

    /// Everything that lies at the location.
    pub fn on_hand(&self) -> i64 {
        StockState::ALL
            .into_iter()
            .filter(|state| *state != StockState::Incoming)
            .map(|state| self.units(state))
            .sum()
    }
}
