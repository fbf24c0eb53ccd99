//! What is wrong with a rule, as data.

use serde::Serialize;

use crate::describe::shorten;

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rule works, or does not count.
    Warning,
    /// The rule cannot be used.
    Error,
}

/// One thing that is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id; 0 if it is not stored.
    pub mapping: i64,
    /// The rule's place among those that were checked.
    pub index: usize,
    /// The field of the rule: `shopify_field`, `odoo_field`, `transform`, ... ; `children` for a child rule.
    pub field: String,
    /// What the field has, shortened.
    pub value: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What is allowed instead, where that can be listed.
    pub allowed: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
}

impl Finding {
    pub(super) fn error(field: &str, value: &str, message: impl Into<String>, allowed: Vec<String>) -> Self {
        Self {
            mapping: 0,
            index: 0,
            field: field.to_owned(),
            value: shorten(value),
            message: message.into(),
            allowed,
            severity: Severity::Error,
        }
    }

    pub(super) fn of(mut self, mapping: i64, index: usize) -> Self {
        (self.mapping, self.index) = (mapping, index);
        self
    }

    pub(super) fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}
