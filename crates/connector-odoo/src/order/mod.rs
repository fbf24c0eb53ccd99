//! Orders: a `sale.order` with its lines, its customer and its taxes.

mod partners;
mod read;
mod shape;
mod state;
mod taxes;
mod totals;
mod write;

pub(crate) use read::{fetch, fields, page};
pub(crate) use write::apply;
