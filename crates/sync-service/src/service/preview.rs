//! One rule applied to one real record, without writing anything.

use std::cell::RefCell;

use mapping_transforms::{Element, FieldPath, Lookup, Mapping, MappingDraft, RuleSet, Side};
use serde::Serialize;
use serde_json::Value;
use sync_core::engine::References;
use sync_core::ports::{Store, StoreError};
use sync_core::{Direction, Record, RecordType, RecordTypeSpec};

use super::{Service, ServiceError, connection};

/// The most values that are answered; a rule has one per element.
const MOST_VALUES: usize = 200;

/// Which rule.
#[derive(Debug, Clone, PartialEq)]
pub enum PreviewRule {
    /// One that is stored.
    Stored(i64),
    /// One that somebody is typing.
    Draft(Box<MappingDraft>),
}

/// What is to be previewed.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewRequest {
    /// The rule.
    pub rule: PreviewRule,
    /// The record by its id in the source; the first one if not given.
    pub source_id: Option<String>,
    /// Which way the rule is applied.
    pub direction: Direction,
}

/// What a rule makes of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// The record.
    pub record: PreviewedRecord,
    /// One value, or one per element.
    pub values: Vec<PreviewedValue>,
    /// Whether there are more values than are told.
    pub truncated: bool,
    /// What is to be said about the rule.
    pub warnings: Vec<String>,
    /// Why there is no value; empty if there is one.
    pub note: String,
}

/// The record of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewedRecord {
    /// The system it was read from.
    pub system: String,
    /// What it is.
    pub record_type: RecordType,
    /// Its id there.
    pub id: String,
    /// What a person calls it.
    pub label: String,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PreviewedValue {
    /// The element it is about; none for the record itself.
    pub element: Option<Element>,
    /// Where it was read.
    pub source_path: FieldPath,
    /// Where it would be written.
    pub target_path: FieldPath,
    /// As the source has it.
    pub before: Value,
    /// As the target would get it; null where there is an error.
    pub after: Value,
    /// What went wrong.
    pub error: Option<String>,
}

impl Service {
    /// Applies a rule to a record as it is now. A rule that is switched off is previewed as if it were on, and a rule
    /// that is being typed does not have to get along with the others.
    pub fn preview(&self, request: &PreviewRequest) -> Result<Preview, ServiceError> {
        let from = side_of(request.direction)?;
        let mapping = self.rule_of(&request.rule)?;
        let spec = self.spec(&mapping.record_type)?;
        let rules = RuleSet::compile(
            std::slice::from_ref(&mapping),
            spec.children.clone(),
            &self.registry,
        )
        .map_err(ServiceError::Mapping)?;
        let record = self.picked(from, spec, request.source_id.as_deref())?;
        let links = Links::new(self, self.links_outside(spec, &mapping)?);
        let (values, truncated) = apply(&rules, &mapping, from, &record.body, &links);
        links.into_result()?;
        let note = if values.is_empty() {
            "the rule says nothing about this record: there is no value, or the rule goes the other way only"
        } else {
            ""
        };
        Ok(Preview {
            record: PreviewedRecord {
                system: self.connector(from).system().to_string(),
                record_type: spec.name.clone(),
                id: record.id,
                label: record.label,
            },
            values,
            truncated,
            warnings: rules
                .warnings()
                .iter()
                .map(|finding| finding.message.clone())
                .collect(),
            note: note.to_owned(),
        })
    }

    fn rule_of(&self, rule: &PreviewRule) -> Result<Mapping, ServiceError> {
        let mapping = match rule {
            PreviewRule::Stored(id) => self.mapping(*id)?,
            PreviewRule::Draft(draft) => {
                let Ok(spec) = self.spec(&draft.record_type) else {
                    return Err(ServiceError::Mapping(self.findings_of_unknown(draft)));
                };
                self.checked_alone(draft, &spec.children)?
            }
        };
        Ok(Mapping {
            enabled: true,
            ..mapping
        })
    }

