//! What the engine needs from outside: a [`Connector`] for each of the two systems, a [`Store`], a [`Clock`].

mod clock;
mod connector;
mod store;

pub use clock::{Clock, SimulatedClock};
pub use connector::{Connector, Counted, FieldSet};
pub use store::{
    BatchResult, Commit, CommitRefused, Handled, Intent, JobEnd, LeaseState, LinkChange, OpenItems,
    RecordKey, RecordResult, StartRefused, Store, StoreError, StoredCursor, StoredRules,
};
