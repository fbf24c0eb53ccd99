//! From a GraphQL document to the JSON that answers it.

mod answer;
mod coerce;
mod execute;
mod known;
mod mutation;
mod report;
mod syntax;
mod validate;

pub(crate) use answer::{Request, prepare, throttled};
pub(crate) use mutation::Surroundings;
