//! Walking through all records of a type.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{ConnectorError, Cursor, Directive, Page};

use crate::client::{TOO_DEAR, Talk};
use crate::cursor::Walk;
use crate::nodes::complete;
use crate::page::{Edge, Edges};
use crate::source::{Placed, Source, no_progress};

#[derive(Deserialize)]
struct Listed<N> {
    page: Edges<N>,
    #[serde(default)]
    count: Option<Count>,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
    precision: String,
}

/// The next page of a walk. It ends early where a record cannot be read for a passing reason: what was read is
/// given, and the next call meets the reason again, if it is still there.
pub(crate) async fn page<S: Source>(
    talk: &mut Talk<'_>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, ConnectorError> {
    let limit = limit.max(1);
    let mut walk = Walk::read(S::NAME, cursor)?;
    walk.begin_segment(talk.options().segment);
    let Listed { page: list, count } = list::<S>(talk, &walk, cursor.is_none(), limit).await?;
    let mut page = Page {
        total: count
            .filter(|count| count.precision == "EXACT")
            .map(|count| count.count),
        ..Page::default()
    };
    let goes_on = list.page_info.has_next_page;
    if goes_on
        && list
            .edges
            .last()
            .is_none_or(|edge| Some(&edge.cursor) == walk.after.as_ref())
    {
        return Err(no_progress(S::NAME));
    }
    walk.per = 0;
    for Edge { cursor, node } in list.edges {
        let number = S::number(&node);
        let records = match complete::<S>(talk, node).await {
            Ok(records) => records,
            Err(error) if !page.records.is_empty() && error.kind.directive() == Directive::Retry => {
                tracing::debug!(record_type = S::NAME, %error, "a page ends early");
                page.next = Some(walk.cursor(S::NAME));
                return Ok(page);
            }
            Err(error) => return Err(error),
        };
        walk.per = walk.per.max(records.len());
        let fits = take(&mut page, &mut walk, records, limit);
        if !fits {
            page.next = Some(walk.cursor(S::NAME));
            return Ok(page);
        }
        walk.pass(cursor, number);
    }
    page.next = goes_on.then(|| walk.cursor(S::NAME));
    Ok(page)
}

/// Puts a node's records on the page, if there is room for all of them. The records of one node that is larger than
/// a page are divided.
fn take(page: &mut Page, walk: &mut Walk, mut records: Vec<Placed>, limit: usize) -> bool {
    if let Some(within) = walk.within {
        records.retain(|placed| placed.place > within);
    }
    let room = limit.saturating_sub(page.records.len());
    let fits = records.len() <= room;
    if !fits && page.records.is_empty() {
        records.truncate(room);
        walk.within = records.last().map(|placed| placed.place);
    } else if !fits {
        return false;
    }
    page.records
        .extend(records.into_iter().map(|placed| placed.record));
    fits
}

async fn list<S: Source>(
    talk: &mut Talk<'_>,
    walk: &Walk,
    first: bool,
    limit: usize,
) -> Result<Listed<S::Node>, ConnectorError> {
    let mut sizes = talk.options().sizes(S::SIZES);
    sizes.first = sizes.first.min(limit.div_ceil(walk.per.max(1))).max(1);
    loop {
        let mut variables = sizes.nested();
        variables.insert("first".into(), json!(sizes.first));
        variables.insert("after".into(), json!(walk.after));
        variables.insert("query".into(), json!(walk.query()));
        if S::COUNTED {
            variables.insert("count".into(), json!(first));
        }
        match talk.ask(&S::WALK, Value::Object(variables)).await {
            Err(error) if error.code == TOO_DEAR && sizes.halve() => {}
            answered => return answered,
        }
    }
}
