//! The engine between two small systems of our own, on a clock that jumps: what is written, when it is tried again, and
//! that nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod failures;
mod runs;
mod shop;
mod stopping;
