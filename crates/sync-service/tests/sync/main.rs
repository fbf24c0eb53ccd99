//! Whole runs from a simulated shop to a simulated Odoo, looked at from outside: what a stranger reads over the wire of
//! either system, and what the journals say was written.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::needless_pass_by_value,
    reason = "a call reads best with its arguments in place"
)]

mod both_ways;
mod catalogues;
mod dead_letters;
mod failing_changes;
mod lost_answers;
mod orders;
mod read_back;
mod shop;
mod small;
mod stock;
mod world;
