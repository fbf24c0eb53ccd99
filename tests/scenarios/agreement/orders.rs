//! Whether both systems say the same of linked orders: cancelled or not, what was ordered, and what is still to leave.

use std::collections::BTreeMap;

use mapping_transforms::Side;
use persistence::{DeadLetterFilter, WaitingFilter};
use serde_json::{Value, json};
use sync_core::DeadLetterStatus;

use crate::bench::{ALL, Bench};
use crate::goods::whole;
use crate::shown::{ask, nodes};

/// A linked order as both systems show it.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) shop: String,
    pub(crate) cancelled_here: bool,
    pub(crate) cancelled_there: bool,
    pub(crate) notes: [String; 2],
    pub(crate) lines: Vec<Line>,
    /// Why it is held or given up; nothing where it is through.
    pub(crate) reason: Option<String>,
}

/// A line of it, in units.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) shop: String,
    pub(crate) odoo: Option<i64>,
    /// The variant of the shop; empty if it is gone.
    pub(crate) variant: String,
    /// The variant of Odoo.
    pub(crate) product: String,
    /// What the shop's order still asks for, and what of it has not left.
    pub(crate) ordered: i64,
    pub(crate) open: i64,
    /// What left and did not come back.
    pub(crate) shipped: i64,
    pub(crate) ordered_there: i64,
    pub(crate) open_there: i64,
    pub(crate) delivered_there: i64,
}

impl Order {
    /// Units per variant that left the shop and not Odoo, by what both say of this order.
    pub(crate) fn apart(&self, left_before: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
        let mut apart = BTreeMap::new();
        for line in &self.lines {
            let before = left_before.get(&line.shop).copied().unwrap_or_default();
            *apart.entry(line.variant.clone()).or_default() +=
                line.shipped - line.delivered_there - before.min(line.shipped);
        }
        apart
    }

    /// What differs, in words.
    pub(crate) fn differences(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let name = &self.shop;
        if self.cancelled_here != self.cancelled_there {
            let (here, there) = (self.cancelled_here, self.cancelled_there);
            wrong.push(format!("order {name}: cancelled: shop {here}, odoo {there}"));
        }
        for line in &self.lines {
            // What a cancelled order had asked for is history.
            let history = self.cancelled_here && self.cancelled_there;
            if !history && line.ordered != line.ordered_there {
                wrong.push(format!("order {name}: ordered: {line:?}"));
            }
            if line.open != line.open_there {
                wrong.push(format!("order {name}: to be shipped: {line:?}"));
            }
        }
        wrong
    }
}

/// All linked orders.
pub(crate) fn orders(bench: &Bench) -> Vec<Order> {
    let reasons = reasons(bench);
    let parts = bench.links("line_item");
    let linked = bench.links("order").into_iter().map(|link| {
        let shop = of_the_shop(bench, &link.shopify_id);
        let number: i64 = link.odoo_id.parse().unwrap();
        let of = json!([["id", "=", number]]);
        let there = bench
            .rows("sale.order", of, &["state", "note"])
            .into_iter()
            .next();
        let there = there.unwrap_or_else(|| panic!("order {number} is gone from Odoo"));
        let mut rows = of_odoo(bench, number);
        let lines = nodes(&shop["lineItems"]).iter().map(|line| {
            let id = text(&line["id"]).rsplit('/').next().unwrap_or_default();
            let known = parts
                .iter()
                .find(|one| one.parent == Some(link.id) && one.shopify_id == id);
            let known: Option<i64> = known.and_then(|one| one.odoo_id.parse().ok());
            let row = known.and_then(|id| rows.remove(&id)).unwrap_or_default();
            Line {
                shop: id.to_owned(),
                odoo: known,
                variant: text(&line["variant"]["legacyResourceId"]).to_owned(),
                product: row.product,
                ordered: whole(&line["currentQuantity"]),
                open: whole(&line["unfulfilledQuantity"]),
                shipped: shipped(&shop, text(&line["id"])),
                ordered_there: row.ordered,
                open_there: row.open,
                delivered_there: row.delivered,
            }
        });
        let found = |side: Side| reasons.get(&(side, link.id_on(side).to_owned()));
        Order {
            shop: link.shopify_id.clone(),
            cancelled_here: !shop["cancelledAt"].is_null(),
            cancelled_there: there["state"] == "cancel",
            notes: [text(&shop["note"]).to_owned(), plain(text(&there["note"]))],
            lines: lines.collect(),
            reason: found(Side::Shopify).or_else(|| found(Side::Odoo)).cloned(),
        }
    });
    linked.collect()
}

