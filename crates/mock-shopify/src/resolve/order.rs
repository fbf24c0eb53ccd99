use rust_decimal::Decimal;

use super::address::{Mailing, Owner};
use super::context::{Answer, Call, Context, Resolve, leaf, leaves, maybe_object, objects};
use super::discount::Application;
use super::fulfilment::Parcel;
use super::line_item::Line;
use super::list::{FULFILLMENT_ORDER_FILTERS, filtered};
use super::metafields;
use super::node::Node;
use super::order_parts::{Payment, Shipment};
use super::paging::{Sorted, names, page};
use super::plain::{Plain, count, maybe_plain, money_bag, money_v2, plain_list};
use super::product::{first, units};
use super::refund::Return;
use crate::gid::gid;
use crate::scalar::{cents, money};
use crate::state::{
    Customer, DiscountSource, FulfillmentOrder, Order, OrderLine, PostalAddress, Rows as _, Tax,
    TransactionKind,
};

impl Resolve for &Order {
    const TYPE: &'static str = "Order";

    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a> {
        match call.field() {
            "id" => leaf(gid("Order", self.id)),
            "legacyResourceId" => leaf(self.id.to_string()),
            "name" => leaf(&self.name),
            "number" => leaf(units(self.number)),
            "email" => leaf(self.email.as_ref()),
            "phone" => leaf(self.phone.as_ref()),
            "note" => leaf(self.note.as_ref()),
            "tags" => leaves(&self.tags),
            "poNumber" => leaf(self.po_number.as_ref()),
            "test" => leaf(self.test),
            "sourceName" => leaf(&self.source_name),
            "customerLocale" => leaf(self.customer_locale.as_ref()),
            "confirmationNumber" => leaf(&self.confirmation_number),
            "createdAt" => leaf(self.created_at),
            "processedAt" => leaf(self.processed_at),
            "updatedAt" => leaf(self.updated_at),
            "closedAt" => leaf(self.closed_at),
            "cancelledAt" => leaf(self.cancelled_at),
            "cancelReason" => leaf(self.cancel_reason.as_ref()),
            "closed" => leaf(self.closed_at.is_some()),
            "confirmed" => leaf(true),
            "edited" => leaf(self.edited),
            "currencyCode" => leaf(&self.currency),
            "presentmentCurrencyCode" => leaf(&self.presentment.currency),
            "taxesIncluded" => leaf(self.taxes_included),
            "displayFinancialStatus" => leaf(self.financial_status()),
            "displayFulfillmentStatus" => leaf(self.fulfillment_status()),
            "returnStatus" => leaf("NO_RETURN"),
            "customAttributes" => plain_list(attributes(&self.attributes)),
            "cartToken" | "checkoutToken" | "clientIp" | "sourceIdentifier" | "retailLocation" => {
                leaf(None::<bool>)
            }
            "statusPageUrl" => {
                let host = &cx.shop.primary_host;
                leaf(format!(
                    "https://{host}/{}/orders/{:x}/authenticate",
                    cx.shop.id, self.id
                ))
            }
            "staffMember" => {
                cx.need_scope(call, "read_users")?;
                leaf(None::<bool>)
            }
            "metafield" | "metafields" => metafields::resolve(cx, call, "Order", self.id),
            _ => related(cx, call, self),
        }
    }
}

/// `Attribute`s.
pub(crate) fn attributes(pairs: &[(String, String)]) -> Vec<Plain> {
    let attribute =
        |(key, value): &(String, String)| Plain::new("Attribute").leaf("key", key).leaf("value", value);
    pairs.iter().map(attribute).collect()
}

