use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::fulfilment::Fulfillment;
use super::product::Weight;
use super::shop::PostalAddress;

/// An order with everything that belongs to it alone. All amounts are in shop currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Number in `gid://shopify/Order/…`.
    pub id: i64,
    /// Counts up from 1 (the name shows 1000 more).
    pub number: i64,
    /// "#1001".
    pub name: String,
    /// Who ordered; `None` for a guest without account.
    pub customer_id: Option<i64>,
    /// E-mail address given.
    pub email: Option<String>,
    /// Phone number given.
    pub phone: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// Sorted, without duplicates.
    pub tags: Vec<String>,
    /// Purchase order number.
    pub po_number: Option<String>,
    /// Free key-value pairs.
    pub attributes: Vec<(String, String)>,
    /// ISO 4217 code of all amounts here.
    pub currency: String,
    /// What the customer saw.
    pub presentment: Presentment,
    /// Whether prices contain taxes.
    pub taxes_included: bool,
    /// Whether it is a test.
    pub test: bool,
    /// `web`, `pos`, `shopify_draft_order`, an app id.
    pub source_name: String,
    /// Language of the customer.
    pub customer_locale: Option<String>,
    /// Random code shown to the customer.
    pub confirmation_number: String,
    /// Address of the bill.
    pub billing_address: Option<PostalAddress>,
    /// Address of the parcel.
    pub shipping_address: Option<PostalAddress>,
    /// What was ordered, removed and refunded units included.
    pub lines: Vec<OrderLine>,
    /// Shipping.
    pub shipping_lines: Vec<ShippingLine>,
    /// Discounts; allocations name them by position.
    pub discounts: Vec<Discount>,
    /// Payments and refunds of money.
    pub transactions: Vec<Transaction>,
    /// Refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// Parcels, oldest first.
    pub fulfillments: Vec<Fulfillment>,
    /// The total when the order was created.
    pub original_total: Decimal,
    /// Whether its lines were changed after it was placed.
    pub edited: bool,
    /// First seen.
    pub created_at: Timestamp,
    /// When the customer placed it (imported orders: in the past).
    pub processed_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
    /// When it was archived.
    pub closed_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// `OrderCancelReason`.
    pub cancel_reason: Option<String>,
    /// Note of the one who cancelled it.
    pub cancel_note: Option<String>,
}

/// The currency that the customer saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Presentment {
    /// ISO 4217 code.
    pub currency: String,
    /// How many units of it one unit of the shop's currency is.
    pub rate: Decimal,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Number in `gid://shopify/LineItem/…`.
    pub id: i64,
    /// The variant; stays when the variant is deleted (the wire then shows null). `None` for a custom line.
    pub variant_id: Option<i64>,
    /// The product, likewise.
    pub product_id: Option<i64>,
    /// Title of the product.
    pub title: String,
    /// "S / Moss"; `None` for the default variant and custom lines.
    pub variant_title: Option<String>,
    /// SKU when it was ordered.
    pub sku: Option<String>,
    /// Vendor when it was ordered.
    pub vendor: Option<String>,
    /// Units ordered, removed and refunded ones included.
    pub quantity: i64,
    /// Units removed by editing the order.
    pub removed: i64,
    /// Price of one unit, before discounts.
    pub price: Decimal,
    /// Whether taxes are charged.
    pub taxable: bool,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// Weight of one unit.
    pub weight: Option<Weight>,
    /// Discounts on this line, for all units.
    pub allocations: Vec<Allocation>,
    /// Taxes on this line, for all units.
    pub taxes: Vec<Tax>,
    /// Free key-value pairs.
    pub attributes: Vec<(String, String)>,
    /// Whether it is a gift card.
    pub gift_card: bool,
}

/// Shipping charged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShippingLine {
    /// Number in `gid://shopify/ShippingLine/…`.
    pub id: i64,
    /// What the customer reads.
    pub title: String,
    /// Code of the rate.
    pub code: Option<String>,
    /// Where the rate came from.
    pub source: Option<String>,
    /// Price before discounts.
    pub price: Decimal,
    /// Discounts on it.
    pub allocations: Vec<Allocation>,
    /// Taxes on it.
    pub taxes: Vec<Tax>,
}

