//! The connector over the simulated Odoo, through its public doors only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod goods;
mod prices;
mod products;
mod structure;
mod world;
