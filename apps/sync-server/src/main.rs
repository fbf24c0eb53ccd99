//! The web server of the sync engine.

use std::process::ExitCode;

use clap::Parser;
use sync_server::{Args, serve};

fn main() -> ExitCode {
    match serve(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sync-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}
