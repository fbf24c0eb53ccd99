//! Where a walk through all records of a type stands.

use serde::{Deserialize, Serialize};
use sync_core::{ConnectorError, Cursor, ErrorKind};

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

/// What a cursor stands for. Reading what changed since a mark will be another one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Position {
    Walk(Walk),
}

/// A walk through all records in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Walk {
    /// Shopify's cursor of the last node that was read completely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    /// Only ids above this one are searched for: where Shopify's paging ends, a new search begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<u64>,
    /// How many nodes this search has given.
    pub(crate) seen: u64,
    /// The last node's id; `None` once ids did not ascend, because then no search may be based on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unordered: bool,
    /// Of the next node, records up to this place were given already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<u64>,
    /// How many records a node gave, lately: an estimate for how many nodes to ask for.
    pub(crate) per: usize,
}

impl Walk {
    /// Reads a cursor of this record type; the beginning without one.
    pub(crate) fn read(of: &str, cursor: Option<&Cursor>) -> Result<Self, ConnectorError> {
        let Some(Cursor(text)) = cursor else {
            return Ok(Self::default());
        };
        match serde_json::from_str(text) {
            Ok(Stored {
                v: VERSION,
                of: stored,
                at: Position::Walk(walk),
            }) if stored == of => Ok(walk),
            _ => {
                let message = format!("the cursor is none of Shopify's for `{of}`: rewind it");
                Err(ConnectorError::new(ErrorKind::Rejected, "bad_cursor", message))
            }
        }
    }

    /// The cursor that stands for this.
    pub(crate) fn cursor(&self, of: &str) -> Cursor {
        let stored = Stored {
            v: VERSION,
            of: of.to_owned(),
            at: Position::Walk(self.clone()),
        };
        // Writing plain structs as JSON cannot fail.
        Cursor(serde_json::to_string(&stored).unwrap_or_default())
    }

    /// A node has been read completely.
    pub(crate) fn pass(&mut self, cursor: String, id: u64) {
        let ascends = self.last.is_none_or(|last| id > last) && self.since.is_none_or(|since| id > since);
        self.unordered |= !ascends;
        self.last = Some(id).filter(|_| !self.unordered);
        self.after = Some(cursor);
        self.within = None;
        self.seen = self.seen.saturating_add(1);
    }

    /// Begins a new search where the present one has given as many nodes as it may.
    pub(crate) fn begin_segment(&mut self, most: u64) {
        if self.seen >= most
            && self.within.is_none()
            && let Some(last) = self.last
        {
            *self = Self {
                since: Some(last),
                per: self.per,
                ..Self::default()
            };
        }
    }

    /// The search that the walk is on.
    pub(crate) fn query(&self) -> Option<String> {
        self.since.map(|since| format!("id:>{since}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        let mut walk = Walk::default();
        walk.pass("abc".into(), 7);
        let cursor = walk.cursor("product");
        assert_eq!(Walk::read("product", Some(&cursor)), Ok(walk));
        assert_eq!(Walk::read("order", Some(&cursor)).unwrap_err().code, "bad_cursor");
        assert_eq!(Walk::read("product", None), Ok(Walk::default()));
        for wrong in [
            "",
            "7",
            "{}",
            "null",
            r#"{"v":2,"of":"product","at":{"walk":{}}}"#,
            &"[".repeat(10_000),
        ] {
            let error = Walk::read("product", Some(&Cursor(wrong.to_owned()))).unwrap_err();
            assert_eq!(error.code, "bad_cursor");
        }
    }

    #[test]
    fn a_search_begins_anew_only_behind_ascending_ids() {
        let mut walk = Walk::default();
        walk.pass("a".into(), 3);
        walk.pass("b".into(), 5);
        walk.begin_segment(3);
        assert_eq!(walk.query(), None, "there is room left");
        walk.begin_segment(2);
        assert_eq!(
            (walk.query().as_deref(), walk.after.as_deref(), walk.seen),
            (Some("id:>5"), None, 0)
        );
        walk.pass("c".into(), 4);
        walk.pass("d".into(), 9);
        walk.begin_segment(2);
        assert_eq!(
            (walk.query().as_deref(), walk.seen),
            (Some("id:>5"), 2),
            "4 came behind 5"
        );
    }
}
