//! Pure decisions: what is to be done with one record. No input, no output, no clock.

mod cells;
mod draft;
mod judge;
mod link;
mod matching;
mod merge;
mod one_sided;
mod strategy;
mod together;

use std::collections::BTreeMap;

use jiff::Timestamp;
use mapping_transforms::{Lookup, Mapped, MappingProblem, Rule, RuleSet, Segment, Severity, Side};
use serde_json::Value;

use crate::ports::FieldSet;
use crate::{
    ConflictDraft, Dependency, Direction, ErrorKind, FieldChange, Link, LinkDraft, Moved, MovedQuantity,
    Pair, Record, RecordTypeSpec, Resolution, Shown, Stage, System,
};

pub use cells::CellKey;
pub use draft::ChildPlan;
pub use link::{Agreement, link_draft};
pub use matching::{Match, MatchOutcome, key_values, match_record, pair_children};
pub use strategy::{Strategies, Strategy, UnknownStrategy};

/// The fields that both systems have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownFields {
    /// Of the left system.
    pub shopify: FieldSet,
    /// Of the right system.
    pub odoo: FieldSet,
}

impl KnownFields {
    /// Of one side.
    pub fn on(&self, side: Side) -> &FieldSet {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }
}

/// What a run does where a linked record was deleted on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnDelete {
    /// The other side's record is put away.
    Archive,
    /// Both forget that they belong together; the other side's record stays as it is.
    Unlink,
    /// A person decides.
    Ask,
}

impl OnDelete {
    /// All policies with their names in configuration.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("archive", Self::Archive),
        ("unlink", Self::Unlink),
        ("ask", Self::Ask),
    ];
}

/// Everything a decision rests on.
pub struct PlanInput<'a> {
    /// The record type.
    pub spec: &'a RecordTypeSpec,
    /// Its rules.
    pub rules: &'a RuleSet,
    /// Which way the run goes.
    pub direction: Direction,
    /// The names of the left and the right system.
    pub systems: [&'a System; 2],
    /// The left system's record as it is now.
    pub shopify: Option<&'a Record>,
    /// The right system's record as it is now.
    pub odoo: Option<&'a Record>,
    /// The link between the two.
    pub link: Option<&'a Link>,
    /// The links of its children.
    pub children: &'a [Link],
    /// Elements that were matched and are not linked yet.
    pub matched: &'a [Pair],
    /// Links to other records.
    pub lookup: &'a dyn Lookup,
    /// Which fields the systems have.
    pub fields: &'a KnownFields,
    /// Who wins where both sides changed a field.
    pub strategies: &'a Strategies,
    /// Conflicts of the record that are open or decided.
    pub resolutions: &'a [Resolution],
    /// For a stock level: what linked orders moved out of it, by the account of either side.
    pub moved: MovedQuantity,
    /// For an order: what it moved out of stock by either side's account; `None` where that is not known.
    pub goods: Option<&'a Moved>,
    /// What a deletion on one side leads to.
    pub on_delete: OnDelete,
}

/// What is to be written to one side.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The whole record as the rules want it, without what stays as it is.
    pub desired: Value,
    /// What differs.
    pub changes: Vec<FieldChange>,
    /// The elements of the side that it comes from, with their counterparts where known.
    pub children: Vec<ChildPlan>,
    /// Linked elements that the side it comes from has no more.
    pub removed: Vec<ChildPlan>,
    /// The fields that agree once this is written.
    pub carried: Vec<CellKey>,
    /// Whether it puts the record away.
    pub archives: bool,
}

/// What is to be done with one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Make it on this side.
    Create(Side, Draft),
    /// Change it on one side or on both.
    Update {
        /// For the left system.
        shopify: Option<Draft>,
        /// For the right system.
        odoo: Option<Draft>,
    },
    /// Nothing is to be written. The link's base is brought up to date if it says something else.
    Unchanged {
        /// The link as it should be stored, if that differs from what is.
        refresh: Option<LinkDraft>,
        /// Why a difference stays, as a stable word and for people; `None` where both sides agree.
        kept: Option<(&'static str, String)>,
    },
    /// Both sides changed a field: nothing is written until somebody decides.
    Conflict,
    /// They belong together no more.
    Unlink {
        /// A stable word.
        reason: &'static str,
        /// For people.
        message: String,
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

/// A decision, and what there is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What is to be done.
    pub decision: Decision,
    /// Rules that were skipped, and what else went less well than wished on the way.
    pub warnings: Vec<String>,
    /// Conflicts that were settled by this plan, or wait for somebody.
    pub conflicts: Vec<ConflictDraft>,
    /// Fields on which both sides do not agree even when everything is written.
    pub open: Vec<CellKey>,
    /// Fields on which they agree on something else than what they show: a movement is still to be carried.
    pub bases: BTreeMap<CellKey, Shown>,
}

impl Plan {
    fn of(decision: Decision) -> Self {
        Self {
            decision,
            warnings: Vec::new(),
            conflicts: Vec::new(),
            open: Vec::new(),
            bases: BTreeMap::new(),
        }
    }
}

/// Decides what is to be done with a record of which at least one side is there.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let mut plan = match (input.shopify, input.odoo) {
        (Some(shopify), Some(odoo)) => merge::merge(input, shopify, odoo),
        (Some(record), None) => one_sided::plan(input, Side::Shopify, record),
        (None, Some(record)) => one_sided::plan(input, Side::Odoo, record),
        (None, None) => Plan::of(Decision::Unlink {
            reason: crate::reason::GONE,
            message: "neither system has this record any more".to_owned(),
        }),
    };
    let mut warnings = skipped_rules(input);
    warnings.append(&mut plan.warnings);
    plan.warnings = warnings;
    plan
}

