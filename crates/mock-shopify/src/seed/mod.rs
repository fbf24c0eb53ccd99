//! What a simulated shop starts with: a demonstration shop, or a catalogue from a real product export.
//!
//! Seeding goes through the same operations as everything else that changes the shop, so totals, taxes, stock and
//! fulfilment orders are computed, never typed in. It happens in one transaction, and again changes nothing: each
//! record carries the key it was seeded under in a metafield of the namespace `seed`.

mod catalogue;
pub mod csv;
mod data;
mod demo;
mod orders;
mod plant;

use thiserror::Error;

pub use catalogue::catalogue;
pub use demo::demo;

use crate::service::ShopifyError;

/// How many records were created; what was there already is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Seeded {
    /// Locations.
    pub locations: usize,
    /// Products.
    pub products: usize,
    /// Their variants.
    pub variants: usize,
    /// Customers.
    pub customers: usize,
    /// Orders.
    pub orders: usize,
}

/// Why a shop could not be seeded. Nothing of it remains then.
#[derive(Debug, Error)]
pub enum SeedError {
    /// Embedded data that cannot be read.
    #[error("the embedded file {file} cannot be read: {source}")]
    Data {
        /// Its name under `seed_data/`.
        file: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The shop refused.
    #[error(transparent)]
    Shop(#[from] ShopifyError),
}
