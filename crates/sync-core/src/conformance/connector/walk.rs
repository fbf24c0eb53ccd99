//! Walking through a type, with the checks that every walk has to pass.

use std::collections::BTreeSet;

use super::ReadFixture;
use crate::ports::Connector;
use crate::{ConnectorError, Cursor, Directive, Page, Record, RecordType};

/// No walk through the few records of a case takes more pages.
const MOST_PAGES: usize = 10_000;

/// Walks from `cursor` to the end, page by page.
pub(super) async fn pages(
    connector: &dyn Connector,
    record_type: &RecordType,
    mut cursor: Option<Cursor>,
    limit: usize,
) -> Result<Vec<Page>, ConnectorError> {
    let mut pages = Vec::new();
    loop {
        let page = connector.changes(record_type, cursor.as_ref(), limit).await?;
        let size = page.records.len();
        assert!(
            size <= limit,
            "a page of {size} records where {limit} is the limit"
        );
        cursor.clone_from(&page.next);
        pages.push(page);
        if cursor.is_none() {
            return Ok(pages);
        }
        assert!(pages.len() < MOST_PAGES, "the walk does not end");
    }
}

/// All records of a walk from its beginning.
pub(super) async fn walk(fixture: &impl ReadFixture, limit: usize) -> Vec<Record> {
    let connector = fixture.connect();
    let pages = pages(connector.as_ref(), &fixture.record_type(), None, limit).await;
    pages.unwrap().into_iter().flat_map(|page| page.records).collect()
}

pub(super) fn ids<'a>(records: impl IntoIterator<Item = &'a Record>) -> BTreeSet<String> {
    records.into_iter().map(|record| record.id.clone()).collect()
}

/// All ids that the fixture knows of.
pub(super) fn all(fixture: &impl ReadFixture) -> BTreeSet<String> {
    fixture.ids().into_iter().collect()
}

/// A fault of the wire is no fault of a record: whoever meets it has to try again.
pub(super) fn assert_passing(error: &ConnectorError, what: &str) {
    let directive = error.kind.directive();
    assert_eq!(directive, Directive::Retry, "{what}: {error:?}");
    assert!(
        !error.code.is_empty() && !error.message.is_empty(),
        "{what}: {error:?}"
    );
}
