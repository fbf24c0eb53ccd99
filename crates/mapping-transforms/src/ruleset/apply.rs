//! Applying rules to a record.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use super::elements::Elements;
use super::rule::Shape;
use super::{Element, Rule, RuleSet};
use crate::describe::describe;
use crate::mapping::{OnMissing, Side};
use crate::path::{FieldPath, Found, PathError};
use crate::transform::{Chain, Lookup, TransformError};

/// What one rule says about one field of the target, of the record or of one of its elements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mapped {
    /// The rule's id in the set.
    pub rule: i64,
    /// The element it is about; none for the record itself.
    pub element: Option<Element>,
    /// The place in the target's records, with its `*` where it is about an element.
    pub target: FieldPath,
    /// The value as the source has it; null if it is absent.
    pub source_value: Value,
    /// The value for the target. Null = to be cleared.
    pub value: Value,
}

/// Where a rule failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The elements of a list could not be told apart; they are left out.
    Elements,
    /// The source could not be read along the path.
    Read,
    /// There is no value, and the rule demands one.
    Missing,
    /// A transform failed.
    Transform,
}

/// A reference that could not be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotLinked {
    /// The record type of the reference.
    pub record_type: String,
    /// The id that has no link yet.
    pub id: String,
}

/// A rule that gave no value. The other rules are applied all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappingProblem {
    /// The rule's id in the set; of the first rule that needs it, for a list whose elements cannot be told apart.
    pub rule: i64,
    /// The element it is about.
    pub element: Option<Element>,
    /// Where it failed.
    pub stage: Stage,
    /// The place in the source's records.
    pub path: String,
    /// The value there, in a few words. May name customers: not for logs.
    pub value: String,
    /// What went wrong, in a sentence. Names the value, too.
    pub message: String,
    /// The missing link, if that is the reason: the record can be held until it is there.
    pub not_linked: Option<NotLinked>,
}

/// What the source has for a rule.
enum Source {
    Value(Value),
    Null,
    Absent(String),
}

/// What became of a value.
enum Outcome {
    Write(Value, Value),
    LeftAlone,
}

type Failed = (Stage, String, String, Option<NotLinked>);

impl RuleSet {
    /// Applies all rules to a record of the side `from`: what they say, rule by rule in their order, each with the
    /// elements in the record's order; and what went wrong. Rules that are one-way the other way say
    /// nothing, nor do those that leave the target alone (see [`OnMissing`]).
    pub fn apply(
        &self,
        from: Side,
        source: &Value,
        lookup: &dyn Lookup,
    ) -> (Vec<Mapped>, Vec<MappingProblem>) {
        let mut run = Run {
            set: self,
            from,
            source,
            lookup,
            lists: BTreeMap::new(),
            mapped: vec![],
            problems: vec![],
        };
        for rule in &self.rules {
            run.rule(rule);
        }
        (run.mapped, run.problems)
    }
}

struct Run<'a> {
    set: &'a RuleSet,
    from: Side,
    source: &'a Value,
    lookup: &'a dyn Lookup,
    /// The elements of the child rules that were needed so far.
    lists: BTreeMap<usize, Rc<Elements<'a>>>,
    mapped: Vec<Mapped>,
    problems: Vec<MappingProblem>,
}

impl<'a> Run<'a> {
    fn rule(&mut self, rule: &Rule) {
        let (Some(shape), Some(chain)) = (rule.shape(self.from), rule.chain(self.from)) else {
            return;
        };
        let path = rule.mapping().source(self.from);
        match shape {
            Shape::Single => {
                let outcome = self.evaluate(rule, chain, path, self.source);
                self.note(rule, None, outcome);
            }
            Shape::Paired { child, tail } => {
                for (element, item) in self.elements(rule, *child).iter() {
                    let outcome = self.evaluate(rule, chain, tail, item);
                    self.note(rule, Some(element), outcome);
                }
            }
            Shape::Broadcast { children } => match self.evaluate(rule, chain, path, self.source) {
                Ok(Outcome::Write(source_value, value)) => {
                    for child in children {
                        for (element, _) in self.elements(rule, *child).iter() {
                            let outcome = Ok(Outcome::Write(source_value.clone(), value.clone()));
                            self.note(rule, Some(element), outcome);
                        }
                    }
                }
                other => self.note(rule, None, other),
            },
        }
    }

