//! What a transform is to the registry: its description, and how a step is made from its argument.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Lookup, TransformError};
use crate::compare::Compare;

/// Whether a transform can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Inverse {
    /// Always.
    Yes,
    /// Never: rules with it are one-way.
    No,
    /// It depends on the argument.
    SometimesByArgument,
}

/// What a transform does with null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Nothing of use: it refuses null or leaves it null. A null that arises in a chain passes it by.
    None,
    /// It has an answer for null (`is:`).
    Takes,
    /// It puts a value in the place of null, and of something absent (`default:`, `const:`).
    Supplies,
}

/// A transform as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransformInfo {
    /// The name in a chain.
    pub name: String,
    /// What it does, in one sentence.
    pub description: String,
    /// The form of its argument, after `name:`. `None` = it takes none; if there is one, it is demanded.
    pub argument: Option<String>,
    /// Whether it can be undone.
    pub inverse: Inverse,
}

pub(super) type Run = Arc<dyn Fn(&Value, &dyn Lookup) -> Result<Value, TransformError> + Send + Sync>;

/// What one step of a chain does.
#[derive(Clone)]
pub struct Action {
    pub(super) forward: Run,
    pub(super) backward: Option<Run>,
    pub(super) nulls: Nulls,
    pub(super) compare: Option<Compare>,
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Action")
            .field("inverse", &self.backward.is_some())
            .finish_non_exhaustive()
    }
}

impl Action {
    /// A step that needs no links.
    pub fn new<F>(forward: F) -> Self
    where
        F: Fn(&Value) -> Result<Value, TransformError> + Send + Sync + 'static,
    {
        Self::linked(move |value, _| forward(value))
    }

    /// A step that looks up links.
    pub fn linked<F>(forward: F) -> Self
    where
        F: Fn(&Value, &dyn Lookup) -> Result<Value, TransformError> + Send + Sync + 'static,
    {
        Self {
            forward: Arc::new(forward),
            backward: None,
            nulls: Nulls::None,
            compare: None,
        }
    }

    /// Adds the way back.
    pub fn with_inverse<G>(self, backward: G) -> Self
    where
        G: Fn(&Value) -> Result<Value, TransformError> + Send + Sync + 'static,
    {
        self.with_linked_inverse(move |value, _| backward(value))
    }

    /// Adds the way back, which looks up links.
    pub fn with_linked_inverse<G>(mut self, backward: G) -> Self
    where
        G: Fn(&Value, &dyn Lookup) -> Result<Value, TransformError> + Send + Sync + 'static,
    {
        self.backward = Some(Arc::new(backward));
        self
    }

    /// A step whose way back is the same function: rounding, trimming, changing the sign.
    pub fn own_inverse<F>(forward: F) -> Self
    where
        F: Fn(&Value) -> Result<Value, TransformError> + Send + Sync + Clone + 'static,
    {
        let backward = forward.clone();
        Self::new(forward).with_inverse(backward)
    }

    /// Says what it does with null; without it, [`Nulls::None`].
    pub fn on_null(mut self, nulls: Nulls) -> Self {
        self.nulls = nulls;
        self
    }

    /// Says how its results are compared; without it, as those of the step before.
    pub fn compared_as(mut self, compare: Compare) -> Self {
        self.compare = Some(compare);
        self
    }
}

type Build = Arc<dyn Fn(&str) -> Result<Action, String> + Send + Sync>;

/// A transform: its description, and how a step is made from its argument.
#[derive(Clone)]
pub struct Definition {
    pub(super) info: TransformInfo,
    pub(super) build: Build,
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl Definition {
    /// A transform without argument.
    pub fn plain(name: &str, description: &str, action: Action) -> Self {
        let inverse = if action.backward.is_some() {
            Inverse::Yes
        } else {
            Inverse::No
        };
        Self {
            info: TransformInfo {
                name: name.to_owned(),
                description: description.to_owned(),
                argument: None,
                inverse,
            },
            build: Arc::new(move |_| Ok(action.clone())),
        }
    }

    /// A transform with an argument: `form` tells people what it looks like, `build` makes a step from its raw
    /// text (quotes included) or says what is wrong with it.
    pub fn with_argument<B>(name: &str, description: &str, form: &str, inverse: Inverse, build: B) -> Self
    where
        B: Fn(&str) -> Result<Action, String> + Send + Sync + 'static,
    {
        Self {
            info: TransformInfo {
                name: name.to_owned(),
                description: description.to_owned(),
                argument: Some(form.to_owned()),
                inverse,
            },
            build: Arc::new(build),
        }
    }

    /// The description.
    pub fn info(&self) -> &TransformInfo {
        &self.info
    }
}
