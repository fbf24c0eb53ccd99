//! Runs in all directions between the simulated shop and the simulated Odoo, through the clients that real systems get:
//! what each run did, what was kept of what lost, and that both sides agree in the end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod act;
mod agreement;
mod bench;
mod changes;
mod drawn;
mod file;
mod frozen;
mod golden;
mod goods;
mod interrupt;
mod kept;
mod shown;
mod transcript;
