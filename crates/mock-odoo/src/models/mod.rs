//! The models of the database, one file per family.

pub(crate) mod access;
mod account;
mod base;
mod mail;
pub(crate) mod partner;
pub(crate) mod product;
mod sale;
mod settings;
mod stock;
mod technical;
mod uom;

use crate::orm::{Field, Model, Registry};

pub(crate) use stock::base as stock_base;
pub(crate) use stock::guard as stock_guard;
pub(crate) use stock::quantity::quantity as stock_quantity;
pub(crate) use technical::{model_rows, next_by_code, next_number};

/// A field that an add-on would bring: model, name, label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraField {
    /// The model it is added to.
    pub model: String,
    /// Its technical name.
    pub name: String,
    /// What a form calls it.
    pub label: String,
}

impl ExtraField {
    /// A text field of this name on this model.
    pub fn char(model: impl Into<String>, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            name: name.into(),
            label: label.into(),
        }
    }
}

/// All models, with the fields of the given add-ons.
pub(crate) fn registry(extra: &[ExtraField]) -> Registry {
    let mut models = Vec::new();
    models.extend(technical::models());
    models.extend(settings::models());
    models.extend(base::models());
    models.extend(partner::models());
    models.extend(uom::models());
    models.extend(account::models());
    models.extend(product::models());
    models.extend(stock::models());
    models.extend(sale::models());
    for field in extra {
        if let Some(model) = models.iter_mut().find(|m| m.name == field.model) {
            add(model, field);
        }
    }
    Registry::new(models)
}

fn add(model: &mut Model, field: &ExtraField) {
    if model.field(&field.name).is_none() {
        model.fields.push(Field::new(
            field.name.clone(),
            field.label.clone(),
            crate::orm::Kind::Char,
        ));
    }
}
