//! Writing a batch of products, in as few calls as the batch allows and each of them repeatable.
//!
//! The template goes first, by `load` with an external id: whatever answer is lost afterwards, the next attempt
//! finds the same template and completes it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::json;
use sync_core::{Applied, ConnectorError, Record, Write, WriteOutcome};

use super::read::NO_CATEGORY;
use super::shape::{AttributeLine, WantedProduct};
use super::structure::{Structure, read_structures};
use super::variants::{self, Matched};
use super::{prices, read, reconcile, rename};
use crate::Session;
use crate::client::{CallError, LoadRow};
use crate::outcome::lies_in_a_row;
use crate::value::{cell, decimal, id};
use crate::vocabulary::{Names, ValueIds, ensure_attributes, ensure_named, ensure_root, ensure_values};

/// A product on its way through the steps.
pub(crate) struct InHand<'a> {
    pub(crate) write: &'a Write,
    pub(crate) wanted: WantedProduct,
    /// The template's database id, once it is known.
    pub(crate) template: i64,
    pub(crate) structure: Structure,
    pub(crate) matched: Vec<Matched>,
    pub(crate) warnings: Vec<String>,
    pub(crate) failed: Option<CallError>,
}

impl<'a> InHand<'a> {
    fn of(write: &'a Write) -> Result<Self, ConnectorError> {
        Ok(Self {
            write,
            wanted: WantedProduct::of(write)?,
            template: 0,
            structure: Structure::default(),
            matched: Vec::new(),
            warnings: Vec::new(),
            failed: None,
        })
    }

    /// What a truth value of the product will be: as wanted, or as it is.
    pub(crate) fn shows(&self, field: &str) -> Option<bool> {
        let current = || Some(&self.write.current.as_ref()?.body[field]);
        self.wanted.fields.get(field).or_else(current)?.as_bool()
    }

    /// Whether the product is archived as a whole.
    pub(crate) fn is_archived(&self) -> bool {
        self.shows("active") == Some(false)
    }

    /// Notes the first failure; what follows is not done for this product in this attempt.
    pub(crate) fn fail(&mut self, error: CallError) {
        self.failed.get_or_insert(error);
    }
}

/// The database ids behind names.
pub(crate) struct Vocabulary {
    categories: Names,
    /// The category above all others, if a product is to be in none.
    no_category: Option<i64>,
    tags: Names,
    pub(crate) attributes: Names,
    pub(crate) values: ValueIds,
}

impl Vocabulary {
    fn category(&self, name: &str) -> Option<i64> {
        if name.is_empty() {
            self.no_category
        } else {
            self.categories.get(name).copied()
        }
    }
}

/// Writes a batch of products and answers one outcome per write.
pub(crate) async fn apply(session: &Session, batch: &[Write]) -> Vec<WriteOutcome> {
    let mut in_hand = Vec::new();
    let mut outcomes: Vec<Option<WriteOutcome>> = Vec::with_capacity(batch.len());
    for write in batch {
        match InHand::of(write) {
            Ok(one) => {
                in_hand.push(one);
                outcomes.push(None);
            }
            Err(error) => outcomes.push(Some(WriteOutcome::Failed(error))),
        }
    }
    let mut results = carry_out(session, in_hand).await.into_iter();
    outcomes
        .into_iter()
        .map(|known| {
            known
                .or_else(|| results.next())
                .unwrap_or(WriteOutcome::NotAttempted)
        })
        .collect()
}

/// Writes all of them together, or one by one where one of them spoils a call that all of them share.
async fn carry_out(session: &Session, mut batch: Vec<InHand<'_>>) -> Vec<WriteOutcome> {
    match steps(session, &mut batch).await {
        Err(error) if batch.len() > 1 && lies_in_a_row(&error) => {
            let mut outcomes = Vec::with_capacity(batch.len());
            for one in batch {
                outcomes.push(carry_out_alone(session, one.write).await);
            }
            outcomes
        }
        Err(error) => {
            for one in &mut batch {
                one.fail(error.clone());
            }
            settle(session, batch).await
        }
        Ok(()) => settle(session, batch).await,
    }
}

async fn carry_out_alone(session: &Session, write: &Write) -> WriteOutcome {
    let mut batch = match InHand::of(write) {
        Ok(one) => vec![one],
        Err(error) => return WriteOutcome::Failed(error),
    };
    if let Err(error) = steps(session, &mut batch).await {
        for one in &mut batch {
            one.fail(error.clone());
        }
    }
    let outcomes = settle(session, batch).await;
    outcomes.into_iter().next().unwrap_or(WriteOutcome::NotAttempted)
}

