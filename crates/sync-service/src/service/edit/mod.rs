//! Edits as a person makes them in one of the simulated systems: prices, titles, stock, a sale, a delivery, a refund.
//! They go through the system's own interface where it has one for them, so that it refuses what it would refuse.

mod fields;
mod odoo;
mod odoo_return;
mod shopify;
mod shopify_order;
mod values;

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::Side;

use super::{Service, ServiceError};

pub use fields::EditableField;
use fields::{EDITABLE, pattern};

/// The most fields of one edit.
const MOST_FIELDS: usize = 50;

/// What is to be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The system, by its name.
    pub system: String,
    /// `product`, `variant`, `inventory` or `order`.
    pub record_type: String,
    /// The record's id in that system.
    pub id: String,
    /// The fields and their new values, as text; some are events.
    pub fields: BTreeMap<String, String>,
}

/// An edit that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edited {
    /// The system.
    pub system: String,
    /// What was edited.
    pub record_type: String,
    /// Its id.
    pub id: String,
    /// The fields that were given.
    pub applied: Vec<String>,
    /// The record that an event made.
    pub made: Option<Made>,
}

/// A record that an event made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// What it is.
    pub record_type: String,
    /// Its id.
    pub id: String,
}

impl Service {
    /// Everything that can be edited in a simulated system.
    pub fn editable_fields(&self) -> &'static [EditableField] {
        EDITABLE
    }

    /// Edits a record of a simulated system as a person would. Refused where the system is a real one.
    pub fn sim_edit(&self, edit: &Edit) -> Result<Edited, ServiceError> {
        let side = self.side(&edit.system)?;
        self.refuse_unless_simulated(side)?;
        known(edit)?;
        let (id, fields) = (edit.id.as_str(), &edit.fields);
        let made = match (side, edit.record_type.as_str()) {
            (Side::Shopify, "product") => self.edit_shopify_product(id, fields)?,
            (Side::Shopify, "variant") => self.edit_shopify_variant(id, fields)?,
            (Side::Shopify, "inventory") => self.edit_shopify_level(id, fields)?,
            (Side::Shopify, _) => self.edit_shopify_order(id, fields)?,
            (Side::Odoo, "product") => self.edit_odoo_product(id, fields)?,
            (Side::Odoo, "variant") => self.edit_odoo_variant(id, fields)?,
            (Side::Odoo, "inventory") => self.edit_odoo_level(id, fields)?,
            (Side::Odoo, _) => self.edit_odoo_order(id, fields)?,
        };
        Ok(Edited {
            system: edit.system.clone(),
            record_type: edit.record_type.clone(),
            id: edit.id.clone(),
            applied: edit.fields.keys().cloned().collect(),
            made,
        })
    }

    fn refuse_unless_simulated(&self, side: Side) -> Result<(), ServiceError> {
        let simulation = &self.systems.simulation;
        match side {
            Side::Shopify if simulation.shopify.is_none() => {
                Err(super::simulate::not_simulated("Shopify", "SHOPIFY_URL"))
            }
            Side::Odoo if simulation.odoo.is_none() => {
                Err(super::simulate::not_simulated("Odoo", "ODOO_URL"))
            }
            Side::Shopify | Side::Odoo => Ok(()),
        }
    }
}

/// Whether all of it can be edited.
fn known(edit: &Edit) -> Result<(), ServiceError> {
    let of_system = EDITABLE.iter().filter(|one| one.system == edit.system);
    let of_type: Vec<&str> = of_system
        .clone()
        .filter(|one| one.record_type == edit.record_type)
        .map(|one| one.field)
        .collect();
    if of_type.is_empty() {
        let mut types: Vec<String> = of_system.map(|one| one.record_type.to_owned()).collect();
        types.dedup();
        return Err(ServiceError::Unknown {
            what: "record type",
            value: edit.record_type.clone(),
            allowed: types,
        });
    }
    let unknown = edit
        .fields
        .keys()
        .find(|field| !of_type.contains(&pattern(field).as_str()));
    if let Some(field) = unknown {
        return Err(ServiceError::Unknown {
            what: "field",
            value: field.clone(),
            allowed: of_type.into_iter().map(str::to_owned).collect(),
        });
    }
    match edit.fields.len() {
        0 => Err(ServiceError::Invalid(format!(
            "nothing is to be edited: give at least one of {}",
            of_type.join(", ")
        ))),
        1..=MOST_FIELDS => Ok(()),
        _ => Err(ServiceError::Invalid(format!(
            "at most {MOST_FIELDS} fields can be edited at once"
        ))),
    }
}
