use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use sync_service::config::{Config, ConfigError, Overrides, load};

/// The web server of the sync engine: API and page.
///
/// Every setting can also be an environment variable or a key of the configuration file; a flag beats both.
#[derive(Debug, Clone, Default, Parser)]
#[command(version)]
pub struct Args {
    /// TOML file with settings
    #[arg(long, env = "SYNC_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Port; 0 takes a free one (`SYNC_PORT`)
    #[arg(long)]
    pub port: Option<String>,
    /// Address to bind; another one than this machine's own demands a token (`SYNC_HOST`)
    #[arg(long)]
    pub host: Option<String>,
    /// Folder that everything is kept in (`SYNC_INSTANCE`)
    #[arg(long, value_name = "FOLDER")]
    pub instance: Option<String>,
    /// Serve other machines without a token (`SYNC_INSECURE`)
    #[arg(long)]
    pub insecure: bool,
    /// Serve the page from this folder instead of from the program (`SYNC_FRONTEND_DIR`)
    #[arg(long, value_name = "FOLDER")]
    pub frontend_dir: Option<String>,
    /// Debug logs and error details (`SYNC_DEBUG`)
    #[arg(long)]
    pub debug: bool,
    /// How log lines look
    #[arg(long, value_enum, default_value_t, env = "SYNC_LOG_FORMAT")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Args {
    /// The settings, from flags, environment and file.
    pub fn settings(&self) -> Result<Config, ConfigError> {
        load(
            &self.overrides(),
            &|name| std::env::var(name).ok(),
            self.config.as_deref(),
        )
    }

    fn overrides(&self) -> Overrides {
        let yes = |given: bool| given.then(|| "true".to_owned());
        let flags = [
            ("SYNC_PORT", "--port", self.port.clone()),
            ("SYNC_HOST", "--host", self.host.clone()),
            ("SYNC_INSTANCE", "--instance", self.instance.clone()),
            ("SYNC_INSECURE", "--insecure", yes(self.insecure)),
            ("SYNC_FRONTEND_DIR", "--frontend-dir", self.frontend_dir.clone()),
            ("SYNC_DEBUG", "--debug", yes(self.debug)),
        ];
        let given = flags
            .into_iter()
            .filter_map(|(name, flag, value)| Some((name.to_owned(), (flag.to_owned(), value?))));
        given.collect()
    }
}
