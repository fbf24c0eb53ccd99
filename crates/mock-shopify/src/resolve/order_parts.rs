//! Shipping lines and transactions of an order.

use super::context::{Answer, Call, Context, Resolve, leaf, maybe_object, objects};
use super::discount::Share;
use super::order::{bag, tax_lines};
use super::plain::{money_v2, plain_list};
use crate::gid::gid;
use crate::scalar::money;
use crate::state::{Order, ShippingLine, Transaction, TransactionKind};

/// `ShippingLine`.
#[derive(Clone, Copy)]
pub(crate) struct Shipment<'w> {
    pub(crate) order: &'w Order,
    pub(crate) line: &'w ShippingLine,
}

impl Resolve for Shipment<'_> {
    const TYPE: &'static str = "ShippingLine";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, line) = (self.order, self.line);
        match call.field() {
            "id" => leaf(gid("ShippingLine", line.id)),
            "title" => leaf(&line.title),
            "code" => leaf(line.code.as_ref()),
            "source" => leaf(line.source.as_ref()),
            "carrierIdentifier" | "phone" | "deliveryCategory" | "shippingRateHandle" => leaf(None::<bool>),
            "custom" | "isRemoved" => leaf(false),
            "originalPriceSet" => bag(order, line.price).answer(),
            "originalPrice" => money_v2(line.price, &order.currency).answer(),
            "price" => leaf(money(line.price)),
            "discountedPriceSet" => bag(order, line.net()).answer(),
            "discountedPrice" => money_v2(line.net(), &order.currency).answer(),
            "currentDiscountedPriceSet" => bag(order, order.current_shipping_of(line)).answer(),
            "taxLines" => plain_list(tax_lines(order, &line.taxes)),
            "discountAllocations" => objects(
                cx,
                line.allocations
                    .iter()
                    .map(move |allocation| Share { order, allocation }),
            ),
            _ => call.unknown(),
        }
    }
}

/// `OrderTransaction`.
#[derive(Clone, Copy)]
pub(crate) struct Payment<'w> {
    pub(crate) order: &'w Order,
    pub(crate) transaction: &'w Transaction,
}

impl Resolve for Payment<'_> {
    const TYPE: &'static str = "OrderTransaction";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        let (order, transaction) = (self.order, self.transaction);
        match call.field() {
            "id" => leaf(gid("OrderTransaction", transaction.id)),
            "kind" => leaf(transaction.kind.name()),
            "status" => leaf("SUCCESS"),
            "amountSet" => bag(order, transaction.amount).answer(),
            "gateway" => leaf(&transaction.gateway),
            "formattedGateway" => leaf(match transaction.gateway.as_str() {
                "shopify_payments" => "Shopify payments",
                other => other,
            }),
            "manualPaymentGateway" => leaf(transaction.gateway == "manual"),
            "createdAt" | "processedAt" => leaf(transaction.processed_at),
            "test" => leaf(order.test),
            "paymentId" => leaf(format!("c{}.1", transaction.id)),
            "parentTransaction" => {
                let parent = order
                    .transactions
                    .iter()
                    .find(|parent| Some(parent.id) == transaction.parent_id);
                maybe_object(cx, parent.map(|transaction| Payment { order, transaction }))
            }
            "totalUnsettledSet" if transaction.kind == TransactionKind::Authorization => {
                bag(order, order.capturable()).answer()
            }
            "totalUnsettledSet" | "accountNumber" | "amountRoundingSet" | "authorizationCode"
            | "errorCode" | "receiptJson" => leaf(None::<bool>),
            _ => call.unknown(),
        }
    }
}
