//! Carrying moves out: stock changes place, what is left over becomes a move of its own.

use rust_decimal::Decimal;

use crate::fault::Res;
use crate::models::stock::location::bypasses;
use crate::models::stock::movement::{MOVE, MOVE_LINE, OPEN, cancel};
use crate::models::stock::{picking, quant, reserve};
use crate::orm::{Command, Env, Vals, Value};

const PRODUCT: &str = "product.product";

/// Carries moves out. With `no_backorder`, what was not picked is cancelled; else it stays open.
pub(super) fn finish(env: &mut Env<'_>, moves: &[i64], no_backorder: bool) -> Res<()> {
    let open = |env: &Env<'_>, id: &i64| OPEN.contains(&env.view().text(MOVE, *id, "state").as_str());
    let moves: Vec<i64> = moves.iter().copied().filter(|id| open(env, id)).collect();
    for id in &moves {
        let view = env.view();
        let none = view.num(MOVE, *id, "quantity") <= Decimal::ZERO || !view.flag(MOVE, *id, "picked");
        let wanted = view.num(MOVE, *id, "product_uom_qty");
        if none && !view.flag(MOVE, *id, "is_inventory") && (no_backorder || wanted.is_zero()) {
            cancel(env, &[*id])?;
        }
    }
    let todo: Vec<i64> = moves
        .into_iter()
        .filter(|id| {
            let view = env.view();
            let counted = view.flag(MOVE, *id, "is_inventory");
            open(env, id)
                && view.flag(MOVE, *id, "picked")
                && (counted || view.num(MOVE, *id, "quantity") > Decimal::ZERO)
        })
        .collect();
    if !no_backorder {
        for id in &todo {
            split(env, *id)?;
        }
    }
    for id in &todo {
        for line in env.view().children(MOVE_LINE, "move_id", *id) {
            carry(env, line)?;
        }
        let now = env.s.now.seconds();
        env.set(
            MOVE,
            *id,
            &[("state", Value::text("done")), ("date", Value::Text(now))],
        );
        picking::refresh_of(env, *id);
    }
    Ok(())
}

/// What a move asked for and does not have becomes another move.
fn split(env: &mut Env<'_>, id: i64) -> Res<()> {
    let view = env.view();
    let (has, wants) = (
        view.num(MOVE, id, "quantity"),
        view.num(MOVE, id, "product_uom_qty"),
    );
    if has >= wants || view.flag(MOVE, id, "is_inventory") {
        return Ok(());
    }
    let Some(row) = env.t.get(MOVE, id).cloned() else {
        return Ok(());
    };
    let mut vals = Vals::new();
    for field in [
        "name",
        "product_id",
        "product_uom",
        "location_id",
        "location_dest_id",
        "picking_id",
        "picking_type_id",
        "partner_id",
        "origin",
        "date",
        "sale_line_id",
        "warehouse_id",
        "sequence",
        "priority",
    ] {
        vals.set(field, row.get(field).clone());
    }
    vals.set("product_uom_qty", wants - has);
    vals.set("state", "confirmed");
    env.set(MOVE, id, &[("product_uom_qty", Value::Num(has))]);
    env.create_one(MOVE, vals)?;
    Ok(())
}

/// One line's goods change place.
fn carry(env: &mut Env<'_>, line: i64) -> Res<()> {
    let view = env.view();
    let quantity = view.num(MOVE_LINE, line, "quantity");
    let product = view.id_of(MOVE_LINE, line, "product_id").unwrap_or(0);
    let from = view.id_of(MOVE_LINE, line, "location_id").unwrap_or(0);
    let to = view.id_of(MOVE_LINE, line, "location_dest_id").unwrap_or(0);
    let lot = view.id_of(MOVE_LINE, line, "lot_id");
    let of = view.id_of(MOVE_LINE, line, "move_id").unwrap_or(0);
    let counted = view.flag(MOVE, of, "is_inventory");
    let now = Value::Text(env.s.now.seconds());
    if view.flag(PRODUCT, product, "is_storable") && !quantity.is_zero() {
        if !bypasses(&view, from) && !counted {
            reserve::give_back(env, line, quantity);
        }
        quant::add(env, product, from, lot, -quantity)?;
        quant::add(env, product, to, lot, quantity)?;
    }
    env.set(MOVE_LINE, line, &[("date", now), ("picked", Value::Bool(true))]);
    Ok(())
}

/// Carries transfers out; what is left of one goes into a transfer of its own.
pub(super) fn finish_pickings(env: &mut Env<'_>, pickings: &[i64], no_backorder: bool) -> Res<()> {
    for id in pickings {
        let moves = env.view().children(MOVE, "picking_id", *id);
        finish(env, &moves, no_backorder)?;
        let now = env.s.now.seconds();
        env.set(
            picking::PICKING,
            *id,
            &[("date_done", Value::Text(now)), ("priority", Value::text("0"))],
        );
        if !no_backorder {
            back_order(env, *id)?;
        }
        picking::refresh(env, *id);
        if let Some(sale) = env.view().id_of(picking::PICKING, *id, "sale_id") {
            crate::models::sale::delivery_moved(env, sale);
        }
    }
    Ok(())
}

fn back_order(env: &mut Env<'_>, id: i64) -> Res<()> {
    let view = env.view();
    let left: Vec<i64> = view
        .children(MOVE, "picking_id", id)
        .into_iter()
        .filter(|m| OPEN.contains(&view.text(MOVE, *m, "state").as_str()))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    let Some(row) = env.t.get(picking::PICKING, id).cloned() else {
        return Ok(());
    };
    let mut vals = Vals::new();
    for field in [
        "origin",
        "note",
        "move_type",
        "location_id",
        "location_dest_id",
        "picking_type_id",
        "partner_id",
        "sale_id",
        "scheduled_date",
        "user_id",
        "priority",
    ] {
        vals.set(field, row.get(field).clone());
    }
    vals.set("backorder_id", id);
    vals.set_commands("move_ids", Vec::<Command>::new());
    let made = env.create_one(picking::PICKING, vals)?;
    for one in &left {
        env.set(
            MOVE,
            *one,
            &[("picking_id", Value::Int(made)), ("picked", Value::Null)],
        );
        for line in env.view().children(MOVE_LINE, "move_id", *one) {
            env.set(
                MOVE_LINE,
                line,
                &[("picking_id", Value::Int(made)), ("picked", Value::Null)],
            );
        }
    }
    for one in &left {
        reserve::reserve(env, *one)?;
    }
    picking::refresh(env, made);
    Ok(())
}
