//! Orders: a `sale.order` with its lines, its customer and its taxes.

mod addresses;
mod check;
mod moves;
mod partners;
mod read;
mod regions;
mod rows;
mod services;
mod settle;
mod shape;
mod state;
mod taxes;
mod totals;
mod write;

pub(crate) use read::{fetch, fields, page};
pub(crate) use services::Services;
pub(crate) use write::apply;
