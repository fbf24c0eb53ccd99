//! Products: a `product.template` with its variants, attribute lines and prices.

mod prices;
mod read;
mod reconcile;
mod rename;
mod shape;
mod structure;
mod variants;
mod write;

pub(crate) use read::{fetch, fields, page, shown_time};
pub(crate) use write::apply;
