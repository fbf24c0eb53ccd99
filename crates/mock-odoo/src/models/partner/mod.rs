//! Contacts and their addresses.

mod address;
mod email;
mod fields;
mod logic;

use crate::orm::make::{bool, char, int, m2o, o2m};
use crate::orm::{Model, Value};

pub(crate) use address::address_get;

/// The fields that make up an address.
pub(crate) const ADDRESS: [&str; 6] = ["street", "street2", "zip", "city", "state_id", "country_id"];

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("res.partner", "Contact", fields::fields())
            .order("complete_name ASC, id DESC")
            .rec_name("complete_name")
            .name_search(&["complete_name", "email", "ref", "vat", "company_registry"])
            .logic(&logic::Partner)
            .methods(logic::METHODS),
        Model::new(
            "res.partner.category",
            "Partner Tags",
            vec![
                char("name", "Name").required().translate(),
                int("color", "Color"),
                m2o("parent_id", "res.partner.category", "Category"),
                o2m("child_ids", "res.partner.category", "parent_id", "Child Tags"),
                bool("active", "Active").default(|_| Value::Bool(true)),
            ],
        )
        .order("name, id"),
        Model::new(
            "res.partner.title",
            "Partner Title",
            vec![
                char("name", "Title").required().translate(),
                char("shortcut", "Abbreviation").translate(),
            ],
        )
        .order("name"),
        Model::new(
            "res.partner.industry",
            "Industry",
            vec![
                char("name", "Name").translate(),
                char("full_name", "Full Name").translate(),
                bool("active", "Active").default(|_| Value::Bool(true)),
            ],
        )
        .order("name"),
    ]
}
