//! A rule that someone typed, checked against the rules there are.

use super::check::{Candidate, check_all};
use super::{ChildRule, Finding};
use crate::mapping::{Mapping, MappingDraft, OnMissing, RuleDirection, Side};
use crate::path::{FieldPath, PathParseError};
use crate::transform::Registry;

/// Longest note of a rule, in characters.
const MAX_NOTE_CHARS: usize = 2_000;

/// A rule without mistakes.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDraft {
    /// The rule.
    pub mapping: Mapping,
    /// What is to be said about it all the same.
    pub warnings: Vec<Finding>,
}

/// Checks a rule as it was typed, alone and together with the other rules of its record type, and answers
/// **everything** that is wrong with it. A rule among `others` with the draft's id is the one it replaces.
///
/// What is not checked here: whether the record type is known and whether the fields exist.
pub fn check_draft(
    draft: &MappingDraft,
    others: &[Mapping],
    children: &[ChildRule],
    registry: &Registry,
) -> Result<CheckedDraft, Vec<Finding>> {
    let others = others
        .iter()
        .filter(|other| other.record_type == draft.record_type);
    let others = others.filter(|other| draft.id == 0 || other.id != draft.id);
    let mut candidates: Vec<Candidate> = others
        .enumerate()
        .map(|(index, other)| Candidate::of(other, index, registry))
        .collect();
    let mut findings = text_findings(draft);
    let direction = parse_direction(&draft.direction, &mut findings);
    let owner = parse_owner(&draft.owner, &mut findings);
    candidates.push(candidate(draft, direction, candidates.len(), registry));
    check_all(&mut candidates, children);

    let on_missing = parse_on_missing(&draft.on_missing, &mut findings);
    let Some(candidate) = candidates.pop() else {
        return Err(findings);
    };
    findings.extend(candidate.findings);
    match (findings.is_empty(), candidate.shopify, candidate.odoo) {
        (true, Some(shopify_field), Some(odoo_field)) => Ok(CheckedDraft {
            mapping: Mapping {
                id: draft.id,
                record_type: draft.record_type.clone(),
                shopify_field,
                odoo_field,
                transform: draft.transform.trim().to_owned(),
                enabled: draft.enabled,
                position: draft.position,
                note: draft.note.clone(),
                on_missing,
                direction,
                owner,
                strategy: Some(draft.strategy.trim().to_owned()).filter(|strategy| !strategy.is_empty()),
            },
            warnings: Vec::new(),
        }),
        _ => Err(findings
            .into_iter()
            .map(|finding| finding.of(draft.id, 0))
            .collect()),
    }
}

fn candidate(draft: &MappingDraft, direction: RuleDirection, index: usize, registry: &Registry) -> Candidate {
    let mut findings = Vec::new();
    let shopify = parse_path("shopify_field", &draft.shopify_field, &mut findings);
    let odoo = parse_path("odoo_field", &draft.odoo_field, &mut findings);
    let mut candidate = Candidate {
        id: draft.id,
        index,
        record_type: draft.record_type.clone(),
        enabled: draft.enabled,
        direction,
        shopify,
        odoo,
        chain: None,
        findings,
    };
    candidate.parse_chain(&draft.transform, registry);
    candidate
}

fn parse_path(field: &str, text: &str, findings: &mut Vec<Finding>) -> Option<FieldPath> {
    text.trim()
        .parse()
        .map_err(|error: PathParseError| {
            findings.push(Finding::error(
                field,
                text,
                error.to_string(),
                PathParseError::allowed(),
            ));
        })
        .ok()
}

fn parse_on_missing(text: &str, findings: &mut Vec<Finding>) -> OnMissing {
    let known = OnMissing::NAMES.into_iter().find(|(name, _)| *name == text);
    let (_, policy) = known.unwrap_or_else(|| {
        let allowed = OnMissing::NAMES.map(|(name, _)| name.to_owned()).to_vec();
        findings.push(Finding::error("on_missing", text, "unknown policy", allowed));
        ("auto", OnMissing::Auto)
    });
    policy
}

fn parse_direction(text: &str, findings: &mut Vec<Finding>) -> RuleDirection {
    let known = RuleDirection::NAMES.into_iter().find(|(name, _)| *name == text);
    known.map_or_else(
        || {
            let allowed = RuleDirection::NAMES.map(|(name, _)| name.to_owned()).to_vec();
            findings.push(Finding::error("direction", text, "unknown direction", allowed));
            RuleDirection::Auto
        },
        |(_, direction)| direction,
    )
}

fn parse_owner(text: &str, findings: &mut Vec<Finding>) -> Option<Side> {
    let owner = Side::BOTH.into_iter().find(|side| side.as_str() == text);
    if owner.is_none() && !text.is_empty() {
        let allowed = Side::BOTH.map(|side| side.as_str().to_owned()).to_vec();
        findings.push(Finding::error("owner", text, "unknown system", allowed));
    }
    owner
}

fn text_findings(draft: &MappingDraft) -> Vec<Finding> {
    let mut findings = Vec::new();
    if draft.record_type.trim().is_empty() {
        findings.push(Finding::error(
            "record_type",
            "",
            "a rule has a record type",
            Vec::new(),
        ));
    }
    if draft.note.chars().nth(MAX_NOTE_CHARS).is_some() {
        let message = format!("a note has at most {MAX_NOTE_CHARS} characters");
        findings.push(Finding::error("note", &draft.note, message, Vec::new()));
    }
    findings
}
