use crate::fault::Res;
use crate::models::sale::{ORDER, confirm};
use crate::orm::make::{char, html, m2m, m2o};
use crate::orm::{Env, Method, Model, OnDelete};
use crate::py::Py;

const WIZARD: &str = "sale.order.cancel";

const METHODS: &[Method] = &[
    Method::button("action_cancel", cancel),
    // Mail is not sent by this simulator.
    Method::button("action_send_mail_and_cancel", cancel),
];

/// The window that asks before an order is cancelled.
pub(super) fn model() -> Model {
    Model::new(
        WIZARD,
        "Sales Order Cancel",
        vec![
            m2o("order_id", ORDER, "Sale Order").required(),
            m2o("author_id", "res.partner", "Author"),
            m2m("recipient_ids", "res.partner", "Recipients"),
            m2o("template_id", "mail.template", "Mail Template").empty(),
            char("subject", "Subject"),
            html("body", "Contents"),
        ],
    )
    .transient()
    .rec_name("id")
    .ondelete(&[("order_id", OnDelete::Cascade)])
    .methods(METHODS)
}

fn cancel(env: &mut Env<'_>, ids: &[i64], _: &[Option<Py>]) -> Res<Py> {
    let view = env.view();
    let orders: Vec<i64> = ids
        .iter()
        .filter_map(|id| view.id_of(WIZARD, *id, "order_id"))
        .collect();
    confirm::cancel(env, &orders)
}
