//! The use cases that the server and the command line share.

mod ask;
mod conflicts;
mod dashboard;
mod dead_letters;
mod decision;
mod edit;
mod health;
mod history;
mod jobs;
mod left_alone;
mod links;
mod live;
mod mapping_file;
mod mappings;
mod matches;
mod preview;
mod rules;
mod samples;
mod seed;
mod simulate;
mod sync;
mod twin;
mod upkeep;
mod waiting;

use std::sync::Arc;

use mapping_transforms::{Finding, PathParseError, Registry};
use mock_shopify::ShopifyError;
use mock_shopify::seed::SeedError;
use mock_shopify::seed::csv::CsvError;
use persistence::{PersistenceError, SqliteStore};
use sync_core::engine::{ArchiveGuard, Engine, RunError, RunOptions};
use sync_core::ports::{Clock, StartRefused, Store};
use sync_core::{ConnectionId, ConnectorError, DeadLetterStatus, RecordType, RecordTypeSpec};
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

use crate::Systems;
use crate::config::Config;
use crate::{default_mappings, record_types};

pub use conflicts::Decided;
pub use dashboard::{Dashboard, Stream, SystemCount};
pub use dead_letters::{RetryReport, RetrySelection};
pub use decision::Decision;
pub use edit::{Edit, EditableField, Edited, Made};
pub use health::{Health, StoreHealth, SystemHealth};
pub use history::RecordHistory;
pub use links::Candidate;
pub(crate) use live::check_template;
pub use live::{
    Begun, Event, Failure, Listener, Live, NotStarted, Notice, Progress, Resolved, Retried, RunPhase,
    Snapshot, SyncAll, Ticket, Told,
};
pub use mapping_file::{ImportMode, ImportReport, MappingFile, MappingFormat};
pub use mappings::{SavedMapping, draft_of};
pub use matches::MatchPreview;
pub use preview::{Preview, PreviewRequest, PreviewRule, PreviewedRecord, PreviewedValue};
pub use samples::{SamplePath, SampleRecord, SampleRef, SampleSide, Samples};
pub use seed::{FileReport, SeedReport, SeedSource};
pub use sync::{SyncProgress, SyncRequest};
pub use twin::{Compared, DEFAULT_TWINS, MOST_TWINS, Twin, TwinStock, TwinVariant};

/// The one connection of an installation, until there are more.
pub const CONNECTION: &str = "default";

