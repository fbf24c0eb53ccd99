//! From rows to products.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::columns::Column;
use super::oddity::{Notes, short};
use super::rows::{Row, Table};
use super::variant::variants;
use super::{CatalogueProduct, Oddity, OddityKind};

/// Most characters of a title.
const LONGEST_TITLE: usize = 255;

/// The rows of one product.
struct Group<'t> {
    handle: String,
    rows: Vec<&'t Row>,
}

pub(super) fn products(
    table: &Table,
    cells: &mut Cells,
    oddities: &mut Vec<Oddity>,
) -> Vec<CatalogueProduct> {
    let groups = groups(table, oddities);
    groups
        .into_iter()
        .filter_map(|group| product(table, &group, cells, oddities))
        .collect()
}

fn groups<'t>(table: &'t Table, oddities: &mut Vec<Oddity>) -> Vec<Group<'t>> {
    let mut groups: Vec<Group<'t>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in &table.rows {
        let Some(handle) = handle_of(table, row, oddities) else {
            continue;
        };
        let place = *places.entry(handle.clone()).or_insert(groups.len());
        let known = groups.len();
        let Some(group) = groups.get_mut(place) else {
            groups.push(Group {
                handle,
                rows: vec![row],
            });
            continue;
        };
        let is_apart =
            place + 1 < known && group.rows.last().is_some_and(|last| last.number + 1 < row.number);
        if is_apart {
            let first = group.rows.first().map_or(0, |first| first.number);
            let text = format!("the rows of this product are not together; it begins on row {first}");
            Notes { handle, oddities }.add(OddityKind::ScatteredProduct, row.number, text);
        }
        group.rows.push(row);
    }
    groups
}

fn handle_of(table: &Table, row: &Row, oddities: &mut Vec<Oddity>) -> Option<String> {
    if let Some(handle) = table.filled(row, Column::Handle) {
        return Some(handle);
    }
    let title = table.filled(row, Column::Title);
    let mut notes = Notes {
        handle: String::new(),
        oddities,
    };
    let text = match title {
        Some(_) => "there is no handle; the title serves",
        None => "there is neither handle nor title; the row is left out",
    };
    notes.add(OddityKind::MissingHandle, row.number, text);
    title
}

fn product(
    table: &Table,
    group: &Group<'_>,
    cells: &mut Cells,
    oddities: &mut Vec<Oddity>,
) -> Option<CatalogueProduct> {
    let first = *group.rows.first()?;
    let mut notes = Notes {
        handle: group.handle.clone(),
        oddities,
    };
    let (options, variants) = variants(table, &group.rows, cells, &mut notes);
    let tags = table
        .text(first, Column::Tags)
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty());
    Some(CatalogueProduct {
        handle: group.handle.clone(),
        row: first.number,
        title: title(table, group, first, &mut notes),
        description_html: table.raw(first, Column::Body).to_owned(),
        vendor: table.text(first, Column::Vendor).to_owned(),
        product_type: table.text(first, Column::Type).to_owned(),
        tags: tags.map(str::to_owned).collect(),
        status: cells.status(table, first),
        published: cells.flag(table, first, Column::Published, true),
        gift_card: cells.flag(table, first, Column::GiftCard, false),
        seo_title: table.filled(first, Column::SeoTitle),
        seo_description: table.filled(first, Column::SeoDescription),
        options,
        variants,
        images: images(table, &group.rows),
    })
}

fn title(table: &Table, group: &Group<'_>, first: &Row, notes: &mut Notes<'_>) -> String {
    let mut titled = group
        .rows
        .iter()
        .filter(|row| !table.text(row, Column::Title).is_empty());
    let Some(own) = titled.next() else {
        notes.add(
            OddityKind::MissingTitle,
            first.number,
            "the product has no title; its handle serves",
        );
        return group.handle.clone();
    };
    let title = table.text(own, Column::Title);
    for other in titled.filter(|row| table.text(row, Column::Title) != title) {
        let text = format!(
            "the title here is \"{}\", but \"{}\" on row {}, which counts; do two products share the handle?",
            short(table.text(other, Column::Title)),
            short(title),
            own.number
        );
        notes.add(OddityKind::OtherTitle, other.number, text);
    }
    if title.chars().count() > LONGEST_TITLE {
        let text = format!("the title has more than {LONGEST_TITLE} characters; the rest is left out");
        notes.add(OddityKind::LongTitle, own.number, text);
    }
    title.chars().take(LONGEST_TITLE).collect()
}

/// Each image once, by position where one is given.
fn images(table: &Table, rows: &[&Row]) -> Vec<(String, Option<String>)> {
    let mut images: Vec<(u32, String, Option<String>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        let Some(url) = table.filled(row, Column::ImageSrc) else {
            continue;
        };
        if seen.insert(url.clone()) {
            let position = table.text(row, Column::ImagePosition).parse().unwrap_or(u32::MAX);
            images.push((position, url, table.filled(row, Column::ImageAlt)));
        }
    }
    images.sort_by_key(|(position, _, _)| *position);
    images.into_iter().map(|(_, url, alt)| (url, alt)).collect()
}
