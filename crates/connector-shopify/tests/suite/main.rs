//! The connector over the simulated shop, through its public doors only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::float_cmp, reason = "the figures compared are whole numbers")]

mod changes;
mod cost;
mod errors;
mod faults;
mod find;
mod hostile;
mod inventory;
mod order_amounts;
mod orders;
mod products;
mod tokens;
mod walks;
mod world;
mod writes;
