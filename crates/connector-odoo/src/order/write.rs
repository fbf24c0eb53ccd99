//! Writing a batch of orders.
//!
//! An order is loaded with all of its lines in one go, under external ids of its own and of each line, so that sending it
//! again makes no second order and no second line. It is confirmed only after both totals were read back and agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sync_core::{Write, WriteOutcome};

use super::check::{calculate, verify};
use super::partners::{OrderPartners, resolve};
use super::rows::{Context, Rows, order_rows};
use super::settle::settle;
use super::shape::{WantedOrder, current_line};
use super::state;
use super::taxes::Taxes;
use super::totals::RoundingLine;
use crate::Session;
use crate::client::{CallError, LoadRow};
use crate::value::id;

/// An order on its way through the steps.
pub(crate) struct InHand<'a> {
    pub(crate) write: &'a Write,
    pub(crate) wanted: WantedOrder,
    pub(crate) partners: Option<OrderPartners>,
    /// The taxes of each line.
    pub(crate) taxes: Vec<Vec<i64>>,
    pub(crate) rounding: Vec<(RoundingLine, Vec<i64>)>,
    /// The order's database id, once it is known.
    pub(crate) order: i64,
    /// The database ids of its lines by their external ids, once they are known.
    pub(crate) lines: BTreeMap<String, i64>,
    /// Its state in Odoo before this attempt changes it.
    pub(crate) state: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) failed: Option<CallError>,
}

impl InHand<'_> {
    /// Notes the first failure; what follows is not done for this order in this attempt.
    pub(crate) fn fail(&mut self, error: impl Into<CallError>) {
        let error = error.into();
        self.failed.get_or_insert(error);
    }

    pub(crate) fn is_new(&self) -> bool {
        self.write.target_id.is_none()
    }

    /// A line as Odoo showed it before this write.
    pub(crate) fn current_line(&self, record_type: &str, source_id: &str) -> Option<&Value> {
        current_line(self.write, record_type, source_id)
    }
}

/// Writes a batch of orders and answers one outcome per write.
pub(crate) async fn apply(session: &Session, batch: &[Write]) -> Vec<WriteOutcome> {
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut in_hand = Vec::new();
    for write in batch {
        match WantedOrder::of(write) {
            Ok(wanted) => {
                in_hand.push(fresh(write, wanted));
                outcomes.push(None);
            }
            Err(error) => outcomes.push(Some(WriteOutcome::Failed(error))),
        }
    }
    if let Err(error) = steps(session, &mut in_hand).await {
        for one in &mut in_hand {
            one.fail(error.clone());
        }
    }
    let mut results = settle(session, in_hand).await.into_iter();
    let outcomes = outcomes.into_iter().map(|known| known.or_else(|| results.next()));
    outcomes
        .map(|outcome| outcome.unwrap_or(WriteOutcome::NotAttempted))
        .collect()
}

fn fresh(write: &Write, wanted: WantedOrder) -> InHand<'_> {
    InHand {
        write,
        wanted,
        partners: None,
        taxes: Vec::new(),
        rounding: Vec::new(),
        order: write
            .target_id
            .as_deref()
            .and_then(|id| id.parse().ok())
            .unwrap_or_default(),
        lines: BTreeMap::new(),
        state: String::new(),
        warnings: Vec::new(),
        failed: None,
    }
}

/// Everything up to the reading back. An `Err` concerns the whole batch.
async fn steps(session: &Session, all: &mut [InHand<'_>]) -> Result<(), CallError> {
    let mut batch: Vec<&mut InHand<'_>> = all.iter_mut().filter(|one| matters(one.write)).collect();
    if batch.is_empty() {
        return Ok(());
    }
    let currency = session.currency().await?;
    let taxes = Taxes::read(session).await?;
    for one in &mut batch {
        if let Err(error) = calculate(one, &currency, &taxes) {
            one.fail(error);
        }
    }
    find_partners(session, &mut batch).await?;
    load_orders(session, &mut batch).await?;
    state::find_lines(session, &mut batch).await?;
    verify(session, &mut batch, &currency).await?;
    state::bring_to_state(session, &mut batch).await
}

/// Whether a write has anything to do in Odoo.
fn matters(write: &Write) -> bool {
    write.target_id.is_none()
        || !write.removed.is_empty()
        || write
            .changes
            .iter()
            .any(|change| elsewhere(&change.field).is_none())
}

/// A field of an order that is there, and that Odoo keeps to itself.
fn elsewhere(field: &str) -> Option<Kept> {
    let of_line = field.starts_with("order_line[") && !field.starts_with("order_line[new ");
    if field == "shipped" || (of_line && field.ends_with("].to_ship")) {
        Some(Kept::Shipped)
    } else if field.starts_with("partner_") {
        Some(Kept::Customer)
    } else if field == "warehouse_id" {
        Some(Kept::Warehouse)
    } else if of_line && field.ends_with("].product_id") {
        Some(Kept::Product)
    } else {
        None
    }
}

/// What stays as it is in an order that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Shipped,
    Customer,
    Warehouse,
    Product,
}

