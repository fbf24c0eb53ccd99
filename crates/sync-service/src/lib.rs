//! From settings to a running engine: the only crate that knows every name, and the use cases that the server and the
//! command line share.

mod clock;
pub mod config;
mod defaults;
mod installation;
mod locations;
mod runner;
mod service;
mod specs;
mod systems;

pub use clock::SystemClock;
pub use defaults::default_mappings;
pub use installation::open_installation;
pub use locations::{LocationPairs, pair};
pub use mock_shopify::seed::Seeded;
pub use mock_shopify::seed::csv::{Oddity, OddityKind};
pub use persistence::{
    ConflictFilter, ConflictSelection, CursorRow, DEFAULT_PAGE, DeadLetterFilter, DeadLetterGroup,
    DeadLetterSelection, DeadLetterSummary, JobFilter, LeftAloneFilter, LinkFilter, LogCount, LogFilter,
    MAX_PAGE, Page, PageRequest, PersistenceError, Purged, StreamFigures, WaitKind, WaitingFilter,
    WaitingRow,
};
pub use service::{
    Begun, CONNECTION, Candidate, Compared, DEFAULT_TWINS, Dashboard, Decided, Decision, Edit, EditableField,
    Edited, Event, Failure, FileReport, Health, ImportMode, ImportReport, Listener, Live, MOST_TWINS, Made,
    MappingFile, MappingFormat, MatchPreview, NotStarted, Notice, Preview, PreviewRequest, PreviewRule,
    PreviewedRecord, PreviewedValue, Progress, RecordHistory, Resolved, Retried, RetryReport, RetrySelection,
    RunPhase, SamplePath, SampleRecord, SampleRef, SampleSide, Samples, SavedMapping, SeedReport, SeedSource,
    Service, ServiceError, Snapshot, StoreHealth, Stream, SyncAll, SyncProgress, SyncRequest, SystemCount,
    SystemHealth, Ticket, Told, Twin, TwinStock, TwinVariant, connection, draft_of,
};
pub use specs::{TypeSettings, match_key_names, record_types};
pub use systems::{Simulation, Systems, odoo_config, shopify_config};
