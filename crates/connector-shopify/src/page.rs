//! Connections: pages of a list.

use serde::Deserialize;

use crate::gid::Gid;

/// Where a page ends, and whether another one follows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) end_cursor: Option<String>,
}

/// A page of a list within a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Nodes<T> {
    pub(crate) nodes: Vec<T>,
    pub(crate) page_info: PageInfo,
}

/// A page of a list whose rows are told apart by their cursors.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edges<T> {
    pub(crate) edges: Vec<Edge<T>>,
    pub(crate) page_info: PageInfo,
}

/// A row and its cursor.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Edge<T> {
    pub(crate) cursor: String,
    pub(crate) node: T,
}

/// Something that is only named.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Named {
    pub(crate) id: Gid,
}
