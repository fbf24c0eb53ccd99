//! From a GraphQL document to the JSON that answers it.

mod execute;
mod report;

pub(crate) use execute::{Request, answer};