/// Records that belong to the order.
fn related<'a>(cx: &'a Context<'a>, call: &Call<'a>, order: &'a Order) -> Answer<'a> {
    let mailing = |address: &'a Option<PostalAddress>| {
        let address = address.as_ref().map(|address| Mailing {
            address,
            owner: Owner::Order,
        });
        maybe_object(cx, address)
    };
    match call.field() {
        "customer" => {
            cx.need_scope(call, "read_customers")?;
            maybe_object(cx, order.customer_id.and_then(|id| cx.tables.one::<Customer>(id)))
        }
        "billingAddress" => mailing(&order.billing_address),
        "shippingAddress" => mailing(&order.shipping_address),
        "displayAddress" => mailing(if order.shipping_address.is_some() {
            &order.shipping_address
        } else {
            &order.billing_address
        }),
        "billingAddressMatchesShippingAddress" => leaf(same_place(order)),
        "lineItems" => line_page(cx, call, order, |_| true),
        "nonFulfillableLineItems" => line_page(cx, call, order, |line| order.unfulfilled(line) == 0),
        "shippingLine" => {
            let line = order.shipping_lines.first().map(|line| Shipment { order, line });
            maybe_object(cx, line)
        }
        "shippingLines" => {
            let rows = order.shipping_lines.iter();
            let rows = rows.map(|line| Sorted::by_id(line.id, Node::ShippingLine(Shipment { order, line })));
            page(cx, call, names!("ShippingLine"), rows.collect())
        }
        "discountApplications" => {
            let rows = (0..order.discounts.len()).map(|index| {
                let node = Node::Discount(Application { order, index });
                Sorted::by_id(i64::try_from(index).unwrap_or(i64::MAX), node)
            });
            page(cx, call, names!("DiscountApplication"), rows.collect())
        }
        "discountCode" => leaf(codes(order).next()),
        "discountCodes" => leaves(codes(order)),
        "transactions" => {
            let capturable = call.argument("capturable").map(|_| call.flag("capturable"));
            let rows: Vec<Payment<'a>> = order
                .transactions
                .iter()
                .filter(|transaction| {
                    capturable.is_none_or(|wanted| wanted == is_capturable(order, transaction.kind))
                })
                .map(|transaction| Payment { order, transaction })
                .collect();
            let wanted = call
                .int("first")
                .and_then(|first| usize::try_from(first).ok())
                .unwrap_or(rows.len());
            objects(cx, rows.into_iter().take(wanted))
        }
        "transactionsCount" => count(order.transactions.len(), None).answer(),
        "refunds" => objects(
            cx,
            first(&order.refunds, call).map(move |refund| Return { order, refund }),
        ),
        "fulfillments" => objects(
            cx,
            first(&order.fulfillments, call).map(move |fulfillment| Parcel { order, fulfillment }),
        ),
        "fulfillmentsCount" => count(order.fulfillments.len(), None).answer(),
        "fulfillmentOrders" => {
            need_fulfillment_orders(cx, call)?;
            let rows = cx
                .tables
                .found::<FulfillmentOrder>("order", &order.id.to_string());
            let rows = filtered(cx, call, rows, &FULFILLMENT_ORDER_FILTERS, &[]).into_iter();
            let rows = rows.map(|found| Sorted::by_id(found.id, Node::FulfillmentOrder(found)));
            page(cx, call, names!("FulfillmentOrder"), rows.collect())
        }
        "paymentGatewayNames" => {
            let mut names: Vec<&String> = order.transactions.iter().map(|t| &t.gateway).collect();
            names.dedup();
            leaves(names)
        }
        "cancellation" => maybe_plain(
            order
                .cancelled_at
                .map(|_| Plain::new("OrderCancellation").leaf("staffNote", order.cancel_note.as_ref())),
        ),
        _ => amounts(call, order),
    }
}

/// Any of the three scopes for fulfilment orders will do.
pub(crate) fn need_fulfillment_orders(
    cx: &Context<'_>,
    call: &Call<'_>,
) -> Result<(), apollo_compiler::resolvers::FieldError> {
    let scopes = [
        "read_merchant_managed_fulfillment_orders",
        "read_assigned_fulfillment_orders",
    ];
    if scopes.iter().any(|scope| cx.config.has_scope(scope)) {
        return Ok(());
    }
    cx.need_scope(call, "read_third_party_fulfillment_orders")
}

fn same_place(order: &Order) -> bool {
    let plain =
        |address: &Option<PostalAddress>| address.clone().map(|address| PostalAddress { id: 0, ..address });
    plain(&order.billing_address) == plain(&order.shipping_address)
}

fn line_page<'a>(
    cx: &'a Context<'a>,
    call: &Call<'a>,
    order: &'a Order,
    shown: impl Fn(&OrderLine) -> bool,
) -> Answer<'a> {
    let lines = order.lines.iter().filter(|line| shown(line));
    let rows = lines.map(|line| Sorted::by_id(line.id, Node::Line(Line { order, line })));
    page(cx, call, names!("LineItem"), rows.collect())
}

fn codes(order: &Order) -> impl Iterator<Item = &String> {
    order
        .discounts
        .iter()
        .filter_map(|discount| match &discount.source {
            DiscountSource::Code(code) => Some(code),
            DiscountSource::Automatic(_) | DiscountSource::Manual(..) => None,
        })
}

fn is_capturable(order: &Order, kind: TransactionKind) -> bool {
    kind == TransactionKind::Authorization && order.capturable() > Decimal::ZERO
}

/// An amount of the order in both currencies.
pub(crate) fn bag(order: &Order, amount: Decimal) -> Plain {
    money_bag(amount, &order.currency, &order.presentment)
}

/// `TaxLine`s.
pub(crate) fn tax_lines(order: &Order, taxes: &[Tax]) -> Vec<Plain> {
    use rust_decimal::prelude::ToPrimitive as _;
    let line = |tax: &Tax| {
        let rate = tax.rate.normalize();
        Plain::new("TaxLine")
            .leaf("title", &tax.title)
            .leaf("rate", rate.to_f64())
            .leaf(
                "ratePercentage",
                (rate * Decimal::ONE_HUNDRED).normalize().to_f64(),
            )
            .leaf("channelLiable", false)
            .leaf("source", "Shopify")
            .object("priceSet", bag(order, tax.amount))
    };
    taxes.iter().map(line).collect()
}

