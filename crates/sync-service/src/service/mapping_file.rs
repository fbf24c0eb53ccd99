//! Rules as a file that people read, keep and edit: TOML or JSON.

use std::collections::BTreeMap;
use std::path::Path;

use mapping_transforms::{Finding, Mapping, MappingDraft, OnMissing, RuleDirection, RuleSet, Severity};
use serde::{Deserialize, Serialize};
use sync_core::{RecordType, RecordTypeSpec};

use super::mappings::draft_of;
use super::{Service, ServiceError, connection};

/// Most rules in a file.
const MOST_RULES: usize = 2_000;
/// Largest file, in bytes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Rules as they are written to a file and read from one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingFile {
    /// The rules in their order. Their ids do not matter.
    pub mappings: Vec<MappingDraft>,
}

/// How rules are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingFormat {
    /// TOML: one `[[mappings]]` per rule.
    Toml,
    /// JSON.
    Json,
}

/// What an import does with the rules that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// They stay.
    Add,
    /// Those of the record types that the file has rules for are deleted.
    Replace,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Rules that were added.
    pub added: usize,
    /// Rules that were deleted.
    pub deleted: usize,
    /// What may surprise, rule by rule.
    pub warnings: Vec<String>,
}

impl MappingFormat {
    /// The format that a file's name says.
    pub fn of(path: &Path) -> Result<Self, ServiceError> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Ok(Self::Toml),
            Some("json") => Ok(Self::Json),
            _ => Err(ServiceError::Invalid(format!(
                "{}: the name of a mapping file ends in .toml or .json",
                path.display()
            ))),
        }
    }
}

/// A rule as it is written: what has its default value is left out.
#[derive(Serialize)]
struct Written<'a> {
    record_type: &'a str,
    shopify_field: &'a str,
    odoo_field: &'a str,
    transform: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    position: i32,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_missing: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    owner: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    strategy: &'a str,
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    mappings: Vec<Written<'a>>,
}

impl MappingFile {
    /// Reads a file's text. A key that means nothing is refused.
    pub fn parse(text: &str, format: MappingFormat) -> Result<Self, ServiceError> {
        if text.len() > MOST_BYTES {
            return Err(ServiceError::Invalid(format!(
                "a mapping file has {MOST_BYTES} bytes at most, this one has {}",
                text.len()
            )));
        }
        let parsed: Result<Self, String> = match format {
            MappingFormat::Toml => toml::from_str(text).map_err(|error| error.to_string()),
            MappingFormat::Json => serde_json::from_str(text).map_err(|error| error.to_string()),
        };
        let file = parsed.map_err(|error| {
            ServiceError::Invalid(format!("the mapping file cannot be read: {}", error.trim_end()))
        })?;
        if file.mappings.len() > MOST_RULES {
            return Err(ServiceError::Invalid(format!(
                "a mapping file has {MOST_RULES} rules at most, this one has {}",
                file.mappings.len()
            )));
        }
        Ok(file)
    }

    /// The text of a file with these rules; what has its default value is left out.
    pub fn render(&self, format: MappingFormat) -> Result<String, ServiceError> {
        let mappings = self.mappings.iter().map(|draft| Written {
            record_type: &draft.record_type,
            shopify_field: &draft.shopify_field,
            odoo_field: &draft.odoo_field,
            transform: &draft.transform,
            enabled: (!draft.enabled).then_some(false),
            position: draft.position,
            note: &draft.note,
            on_missing: (draft.on_missing != OnMissing::NAMES[0].0).then_some(&draft.on_missing),
            direction: (draft.direction != RuleDirection::NAMES[0].0).then_some(&draft.direction),
            owner: &draft.owner,
            strategy: &draft.strategy,
        });
        let file = WrittenFile {
            mappings: mappings.collect(),
        };
        let text = match format {
            MappingFormat::Toml => toml::to_string(&file).map_err(|error| error.to_string()),
            MappingFormat::Json => serde_json::to_string_pretty(&file)
                .map(|text| text + "\n")
                .map_err(|error| error.to_string()),
        };
        text.map_err(|error| ServiceError::Invalid(format!("the rules cannot be written: {error}")))
    }
}

impl Service {
    /// The rules as a file, of one record type or all.
    pub fn export_mappings(&self, record_type: Option<&str>) -> Result<MappingFile, ServiceError> {
        let mappings = self.mappings(record_type)?;
        let without_id = |mapping: &Mapping| MappingDraft {
            id: 0,
            ..draft_of(mapping)
        };
        Ok(MappingFile {
            mappings: mappings.iter().map(without_id).collect(),
        })
    }

