//! Stock: locations, warehouses, quants, moves and transfers.

mod done;
mod location;
mod movement;
mod picking;
mod quant;
pub(crate) mod quantity;
mod reserve;
mod stockable;
mod warehouse;

use crate::orm::Model;

pub(crate) use movement::{MOVE, OPEN, confirm, set_demand};
pub(crate) use picking::{PICKING, cancel_pickings, open_picking};
pub(crate) use stockable::guard;
pub(crate) use warehouse::base;

pub(super) fn models() -> Vec<Model> {
    let mut models = Vec::new();
    models.extend(location::models());
    models.extend(warehouse::models());
    models.extend(quant::models());
    models.extend(movement::models());
    models.extend(picking::models());
    models
}
