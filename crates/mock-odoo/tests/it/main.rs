//! Behaviour of the simulated Odoo, seen through its wire.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "a test fails by panicking, hands literals over, and tells one story to its end"
)]

mod client;
mod methods;
mod order_life;
mod orders;
mod pickings;
mod products;
mod seed;
mod stock;
mod wire_forms;