    /// Takes the rules of a file, all or none: everything that is wrong with any of them is named. A rule without a
    /// position comes after those before it.
    pub fn import_mappings(
        &self,
        file: &MappingFile,
        mode: ImportMode,
    ) -> Result<ImportReport, ServiceError> {
        let mut import = Import::default();
        let mut drafts: BTreeMap<&str, Vec<(usize, &MappingDraft)>> = BTreeMap::new();
        for (index, draft) in file.mappings.iter().enumerate() {
            drafts
                .entry(draft.record_type.as_str())
                .or_default()
                .push((index, draft));
        }
        for (name, drafts) in drafts {
            match self.specs.iter().find(|spec| spec.name.as_str() == name) {
                Some(spec) => self.check_all(spec, &drafts, mode, &mut import)?,
                None => import
                    .findings
                    .extend(drafts.iter().map(|(index, _)| self.unknown_type(*index, name))),
            }
        }
        if !import.findings.is_empty() {
            import.findings.sort_by_key(|finding| finding.index);
            return Err(ServiceError::MappingFile(import.findings));
        }
        import.mappings.sort_by_key(|(index, _)| *index);
        let mappings: Vec<Mapping> = import.mappings.into_iter().map(|(_, mapping)| mapping).collect();
        let replaced = match mode {
            ImportMode::Add => Vec::new(),
            ImportMode::Replace => import.record_types,
        };
        let deleted = self.store.import_mappings(&connection(), &replaced, &mappings)?;
        import.warnings.sort();
        Ok(ImportReport {
            added: mappings.len(),
            deleted,
            warnings: import.warnings.into_iter().map(|(_, text)| text).collect(),
        })
    }

    /// Checks the rules of one record type, each alone and then all together.
    fn check_all(
        &self,
        spec: &RecordTypeSpec,
        drafts: &[(usize, &MappingDraft)],
        mode: ImportMode,
        import: &mut Import,
    ) -> Result<(), ServiceError> {
        let there = match mode {
            ImportMode::Replace => Vec::new(),
            ImportMode::Add => self.store.list_mappings(&connection(), Some(&spec.name))?,
        };
        let mut last = there.iter().map(|mapping| mapping.position).max().unwrap_or(0);
        let mut together = there.clone();
        let mut indexes = Vec::new();
        for (index, draft) in drafts {
            let draft = MappingDraft {
                id: 0,
                ..(*draft).clone()
            };
            match self.checked(&draft, &[], &spec.children) {
                Err(findings) => import
                    .findings
                    .extend(findings.into_iter().map(|finding| Finding {
                        index: *index,
                        ..finding
                    })),
                Ok(mut checked) => {
                    if checked.mapping.position == 0 {
                        checked.mapping.position = last.saturating_add(1);
                    }
                    last = last.max(checked.mapping.position);
                    indexes.push(*index);
                    together.push(checked.mapping);
                }
            }
        }
        for finding in RuleSet::check(&together, &spec.children, &self.registry) {
            let Some(index) = finding
                .index
                .checked_sub(there.len())
                .and_then(|at| indexes.get(at))
            else {
                continue;
            };
            let finding = Finding {
                index: *index,
                ..finding
            };
            match finding.severity {
                Severity::Error => import.findings.push(finding),
                Severity::Warning => import.warn(*index, &finding.message),
            }
        }
        let fields = self.fields(&spec.name)?;
        for (index, mapping) in indexes.into_iter().zip(together.drain(there.len()..)) {
            for warning in fields.missing(&mapping) {
                import.warn(index, &warning);
            }
            import.mappings.push((index, mapping));
        }
        import.record_types.push(spec.name.clone());
        Ok(())
    }

    pub(super) fn unknown_type(&self, index: usize, name: &str) -> Finding {
        Finding {
            mapping: 0,
            index,
            field: "record_type".to_owned(),
            value: name.chars().take(60).collect(),
            message: "no such record type".to_owned(),
            allowed: self.specs.iter().map(|spec| spec.name.to_string()).collect(),
            severity: Severity::Error,
        }
    }
}

/// What is known of an import before it is stored.
#[derive(Default)]
struct Import {
    findings: Vec<Finding>,
    mappings: Vec<(usize, Mapping)>,
    record_types: Vec<RecordType>,
    warnings: Vec<(usize, String)>,
}

impl Import {
    fn warn(&mut self, index: usize, text: &str) {
        self.warnings.push((index, format!("rule {}: {text}", index + 1)));
    }
}
