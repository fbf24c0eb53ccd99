use apollo_compiler::resolvers::ResolvedValue;

use super::address::{Mailing, Owner};
use super::context::{Context, Object, Resolve};
use super::discount::Application;
use super::fulfilment::{AssignedLine, Parcel, SentLine};
use super::image::{Image, Media};
use super::line_item::Line;
use super::order_parts::{Payment, Shipment};
use super::product::{Choice, ChoiceValue};
use super::refund::{Return, ReturnLine, ReturnShipping};
use crate::gid::Gid;
use crate::state::{
    Customer, FulfillmentOrder, InventoryItem, InventoryLevel, Location, Metafield, OptionValue, Order,
    Product, ProductImage, ProductOption, Rows as _, Stored, Variant, owner, place,
};

/// Anything that stands in a list or can be found by its id.
#[derive(Clone, Copy)]
pub(crate) enum Node<'w> {
    Product(&'w Product),
    Variant(&'w Variant),
    Choice(Choice<'w>),
    ChoiceValue(ChoiceValue<'w>),
    Item(&'w InventoryItem),
    Level(&'w InventoryLevel),
    Location(&'w Location),
    Media(&'w ProductImage),
    Image(&'w ProductImage),
    Metafield(&'w Metafield),
    Customer(&'w Customer),
    Address(Mailing<'w>),
    Order(&'w Order),
    Line(Line<'w>),
    ShippingLine(Shipment<'w>),
    Discount(Application<'w>),
    Payment(Payment<'w>),
    Refund(Return<'w>),
    RefundLine(ReturnLine<'w>),
    RefundShipping(ReturnShipping<'w>),
    FulfillmentOrder(&'w FulfillmentOrder),
    AssignedLine(AssignedLine<'w>),
    Parcel(Parcel<'w>),
    SentLine(SentLine<'w>),
}

impl<'w> Node<'w> {
    /// The object to resolve.
    pub(crate) fn value<'a>(self, cx: &'a Context<'a>) -> ResolvedValue<'a>
    where
        'w: 'a,
    {
        fn boxed<'a, T: Resolve + 'a>(cx: &'a Context<'a>, value: T) -> ResolvedValue<'a> {
            ResolvedValue::object(Object { cx, value })
        }
        match self {
            Self::Product(product) => boxed(cx, product),
            Self::Variant(variant) => boxed(cx, variant),
            Self::Choice(option) => boxed(cx, option),
            Self::ChoiceValue(value) => boxed(cx, value),
            Self::Item(item) => boxed(cx, item),
            Self::Level(level) => boxed(cx, level),
            Self::Location(location) => boxed(cx, location),
            Self::Media(image) => boxed(cx, Media(image)),
            Self::Image(image) => boxed(cx, Image(image)),
            Self::Metafield(field) => boxed(cx, field),
            Self::Customer(customer) => boxed(cx, customer),
            Self::Address(address) => boxed(cx, address),
            Self::Order(order) => boxed(cx, order),
            Self::Line(line) => boxed(cx, line),
            Self::ShippingLine(line) => boxed(cx, line),
            Self::Discount(discount) => discount.value(cx),
            Self::Payment(payment) => boxed(cx, payment),
            Self::Refund(refund) => boxed(cx, refund),
            Self::RefundLine(line) => boxed(cx, line),
            Self::RefundShipping(line) => boxed(cx, line),
            Self::FulfillmentOrder(order) => boxed(cx, order),
            Self::AssignedLine(line) => boxed(cx, line),
            Self::Parcel(parcel) => boxed(cx, parcel),
            Self::SentLine(line) => boxed(cx, line),
        }
    }

    /// What a global id names.
    pub(crate) fn find(cx: &Context<'w>, id: &Gid<'_>) -> Option<Self> {
        if id.kind == "InventoryLevel" {
            let item = id.parameter("inventory_item_id")?.parse().ok()?;
            return level(cx, id.number()?, item).map(Self::Level);
        }
        Self::find_numbered(cx, id.kind, id.number()?)
    }

    /// What has this type and number.
    pub(crate) fn find_numbered(cx: &Context<'w>, kind: &str, id: i64) -> Option<Self> {
        match kind {
            "Product" => cx.tables.one(id).map(Self::Product),
            "ProductVariant" => cx.tables.one(id).map(Self::Variant),
            "InventoryItem" => cx.tables.one(id).map(Self::Item),
            "Location" => cx.tables.one(id).map(Self::Location),
            "Metafield" => cx.tables.one(id).map(Self::Metafield),
            "Customer" => cx.tables.one(id).map(Self::Customer),
            "Order" => cx.tables.one(id).map(Self::Order),
            "FulfillmentOrder" => cx.tables.one(id).map(Self::FulfillmentOrder),
            "FulfillmentOrderLineItem" => {
                let source = whole::<FulfillmentOrder>(cx, kind, id)?;
                let order = cx.tables.one(source.order_id)?;
                let line = source.lines.iter().find(|line| line.id == id)?;
                Some(Self::AssignedLine(AssignedLine { order, line }))
            }
            "MailingAddress" => Self::of_address(cx, id),
            "LineItem"
            | "OrderTransaction"
            | "Fulfillment"
            | "FulfillmentLineItem"
            | "Refund"
            | "RefundShippingLine" => Self::of_order(cx, kind, id),
            "ProductOption" | "ProductOptionValue" | "MediaImage" => Self::of_product(cx, kind, id),
            _ => None,
        }
    }

    fn of_address(cx: &Context<'w>, id: i64) -> Option<Self> {
        if let Some(customer) = whole::<Customer>(cx, "MailingAddress", id) {
            let address = customer.addresses.iter().find(|address| address.id == id)?;
            let owner = Owner::Customer;
            return Some(Self::Address(Mailing { address, owner }));
        }
        let order = whole::<Order>(cx, "MailingAddress", id)?;
        let mut addresses = order.billing_address.iter().chain(&order.shipping_address);
        let address = addresses.find(|address| address.id == id)?;
        let owner = Owner::Order;
        Some(Self::Address(Mailing { address, owner }))
    }

    fn of_order(cx: &Context<'w>, kind: &str, id: i64) -> Option<Self> {
        let order = whole::<Order>(cx, kind, id)?;
        match kind {
            "LineItem" => order.line(id).map(|line| Self::Line(Line { order, line })),
            "OrderTransaction" => {
                let transaction = order
                    .transactions
                    .iter()
                    .find(|transaction| transaction.id == id)?;
                Some(Self::Payment(Payment { order, transaction }))
            }
            "Fulfillment" => {
                let fulfillment = order.fulfillments.iter().find(|parcel| parcel.id == id)?;
                Some(Self::Parcel(Parcel { order, fulfillment }))
            }
            "FulfillmentLineItem" => {
                let line = order
                    .fulfillments
                    .iter()
                    .flat_map(|parcel| &parcel.lines)
                    .find(|line| line.id == id)?;
                Some(Self::SentLine(SentLine { order, line }))
            }
            "Refund" => {
                let refund = order.refunds.iter().find(|refund| refund.id == id)?;
                Some(Self::Refund(Return { order, refund }))
            }
            _ => {
                let line = order
                    .refunds
                    .iter()
                    .flat_map(|refund| &refund.shipping)
                    .find(|line| line.id == id)?;
                Some(Self::RefundShipping(ReturnShipping { order, line }))
            }
        }
    }

    fn of_product(cx: &Context<'w>, kind: &str, id: i64) -> Option<Self> {
        let product = whole::<Product>(cx, kind, id)?;
        if kind == "MediaImage" {
            return product.media.iter().find(|image| image.id == id).map(Self::Media);
        }
        let mut options = product.options.iter();
        if kind == "ProductOption" {
            let option: &ProductOption = options.find(|option| option.id == id)?;
            return Some(Self::Choice(Choice { product, option }));
        }
        let value: &OptionValue = options
            .flat_map(|option| &option.values)
            .find(|value| value.id == id)?;
        Some(Self::ChoiceValue(ChoiceValue { product, value }))
    }
}

/// The row that has this part.
fn whole<'w, T: Stored + 'w>(cx: &Context<'w>, kind: &str, id: i64) -> Option<&'w T> {
    cx.tables.found::<T>("part", &owner(kind, id)).next()
}

/// The level behind the two numbers of its id.
pub(crate) fn level<'w>(cx: &Context<'w>, level_number: i64, item: i64) -> Option<&'w InventoryLevel> {
    let location = cx
        .tables
        .found::<Location>("level_number", &level_number.to_string())
        .next()?;
    cx.tables
        .found::<InventoryLevel>("place", &place(item, location.id))
        .next()
}
