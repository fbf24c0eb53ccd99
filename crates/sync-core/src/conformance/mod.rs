//! One suite per port: what every adapter has to show. An adapter's tests adopt a suite in one line.

pub mod connector;
pub mod store;
