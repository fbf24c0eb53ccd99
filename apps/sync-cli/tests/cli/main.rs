//! The command line as a process: what it prints, its exit codes, its JSON.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dead_letters;
mod documents;
mod given;
mod left_alone;
mod lists;
mod mappings;
mod runs;
mod seeds;
mod settings;
mod together;
mod two_way;
