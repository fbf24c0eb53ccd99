//! The connector over the simulated shop, through its public doors only.

mod cost;
mod errors;
mod faults;
mod hostile;
mod inventory;
mod order_amounts;
mod orders;
mod products;
mod tokens;
mod walks;
mod world;
mod write;
