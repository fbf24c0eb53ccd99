//! Behaviour of the simulated Odoo, seen through its wire.

mod client;
mod methods;
mod products;
mod wire_forms;