impl PlanInput<'_> {
    fn record(&self, side: Side) -> Option<&Record> {
        match side {
            Side::Shopify => self.shopify,
            Side::Odoo => self.odoo,
        }
    }

    /// When a side's record was changed by somebody else than a sync, as far as it says.
    fn edited_at(&self, side: Side) -> Option<Timestamp> {
        let shown = self.record(side)?.changed_at?;
        Some(self.link.map_or(shown, |link| link.edited_at(side, shown)))
    }

    fn system(&self, side: Side) -> &System {
        match side {
            Side::Shopify => self.systems[0],
            Side::Odoo => self.systems[1],
        }
    }

    /// Whether a rule carries the quantity of a stock level.
    fn is_stock_quantity(&self, rule: &Rule) -> bool {
        let stock = self.spec.stock.as_ref();
        stock.is_some_and(|stock| stock.on(Side::Odoo).quantity == rule.mapping().odoo_field)
    }

    fn resolution(&self, key: &CellKey) -> Option<&Resolution> {
        self.resolutions.iter().find(|resolution| {
            let element = resolution.element.as_ref();
            resolution.rule == key.rule
                && element.map(|(kind, id)| (kind.as_str(), id.as_str()))
                    == key
                        .element
                        .as_ref()
                        .map(|(kind, id)| (kind.as_str(), id.as_str()))
        })
    }

    /// The sides that the run writes and whose fields rules therefore have to lead to.
    fn written(&self) -> impl Iterator<Item = Side> {
        let direction = self.direction;
        Side::BOTH.into_iter().filter(move |side| direction.writes(*side))
    }

    /// Whether the systems have the fields of this rule.
    fn knows(&self, rule: &Rule) -> bool {
        self.written().all(|side| self.has_field(rule, side))
    }

    fn has_field(&self, rule: &Rule, side: Side) -> bool {
        let segments = rule.mapping().field(side).segments().iter();
        let keys = segments.filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) | Segment::FromEnd(_) | Segment::Each => None,
        });
        self.fields.on(side).knows(&keys.collect::<Vec<_>>())
    }

    /// What the rules make of one side's record, without rules to fields that do not exist.
    fn apply(&self, from: Side, record: &Record) -> (Vec<Mapped>, Vec<MappingProblem>) {
        let (mut mapped, mut problems) = self.rules.apply(from, &record.body, self.lookup);
        let known = |id: i64| self.rules.rule(id).is_none_or(|rule| self.knows(rule));
        mapped.retain(|one| known(one.rule));
        problems.retain(|one| known(one.rule));
        (mapped, problems)
    }
}

/// Rules that lead to fields which a system does not have, and what else the rules' compilation found.
fn skipped_rules(input: &PlanInput<'_>) -> Vec<String> {
    let missing = input.rules.rules().iter().flat_map(|rule| {
        let sides = input.written().filter(|side| !input.has_field(rule, *side));
        sides.map(|side| {
            let field = rule.mapping().field(side);
            format!("rule skipped: {} has no field `{field}`", input.system(side))
        })
    });
    let compiled = input
        .rules
        .warnings()
        .iter()
        .filter(|finding| finding.severity == Severity::Warning);
    missing
        .chain(compiled.map(|finding| finding.message.clone()))
        .collect()
}

/// What failed rules lead to: a record that cannot be mapped is no use to wait for, so failing goes first.
fn verdict(problems: &[MappingProblem]) -> Option<Decision> {
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

fn fail_mapping(message: impl Into<String>) -> Decision {
    Decision::Fail {
        stage: Stage::Map,
        class: ErrorKind::Mapping,
        code: "mapping_failed",
        message: message.into(),
    }
}