/// Why a use case failed.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] PersistenceError),
    /// The job could not begin.
    #[error(transparent)]
    Start(#[from] StartRefused),
    /// The run could not be driven to an end of its own.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A system could not be asked.
    #[error("{system}: {error}")]
    System {
        /// Which one.
        system: String,
        /// What it said.
        error: ConnectorError,
    },
    /// A rule is wrong; everything that is wrong with it is named.
    #[error("the rule is not valid: {}", describe(.0))]
    Mapping(Vec<Finding>),
    /// Rules of a file are wrong; everything that is wrong with any of them is named. The index of a finding is the
    /// rule's place in the file, from 0.
    #[error("nothing was imported, these rules are not valid:\n{}", .0.iter().map(in_file).collect::<Vec<_>>().join("\n"))]
    MappingFile(Vec<Finding>),
    /// The simulated shop could not be filled.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A product export could not be read.
    #[error(transparent)]
    Csv(#[from] CsvError),
    /// The simulated shop could not be changed.
    #[error(transparent)]
    Shop(#[from] ShopifyError),
    /// Something was asked for that does not exist.
    #[error("`{value}` is no {what}: use one of {}", allowed.join(", "))]
    Unknown {
        /// What it should be.
        what: &'static str,
        /// What was given.
        value: String,
        /// What there is.
        allowed: Vec<String>,
    },
    /// A record was to be left alone that no run would match with another one.
    #[error("record_type `{record_type}`: its records are not matched, so none can be left alone: use one of {}", allowed.join(", "))]
    NotMatched {
        /// What was given.
        record_type: String,
        /// What there is.
        allowed: Vec<String>,
    },
    /// What was given will not do.
    #[error("{0}")]
    Invalid(String),
    /// A value was typed that no run would write.
    #[error("{field} `{value}`: {why}")]
    ValueGoesNowhere {
        /// What was given, as the API calls it.
        field: &'static str,
        /// The value.
        value: String,
        /// Why, and what to do instead.
        why: String,
    },
    /// Something that only a simulated system lets one do.
    #[error("{system} is not simulated here: {setting} names a real one")]
    NotSimulated {
        /// The system.
        system: String,
        /// The setting that names it.
        setting: String,
    },
    /// A system has no such record.
    #[error("{system} has no {record_type} `{id}`")]
    NoRecord {
        /// The system.
        system: String,
        /// What was looked for.
        record_type: String,
        /// Its id there.
        id: String,
    },
    /// Nobody looked yet what a first run would link.
    #[error("there is no preview of what would be linked of {record_type}: start one")]
    NoPreview {
        /// What was looked for.
        record_type: String,
    },
    /// A dead letter that is closed can neither be tried again nor be given up.
    #[error("dead letter {id} is {}: only open ones can be tried again or given up", status.as_str())]
    NotOpen {
        /// The dead letter.
        id: i64,
        /// What it is.
        status: DeadLetterStatus,
    },
    /// A conflict that is over cannot be decided again.
    #[error("conflict {id} is resolved: restore it to bring back what lost")]
    ConflictOver {
        /// The conflict.
        id: i64,
    },
    /// Something was to be done with a number of dead letters or conflicts, and now it is another number.
    #[error("{found} match now, not {expected}: look again, then repeat")]
    CountChanged {
        /// How many there were when somebody looked.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The process is shutting down and begins nothing new.
    #[error("the server is stopping: try again when it is back")]
    Stopping,
    /// A run ended without an answer.
    #[error("the run broke off: its job will show as interrupted and can be resumed")]
    BrokeOff,
    /// What ships with the program is broken.
    #[error("this program was built with broken data: {0}")]
    Built(String),
}

impl From<PathParseError> for ServiceError {
    fn from(error: PathParseError) -> Self {
        Self::Built(error.to_string())
    }
}

fn describe(findings: &[Finding]) -> String {
    findings.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn in_file(finding: &Finding) -> String {
    format!("rule {}: {}", finding.index + 1, one(finding))
}

fn one(finding: &Finding) -> String {
    let allowed = match finding.allowed.as_slice() {
        [] => String::new(),
        allowed => format!(" (allowed: {})", allowed.join(", ")),
    };
    format!(
        "{} `{}`: {}{allowed}",
        finding.field, finding.value, finding.message
    )
}

/// Where calls to a system are waited for.
fn blocking() -> Result<Runtime, ServiceError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ServiceError::Invalid(format!("no thread to ask a system on: {error}")))
}

/// A running installation.
#[derive(Clone)]
pub struct Service {
    config: Arc<Config>,
    store: Arc<SqliteStore>,
    clock: Arc<dyn Clock>,
    registry: Arc<Registry>,
    systems: Systems,
    specs: Vec<RecordTypeSpec>,
    engine: Engine,
}

impl Service {
    /// An installation over these systems: opens the store and gives it the default rules if it has none.
    pub fn open(config: Config, systems: Systems, clock: Arc<dyn Clock>) -> Result<Self, ServiceError> {
        let store = Arc::new(SqliteStore::open(&config.database)?);
        Self::with_store(config, systems, store, clock)
    }

    /// An installation with a store that is open already.
    pub fn with_store(
        config: Config,
        systems: Systems,
        store: Arc<SqliteStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ServiceError> {
        let defaults = default_mappings().map_err(|error| ServiceError::Built(error.to_string()))?;
        store.seed_mappings_if_empty(&connection(), &defaults)?;
        let specs = record_types(&config.types)?;
        let registry = Arc::new(Registry::standard());
        let engine = Engine::new(
            Arc::clone(&systems.shopify),
            Arc::clone(&systems.odoo),
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&clock),
            Arc::clone(&registry),
            specs.clone(),
        );
        Ok(Self {
            config: Arc::new(config),
            store,
            clock,
            registry,
            systems,
            specs,
            engine,
        })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The store, for its lists and figures.
    pub fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// The time, for those who show it.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// What of the two systems is simulated.
    pub fn systems(&self) -> &Systems {
        &self.systems
    }

    /// The transforms that rules may use.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The record types in the order in which they are synced.
    pub fn record_types(&self) -> &[RecordTypeSpec] {
        &self.specs
    }

    /// The record type of a job type (`products`), or of its own name (`product`).
    pub fn spec(&self, name: &str) -> Result<&RecordTypeSpec, ServiceError> {
        let found = self
            .specs
            .iter()
            .find(|spec| spec.job_type == name || spec.name.as_str() == name);
        found.ok_or_else(|| ServiceError::Unknown {
            what: "record type",
            value: name.to_owned(),
            allowed: self.specs.iter().map(|spec| spec.name.to_string()).collect(),
        })
    }

    fn store_port(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    fn options(&self, record_type: &RecordType) -> RunOptions {
        RunOptions {
            batch_size: self.config.batch_size,
            retry: self.config.retry,
            strategies: self.config.conflicts.of(record_type.as_str()),
            on_delete: *self.config.on_delete.of(record_type.as_str()),
            archive_guard: Some(ArchiveGuard {
                share: self.config.archive_limit,
                ..ArchiveGuard::default()
            }),
            dead_letter_limit: self.config.dead_letter_limit,
            seed: self.config.seed,
            ..RunOptions::default()
        }
    }
}

/// The connection of this installation.
pub fn connection() -> ConnectionId {
    CONNECTION.into()
}
