//! Sales: orders, their lines, and what a confirmed order asks of the stock.

mod confirm;
mod delivery;
mod line;
mod line_fields;
mod order;
mod order_fields;
mod tax;
mod totals;
mod wizard;

use crate::orm::make::{bool, char, int, m2m, m2o};
use crate::orm::{Model, OnDelete, Unique, Value};

pub(crate) use delivery::moved as delivery_moved;

pub(crate) const ORDER: &str = "sale.order";
pub(crate) const LINE: &str = "sale.order.line";

/// Decimal places of the currencies this simulator knows.
const DIGITS: u32 = 2;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new(ORDER, "Sales Order", order_fields::fields())
            .order("date_order desc, id desc")
            .name_search(&["name"])
            .methods(confirm::METHODS)
            .logic(&order::Order),
        Model::new(LINE, "Sales Order Line", line_fields::fields())
            .order("order_id, sequence, id")
            .name_search(&["name", "order_id.name"])
            .ondelete(&[
                ("order_id", OnDelete::Cascade),
                ("product_id", OnDelete::Restrict),
                ("linked_line_id", OnDelete::Cascade),
            ])
            .logic(&line::Line),
        wizard::model(),
        Model::new(
            "crm.team",
            "Sales Team",
            vec![
                char("name", "Sales Team").required().translate(),
                int("sequence", "Sequence").default(|_| Value::Int(10)),
                bool("active", "Active").default(|_| Value::Bool(true)),
                m2o("company_id", "res.company", "Company"),
                m2o("user_id", "res.users", "Team Leader"),
                m2m("member_ids", "res.users", "Salespersons"),
            ],
        )
        .order("sequence ASC, create_date DESC, id DESC"),
        Model::new(
            "crm.tag",
            "CRM Tag",
            vec![
                char("name", "Tag Name").required().translate(),
                int("color", "Color"),
            ],
        )
        .unique(&[Unique {
            fields: &["name"],
            message: "Tag name already exists!",
            index: "crm_tag_name_uniq",
        }]),
    ]
}
