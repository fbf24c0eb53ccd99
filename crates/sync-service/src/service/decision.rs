use std::collections::BTreeSet;

use mapping_transforms::RuleSet;
use persistence::ConflictFilter;
use sync_core::{ConflictKind, ConflictStatus, RecordType, Side, Winner, rule_key};

use super::{Service, ServiceError, connection};

/// What somebody decides about conflicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Whose value counts.
    pub winner: Winner,
    /// What the person is called.
    pub by: String,
}

/// The most characters of a person's name.
const NAME_CHARS: usize = 100;

impl Decision {
    /// A decision, if it is one: both systems can only agree by themselves, and a value has to be there.
    pub fn new(winner: Winner, by: &str) -> Result<Self, ServiceError> {
        let by = name(by)?;
        match &winner {
            Winner::Agreed => Err(ServiceError::Invalid(
                "only both systems themselves can agree: choose shopify, odoo or a value".into(),
            )),
            Winner::Value {
                shopify: None,
                odoo: None,
            } => Err(ServiceError::Invalid(
                "a value is needed, for shopify, for odoo or for both; null for an empty field".into(),
            )),
            Winner::Shopify | Winner::Odoo | Winner::Value { .. } => Ok(Self {
                winner,
                by: by.to_owned(),
            }),
        }
    }
}

pub(super) fn name(by: &str) -> Result<&str, ServiceError> {
    let by = by.trim();
    if by.is_empty() || by.chars().nth(NAME_CHARS).is_some() {
        return Err(ServiceError::Invalid(format!(
            "who decides has a name of 1 to {NAME_CHARS} characters"
        )));
    }
    Ok(by)
}

impl Service {
    /// The filter as it is meant for a decision.
    pub(super) fn decidable(
        &self,
        filter: &ConflictFilter,
        decision: &Decision,
    ) -> Result<ConflictFilter, ServiceError> {
        if let Winner::Value { .. } = decision.winner {
            let Some(rule) = &filter.rule else {
                return Err(ServiceError::Invalid(
                    "one value for all that match needs a rule in the filter: `title = name`".into(),
                ));
            };
            self.value_arrives(filter.record_type.as_ref(), rule, &decision.winner)?;
        }
        Ok(ConflictFilter {
            status: filter.status.or(Some(ConflictStatus::Open)),
            ..filter.clone()
        })
    }

    /// Refuses a decision that one of these conflicts does not allow.
    pub(super) fn may_be_decided(&self, ids: &BTreeSet<i64>, winner: &Winner) -> Result<(), ServiceError> {
        let is_value = matches!(winner, Winner::Value { .. });
        let mut rules = BTreeSet::new();
        for id in ids {
            let conflict = self.store.conflict(*id)?;
            if conflict.status == ConflictStatus::Resolved {
                return Err(ServiceError::ConflictOver { id: *id });
            }
            if conflict.found.kind == ConflictKind::Deleted && is_value {
                return Err(ServiceError::Invalid(format!(
                    "conflict {id} is about a deleted record: choose shopify or odoo, a value says nothing there"
                )));
            }
            rules.insert((conflict.record_type, conflict.found.rule));
        }
        for (record_type, rule) in rules.iter().filter(|_| is_value) {
            self.value_arrives(Some(record_type), rule, winner)?;
        }
        Ok(())
    }

    /// Refuses a typed value for a side to which the rule carries nothing: no run would ever write it.
    fn value_arrives(
        &self,
        record_type: Option<&RecordType>,
        rule: &str,
        winner: &Winner,
    ) -> Result<(), ServiceError> {
        let Winner::Value { shopify, odoo } = winner else {
            return Ok(());
        };
        let refuse = |field, value: &serde_json::Value, why: String| {
            let value = value.to_string().chars().take(60).collect();
            Err(ServiceError::ValueGoesNowhere { field, value, why })
        };
        let typed = [
            ("value.shopify", Side::Shopify, shopify),
            ("value.odoo", Side::Odoo, odoo),
        ];
        let mut known = false;
        for spec in self
            .specs
            .iter()
            .filter(|spec| record_type.is_none_or(|name| *name == spec.name))
        {
            let mappings = self.store.list_mappings(&connection(), Some(&spec.name))?;
            let rules = RuleSet::compile(&mappings, spec.children.clone(), &self.registry)
                .map_err(ServiceError::Mapping)?;
            let named = rules.rules().iter().filter(|one| {
                let mapping = one.mapping();
                rule_key(
                    &mapping.shopify_field.to_string(),
                    &mapping.odoo_field.to_string(),
                ) == rule
            });
            for one in named {
                known = true;
                for (field, side, value) in &typed {
                    if let (Some(value), Some(why)) = (value, one.one_way(side.other())) {
                        let (here, there) = (
                            self.connector(*side).system(),
                            self.connector(side.other()).system(),
                        );
                        return refuse(
                            field,
                            value,
                            format!(
                                "`{rule}` brings nothing to {here}, {why}: type the value for {there}, or take one side's"
                            ),
                        );
                    }
                }
            }
        }
        let first = typed
            .iter()
            .find_map(|(field, _, value)| value.as_ref().map(|value| (*field, value)));
        match first {
            Some((field, value)) if !known => refuse(
                field,
                value,
                format!("there is no rule `{rule}` that is switched on: the next run closes its conflicts"),
            ),
            _ => Ok(()),
        }
    }
}