/// Amounts, counts and what follows from them.
fn amounts<'a>(call: &Call<'a>, order: &'a Order) -> Answer<'a> {
    let set = |amount: Decimal| bag(order, amount).answer();
    let text = |amount: Decimal| leaf(money(amount));
    match call.field() {
        "totalPriceSet" => set(order.total()),
        "totalPrice" => text(order.total()),
        "originalTotalPriceSet" => set(order.original_total),
        "currentTotalPriceSet" => set(order.current_total()),
        "subtotalPriceSet" => set(order.subtotal()),
        "subtotalPrice" => text(order.subtotal()),
        "currentSubtotalPriceSet" => set(order.current_subtotal()),
        "totalTaxSet" => set(order.tax()),
        "totalTax" => text(order.tax()),
        "currentTotalTaxSet" => set(order.current_tax()),
        "totalDiscountsSet" => set(order.discount()),
        "totalDiscounts" => text(order.discount()),
        "currentTotalDiscountsSet" => set(order.current_discount()),
        "cartDiscountAmountSet" => set(cart_discount(order, false)),
        "currentCartDiscountAmountSet" => set(cart_discount(order, true)),
        "totalShippingPriceSet" => set(order.shipping()),
        "totalShippingPrice" => text(order.shipping()),
        "currentShippingPriceSet" => set(order.current_shipping()),
        "totalReceivedSet" => set(order.received()),
        "totalReceived" => text(order.received()),
        "totalRefundedSet" => set(order.paid_back()),
        "totalRefunded" => text(order.paid_back()),
        "totalRefundedShippingSet" => set(order.shipping() - order.current_shipping()),
        "netPaymentSet" => set(order.received() - order.paid_back()),
        "netPayment" => text(order.received() - order.paid_back()),
        "totalOutstandingSet" => set(order.outstanding()),
        "totalCapturableSet" => set(order.capturable()),
        "totalCapturable" => text(order.capturable()),
        "totalTipReceivedSet" | "refundDiscrepancySet" => set(Decimal::ZERO),
        "totalTipReceived" => money_v2(Decimal::ZERO, &order.currency).answer(),
        "currentTotalDutiesSet"
        | "originalTotalDutiesSet"
        | "originalTotalAdditionalFeesSet"
        | "currentTotalAdditionalFeesSet" => leaf(None::<bool>),
        "taxLines" => plain_list(tax_lines(order, &order.taxes())),
        "currentTaxLines" => plain_list(tax_lines(order, &order.current_taxes())),
        _ => conditions(call, order),
    }
}

/// Discounts on the whole order.
fn cart_discount(order: &Order, current: bool) -> Decimal {
    let on_line = |line: &OrderLine| {
        let whole = line.discount() - line.own_discount(&order.discounts, true);
        if current && line.quantity > 0 {
            cents(whole * Decimal::from(order.current_quantity(line)) / Decimal::from(line.quantity))
        } else {
            whole
        }
    };
    order.lines.iter().map(on_line).sum()
}

fn conditions<'a>(call: &Call<'a>, order: &'a Order) -> Answer<'a> {
    let open: i64 = order.lines.iter().map(|line| order.unfulfilled(line)).sum();
    let current: i64 = order.lines.iter().map(|line| order.current_quantity(line)).sum();
    let cancelled = order.cancelled_at.is_some();
    let paid = order.outstanding() <= Decimal::ZERO;
    match call.field() {
        "subtotalLineItemsQuantity" => leaf(units(order.lines.iter().map(|line| line.quantity).sum())),
        "currentSubtotalLineItemsQuantity" => leaf(units(current)),
        "totalWeight" => leaf(weight(order, |line| line.quantity)),
        "currentTotalWeight" => leaf(weight(order, |line| order.current_quantity(line))),
        "canMarkAsPaid" => leaf(!cancelled && !paid),
        "capturable" => leaf(!cancelled && order.capturable() > Decimal::ZERO),
        "fullyPaid" => leaf(paid && !order.received().is_zero()),
        "unpaid" => leaf(order.received().is_zero() && !order.total().is_zero()),
        "fulfillable" => leaf(!cancelled && open > 0),
        "refundable" => leaf(current > 0 || order.received() > order.paid_back()),
        "restockable" => leaf(current > 0),
        "requiresShipping" => leaf(order.lines.iter().any(|line| line.requires_shipping)),
        "merchantEditable" => leaf(!cancelled),
        "merchantEditableErrors" => leaves(cancelled.then_some("The order has been canceled.")),
        "dutiesIncluded" | "estimatedTaxes" | "taxExempt" => leaf(false),
        _ => call.unknown(),
    }
}

/// Grams of the order.
fn weight(order: &Order, units: impl Fn(&OrderLine) -> i64) -> String {
    let line = |line: &OrderLine| {
        line.weight
            .map_or(Decimal::ZERO, |w| w.grams() * Decimal::from(units(line)))
    };
    order
        .lines
        .iter()
        .map(line)
        .sum::<Decimal>()
        .round()
        .normalize()
        .to_string()
}
