//! Runs both ways between two small systems of our own: what goes where, what is kept of what lost, and that both
//! sides agree in the end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod cases;
mod deletions;
mod drawn;
mod left_alone;
mod twin;
