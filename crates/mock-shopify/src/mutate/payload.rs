use serde::{Deserialize, Serialize};

use crate::gid::gid;

/// What a mutation answers, by reference: the records are read when the answer is written, so that it shows them as
/// they are, and a replayed answer shows them as they have become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// The payload's type.
    pub(crate) kind: String,
    pub(crate) fields: Vec<(String, Slot)>,
    /// Whether what it did is kept.
    pub(crate) succeeded: bool,
}

/// The value of a field of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Slot {
    Null,
    /// A record by type and number.
    Node(String, i64),
    /// Records of one type.
    Nodes(String, Vec<i64>),
    /// The level of an item at a location.
    Level(i64, i64),
    Group(Group),
    /// Custom fields that are gone; nothing for those that were not there.
    Identifiers(Vec<Option<Identifier>>),
    /// User errors, by the name of their type.
    Errors(String, Vec<UserError>),
    /// A job that is under way.
    Job(String),
    /// What a job for cancelling an order came to.
    CancelResult(String, i64),
    /// An operation of `productSet`, by its number.
    SetOperation(i64),
}

/// One user error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserError {
    pub(crate) field: Option<Vec<String>>,
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) element: Option<i64>,
}

/// `MetafieldIdentifier`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identifier {
    /// Global id of the owner.
    pub(crate) owner: String,
    pub(crate) namespace: String,
    pub(crate) key: String,
}

/// `InventoryAdjustmentGroup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) at: jiff::Timestamp,
    pub(crate) reason: String,
    pub(crate) reference: Option<String>,
    pub(crate) changes: Vec<Change>,
}

/// `InventoryChange`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) item: i64,
    pub(crate) location: i64,
    pub(crate) name: String,
    pub(crate) delta: i64,
}

impl UserError {
    /// Without a code, as plain `UserError`s are.
    pub(crate) fn plain(field: &[&str], message: impl Into<String>) -> Self {
        Self {
            field: Some(field.iter().map(|part| (*part).to_owned()).collect()),
            message: message.into(),
            ..Self::default()
        }
    }

    /// With a code.
    pub(crate) fn coded(code: &str, field: &[&str], message: impl Into<String>) -> Self {
        Self {
            code: Some(code.to_owned()),
            ..Self::plain(field, message)
        }
    }
}

impl Payload {
    /// A payload without errors.
    pub(crate) fn good(kind: &str, errors: (&str, &str), fields: Vec<(&str, Slot)>) -> Self {
        let mut payload = Self::new(kind, fields);
        payload
            .fields
            .push((errors.0.to_owned(), Slot::Errors(errors.1.to_owned(), Vec::new())));
        payload
    }

    /// A payload with errors; all other fields are null.
    pub(crate) fn bad(kind: &str, errors: (&str, &str), list: Vec<UserError>) -> Self {
        let mut payload = Self::new(kind, Vec::new());
        payload.succeeded = false;
        payload
            .fields
            .push((errors.0.to_owned(), Slot::Errors(errors.1.to_owned(), list)));
        payload
    }

    /// The same with one more field: some errors come with the record that they are about.
    pub(crate) fn with(mut self, name: &str, slot: Slot) -> Self {
        self.fields.push((name.to_owned(), slot));
        self
    }

    fn new(kind: &str, fields: Vec<(&str, Slot)>) -> Self {
        Self {
            kind: kind.to_owned(),
            fields: fields
                .into_iter()
                .map(|(name, slot)| (name.to_owned(), slot))
                .collect(),
            succeeded: true,
        }
    }

    /// The first record it names, for the journal.
    pub(crate) fn target(&self) -> String {
        let named = self.fields.iter().find_map(|(_, slot)| match slot {
            Slot::Node(kind, id) => Some(gid(kind, *id)),
            Slot::Nodes(kind, ids) => ids.first().map(|id| gid(kind, *id)),
            Slot::Level(item, _) => Some(gid("InventoryItem", *item)),
            Slot::Group(group) => group
                .changes
                .first()
                .map(|change| gid("InventoryItem", change.item)),
            Slot::Identifiers(gone) => gone.iter().flatten().next().map(|field| field.owner.clone()),
            Slot::CancelResult(_, order) => Some(gid("Order", *order)),
            Slot::Null | Slot::Errors(..) | Slot::Job(_) | Slot::SetOperation(_) => None,
        });
        named.unwrap_or_default()
    }
}
