//! Orders: a `sale.order` with its lines, its customer and its taxes.

mod addresses;
mod changes;
mod check;
mod deliveries;
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

pub(crate) use changes::page;
pub(crate) use read::{fetch, fields};
pub(crate) use services::Services;
pub(crate) use write::{apply, remarks};
