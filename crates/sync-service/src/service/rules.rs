//! Checking a rule as somebody typed it, with what only the engine knows.

use mapping_transforms::{CheckedDraft, ChildRule, Finding, Mapping, MappingDraft, Severity, check_draft};
use sync_core::plan::Strategy;

use super::{Service, ServiceError};

impl Service {
    /// The rule, if nothing is wrong with it; else everything that is, its strategy included.
    pub(super) fn checked(
        &self,
        draft: &MappingDraft,
        others: &[Mapping],
        children: &[ChildRule],
    ) -> Result<CheckedDraft, Vec<Finding>> {
        let checked = check_draft(draft, others, children, &self.registry);
        let Err(message) = self.strategy(&draft.strategy) else {
            return checked;
        };
        let mut findings = checked.err().unwrap_or_default();
        findings.push(Finding {
            mapping: draft.id,
            index: 0,
            field: "strategy".to_owned(),
            value: draft.strategy.chars().take(60).collect(),
            message,
            allowed: Strategy::NAMES.map(str::to_owned).to_vec(),
            severity: Severity::Error,
        });
        Err(findings)
    }

    /// The strategy that a text names; none if it is empty. A priority has to be that of one of the two systems.
    fn strategy(&self, text: &str) -> Result<Option<Strategy>, String> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let strategy: Strategy = text
            .parse()
            .map_err(|_| "no such strategy; leave it empty for that of the installation".to_owned())?;
        let systems =
            [&self.systems.shopify, &self.systems.odoo].map(|connector| connector.system().to_string());
        match named_system(&strategy) {
            Some(system) if !systems.iter().any(|known| known == system) => Err(format!(
                "there is no system `{system}`: use {}",
                systems.join(" or ")
            )),
            _ => Ok(Some(strategy)),
        }
    }

    /// As [`Service::checked`], as an error of a use case.
    pub(super) fn checked_alone(
        &self,
        draft: &MappingDraft,
        children: &[ChildRule],
    ) -> Result<Mapping, ServiceError> {
        let checked = self.checked(draft, &[], children);
        Ok(checked.map_err(ServiceError::Mapping)?.mapping)
    }
}

fn named_system(strategy: &Strategy) -> Option<&str> {
    match strategy {
        Strategy::SourcePriority { system } => Some(system.as_str()),
        Strategy::Merge { then } => named_system(then),
        Strategy::LastWriteWins | Strategy::Delta | Strategy::Max | Strategy::Manual => None,
    }
}
