//! Moves: so much of a product from one place to another, planned and done.

use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::models::stock::location::{LOCATION, bypasses};
use crate::models::stock::{picking, reserve};
use crate::orm::make::{bool, char, datetime, float, int, m2m, m2o, o2m, selection, text};
use crate::orm::{Env, Field, Logic, Model, OnDelete, Vals, Value, View};

pub(crate) const MOVE: &str = "stock.move";
pub(crate) const MOVE_LINE: &str = "stock.move.line";

/// States of moves that are confirmed and not over.
pub(crate) const OPEN: [&str; 4] = ["waiting", "confirmed", "partially_available", "assigned"];

const STATES: &[(&str, &str)] = &[
    ("draft", "New"),
    ("waiting", "Waiting Another Move"),
    ("confirmed", "Waiting Availability"),
    ("partially_available", "Partially Available"),
    ("assigned", "Available"),
    ("done", "Done"),
    ("cancel", "Cancelled"),
];

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(MOVE, "Stock Move", move_fields())
            .order("sequence, id")
            .rec_name("reference")
            .ondelete(&[
                ("picking_id", OnDelete::SetNull),
                ("sale_line_id", OnDelete::SetNull),
            ])
            .logic(&Move),
        Model::new(MOVE_LINE, "Product Moves (Stock Move Line)", line_fields())
            .order("result_package_id desc, id")
            .rec_name("product_id")
            .ondelete(&[("move_id", OnDelete::Cascade)])
            .logic(&Line),
    ]
}

fn move_fields() -> Vec<Field> {
    vec![
        char("name", "Description").required(),
        int("sequence", "Sequence").default(|_| Value::Int(10)),
        selection("priority", "Priority", &[("0", "Normal"), ("1", "Urgent")]).default(|_| Value::text("0")),
        datetime("date", "Date Scheduled")
            .required()
            .default(|view| Value::Text(view.s.now.seconds())),
        datetime("date_deadline", "Deadline").readonly(),
        m2o("company_id", "res.company", "Company")
            .required()
            .default(|_| Value::Int(1)),
        m2o("product_id", "product.product", "Product").required().index(),
        text("description_picking", "Description of Picking"),
        float("product_qty", "Real Quantity")
            .related("product_uom_qty")
            .stored(),
        float("product_uom_qty", "Demand")
            .required()
            .default(|_| Value::Num(Decimal::ONE)),
        m2o("product_uom", "uom.uom", "UoM")
            .required()
            .precompute(|_| Value::Int(1)),
        m2o("product_tmpl_id", "product.template", "Product Template").related("product_id.product_tmpl_id"),
        m2o("location_id", LOCATION, "Source Location").required(),
        m2o("location_dest_id", LOCATION, "Intermediate Location").required(),
        m2o("location_final_id", LOCATION, "Final Location"),
        m2o("partner_id", "res.partner", "Destination Address"),
        m2m("move_dest_ids", MOVE, "Destination Moves").empty(),
        m2m("move_orig_ids", MOVE, "Original Move").empty(),
        m2o("picking_id", picking::PICKING, "Transfer").index(),
        selection("state", "Status", STATES)
            .readonly()
            .default(|_| Value::text("draft"))
            .no_copy(),
        bool("picked", "Picked").no_copy(),
        float("price_unit", "Unit Price"),
        m2o("backorder_id", picking::PICKING, "Back Order of").related("picking_id.backorder_id"),
        char("origin", "Source Document"),
        selection(
            "procure_method",
            "Supply Method",
            &[
                ("make_to_stock", "Default: Take From Stock"),
                ("make_to_order", "Advanced: Apply Procurement Rules"),
            ],
        )
        .required()
        .default(|_| Value::text("make_to_stock")),
        bool("scrapped", "Scrapped"),
        m2o("group_id", "procurement.group", "Procurement Group").empty(),
        m2o("rule_id", "stock.rule", "Stock Rule").empty(),
        bool("propagate_cancel", "Propagate cancel and split").default(|_| Value::Bool(true)),
        m2o("picking_type_id", "stock.picking.type", "Operation Type"),
        bool("is_inventory", "Inventory"),
        o2m("move_line_ids", MOVE_LINE, "move_id", "Move Line").no_copy(),
        m2o("origin_returned_move_id", MOVE, "Origin return move"),
        float("availability", "Forecasted Quantity").compute(|view, id| Value::Num(availability(view, id))),
        m2o("warehouse_id", "stock.warehouse", "Warehouse"),
        float("quantity", "Quantity")
            .compute_stored(quantity)
            .inverse(set_quantity),
        char("reference", "Reference").compute_stored(reference),
        float("forecast_availability", "Forecast Availability")
            .compute(|view, id| Value::Num(availability(view, id))),
        m2o("sale_line_id", "sale.order.line", "Sale Line"),
        bool("to_refund", "Update quantities on SO/PO").default(|_| Value::Bool(false)),
    ]
}

