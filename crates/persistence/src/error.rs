use std::path::PathBuf;

use sync_core::ports::StoreError;
use sync_core::{JobId, JobStatus};
use thiserror::Error;

/// What a store could not do. Nothing of the call was kept, unless the call says otherwise.
#[derive(Debug, Error)]
pub enum PersistenceError {
    /// The folder or the file could not be made.
    #[error("cannot create {}: {source}", path.display())]
    Create {
        /// What was to be made.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file could not be opened as a database.
    #[error("cannot open the database {path}: {source}")]
    Open {
        /// The database.
        path: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The file is a database of another program.
    #[error("{path} is a database, but not one of this program: check DATABASE_URL")]
    Foreign {
        /// The database.
        path: String,
    },
    /// The database was written by a newer version.
    #[error(
        "the database {path} has schema version {found}, this program knows {known}: \
         run the newer version of the program, or restore an older copy of the file"
    )]
    TooNew {
        /// The database.
        path: String,
        /// The schema version of the file.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The database could not be brought to the present schema. It is as it was before.
    #[error("cannot bring the database {path} from schema version {from} to {to}: {source}")]
    Migrate {
        /// The database.
        path: String,
        /// The schema version of the file.
        from: i64,
        /// The schema version it was to get.
        to: i64,
        /// What went wrong.
        source: Box<rusqlite_migration::Error>,
    },
    /// A statement failed, or a stored value is not readable.
    #[error("{doing}: {source} (database {path})")]
    Query {
        /// What was being done.
        doing: &'static str,
        /// The database.
        path: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Something was to be done with a number of records, and now it is another number.
    #[error("{found} match now, not {expected}: look again, then repeat")]
    CountChanged {
        /// How many there were when somebody looked.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// There is nothing under this number.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for: `job`, `mapping`, ...
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// The job has ended; there is nothing to be cancelled.
    #[error("job {id} is {status}: only queued, running and interrupted jobs can be cancelled")]
    CannotCancel {
        /// The job.
        id: JobId,
        /// Its status.
        status: JobStatus,
    },
    /// A record that is to be linked or left alone is somebody's counterpart already.
    #[error("{side} record {id} is linked already (link {link}): unlink it first")]
    AlreadyLinked {
        /// The system.
        side: &'static str,
        /// The record's id there.
        id: String,
        /// The link.
        link: i64,
    },
    /// The conflict has no loser that could be brought back.
    #[error(
        "conflict {id} has nothing to restore: only a field's conflict that one of the systems won keeps what lost"
    )]
    NothingToRestore {
        /// The conflict.
        id: i64,
    },
    /// Something that only works while nothing runs.
    #[error("job {id} ({job_type}) is running: wait for it, or cancel it")]
    JobRunning {
        /// The job.
        id: JobId,
        /// What users call it.
        job_type: String,
    },
}

impl From<PersistenceError> for StoreError {
    fn from(error: PersistenceError) -> Self {
        Self(error.to_string())
    }
}
