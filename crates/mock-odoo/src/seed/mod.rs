//! What is in the database: the base data of a fresh installation, and on top of it a demonstration company.
//!
//! The demonstration goes through the same operations as every other change. It happens in one transaction, and
//! again changes nothing: each record carries an external id of the module `demo`.

mod base;
mod data;
mod demo;
mod goods;

pub(crate) use base::{name, place};
pub use demo::demo;

use std::sync::Arc;

use jiff::Timestamp;
use mock_world::Tables;
use thiserror::Error;

use crate::config::Config;
use crate::fault::{Fault, Res};
use crate::orm::{Env, Moment, Registry, Row, Session};
use crate::py::Py;

/// How many records of the demonstration were created; what was there already is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Seeded {
    /// Warehouses, the renamed one of the installation among them.
    pub warehouses: usize,
    /// Sale taxes.
    pub taxes: usize,
    /// Product templates.
    pub products: usize,
    /// Their variants.
    pub variants: usize,
}

/// Why a database could not be seeded. Nothing of the demonstration remains then.
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
    /// The simulated Odoo refused.
    #[error("the simulated Odoo refused the demonstration: {0}")]
    Refused(String),
}

impl From<Fault> for SeedError {
    fn from(fault: Fault) -> Self {
        Self::Refused(format!("{}: {}", fault.class_name(), fault.message()))
    }
}

/// The system user's session.
pub(crate) fn system_session(now: Timestamp) -> Session {
    Session {
        uid: 1,
        context: Arc::new(Py::Dict(Vec::new())),
        now: Arc::new(Moment::new(now)),
        attempt: None,
    }
}

/// Fills an empty world with the base data.
pub(crate) fn base(tables: &mut Tables<Row>, registry: &Registry, config: &Config) -> Res<()> {
    let mut env = Env::new(tables, registry, system_session(config.installed_at));
    base::install(&mut env, config)
}
