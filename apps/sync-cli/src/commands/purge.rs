use anyhow::Result;
use clap::Args;

use crate::app::App;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    /// Delete logs of jobs that ended, and dead letters that were closed, more than so many days ago
    #[arg(long, value_name = "NUMBER")]
    days: u32,
}

pub(crate) fn run(app: &App, args: &PurgeArgs) -> Result<Exit> {
    let purged = app.service()?.purge(args.days)?;
    app.out.show(&purged, |_| {
        format!(
            "Deleted {} log lines and {} closed dead letters that were older than {} days. \
             Jobs keep their counts; open dead letters stay.",
            purged.log_lines, purged.dead_letters, args.days
        )
    })?;
    Ok(Exit::Fine)
}
