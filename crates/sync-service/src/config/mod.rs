//! Every setting: what it is called, where its value came from, what it may be.
//!
//! A flag beats an environment variable, that beats the TOML file, that beats the default. All wrong values are
//! reported at once, each with its name, its value and what is allowed.

mod parse;
mod policies;
mod settings;
mod sources;

use std::collections::BTreeMap;
use std::path::PathBuf;

use connector_shopify::Metafield;
use serde::Serialize;
use sync_core::RetryPolicy;
use sync_core::plan::OnDelete;
use thiserror::Error;

use crate::specs::TypeSettings;

pub use policies::{ByType, Conflicts};
pub use settings::{SETTINGS, Setting};
pub use sources::{Overrides, load};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", content = "name", rename_all = "snake_case")]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The TOML file.
    File(String),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

/// A setting's value as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The value; `***` for a secret that is set.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// A value that will not do.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{name} = `{value}` ({origin}): {problem}; allowed: {allowed}")]
pub struct WrongValue {
    /// The variable's name.
    pub name: String,
    /// Its value; `***` for a secret.
    pub value: String,
    /// Where it came from, in words.
    pub origin: String,
    /// What is wrong with it.
    pub problem: String,
    /// What is allowed.
    pub allowed: String,
}

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file that was named cannot be used.
    #[error("configuration file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Some values will not do; all of them are named.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Values(Vec<WrongValue>),
}

/// A text that must not show: in debug prints, logs and answers it is `***`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Hidden(pub String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Where the shop is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShopifyEndpoint {
    /// In this process.
    Simulated,
    /// A real shop, or a simulator behind a socket.
    Remote {
        /// `https://my-shop.myshopify.com`
        url: String,
        /// The Admin API access token.
        token: Hidden,
    },
}

/// Where the Odoo database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OdooEndpoint {
    /// In this process.
    Simulated,
    /// A real Odoo, or a simulator behind a socket.
    Remote {
        /// `https://my-company.odoo.com`
        url: String,
        /// The database's name.
        database: String,
        /// The user's login.
        user: String,
        /// His API key or password.
        secret: Hidden,
    },
}

/// What a webhook of the user's is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Where; its path is a secret more often than not.
    pub url: Option<Hidden>,
    /// The text, with places for numbers and names.
    pub template: String,
    /// Growth of open dead letters that is worth a word; 0 for none.
    pub dead_letters: u64,
}

/// All settings, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Port of the server.
    pub port: u16,
    /// Address that the server binds.
    pub host: String,
    /// Debug logs and error details.
    pub debug: bool,
    /// The database file of the store.
    pub database: PathBuf,
    /// Where the simulators keep their worlds, and the store unless told otherwise.
    pub instance: PathBuf,
    /// The chance that a simulated write attempt fails.
    pub failure_rate: f64,
    /// When a failed record is tried again.
    pub retry: RetryPolicy,
    /// The most open dead letters.
    pub dead_letter_limit: u64,
    /// Records per batch.
    pub batch_size: usize,
    /// Who wins where both sides changed a field.
    pub conflicts: Conflicts,
    /// What a deletion on one side leads to.
    pub on_delete: ByType<OnDelete>,
    /// Part of the linked records that one run may put away.
    pub archive_limit: f64,
    /// What an installation decides about its record types.
    pub types: TypeSettings,
    /// Where the chance of simulations and runs comes from.
    pub seed: u64,
    /// The token that the server demands.
    pub api_token: Option<Hidden>,
    /// Serve other machines without a token.
    pub insecure: bool,
    /// Serve the page from this folder.
    pub frontend_dir: Option<PathBuf>,
    /// Names under which browsers may call the server, in lower case.
    pub allowed_hosts: Vec<String>,
    /// The most streams of events at a time.
    pub event_streams: usize,
    /// Take up interrupted jobs at the start of the server.
    pub resume: bool,
    /// The webhook.
    pub notify: Notify,
    /// Shopify location and Odoo warehouse, by id or name.
    pub locations: Vec<(String, String)>,
    /// The shop.
    pub shopify: ShopifyEndpoint,
    /// Custom fields of products that rules may lead to.
    pub metafields: Vec<Metafield>,
    /// The database.
    pub odoo: OdooEndpoint,
    /// Every setting as it was given, by name.
    pub given: BTreeMap<String, Given>,
}
