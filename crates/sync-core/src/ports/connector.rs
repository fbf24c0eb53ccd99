use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use mapping_transforms::FieldPath;

use crate::{ConnectorError, Cursor, Page, Record, RecordType, System, Write, WriteOutcome};

/// The client of one outside system.
///
/// A connector speaks that system's real protocol and hides it: its paging, its limits, its faults. It keeps no
/// state that a restart would lose. All methods may be called again after an error.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The system's name.
    fn system(&self) -> &System;

    /// The records of a type that changed since `cursor`, or all of them without one, `limit` at most.
    ///
    /// A walk goes from page to page along `next` and ends with a page without it. Without a cursor, every record that
    /// exists during the whole walk comes at least once; one that changes meanwhile may come twice. Archived and draft
    /// records come too. Its last page has a `mark`, if the system can tell changes at all: a walk that begins there
    /// sees every record that was made or changed after the walk that gave the mark had **begun**, however the clocks
    /// of both sides, late transactions and search indexes behave; others may come again.
    async fn changes(
        &self,
        record_type: &RecordType,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ConnectorError>;

    /// The records with these ids as they are **now**, not as a search index remembers them, in the order of
    /// `ids`; those that do not exist are left out, a repeated id comes once.
    async fn fetch(&self, record_type: &RecordType, ids: &[String]) -> Result<Vec<Record>, ConnectorError>;

    /// Records of a type that show one of these texts at this place (of one of their elements, for a path with `*`),
    /// whatever their case: for finding counterparts, so a search index that lags behind is good enough. Places that
    /// the system cannot search for answer nothing.
    async fn find(
        &self,
        _record_type: &RecordType,
        _path: &FieldPath,
        _texts: &[String],
    ) -> Result<Vec<Record>, ConnectorError> {
        Ok(Vec::new())
    }

    /// Which fields records of this type have; rules to other fields are skipped with a warning.
    async fn fields(&self, record_type: &RecordType) -> Result<FieldSet, ConnectorError>;

    /// How many records of a type the system has that are so, where it can say so cheaply: what [`Connector::changes`]
    /// would show without a cursor, counted in the same unit. For people; no decision rests on it.
    async fn count(
        &self,
        _record_type: &RecordType,
        _which: Counted<'_>,
    ) -> Result<Option<u64>, ConnectorError> {
        Ok(None)
    }

    /// What there is to be said of a write, carried out or not: fields that it names and that are not written, and what
    /// people would take for granted and does not happen. It rests on the write alone, so that a dry run says it too.
    fn remarks(&self, _write: &Write) -> Vec<String> {
        Vec::new()
    }

    /// Carries out a batch and answers one outcome per write, **in the order of the batch**.
    ///
    /// Writes do not depend on each other: one that fails does not keep others from being carried out. Where the
    /// system takes a batch as all or nothing, the connector sends the good ones again without the bad ones.
    /// Sending a write again whose outcome was `Failed`, `Unknown` or `NotAttempted` never doubles anything: it
    /// completes or repeats it.
    async fn apply(&self, batch: &[Write]) -> Vec<WriteOutcome>;
}

/// Which records are counted: those that are all of this, and all of them if nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted<'a> {
    /// They show this text at this place, or in the list there, whatever its case.
    pub showing: Option<(&'a FieldPath, &'a str)>,
    /// They have one of these ids.
    pub among: Option<&'a [String]>,
}

/// The fields of a record type in one system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSet {
    /// The record's own fields. Empty when the system takes any field.
    pub fields: BTreeSet<String>,
    /// The fields of the elements of its child collections, by the collection's name; or, of an object with fields of its
    /// own, their paths in it.
    pub children: BTreeMap<String, BTreeSet<String>>,
}

impl FieldSet {
    /// A system that takes any field.
    pub fn any() -> Self {
        Self::default()
    }

    /// Whether a path with these keys (without indexes and `*`) leads to a known field.
    pub fn knows(&self, keys: &[&str]) -> bool {
        let Some((first, rest)) = keys.split_first() else {
            return false;
        };
        if self.fields.is_empty() {
            return true;
        }
        if !self.fields.contains(*first) {
            return false;
        }
        match (self.children.get(*first), rest.first()) {
            (Some(child), Some(field)) => child.contains(*field) || child.contains(&rest.join(".")),
            (None, _) | (_, None) => true,
        }
    }
}
