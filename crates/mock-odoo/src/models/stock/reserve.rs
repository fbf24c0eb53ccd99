//! Reservation: which quants an open move will be taken from.

use rust_decimal::Decimal;

use crate::fault::Res;
use crate::models::stock::location::{LOCATION, bypasses};
use crate::models::stock::movement::{MOVE, MOVE_LINE, OPEN, add_line};
use crate::models::stock::picking;
use crate::models::stock::quant::QUANT;
use crate::orm::{Env, Value, View};

const PRODUCT: &str = "product.product";

/// Whether a move needs no stock: goods that are not tracked, or a source that is not counted.
pub(super) fn is_free(view: &View<'_>, id: i64) -> bool {
    let product = view.id_of(MOVE, id, "product_id").unwrap_or(0);
    bypasses(view, view.id_of(MOVE, id, "location_id").unwrap_or(0))
        || !view.flag(PRODUCT, product, "is_storable")
}

/// The place and everything in it.
fn inside(view: &View<'_>, location: i64) -> Vec<i64> {
    let mut found = vec![location];
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        for child in view.children(LOCATION, "location_id", id) {
            if !found.contains(&child) {
                found.push(child);
            }
        }
        at += 1;
    }
    found
}

/// Quants with something free in a place, first in first out.
fn free_quants(view: &View<'_>, product: i64, location: i64) -> Vec<(i64, Decimal)> {
    let places = inside(view, location);
    let mut quants: Vec<(String, i64, Decimal)> = view
        .t
        .find(QUANT, "product_id", &product.to_string())
        .filter_map(|id| {
            let row = view.row(QUANT, id)?;
            let free = row.num("quantity") - row.num("reserved_quantity");
            let here = row.id("location_id").is_some_and(|l| places.contains(&l));
            (here && free > Decimal::ZERO).then(|| (row.text("in_date").to_owned(), id, free))
        })
        .collect();
    quants.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    quants.into_iter().map(|(_, id, free)| (id, free)).collect()
}

/// Reserves what an open move still lacks, as far as there is stock.
pub(super) fn reserve(env: &mut Env<'_>, id: i64) -> Res<()> {
    let view = env.view();
    if !OPEN.contains(&view.text(MOVE, id, "state").as_str()) {
        return Ok(());
    }
    let missing = view.num(MOVE, id, "product_uom_qty") - view.num(MOVE, id, "quantity");
    if missing > Decimal::ZERO {
        take(env, id, missing)?;
    }
    refresh_state(env, id);
    Ok(())
}

/// Takes up to this much more for a move; answers what was found.
fn take(env: &mut Env<'_>, id: i64, wanted: Decimal) -> Res<Decimal> {
    let view = env.view();
    let source = view.id_of(MOVE, id, "location_id").unwrap_or(0);
    let product = view.id_of(MOVE, id, "product_id").unwrap_or(0);
    if is_free(&view, id) {
        grow(env, id, source, None, wanted)?;
        return Ok(wanted);
    }
    let mut left = wanted;
    for (quant, free) in free_quants(&view, product, source) {
        let part = left.min(free);
        if part <= Decimal::ZERO {
            break;
        }
        let view = env.view();
        let place = view.id_of(QUANT, quant, "location_id").unwrap_or(source);
        let lot = view.id_of(QUANT, quant, "lot_id");
        let reserved = view.num(QUANT, quant, "reserved_quantity") + part;
        env.set(QUANT, quant, &[("reserved_quantity", Value::Num(reserved))]);
        grow(env, id, place, lot, part)?;
        left -= part;
    }
    Ok(wanted - left)
}

/// Adds to the move's line of this place, or makes one.
fn grow(env: &mut Env<'_>, id: i64, place: i64, lot: Option<i64>, quantity: Decimal) -> Res<()> {
    let view = env.view();
    let same = view.children(MOVE_LINE, "move_id", id).into_iter().find(|line| {
        view.id_of(MOVE_LINE, *line, "location_id") == Some(place)
            && view.id_of(MOVE_LINE, *line, "lot_id") == lot
    });
    match same {
        Some(line) => {
            let now = view.num(MOVE_LINE, line, "quantity") + quantity;
            env.set(MOVE_LINE, line, &[("quantity", Value::Num(now))]);
        }
        None => {
            add_line(env, id, place, lot, quantity)?;
        }
    }
    Ok(())
}

/// Gives back what a line had reserved.
pub(super) fn give_back(env: &mut Env<'_>, line: i64, quantity: Decimal) {
    let view = env.view();
    let product = view.id_of(MOVE_LINE, line, "product_id").unwrap_or(0);
    let place = view.id_of(MOVE_LINE, line, "location_id").unwrap_or(0);
    if bypasses(&view, place) || !view.flag(PRODUCT, product, "is_storable") {
        return;
    }
    let lot = view.id_of(MOVE_LINE, line, "lot_id");
    if let Some(quant) = super::quant::at(&view, product, place, lot) {
        let left = (view.num(QUANT, quant, "reserved_quantity") - quantity).max(Decimal::ZERO);
        env.set(QUANT, quant, &[("reserved_quantity", Value::Num(left))]);
    }
}

/// Gives back all that an open move has reserved.
pub(super) fn release(env: &mut Env<'_>, id: i64) -> Res<()> {
    for line in env.view().children(MOVE_LINE, "move_id", id) {
        let quantity = env.view().num(MOVE_LINE, line, "quantity");
        give_back(env, line, quantity);
        env.unlink(MOVE_LINE, &[line])?;
    }
    refresh_state(env, id);
    Ok(())
}

/// Sets a move's quantity: more is reserved (or just taken, where there is no stock), less is given back.
pub(super) fn set_quantity(env: &mut Env<'_>, id: i64, quantity: Decimal) -> Res<()> {
    let view = env.view();
    let before = view.num(MOVE, id, "quantity");
    if quantity > before {
        let found = take(env, id, quantity - before)?;
        let short = quantity - before - found;
        if short > Decimal::ZERO {
            let source = env.view().id_of(MOVE, id, "location_id").unwrap_or(0);
            grow(env, id, source, None, short)?;
        }
    } else {
        let mut surplus = before - quantity;
        let mut lines = view.children(MOVE_LINE, "move_id", id);
        lines.reverse();
        for line in lines {
            let has = env.view().num(MOVE_LINE, line, "quantity");
            let part = surplus.min(has);
            if part <= Decimal::ZERO {
                break;
            }
            give_back(env, line, part);
            if part == has {
                env.unlink(MOVE_LINE, &[line])?;
            } else {
                env.set(MOVE_LINE, line, &[("quantity", Value::Num(has - part))]);
            }
            surplus -= part;
        }
    }
    refresh_state(env, id);
    Ok(())
}

/// An open move's state after its reservation.
pub(super) fn refresh_state(env: &mut Env<'_>, id: i64) {
    let view = env.view();
    if !OPEN.contains(&view.text(MOVE, id, "state").as_str()) {
        return;
    }
    let (has, wants) = (
        view.num(MOVE, id, "quantity"),
        view.num(MOVE, id, "product_uom_qty"),
    );
    let state = if has >= wants {
        "assigned"
    } else if has > Decimal::ZERO {
        "partially_available"
    } else {
        "confirmed"
    };
    env.set(MOVE, id, &[("state", Value::text(state))]);
    picking::refresh_of(env, id);
}
