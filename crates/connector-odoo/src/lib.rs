//! The client of Odoo's external RPC: products, stock and orders as the sync engine sees them.
//!
//! Everything is written so that it may be sent again: records are made by `load` under external ids, quantities are
//! absolute, and what a lost answer left half done is completed by the next attempt.

mod client;
mod connector;
mod count;
mod cursor;
mod external_id;
mod inventory;
mod location;
mod metadata;
mod order;
mod outcome;
mod product;
mod session;
mod stock;
mod value;
mod vocabulary;
mod walk;

pub use client::{Login, Secret};
pub use connector::OdooConnector;

pub(crate) use session::Session;
