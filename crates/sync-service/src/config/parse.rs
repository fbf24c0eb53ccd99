use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use connector_shopify::{MOST_METAFIELDS, Metafield};
use sync_core::RetryPolicy;

use crate::specs::{TypeSettings, match_key_names};

use super::sources::{Raw, shown};
use super::{
    Config, ConfigError, Hidden, Notify, OdooEndpoint, SETTINGS, Setting, ShopifyEndpoint, Source, WrongValue,
};

use crate::service::check_template;

/// Reads typed values out of texts and notes everything that is wrong with them.
pub(super) struct Reader {
    raw: BTreeMap<&'static str, Raw>,
    wrong: Vec<WrongValue>,
}

impl Reader {
    pub(super) fn new(raw: BTreeMap<&'static str, Raw>) -> Self {
        Self {
            raw,
            wrong: Vec::new(),
        }
    }

    pub(super) fn config(mut self) -> Result<Config, ConfigError> {
        let instance = PathBuf::from(self.text("SYNC_INSTANCE"));
        let retry = RetryPolicy {
            max_retries: self.number("MAX_RETRIES", 0, 100),
            base_seconds: self.number("RETRY_BACKOFF_BASE", 0.0, 3600.0),
            multiplier: self.number("RETRY_BACKOFF_MULTIPLIER", 1.0, 100.0),
            jitter: self.number("RETRY_JITTER", 0.0, 1.0),
            ..RetryPolicy::default()
        };
        let config = Config {
            port: self.number("SYNC_PORT", 0, u16::MAX),
            host: self.host(),
            debug: self.flag("SYNC_DEBUG"),
            database: self.database(&instance),
            failure_rate: self.number("SYNC_FAILURE_RATE", 0.0, 1.0),
            retry,
            dead_letter_limit: self.number("DLQ_MAX_SIZE", 1, u64::MAX),
            batch_size: self.number("SYNC_BATCH_SIZE", 1, 250),
            conflicts: self.conflicts(),
            on_delete: self.on_delete(),
            archive_limit: self.number("ARCHIVE_LIMIT", 0.0, 1.0),
            types: self.types(),
            seed: self.number("SYNC_SEED", 0, u64::MAX),
            api_token: self.api_token(),
            insecure: self.flag("SYNC_INSECURE"),
            frontend_dir: self.frontend_dir(),
            allowed_hosts: self.allowed_hosts(),
            event_streams: self.number("SYNC_EVENT_STREAMS", 1, 10_000),
            resume: self.flag("SYNC_RESUME"),
            notify: self.notify(),
            locations: self.locations(),
            shopify: self.shopify(),
            metafields: self.metafields(),
            odoo: self.odoo(),
            given: self.given(),
            instance,
        };
        if self.wrong.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError::Values(self.wrong))
        }
    }

    fn given(&self) -> BTreeMap<String, super::Given> {
        let given = SETTINGS.iter().filter_map(|setting| {
            Some((
                setting.name.to_owned(),
                shown(setting, self.raw.get(setting.name)?),
            ))
        });
        given.collect()
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.raw
            .get(name)
            .map(|(text, _)| text.trim().to_owned())
            .unwrap_or_default()
    }

    pub(super) fn refuse(&mut self, name: &str, problem: impl Into<String>) {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            return;
        };
        let Some(raw) = self.raw.get(name) else { return };
        let given = shown(setting, raw);
        self.wrong.push(WrongValue {
            name: name.to_owned(),
            value: given.value,
            origin: origin(&raw.1, setting),
            problem: problem.into(),
            allowed: setting.allowed.to_owned(),
        });
    }

    /// A number within bounds; the lower bound stands in for one that is wrong, which is never used.
    pub(super) fn number<T: FromStr + PartialOrd + Copy>(&mut self, name: &str, least: T, most: T) -> T {
        match self.text(name).parse::<T>() {
            Ok(number) if number >= least && number <= most => return number,
            Ok(_) => self.refuse(name, "out of range"),
            Err(_) => self.refuse(name, "no such number"),
        }
        least
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.text(name).to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" | "" => false,
            _ => {
                self.refuse(name, "neither true nor false");
                false
            }
        }
    }

    fn host(&mut self) -> String {
        let host = self.text("SYNC_HOST");
        if host != "localhost" && host.parse::<IpAddr>().is_err() {
            self.refuse("SYNC_HOST", "no address");
        }
        host
    }

    fn database(&mut self, instance: &Path) -> PathBuf {
        let url = self.text("DATABASE_URL");
        if url == "sqlite" {
            return instance.join("sync.db");
        }
        let path = url.strip_prefix("sqlite://").filter(|path| !path.is_empty());
        if path.is_none() {
            self.refuse("DATABASE_URL", "no such kind of store");
        }
        path.map(PathBuf::from).unwrap_or_default()
    }

    fn types(&mut self) -> TypeSettings {
        let tag = self.text("ONLINE_TAG");
        let keys = self.text("MATCH_KEYS");
        let mut match_keys = Vec::new();
        let named = keys
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty() && *key != "-");
        for key in named {
            if !match_key_names().contains(&key) {
                self.refuse("MATCH_KEYS", format!("`{key}` is no such key"));
            }
            match_keys.push(key.to_owned());
        }
        TypeSettings {
            online_tag: if tag == "-" { String::new() } else { tag },
            match_keys,
        }
    }

    fn api_token(&mut self) -> Option<Hidden> {
        let token = self.text("SYNC_API_TOKEN");
        if !token.is_empty() && token.chars().count() < 16 {
            self.refuse("SYNC_API_TOKEN", "too short to be safe");
        }
        (!token.is_empty()).then_some(Hidden(token))
    }

    fn frontend_dir(&mut self) -> Option<PathBuf> {
        let folder = self.text("SYNC_FRONTEND_DIR");
        if folder.is_empty() {
            return None;
        }
        let folder = PathBuf::from(folder);
        if !folder.is_dir() {
            self.refuse("SYNC_FRONTEND_DIR", "no folder there");
        }
        Some(folder)
    }

    fn allowed_hosts(&mut self) -> Vec<String> {
        let text = self.text("SYNC_ALLOWED_HOSTS").to_lowercase();
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let mut hosts = Vec::new();
        for name in names {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            if name.chars().all(plain) {
                hosts.push(name.to_owned());
            } else {
                self.refuse("SYNC_ALLOWED_HOSTS", format!("`{name}` is no host name"));
            }
        }
        hosts
    }

    fn notify(&mut self) -> Notify {
        let url = self.text("NOTIFY_URL");
        let host = ["https://", "http://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        let has_host = host.is_some_and(|rest| rest.chars().next().is_some_and(|c| !"/?#".contains(c)));
        if !url.is_empty() && !has_host {
            self.refuse("NOTIFY_URL", "no address of a server");
        }
        let template = self.text("NOTIFY_TEMPLATE");
        if let Err(problem) = check_template(&template) {
            self.refuse("NOTIFY_TEMPLATE", problem);
        }
        Notify {
            url: (!url.is_empty()).then_some(Hidden(url)),
            template,
            dead_letters: self.number("NOTIFY_DEAD_LETTERS", 0, u64::MAX),
        }
    }

    fn locations(&mut self) -> Vec<(String, String)> {
        let text = self.text("SYNC_LOCATIONS");
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let pair = part
                .split_once('=')
                .map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
            match pair.filter(|(a, b)| !a.is_empty() && !b.is_empty()) {
                None => self.refuse("SYNC_LOCATIONS", format!("`{part}` is no pair")),
                Some(pair) if pairs.iter().any(|known| known.0 == pair.0 || known.1 == pair.1) => {
                    self.refuse(
                        "SYNC_LOCATIONS",
                        format!("`{part}`: a location or warehouse is there twice"),
                    );
                }
                Some(pair) => pairs.push(pair),
            }
        }
        pairs
    }

    fn url(&mut self, name: &str) -> Option<String> {
        let url = self.text(name);
        if url == "simulated" {
            return None;
        }
        if !url.starts_with("https://") && !url.starts_with("http://") {
            self.refuse(name, "no URL");
        }
        Some(url)
    }

    fn needed(&mut self, name: &str, by: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.refuse(name, format!("needed because {by} is set"));
        }
        text
    }

    fn shopify(&mut self) -> ShopifyEndpoint {
        match self.url("SHOPIFY_URL") {
            None => ShopifyEndpoint::Simulated,
            Some(url) => ShopifyEndpoint::Remote {
                url,
                token: Hidden(self.needed("SHOPIFY_TOKEN", "SHOPIFY_URL")),
            },
        }
    }

    fn metafields(&mut self) -> Vec<Metafield> {
        let text = self.text("SHOPIFY_METAFIELDS");
        let mut fields: Vec<Metafield> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match part.parse::<Metafield>() {
                Err(error) => self.refuse("SHOPIFY_METAFIELDS", error.to_string()),
                Ok(field) if fields.iter().any(|known| known.to_string() == field.to_string()) => {
                    self.refuse("SHOPIFY_METAFIELDS", format!("`{field}` is there twice"));
                }
                Ok(field) => fields.push(field),
            }
        }
        if fields.len() > MOST_METAFIELDS {
            self.refuse("SHOPIFY_METAFIELDS", format!("{} are too many", fields.len()));
        }
        fields
    }

    fn odoo(&mut self) -> OdooEndpoint {
        let Some(url) = self.url("ODOO_URL") else {
            return OdooEndpoint::Simulated;
        };
        OdooEndpoint::Remote {
            url,
            database: self.needed("ODOO_DATABASE", "ODOO_URL"),
            user: self.needed("ODOO_USER", "ODOO_URL"),
            secret: Hidden(self.needed("ODOO_API_KEY", "ODOO_URL")),
        }
    }
}

fn origin(source: &Source, setting: &Setting) -> String {
    match source {
        Source::Default => "default".to_owned(),
        Source::File(path) => format!("{} in {path}", setting.name.to_lowercase()),
        Source::Environment(_) => "environment".to_owned(),
        Source::Flag(flag) => flag.clone(),
    }
}