    fn picked(&self, from: Side, spec: &RecordTypeSpec, id: Option<&str>) -> Result<Record, ServiceError> {
        if let Some(id) = id {
            return self.record(from, &spec.name, id);
        }
        let first = self.first_records(from, &spec.name, 1)?.into_iter().next();
        first.ok_or_else(|| ServiceError::NoRecord {
            system: self.connector(from).system().to_string(),
            record_type: spec.name.to_string(),
            id: "any".to_owned(),
        })
    }

    /// Links that are configured and not stored; they are only asked for where the rule may need them.
    fn links_outside(&self, spec: &RecordTypeSpec, mapping: &Mapping) -> Result<References, ServiceError> {
        if mapping.transform.contains("link:") {
            self.references(&spec.name)
        } else {
            Ok(References::default())
        }
    }
}

fn side_of(direction: Direction) -> Result<Side, ServiceError> {
    match direction {
        Direction::ShopifyToOdoo => Ok(Side::Shopify),
        Direction::OdooToShopify => Ok(Side::Odoo),
        Direction::Both => Err(ServiceError::Unknown {
            what: "direction of a preview",
            value: direction.to_string(),
            allowed: vec![
                Direction::ShopifyToOdoo.to_string(),
                Direction::OdooToShopify.to_string(),
            ],
        }),
    }
}

fn apply(
    rules: &RuleSet,
    mapping: &Mapping,
    from: Side,
    body: &Value,
    links: &Links<'_>,
) -> (Vec<PreviewedValue>, bool) {
    let (mapped, problems) = rules.apply(from, body, links);
    let truncated = mapped.len() + problems.len() > MOST_VALUES;
    let value =
        |element: Option<Element>, before: Value, after: Value, error: Option<String>| PreviewedValue {
            element,
            source_path: mapping.source(from).clone(),
            target_path: mapping.target(from).clone(),
            before,
            after,
            error,
        };
    let shown = |element: Option<&Element>| {
        let rule = rules.rules().first()?;
        let id = element.map(|element| element.source_id.as_str());
        rules.read(from, body, rule, id).ok().flatten()
    };
    let failed = problems.into_iter().map(|problem| {
        let before = shown(problem.element.as_ref()).unwrap_or_default();
        value(problem.element, before, Value::Null, Some(problem.message))
    });
    let good = mapped
        .into_iter()
        .map(|one| value(one.element, one.source_value, one.value, None));
    (failed.chain(good).take(MOST_VALUES).collect(), truncated)
}

/// Links of the store, and those that are configured.
struct Links<'a> {
    service: &'a Service,
    outside: References,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> Links<'a> {
    fn new(service: &'a Service, outside: References) -> Self {
        Self {
            service,
            outside,
            failed: RefCell::default(),
        }
    }

    fn counterpart(&self, record_type: &str, from: Side, id: &str) -> Option<String> {
        if let Some(found) = self.outside.counterpart(record_type, from, id) {
            return Some(found.to_owned());
        }
        let store: &dyn Store = &*self.service.store;
        match store.links(&connection(), &record_type.into(), from, &[id.to_owned()]) {
            Ok(links) => links.first().map(|link| link.id_on(from.other()).to_owned()),
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                None
            }
        }
    }

    /// A preview that a failed look-up took part in would be wrong.
    fn into_result(self) -> Result<(), ServiceError> {
        match self.failed.into_inner() {
            Some(error) => Err(ServiceError::Run(error.into())),
            None => Ok(()),
        }
    }
}

impl Lookup for Links<'_> {
    fn target_of(&self, record_type: &str, source_id: &str) -> Option<String> {
        self.counterpart(record_type, Side::Shopify, source_id)
    }

    fn source_of(&self, record_type: &str, target_id: &str) -> Option<String> {
        self.counterpart(record_type, Side::Odoo, target_id)
    }
}
