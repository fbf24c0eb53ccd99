use mapping_transforms::{Finding, Mapping, MappingDraft, OnMissing, RuleDirection, Segment, Side};
use serde::Serialize;
use sync_core::RecordType;
use sync_core::ports::FieldSet;

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

    /// Saves a new rule. One without a position (0) comes after all others of its record type.
    pub fn add_mapping(&self, draft: &MappingDraft) -> Result<SavedMapping, ServiceError> {
        let mut saved = self.check(&MappingDraft {
            id: 0,
            ..draft.clone()
        })?;
        if saved.mapping.position == 0 {
            let others = self.mappings(Some(&saved.mapping.record_type))?;
            let last = others.iter().map(|other| other.position).max().unwrap_or(0);
            saved.mapping.position = last.saturating_add(1);
        }
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

    /// Switches a rule on or off. One that is switched on is checked like a new one.
    pub fn enable_mapping(&self, id: i64, enabled: bool) -> Result<SavedMapping, ServiceError> {
        if enabled {
            let draft = draft_of(&self.mapping(id)?);
            return self.replace_mapping(id, &MappingDraft { enabled, ..draft });
        }
        Ok(SavedMapping {
            mapping: self.store.enable_mapping(&connection(), id, enabled)?,
            warnings: Vec::new(),
        })
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
        let checked = self
            .checked(draft, &others, &spec.children)
            .map_err(ServiceError::Mapping)?;
        let mut warnings: Vec<String> = checked
            .warnings
            .iter()
            .map(|finding: &Finding| finding.message.clone())
            .collect();
        warnings.extend(self.fields(&spec.name)?.missing(&checked.mapping));
        Ok(SavedMapping {
            mapping: checked.mapping,
            warnings,
        })
    }

    /// Everything that is wrong with a rule for a record type that does not exist.
    pub(super) fn findings_of_unknown(&self, draft: &MappingDraft) -> Vec<Finding> {
        let mut findings = vec![self.unknown_type(0, &draft.record_type)];
        let rest = self.checked(draft, &[], &[]).err().unwrap_or_default();
        findings.extend(rest.into_iter().filter(|finding| finding.field != "record_type"));
        findings
    }

    /// The fields of a record type in both systems, as they are now.
    pub(super) fn fields(&self, record_type: &RecordType) -> Result<Fields, ServiceError> {
        let fields = |side: Side| {
            let connector = self.connector(side);
            let fields = self.ask(connector, || connector.fields(record_type));
            let fields = match fields {
                Ok(fields) => Ok(fields),
                Err(ServiceError::System { error, .. }) => Err(error.to_string()),
                Err(error) => return Err(error),
            };
            Ok(SystemFields {
                side,
                system: connector.system().to_string(),
                fields,
            })
        };
        Ok(Fields([fields(Side::Shopify)?, fields(Side::Odoo)?]))
    }
}

/// The fields of a record type in both systems.
pub(super) struct Fields([SystemFields; 2]);

struct SystemFields {
    side: Side,
    system: String,
    fields: Result<FieldSet, String>,
}

impl Fields {
    /// Warnings on the rule's fields that its system does not have. A system that cannot be asked is no reason to
    /// refuse a rule.
    pub(super) fn missing(&self, mapping: &Mapping) -> Vec<String> {
        self.0
            .iter()
            .filter_map(|system| system.missing(mapping))
            .collect()
    }
}

impl SystemFields {
    fn missing(&self, mapping: &Mapping) -> Option<String> {
        let (system, field) = (&self.system, mapping.field(self.side));
        let fields = match &self.fields {
            Ok(fields) => fields,
            Err(error) => return Some(format!("{system} could not be asked for `{field}`: {error}")),
        };
        let keys = field.segments().iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) | Segment::FromEnd(_) | Segment::Each => None,
        });
        let known = fields.knows(&keys.collect::<Vec<_>>());
        let custom = matches!(field.segments(), [Segment::Key(first), ..] if first == "metafields");
        let hint = if custom && self.side == Side::Shopify {
            "; name it with its type in SHOPIFY_METAFIELDS"
        } else {
            ""
        };
        (!known).then(|| format!("{system} has no field `{field}` now: the rule is skipped{hint}"))
    }
}

/// A stored rule as someone would type it, to change some of it.
pub fn draft_of(mapping: &Mapping) -> MappingDraft {
    let policy = OnMissing::NAMES
        .into_iter()
        .find(|(_, policy)| *policy == mapping.on_missing);
    let direction = RuleDirection::NAMES
        .into_iter()
        .find(|(_, direction)| *direction == mapping.direction);
    MappingDraft {
        id: mapping.id,
        record_type: mapping.record_type.clone(),
        shopify_field: mapping.shopify_field.to_string(),
        odoo_field: mapping.odoo_field.to_string(),
        transform: mapping.transform.clone(),
        enabled: mapping.enabled,
        position: mapping.position,
        note: mapping.note.clone(),
        on_missing: policy.map(|(name, _)| name.to_owned()).unwrap_or_default(),
        direction: direction.map(|(name, _)| name.to_owned()).unwrap_or_default(),
        owner: mapping.owner.map(Side::as_str).unwrap_or_default().to_owned(),
        strategy: mapping.strategy.clone().unwrap_or_default(),
    }
}
