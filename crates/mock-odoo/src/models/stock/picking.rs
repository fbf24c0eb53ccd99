//! Transfers: moves that go together.

use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::models::stock::location::LOCATION;
use crate::models::stock::movement::{MOVE, MOVE_LINE, OPEN, cancel, confirm};
use crate::models::stock::{done, reserve};
use crate::orm::make::{bool, char, datetime, html, m2m, m2o, o2m, selection};
use crate::orm::{Env, Field, Logic, Method, Model, OnDelete, Vals, Value, View};
use crate::py::Py;

pub(crate) const PICKING: &str = "stock.picking";
const TYPE: &str = "stock.picking.type";
const WIZARD: &str = "stock.backorder.confirmation";

const METHODS: &[Method] = &[
    Method::button("action_confirm", action_confirm),
    Method::button("action_assign", action_assign),
    Method::button("button_validate", button_validate),
    Method::button("action_cancel", action_cancel),
    Method::button("do_unreserve", do_unreserve),
];

const WIZARD_METHODS: &[Method] = &[
    Method::button("process", process),
    Method::button("process_cancel_backorder", process_without),
];

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(PICKING, "Transfer", fields())
            .order("priority desc, scheduled_date asc, id desc")
            .ondelete(&[("backorder_id", OnDelete::SetNull)])
            .methods(METHODS)
            .logic(&Picking),
        Model::new(
            WIZARD,
            "Backorder Confirmation",
            vec![
                m2m("pick_ids", PICKING, "Pick"),
                bool("show_transfers", "Show Transfers"),
            ],
        )
        .transient()
        .rec_name("id")
        .methods(WIZARD_METHODS),
    ]
}

fn fields() -> Vec<Field> {
    let mut fields = crate::models::mail::thread();
    fields.extend([
        char("name", "Reference")
            .readonly()
            .no_copy()
            .default(|_| Value::text("/")),
        char("origin", "Source Document"),
        html("note", "Notes"),
        m2o("backorder_id", PICKING, "Back Order of").readonly().no_copy(),
        o2m("backorder_ids", PICKING, "backorder_id", "Back Orders").no_copy(),
        selection(
            "move_type",
            "Shipping Policy",
            &[
                ("direct", "As soon as possible"),
                ("one", "When all products are ready"),
            ],
        )
        .default(|_| Value::text("direct")),
        selection(
            "state",
            "Status",
            &[
                ("draft", "Draft"),
                ("waiting", "Waiting Another Operation"),
                ("confirmed", "Waiting"),
                ("assigned", "Ready"),
                ("done", "Done"),
                ("cancel", "Cancelled"),
            ],
        )
        .readonly()
        .no_copy()
        .precompute(|_| Value::text("draft")),
        m2o("group_id", "procurement.group", "Procurement Group")
            .empty()
            .readonly(),
        selection("priority", "Priority", &[("0", "Normal"), ("1", "Urgent")]).default(|_| Value::text("0")),
        datetime("scheduled_date", "Scheduled Date").precompute(|view| Value::Text(view.s.now.seconds())),
        datetime("date_deadline", "Deadline").readonly(),
        datetime("date", "Creation Date").related("create_date").stored(),
        datetime("date_done", "Date of Transfer").readonly().no_copy(),
        m2o("location_id", LOCATION, "Source Location").required(),
        m2o("location_dest_id", LOCATION, "Destination Location").required(),
        o2m("move_ids", MOVE, "picking_id", "Stock Moves").copied(),
        o2m("move_ids_without_package", MOVE, "picking_id", "Stock move").no_copy(),
        m2o("picking_type_id", TYPE, "Operation Type").required(),
        selection(
            "picking_type_code",
            "Type of Operation",
            &[
                ("incoming", "Receipt"),
                ("outgoing", "Delivery"),
                ("internal", "Internal Transfer"),
            ],
        )
        .related("picking_type_id.code"),
        m2o("partner_id", "res.partner", "Contact"),
        m2o("company_id", "res.company", "Company")
            .related("picking_type_id.company_id")
            .stored(),
        m2o("user_id", "res.users", "Responsible").plain_fk(),
        o2m("move_line_ids", MOVE_LINE, "picking_id", "Operations").no_copy(),
        bool("is_locked", "Is Locked").default(|_| Value::Bool(true)),
        bool("printed", "Printed").no_copy(),
        m2o("sale_id", "sale.order", "Sales Order"),
    ]);
    fields
}

