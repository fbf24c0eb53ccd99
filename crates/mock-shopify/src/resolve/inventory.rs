#![expect(
    clippy::match_same_arms,
    reason = "fields that are equal here mean different things"
)]

use super::context::{Answer, Call, Context, Resolve, leaf, maybe_object, objects};
use super::list::{self, LEVEL_FILTERS};
use super::node::Node;
use super::paging::{Sorted, names, page};
use super::plain::{Plain, count, maybe_plain, money_v2, weight};
use super::product::units;
use super::variant;
use crate::gid::{Gid, gid};
use crate::state::{InventoryItem, InventoryLevel, Location, Rows as _, StockState, Variant, place};

impl Resolve for &InventoryItem {
    const TYPE: &'static str = "InventoryItem";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let variant = || cx.tables.one::<Variant>(self.variant_id);
        match call.field() {
            "id" => leaf(gid("InventoryItem", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "sku" => leaf(self.sku.as_ref()),
            "tracked" => leaf(self.tracked),
            "trackedEditable" => Plain::new("EditableProperty")
                .leaf("locked", false)
                .leaf("reason", None::<bool>)
                .answer(),
            "requiresShipping" => leaf(self.requires_shipping),
            "unitCost" => maybe_plain(self.unit_cost.map(|cost| money_v2(cost, &cx.shop.currency))),
            "measurement" => Plain::new("InventoryItemMeasurement")
                .leaf("id", gid("InventoryItemMeasurement", self.id))
                .object("weight", weight(self.weight))
                .answer(),
            "countryCodeOfOrigin" => leaf(self.country_of_origin.as_ref()),
            "provinceCodeOfOrigin" => leaf(None::<bool>),
            "harmonizedSystemCode" => leaf(self.harmonized_system_code.as_ref()),
            "duplicateSkuCount" => leaf(self.duplicates(cx)),
            "inventoryHistoryUrl" => leaf(None::<bool>),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "variant" => maybe_object(cx, variant()),
            "variants" => {
                let rows = variant()
                    .into_iter()
                    .map(|found| variant::sorted(cx, found, "ID"))
                    .collect();
                page(cx, call, names!("ProductVariant"), rows)
            }
            "locationsCount" => count(levels_of_item(cx, self.id, false).len(), None).answer(),
            "inventoryLevel" => {
                let location = numbered(call, "locationId", "Location");
                level_at(cx, call, Some(self.id), location)
            }
            "inventoryLevels" => {
                cx.need_scope(call, "read_inventory")?;
                let levels = levels_of_item(cx, self.id, call.flag("includeInactive"));
                level_page(cx, call, levels)
            }
            _ => call.unknown(),
        }
    }
}

impl InventoryItem {
    fn duplicates(&self, cx: &Context<'_>) -> i32 {
        let same = self
            .sku
            .as_ref()
            .map_or(0, |sku| cx.tables.found::<Self>("sku", sku).count());
        i32::try_from(same.saturating_sub(1)).unwrap_or(i32::MAX)
    }
}

fn levels_of_item<'w>(cx: &Context<'w>, item: i64, inactive: bool) -> Vec<&'w InventoryLevel> {
    let levels = cx.tables.found::<InventoryLevel>("item", &item.to_string());
    levels.filter(|level| level.active || inactive).collect()
}

/// The number in an id argument, if it is one of this type.
pub(crate) fn numbered(call: &Call<'_>, argument: &str, kind: &str) -> Option<i64> {
    let id = Gid::parse(call.text(argument)?)?;
    if id.kind == kind { id.number() } else { None }
}

/// The level of an item at a location, or null.
pub(crate) fn level_at<'a>(
    cx: &'a Context<'a>,
    call: &Call<'a>,
    item: Option<i64>,
    location: Option<i64>,
) -> Answer<'a> {
    cx.need_scope(call, "read_inventory")?;
    let found = item.zip(location).and_then(|(item, location)| {
        cx.tables
            .found::<InventoryLevel>("place", &place(item, location))
            .next()
    });
    maybe_object(
        cx,
        found.filter(|level| level.active || call.flag("includeInactive")),
    )
}

/// A page of these levels, filtered by the call's query.
pub(crate) fn level_page<'a>(
    cx: &'a Context<'a>,
    call: &Call<'a>,
    levels: Vec<&'a InventoryLevel>,
) -> Answer<'a> {
    let levels = list::filtered(cx, call, levels.into_iter(), &LEVEL_FILTERS, &[]);
    let rows = levels
        .into_iter()
        .map(|level| Sorted::by_id(level.id, Node::Level(level)));
    page(cx, call, names!("InventoryLevel"), rows.collect())
}

