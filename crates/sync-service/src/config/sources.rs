use std::collections::BTreeMap;
use std::path::Path;

use super::parse::Reader;
use super::{Config, ConfigError, Given, SETTINGS, Setting, Source};

/// Values of flags by the setting's name, with the flag's own name: `("SYNC_PORT", ("--port", "9000"))`.
pub type Overrides = BTreeMap<String, (String, String)>;

/// Largest configuration file, in bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// Puts the settings together. `environment` answers a variable's value; `file` is the TOML file, if one is used.
pub fn load(
    overrides: &Overrides,
    environment: &dyn Fn(&str) -> Option<String>,
    file: Option<&Path>,
) -> Result<Config, ConfigError> {
    let from_file = file.map(read_file).transpose()?.unwrap_or_default();
    let mut raw = BTreeMap::new();
    for setting in &SETTINGS {
        raw.insert(
            setting.name,
            find(setting, overrides, environment, &from_file, file),
        );
    }
    Reader::new(raw).config()
}

/// A value as it stands, and where it stands.
pub(super) type Raw = (String, Source);

fn find(
    setting: &Setting,
    overrides: &Overrides,
    environment: &dyn Fn(&str) -> Option<String>,
    from_file: &BTreeMap<String, String>,
    file: Option<&Path>,
) -> Raw {
    let set = |text: &String| !text.trim().is_empty();
    if let Some((flag, value)) = overrides.get(setting.name) {
        return (value.clone(), Source::Flag(flag.clone()));
    }
    if let Some(value) = environment(setting.name).filter(set) {
        return (value, Source::Environment(setting.name.to_owned()));
    }
    let path = || file.map(|path| path.display().to_string()).unwrap_or_default();
    match from_file.get(setting.name).filter(|text| set(text)) {
        Some(value) => (value.clone(), Source::File(path())),
        None => (setting.default.to_owned(), Source::Default),
    }
}

/// The file's values by the settings' names. A key that is no setting is refused: it would do nothing, and whoever
/// wrote it would believe that it does.
fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let wrong = |reason: String| ConfigError::File {
        path: path.to_owned(),
        reason,
    };
    let size = std::fs::metadata(path)
        .map_err(|error| wrong(error.to_string()))?
        .len();
    if size > MOST_BYTES {
        return Err(wrong(format!(
            "it has {size} bytes, at most {MOST_BYTES} are allowed"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        let name = key.to_uppercase();
        if !SETTINGS.iter().any(|setting| setting.name == name) {
            let names: Vec<String> = SETTINGS
                .iter()
                .map(|setting| setting.name.to_lowercase())
                .collect();
            return Err(wrong(format!(
                "`{key}` is no setting; these are: {}",
                names.join(", ")
            )));
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => value.to_string(),
            other => {
                return Err(wrong(format!(
                    "`{key}` is {}: a single value is needed",
                    other.type_str()
                )));
            }
        };
        values.insert(name, text);
    }
    Ok(values)
}

/// How a value shows to people.
pub(super) fn shown(setting: &Setting, raw: &Raw) -> Given {
    let hidden = setting.secret && !raw.0.is_empty();
    Given {
        value: if hidden { "***".to_owned() } else { raw.0.clone() },
        source: raw.1.clone(),
    }
}