/// Everything up to the reading back. An `Err` concerns the whole batch.
async fn steps(session: &Session, batch: &mut [InHand<'_>]) -> Result<(), CallError> {
    rename::rename(session, batch).await?;
    let vocabulary = vocabulary(session, batch).await?;
    load_templates(session, batch, &vocabulary).await;
    read_all(session, batch).await?;
    let mut changed = false;
    for one in batch.iter_mut().filter(|one| one.failed.is_none()) {
        match reconcile::reconcile(session, one, &vocabulary).await {
            Ok(touched) => changed |= touched,
            Err(error) => one.fail(error),
        }
    }
    if changed {
        read_all(session, batch).await?;
    }
    batch
        .iter_mut()
        .filter(|one| one.failed.is_none())
        .for_each(variants::match_all);
    variants::activate(session, batch).await?;
    variants::release(session, batch).await?;
    variants::load_fields(session, batch).await?;
    variants::move_stock(session, batch).await?;
    write_prices(session, batch).await
}

async fn vocabulary(session: &Session, batch: &[InHand<'_>]) -> Result<Vocabulary, CallError> {
    let (client, external) = (&session.client, &session.external);
    let wanted = || batch.iter().map(|one| &one.wanted);
    let mut categories: BTreeSet<String> = wanted().filter_map(|one| one.category.clone()).collect();
    let no_category = if categories.remove("") {
        Some(ensure_root(client, external, "product.category", "category", NO_CATEGORY).await?)
    } else {
        None
    };
    let tags: BTreeSet<String> = wanted().filter_map(|one| one.tags.clone()).flatten().collect();
    let lines = || wanted().filter_map(|one| one.lines.as_ref()).flatten();
    let attributes: BTreeSet<String> = lines().map(|line| line.attribute.clone()).collect();
    let pairs = lines().flat_map(|line| {
        line.values
            .iter()
            .map(|value| (line.attribute.clone(), value.clone()))
    });
    let mut seen = BTreeSet::new();
    let values: Vec<(String, String)> = pairs.filter(|pair| seen.insert(pair.clone())).collect();
    let attributes = ensure_attributes(client, external, &attributes).await?;
    Ok(Vocabulary {
        categories: ensure_named(client, external, "product.category", "category", &categories).await?,
        no_category,
        tags: ensure_named(client, external, "product.tag", "tag", &tags).await?,
        values: ensure_values(client, external, &attributes, &values).await?,
        attributes,
    })
}

/// Loads the templates. Rows that set the same fields go in one call.
async fn load_templates(session: &Session, batch: &mut [InHand<'_>], vocabulary: &Vocabulary) {
    let mut groups: BTreeMap<Vec<String>, Vec<(usize, LoadRow)>> = BTreeMap::new();
    for (index, one) in batch.iter_mut().enumerate() {
        let (columns, row) = template_row(session, one, vocabulary);
        let known = one.write.target_id.as_deref().and_then(|id| id.parse().ok());
        if let (Some(known), [_]) = (known, columns.as_slice()) {
            // Nothing of the template's own is to be written.
            one.template = known;
            continue;
        }
        groups.entry(columns).or_default().push((index, row));
    }
    for (columns, rows) in groups {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let (indexes, rows): (Vec<usize>, Vec<LoadRow>) = rows.into_iter().unzip();
        let loaded = session
            .client
            .load("product.template", &columns, &rows, &json!({}))
            .await;
        for (index, result) in indexes.into_iter().zip(loaded) {
            match result {
                Ok(id) => batch[index].template = id,
                Err(error) => batch[index].fail(error),
            }
        }
    }
}

/// The columns and cells of a template. A new one gets its attribute lines along with it; those of an existing one
/// need more care.
fn template_row(session: &Session, one: &InHand<'_>, vocabulary: &Vocabulary) -> (Vec<String>, LoadRow) {
    let wanted = &one.wanted;
    let (column, name) = match &one.write.target_id {
        Some(id) => (".id", id.clone()),
        None => ("id", session.external.of("product", &one.write.source_id)),
    };
    let (mut columns, mut cells) = (vec![column.to_owned()], vec![name]);
    for (field, value) in &wanted.fields {
        columns.push(field.clone());
        cells.push(cell(value));
    }
    // The price of a product that is there is written together with those of its variants, which start from it.
    if let Some(price) = wanted.list_price.filter(|_| one.write.target_id.is_none()) {
        columns.push("list_price".into());
        cells.push(price.to_string());
    }
    if let Some(id) = wanted
        .category
        .as_deref()
        .and_then(|name| vocabulary.category(name))
    {
        columns.push("categ_id/.id".into());
        cells.push(id.to_string());
    }
    if let Some(tags) = &wanted.tags {
        columns.push("product_tag_ids/.id".into());
        cells.push(join(tags.iter().filter_map(|tag| vocabulary.tags.get(tag))));
    }
    let lines = wanted
        .lines
        .as_deref()
        .filter(|lines| one.write.target_id.is_none() && !lines.is_empty());
    let Some(lines) = lines else {
        return (columns, LoadRow::single(cells));
    };
    let nested = [
        "attribute_line_ids/id",
        "attribute_line_ids/attribute_id/.id",
        "attribute_line_ids/value_ids/.id",
    ];
    let blank = vec![String::new(); columns.len()];
    columns.extend(nested.map(str::to_owned));
    let rows = lines.iter().enumerate().map(|(index, line)| {
        let mut row = if index == 0 { cells.clone() } else { blank.clone() };
        row.extend(line_cells(session, &one.write.source_id, line, vocabulary));
        row
    });
    (
        columns,
        LoadRow {
            lines: rows.collect(),
        },
    )
}

fn line_cells(
    session: &Session,
    source_id: &str,
    line: &AttributeLine,
    vocabulary: &Vocabulary,
) -> [String; 3] {
    let values = line
        .values
        .iter()
        .filter_map(|value| vocabulary.values.get(&(line.attribute.clone(), value.clone())));
    let attribute = vocabulary
        .attributes
        .get(&line.attribute)
        .copied()
        .unwrap_or_default();
    [
        line_name(session, source_id, &line.attribute),
        attribute.to_string(),
        join(values),
    ]
}

/// The external id of a product's attribute line.
pub(crate) fn line_name(session: &Session, source_id: &str, attribute: &str) -> String {
    session
        .external
        .of_text("attribute_line", &format!("{source_id}\u{1f}{attribute}"))
}

fn join<'a>(ids: impl Iterator<Item = &'a i64>) -> String {
    ids.map(i64::to_string).collect::<Vec<_>>().join(",")
}

async fn read_all(session: &Session, batch: &mut [InHand<'_>]) -> Result<(), CallError> {
    let templates: Vec<i64> = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.template)
        .collect();
    let fields = read::variant_fields(&*session.field_info("product.product").await?);
    let mut structures = read_structures(&session.client, &templates, &fields).await?;
    for one in batch.iter_mut().filter(|one| one.failed.is_none()) {
        one.structure = structures.remove(&one.template).unwrap_or_default();
    }
    Ok(())
}

async fn write_prices(session: &Session, batch: &[InHand<'_>]) -> Result<(), CallError> {
    let products = batch.iter().filter(|one| one.failed.is_none()).map(|one| {
        let own = one.matched.iter().zip(&one.wanted.variants);
        let mut prices: Vec<(i64, Decimal)> = own
            .filter_map(|(matched, variant)| Some((matched.id, variant.price?)))
            .collect();
        if !prices.is_empty() {
            // A price that is not to change must not follow what the others start from.
            let wanted: BTreeSet<i64> = prices.iter().map(|(variant, _)| *variant).collect();
            let kept = shown_prices(one).filter(|(variant, _)| !wanted.contains(variant));
            prices.extend(kept);
        }
        prices::Wanted {
            template: one.template,
            structure: &one.structure,
            base: one.wanted.list_price,
            prices,
        }
    });
    let products: Vec<_> = products.collect();
    prices::write_prices(session, &products).await
}

/// What the product's variants cost when it was compared.
fn shown_prices<'o>(one: &'o InHand<'_>) -> impl Iterator<Item = (i64, Decimal)> + use<'o> {
    let current = one.write.current.as_ref();
    let variants = current.and_then(|current| current.body["product_variant_ids"].as_array());
    let shown = variants.into_iter().flatten();
    let there = shown.filter(|variant| one.structure.variant(id(variant)).is_some());
    there.map(|variant| (id(variant), decimal(&variant["lst_price"])))
}

/// Reads everything back and says what became of each write.
async fn settle(session: &Session, batch: Vec<InHand<'_>>) -> Vec<WriteOutcome> {
    let written: Vec<String> = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.template.to_string())
        .collect();
    let read = read::fetch(session, &written).await;
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    let mut lost = None;
    match read {
        Ok(found) => records.extend(found.into_iter().map(|record| (record.id.clone(), record))),
        Err(error) => lost = Some(error),
    }
    batch
        .into_iter()
        .map(|one| outcome(one, &mut records, lost.as_ref()))
        .collect()
}

fn outcome(
    one: InHand<'_>,
    records: &mut BTreeMap<String, Record>,
    lost: Option<&CallError>,
) -> WriteOutcome {
    if let Some(failed) = one.failed.as_ref().or(lost) {
        return crate::outcome::failed(failed.clone());
    }
    let Some(record) = records.remove(&one.template.to_string()) else {
        return crate::outcome::vanished("product.template", &one.template.to_string());
    };
    let children = one.write.children.iter().filter_map(|child| {
        let place = one
            .wanted
            .variants
            .iter()
            .position(|variant| variant.source_id == child.source_id)?;
        let mut child = child.clone();
        child.target_id = Some(one.matched.get(place)?.id.to_string());
        Some(child)
    });
    let children = children.collect();
    WriteOutcome::Applied(Box::new(Applied {
        record,
        children,
        warnings: one.warnings,
    }))
}
