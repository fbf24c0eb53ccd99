//! Between order and stock: what a confirmed line asks for, and what of it was delivered.

use rust_decimal::Decimal;

use crate::fault::Res;
use crate::models::sale::line_fields::is_goods;
use crate::models::sale::{LINE, ORDER};
use crate::models::stock::{self, MOVE, OPEN, PICKING};
use crate::orm::{Env, Vals, Value, View};

const LOCATION: &str = "stock.location";

/// Sees to it that the moves of these lines ask for what the lines say.
pub(super) fn launch(env: &mut Env<'_>, lines: &[i64]) -> Res<()> {
    if env.s.flag("skip_procurement") {
        return Ok(());
    }
    let mut fresh = Vec::new();
    for line in lines {
        let view = env.view();
        let order = view.id_of(LINE, *line, "order_id").unwrap_or(0);
        let sold = view.text(LINE, *line, "state") == "sale" && !view.flag(ORDER, order, "locked");
        if !sold || !is_goods(&view, *line) {
            continue;
        }
        let more = view.num(LINE, *line, "product_uom_qty") - asked(&view, *line);
        if more > Decimal::ZERO {
            match open_moves(&view, *line).first() {
                Some(open) => {
                    let demand = view.num(MOVE, *open, "product_uom_qty") + more;
                    stock::set_demand(env, *open, demand)?;
                }
                None => fresh.push(ask(env, order, *line, more)?),
            }
        } else if more < Decimal::ZERO {
            lower(env, *line, -more)?;
        }
    }
    stock::confirm(env, &fresh)
}

/// What a line's moves ask for, less what came back.
fn asked(view: &View<'_>, line: i64) -> Decimal {
    let mut sum = Decimal::ZERO;
    for id in view.children(MOVE, "sale_line_id", line) {
        let quantity = match view.text(MOVE, id, "state").as_str() {
            "cancel" => continue,
            "done" => view.num(MOVE, id, "quantity"),
            _ => view.num(MOVE, id, "product_uom_qty"),
        };
        if usage(view, id, "location_dest_id") == "customer" {
            sum += quantity;
        } else if usage(view, id, "location_id") == "customer" && view.flag(MOVE, id, "to_refund") {
            sum -= quantity;
        }
    }
    sum
}

fn usage(view: &View<'_>, id: i64, end: &str) -> String {
    match view.id_of(MOVE, id, end) {
        Some(location) => view.text(LOCATION, location, "usage"),
        None => String::new(),
    }
}