/// `gid://shopify/InventoryLevel/<level number of the location>?inventory_item_id=<item>` (recorded).
pub(crate) fn level_gid(cx: &Context<'_>, level: &InventoryLevel) -> String {
    format!(
        "{}?inventory_item_id={}",
        gid("InventoryLevel", level_number(cx, level)),
        level.item_id
    )
}

fn level_number(cx: &Context<'_>, level: &InventoryLevel) -> i64 {
    cx.tables
        .one::<Location>(level.location_id)
        .map_or(0, |location| location.level_number)
}

impl Resolve for &InventoryLevel {
    const TYPE: &'static str = "InventoryLevel";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(level_gid(cx, self)),
            "isActive" => leaf(self.active),
            "canDeactivate" => leaf(self.can_deactivate()),
            "deactivationAlert" => leaf((!self.can_deactivate()).then_some(
                "The product couldn't be unstocked because it has stock that is committed or incoming.",
            )),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "item" => maybe_object(cx, cx.tables.one::<InventoryItem>(self.item_id)),
            "location" => maybe_object(cx, cx.tables.one::<Location>(self.location_id)),
            "quantities" => self.quantities(cx, call),
            _ => call.unknown(),
        }
    }
}

impl InventoryLevel {
    fn can_deactivate(&self) -> bool {
        [StockState::Committed, StockState::Incoming, StockState::Reserved]
            .into_iter()
            .all(|state| self.units(state) == 0)
    }

    fn quantities<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let names = call.texts("names").unwrap_or_default();
        if let Some(wrong) = names
            .iter()
            .find(|name| **name != "on_hand" && StockState::named(name).is_none())
        {
            let text = format!("The quantity name '{wrong}' is not valid.");
            return Err(cx.fail(call, "BAD_REQUEST", text));
        }
        objects(cx, names.into_iter().map(move |name| Units { level: self, name }))
    }
}

/// `InventoryQuantity`.
pub(crate) struct Units<'w> {
    pub(crate) level: &'w InventoryLevel,
    pub(crate) name: &'w str,
}

impl Resolve for Units<'_> {
    const TYPE: &'static str = "InventoryQuantity";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let state = StockState::named(self.name);
        match call.field() {
            "id" => leaf(format!(
                "{}?inventory_item_id={}&name={}",
                gid("InventoryQuantity", level_number(cx, self.level)),
                self.level.item_id,
                self.name
            )),
            "name" => leaf(self.name),
            "quantity" => {
                let quantity = state.map_or_else(|| self.level.on_hand(), |state| self.level.units(state));
                leaf(units(quantity))
            }
            "updatedAt" => leaf(
                state
                    .and_then(|state| self.level.quantities.get(&state))
                    .map(|quantity| quantity.updated_at),
            ),
            _ => call.unknown(),
        }
    }
}

/// `inventoryProperties`: which quantities there are, and how they add up.
pub(crate) fn properties<'a>() -> Answer<'a> {
    let on_hand = [
        "available",
        "committed",
        "damaged",
        "quality_control",
        "reserved",
        "safety_stock",
    ];
    let names = [
        ("available", "Available"),
        ("committed", "Committed"),
        ("damaged", "Damaged"),
        ("incoming", "Incoming"),
        ("on_hand", "On hand"),
        ("quality_control", "Quality control"),
        ("reserved", "Reserved"),
        ("safety_stock", "Safety stock"),
    ];
    let list = names.map(|(name, shown)| {
        let belongs_to = if on_hand.contains(&name) {
            vec!["on_hand"]
        } else {
            Vec::new()
        };
        let comprises = if name == "on_hand" {
            on_hand.to_vec()
        } else {
            Vec::new()
        };
        Plain::new("InventoryQuantityName")
            .leaf("name", name)
            .leaf("displayName", shown)
            .leaf("isInUse", true)
            .leaf("belongsTo", belongs_to)
            .leaf("comprises", comprises)
    });
    Plain::new("InventoryProperties")
        .list("quantityNames", list.to_vec())
        .answer()
}

/// A location's own fulfilment service: there is none to show but its name.
pub(crate) fn manual_service(location: Option<&Location>) -> Option<Plain> {
    let location = location.filter(|location| location.fulfillment_service)?;
    Some(
        Plain::new("FulfillmentService")
            .leaf(
                "id",
                format!("{}?id=true", gid("FulfillmentService", location.id)),
            )
            .leaf("handle", location.name.to_lowercase().replace(' ', "-"))
            .leaf("serviceName", &location.name)
            .leaf("type", "THIRD_PARTY")
            .leaf("location", None::<bool>),
    )
}
