use jiff::Timestamp;
use mapping_transforms::Side;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{ConnectionId, JobId, RecordType, Shown};

/// An element of a record (a variant, an order line), by its ids on both sides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// What it is.
    pub record_type: RecordType,
    /// Its id in the left system.
    pub shopify_id: String,
    /// Its id in the right system.
    pub odoo_id: String,
}

impl Pair {
    /// The id on one side.
    pub fn id_on(&self, side: Side) -> &str {
        match side {
            Side::Shopify => &self.shopify_id,
            Side::Odoo => &self.odoo_id,
        }
    }
}

/// What a conflict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Both sides changed a field since they last agreed, to different values; or one side's change was overwritten.
    Field,
    /// One side's record was deleted, the other's is still there.
    Deleted,
}

impl ConflictKind {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Deleted => "deleted",
        }
    }
}

impl std::str::FromStr for ConflictKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::Field, Self::Deleted]
            .into_iter()
            .find(|kind| kind.as_str() == text);
        found.ok_or_else(|| format!("unknown kind of conflict `{text}`: use field or deleted"))
    }
}

/// How far a conflict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictStatus {
    /// Both sides stay as they are until somebody decides.
    Open,
    /// Somebody decided; the next run of the record carries it out.
    Decided,
    /// It is over. What lost is kept here and can be brought back.
    Resolved,
}

impl ConflictStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Decided, Self::Resolved];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Resolved => "resolved",
        }
    }
}

impl std::str::FromStr for ConflictStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| format!("unknown conflict status `{text}`: use open, decided or resolved"))
    }
}

/// Whose value counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "winner", rename_all = "snake_case")]
pub enum Winner {
    /// The left system's.
    Shopify,
    /// The right system's.
    Odoo,
    /// Another value: what each side is to show, null for nothing. `None`, and absent where it is written down, where
    /// only the other side's is known and the rule carries it over.
    Value {
        /// For the left system.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "named")]
        shopify: Option<Value>,
        /// For the right system.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "named")]
        odoo: Option<Value>,
    },
    /// Both came to the same by themselves.
    Agreed,
}

/// A value that is there, be it null.
fn named<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

impl Winner {
    /// The name in the database and the API.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Odoo => "odoo",
            Self::Value { .. } => "value",
            Self::Agreed => "agreed",
        }
    }

    /// The winner that is one of the sides.
    pub fn side(side: Side) -> Self {
        match side {
            Side::Shopify => Self::Shopify,
            Side::Odoo => Self::Odoo,
        }
    }
}

/// A conflict as a plan finds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictDraft {
    /// What it is about.
    pub kind: ConflictKind,
    /// The rule ([`crate::rule_key`]); empty for a deleted record.
    pub rule: String,
    /// The field in the left system.
    pub shopify_field: String,
    /// The field in the right system.
    pub odoo_field: String,
    /// The element that the field belongs to; `None` for the record's own.
    pub element: Option<Pair>,
    /// What both sides showed when they last agreed; `None` where they never did.
    pub base: Option<Shown>,
    /// What the left system shows.
    pub shopify: Value,
    /// What the right system shows.
    pub odoo: Value,
    /// When the left system's record was last changed.
    pub shopify_at: Option<Timestamp>,
    /// When the right system's record was last changed.
    pub odoo_at: Option<Timestamp>,
    /// The name of the strategy, or what else decided: `owner`, `one_way`, `person`.
    pub strategy: String,
    /// Who won; `None` where it waits for somebody.
    pub winner: Option<Winner>,
}

/// A stored conflict. One is open or decided per field at most; those that are over are kept as a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Its number.
    pub id: i64,
    /// The connection.
    pub connection: ConnectionId,
    /// What the record is.
    pub record_type: RecordType,
    /// The record's id in the left system.
    pub shopify_id: String,
    /// The record's id in the right system.
    pub odoo_id: String,
    /// What a person calls it.
    pub label: String,
    /// How far it is.
    pub status: ConflictStatus,
    /// What was found.
    #[serde(flatten)]
    pub found: ConflictDraft,
    /// When it was found first.
    pub found_at: Timestamp,
    /// The job that found it last.
    pub job_id: JobId,
    /// Who decided: `strategy`, or what the person is called.
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// What somebody decided about one field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// The conflict.
    pub conflict: i64,
    /// What it is about.
    pub kind: ConflictKind,
    /// The rule.
    pub rule: String,
    /// The element's id in the left system; `None` for the record's own field.
    pub element: Option<(RecordType, String)>,
    /// Whose value is to count; `None` as long as nobody decided.
    pub winner: Option<Winner>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_is_a_value_and_no_value_is_absent() {
        for (shopify, odoo, written) in [
            (None, Some(json!("x")), json!({"winner": "value", "odoo": "x"})),
            (
                Some(Value::Null),
                None,
                json!({"winner": "value", "shopify": null}),
            ),
            (
                Some(json!(1)),
                Some(Value::Null),
                json!({"winner": "value", "shopify": 1, "odoo": null}),
            ),
        ] {
            let winner = Winner::Value { shopify, odoo };
            assert_eq!(json!(winner), written);
            assert_eq!(serde_json::from_value::<Winner>(written).unwrap(), winner);
        }
    }
}
