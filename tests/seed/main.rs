//! What the simulators start with.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall fail where it stands"
)]

mod catalogue;
mod demo_shop;
