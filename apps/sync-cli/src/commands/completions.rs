use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use crate::app::App;
use crate::args::Cli;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(app: &App, args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sync-cli", &mut script);
    let script = String::from_utf8(script)?;
    let document = json!({"shell": args.shell.to_string(), "script": script});
    app.out.show(&document, |_| script)?;
    Ok(Exit::Fine)
}
