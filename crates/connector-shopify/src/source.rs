//! A record type that is read by walking through a list of Shopify's.

use std::future::Future;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sync_core::{ConnectorError, ErrorKind, Record};

use crate::ShopifyOptions;
use crate::client::Talk;
use crate::documents::Document;
use crate::options::Sizes;

/// How records of one type are read. Nodes are what Shopify lists; mostly one of them is one record.
pub(crate) trait Source {
    /// The record type's name.
    const NAME: &'static str;
    /// The type in the nodes' global ids.
    const KIND: &'static str;
    /// Lists all nodes by id: `page` and, if `$count`, `count`.
    const WALK: Document;
    /// Whether [`Self::WALK`] can count.
    const COUNTED: bool;
    /// How changes are found; `None` where Shopify cannot tell.
    const CHANGES: Option<Changes>;
    /// Reads nodes by their ids, as they are now.
    const BY_ID: Document;
    /// Most that one query asks for.
    const SIZES: Sizes;

    /// Further variables that [`Self::WALK`] and [`Self::BY_ID`] take.
    fn variables(_options: &ShopifyOptions) -> Map<String, Value> {
        Map::new()
    }

    /// A node as the documents select it.
    type Node: DeserializeOwned + Send;

    /// The number in a node's id.
    fn number(node: &Self::Node) -> u64;

    /// When the node says it was last changed.
    fn changed_at(node: &Self::Node) -> Option<Timestamp>;

    /// The records of a node, by place. Lists within the node that go on are followed. An error with the code
    /// [`CHANGED`] says that the node was rebuilt meanwhile and has to be read again.
    fn records(
        talk: &mut Talk<'_>,
        node: Self::Node,
    ) -> impl Future<Output = Result<Vec<Placed>, ConnectorError>> + Send;
}

/// In which order a list is searched for what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changes {
    /// In the order of changes: what changes meanwhile comes again at the end.
    ByTime,
    /// In the order of ids, for lists that know no other.
    ById,
}

/// Code of the error that says: what was read belongs to two states of the record.
pub(crate) const CHANGED: &str = "changed_while_read";

/// A record and its place among those of its node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) place: u64,
    pub(crate) record: Record,
}

impl Placed {
    /// The only record of a node.
    pub(crate) fn only(record: Record) -> Vec<Self> {
        vec![Self { place: 0, record }]
    }
}

/// What was read belongs to two states of the record.
pub(crate) fn changed(message: &str) -> ConnectorError {
    ConnectorError::new(ErrorKind::Contention, CHANGED, message)
}

/// A list goes on without getting anywhere.
pub(crate) fn no_progress(name: &str) -> ConnectorError {
    let message = format!("the list of records of the type `{name}` goes on, but no further");
    ConnectorError::new(ErrorKind::Protocol, "no_progress", message)
}

/// A list within a record is longer than any that Shopify pages through.
pub(crate) fn endless(name: &str, id: &str) -> ConnectorError {
    let message = format!("{name}: the list of {id} goes on beyond {MOST_IN_A_LIST} elements");
    ConnectorError::new(ErrorKind::Protocol, "endless_list", message)
}

/// Shopify pages through this many elements of a list, and not further.
pub(crate) const MOST_IN_A_LIST: usize = 25_000;
