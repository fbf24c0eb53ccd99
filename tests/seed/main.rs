//! What the simulators start with.

mod demo_shop;