/// A line's outgoing moves that are not over, the newest first.
fn open_moves(view: &View<'_>, line: i64) -> Vec<i64> {
    let mut found: Vec<i64> = view
        .children(MOVE, "sale_line_id", line)
        .into_iter()
        .filter(|id| OPEN.contains(&view.text(MOVE, *id, "state").as_str()))
        .filter(|id| usage(view, *id, "location_dest_id") == "customer")
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

fn lower(env: &mut Env<'_>, line: i64, surplus: Decimal) -> Res<()> {
    let mut surplus = surplus;
    for id in open_moves(&env.view(), line) {
        let demand = env.view().num(MOVE, id, "product_uom_qty");
        let part = surplus.min(demand);
        if part > Decimal::ZERO {
            stock::set_demand(env, id, demand - part)?;
            surplus -= part;
        }
    }
    Ok(())
}

/// A draft move for a line, in the order's open transfer.
fn ask(env: &mut Env<'_>, order: i64, line: i64, quantity: Decimal) -> Res<i64> {
    let view = env.view();
    let warehouse = view.id_of(ORDER, order, "warehouse_id").unwrap_or(0);
    let from = view
        .id_of("stock.warehouse", warehouse, "lot_stock_id")
        .unwrap_or(0);
    let partner = view.get(ORDER, order, "partner_shipping_id");
    let to = partner
        .as_int()
        .and_then(|id| view.id_of("res.partner", id, "property_stock_customer"))
        .unwrap_or(0);
    let kind = view.get("stock.warehouse", warehouse, "out_type_id");
    let origin = origin(&view, order);
    let date = match view.get(ORDER, order, "commitment_date") {
        Value::Null => view.get(ORDER, order, "date_order"),
        date => date,
    };
    let product = view.id_of(LINE, line, "product_id").unwrap_or(0);
    let unit = view.get(LINE, line, "product_uom");
    let label = view.display_name("product.product", product);
    let policy = view.get(ORDER, order, "picking_policy");
    let picking = if let Some(picking) = stock::open_picking(&view, order, from, to) {
        picking
    } else {
        let vals = Vals::new()
            .with("origin", origin.as_str())
            .with("partner_id", partner.clone())
            .with("picking_type_id", kind.clone())
            .with("location_id", from)
            .with("location_dest_id", to)
            .with("move_type", policy)
            .with("scheduled_date", date.clone())
            .with("sale_id", order);
        env.create_one(PICKING, vals)?
    };
    let vals = Vals::new()
        .with("name", label)
        .with("product_id", product)
        .with("product_uom", unit)
        .with("product_uom_qty", quantity)
        .with("location_id", from)
        .with("location_dest_id", to)
        .with("picking_id", picking)
        .with("picking_type_id", kind)
        .with("partner_id", partner)
        .with("origin", origin)
        .with("date", date)
        .with("warehouse_id", warehouse)
        .with("sale_line_id", line);
    env.create_one(MOVE, vals)
}

/// The order's name, with the customer's own reference.
fn origin(view: &View<'_>, order: i64) -> String {
    let name = view.text(ORDER, order, "name");
    match view.text(ORDER, order, "client_order_ref") {
        reference if reference.is_empty() => name,
        reference => format!("{name} - {reference}"),
    }
}

/// A transfer of this order changed: delivered quantities, status and date follow.
pub(crate) fn moved(env: &mut Env<'_>, order: i64) {
    for line in env.view().children(LINE, "order_id", order) {
        let view = env.view();
        if is_goods(&view, line) {
            let quantity = delivered(&view, line);
            env.set(LINE, line, &[("qty_delivered", Value::Num(quantity))]);
        }
    }
    let view = env.view();
    let values = [
        ("delivery_status", status(&view, order)),
        ("effective_date", first_delivery(&view, order)),
    ];
    env.set(ORDER, order, &values);
}

fn delivered(view: &View<'_>, line: i64) -> Decimal {
    let mut sum = Decimal::ZERO;
    for id in view.children(MOVE, "sale_line_id", line) {
        if view.text(MOVE, id, "state") != "done" {
            continue;
        }
        if usage(view, id, "location_dest_id") == "customer" {
            sum += view.num(MOVE, id, "quantity");
        } else if usage(view, id, "location_id") == "customer" && view.flag(MOVE, id, "to_refund") {
            sum -= view.num(MOVE, id, "quantity");
        }
    }
    sum
}

fn status(view: &View<'_>, order: i64) -> Value {
    let pickings = view.children(PICKING, "sale_id", order);
    let states: Vec<String> = pickings
        .iter()
        .map(|id| view.text(PICKING, *id, "state"))
        .collect();
    let done = states.iter().any(|s| s == "done");
    if states.iter().all(|s| s == "cancel") {
        return Value::Null;
    }
    if states.iter().all(|s| matches!(s.as_str(), "done" | "cancel")) {
        return Value::text("full");
    }
    let lines = view.children(LINE, "order_id", order);
    let some = lines
        .iter()
        .any(|line| !view.num(LINE, *line, "qty_delivered").is_zero());
    Value::text(match (done, some) {
        (true, true) => "partial",
        (true, false) => "started",
        (false, _) => "pending",
    })
}

fn first_delivery(view: &View<'_>, order: i64) -> Value {
    let dates = view
        .children(PICKING, "sale_id", order)
        .into_iter()
        .filter(|id| view.text(PICKING, *id, "state") == "done")
        .filter(|id| {
            let to = view.id_of(PICKING, *id, "location_dest_id").unwrap_or(0);
            view.text(LOCATION, to, "usage") == "customer"
        })
        .map(|id| view.text(PICKING, id, "date_done"))
        .filter(|date| !date.is_empty());
    dates.min().map_or(Value::Null, Value::Text)
}
