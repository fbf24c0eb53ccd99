//! What changed of stock since a mark: first the levels, location by location, then the items (whether they are
//! tracked, their SKU) with all their levels.
//!
//! Levels of one location have no order but that of their ids, and Shopify pages through 25,000 only: where more
//! changed, the walk goes on through everything.

use serde::Deserialize;
use serde_json::json;
use sync_core::{ConnectorError, Cursor, Page};

use super::node::{LevelNode, Owners};
use super::{Item, Levels, level_record};
use crate::client::{TOO_DEAR, Talk};
use crate::cursor::{LevelWalk, Position, Walk};
use crate::documents::CHANGED_LEVELS;
use crate::gid::Gid;
use crate::page::{Edges, Nodes};
use crate::search::changed_since;
use crate::source::{Source as _, no_progress};
use crate::walk::{mark, page};

/// How many locations without a change are looked at in one call.
const MOST_PLACES: usize = 20;

#[derive(Deserialize)]
struct Listed {
    locations: Edges<Place>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    inventory_levels: Nodes<Changed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    updated_at: jiff::Timestamp,
    location: super::node::LevelLocation,
    quantities: Vec<super::node::Quantity>,
    item: ChangedItem,
}

#[derive(Deserialize)]
struct ChangedItem {
    id: Gid,
    sku: Option<String>,
    tracked: bool,
    variants: Option<Owners>,
}

/// The next page from a cursor on.
pub(crate) async fn changes(
    talk: &mut Talk<'_>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, ConnectorError> {
    let limit = limit.max(1);
    let mut walk = match Position::read(Levels::NAME, cursor)? {
        Position::Walk(walk) => return page::<Levels>(talk, walk, limit).await,
        Position::Levels(walk) => walk,
        Position::Mark(changed) => LevelWalk {
            changed,
            mark: None,
            place: None,
            after: None,
            seen: 0,
        },
    };
    let mut found = Page::default();
    for _ in 0..MOST_PLACES {
        if !found.records.is_empty() {
            break;
        }
        if walk.seen >= talk.options().segment {
            found.next = Some(all(&walk));
            return Ok(found);
        }
        let goes_on = place(talk, &mut walk, limit, &mut found).await?;
        if !goes_on {
            found.next = Some(items(&walk));
            return Ok(found);
        }
    }
    found.next = Some(Position::Levels(walk).cursor(Levels::NAME));
    Ok(found)
}

/// Everything, because too much changed.
fn all(walk: &LevelWalk) -> Cursor {
    let mut all = Walk::default();
    all.mark = walk.mark;
    Position::Walk(all).cursor(Levels::NAME)
}

/// The items that changed.
fn items(walk: &LevelWalk) -> Cursor {
    let mut items = Walk::through_changes(walk.changed);
    items.mark = walk.mark;
    Position::Walk(items).cursor(Levels::NAME)
}

/// Reads some levels of the next location. `false` when there are no more locations.
async fn place(
    talk: &mut Talk<'_>,
    walk: &mut LevelWalk,
    limit: usize,
    found: &mut Page,
) -> Result<bool, ConnectorError> {
    let fresh = walk.mark.is_none();
    let mut list = ask(talk, walk, limit).await?;
    let place = (!list.edges.is_empty()).then(|| list.edges.swap_remove(0));
    let levels = place.as_ref().map(|place| &place.node.inventory_levels);
    if fresh {
        let seen = levels.and_then(|levels| levels.nodes.iter().map(|level| level.updated_at).max());
        walk.mark = mark(talk, Some(walk.changed), seen);
    }
    let Some(place) = place else {
        return Ok(false);
    };
    let Nodes { nodes, page_info } = place.node.inventory_levels;
    if page_info.has_next_page && (nodes.is_empty() || page_info.end_cursor == walk.after) {
        return Err(no_progress(Levels::NAME));
    }
    walk.seen = walk
        .seen
        .saturating_add(u64::try_from(nodes.len()).unwrap_or(u64::MAX));
    for changed in nodes.into_iter().filter(|changed| changed.item.tracked) {
        let variants = changed.item.variants.map(|list| list.nodes).unwrap_or_default();
        let Some(variant) = variants.into_iter().next() else {
            continue;
        };
        let item = Item {
            number: changed.item.id.number,
            sku: changed.item.sku.as_ref(),
            tracked: changed.item.tracked,
        };
        let level = LevelNode {
            updated_at: changed.updated_at,
            location: changed.location,
            quantities: changed.quantities,
        };
        found.records.push(level_record(item, &variant, &level)?);
    }
    if page_info.has_next_page {
        walk.after = page_info.end_cursor;
    } else {
        walk.place = Some(place.cursor);
        walk.after = None;
        walk.seen = 0;
    }
    Ok(page_info.has_next_page || list.page_info.has_next_page)
}

async fn ask(talk: &mut Talk<'_>, walk: &LevelWalk, limit: usize) -> Result<Edges<Place>, ConnectorError> {
    let mut first = talk.options().sizes(Levels::SIZES).first.min(limit);
    loop {
        let variables = json!({
            "place": walk.place,
            "first": first,
            "after": walk.after,
            "query": changed_since(walk.changed),
        });
        match talk.ask::<Listed>(&CHANGED_LEVELS, variables).await {
            Err(error) if error.code == TOO_DEAR && first > 1 => first /= 2,
            answered => return answered.map(|listed| listed.locations),
        }
    }
}
