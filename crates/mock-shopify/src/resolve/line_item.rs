#![expect(
    clippy::match_same_arms,
    reason = "fields that are equal here mean different things"
)]

use rust_decimal::Decimal;

use super::context::{Answer, Call, Context, Resolve, leaf, maybe_object, objects};
use super::discount::Share;
use super::order::{attributes, bag, tax_lines};
use super::plain::{maybe_plain, plain_list, weight};
use super::product::units;
use crate::gid::gid;
use crate::scalar::{cents, money};
use crate::state::{Order, OrderLine, Product, Rows as _, Variant, taxes_in};

/// `LineItem`.
#[derive(Clone, Copy)]
pub(crate) struct Line<'w> {
    pub(crate) order: &'w Order,
    pub(crate) line: &'w OrderLine,
}

impl Resolve for Line<'_> {
    const TYPE: &'static str = "LineItem";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, line) = (self.order, self.line);
        match call.field() {
            "id" => leaf(gid("LineItem", line.id)),
            "title" => leaf(&line.title),
            "name" => leaf(match &line.variant_title {
                Some(variant) => format!("{} - {variant}", line.title),
                None => line.title.clone(),
            }),
            "variantTitle" => leaf(line.variant_title.as_ref()),
            "sku" => leaf(line.sku.as_ref()),
            "vendor" => leaf(line.vendor.as_ref()),
            "taxable" => leaf(line.taxable),
            "requiresShipping" => leaf(line.requires_shipping),
            "isGiftCard" => leaf(line.gift_card),
            "weight" => maybe_plain(line.weight.map(weight)),
            "customAttributes" => plain_list(attributes(&line.attributes)),
            "image" | "fulfillmentService" => leaf(None::<bool>),
            "staffMember" => {
                cx.need_scope(call, "read_users")?;
                leaf(None::<bool>)
            }
            "variant" => maybe_object(cx, line.variant_id.and_then(|id| cx.tables.one::<Variant>(id))),
            "product" => maybe_object(cx, line.product_id.and_then(|id| cx.tables.one::<Product>(id))),
            "quantity" => leaf(units(line.quantity)),
            "currentQuantity" => leaf(units(order.current_quantity(line))),
            "refundableQuantity" => leaf(units(order.current_quantity(line))),
            "unfulfilledQuantity" | "fulfillableQuantity" => leaf(units(order.unfulfilled(line))),
            "nonFulfillableQuantity" => leaf(units(
                line.quantity - order.unfulfilled(line) - order.fulfilled(line.id),
            )),
            "fulfillmentStatus" => leaf(match (order.fulfilled(line.id), order.unfulfilled(line)) {
                (0, _) => "unfulfilled",
                (_, 0) => "fulfilled",
                _ => "partial",
            }),
            "restockable" | "canRestock" => leaf(line.variant_id.is_some()),
            "merchantEditable" => leaf(order.cancelled_at.is_none()),
            "taxLines" => {
                let mut lines = tax_lines(order, &line.taxes);
                if let Some(first) = call.int("first").and_then(|first| usize::try_from(first).ok()) {
                    lines.truncate(first);
                }
                plain_list(lines)
            }
            "discountAllocations" => objects(
                cx,
                line.allocations
                    .iter()
                    .map(move |allocation| Share { order, allocation }),
            ),
            _ => self.amounts(call),
        }
    }
}

impl Line<'_> {
    fn amounts<'a>(&self, call: &Call<'a>) -> Answer<'a> {
        let (order, line) = (self.order, self.line);
        let set = |amount: Decimal| bag(order, amount).answer();
        let text = |amount: Decimal| leaf(money(amount));
        let each = |amount: Decimal| match line.quantity {
            0 => Decimal::ZERO,
            quantity => cents(amount / Decimal::from(quantity)),
        };
        let open = Decimal::from(order.unfulfilled(line));
        let own = |with_codes: bool| line.own_discount(&order.discounts, with_codes);
        let discounted = line.gross() - own(false);
        match call.field() {
            "originalUnitPriceSet" => set(line.price),
            "originalUnitPrice" => text(line.price),
            "originalTotalSet" => set(line.gross()),
            "originalTotal" => text(line.gross()),
            "discountedTotalSet" => set(line.gross() - own(call.flag("withCodeDiscounts"))),
            "discountedTotal" => text(discounted),
            "discountedUnitPriceSet" => set(each(discounted)),
            "discountedUnitPrice" => text(each(discounted)),
            "discountedUnitPriceAfterAllDiscountsSet" => set(each(line.net())),
            "priceAfterAllDiscountsBeforeTaxesSet" => {
                let included = if order.taxes_included {
                    taxes_in(&line.taxes)
                } else {
                    Decimal::ZERO
                };
                set(line.net() - included)
            }
            "totalDiscountSet" => set(own(true)),
            "totalDiscount" => text(own(true)),
            "unfulfilledOriginalTotalSet" => set(line.price * open),
            "unfulfilledOriginalTotal" => text(line.price * open),
            "unfulfilledDiscountedTotalSet" => set(each(discounted) * open),
            "unfulfilledDiscountedTotal" => text(each(discounted) * open),
            _ => call.unknown(),
        }
    }
}
