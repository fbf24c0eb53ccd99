use rust_decimal::Decimal;

use super::context::{Answer, Call, Context, Resolve, leaf, maybe_object, object};
use super::inventory::manual_service;
use super::line_item::Line;
use super::node::Node;
use super::order::{bag, need_fulfillment_orders};
use super::paging::{Sorted, names, page};
use super::plain::{Plain, maybe_plain, plain_list, weight};
use super::product::units;
use crate::gid::gid;
use crate::scalar::money;
use crate::state::{
    Fulfillment, FulfillmentLine, FulfillmentOrder, FulfillmentOrderLine, FulfillmentOrderStatus,
    FulfillmentStatus, Location, Order, OrderLine, PostalAddress, Rows as _, Tracking, Variant, Weight,
    WeightUnit,
};

impl Resolve for &FulfillmentOrder {
    const TYPE: &'static str = "FulfillmentOrder";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let order = || cx.tables.one::<Order>(self.order_id);
        match call.field() {
            "id" => leaf(gid("FulfillmentOrder", self.id)),
            "status" => leaf(self.status.name()),
            "requestStatus" => leaf(match self.status {
                FulfillmentOrderStatus::Closed | FulfillmentOrderStatus::Cancelled => "CLOSED",
                _ => "UNSUBMITTED",
            }),
            "createdAt" => leaf(self.created_at),
            "updatedAt" => leaf(self.updated_at),
            "orderId" => leaf(gid("Order", self.order_id)),
            "order" => maybe_object(cx, order()),
            "orderName" => leaf(order().map(|order| &order.name)),
            "orderProcessedAt" => leaf(order().map(|order| order.processed_at)),
            "fulfillAt" => leaf(order().map(|order| order.processed_at)),
            "fulfillBy" | "channelId" => leaf(None::<bool>),
            "fulfillmentHolds" => plain_list(Vec::new()),
            "supportedActions" => plain_list(actions(self.status)),
            "assignedLocation" => object(cx, Assigned(self)),
            "deliveryMethod" => Plain::new("DeliveryMethod")
                .leaf("id", gid("DeliveryMethod", self.id))
                .leaf("methodType", "SHIPPING")
                .leaf("presentedName", shipping_title(order()))
                .leaf("serviceCode", shipping_title(order()))
                .answer(),
            "destination" => maybe_plain(
                order().and_then(|order| Some(destination(self.id, order, order.shipping_address.as_ref()?))),
            ),
            "remainingLineItemsWeight" => weight(remaining_weight(self, order())).answer(),
            "lineItems" => {
                let Some(order) = order() else {
                    return page(cx, call, names!("FulfillmentOrderLineItem"), Vec::new());
                };
                let rows = self.lines.iter().map(|line| {
                    let node = Node::AssignedLine(AssignedLine { order, line });
                    Sorted::by_id(line.id, node)
                });
                page(cx, call, names!("FulfillmentOrderLineItem"), rows.collect())
            }
            "fulfillments" => {
                let own = order()
                    .into_iter()
                    .flat_map(|order| order.fulfillments.iter().map(move |f| (order, f)));
                let own = own.filter(|(_, fulfillment)| fulfillment.fulfillment_orders.contains(&self.id));
                let rows = own.map(|(order, fulfillment)| {
                    Sorted::by_id(fulfillment.id, Node::Parcel(Parcel { order, fulfillment }))
                });
                page(cx, call, names!("Fulfillment"), rows.collect())
            }
            _ => call.unknown(),
        }
    }
}

fn shipping_title(order: Option<&Order>) -> Option<&String> {
    order?.shipping_lines.first().map(|line| &line.title)
}

fn remaining_weight(source: &FulfillmentOrder, order: Option<&Order>) -> Weight {
    let line = |assigned: &FulfillmentOrderLine| {
        let line: &OrderLine = order?.line(assigned.line_id)?;
        Some(line.weight?.grams() * Decimal::from(assigned.remaining))
    };
    Weight {
        value: source.lines.iter().filter_map(line).sum::<Decimal>().round(),
        unit: WeightUnit::Grams,
    }
}

