//! Shipping what is missing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;
use sync_core::{ConnectorError, ErrorKind, Record, Write, WriteOutcome};

use super::parcels::{Source, SourceLine, plan};
use super::tracking::tracking;
use super::wanted::Wanted;
use crate::client::{Client, Talk};
use crate::documents::{FULFILLMENT_CREATE, ORDER_TO_SHIP, ORDER_TO_SHIP_REST, TO_SHIP_LINES};
use crate::follow::follow;
use crate::gid::Gid;
use crate::order::node::AssignedLocation;
use crate::page::{Named, Nodes};
use crate::write::{UserError, failed, refusal, refused, sent};

/// Most fulfilment orders, and lines of each, in one query.
const SOURCES: usize = 20;
const LINES: usize = 50;

#[derive(Deserialize)]
struct Found {
    node: Option<ToShip>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToShip {
    fulfillment_orders: Nodes<SourceNode>,
    fulfillments: Vec<Sent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    tracking_info: Vec<Tracking>,
}

#[derive(Deserialize)]
struct Tracking {
    number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SourceNode {
    id: Gid,
    status: String,
    assigned_location: AssignedLocation,
    line_items: Nodes<LineNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineNode {
    id: Gid,
    remaining_quantity: i64,
    line_item: Named,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateAnswer {
    fulfillment_create: Errors,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errors {
    user_errors: Vec<UserError>,
}

/// Brings the lines to the units that are to have left; answers what there is to be said.
pub(super) async fn ship(
    client: &Client,
    write: &Write,
    order: &Record,
    wanted: &Wanted,
) -> Result<Vec<String>, WriteOutcome> {
    let (missing, mut warnings) = missing(order, wanted);
    if missing.is_empty() {
        return Ok(warnings);
    }
    let (sources, used) = look(&mut client.talk(), order)
        .await
        .map_err(|error| failed(&error))?;
    let plan = plan(&missing, &sources);
    if let Some((line, units)) = plan.held.iter().next() {
        let message = format!(
            "{units} units of {} are on hold or scheduled in Shopify: release them there",
            title(order, *line)
        );
        return Err(WriteOutcome::Failed(refusal("on_hold", message)));
    }
    for (line, units) in &plan.none_left {
        warnings.push(format!(
            "{units} units of {} were delivered that Shopify has nothing left of to ship: they were refunded, removed or \
             the order is cancelled",
            title(order, *line)
        ));
    }
    let tracking = tracking(&write.source, &used);
    for parcel in &plan.parcels {
        let mut input = json!({
            "lineItemsByFulfillmentOrder": parcel.input(),
            "notifyCustomer": false,
        });
        if let Some(tracking) = &tracking {
            input["trackingInfo"] = tracking.clone();
        }
        let variables = json!({"fulfillment": input});
        let answer: CreateAnswer = client
            .talk()
            .ask(&FULFILLMENT_CREATE, variables)
            .await
            .map_err(sent)?;
        if let Some(mut error) = refused(&answer.fulfillment_create.user_errors) {
            // It was looked up just now, so somebody ships the same at this moment: the next attempt looks again.
            error.kind = ErrorKind::Contention;
            return Err(WriteOutcome::Failed(error));
        }
    }
    Ok(warnings)
}

/// Units per line that have not left and should have. What left and should not have stays.
fn missing(order: &Record, wanted: &Wanted) -> (BTreeMap<u64, i64>, Vec<String>) {
    let lines = order.body["line_items"].as_array();
    let (mut missing, mut warnings) = (BTreeMap::new(), Vec::new());
    for (line, units) in &wanted.shipped {
        let mut lines = lines.into_iter().flatten();
        let Some(shown) = lines.find(|shown| shown["id"].as_u64() == Some(*line)) else {
            warnings.push(format!(
                "the line {line} is gone from the order: nothing is shipped for it"
            ));
            continue;
        };
        let shipped = shown["fulfilled_quantity"].as_i64().unwrap_or_default();
        if shipped > *units {
            warnings.push(format!(
                "{shipped} units of {} have left Shopify, and {units} elsewhere: what was shipped is not taken back",
                title(order, *line)
            ));
        } else if shipped < *units {
            missing.insert(*line, units - shipped);
        }
    }
    (missing, warnings)
}

fn title(order: &Record, line: u64) -> String {
    let mut lines = order.body["line_items"].as_array().into_iter().flatten();
    let shown = lines.find(|shown| shown["id"].as_u64() == Some(line));
    let name = shown.and_then(|shown| shown["name"].as_str());
    name.map_or_else(|| format!("line {line}"), |name| format!("`{name}`"))
}

/// What is left to ship, and which tracking numbers the order has.
async fn look(
    talk: &mut Talk<'_>,
    order: &Record,
) -> Result<(Vec<Source>, BTreeSet<String>), ConnectorError> {
    let most = talk.options().rest();
    let variables = json!({
        "id": order.body["admin_graphql_api_id"],
        "first": SOURCES.min(most),
        "many": LINES.min(most),
    });
    let found: Found = talk.ask(&ORDER_TO_SHIP, variables).await?;
    let Some(ToShip {
        fulfillment_orders: mut list,
        fulfillments,
    }) = found.node
    else {
        return Err(refusal(
            "gone",
            format!("the order {} went while it was written", order.label),
        ));
    };
    let id = Gid::new("Order", crate::gid::number(&order.id).unwrap_or_default());
    follow::<_, ()>(talk, &ORDER_TO_SHIP_REST, &id, &mut list, None).await?;
    let mut sources = Vec::with_capacity(list.nodes.len());
    for mut node in list.nodes {
        follow::<_, ()>(talk, &TO_SHIP_LINES, &node.id, &mut node.line_items, None).await?;
        let lines = node.line_items.nodes.into_iter().map(|line| SourceLine {
            id: line.id.text,
            line: line.line_item.id.number,
            remaining: line.remaining_quantity,
        });
        sources.push(Source {
            id: node.id.text,
            status: node.status,
            place: node.assigned_location.location.map(|location| location.id.number),
            lines: lines.collect(),
        });
    }
    let numbers = fulfillments.into_iter().flat_map(|parcel| parcel.tracking_info);
    let numbers = numbers.filter_map(|tracking| tracking.number).collect();
    Ok((sources, numbers))
}
