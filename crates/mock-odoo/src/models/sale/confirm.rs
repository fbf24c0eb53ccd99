//! The buttons of an order.

use crate::fault::{Class, Fault, Res};
use crate::models::sale::{LINE, ORDER, delivery, line, totals};
use crate::models::stock::{self, PICKING};
use crate::orm::{Env, Method, Vals, Value};
use crate::py::{Py, tuple_repr};

pub(super) const METHODS: &[Method] = &[
    Method::button("action_confirm", action_confirm),
    Method::button("action_cancel", action_cancel),
    Method::button("action_draft", action_draft),
    Method::button("action_quotation_sent", action_quotation_sent),
    Method::button("action_lock", action_lock),
    Method::button("action_unlock", action_unlock),
    Method::button("action_update_prices", action_update_prices),
];

/// The cancel window's ids in a fresh database.
const CANCEL_VIEW: i64 = 1124;
const CANCEL_TEMPLATE: i64 = 14;

fn states(env: &Env<'_>, ids: &[i64]) -> Vec<String> {
    let view = env.view();
    ids.iter().map(|id| view.text(ORDER, *id, "state")).collect()
}

fn action_confirm(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    for id in ids {
        let view = env.view();
        if !matches!(view.text(ORDER, *id, "state").as_str(), "draft" | "sent") {
            return Err(Fault::user(
                "Some orders are not in a state requiring confirmation.",
            ));
        }
        let lines = view.children(LINE, "order_id", *id);
        let incomplete = |line: &i64| {
            let row = |field: &str| view.get(LINE, *line, field);
            row("display_type").is_null() && !row("is_downpayment").as_bool() && row("product_id").is_null()
        };
        if lines.iter().any(incomplete) {
            return Err(Fault::user(
                "A line on these orders missing a product, you cannot confirm it.",
            ));
        }
    }
    let now = env.s.now.seconds();
    let vals = Vals::new().with("state", "sale").with("date_order", now);
    env.write(ORDER, ids, vals)?;
    for id in ids {
        let view = env.view();
        let lines = view.children(LINE, "order_id", *id);
        let lines = view.linked(LINE, &lines);
        delivery::launch(env, &lines)?;
    }
    Ok(Py::Bool(true))
}

fn action_cancel(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    if ids.iter().any(|id| env.view().flag(ORDER, *id, "locked")) {
        return Err(Fault::user(
            "You cannot cancel a locked order. Please unlock it first.",
        ));
    }
    let asks = !env.s.flag("disable_cancel_warning") && states(env, ids).iter().any(|state| state != "draft");
    if !asks {
        return cancel(env, ids);
    }
    let [id] = ids else {
        let ids: Vec<Py> = ids.iter().map(|id| Py::Int(*id)).collect();
        return Err(Fault::new(
            Class::Builtin("ValueError"),
            format!("Expected singleton: {ORDER}{}", tuple_repr(&ids)),
        ));
    };
    Ok(cancel_window(env, *id))
}

/// Cancels orders with their open transfers.
pub(super) fn cancel(env: &mut Env<'_>, ids: &[i64]) -> Res<Py> {
    for id in ids {
        let view = env.view();
        let open: Vec<i64> = view
            .children(PICKING, "sale_id", *id)
            .into_iter()
            .filter(|picking| view.text(PICKING, *picking, "state") != "done")
            .collect();
        stock::cancel_pickings(env, &open)?;
    }
    env.write(ORDER, ids, Vals::new().with("state", "cancel"))?;
    Ok(Py::Bool(true))
}

/// The question before an order is cancelled that the customer may know of.
fn cancel_window(env: &Env<'_>, id: i64) -> Py {
    let kind = match env.view().text(ORDER, id, "state").as_str() {
        "sale" => "Sales Order",
        _ => "Quotation",
    };
    let context = Py::dict([
        ("default_template_id", Py::Int(CANCEL_TEMPLATE)),
        ("default_order_id", Py::Int(id)),
        ("mark_so_as_canceled", Py::Bool(true)),
        (
            "default_email_layout_xmlid",
            Py::str("mail.mail_notification_layout_with_responsible_signature"),
        ),
        ("model_description", Py::str(kind)),
    ]);
    Py::dict([
        ("name", Py::Str(format!("Cancel {kind}"))),
        ("view_mode", Py::str("form")),
        ("res_model", Py::str("sale.order.cancel")),
        ("view_id", Py::Int(CANCEL_VIEW)),
        ("type", Py::str("ir.actions.act_window")),
        ("context", context),
        ("target", Py::str("new")),
    ])
}

fn action_draft(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let view = env.view();
    let closed = |id: &i64| matches!(view.text(ORDER, *id, "state").as_str(), "cancel" | "sent");
    let ids: Vec<i64> = ids.iter().copied().filter(closed).collect();
    let vals = Vals::new()
        .with("state", "draft")
        .with("signed_by", Value::Null)
        .with("signed_on", Value::Null);
    env.write(ORDER, &ids, vals)?;
    Ok(Py::Bool(true))
}

fn action_quotation_sent(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    if states(env, ids).iter().any(|state| state != "draft") {
        return Err(Fault::user("Only draft orders can be marked as sent directly."));
    }
    env.write(ORDER, ids, Vals::new().with("state", "sent"))?;
    Ok(Py::None)
}

fn action_lock(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    env.write(ORDER, ids, Vals::new().with("locked", true))?;
    Ok(Py::None)
}

fn action_unlock(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    env.write(ORDER, ids, Vals::new().with("locked", false))?;
    Ok(Py::None)
}

/// Prices of the list again, those that were set by hand too.
fn action_update_prices(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    for id in ids {
        let view = env.view();
        let lines: Vec<i64> = view
            .children(LINE, "order_id", *id)
            .into_iter()
            .filter(|line| view.get(LINE, *line, "display_type").is_null())
            .collect();
        for line in &lines {
            env.set(
                LINE,
                *line,
                &[("discount", Value::Num(rust_decimal::Decimal::ZERO))],
            );
            line::reprice(env, *line, false, true);
        }
        totals::refresh_lines(env, &lines)?;
    }
    Ok(Py::None)
}
