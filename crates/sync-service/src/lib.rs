//! From settings to a running engine: the only crate that knows every name, and the use cases that the server and the
//! command line share.

mod clock;
pub mod config;
mod defaults;
mod locations;
mod runner;
mod service;
mod specs;
mod systems;

pub use clock::SystemClock;
pub use defaults::default_mappings;
pub use locations::{LocationPairs, pair};
pub use service::{
    CONNECTION, MappingFile, RetryReport, RetrySelection, SavedMapping, Service, ServiceError, SyncProgress,
    SyncRequest, connection,
};
pub use specs::record_types;
pub use systems::{Simulation, Systems, odoo_config, shopify_config};
