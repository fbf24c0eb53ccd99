//! Why a transform gave no value.

use std::fmt;

use serde_json::Value;

use crate::describe::describe;

/// Why a transform gave no value. A chain adds the step's name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransformError {
    /// The value is not what the transform works on.
    Unsuitable {
        /// The step, once known.
        step: Option<String>,
        /// What it works on.
        expected: String,
        /// The value, in a few words.
        found: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A reference to a record that has no counterpart yet.
    NotLinked {
        /// The record type of the reference.
        record_type: String,
        /// The id that has no link.
        id: String,
    },
    /// A transform of one's own says why.
    Other {
        /// The step, once known.
        step: Option<String>,
        /// Its words.
        message: String,
    },
}

impl TransformError {
    /// For transforms of one's own.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Other {
            step: None,
            message: message.into(),
        }
    }

    /// The value is not what the transform works on.
    pub fn unsuitable(expected: &str, value: &Value) -> Self {
        Self::Unsuitable {
            step: None,
            expected: expected.to_owned(),
            found: describe(value),
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub fn with_hint(mut self, text: &str) -> Self {
        if let Self::Unsuitable { hint, .. } = &mut self {
            *hint = Some(text.to_owned());
        }
        self
    }

    /// Names the step, where it is not named yet.
    pub(super) fn at(mut self, name: &str) -> Self {
        if let Self::Unsuitable { step, .. } | Self::Other { step, .. } = &mut self {
            step.get_or_insert_with(|| name.to_owned());
        }
        self
    }
}

impl fmt::Display for TransformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Unsuitable { step: Some(step), .. } | Self::Other { step: Some(step), .. } = self {
            write!(f, "`{step}`: ")?;
        }
        match self {
            Self::Unsuitable {
                expected,
                found,
                hint,
                ..
            } => {
                write!(f, "expected {expected}, found {found}")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
            }
            Self::NotLinked { record_type, id } => write!(f, "{record_type} {id} is not linked yet"),
            Self::Other { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for TransformError {}
