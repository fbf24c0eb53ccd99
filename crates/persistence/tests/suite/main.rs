//! The store through its doors: the port, and what people look at and edit.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod conformance;
mod dashboard;
mod dead_letters;
mod given;
mod jobs;
mod left_alone;
mod lists;
mod mappings;
mod opening;
mod paging;
mod upkeep;
