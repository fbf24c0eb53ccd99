//! The lists within an order that go on behind their first page.

use sync_core::ConnectorError;

use super::node::OrderNode;
use crate::client::Talk;
use crate::documents::{
    FULFILLMENT_LINES, FULFILLMENT_ORDER_LINES, ORDER_DISCOUNTS, ORDER_FULFILLMENT_ORDERS, ORDER_LINES,
    ORDER_SHIPPING_LINES, REFUND_LINES,
};
use crate::follow::follow;

/// Follows every list to its end. Amounts and lines belong together, so the order may not change meanwhile; refunds
/// and parcels never change their lines.
pub(super) async fn complete(talk: &mut Talk<'_>, order: &mut OrderNode) -> Result<(), ConnectorError> {
    let (id, version) = (&order.id, Some(&order.updated_at));
    follow(talk, &ORDER_LINES, id, &mut order.line_items, version).await?;
    follow(
        talk,
        &ORDER_SHIPPING_LINES,
        id,
        &mut order.shipping_lines,
        version,
    )
    .await?;
    follow(
        talk,
        &ORDER_DISCOUNTS,
        id,
        &mut order.discount_applications,
        version,
    )
    .await?;
    follow(
        talk,
        &ORDER_FULFILLMENT_ORDERS,
        id,
        &mut order.fulfillment_orders,
        version,
    )
    .await?;
    for refund in &mut order.refunds {
        let lines = &mut refund.refund_line_items;
        follow::<_, ()>(talk, &REFUND_LINES, &refund.id, lines, None).await?;
    }
    for parcel in &mut order.fulfillments {
        let lines = &mut parcel.fulfillment_line_items;
        follow::<_, ()>(talk, &FULFILLMENT_LINES, &parcel.id, lines, None).await?;
    }
    for assignment in &mut order.fulfillment_orders.nodes {
        let lines = &mut assignment.line_items;
        follow::<_, ()>(talk, &FULFILLMENT_ORDER_LINES, &assignment.id, lines, None).await?;
    }
    Ok(())
}
