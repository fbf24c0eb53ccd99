//! Where a walk stands, and the mark where the next one begins.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sync_core::{ConnectorError, Cursor, ErrorKind};

use crate::search;

/// The layout written here.
const VERSION: u8 = 1;

/// A cursor as it is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    v: u8,
    /// The record type.
    of: String,
    at: Position,
}

/// What a cursor stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    /// On the way through a list.
    Walk(Walk),
    /// On the way through the levels that changed, location by location.
    Levels(LevelWalk),
    /// The end of an earlier walk: what changed since then is wanted. On the shop's clock, whole seconds.
    Mark(Timestamp),
}

impl Position {
    /// Reads a cursor of this record type; the beginning of a walk through everything without one.
    pub(crate) fn read(of: &str, cursor: Option<&Cursor>) -> Result<Self, ConnectorError> {
        let Some(Cursor(text)) = cursor else {
            return Ok(Self::Walk(Walk::default()));
        };
        match serde_json::from_str(text) {
            Ok(Stored {
                v: VERSION,
                of: stored,
                at,
            }) if stored == of => Ok(at),
            _ => Err(bad_cursor(of)),
        }
    }

    /// The cursor that stands for this.
    pub(crate) fn cursor(self, of: &str) -> Cursor {
        let stored = Stored {
            v: VERSION,
            of: of.to_owned(),
            at: self,
        };
        // Writing plain structs as JSON cannot fail.
        Cursor(serde_json::to_string(&stored).unwrap_or_default())
    }
}

/// A cursor that this connector did not make, or not for this record type.
pub(crate) fn bad_cursor(of: &str) -> ConnectorError {
    let message = format!("the cursor is none of Shopify's for `{of}`: rewind it");
    ConnectorError::new(ErrorKind::Rejected, "bad_cursor", message)
}

/// A walk through a list: through everything in the order of ids, or through what changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Walk {
    /// Shopify's cursor of the last node that was read completely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    /// Only ids above this one are searched for: where Shopify's paging ends, a new search begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<u64>,
    /// Only what changed at this time or later is searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) changed: Option<Timestamp>,
    /// How many nodes this search has given.
    pub(crate) seen: u64,
    /// The last node's id; `None` once ids did not ascend, because then no search may be based on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<u64>,
    /// When the last node was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_change: Option<Timestamp>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unordered: bool,
    /// Of the next node, records up to this place were given already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<u64>,
    /// How many records a node gave, lately: an estimate for how many nodes to ask for.
    pub(crate) per: usize,
    /// Where the next walk is to begin, known from this one's first answer on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Timestamp>,
}

impl Walk {
    /// The beginning of a walk through what changed.
    pub(crate) fn through_changes(since: Timestamp) -> Self {
        Self {
            changed: Some(since),
            ..Self::default()
        }
    }

    /// Whether nothing was asked for yet: then the next answer tells when the walk began.
    pub(crate) fn is_fresh(&self) -> bool {
        let nowhere = self.after.is_none() && self.since.is_none() && self.within.is_none();
        nowhere && self.seen == 0 && self.mark.is_none()
    }

    /// A node has been read completely.
    pub(crate) fn pass(&mut self, cursor: String, id: u64, changed_at: Option<Timestamp>) {
        let ascends = self.last.is_none_or(|last| id > last) && self.since.is_none_or(|since| id > since);
        self.unordered |= !ascends;
        self.last = Some(id).filter(|_| !self.unordered);
        self.last_change = changed_at;
        self.after = Some(cursor);
        self.within = None;
        self.seen = self.seen.saturating_add(1);
    }

    /// Begins a new search where the present one has given as many nodes as it may.
    pub(crate) fn begin_segment(&mut self, most: u64, by_time: bool) {
        if self.seen < most || self.within.is_some() {
            return;
        }
        let (since, changed) = if by_time {
            // Those of the same second come again; a search that begins in the same second would not get on.
            match self.last_change.filter(|last| Some(*last) > self.changed) {
                Some(last) => (None, Some(last)),
                None => return,
            }
        } else {
            match self.last {
                Some(last) => (Some(last), self.changed),
                None => return,
            }
        };
        *self = Self {
            since,
            changed,
            per: self.per,
            mark: self.mark,
            ..Self::default()
        };
    }

