//! Where links, jobs, logs, waiting records, dead letters and mapping rules are kept.
//!
//! [`SqliteStore`] is the engine's [`sync_core::ports::Store`] over one SQLite file, which a server and a command line
//! may have open at the same time. Besides the port it has the lists, searches and edits that people need; those are
//! paged by id, newest first, and answered from indexes.
//!
//! ```
//! use std::time::Duration;
//! use persistence::SqliteStore;
//! use sync_core::{Direction, NewJob, ports::Store};
//!
//! let store = SqliteStore::in_memory()?;
//! let now = "2026-07-01T08:00:00Z".parse()?;
//! let new = NewJob {
//!     connection: "default".into(),
//!     job_type: "products".into(),
//!     record_type: "product".into(),
//!     direction: Direction::ShopifyToOdoo,
//!     dry_run: false,
//!     full: false,
//!     unguarded: false,
//! };
//! let job = store.start_job(&new, now, Duration::from_secs(60))?;
//! assert!(store.start_job(&new, now, Duration::from_secs(60)).is_err(), "one run per record type at a time");
//! assert_eq!(store.job(job.id, now)?, job);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod page;
mod sqlite;

pub use error::PersistenceError;
pub use page::{DEFAULT_PAGE, MAX_PAGE, Page, PageRequest};
pub use sqlite::{
    ConflictFilter, ConflictSelection, CursorRow, DeadLetterFilter, DeadLetterGroup, DeadLetterSelection,
    DeadLetterSummary, JobFilter, LeftAloneFilter, LinkFilter, LogCount, LogFilter, Purged, SqliteStore,
    StreamFigures, WaitKind, WaitingFilter, WaitingRow,
};
