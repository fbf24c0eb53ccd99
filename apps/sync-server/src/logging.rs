use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::LogFormat;

/// Starts logging to the standard error output. `RUST_LOG` says what is logged, if it is set.
pub(crate) fn start(format: LogFormat, debug: bool) -> anyhow::Result<()> {
    let usual = if debug {
        "info,sync_server=debug,sync_service=debug,sync_core=debug,connector_shopify=debug,connector_odoo=debug"
    } else {
        "info,actix_server=warn"
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Pretty => lines
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot be started: {error}"))
}