    /// The search that the walk is on.
    pub(crate) fn query(&self) -> Option<String> {
        let changed = self.changed.map(search::changed_since);
        let since = self.since.map(|since| format!("id:>{since}"));
        let parts: Vec<String> = changed.into_iter().chain(since).collect();
        Some(parts.join(" AND ")).filter(|query| !query.is_empty())
    }
}

/// A walk through the levels that changed, location by location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LevelWalk {
    /// Only what changed at this time or later is searched for.
    pub(crate) changed: Timestamp,
    /// Where the next walk is to begin, known from this one's first answer on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Timestamp>,
    /// Shopify's cursor of the last location that was read completely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
    /// Shopify's cursor of the last level at the next location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    /// How many levels the location has given.
    #[serde(default)]
    pub(crate) seen: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn cursors_come_back_as_they_were() {
        let mut walk = Walk::default();
        walk.pass("abc".into(), 7, Some(at("2026-11-23T09:00:00Z")));
        let levels = LevelWalk {
            changed: at("2026-11-23T09:00:00Z"),
            mark: None,
            place: Some("x".into()),
            after: None,
            seen: 3,
        };
        for position in [
            Position::Walk(walk),
            Position::Levels(levels),
            Position::Mark(at("2026-11-23T09:00:00Z")),
        ] {
            let cursor = position.clone().cursor("product");
            assert_eq!(Position::read("product", Some(&cursor)), Ok(position));
            assert_eq!(
                Position::read("order", Some(&cursor)).unwrap_err().code,
                "bad_cursor"
            );
        }
        assert_eq!(
            Position::read("product", None),
            Ok(Position::Walk(Walk::default()))
        );
        for wrong in [
            "",
            "7",
            "{}",
            "null",
            r#"{"v":2,"of":"product","at":{"walk":{}}}"#,
            r#"{"v":1,"of":"product","at":{"mark":"soon"}}"#,
            &"[".repeat(10_000),
        ] {
            let error = Position::read("product", Some(&Cursor(wrong.to_owned()))).unwrap_err();
            assert_eq!(error.code, "bad_cursor");
        }
    }

    #[test]
    fn a_search_begins_anew_only_behind_ascending_ids() {
        let mut walk = Walk::default();
        walk.pass("a".into(), 3, None);
        walk.pass("b".into(), 5, None);
        walk.begin_segment(3, false);
        assert_eq!(walk.query(), None, "there is room left");
        walk.begin_segment(2, false);
        assert_eq!(
            (walk.query().as_deref(), walk.after.as_deref(), walk.seen),
            (Some("id:>5"), None, 0)
        );
        walk.pass("c".into(), 4, None);
        walk.pass("d".into(), 9, None);
        walk.begin_segment(2, false);
        assert_eq!(
            (walk.query().as_deref(), walk.seen),
            (Some("id:>5"), 2),
            "4 came behind 5"
        );
    }

    #[test]
    fn a_search_for_changes_begins_anew_in_a_later_second() {
        let (early, late) = (at("2026-11-23T09:00:00Z"), at("2026-11-23T09:00:01Z"));
        let mut walk = Walk::through_changes(early);
        assert!(walk.is_fresh());
        walk.mark = Some(late);
        walk.pass("a".into(), 8, Some(early));
        walk.begin_segment(1, true);
        assert_eq!(walk.after.as_deref(), Some("a"), "the same second again");
        walk.pass("b".into(), 2, Some(late));
        walk.begin_segment(1, true);
        assert_eq!(
            (walk.query().as_deref(), walk.after.as_deref(), walk.mark),
            (Some("updated_at:>='2026-11-23T09:00:01Z'"), None, Some(late))
        );
    }
}
