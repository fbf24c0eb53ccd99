//! The sync engine: compares the records of two systems, decides what is to be done, and carries it out.
//!
//! It knows no protocol, no database and no particular system. An embedder hands in two [`ports::Connector`]s, a
//! [`ports::Store`] and a [`ports::Clock`], describes his record types ([`RecordTypeSpec`]) and starts runs.

mod conflict;
#[cfg(feature = "conformance")]
pub mod conformance;
mod dead_letter;
pub mod engine;
mod error;
mod job;
mod left_alone;
mod link;
mod names;
pub mod plan;
pub mod ports;
mod record;
mod retry;
mod spec;
mod waiting;
mod write;

pub use conflict::{Conflict, ConflictDraft, ConflictKind, ConflictStatus, Pair, Resolution, Winner};
pub use dead_letter::{Attempt, DeadLetter, DeadLetterStatus, Stage};
pub use error::{ConnectorError, Directive, ErrorKind};
pub use job::reason;
pub use job::{Action, Checkpoint, Counts, FieldChange, Job, JobId, JobStatus, NewJob, Outcome, RecordLog};
pub use left_alone::LeftAlone;
pub use link::{Base, Link, LinkDraft, Moved, MovedQuantity, OwnWrite, Shown, Written, moved_key, rule_key};
pub use mapping_transforms::Side;
pub use names::{ConnectionId, Direction, RecordType, System};
pub use record::{Cursor, Movements, Page, Record, Shipped};
pub use retry::RetryPolicy;
pub use spec::{Archived, MadeIn, MatchKey, RecordTypeSpec, StockPaths, StockSpec};
pub use waiting::{Dependency, WaitState, Waiting};
pub use write::{Applied, ChildRef, Write, WriteOutcome};
