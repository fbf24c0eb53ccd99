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
pub use persistence::{
    DeadLetterFilter, DeadLetterGroup, DeadLetterSelection, DeadLetterSummary, JobFilter, LogCount,
    LogFilter, MAX_PAGE, Page, PageRequest, PersistenceError, StreamFigures, WaitKind, WaitingFilter,
    WaitingRow,
};
pub use service::{
    CONNECTION, Event, Failure, Listener, Live, MappingFile, NotStarted, Notice, Preview, PreviewRequest,
    PreviewRule, PreviewedRecord, PreviewedValue, Progress, Retried, RetryReport, RetrySelection, RunPhase,
    SamplePath, SampleRecord, SampleRef, SampleSide, Samples, SavedMapping, Service, ServiceError, Snapshot,
    SyncAll, SyncProgress, SyncRequest, Ticket, Told, connection,
};
pub use specs::record_types;
pub use systems::{Simulation, Systems, odoo_config, shopify_config};
