//! What every command is handed.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;

use anyhow::Result;
use sync_core::ports::Clock;
use sync_service::config::{Config, load};
use sync_service::{Service, open_installation};
use tracing_subscriber::EnvFilter;

use crate::args::SettingFlags;
use crate::output::{Out, wants_colour};

/// The flags, where output goes, and the clock.
pub(crate) struct App {
    flags: SettingFlags,
    pub(crate) out: Out,
    clock: Arc<dyn Clock>,
}

impl App {
    pub(crate) fn new(flags: SettingFlags, out: Out, clock: Arc<dyn Clock>) -> Self {
        Self { flags, out, clock }
    }

    /// The settings: flags, then the environment, then the file.
    pub(crate) fn config(&self) -> Result<Config> {
        let environment =
            |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Ok(load(
            &self.flags.overrides(),
            &environment,
            self.flags.config.as_deref(),
        )?)
    }

    /// Opens the installation, with its logs going to standard error.
    pub(crate) fn service(&self) -> Result<Service> {
        let config = self.config()?;
        start_logging(config.debug);
        Ok(open_installation(config, Arc::clone(&self.clock))?)
    }
}

/// Warnings, or everything of ours with `SYNC_DEBUG`; `RUST_LOG` says it in detail.
fn start_logging(debug: bool) {
    let default = if debug { "debug" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal() && wants_colour())
        .log_internal_errors(false)
        .try_init();
    if started.is_err() {
        tracing::debug!("logging had been started before");
    }
}
