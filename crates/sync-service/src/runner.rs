//! Carrying a job out on a thread of its own, with a heartbeat beside it.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use sync_core::engine::{Engine, Observer, RunError, RunOptions};
use sync_core::ports::{Clock, RecordKey, Store};
use sync_core::{Job, JobId};

/// What a job is to deal with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// Everything that changed, and what is open.
    All,
    /// These records.
    Only(&'a [RecordKey]),
}

/// Carries a started job out and answers it as it ended. Blocks; store calls and waiting happen on this thread.
///
/// A long call to a remote system is no sign of death, so the lease is renewed beside it.
pub(crate) fn run(
    engine: &Engine,
    store: &Arc<dyn Store>,
    clock: &Arc<dyn Clock>,
    job: Job,
    scope: Scope<'_>,
    options: RunOptions,
    observer: Observer<'_>,
) -> Result<Job, RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| sync_core::ports::StoreError(format!("no thread for the job: {error}")))?;
    let (done, heart) = channel::<()>();
    let (id, lease) = (job.id, options.lease);
    let (beat_store, beat_clock) = (Arc::clone(store), Arc::clone(clock));
    std::thread::scope(|threads| {
        threads.spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = heart.recv_timeout(lease / 3) {
                beat(&*beat_store, &*beat_clock, id, lease);
            }
        });
        let ended = runtime.block_on(async {
            match scope {
                Scope::All => engine.drive(job, options, observer).await,
                Scope::Only(keys) => engine.drive_selected(job, keys, options, observer).await,
            }
        });
        drop(done);
        ended
    })
}

/// A missed beat is no harm: the run itself notices a lost lease at its next batch.
fn beat(store: &dyn Store, clock: &dyn Clock, job: JobId, lease: Duration) {
    if let Err(error) = store.renew_lease(job, clock.now(), lease) {
        tracing::warn!(job, error = %error, "the job's lease was not renewed");
    }
}