struct Picking;

impl Logic for Picking {
    fn prepare(&self, env: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        let view = env.view();
        let Some(kind) = vals.id("picking_type_id") else {
            return Ok(());
        };
        for (field, default) in [
            ("location_id", "default_location_src_id"),
            ("location_dest_id", "default_location_dest_id"),
        ] {
            if !vals.has(field) {
                vals.set(field, view.get(TYPE, kind, default));
            }
        }
        let sequence = view.id_of(TYPE, kind, "sequence_id");
        if vals
            .get("name")
            .is_none_or(|n| *n == Value::text("/") || !n.truthy())
            && let Some(number) = sequence.and_then(|s| next_number(env, s))
        {
            vals.set("name", number);
        }
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], _: &[Vals]) -> Res<()> {
        for id in ids {
            refresh(env, *id);
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        for id in ids {
            let moves = env.view().children(MOVE, "picking_id", *id);
            cancel(env, &moves)?;
            env.unlink(MOVE, &moves)?;
        }
        env.delete(model, ids)
    }

    fn class_of(&self, method: &str) -> &'static str {
        match method {
            "create" | "write" => "Picking",
            _ => "BaseModel",
        }
    }
}

fn next_number(env: &mut Env<'_>, sequence: i64) -> Option<String> {
    crate::models::next_number(env, sequence)
}

/// The open transfer of an order between these places, to which further moves are added.
pub(crate) fn open_picking(view: &View<'_>, sale: i64, from: i64, to: i64) -> Option<i64> {
    view.children(PICKING, "sale_id", sale).into_iter().find(|id| {
        let state = view.text(PICKING, *id, "state");
        matches!(state.as_str(), "draft" | "confirmed" | "waiting" | "assigned")
            && view.id_of(PICKING, *id, "location_id") == Some(from)
            && view.id_of(PICKING, *id, "location_dest_id") == Some(to)
            && !view.flag(PICKING, *id, "printed")
    })
}

/// Brings the state of a move's transfer up to date.
pub(super) fn refresh_of(env: &mut Env<'_>, of: i64) {
    if let Some(picking) = env.view().id_of(MOVE, of, "picking_id") {
        refresh(env, picking);
    }
}

/// A transfer's state and date follow its moves, and its order follows it.
pub(super) fn refresh(env: &mut Env<'_>, id: i64) {
    let view = env.view();
    let moves = view.children(MOVE, "picking_id", id);
    let states: Vec<String> = moves.iter().map(|m| view.text(MOVE, *m, "state")).collect();
    let mut values = vec![("state", Value::text(state_of(&view, id, &moves, &states)))];
    let open = moves
        .iter()
        .zip(&states)
        .filter(|(_, s)| !matches!(s.as_str(), "cancel" | "done"));
    if let Some(first) = open.map(|(m, _)| view.text(MOVE, *m, "date")).min() {
        values.push(("scheduled_date", Value::Text(first)));
    }
    let sale = view.id_of(PICKING, id, "sale_id");
    let before = view.text(PICKING, id, "state");
    env.set(PICKING, id, &values);
    if let Some(sale) = sale.filter(|_| env.view().text(PICKING, id, "state") != before) {
        crate::models::sale::delivery_moved(env, sale);
    }
}

