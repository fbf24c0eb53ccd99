//! All transforms by name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::chain::{MAX_CHAIN_CHARS, MAX_STEPS, Step};
use super::{
    Action, Chain, ChainError, Definition, TransformError, TransformInfo, UnknownTransform, choice, grammar,
    html, link, list, number, tax, text, time,
};
use crate::describe::{nearest, shorten};

/// A transform that could not be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("transform `{name}` cannot be registered: {problem}")]
pub struct RegisterError {
    /// The name.
    pub name: String,
    /// Why not.
    pub problem: String,
}

/// All transforms by name: the standard ones, and those that a user of this library adds.
///
/// ```
/// use mapping_transforms::{NoLinks, Registry, TransformError};
/// use serde_json::json;
///
/// let mut registry = Registry::standard();
/// registry.register("reversed", |value| match value.as_str() {
///     Some(text) => Ok(text.chars().rev().collect::<String>().into()),
///     None => Err(TransformError::unsuitable("text", value)),
/// })?;
/// let chain = registry.parse("trim | reversed")?;
/// assert_eq!(chain.apply(&json!(" abc "), &NoLinks)?, json!("cba"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Registry {
    definitions: BTreeMap<String, Definition>,
}

impl Registry {
    /// With the transforms of this library.
    pub fn standard() -> Self {
        let families = [
            text::definitions(),
            number::definitions(),
            html::definitions(),
            choice::definitions(),
            list::definitions(),
            link::definitions(),
            time::definitions(),
            tax::definitions(),
        ];
        let named = families
            .into_iter()
            .flatten()
            .map(|definition| (definition.info.name.clone(), definition));
        Self {
            definitions: named.collect(),
        }
    }

    /// Adds a transform of one's own, one-way and without argument. Refused if the name is taken, or cannot be
    /// written in a chain (letters, digits, `_` and `-` can).
    pub fn register<F>(&mut self, name: &str, transform: F) -> Result<&mut Self, RegisterError>
    where
        F: Fn(&Value) -> Result<Value, TransformError> + Send + Sync + 'static,
    {
        self.define(Definition::plain(
            name,
            "a transform of this installation",
            Action::new(transform),
        ))
    }

    /// Adds a transform of one's own together with its way back.
    pub fn register_with_inverse<F, G>(&mut self, name: &str, f: F, g: G) -> Result<&mut Self, RegisterError>
    where
        F: Fn(&Value) -> Result<Value, TransformError> + Send + Sync + 'static,
        G: Fn(&Value) -> Result<Value, TransformError> + Send + Sync + 'static,
    {
        let action = Action::new(f).with_inverse(g);
        self.define(Definition::plain(
            name,
            "a transform of this installation",
            action,
        ))
    }

    /// Adds a transform with all its details: description, argument, what it does with null.
    pub fn define(&mut self, definition: Definition) -> Result<&mut Self, RegisterError> {
        let name = definition.info.name.clone();
        let refuse = |problem: &str| {
            Err(RegisterError {
                name: shorten(&name),
                problem: problem.to_owned(),
            })
        };
        if name.is_empty()
            || !name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        {
            return refuse("a name has letters, digits, `_` and `-` only");
        }
        if self.definitions.contains_key(&name) {
            return refuse("the name is taken");
        }
        self.definitions.insert(name, definition);
        Ok(self)
    }

    /// All transforms, by name: with description, form of the argument, and whether there is an inverse.
    pub fn names(&self) -> impl Iterator<Item = &TransformInfo> {
        self.definitions.values().map(Definition::info)
    }

    /// Parses a chain: steps with `|` between, each a name with or without `:argument`.
    pub fn parse(&self, text: &str) -> Result<Chain, ChainError> {
        if text.trim().is_empty() {
            return Err(ChainError::syntax(
                text,
                "a chain has at least one step; `direct` changes nothing",
            ));
        }
        if text.chars().nth(MAX_CHAIN_CHARS).is_some() {
            return Err(ChainError::syntax(
                text,
                format!("longer than {MAX_CHAIN_CHARS} characters"),
            ));
        }
        let steps = grammar::steps(text).map_err(|problem| ChainError::syntax(text, problem))?;
        if steps.len() > MAX_STEPS {
            return Err(ChainError::syntax(text, format!("more than {MAX_STEPS} steps")));
        }
        let steps = steps
            .into_iter()
            .map(|(name, argument)| self.step(&name, argument));
        Ok(Chain {
            steps: steps.collect::<Result<_, _>>()?,
        })
    }

    fn step(&self, name: &str, argument: Option<String>) -> Result<Step, ChainError> {
        let Some(definition) = self.definitions.get(name) else {
            return Err(self.unknown(name).into());
        };
        let form = definition.info.argument.clone();
        let problem = |problem: String| ChainError::Argument {
            step: name.to_owned(),
            problem,
            form: form.clone(),
        };
        let argument = argument.filter(|text| !text.is_empty());
        if form.is_some() != argument.is_some() {
            return Err(problem(
                if form.is_some() {
                    "needs an argument"
                } else {
                    "takes no argument"
                }
                .to_owned(),
            ));
        }
        let action = (definition.build)(argument.as_deref().unwrap_or_default()).map_err(problem)?;
        let text = argument.map_or(name.to_owned(), |argument| format!("{name}:{argument}"));
        Ok(Step {
            text,
            action,
            inverted: false,
        })
    }

    fn unknown(&self, name: &str) -> UnknownTransform {
        let allowed: Vec<String> = self.definitions.keys().cloned().collect();
        UnknownTransform {
            name: shorten(name),
            suggestion: nearest(name, allowed.iter().map(String::as_str)),
            allowed,
        }
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::standard()
    }
}
