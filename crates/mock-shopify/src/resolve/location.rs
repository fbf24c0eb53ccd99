#![expect(
    clippy::match_same_arms,
    reason = "fields that are equal here mean different things"
)]

use super::address;
use super::context::{Answer, Call, Context, Resolve, leaf};
use super::inventory::{level_at, level_page, manual_service, numbered};
use super::metafields;
use super::plain::maybe_plain;
use crate::gid::gid;
use crate::scalar::date_time;
use crate::state::{FulfillmentOrder, InventoryLevel, Location, Rows as _, StockState};

impl Resolve for &Location {
    const TYPE: &'static str = "Location";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("Location", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "name" => leaf(&self.name),
            "isActive" => leaf(self.active),
            "activatable" => leaf(!self.active),
            "deactivatable" => leaf(self.active && !self.has_open_stock(cx)),
            "deletable" => leaf(!self.active),
            "deactivatedAt" => leaf(self.deactivated_at.map(date_time)),
            "fulfillsOnlineOrders" | "shipsInventory" => leaf(self.active && self.fulfills_online_orders),
            "isFulfillmentService" => leaf(self.fulfillment_service),
            "fulfillmentService" => maybe_plain(manual_service(Some(self))),
            "isPrimary" => leaf(self.is_first(cx)),
            "addressVerified" => leaf(false),
            "address" => address::location(&self.address).answer(),
            "hasActiveInventory" => leaf(self.levels(cx).any(|level| level.active)),
            "hasUnfulfilledOrders" => leaf(self.has_unfulfilled(cx)),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "inventoryLevel" => level_at(
                cx,
                call,
                numbered(call, "inventoryItemId", "InventoryItem"),
                Some(self.id),
            ),
            "inventoryLevels" => {
                cx.need_scope(call, "read_inventory")?;
                let inactive = call.flag("includeInactive");
                let levels = self.levels(cx).filter(|level| level.active || inactive).collect();
                level_page(cx, call, levels)
            }
            "metafield" | "metafields" => metafields::resolve(cx, call, "Location", self.id),
            _ => call.unknown(),
        }
    }
}

impl Location {
    fn levels<'w>(&self, cx: &Context<'w>) -> impl Iterator<Item = &'w InventoryLevel> {
        cx.tables
            .found::<InventoryLevel>("location", &self.id.to_string())
    }

    fn has_open_stock(&self, cx: &Context<'_>) -> bool {
        let mut levels = self.levels(cx).filter(|level| level.active);
        levels.any(|level| level.on_hand() != 0 || level.units(StockState::Incoming) != 0)
    }

    fn has_unfulfilled(&self, cx: &Context<'_>) -> bool {
        let mut orders = cx.tables.all::<FulfillmentOrder>();
        orders.any(|order| order.location_id == self.id && order.status.is_fulfillable())
    }

    fn is_first(&self, cx: &Context<'_>) -> bool {
        cx.tables
            .all::<Self>()
            .find(|location| location.active)
            .is_some_and(|first| first.id == self.id)
    }
}