fn actions(status: FulfillmentOrderStatus) -> Vec<Plain> {
    let names: &[&str] = match status {
        FulfillmentOrderStatus::Open => &["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"],
        FulfillmentOrderStatus::InProgress => {
            &["CREATE_FULFILLMENT", "REPORT_PROGRESS", "HOLD", "MARK_AS_OPEN"]
        }
        FulfillmentOrderStatus::OnHold => &["RELEASE_HOLD", "HOLD", "MOVE"],
        FulfillmentOrderStatus::Scheduled => &["MARK_AS_OPEN", "MOVE"],
        FulfillmentOrderStatus::Incomplete
        | FulfillmentOrderStatus::Closed
        | FulfillmentOrderStatus::Cancelled => &[],
    };
    let action = |name: &&str| {
        Plain::new("FulfillmentOrderSupportedAction")
            .leaf("action", *name)
            .leaf("externalUrl", None::<bool>)
    };
    names.iter().map(action).collect()
}

fn destination(id: i64, order: &Order, address: &PostalAddress) -> Plain {
    Plain::new("FulfillmentOrderDestination")
        .leaf("id", gid("FulfillmentOrderDestination", id))
        .leaf("firstName", address.first_name.as_ref())
        .leaf("lastName", address.last_name.as_ref())
        .leaf("company", address.company.as_ref())
        .leaf("address1", address.address1.as_ref())
        .leaf("address2", address.address2.as_ref())
        .leaf("city", address.city.as_ref())
        .leaf("province", address.province.as_ref())
        .leaf("zip", address.zip.as_ref())
        .leaf("countryCode", address.country_code.as_ref())
        .leaf("phone", address.phone.as_ref())
        .leaf("email", order.email.as_ref())
}

/// `FulfillmentOrderAssignedLocation`.
struct Assigned<'w>(&'w FulfillmentOrder);

impl Resolve for Assigned<'_> {
    const TYPE: &'static str = "FulfillmentOrderAssignedLocation";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let location = cx.tables.one::<Location>(self.0.location_id);
        let address = location.map(|location| &location.address);
        match call.field() {
            "location" => maybe_object(cx, location),
            "name" => leaf(location.map_or("", |location| location.name.as_str())),
            "address1" => leaf(address.and_then(|address| address.address1.as_ref())),
            "address2" => leaf(address.and_then(|address| address.address2.as_ref())),
            "city" => leaf(address.and_then(|address| address.city.as_ref())),
            "province" => leaf(address.and_then(|address| address.province.as_ref())),
            "zip" => leaf(address.and_then(|address| address.zip.as_ref())),
            "phone" => leaf(address.and_then(|address| address.phone.as_ref())),
            "countryCode" => {
                let own = address.and_then(|address| address.country_code.as_ref());
                leaf(
                    own.or(cx.shop.address.country_code.as_ref())
                        .map_or("ZZ", String::as_str),
                )
            }
            _ => call.unknown(),
        }
    }
}

/// `FulfillmentOrderLineItem`.
#[derive(Clone, Copy)]
pub(crate) struct AssignedLine<'w> {
    pub(crate) order: &'w Order,
    pub(crate) line: &'w FulfillmentOrderLine,
}

impl Resolve for AssignedLine<'_> {
    const TYPE: &'static str = "FulfillmentOrderLineItem";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let order = self.order;
        let line = order.line(self.line.line_id);
        let variant = line
            .and_then(|line| line.variant_id)
            .and_then(|id| cx.tables.one::<Variant>(id));
        match call.field() {
            "id" => leaf(gid("FulfillmentOrderLineItem", self.line.id)),
            "totalQuantity" => leaf(units(self.line.total)),
            "remainingQuantity" => leaf(units(self.line.remaining)),
            "inventoryItemId" => leaf(variant.map(|variant| gid("InventoryItem", variant.item_id))),
            "lineItem" => maybe_object(cx, line.map(|line| Line { order, line })),
            "variant" => maybe_object(cx, variant),
            "productTitle" => leaf(line.map_or("", |line| line.title.as_str())),
            "variantTitle" => leaf(line.and_then(|line| line.variant_title.as_ref())),
            "sku" => leaf(line.and_then(|line| line.sku.as_ref())),
            "vendor" => leaf(line.and_then(|line| line.vendor.as_ref())),
            "requiresShipping" => leaf(line.is_some_and(|line| line.requires_shipping)),
            "weight" => maybe_plain(line.and_then(|line| line.weight).map(weight)),
            _ => call.unknown(),
        }
    }
}

