//! Walking through all records of a type, or through those that changed.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sync_core::{ConnectorError, Cursor, Directive, Page};

use crate::client::{TOO_DEAR, Talk};
use crate::count::Count;
use crate::cursor::{Position, Walk, bad_cursor};
use crate::nodes::complete;
use crate::page::{Edge, Edges};
use crate::search::whole;
use crate::source::{Changes, Placed, Source, no_progress};

#[derive(Deserialize)]
struct Listed<N> {
    page: Edges<N>,
    #[serde(default)]
    count: Option<Count>,
}

/// The next page from a cursor on.
pub(crate) async fn changes<S: Source>(
    talk: &mut Talk<'_>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, ConnectorError> {
    let walk = match Position::read(S::NAME, cursor)? {
        Position::Walk(walk) => walk,
        Position::Mark(since) if S::CHANGES.is_some() => Walk::through_changes(since),
        Position::Mark(_) | Position::Levels(_) => return Err(bad_cursor(S::NAME)),
    };
    page::<S>(talk, walk, limit).await
}

/// The next page of a walk. It ends early where a record cannot be read for a passing reason: what was read is
/// given, and the next call meets the reason again, if it is still there.
pub(crate) async fn page<S: Source>(
    talk: &mut Talk<'_>,
    mut walk: Walk,
    limit: usize,
) -> Result<Page, ConnectorError> {
    let limit = limit.max(1);
    let fresh = walk.is_fresh();
    walk.begin_segment(talk.options().segment, is_by_time::<S>(&walk));
    let Listed { page: list, count } = list::<S>(talk, &walk, fresh, limit).await?;
    if fresh && S::CHANGES.is_some() {
        let seen = list.edges.iter().filter_map(|edge| S::changed_at(&edge.node));
        walk.mark = mark(talk, walk.changed, seen.max());
    }
    let mut page = Page {
        total: count.and_then(Count::exact),
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
        let (number, changed_at) = (S::number(&node), S::changed_at(&node));
        let records = match complete::<S>(talk, node).await {
            Ok(records) => records,
            Err(error) if !page.records.is_empty() && error.kind.directive() == Directive::Retry => {
                tracing::debug!(record_type = S::NAME, %error, "a page ends early");
                page.next = Some(Position::Walk(walk).cursor(S::NAME));
                return Ok(page);
            }
            Err(error) => return Err(error),
        };
        walk.per = walk.per.max(records.len());
        let fits = take(&mut page, &mut walk, records, limit);
        if !fits {
            page.next = Some(Position::Walk(walk).cursor(S::NAME));
            return Ok(page);
        }
        walk.pass(cursor, number, changed_at);
    }
    if goes_on {
        page.next = Some(Position::Walk(walk).cursor(S::NAME));
    } else {
        page.mark = walk.mark.map(|mark| Position::Mark(mark).cursor(S::NAME));
    }
    Ok(page)
}

/// Where the next walk is to begin: at the server's time when this one began, less an overlap. Without that time
/// the greatest change that the first answer shows serves, which was before that answer; and without one, the place
/// where this walk began.
pub(crate) fn mark(
    talk: &Talk<'_>,
    since: Option<Timestamp>,
    seen_first: Option<Timestamp>,
) -> Option<Timestamp> {
    let overlap = SignedDuration::try_from(talk.options().overlap).unwrap_or(SignedDuration::MAX);
    let before = |at: Timestamp| whole(at.checked_sub(overlap).unwrap_or(Timestamp::MIN));
    match talk.began() {
        Some(began) => Some(before(began)),
        None => seen_first.map(before).max(since),
    }
}

fn is_by_time<S: Source>(walk: &Walk) -> bool {
    walk.changed.is_some() && S::CHANGES == Some(Changes::ByTime)
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
        variables.extend(S::variables(talk.options()));
        variables.insert("first".into(), json!(sizes.first));
        variables.insert("after".into(), json!(walk.after));
        variables.insert("query".into(), json!(walk.query()));
        if S::COUNTED {
            // What changed is fewer than what there is, which is what would be counted.
            variables.insert("count".into(), json!(first && walk.changed.is_none()));
        }
        if is_by_time::<S>(walk) {
            variables.insert("sort".into(), json!("UPDATED_AT"));
        }
        match talk.ask(&S::WALK, Value::Object(variables)).await {
            Err(error) if error.code == TOO_DEAR && sizes.halve() => {}
            answered => return answered,
        }
    }
}
