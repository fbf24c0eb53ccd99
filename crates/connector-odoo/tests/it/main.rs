//! The connector over the simulated Odoo, through its public doors only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changes;
mod conformance;
mod goods;
mod levels;
mod orders;
mod prices;
mod products;
mod sales;
mod shop;
mod source;
mod structure;
mod world;