/// Why orders wait or were given up, by side and id.
fn reasons(bench: &Bench) -> BTreeMap<(Side, String), String> {
    let of = WaitingFilter {
        record_type: Some("order".into()),
        ..WaitingFilter::default()
    };
    let waiting = bench.person.waiting(&of, ALL).unwrap().items.into_iter();
    let waiting = waiting.map(|row| {
        let (side, id) = (row.waiting.side, row.waiting.source_id);
        let last = row.waiting.attempts.last().map(|attempt| attempt.code.clone());
        // What is held made no attempt: its line says why.
        let said = || {
            let lines = bench
                .person
                .record_history("order", side, &id, ALL)
                .unwrap()
                .lines;
            lines.items.first().map(|line| line.reason.clone())
        };
        let reason = last.or_else(said).unwrap_or_default();
        ((side, id), reason)
    });
    let of = DeadLetterFilter {
        status: Some(DeadLetterStatus::Open),
        record_type: Some("order".into()),
        ..DeadLetterFilter::default()
    };
    let dead = bench.person.dead_letters(&of, ALL).unwrap().items.into_iter();
    waiting
        .chain(dead.map(|letter| ((letter.side, letter.source_id), letter.code)))
        .collect()
}

fn of_the_shop(bench: &Bench, id: &str) -> Value {
    let query = format!(
        r#"{{ order(id: "gid://shopify/Order/{id}") {{
            note cancelledAt
            lineItems(first: 10) {{ nodes {{
              id currentQuantity unfulfilledQuantity variant {{ legacyResourceId }}
            }} }}
            fulfillments(first: 10) {{
              status fulfillmentLineItems(first: 5) {{ nodes {{ quantity lineItem {{ id }} }} }}
            }}
            refunds(first: 10) {{
              refundLineItems(first: 5) {{ nodes {{ quantity restockType lineItem {{ id }} }} }}
            }}
        }} }}"#
    );
    ask(bench, &query)["order"].clone()
}

/// Units of a line that left the shop, less those that came back.
fn shipped(order: &Value, line: &str) -> i64 {
    let units = |part: &Value| {
        if part["lineItem"]["id"] == line {
            whole(&part["quantity"])
        } else {
            0
        }
    };
    let parcels = order["fulfillments"].as_array().unwrap().iter();
    let parcels = parcels.filter(|parcel| parcel["status"] == "SUCCESS");
    let sent: i64 = parcels
        .flat_map(|parcel| nodes(&parcel["fulfillmentLineItems"]))
        .map(units)
        .sum();
    let refunds = order["refunds"].as_array().unwrap().iter();
    let back: i64 = refunds
        .flat_map(|refund| nodes(&refund["refundLineItems"]))
        .filter(|part| part["restockType"] == "RETURN")
        .map(units)
        .sum();
    sent - back
}

#[derive(Debug, Default)]
struct Row {
    product: String,
    ordered: i64,
    open: i64,
    delivered: i64,
}

/// The lines of an order in Odoo by their ids.
fn of_odoo(bench: &Bench, order: i64) -> BTreeMap<i64, Row> {
    let of = json!([["order_id", "=", order]]);
    let fields = ["product_id", "product_uom_qty", "qty_delivered"];
    let mut rows: BTreeMap<i64, Row> = BTreeMap::new();
    for row in bench.rows("sale.order.line", of, &fields) {
        let line = Row {
            product: row["product_id"][0].to_string(),
            ordered: whole(&row["product_uom_qty"]),
            open: 0,
            delivered: whole(&row["qty_delivered"]),
        };
        rows.insert(row["id"].as_i64().unwrap(), line);
    }
    let open = json!([
        ["sale_line_id.order_id", "=", order],
        ["location_dest_id.usage", "=", "customer"],
        ["state", "not in", ["done", "cancel"]]
    ]);
    for row in bench.rows("stock.move", open, &["sale_line_id", "product_uom_qty"]) {
        let line = row["sale_line_id"][0].as_i64().unwrap();
        rows.entry(line).or_default().open += whole(&row["product_uom_qty"]);
    }
    rows
}

/// A note without the paragraphs that Odoo puts around it.
fn plain(html: &str) -> String {
    html.replace("<p>", "").replace("</p>", "")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