/// The part of a discount that falls on a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Allocation {
    /// Position in [`Order::discounts`].
    pub discount: usize,
    /// Amount, positive.
    pub amount: Decimal,
}

/// One tax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tax {
    /// "DE VAT".
    pub title: String,
    /// 0.19
    pub rate: Decimal,
    /// Amount.
    pub amount: Decimal,
}

/// Where a discount comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiscountSource {
    /// A code typed at checkout.
    Code(String),
    /// Applied by the shop's rules; the title.
    Automatic(String),
    /// Given by hand; title and description.
    Manual(String, Option<String>),
}

/// How much a discount takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiscountValue {
    /// Per cent, 0 to 100.
    Percentage(Decimal),
    /// An amount in shop currency.
    Amount(Decimal),
}

/// What a discount applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiscountTarget {
    /// The whole order: spread over all lines.
    Order,
    /// These lines (positions in the order): each gets the value of its own.
    Lines(Vec<usize>),
    /// Shipping.
    Shipping,
}

/// A discount of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// Where it comes from.
    pub source: DiscountSource,
    /// How much.
    pub value: DiscountValue,
    /// On what.
    pub target: DiscountTarget,
}

/// `OrderTransactionKind`, as far as it occurs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TransactionKind {
    /// Reserved on a card.
    Authorization,
    /// Taken from an authorization.
    Capture,
    /// Paid at once.
    Sale,
    /// Paid back.
    Refund,
    /// Authorization given up.
    Void,
}

impl TransactionKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authorization => "AUTHORIZATION",
            Self::Capture => "CAPTURE",
            Self::Sale => "SALE",
            Self::Refund => "REFUND",
            Self::Void => "VOID",
        }
    }
}

/// A movement of money; all succeed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// Number in `gid://shopify/OrderTransaction/…`.
    pub id: i64,
    /// What it does.
    pub kind: TransactionKind,
    /// Amount, positive.
    pub amount: Decimal,
    /// `shopify_payments`, `manual`, ...
    pub gateway: String,
    /// When.
    pub processed_at: Timestamp,
    /// The transaction it follows.
    pub parent_id: Option<i64>,
}

/// `RefundLineItemRestockType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RestockType {
    /// Not yet shipped, goes back to available.
    Cancel,
    /// Came back, goes to available.
    Return,
    /// Does not go back to stock.
    NoRestock,
}

impl RestockType {
    /// As in the schema: `NO_RESTOCK`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancel => "CANCEL",
            Self::Return => "RETURN",
            Self::NoRestock => "NO_RESTOCK",
        }
    }
}

/// Goods and money that went back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refund {
    /// Number in `gid://shopify/Refund/…`.
    pub id: i64,
    /// Note.
    pub note: Option<String>,
    /// Units.
    pub lines: Vec<RefundLine>,
    /// Shipping paid back.
    pub shipping: Vec<RefundShipping>,
    /// Ids of its transactions.
    pub transactions: Vec<i64>,
    /// When.
    pub created_at: Timestamp,
}

/// Units of one line in a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundLine {
    /// Number in `gid://shopify/RefundLineItem/…`.
    pub id: i64,
    /// The line.
    pub line_id: i64,
    /// Units.
    pub quantity: i64,
    /// Whether and how they went back to stock.
    pub restock: RestockType,
    /// Where they went back to.
    pub location_id: Option<i64>,
    /// Their price after all discounts.
    pub subtotal: Decimal,
    /// Their taxes.
    pub tax: Decimal,
    /// Whether they had been shipped.
    pub shipped: bool,
}

/// Shipping in a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundShipping {
    /// Number in `gid://shopify/RefundShippingLine/…`.
    pub id: i64,
    /// The shipping line.
    pub shipping_line_id: i64,
    /// Amount.
    pub subtotal: Decimal,
    /// Its taxes.
    pub tax: Decimal,
}
