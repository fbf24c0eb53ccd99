//! Moving stock.

use std::collections::BTreeMap;

use serde_json::json;

use super::entity::{Rows, Stored, place};
use super::inventory::{InventoryLevel, Quantity, StockState};
use super::product::{InventoryItem, Product, Variant};
use super::replay::Operation;
use super::shop::Location;
use super::store::{StateError, Store, Touched};
use crate::gid::gid;

impl Store<'_> {
    /// The level of this item at this location.
    pub fn level(&self, item: i64, location: i64) -> Option<&InventoryLevel> {
        self.tables.found("place", &place(item, location)).next()
    }

    /// Sets the units that can be sold; on hand moves by the same difference.
    pub fn set_available(&mut self, item: i64, location: i64, units: i64) -> Result<bool, StateError> {
        let delta = units
            - self
                .level(item, location)
                .map_or(0, |level| level.units(StockState::Available));
        self.adjust(item, location, StockState::Available, delta)
    }

    /// Sets what lies there, by moving what can be sold.
    pub fn set_on_hand(&mut self, item: i64, location: i64, units: i64) -> Result<bool, StateError> {
        let delta = units - self.level(item, location).map_or(0, InventoryLevel::on_hand);
        self.adjust(item, location, StockState::Available, delta)
    }

    /// Moves one quantity by a difference; answers whether anything changed.
    pub fn adjust(
        &mut self,
        item: i64,
        location: i64,
        state: StockState,
        delta: i64,
    ) -> Result<bool, StateError> {
        self.need::<InventoryItem>(item)?;
        self.need::<Location>(location)?;
        if delta == 0 {
            return Ok(false);
        }
        self.shift(item, location, &[(state, delta)]);
        let detail =
            json!({ "location": gid(Location::KIND, location), "name": state.name(), "delta": delta });
        self.note("inventory.adjust", &gid(InventoryItem::KIND, item), detail);
        Ok(true)
    }

    /// Stocks an item at a location, or stops it; answers whether that changed anything.
    pub fn set_stocked(&mut self, item: i64, location: i64, stocked: bool) -> Result<bool, StateError> {
        self.need::<InventoryItem>(item)?;
        self.need::<Location>(location)?;
        let changed = match self.level(item, location).map(|level| level.id) {
            Some(id) => self.alter(id, |level: &mut InventoryLevel| {
                level.active = stocked;
                Ok(())
            })?,
            None if stocked => {
                self.add_level(item, location, 0);
                true
            }
            None => false,
        };
        if changed {
            let detail = json!({ "location": gid(Location::KIND, location), "active": stocked });
            self.note("inventory.stock", &gid(InventoryItem::KIND, item), detail);
        }
        Ok(changed)
    }

    /// Moves quantities without a line in the journal: the operation it belongs to writes one.
    pub(crate) fn shift(&mut self, item: i64, location: i64, moves: &[(StockState, i64)]) {
        let mut level = match self.level(item, location) {
            Some(level) => level.clone(),
            None => self.new_level(item, location, 0),
        };
        let now = self.now;
        for (state, delta) in moves {
            let quantity = level.quantities.entry(*state).or_insert(Quantity {
                units: 0,
                updated_at: now,
            });
            quantity.units = quantity.units.saturating_add(*delta);
            quantity.updated_at = now;
        }
        level.active = true;
        level.updated_at = now;
        self.put(level);
        self.touch_product_of(item);
    }

    /// A change of stock counts as a change of the variant and of its product.
    fn touch_product_of(&mut self, item: i64) {
        let variant = self.tables.one::<InventoryItem>(item).map(|item| item.variant_id);
        let Some(mut variant) = variant.and_then(|id| self.tables.one::<Variant>(id)).cloned() else {
            return;
        };
        let product = self.tables.one::<Product>(variant.product_id).cloned();
        if variant.updated_at != self.now {
            variant.touch(self.now);
            self.put(variant);
        }
        if let Some(mut product) = product.filter(|product| product.updated_at != self.now) {
            product.touch(self.now);
            self.put(product);
        }
    }

    pub(crate) fn add_level(&mut self, item: i64, location: i64, available: i64) {
        let level = self.new_level(item, location, available);
        self.put(level);
    }

    fn new_level(&mut self, item: i64, location: i64, available: i64) -> InventoryLevel {
        let now = self.now;
        let quantity = Quantity {
            units: available,
            updated_at: now,
        };
        InventoryLevel {
            id: self.fresh_id(InventoryLevel::TABLE),
            item_id: item,
            location_id: location,
            active: true,
            quantities: BTreeMap::from([(StockState::Available, quantity)]),
            created_at: now,
            updated_at: now,
        }
    }

    /// Remembers an operation of `productSet` that answers before it is done.
    pub(crate) fn begin_operation(&mut self, product_id: i64) -> i64 {
        let id = self.fresh_id(Operation::TABLE);
        self.put(Operation {
            id,
            product_id,
            begun_at: self.now,
        });
        id
    }

    /// Active locations in the order of their ids, those that ship online orders first.
    pub(crate) fn shipping_locations(&self) -> Vec<i64> {
        let mut locations: Vec<&Location> = self.tables.all::<Location>().filter(|l| l.active).collect();
        locations.sort_by_key(|location| !location.fulfills_online_orders);
        locations.into_iter().map(|location| location.id).collect()
    }
}