fn line_fields() -> Vec<Field> {
    vec![
        m2o("picking_id", picking::PICKING, "Transfer"),
        m2o("move_id", MOVE, "Stock Operation"),
        m2o("company_id", "res.company", "Company")
            .required()
            .default(|_| Value::Int(1)),
        m2o("product_id", "product.product", "Product").required(),
        m2o("product_uom_id", "uom.uom", "Unit of Measure")
            .required()
            .precompute(|_| Value::Int(1)),
        float("quantity", "Quantity"),
        float("quantity_product_uom", "Quantity in Product UoM")
            .related("quantity")
            .stored(),
        bool("picked", "Picked"),
        m2o("lot_id", "stock.lot", "Lot/Serial Number"),
        char("lot_name", "Lot/Serial Number Name"),
        m2o("result_package_id", "stock.quant.package", "Destination Package").empty(),
        datetime("date", "Date")
            .required()
            .default(|view| Value::Text(view.s.now.seconds())),
        m2o("location_id", LOCATION, "From").required(),
        m2o("location_dest_id", LOCATION, "To").required(),
        selection("state", "Status", STATES)
            .related("move_id.state")
            .stored(),
        char("reference", "Reference")
            .related("move_id.reference")
            .stored(),
        char("origin", "Source").related("move_id.origin"),
        m2o("quant_id", "stock.quant", "Pick From").empty().not_stored(),
    ]
}

/// What a move has in its lines: reserved, or done.
fn quantity(view: &View<'_>, id: i64) -> Value {
    let lines = view.children(MOVE_LINE, "move_id", id);
    Value::Num(lines.iter().map(|l| view.num(MOVE_LINE, *l, "quantity")).sum())
}

fn reference(view: &View<'_>, id: i64) -> Value {
    match view.id_of(MOVE, id, "picking_id") {
        Some(picking) if !view.flag(MOVE, id, "is_inventory") => view.get(picking::PICKING, picking, "name"),
        _ => view.get(MOVE, id, "name"),
    }
}

/// What the forecast says of a move: all of it where it is reserved.
fn availability(view: &View<'_>, id: i64) -> Decimal {
    match view.text(MOVE, id, "state").as_str() {
        "done" | "assigned" => view.num(MOVE, id, "product_uom_qty"),
        "draft" | "cancel" => Decimal::ZERO,
        _ => view.num(MOVE, id, "quantity"),
    }
}

fn set_quantity(env: &mut Env<'_>, ids: &[i64], value: &Value) -> Res<()> {
    for id in ids {
        reserve::set_quantity(env, *id, value.as_num())?;
    }
    Ok(())
}

struct Move;

