//! The command line: seeds, syncs, shows and edits an installation.

mod app;
mod args;
mod commands;
mod exit;
mod output;
mod progress;
mod running;
mod stop;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use sync_core::ports::Clock;
use sync_service::SystemClock;

use crate::app::App;
use crate::args::Cli;
use crate::output::Out;

fn main() -> ExitCode {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let exit = match Cli::try_parse() {
        Ok(cli) => {
            let out = Out::new(cli.settings.json, Arc::clone(&clock));
            let app = App::new(cli.settings, out, clock);
            commands::run(&app, cli.command).unwrap_or_else(|error| app.out.error(&error))
        }
        Err(refused) => {
            let json = std::env::args_os().any(|argument| argument == "--json");
            exit::of_arguments(&Out::new(json, clock), &refused)
        }
    };
    exit.into()
}
