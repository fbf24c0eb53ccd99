//! The arguments that all commands share, and the list of commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sync_service::PageRequest;
use sync_service::config::Overrides;

use crate::commands::{
    completions, conflicts, cursors, dead_letter, demo, jobs, links, mappings, matching, purge, record, seed,
    sim, sync, waiting,
};

/// Keeps a Shopify shop and an Odoo database in sync; both are simulated unless the settings name real ones.
#[derive(Debug, Parser)]
#[command(
    name = "sync-cli",
    version,
    propagate_version = true,
    after_help = "Exit codes: 0 all fine, 1 error, 2 finished and some records failed.\n\
                  Everything is kept in ./instance; SYNC_INSTANCE or --instance names another folder.\n\
                  Begin with: sync-cli demo"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fill both simulated systems, sync everything, and say what came of it.
    Demo(demo::DemoArgs),
    /// Fill the simulated systems; what is there stays.
    Seed(seed::SeedArgs),
    /// Sync one record type, or all of them in their order.
    Sync(sync::SyncArgs),
    /// Look at jobs, stop them, go on with them.
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// Look at mapping rules and edit them.
    #[command(subcommand)]
    Mappings(mappings::MappingsCommand),
    /// Records that could not be synced.
    #[command(subcommand)]
    DeadLetter(dead_letter::DeadLetterCommand),
    /// Records that wait for their next attempt, or for another record.
    #[command(subcommand)]
    Waiting(waiting::WaitingCommand),
    /// How everything is doing.
    Dashboard,
    /// Every setting, its value, and where that came from.
    Config,
    /// Fields that both systems changed, each otherwise.
    #[command(subcommand)]
    Conflicts(conflicts::ConflictsCommand),
    /// Which record is which in the other system.
    #[command(subcommand)]
    Links(links::LinksCommand),
    /// What a first run would link, and what it leaves to you.
    #[command(subcommand)]
    Match(matching::MatchCommand),
    /// How far each system was read.
    #[command(subcommand)]
    Cursors(cursors::CursorsCommand),
    /// Everything that happened to one record.
    #[command(subcommand)]
    Record(record::RecordCommand),
    /// Edits and raw calls in a simulated system.
    #[command(subcommand)]
    Sim(sim::SimCommand),
    /// Delete old logs and closed dead letters, which hold customer data.
    Purge(purge::PurgeArgs),
    /// Completions for a shell, to be sourced by it.
    Completions(completions::CompletionsArgs),
}

/// Flags of every command. Values of settings are taken as they are and checked with all the others, so that a wrong
/// one is refused in the same words wherever it came from.
#[derive(Debug, Args)]
pub(crate) struct SettingFlags {
    /// Print exactly one JSON document on standard output, and everything else on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The settings' TOML file
    #[arg(long, global = true, value_name = "FILE", env = "SYNC_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Settings")]
    values: SettingValues,
}

/// One flag per setting that a single call may want otherwise.
#[derive(Debug, Args)]
struct SettingValues {
    /// Where everything is kept (`SYNC_INSTANCE`)
    #[arg(long, global = true, value_name = "DIR")]
    instance: Option<String>,
    /// The store: sqlite, or sqlite:// and a path (`DATABASE_URL`)
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Debug logs and error details (`SYNC_DEBUG`)
    #[arg(long, global = true)]
    debug: bool,
    /// Chance that a simulated write attempt fails, 0.0 to 1.0 (`SYNC_FAILURE_RATE`)
    #[arg(long, global = true, value_name = "RATE", allow_hyphen_values = true)]
    failure_rate: Option<String>,
    /// Where the chance of a simulation comes from (`SYNC_SEED`)
    #[arg(long, global = true, value_name = "NUMBER", allow_hyphen_values = true)]
    seed: Option<String>,
    /// Attempts after the first one (`MAX_RETRIES`)
    #[arg(long, global = true, value_name = "NUMBER", allow_hyphen_values = true)]
    max_retries: Option<String>,
    /// Seconds before the second attempt (`RETRY_BACKOFF_BASE`)
    #[arg(long, global = true, value_name = "SECONDS", allow_hyphen_values = true)]
    retry_base: Option<String>,
    /// Growth of the pauses between attempts (`RETRY_BACKOFF_MULTIPLIER`)
    #[arg(long, global = true, value_name = "NUMBER", allow_hyphen_values = true)]
    retry_multiplier: Option<String>,
    /// Records per call and transaction (`SYNC_BATCH_SIZE`)
    #[arg(long, global = true, value_name = "NUMBER", allow_hyphen_values = true)]
    batch_size: Option<String>,
    /// Most open dead letters (`DLQ_MAX_SIZE`)
    #[arg(long, global = true, value_name = "NUMBER", allow_hyphen_values = true)]
    dlq_max_size: Option<String>,
    /// Who wins where both sides changed a field: `last_write_wins`, `merge`, `manual`, ... (`CONFLICT_STRATEGY`)
    #[arg(long, global = true, value_name = "NAME")]
    conflict_strategy: Option<String>,
    /// Who wins with `source_priority`: shopify or odoo (`PRIORITY_SOURCE`)
    #[arg(long, global = true, value_name = "SYSTEM")]
    priority_source: Option<String>,
    /// Which warehouse is which location: `location=warehouse,...` (`SYNC_LOCATIONS`)
    #[arg(long, global = true, value_name = "PAIRS")]
    locations: Option<String>,
}

impl SettingFlags {
    /// What the flags say of the settings.
    pub(crate) fn overrides(&self) -> Overrides {
        let values = &self.values;
        let debug = values.debug.then(|| "true".to_owned());
        let given = [
            ("SYNC_INSTANCE", "--instance", &values.instance),
            ("DATABASE_URL", "--database", &values.database),
            ("SYNC_DEBUG", "--debug", &debug),
            ("SYNC_FAILURE_RATE", "--failure-rate", &values.failure_rate),
            ("SYNC_SEED", "--seed", &values.seed),
            ("MAX_RETRIES", "--max-retries", &values.max_retries),
            ("RETRY_BACKOFF_BASE", "--retry-base", &values.retry_base),
            (
                "RETRY_BACKOFF_MULTIPLIER",
                "--retry-multiplier",
                &values.retry_multiplier,
            ),
            ("SYNC_BATCH_SIZE", "--batch-size", &values.batch_size),
            ("DLQ_MAX_SIZE", "--dlq-max-size", &values.dlq_max_size),
            (
                "CONFLICT_STRATEGY",
                "--conflict-strategy",
                &values.conflict_strategy,
            ),
            ("PRIORITY_SOURCE", "--priority-source", &values.priority_source),
            ("SYNC_LOCATIONS", "--locations", &values.locations),
        ];
        let set = given
            .into_iter()
            .filter_map(|(name, flag, value)| Some((name.to_owned(), (flag.to_owned(), value.clone()?))));
        set.collect()
    }
}

/// Which page of a list.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// Rows at most, 1 to 500
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
    /// Only rows before this one: `next` of the page before
    #[arg(long, value_name = "ID")]
    before: Option<i64>,
}

impl PageArgs {
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest {
            before: self.before,
            limit: usize::from(self.limit),
        }
    }
}
