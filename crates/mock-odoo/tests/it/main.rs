//! Behaviour of the simulated Odoo, seen through its wire.

mod client;
mod products;