/// `Fulfillment`.
#[derive(Clone, Copy)]
pub(crate) struct Parcel<'w> {
    pub(crate) order: &'w Order,
    pub(crate) fulfillment: &'w Fulfillment,
}

impl Resolve for Parcel<'_> {
    const TYPE: &'static str = "Fulfillment";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, parcel) = (self.order, self.fulfillment);
        let location = cx.tables.one::<Location>(parcel.location_id);
        match call.field() {
            "id" => leaf(gid("Fulfillment", parcel.id)),
            "legacyResourceId" => leaf(parcel.id.to_string()),
            "name" => leaf(&parcel.name),
            "status" => leaf(match parcel.status {
                FulfillmentStatus::Success => "SUCCESS",
                FulfillmentStatus::Cancelled => "CANCELLED",
            }),
            "displayStatus" => leaf(match parcel.status {
                FulfillmentStatus::Success => "FULFILLED",
                FulfillmentStatus::Cancelled => "CANCELED",
            }),
            "createdAt" => leaf(parcel.created_at),
            "updatedAt" => leaf(parcel.updated_at),
            "deliveredAt" | "estimatedDeliveryAt" | "inTransitAt" => leaf(None::<bool>),
            "location" => maybe_object(cx, location),
            "service" => maybe_plain(manual_service(location)),
            "order" => object(cx, order),
            "requiresShipping" => leaf(parcel.lines.iter().any(|sent| {
                order
                    .line(sent.line_id)
                    .is_some_and(|line| line.requires_shipping)
            })),
            "totalQuantity" => leaf(units(parcel.lines.iter().map(|line| line.quantity).sum())),
            "trackingInfo" => {
                let mut list: Vec<Plain> = parcel.tracking.iter().map(tracking).collect();
                if let Some(first) = call.int("first").and_then(|first| usize::try_from(first).ok()) {
                    list.truncate(first);
                }
                plain_list(list)
            }
            "fulfillmentLineItems" => {
                let rows = parcel.lines.iter();
                let rows = rows.map(|line| Sorted::by_id(line.id, Node::SentLine(SentLine { order, line })));
                page(cx, call, names!("FulfillmentLineItem"), rows.collect())
            }
            "fulfillmentOrders" => {
                need_fulfillment_orders(cx, call)?;
                let sources = parcel.fulfillment_orders.iter();
                let sources = sources.filter_map(|id| cx.tables.one::<FulfillmentOrder>(*id));
                let rows = sources.map(|source| Sorted::by_id(source.id, Node::FulfillmentOrder(source)));
                page(cx, call, names!("FulfillmentOrder"), rows.collect())
            }
            _ => call.unknown(),
        }
    }
}

fn tracking(tracking: &Tracking) -> Plain {
    Plain::new("FulfillmentTrackingInfo")
        .leaf("company", tracking.company.as_ref())
        .leaf("number", tracking.number.as_ref())
        .leaf("url", tracking.url.as_ref())
}

/// `FulfillmentLineItem`.
#[derive(Clone, Copy)]
pub(crate) struct SentLine<'w> {
    pub(crate) order: &'w Order,
    pub(crate) line: &'w FulfillmentLine,
}

impl Resolve for SentLine<'_> {
    const TYPE: &'static str = "FulfillmentLineItem";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let order = self.order;
        let line = order.line(self.line.line_id);
        let units_sent = Decimal::from(self.line.quantity);
        let original = line.map_or(Decimal::ZERO, |line| line.price * units_sent);
        let discounted = line.map_or(Decimal::ZERO, |line| Order::net_of(line, self.line.quantity));
        match call.field() {
            "id" => leaf(gid("FulfillmentLineItem", self.line.id)),
            "quantity" => leaf(units(self.line.quantity)),
            "lineItem" => maybe_object(cx, line.map(|line| Line { order, line })),
            "originalTotalSet" => bag(order, original).answer(),
            "originalTotal" => leaf(money(original)),
            "discountedTotalSet" => bag(order, discounted).answer(),
            "discountedTotal" => leaf(money(discounted)),
            _ => call.unknown(),
        }
    }
}
