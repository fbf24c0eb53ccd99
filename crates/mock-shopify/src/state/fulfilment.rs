use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `FulfillmentOrderStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FulfillmentOrderStatus {
    /// Can be fulfilled.
    Open,
    /// Partly fulfilled.
    InProgress,
    /// Waits for its day.
    Scheduled,
    /// Held.
    OnHold,
    /// Cannot be completed.
    Incomplete,
    /// Done.
    Closed,
    /// Given up.
    Cancelled,
}

impl FulfillmentOrderStatus {
    /// As in the schema: `IN_PROGRESS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::InProgress => "IN_PROGRESS",
            Self::Scheduled => "SCHEDULED",
            Self::OnHold => "ON_HOLD",
            Self::Incomplete => "INCOMPLETE",
            Self::Closed => "CLOSED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Whether it is neither done nor given up.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled | Self::Incomplete)
    }

    /// Whether units can still be shipped from it.
    pub fn is_fulfillable(self) -> bool {
        matches!(self, Self::Open | Self::InProgress)
    }
}

/// What of an order is to be shipped from one location.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FulfillmentOrder {
    /// Number in `gid://shopify/FulfillmentOrder/…`.
    pub id: i64,
    /// The order.
    pub order_id: i64,
    /// Where it ships from.
    pub location_id: i64,
    /// State.
    pub status: FulfillmentOrderStatus,
    /// What is to be shipped.
    pub lines: Vec<FulfillmentOrderLine>,
    /// First seen.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// Units of one order line in a fulfilment order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FulfillmentOrderLine {
    /// Number in `gid://shopify/FulfillmentOrderLineItem/…`.
    pub id: i64,
    /// The order line.
    pub line_id: i64,
    /// Units assigned.
    pub total: i64,
    /// Units not yet shipped.
    pub remaining: i64,
}

/// `FulfillmentStatus`, as far as it occurs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FulfillmentStatus {
    /// Shipped.
    Success,
    /// Taken back.
    Cancelled,
}

/// A parcel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fulfillment {
    /// Number in `gid://shopify/Fulfillment/…`.
    pub id: i64,
    /// "#1001-F1".
    pub name: String,
    /// State.
    pub status: FulfillmentStatus,
    /// The location it left.
    pub location_id: i64,
    /// The fulfilment orders it was made from.
    pub fulfillment_orders: Vec<i64>,
    /// What is in it.
    pub lines: Vec<FulfillmentLine>,
    /// Tracking numbers.
    pub tracking: Vec<Tracking>,
    /// When it left.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// Units of one order line in a parcel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FulfillmentLine {
    /// Number in `gid://shopify/FulfillmentLineItem/…`.
    pub id: i64,
    /// The order line.
    pub line_id: i64,
    /// Units.
    pub quantity: i64,
}

/// How to follow a parcel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// Carrier.
    pub company: Option<String>,
    /// Number.
    pub number: Option<String>,
    /// Page of the carrier.
    pub url: Option<String>,
}
