//! A wire-faithful simulator of Odoo 18 Community's external RPC.
//!
//! Bytes in, bytes out: XML-RPC, JSON-RPC and the few web routes that client libraries use, over a small ORM with
//! the models a storefront sync meets. What it answers follows exchanges recorded on a real Odoo 18.0 server.

mod config;
mod data;
mod draws;
mod fault;
mod html;
mod http;
mod models;
mod odoo;
mod orm;
mod py;
mod rpc;
pub mod seed;

pub use config::{Config, User};
pub use models::ExtraField;
pub use odoo::Odoo;
