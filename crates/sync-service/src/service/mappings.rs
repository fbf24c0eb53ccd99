use std::sync::Arc;

use mapping_transforms::{Finding, Mapping, MappingDraft, Segment, Severity, Side, check_draft};
use serde::{Deserialize, Serialize};
use sync_core::RecordType;
use sync_core::ports::{Connector, FieldSet};

use super::{Service, ServiceError, connection};

/// A rule that was saved, and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SavedMapping {
    /// The rule.
    #[serde(flatten)]
    pub mapping: Mapping,
    /// What may surprise: the target has no such field, the rule goes one way only.
    pub warnings: Vec<String>,
}

/// All rules, as they are written to a file and read from one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingFile {
    /// The rules in their order.
    pub mappings: Vec<MappingDraft>,
}

impl Service {
    /// The rules, of one record type or all.
    pub fn mappings(&self, record_type: Option<&str>) -> Result<Vec<Mapping>, ServiceError> {
        let record_type = record_type
            .map(|name| self.spec(name).map(|spec| spec.name.clone()))
            .transpose()?;
        Ok(self.store.list_mappings(&connection(), record_type.as_ref())?)
    }

    /// One rule.
    pub fn mapping(&self, id: i64) -> Result<Mapping, ServiceError> {
        Ok(self.store.mapping(&connection(), id)?)
    }

    /// Saves a new rule.
    pub fn add_mapping(&self, draft: &MappingDraft) -> Result<SavedMapping, ServiceError> {
        let mut saved = self.check(draft)?;
        saved.mapping.id = self.store.insert_mapping(&connection(), &saved.mapping)?;
        Ok(saved)
    }

    /// Replaces a rule.
    pub fn replace_mapping(&self, id: i64, draft: &MappingDraft) -> Result<SavedMapping, ServiceError> {
        self.store.mapping(&connection(), id)?;
        let saved = self.check(&MappingDraft { id, ..draft.clone() })?;
        self.store.replace_mapping(&connection(), &saved.mapping)?;
        Ok(saved)
    }

    /// Switches a rule on or off.
    pub fn enable_mapping(&self, id: i64, enabled: bool) -> Result<Mapping, ServiceError> {
        Ok(self.store.enable_mapping(&connection(), id, enabled)?)
    }

    /// Deletes a rule and answers it.
    pub fn delete_mapping(&self, id: i64) -> Result<Mapping, ServiceError> {
        Ok(self.store.delete_mapping(&connection(), id)?)
    }

    /// What is wrong with a rule, or how it would be saved.
    fn check(&self, draft: &MappingDraft) -> Result<SavedMapping, ServiceError> {
        let Ok(spec) = self.spec(&draft.record_type) else {
            return Err(ServiceError::Mapping(self.findings_of_unknown(draft)));
        };
        let others = self.store.list_mappings(&connection(), Some(&spec.name))?;
        let others: Vec<Mapping> = others.into_iter().filter(|other| other.id != draft.id).collect();
        let checked =
            check_draft(draft, &others, &spec.children, &self.registry).map_err(ServiceError::Mapping)?;
        let mut warnings: Vec<String> = checked
            .warnings
            .iter()
            .map(|finding: &Finding| finding.message.clone())
            .collect();
        warnings.extend(self.missing_fields(&spec.name, &checked.mapping));
        Ok(SavedMapping {
            mapping: checked.mapping,
            warnings,
        })
    }

    /// Everything that is wrong with a rule for a record type that does not exist.
    fn findings_of_unknown(&self, draft: &MappingDraft) -> Vec<Finding> {
        let mut findings = vec![Finding {
            mapping: draft.id,
            index: 0,
            field: "record_type".to_owned(),
            value: draft.record_type.chars().take(100).collect(),
            message: "unknown record type".to_owned(),
            allowed: self.specs.iter().map(|spec| spec.name.to_string()).collect(),
            severity: Severity::Error,
        }];
        let rest = check_draft(draft, &[], &[], &self.registry)
            .err()
            .unwrap_or_default();
        findings.extend(rest.into_iter().filter(|finding| finding.field != "record_type"));
        findings
    }

    /// Fields of the rule that its system does not have. A system that cannot be asked is no reason to refuse a rule.
    fn missing_fields(&self, record_type: &RecordType, mapping: &Mapping) -> Vec<String> {
        let sides = [
            (Side::Shopify, &self.systems.shopify),
            (Side::Odoo, &self.systems.odoo),
        ];
        let warning = |(side, connector): (Side, &Arc<dyn Connector>)| {
            let field = mapping.field(side);
            match fields_of(connector, record_type) {
                Ok(fields) => {
                    let keys = field.segments().iter().filter_map(|segment| match segment {
                        Segment::Key(key) => Some(key.as_str()),
                        Segment::Index(_) | Segment::FromEnd(_) | Segment::Each => None,
                    });
                    let known = fields.knows(&keys.collect::<Vec<_>>());
                    (!known).then(|| {
                        format!(
                            "{} has no field `{field}` now: the rule is skipped",
                            connector.system()
                        )
                    })
                }
                Err(error) => Some(format!(
                    "{} could not be asked for `{field}`: {error}",
                    connector.system()
                )),
            }
        };
        sides.into_iter().filter_map(warning).collect()
    }
}

fn fields_of(connector: &Arc<dyn Connector>, record_type: &RecordType) -> Result<FieldSet, ServiceError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ServiceError::Invalid(format!("no thread to ask: {error}")))?;
    let asked = runtime.block_on(connector.fields(record_type));
    asked.map_err(|error| ServiceError::System {
        system: connector.system().to_string(),
        error,
    })
}
