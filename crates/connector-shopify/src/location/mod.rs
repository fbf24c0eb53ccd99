//! Locations: where stock lies.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use sync_core::{ConnectorError, ports::FieldSet};

use crate::client::Talk;
use crate::documents::{self, Document};
use crate::gid::Gid;
use crate::options::Sizes;
use crate::shape::record;
use crate::source::{Changes, Placed, Source};

/// Locations, closed ones and those of fulfilment services included.
pub(crate) struct Locations;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LocationNode {
    id: Gid,
    name: String,
    is_active: bool,
    updated_at: Timestamp,
}

impl Source for Locations {
    const NAME: &'static str = "location";
    const KIND: &'static str = "Location";
    const WALK: Document = documents::LOCATIONS;
    const COUNTED: bool = true;
    const CHANGES: Option<Changes> = None;
    const BY_ID: Document = documents::LOCATIONS_BY_ID;
    const SIZES: Sizes = Sizes {
        first: 250,
        many: None,
        few: None,
    };

    type Node = LocationNode;

    fn number(node: &LocationNode) -> u64 {
        node.id.number
    }

    fn changed_at(node: &LocationNode) -> Option<Timestamp> {
        Some(node.updated_at)
    }

    async fn records(_: &mut Talk<'_>, node: LocationNode) -> Result<Vec<Placed>, ConnectorError> {
        let id = node.id.number;
        let body = json!({"id": id, "name": node.name, "active": node.is_active});
        Ok(Placed::only(record(
            id.to_string(),
            node.name,
            node.updated_at,
            body,
        )))
    }
}

/// What rules may lead to.
pub(crate) fn fields() -> FieldSet {
    crate::connector::field_set(&["id", "name", "active"], &[])
}
