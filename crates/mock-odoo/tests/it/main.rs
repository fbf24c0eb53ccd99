//! Behaviour of the simulated Odoo, seen through its wire.

mod client;
mod methods;
mod order_life;
mod orders;
mod pickings;
mod products;
mod seed;
mod stock;
mod wire_forms;
