//! How the fields of the schema are answered from the rows.

mod address;
mod context;
mod image;
mod inventory;
mod list;
mod location;
mod metafields;
mod node;
mod paging;
mod plain;
mod product;
mod root;
mod shop;
mod variant;

pub(crate) use context::{Context, Fault, MARK, Object, Side};
pub(crate) use plain::Plain;
pub(crate) use root::QueryRoot;