    fn elements(&mut self, rule: &Rule, index: usize) -> Rc<Elements<'a>> {
        if let Some(known) = self.lists.get(&index) {
            return Rc::clone(known);
        }
        let Some(child) = self.set.children.get(index) else {
            return Rc::default();
        };
        let (elements, problems) = self.set.elements_of(child, self.from, self.source, self.lookup);
        self.problems
            .extend(problems.into_iter().map(|problem| MappingProblem {
                rule: rule.id(),
                ..problem
            }));
        let elements = Rc::new(elements);
        self.lists.insert(index, Rc::clone(&elements));
        elements
    }

    fn note(&mut self, rule: &Rule, element: Option<&Element>, outcome: Result<Outcome, Failed>) {
        match outcome {
            Ok(Outcome::LeftAlone) => {}
            Ok(Outcome::Write(source_value, value)) => self.mapped.push(Mapped {
                rule: rule.id(),
                element: element.cloned(),
                target: rule.mapping().target(self.from).clone(),
                source_value,
                value,
            }),
            Err((stage, value, message, not_linked)) => self.problems.push(MappingProblem {
                rule: rule.id(),
                element: element.cloned(),
                stage,
                path: rule.mapping().source(self.from).to_string(),
                value,
                message,
                not_linked,
            }),
        }
    }

    /// One value, from the source's place in `within` through the chain.
    fn evaluate(
        &self,
        rule: &Rule,
        chain: &Chain,
        path: &FieldPath,
        within: &Value,
    ) -> Result<Outcome, Failed> {
        let policy = rule.mapping().on_missing;
        let source = read(path, within)
            .map_err(|error| (Stage::Read, error.found.clone(), error.to_string(), None))?;
        let (source_value, result) = match source {
            Source::Value(value) => {
                let result = chain.apply(&value, self.lookup);
                (value, result)
            }
            Source::Null | Source::Absent(_) if chain.supplies_missing() => {
                (Value::Null, chain.apply_to_missing(self.lookup))
            }
            Source::Absent(_) if policy == OnMissing::Auto => return Ok(Outcome::LeftAlone),
            Source::Null if policy == OnMissing::Auto && chain.takes_null() => {
                (Value::Null, chain.apply_to_missing(self.lookup))
            }
            Source::Absent(reason) if policy == OnMissing::Fail => {
                return Err((Stage::Missing, "nothing".to_owned(), reason, None));
            }
            Source::Null | Source::Absent(_) => (Value::Null, Ok(Value::Null)),
        };
        match result {
            Err(error) => Err(failed(&source_value, &error)),
            Ok(Value::Null) if policy == OnMissing::Skip => Ok(Outcome::LeftAlone),
            Ok(Value::Null) if policy == OnMissing::Fail => {
                let message = format!("`{path}` gives no value: {}", describe(&source_value));
                Err((Stage::Missing, describe(&source_value), message, None))
            }
            Ok(value) => Ok(Outcome::Write(source_value, value)),
        }
    }
}

fn failed(value: &Value, error: &TransformError) -> Failed {
    let not_linked = match error {
        TransformError::NotLinked { record_type, id } => Some(NotLinked {
            record_type: record_type.clone(),
            id: id.clone(),
        }),
        _ => None,
    };
    (Stage::Transform, describe(value), error.to_string(), not_linked)
}

/// The value of a path, or the list of all values for a path with `*`. A `false` on the way counts as null, as Odoo shows
/// an empty relation.
fn read(path: &FieldPath, within: &Value) -> Result<Source, PathError> {
    let found = match path.first_list() {
        Some(list) => match list.find(within) {
            Ok(Found::Value(value)) if !value.is_null() && *value != Value::Bool(false) => {
                let all = path.get_all(within)?;
                return Ok(Source::Value(Value::Array(all.into_iter().cloned().collect())));
            }
            Ok(Found::Value(_)) => Ok(Found::NullParent),
            other => other,
        },
        None => path.find(within),
    };
    match found {
        Ok(Found::Value(Value::Null) | Found::NullParent) => Ok(Source::Null),
        Ok(Found::Value(value)) => Ok(Source::Value(value.clone())),
        Ok(Found::Absent) => Ok(Source::Absent(absence(path, within))),
        Err(error) if error.at_false => Ok(Source::Null),
        Err(error) => Err(error),
    }
}

fn absence(path: &FieldPath, within: &Value) -> String {
    path.absence(within)
        .map_or_else(|| format!("`{path}` is absent"), |absence| absence.to_string())
}

/// What a record shows at a path: as [`read`], with `None` for what is absent.
pub(super) fn shown(path: &FieldPath, within: &Value) -> Result<Option<Value>, PathError> {
    Ok(match read(path, within)? {
        Source::Value(value) => Some(value),
        Source::Null => Some(Value::Null),
        Source::Absent(_) => None,
    })
}
