//! One file per command.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod conflicts;
pub(crate) mod cursors;
pub(crate) mod dashboard;
pub(crate) mod dead_letter;
pub(crate) mod demo;
pub(crate) mod jobs;
mod left_alone;
pub(crate) mod links;
pub(crate) mod mappings;
pub(crate) mod matching;
pub(crate) mod purge;
pub(crate) mod record;
pub(crate) mod seed;
pub(crate) mod sim;
pub(crate) mod sync;
pub(crate) mod waiting;

use anyhow::Result;

use crate::app::App;
use crate::args::Command;
use crate::exit::Exit;

/// Carries a command out.
pub(crate) fn run(app: &App, command: Command) -> Result<Exit> {
    match command {
        Command::Demo(args) => demo::run(app, &args),
        Command::Seed(args) => seed::run(app, &args),
        Command::Sync(args) => sync::run(app, &args),
        Command::Jobs(command) => jobs::run(app, &command),
        Command::Mappings(command) => mappings::run(app, command),
        Command::DeadLetter(command) => dead_letter::run(app, command),
        Command::Waiting(command) => waiting::run(app, &command),
        Command::Dashboard => dashboard::run(app),
        Command::Config => config::run(app),
        Command::Conflicts(command) => conflicts::run(app, command),
        Command::Links(command) => links::run(app, &command),
        Command::Match(command) => matching::run(app, &command),
        Command::Cursors(command) => cursors::run(app, &command),
        Command::Record(command) => record::run(app, &command),
        Command::Sim(command) => sim::run(app, &command),
        Command::Purge(args) => purge::run(app, &args),
        Command::Completions(args) => completions::run(app, &args),
    }
}
