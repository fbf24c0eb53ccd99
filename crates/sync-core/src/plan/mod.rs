//! Pure decisions: what is to be done with one record. No input, no output, no clock.

mod compare;
mod draft;

use mapping_transforms::{Lookup, Mapped, MappingProblem, RuleSet, Segment, Severity, Side, build_target};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ports::FieldSet;
use crate::{Dependency, ErrorKind, FieldChange, Link, LinkDraft, Record, RecordTypeSpec, Stage, System};

pub use draft::{ChildPlan, link_draft};

/// Who wins where both sides have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "strategy", rename_all = "snake_case")]
pub enum Strategy {
    /// The later change; in a one-way run the source.
    LastWriteWins,
    /// One system, whenever it was changed: if that is the target, existing records are left as they are.
    SourcePriority {
        /// The system that wins.
        system: System,
    },
}

/// Everything a decision rests on.
pub struct PlanInput<'a> {
    /// The record type.
    pub spec: &'a RecordTypeSpec,
    /// Its rules.
    pub rules: &'a RuleSet,
    /// The side that is read.
    pub from: Side,
    /// The name of the side that is written.
    pub target_system: &'a System,
    /// The source's record.
    pub source: &'a Record,
    /// Its counterpart as it is now.
    pub target: Option<&'a Record>,
    /// The link between the two.
    pub link: Option<&'a Link>,
    /// The links of its children.
    pub children: &'a [Link],
    /// Links to other records.
    pub lookup: &'a dyn Lookup,
    /// Which fields the target has.
    pub fields: &'a FieldSet,
    /// Who wins.
    pub strategy: &'a Strategy,
    /// Goods shipped on the source's side only (positive) or on the target's side only (negative).
    pub shipped_difference: Decimal,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What the rules say, for the base that is stored after the write.
    pub mapped: Vec<Mapped>,
    /// The whole record as the rules want it.
    pub desired: Value,
    /// What differs.
    pub changes: Vec<FieldChange>,
    /// The source's children, with their counterparts where known.
    pub children: Vec<ChildPlan>,
    /// Linked children that the source has no more.
    pub removed: Vec<ChildPlan>,
}

/// What is to be done with one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Make it in the target.
    Create(Draft),
    /// Change it in the target.
    Update(Draft),
    /// Both sides agree. The link's base is brought up to date if it says something else.
    Unchanged {
        /// The link as it should be stored, if that differs from what is.
        refresh: Option<LinkDraft>,
    },
    /// A setting says to leave it.
    Skip {
        /// A stable word.
        reason: &'static str,
        /// For people.
        message: String,
    },
    /// Another record has to be linked first.
    Hold {
        /// Which one.
        on: Dependency,
    },
    /// It cannot be written as it is.
    Fail {
        /// Where it failed.
        stage: Stage,
        /// What kind of failure.
        class: ErrorKind,
        /// A stable word.
        code: &'static str,
        /// For people.
        message: String,
    },
}

/// A decision, and what went less well than wished on the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What is to be done.
    pub decision: Decision,
    /// Rules that were skipped, and why.
    pub warnings: Vec<String>,
}

/// Decides what is to be done with one record.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let (mut mapped, problems) = input.rules.apply(input.from, &input.source.body, input.lookup);
    let warnings = drop_unknown_fields(input, &mut mapped);
    let problems = problems
        .iter()
        .filter(|problem| known(input, problem.rule))
        .collect::<Vec<_>>();
    let decision = match verdict(&problems) {
        Some(decision) => decision,
        None => match compare::adjust_stock(input, &mut mapped) {
            Ok(()) => decide(input, mapped),
            Err(message) => fail_mapping(message),
        },
    };
    Plan { decision, warnings }
}

/// What the failed rules lead to: a record that cannot be mapped is no use to wait for, so failing goes first.
fn verdict(problems: &[&MappingProblem]) -> Option<Decision> {
    let failed: Vec<&str> = problems
        .iter()
        .filter(|p| p.not_linked.is_none())
        .map(|p| p.message.as_str())
        .collect();
    if !failed.is_empty() {
        return Some(fail_mapping(failed.join("; ")));
    }
    let missing = problems.iter().find_map(|problem| problem.not_linked.as_ref())?;
    let on = Dependency {
        record_type: missing.record_type.as_str().into(),
        id: missing.id.clone(),
    };
    Some(Decision::Hold { on })
}

fn fail_mapping(message: String) -> Decision {
    Decision::Fail {
        stage: Stage::Map,
        class: ErrorKind::Mapping,
        code: "mapping_failed",
        message,
    }
}

fn decide(input: &PlanInput<'_>, mapped: Vec<Mapped>) -> Decision {
    let Some(target) = input.target else {
        return match draft::for_create(input, mapped) {
            Ok(draft) => Decision::Create(draft),
            Err(message) => fail_mapping(message),
        };
    };
    let changes = compare::changes(input, &mapped, target);
    let removed = draft::removed(input);
    if changes.is_empty() && removed.is_empty() {
        return Decision::Unchanged {
            refresh: draft::refresh(input, &mapped, target),
        };
    }
    if let Strategy::SourcePriority { system } = input.strategy
        && system == input.target_system
    {
        let message = format!("{system} has priority: what it shows is kept");
        return Decision::Skip {
            reason: "target_has_priority",
            message,
        };
    }
    match build_target(&mapped) {
        Ok(desired) => {
            let children = draft::children(input);
            Decision::Update(Draft {
                mapped,
                desired,
                changes,
                children,
                removed,
            })
        }
        Err(error) => fail_mapping(error.to_string()),
    }
}

/// Takes out what leads to fields that the target does not have, and says so.
fn drop_unknown_fields(input: &PlanInput<'_>, mapped: &mut Vec<Mapped>) -> Vec<String> {
    mapped.retain(|one| known(input, one.rule));
    let skipped = input
        .rules
        .rules()
        .iter()
        .filter(|rule| !known(input, rule.id()))
        .map(|rule| {
            let field = rule.mapping().target(input.from);
            format!("rule skipped: {} has no field `{field}`", input.target_system)
        });
    let compiled = input
        .rules
        .warnings()
        .iter()
        .filter(|finding| finding.severity == Severity::Warning);
    skipped
        .chain(compiled.map(|finding| finding.message.clone()))
        .collect()
}

/// Whether the target has the field of this rule.
fn known(input: &PlanInput<'_>, rule: i64) -> bool {
    input.rules.rule(rule).is_none_or(|rule| {
        let segments = rule.mapping().target(input.from).segments().iter();
        let keys = segments.filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) | Segment::FromEnd(_) | Segment::Each => None,
        });
        input.fields.knows(&keys.collect::<Vec<_>>())
    })
}
