//! Finding a product's variants in Odoo, and giving them what is theirs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync_core::ErrorKind;

use super::shape::{Combination, WantedVariant};
use super::structure::Variant;
use super::write::InHand;
use crate::Session;
use crate::client::{CallError, LoadRow, Options};
use crate::stock::move_quantities;
use crate::value::{cell, id, many2one, text};

/// A variant of the shop and its counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matched {
    /// The variant in Odoo.
    pub(crate) id: i64,
    /// The one it was linked with, if that is another one: its stock follows.
    pub(crate) moved_from: Option<i64>,
}

/// Finds the counterpart of each variant by its combination of attribute values.
pub(crate) fn match_all(one: &mut InHand<'_>) {
    let mut matched = Vec::with_capacity(one.wanted.variants.len());
    for variant in &one.wanted.variants {
        let Some(found) = counterpart(one, variant) else {
            let message = format!("Odoo has no variant {}", describe(variant));
            one.failed = Some(CallError::new(ErrorKind::Rejected, "variant_missing", message));
            return;
        };
        let moved_from = variant.linked.filter(|linked| *linked != found.id);
        matched.push(Matched {
            id: found.id,
            moved_from,
        });
    }
    one.matched = matched;
}

/// The variant with the wanted combination; where none is wanted, the one that is linked.
fn counterpart<'s>(one: &'s InHand<'_>, variant: &WantedVariant) -> Option<&'s Variant> {
    let linked = || one.structure.variant(variant.linked?);
    match &variant.combination {
        Some(combination) => one.structure.find(combination, variant.linked),
        None => linked().or_else(|| one.structure.find(&Combination::new(), variant.linked)),
    }
}

fn describe(variant: &WantedVariant) -> String {
    let combination = variant.combination.iter().flatten();
    if combination.clone().next().is_none() {
        return "without attributes".to_owned();
    }
    let parts: Vec<String> = combination
        .map(|(attribute, value)| format!("{attribute}: {value}"))
        .collect();
    format!("with {}", parts.join(", "))
}

fn alive<'b, 'a>(batch: &'b [InHand<'a>]) -> impl Iterator<Item = &'b InHand<'a>> {
    batch.iter().filter(|one| one.failed.is_none())
}

