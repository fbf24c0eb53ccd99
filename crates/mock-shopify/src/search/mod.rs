//! Shopify's search syntax: what the `query:` argument of a list means.
//!
//! Terms joined by AND (also by a mere space) and OR, negated by `-` or NOT, grouped by parentheses; a term is
//! `field:value` with the comparators `:`, `:>`, `:>=`, `:<`, `:<=`, or a bare word that searches several fields. A
//! field that a list does not know is dropped with a warning, so that the list is *not* filtered by it (recorded).

mod grammar;
mod matcher;
mod time;

pub(crate) use matcher::{Filter, Kind, Search, Value};
