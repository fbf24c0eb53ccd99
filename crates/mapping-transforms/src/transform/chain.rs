//! A parsed chain of transforms.

use std::fmt;

use serde_json::Value;

use super::definition::{Action, Nulls, Run};
use super::{Lookup, TransformError};
use crate::compare::Compare;
use crate::describe::shorten;

/// Longest text of a chain, in characters.
pub(super) const MAX_CHAIN_CHARS: usize = 1_000;
/// Most steps of a chain.
pub(super) const MAX_STEPS: usize = 16;

/// A name that no transform has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown transform `{name}`{}", .suggestion.as_ref().map_or(String::new(), |name| format!("; did you mean `{name}`?")))]
pub struct UnknownTransform {
    /// The name as given, shortened.
    pub name: String,
    /// All names there are.
    pub allowed: Vec<String>,
    /// The name that was probably meant.
    pub suggestion: Option<String>,
}

/// A text that is no chain of transforms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A step has a name that no transform has.
    #[error(transparent)]
    Unknown(#[from] UnknownTransform),
    /// A step's argument is missing, too much or not understood.
    #[error("`{step}`: {problem}{}", .form.as_ref().map_or(String::new(), |form| format!("; write `{step}:{form}`")))]
    Argument {
        /// The transform.
        step: String,
        /// What is wrong.
        problem: String,
        /// The form of the argument; `None` if the transform takes none.
        form: Option<String>,
    },
    /// The text as a whole.
    #[error("`{text}`: {problem}")]
    Syntax {
        /// The text, shortened.
        text: String,
        /// What is wrong.
        problem: String,
    },
}

impl ChainError {
    pub(super) fn syntax(text: &str, problem: impl Into<String>) -> Self {
        Self::Syntax {
            text: shorten(text),
            problem: problem.into(),
        }
    }

    /// What could have been written instead.
    pub fn allowed(&self) -> Vec<String> {
        match self {
            Self::Unknown(unknown) => unknown.allowed.clone(),
            Self::Argument {
                step,
                form: Some(form),
                ..
            } => vec![format!("{step}:{form}")],
            Self::Argument { step, form: None, .. } => vec![step.clone()],
            Self::Syntax { .. } => {
                vec!["steps with | between, for example trim|uppercase or scale:0.001".to_owned()]
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    /// As written, with its argument.
    pub(super) text: String,
    pub(super) action: Action,
    /// Runs backwards.
    pub(super) inverted: bool,
}

impl Step {
    fn run(&self) -> &Run {
        match (&self.action.backward, self.inverted) {
            (Some(backward), true) => backward,
            _ => &self.action.forward,
        }
    }

    fn nulls(&self) -> Nulls {
        if self.inverted {
            Nulls::None
        } else {
            self.action.nulls
        }
    }

    fn name(&self) -> String {
        if self.inverted {
            format!("inverse of {}", self.text)
        } else {
            self.text.clone()
        }
    }
}

/// A parsed chain of transforms; made by [`super::Registry::parse`].
#[derive(Debug, Clone)]
pub struct Chain {
    pub(super) steps: Vec<Step>,
}

impl Chain {
    /// Sends a value through all steps.
    pub fn apply(&self, value: &Value, lookup: &dyn Lookup) -> Result<Value, TransformError> {
        self.run(value, false, lookup)
    }

    /// What the chain answers where there is no value: the steps before the first one that takes nulls are passed
    /// by; null if no step does.
    pub fn apply_to_missing(&self, lookup: &dyn Lookup) -> Result<Value, TransformError> {
        self.run(&Value::Null, true, lookup)
    }

    fn run(&self, value: &Value, arisen: bool, lookup: &dyn Lookup) -> Result<Value, TransformError> {
        let (mut current, mut arisen) = (value.clone(), arisen);
        for step in &self.steps {
            if arisen && step.nulls() == Nulls::None {
                continue;
            }
            let next = step.run()(&current, lookup).map_err(|error| error.at(&step.name()))?;
            arisen = next.is_null() && (arisen || !current.is_null());
            current = next;
        }
        Ok(current)
    }

    /// The chain that leads back: the inverse of each step, in reverse order. `None` if a step has none.
    pub fn inverse(&self) -> Option<Chain> {
        let invertible = self.steps.iter().all(|step| step.action.backward.is_some());
        let back = |step: &Step| Step {
            inverted: !step.inverted,
            ..step.clone()
        };
        invertible.then(|| Chain {
            steps: self.steps.iter().rev().map(back).collect(),
        })
    }

    /// The first step that has no inverse, as written.
    pub fn one_way_step(&self) -> Option<&str> {
        self.steps
            .iter()
            .find(|step| step.action.backward.is_none())
            .map(|step| step.text.as_str())
    }

    /// Whether a step has an answer for null.
    pub fn takes_null(&self) -> bool {
        self.steps.iter().any(|step| step.nulls() != Nulls::None)
    }

    /// Whether a step puts a value in the place of one that is null or absent.
    pub fn supplies_missing(&self) -> bool {
        self.steps.iter().any(|step| step.nulls() == Nulls::Supplies)
    }

    /// How values of a field with this chain are compared: as the last step says that has an opinion.
    pub fn compare(&self) -> Compare {
        self.steps
            .iter()
            .rev()
            .find_map(|step| step.action.compare)
            .unwrap_or_default()
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.steps.iter().map(Step::name).collect();
        f.write_str(&names.join("|"))
    }
}
