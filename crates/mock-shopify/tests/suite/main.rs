//! The simulated shop through its doors: the wire, and the operations for seeding and simulations.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::too_many_lines, reason = "tables of cases are long")]
#![expect(
    clippy::format_collect,
    reason = "documents for tests are built where it reads best"
)]

mod catalog;
mod cost;
mod errors;
mod every_field;
mod hostile;
mod hostile_writes;
mod introspection;
mod inventory_writes;
mod keys;
mod metafield_writes;
mod order_writes;
mod orders;
mod paging;
mod product_refusals;
mod product_writes;
mod schema;
mod search;
mod shop;