/// Archives the combinations that the shop does not have, and takes those that it has out of the archive. A product that
/// is archived as a whole has all of its variants there; Odoo makes them active all the same when it makes the product.
///
/// Odoo makes every combination of values, and revives archived ones when a product's attributes change. Those count as
/// made by whoever changed the attributes; a variant that somebody else made or took out of the archive is no combination
/// too many, but one that the shop may get in turn, and stays.
pub(crate) async fn activate(session: &Session, batch: &[InHand<'_>]) -> Result<(), CallError> {
    let us = session.client.uid().await?;
    let (mut archive, mut revive) = (Vec::new(), Vec::new());
    for one in alive(batch) {
        let archived = one.is_archived();
        if one.wanted.variants.is_empty() && !archived {
            continue;
        }
        let wanted: BTreeSet<i64> = if archived {
            BTreeSet::new()
        } else {
            one.matched.iter().map(|matched| matched.id).collect()
        };
        let gone = left_behind(one);
        for variant in &one.structure.variants {
            let ours = many2one(&variant.row["write_uid"]) == Some(us);
            match (wanted.contains(&variant.id), variant.active) {
                (false, true) if archived || ours || gone.contains(&variant.id) => archive.push(variant.id),
                (true, false) => revive.push(variant.id),
                (true, true) | (false, _) => {}
            }
        }
    }
    session
        .client
        .write("product.product", &revive, json!({"active": true}))
        .await?;
    session
        .client
        .write("product.product", &archive, json!({"active": false}))
        .await
}

/// Variants that were counterparts and are none any more.
fn left_behind(one: &InHand<'_>) -> BTreeSet<i64> {
    let removed = one
        .write
        .removed
        .iter()
        .filter_map(|child| child.target_id.as_deref()?.parse().ok());
    let moved = one.matched.iter().filter_map(|matched| matched.moved_from);
    removed.chain(moved).collect()
}

/// Variants that are no longer anybody's counterpart give up the codes that their successors need, and so do those that
/// get another barcode: two that swap theirs would each find it taken.
pub(crate) async fn release(session: &Session, batch: &[InHand<'_>]) -> Result<(), CallError> {
    let (mut left, mut changing) = (BTreeSet::new(), BTreeSet::new());
    for one in alive(batch) {
        let kept: BTreeSet<i64> = one.matched.iter().map(|matched| matched.id).collect();
        let idle = |id: &i64| !kept.contains(id) && one.structure.variant(*id).is_some();
        left.extend(
            one.matched
                .iter()
                .filter_map(|matched| matched.moved_from)
                .filter(idle),
        );
        let removed = one
            .write
            .removed
            .iter()
            .filter_map(|child| child.target_id.as_deref()?.parse().ok());
        changing.extend(removed.filter(idle));
        for (matched, wanted) in one.matched.iter().zip(&one.wanted.variants) {
            let shown = one
                .structure
                .variant(matched.id)
                .map_or("", |variant| text(&variant.row["barcode"]));
            let barcode = wanted.fields.get("barcode").map_or("", text);
            if !shown.is_empty() && !barcode.is_empty() && shown != barcode {
                changing.insert(matched.id);
            }
        }
    }
    let (left, changing) = (Vec::from_iter(left), Vec::from_iter(changing));
    let model = "product.product";
    session
        .client
        .write(model, &left, json!({"barcode": false, "default_code": false}))
        .await?;
    session
        .client
        .write(model, &changing, json!({"barcode": false}))
        .await
}

/// Writes the variants' own fields. Rows that set the same fields go in one call.
pub(crate) async fn load_fields(session: &Session, batch: &mut [InHand<'_>]) -> Result<(), CallError> {
    clear_taken_barcodes(session, batch).await?;
    let mut groups: BTreeMap<Vec<String>, Vec<(usize, LoadRow)>> = BTreeMap::new();
    for (index, one) in batch.iter().enumerate().filter(|(_, one)| one.failed.is_none()) {
        for (matched, wanted) in one.matched.iter().zip(&one.wanted.variants) {
            let mut columns = vec![".id".to_owned()];
            let mut cells = vec![matched.id.to_string()];
            let written = |field: &str| field != "active" && wanted.writes(field, matched.id);
            for (field, value) in wanted.fields.iter().filter(|(field, _)| written(field)) {
                columns.push(field.clone());
                cells.push(cell(value));
            }
            if columns.len() > 1 {
                groups
                    .entry(columns)
                    .or_default()
                    .push((index, LoadRow::single(cells)));
            }
        }
    }
    for (columns, rows) in groups {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let (indexes, rows): (Vec<usize>, Vec<LoadRow>) = rows.into_iter().unzip();
        let loaded = session
            .client
            .load("product.product", &columns, &rows, &json!({}))
            .await;
        for (index, result) in indexes.into_iter().zip(loaded) {
            if let Err(error) = result {
                batch[index].fail(error);
            }
        }
    }
    Ok(())
}

/// A barcode that another product has, or an earlier variant of the batch, is left empty with a warning: Odoo would
/// refuse the whole batch.
async fn clear_taken_barcodes(session: &Session, batch: &mut [InHand<'_>]) -> Result<(), CallError> {
    let wanted: BTreeSet<String> = alive(batch)
        .flat_map(|one| one.wanted.variants.iter())
        .filter_map(|variant| variant.fields.get("barcode").map(|code| text(code).to_owned()))
        .filter(|code| !code.is_empty())
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut holders: BTreeMap<String, i64> = BTreeMap::new();
    let domain = json!([["barcode", "in", wanted]]);
    let found = session
        .client
        .search_read("product.product", domain, &["barcode"], Options::default());
    for row in found.await? {
        holders
            .entry(text(&row["barcode"]).to_owned())
            .or_insert_with(|| id(&row));
    }
    for one in batch.iter_mut().filter(|one| one.failed.is_none()) {
        for (matched, variant) in one.matched.iter().zip(&mut one.wanted.variants) {
            let Some(code) = variant.fields.get_mut("barcode") else {
                continue;
            };
            let barcode = text(code).to_owned();
            if barcode.is_empty() {
                continue;
            }
            let holder = *holders.entry(barcode.clone()).or_insert(matched.id);
            if holder != matched.id {
                *code = Value::Null;
                one.warnings.push(format!(
                    "barcode {barcode} of variant {} was left empty: Odoo's product variant {holder} has it",
                    variant.source_id
                ));
            }
        }
    }
    Ok(())
}

/// Stock follows a variant whose counterpart is another one now. Odoo keeps none of goods that are not tracked.
pub(crate) async fn move_stock(session: &Session, batch: &mut [InHand<'_>]) -> Result<(), CallError> {
    let moves: Vec<(i64, i64)> = alive(batch)
        .filter(|one| one.shows("is_storable") != Some(false))
        .flat_map(|one| one.matched.iter())
        .filter_map(|matched| Some((matched.moved_from?, matched.id)))
        .collect();
    move_quantities(session, &moves).await
}
