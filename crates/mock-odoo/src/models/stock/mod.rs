//! Stock: locations, warehouses, quants, moves and transfers.

pub(crate) mod quantity;

use crate::fault::Res;
use crate::orm::{Env, Model, Vals};

pub(super) fn models() -> Vec<Model> {
    Vec::new()
}

/// What stock forbids to change on a product.
pub(crate) fn guard(_: &mut Env<'_>, _: &[i64], _: &Vals) -> Res<()> {
    Ok(())
}

/// The locations and the warehouse of a fresh database.
pub(crate) fn base(_: &mut Env<'_>) -> Res<()> {
    Ok(())
}
