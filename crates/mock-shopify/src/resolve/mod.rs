//! How the fields of the schema are answered from the rows.

mod address;
mod context;
mod customer;
mod discount;
mod fulfilment;
mod image;
mod inventory;
mod line_item;
mod list;
mod location;
mod metafields;
mod node;
mod order;
mod order_parts;
mod orders;
mod paging;
mod payload;
mod plain;
mod product;
mod refund;
mod root;
mod shop;
mod variant;

pub(crate) use context::{Context, Fault, MARK, Object, Side};
pub(crate) use payload::{FieldErrorText, MutationRoot};
pub(crate) use plain::Plain;
pub(crate) use root::QueryRoot;