impl Logic for Move {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        let origin = match view.id_of(model.name, id, "picking_id") {
            Some(picking) => view.text(picking::PICKING, picking, "origin"),
            None => String::new(),
        };
        let product = view.id_of(model.name, id, "product_id").unwrap_or(0);
        let code = view.text("product.product", product, "default_code");
        let place = |field: &str| match view.id_of(model.name, id, field) {
            Some(location) => view.text(LOCATION, location, "name"),
            None => String::new(),
        };
        let origin = if origin.is_empty() {
            origin
        } else {
            format!("{origin}/")
        };
        let code = if code.is_empty() {
            code
        } else {
            format!("{code}: ")
        };
        format!(
            "{origin}{code}{}>{}",
            place("location_id"),
            place("location_dest_id")
        )
    }

    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        let view = env.view();
        if let Some(picking) = vals.id("picking_id") {
            for field in [
                "location_id",
                "location_dest_id",
                "picking_type_id",
                "partner_id",
                "origin",
            ] {
                if !vals.has(field) {
                    vals.set(field, view.get(picking::PICKING, picking, field));
                }
            }
        }
        if let Some(product) = vals.id("product_id") {
            if !vals.has("name") {
                vals.set("name", view.display_name("product.product", product));
            }
            if vals.id("product_uom") == Some(1) {
                vals.set("product_uom", view.get("product.product", product, "uom_id"));
            }
        }
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], list: &[Vals]) -> Res<()> {
        for (id, vals) in ids.iter().zip(list) {
            if let Some(quantity) = vals.get("quantity").map(Value::as_num)
                && !quantity.is_zero()
                && env.view().children(MOVE_LINE, "move_id", *id).is_empty()
            {
                reserve::set_quantity(env, *id, quantity)?;
            }
            picking::refresh_of(env, *id);
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        let demand = vals.has("product_uom_qty");
        let picked = vals.get("picked").cloned();
        let shrinks: Vec<i64> = ids
            .iter()
            .copied()
            .filter(|id| {
                demand && env.view().num(MOVE, *id, "quantity") > vals.value("product_uom_qty").as_num()
            })
            .filter(|id| OPEN.contains(&env.view().text(MOVE, *id, "state").as_str()))
            .collect();
        for id in &shrinks {
            reserve::release(env, *id)?;
        }
        env.update(model, ids, &vals)?;
        for id in ids {
            if let Some(picked) = &picked {
                for line in env.view().children(MOVE_LINE, "move_id", *id) {
                    env.set(MOVE_LINE, line, &[("picked", picked.clone())]);
                }
            }
            if demand && OPEN.contains(&env.view().text(MOVE, *id, "state").as_str()) {
                reserve::reserve(env, *id)?;
            }
            picking::refresh_of(env, *id);
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        if ids
            .iter()
            .any(|id| !matches!(env.view().text(MOVE, *id, "state").as_str(), "draft" | "cancel"))
        {
            return Err(Fault::user("You can only delete draft or cancelled moves."));
        }
        env.delete(model, ids)
    }
}

struct Line;

impl Logic for Line {
    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if let Some(of) = vals.id("move_id") {
            let view = env.view();
            for field in ["product_id", "location_id", "location_dest_id", "picking_id"] {
                if !vals.has(field) {
                    vals.set(field, view.get(MOVE, of, field));
                }
            }
        }
        Ok(())
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        for id in ids {
            let Some(of) = env.view().id_of(MOVE_LINE, *id, "move_id") else {
                continue;
            };
            if vals.has("picked") {
                let lines = env.view().children(MOVE_LINE, "move_id", of);
                let picked = lines.iter().any(|l| env.view().flag(MOVE_LINE, *l, "picked"));
                env.set(MOVE, of, &[("picked", Value::Bool(picked))]);
            }
            reserve::refresh_state(env, of);
        }
        Ok(())
    }
}

/// A line of a move, without any reservation.
pub(super) fn add_line(
    env: &mut Env<'_>,
    of: i64,
    from: i64,
    lot: Option<i64>,
    quantity: Decimal,
) -> Res<i64> {
    let view = env.view();
    let vals = Vals::new()
        .with("move_id", of)
        .with("location_id", from)
        .with("lot_id", Value::id(lot))
        .with("quantity", quantity)
        .with("picked", view.flag(MOVE, of, "picked"));
    let model = env.model(MOVE_LINE)?;
    let made = env.insert(model, vec![vals])?;
    made.first()
        .copied()
        .ok_or_else(|| Fault::value("no line was made"))
}

/// Draft moves are confirmed and reserved.
pub(crate) fn confirm(env: &mut Env<'_>, ids: &[i64]) -> Res<()> {
    for id in ids {
        if env.view().text(MOVE, *id, "state") == "draft" {
            env.set(MOVE, *id, &[("state", Value::text("confirmed"))]);
        }
    }
    for id in ids {
        let view = env.view();
        let at_once = match view.id_of(MOVE, *id, "picking_type_id") {
            Some(kind) => view.text("stock.picking.type", kind, "reservation_method") == "at_confirm",
            None => true,
        };
        let free = bypasses(&view, view.id_of(MOVE, *id, "location_id").unwrap_or(0));
        if (at_once || free) && view.text(MOVE, *id, "state") == "confirmed" {
            reserve::reserve(env, *id)?;
        }
        picking::refresh_of(env, *id);
    }
    Ok(())
}

/// Cancels moves that are not over.
pub(crate) fn cancel(env: &mut Env<'_>, ids: &[i64]) -> Res<()> {
    if ids.iter().any(|id| env.view().text(MOVE, *id, "state") == "done") {
        return Err(Fault::user(
            "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to reverse the moves \
             which took place.",
        ));
    }
    for id in ids {
        if env.view().text(MOVE, *id, "state") == "cancel" {
            continue;
        }
        reserve::release(env, *id)?;
        env.set(
            MOVE,
            *id,
            &[("state", Value::text("cancel")), ("picked", Value::Null)],
        );
        picking::refresh_of(env, *id);
    }
    Ok(())
}

/// Changes what an open move asks for; nothing left cancels it.
pub(crate) fn set_demand(env: &mut Env<'_>, id: i64, demand: Decimal) -> Res<()> {
    if demand <= Decimal::ZERO {
        env.set(MOVE, id, &[("product_uom_qty", Value::Num(Decimal::ZERO))]);
        return cancel(env, &[id]);
    }
    env.write(MOVE, &[id], Vals::new().with("product_uom_qty", demand))
}