impl Kept {
    fn why(self) -> &'static str {
        match self {
            Self::Shipped => {
                "goods were sent off in the other system: their delivery in Odoo stays open until somebody does it there"
            }
            Self::Customer => "a customer's changed address does not change orders that are in Odoo already",
            Self::Warehouse => "where an order ships from is settled when it comes: change it in Odoo",
            Self::Product => "a line that is in Odoo keeps its product",
        }
    }
}

/// What there is to be said of a write of an order.
pub(crate) fn remarks(write: &Write) -> Vec<String> {
    if write.target_id.is_none() {
        return Vec::new();
    }
    let wanted = |field: &str| write.changes.iter().find(|change| change.field == field);
    // What is no longer ordered need not be shipped any more either.
    let was_sent = |field: &str| match field.strip_suffix("].to_ship") {
        Some(line) => wanted(&format!("{line}].product_uom_qty")).is_none(),
        None => true,
    };
    let fields = write.changes.iter().map(|change| change.field.as_str());
    let kept: BTreeSet<Kept> = fields
        .filter(|field| was_sent(field))
        .filter_map(elsewhere)
        .collect();
    kept.into_iter().map(|kept| kept.why().to_owned()).collect()
}

/// New orders get their customer and addresses; those of an existing order stay.
async fn find_partners(session: &Session, batch: &mut [&mut InHand<'_>]) -> Result<(), CallError> {
    let new: Vec<usize> = batch
        .iter()
        .enumerate()
        .filter(|(_, one)| one.failed.is_none() && one.is_new())
        .map(|(index, _)| index)
        .collect();
    let orders: Vec<(&Write, &WantedOrder)> = new
        .iter()
        .map(|index| (batch[*index].write, &batch[*index].wanted))
        .collect();
    if orders.is_empty() {
        return Ok(());
    }
    let found = resolve(session, &orders).await?;
    for (index, partners) in new.into_iter().zip(found) {
        match partners {
            Ok(partners) => batch[index].partners = Some(partners),
            Err(error) => batch[index].fail(error),
        }
    }
    Ok(())
}

/// What goes in one call: the same context and the same columns. Its rows come with the place of their order.
type Groups = BTreeMap<(Context, Vec<String>), Vec<(usize, LoadRow)>>;

async fn load_orders(session: &Session, batch: &mut [&mut InHand<'_>]) -> Result<(), CallError> {
    let services = session.ensure_services().await?;
    let archived = archived_products(session, batch).await?;
    let (mut added, mut groups) = (Groups::new(), Groups::new());
    let put = |groups: &mut Groups, context, rows: Rows, index| {
        let row = rows.row();
        groups
            .entry((context, rows.columns))
            .or_default()
            .push((index, row));
    };
    for (index, one) in batch.iter().enumerate().filter(|(_, one)| one.failed.is_none()) {
        let rows = order_rows(session, one, &services, &archived);
        if let Some(rows) = rows.added {
            put(&mut added, Context::OF_ARCHIVED, rows, index);
        }
        for rows in rows.rest {
            put(&mut groups, Context::of(one), rows, index);
        }
    }
    load_groups(session, batch, added).await;
    load_groups(session, batch, groups).await;
    Ok(())
}

async fn load_groups(session: &Session, batch: &mut [&mut InHand<'_>], groups: Groups) {
    for ((context, columns), mut rows) in groups {
        rows.retain(|(index, _)| batch[*index].failed.is_none());
        if rows.is_empty() {
            continue;
        }
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let (indexes, rows): (Vec<usize>, Vec<LoadRow>) = rows.into_iter().unzip();
        let loaded = session
            .client
            .load("sale.order", &columns, &rows, &context.value())
            .await;
        for (index, result) in indexes.into_iter().zip(loaded) {
            match result {
                Ok(order) => batch[index].order = order,
                Err(error) => batch[index].fail(error),
            }
        }
    }
}

/// The archived ones among the products of the orders that are there already, and of lines that come to them.
async fn archived_products(session: &Session, batch: &[&mut InHand<'_>]) -> Result<BTreeSet<i64>, CallError> {
    let there = || batch.iter().filter(|one| !one.is_new());
    let coming = there().flat_map(|one| one.wanted.lines.iter().filter_map(|line| line.product));
    let shown = there().filter_map(|one| one.write.current.as_ref());
    let lines = shown.filter_map(|current| current.body["order_line"].as_array());
    let products: BTreeSet<i64> = lines
        .flatten()
        .filter_map(|line| line["product_id"].as_i64())
        .chain(coming)
        .collect();
    if products.is_empty() {
        return Ok(products);
    }
    let domain = json!([["id", "in", products], ["active", "=", false]]);
    let options = crate::client::Options::default();
    let rows = session
        .client
        .search_read("product.product", domain, &["active"], options)
        .await?;
    Ok(rows.iter().map(id).collect())
}
