//! Ctrl-C: the first one lets the run stop where it can go on later, the second one ends the process.

use anyhow::{Context, Result};
use sync_core::engine::StopFlag;
use tokio::runtime::Builder;

use crate::output::note;

/// The exit code that shells give to a process that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// A flag that Ctrl-C, or the system's wish to end the process, sets from now on.
pub(crate) fn on_ctrl_c() -> Result<StopFlag> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot listen for Ctrl-C")?;
    let stop = StopFlag::default();
    let flag = stop.clone();
    // Made here, so that from the next line on none is missed.
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen().context("cannot listen for Ctrl-C")?
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            flag.stop();
            note("\nstopping at the next batch; Ctrl-C again ends at once");
            signals.next().await;
            std::process::exit(INTERRUPTED);
        });
    });
    Ok(stop)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