fn state_of(view: &View<'_>, id: i64, moves: &[i64], states: &[String]) -> &'static str {
    let all = |wanted: &[&str]| states.iter().all(|s| wanted.contains(&s.as_str()));
    if states.is_empty() || states.iter().any(|s| s == "draft") {
        return if states.is_empty() && view.text(PICKING, id, "state") == "cancel" {
            "cancel"
        } else {
            "draft"
        };
    }
    if all(&["cancel"]) {
        return "cancel";
    }
    if all(&["cancel", "done"]) {
        return "done";
    }
    let rank = |state: &str| match state {
        "assigned" => 4,
        "waiting" => 3,
        "partially_available" => 2,
        "confirmed" => 1,
        _ => 0,
    };
    let mut todo: Vec<(i32, Decimal, &str)> = moves
        .iter()
        .zip(states)
        .filter(|(_, s)| !matches!(s.as_str(), "cancel" | "done"))
        .map(|(m, s)| (rank(s), view.num(MOVE, *m, "product_uom_qty"), s.as_str()))
        .collect();
    todo.sort_by_key(|a| (a.0, a.1));
    let (Some(first), Some(last)) = (todo.first(), todo.last()) else {
        return "assigned";
    };
    let relevant = if view.text(PICKING, id, "move_type") == "one" {
        if matches!(first.2, "partially_available" | "confirmed") {
            "confirmed"
        } else {
            first.2
        }
    } else if first.2 != "assigned"
        && todo
            .iter()
            .any(|t| matches!(t.2, "assigned" | "partially_available"))
    {
        "partially_available"
    } else {
        last.2
    };
    match relevant {
        "partially_available" | "assigned" => "assigned",
        "waiting" => "waiting",
        _ => "confirmed",
    }
}

fn moves_of(env: &Env<'_>, ids: &[i64]) -> Vec<i64> {
    ids.iter()
        .flat_map(|id| env.view().children(MOVE, "picking_id", *id))
        .collect()
}

fn action_confirm(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let moves = moves_of(env, ids);
    confirm(env, &moves)?;
    Ok(Py::Bool(true))
}

fn action_assign(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let moves = moves_of(env, ids);
    confirm(env, &moves)?;
    let open: Vec<i64> = moves
        .into_iter()
        .filter(|m| OPEN.contains(&env.view().text(MOVE, *m, "state").as_str()))
        .collect();
    if open.is_empty() {
        return Err(Fault::user("Nothing to check the availability for."));
    }
    for id in open {
        reserve::reserve(env, id)?;
    }
    Ok(Py::Bool(true))
}

fn action_cancel(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    cancel_pickings(env, ids)?;
    Ok(Py::Bool(true))
}

/// Cancels transfers with their moves.
pub(crate) fn cancel_pickings(env: &mut Env<'_>, ids: &[i64]) -> Res<()> {
    let moves = moves_of(env, ids);
    cancel(env, &moves)?;
    for id in ids {
        if env.view().children(MOVE, "picking_id", *id).is_empty() {
            env.set(PICKING, *id, &[("state", Value::text("cancel"))]);
        }
    }
    Ok(())
}

fn do_unreserve(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    for id in moves_of(env, ids) {
        if OPEN.contains(&env.view().text(MOVE, id, "state").as_str()) {
            reserve::release(env, id)?;
        }
    }
    Ok(Py::None)
}

fn button_validate(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let drafts: Vec<i64> = ids
        .iter()
        .copied()
        .filter(|id| env.view().text(PICKING, *id, "state") == "draft")
        .collect();
    for id in moves_of(env, &drafts) {
        confirm(env, &[id])?;
        let view = env.view();
        let wanted = view.num(MOVE, id, "product_uom_qty");
        if view.num(MOVE, id, "quantity").is_zero() && !wanted.is_zero() {
            reserve::set_quantity(env, id, wanted)?;
        }
    }
    check(env, ids)?;
    for id in ids {
        let moves = env.view().children(MOVE, "picking_id", *id);
        if moves.iter().all(|m| !env.view().flag(MOVE, *m, "picked")) {
            for one in moves {
                env.write(MOVE, &[one], Vals::new().with("picked", true))?;
            }
        }
    }
    if !env.s.flag("skip_backorder") {
        let short: Vec<i64> = ids
            .iter()
            .copied()
            .filter(|id| is_short(&env.view(), *id))
            .collect();
        if !short.is_empty() {
            return Ok(ask(env, ids, &short));
        }
    }
    let without: Vec<i64> = env
        .s
        .ctx("picking_ids_not_to_backorder")
        .and_then(Py::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Py::as_int)
        .collect();
    let (none, some): (Vec<i64>, Vec<i64>) = ids.iter().partition(|id| {
        let kind = env.view().id_of(PICKING, **id, "picking_type_id").unwrap_or(0);
        match env.view().text(TYPE, kind, "create_backorder").as_str() {
            "never" => true,
            "always" => false,
            _ => without.contains(id),
        }
    });
    done::finish_pickings(env, &none, true)?;
    done::finish_pickings(env, &some, false)?;
    Ok(Py::Bool(true))
}

fn check(env: &Env<'_>, ids: &[i64]) -> Res<()> {
    let view = env.view();
    for id in ids {
        let moves = view.children(MOVE, "picking_id", *id);
        if moves.is_empty() {
            return Err(Fault::user("Please add some items to move."));
        }
        let open = moves
            .iter()
            .filter(|m| !matches!(view.text(MOVE, **m, "state").as_str(), "done" | "cancel"));
        if open.map(|m| view.num(MOVE, *m, "quantity")).all(|q| q.is_zero()) {
            return Err(Fault::user(
                "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode \
                 quantities.",
            ));
        }
    }
    Ok(())
}

/// Whether a transfer would leave something over.
fn is_short(view: &View<'_>, id: i64) -> bool {
    let kind = view.id_of(PICKING, id, "picking_type_id").unwrap_or(0);
    if view.text(TYPE, kind, "create_backorder") != "ask" {
        return false;
    }
    view.children(MOVE, "picking_id", id).iter().any(|m| {
        let wanted = view.num(MOVE, *m, "product_uom_qty");
        let picked = view.flag(MOVE, *m, "picked");
        let has = if picked {
            view.num(MOVE, *m, "quantity")
        } else {
            Decimal::ZERO
        };
        view.text(MOVE, *m, "state") != "cancel" && ((!wanted.is_zero() && !picked) || has < wanted)
    })
}

/// The question what shall become of the rest.
fn ask(env: &Env<'_>, ids: &[i64], short: &[i64]) -> Py {
    const VIEW: i64 = 891;
    let mut context = env.s.context.as_dict().unwrap_or_default().to_vec();
    if !context.iter().any(|(k, _)| k == "button_validate_picking_ids") {
        context.push(("button_validate_picking_ids".to_owned(), Py::ids(ids)));
    }
    context.push(("default_show_transfers".to_owned(), Py::Bool(ids.len() > 1)));
    let links = short.iter().map(|id| Py::ids(&[4, *id])).collect();
    context.push(("default_pick_ids".to_owned(), Py::List(links)));
    Py::dict([
        ("name", Py::str("Create Backorder?")),
        ("type", Py::str("ir.actions.act_window")),
        ("view_mode", Py::str("form")),
        ("res_model", Py::str(WIZARD)),
        (
            "views",
            Py::List(vec![Py::List(vec![Py::Int(VIEW), Py::str("form")])]),
        ),
        ("view_id", Py::Int(VIEW)),
        ("target", Py::str("new")),
        ("context", Py::Dict(context)),
    ])
}

/// The transfers a wizard is about: those of the context, which is how the button was reached.
fn asked(env: &Env<'_>) -> Vec<i64> {
    let given = env
        .s
        .ctx("button_validate_picking_ids")
        .and_then(Py::as_list)
        .unwrap_or_default();
    given
        .iter()
        .filter_map(Py::as_int)
        .filter(|id| env.view().exists(PICKING, *id))
        .collect()
}

fn process(env: &mut Env<'_>, _: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let ids = asked(env);
    if ids.is_empty() {
        return Ok(Py::Bool(true));
    }
    env.with_ctx(&[("skip_backorder", Py::Bool(true))], |env| {
        button_validate(env, &ids, &[])
    })
}

fn process_without(env: &mut Env<'_>, wizards: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let ids = asked(env);
    let view = env.view();
    let named: Vec<i64> = wizards
        .iter()
        .flat_map(|w| view.get(WIZARD, *w, "pick_ids").as_ids().to_vec())
        .collect();
    if ids.is_empty() {
        return Ok(Py::Bool(true));
    }
    let context = [
        ("skip_backorder", Py::Bool(true)),
        ("picking_ids_not_to_backorder", Py::ids(&named)),
    ];
    env.with_ctx(&context, |env| button_validate(env, &ids, &[]))
}
