//! Products: a `product.template` with its variants, attribute lines and prices.

mod changes;
mod find;
mod lines;
mod named;
mod prices;
mod read;
mod reconcile;
mod rename;
mod shape;
mod structure;
mod variants;
mod write;

pub(crate) use changes::page;
pub(crate) use find::find;
pub(crate) use read::{fetch, fields, tag_names};
pub(crate) use write::apply;
