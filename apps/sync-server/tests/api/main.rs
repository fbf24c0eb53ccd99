//! The API over a real socket: what every route answers, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod both_sides;
mod document;
mod events;
mod fuzz;
mod left_alone;
mod notify;
mod process;
mod routes;
mod runs;
mod safety;
mod server;
mod sim;
mod two_way;
