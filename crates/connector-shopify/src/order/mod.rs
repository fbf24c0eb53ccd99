//! Orders with everything that belongs to them.
//!
//! The body is the REST resource as far as a sync needs it; every amount is in shop currency. Where each number comes
//! from (fields of GraphQL's `Order`):
//!
//! | in the body | from |
//! |---|---|
//! | `total_price` | `totalPriceSet`: as ordered and edited, before refunds |
//! | `current_total_price`, `current_subtotal_price`, `current_total_tax`, `current_total_discounts` | the `current…Set` of the same name: after refunds, edits and cancellation |
//! | `current_total_duties`, `current_total_additional_fees` | likewise; null where there are none |
//! | `current_tax_lines` | `currentTaxLines`: taxes on what is left, summed by title and rate |
//! | `line_items.price` | `originalUnitPriceSet`: one unit before discounts |
//! | `line_items.quantity`, `current_quantity` | units ever ordered; those neither refunded nor removed |
//! | `line_items.fulfillable_quantity` | `unfulfilledQuantity` |
//! | `line_items.fulfilled_quantity` | units in successful fulfilments |
//! | `cancelled` | whether there is a `cancelledAt` |
//! | `line_items.total_discount` | `totalDiscountSet`: the line's own discounts, for all units |
//! | `line_items.discount_allocations`, `tax_lines` | as Shopify gives them: for all units ever ordered |
//! | `shipping_lines.price`, `discounted_price`, `current_discounted_price` | `originalPriceSet`, `discountedPriceSet`, `currentDiscountedPriceSet` (what is left after refunds) |
//! | `discount_lines.amount` | calculated for what is left of the order, see `discounts.rs` |
//! | `fulfillment_status` | `displayFulfillmentStatus`; where that names a reason to wait, `partial` after a first parcel |
//! | `location_id` | the location of the fulfilment orders with most units |
//!
//! [`Record::movements`](sync_core::Record::movements) are the units of successful fulfilments per variant and
//! location. They are complete when the order is cancelled or no line has units left to ship (lines that need no
//! shipping have none).

mod applications;
mod discounts;
mod fields;
mod node;
mod parts;
mod party;
mod shape;
mod shipped;
mod whole;
mod write;

use jiff::Timestamp;
use sync_core::ConnectorError;

use crate::client::Talk;
use crate::documents::{self, Document};
use crate::options::Sizes;
use crate::source::{Changes, Placed, Source};
pub(crate) use fields::fields;
use node::OrderNode;
pub(crate) use write::{apply, remarks};

/// Orders, closed and cancelled ones included.
pub(crate) struct Orders;

impl Source for Orders {
    const NAME: &'static str = "order";
    const KIND: &'static str = "Order";
    const WALK: Document = documents::ORDERS;
    const COUNTED: bool = true;
    const CHANGES: Option<Changes> = Some(Changes::ByTime);
    const BY_ID: Document = documents::ORDERS_BY_ID;
    const SIZES: Sizes = Sizes {
        first: 30,
        many: Some(20),
        few: Some(5),
    };

    type Node = OrderNode;

    fn number(node: &OrderNode) -> u64 {
        node.id.number
    }

    fn changed_at(node: &OrderNode) -> Option<Timestamp> {
        Some(node.updated_at)
    }

    async fn records(talk: &mut Talk<'_>, mut node: OrderNode) -> Result<Vec<Placed>, ConnectorError> {
        whole::complete(talk, &mut node).await?;
        Ok(Placed::only(shape::order_record(&node)))
    }
}
