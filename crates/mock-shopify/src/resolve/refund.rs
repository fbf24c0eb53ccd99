use rust_decimal::Decimal;

use super::context::{Answer, Call, Context, Resolve, leaf, maybe_object, object};
use super::line_item::Line;
use super::node::Node;
use super::order::bag;
use super::order_parts::{Payment, Shipment};
use super::paging::{Sorted, names, page};
use super::plain::money_v2;
use super::product::units;
use crate::gid::gid;
use crate::state::{Location, Order, Refund, RefundLine, RefundShipping, RestockType, Rows as _};

/// `Refund`.
#[derive(Clone, Copy)]
pub(crate) struct Return<'w> {
    pub(crate) order: &'w Order,
    pub(crate) refund: &'w Refund,
}

impl Return<'_> {
    fn money(&self) -> Decimal {
        let own = self
            .order
            .transactions
            .iter()
            .filter(|t| self.refund.transactions.contains(&t.id));
        own.map(|transaction| transaction.amount).sum()
    }
}

impl Resolve for Return<'_> {
    const TYPE: &'static str = "Refund";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, refund) = (self.order, self.refund);
        match call.field() {
            "id" => leaf(gid("Refund", refund.id)),
            "legacyResourceId" => leaf(refund.id.to_string()),
            "note" => leaf(refund.note.as_ref()),
            "createdAt" | "processedAt" | "updatedAt" => leaf(refund.created_at),
            "order" => object(cx, order),
            "staffMember" => {
                cx.need_scope(call, "read_users")?;
                leaf(None::<bool>)
            }
            "totalRefundedSet" => bag(order, self.money()).answer(),
            "totalRefunded" => money_v2(self.money(), &order.currency).answer(),
            "refundLineItems" => {
                let rows = refund.lines.iter();
                let rows =
                    rows.map(|line| Sorted::by_id(line.id, Node::RefundLine(ReturnLine { order, line })));
                page(cx, call, names!("RefundLineItem"), rows.collect())
            }
            "refundShippingLines" => {
                let rows = refund.shipping.iter();
                let rows = rows
                    .map(|line| Sorted::by_id(line.id, Node::RefundShipping(ReturnShipping { order, line })));
                page(cx, call, names!("RefundShippingLine"), rows.collect())
            }
            "orderAdjustments" => page(cx, call, names!("OrderAdjustment"), Vec::new()),
            "transactions" => {
                let own = order
                    .transactions
                    .iter()
                    .filter(|t| refund.transactions.contains(&t.id));
                let rows = own.map(|transaction| {
                    Sorted::by_id(transaction.id, Node::Payment(Payment { order, transaction }))
                });
                page(cx, call, names!("OrderTransaction"), rows.collect())
            }
            _ => call.unknown(),
        }
    }
}

/// `RefundLineItem`.
#[derive(Clone, Copy)]
pub(crate) struct ReturnLine<'w> {
    pub(crate) order: &'w Order,
    pub(crate) line: &'w RefundLine,
}

impl Resolve for ReturnLine<'_> {
    const TYPE: &'static str = "RefundLineItem";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, refund) = (self.order, self.line);
        match call.field() {
            "id" => leaf(gid("RefundLineItem", refund.id)),
            "quantity" => leaf(units(refund.quantity)),
            "restockType" => leaf(refund.restock.name()),
            "restocked" => leaf(refund.restock != RestockType::NoRestock),
            "location" => maybe_object(
                cx,
                refund.location_id.and_then(|id| cx.tables.one::<Location>(id)),
            ),
            "lineItem" => maybe_object(cx, order.line(refund.line_id).map(|line| Line { order, line })),
            "priceSet" => {
                let each = refund.subtotal / Decimal::from(refund.quantity.max(1));
                bag(order, crate::scalar::cents(each)).answer()
            }
            "subtotalSet" => bag(order, refund.subtotal).answer(),
            "totalTaxSet" => bag(order, refund.tax).answer(),
            _ => call.unknown(),
        }
    }
}

/// `RefundShippingLine`.
#[derive(Clone, Copy)]
pub(crate) struct ReturnShipping<'w> {
    pub(crate) order: &'w Order,
    pub(crate) line: &'w RefundShipping,
}

impl Resolve for ReturnShipping<'_> {
    const TYPE: &'static str = "RefundShippingLine";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, refund) = (self.order, self.line);
        match call.field() {
            "id" => leaf(gid("RefundShippingLine", refund.id)),
            "shippingLine" => {
                let line = order
                    .shipping_lines
                    .iter()
                    .find(|line| line.id == refund.shipping_line_id);
                maybe_object(cx, line.map(|line| Shipment { order, line }))
            }
            "subtotalAmountSet" => bag(order, refund.subtotal).answer(),
            "taxAmountSet" => bag(order, refund.tax).answer(),
            _ => call.unknown(),
        }
    }
}
