//! Writing a batch of orders.
//!
//! An order is loaded with all of its lines in one go, under external ids of its own and of each line, so that sending it
//! again makes no second order and no second line. It is confirmed only after both totals were read back and agree.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::{Applied, ConnectorError, ErrorKind, Record, Write, WriteOutcome};

use super::partners::{OrderPartners, resolve};
use super::shape::{WantedLine, WantedOrder};
use super::taxes::Taxes;
use super::totals::{RoundingLine, Total, rounding_lines};
use super::{read, state};
use crate::Session;
use crate::client::{CallError, LoadRow};
use crate::session::Currency;
use crate::value::{cell, decimal, id, text};

/// An order on its way through the steps.
pub(crate) struct InHand<'a> {
    pub(crate) write: &'a Write,
    pub(crate) wanted: WantedOrder,
    partners: Option<OrderPartners>,
    /// The taxes of each line.
    taxes: Vec<Vec<i64>>,
    rounding: Vec<(RoundingLine, Vec<i64>)>,
    /// The order's database id, once it is known.
    pub(crate) order: i64,
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

    fn is_new(&self) -> bool {
        self.write.target_id.is_none()
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
    load_orders(session, &mut batch).await;
    state::drop_removed_lines(session, &mut batch).await?;
    verify(session, &mut batch).await?;
    state::bring_to_state(session, &mut batch).await
}

/// Whether a write has anything to do in Odoo: a customer's changed address does not change his old orders, and what was
/// shipped after the order came is the business of its delivery.
fn matters(write: &Write) -> bool {
    let elsewhere = |field: &str| field.starts_with("partner_") || field == "shipped";
    write.target_id.is_none()
        || !write.removed.is_empty()
        || write.changes.iter().any(|change| !elsewhere(&change.field))
}

/// Checks what can be checked beforehand and prepares taxes and rounding.
fn calculate(one: &mut InHand<'_>, currency: &Currency, taxes: &Taxes) -> Result<(), ConnectorError> {
    if let Some(wanted) = one
        .wanted
        .currency
        .as_ref()
        .filter(|wanted| **wanted != currency.name)
    {
        let message = format!(
            "the order is in {wanted}, the company in Odoo keeps its books in {}: orders in another currency are not written",
            currency.name
        );
        return Err(ConnectorError::new(
            ErrorKind::Mismatch,
            "currency_differs",
            message,
        ));
    }
    check_delivered(one)?;
    one.taxes = one
        .wanted
        .lines
        .iter()
        .map(|line| taxes.find(&line.amounts.taxes))
        .collect::<Result<_, _>>()?;
    let Some(total) = one.wanted.total else {
        return Ok(());
    };
    let rounding = rounding_lines(&one.wanted.amounts(), total, currency.digits).map_err(|off| {
        let Total { total: reached, tax } = off.reached;
        let message = format!(
            "Odoo would make {reached} with {tax} tax of the order's lines, the shop has {} with {} tax; rounding explains \
             at most {}",
            total.total, total.tax, off.allowed
        );
        ConnectorError::new(ErrorKind::Mismatch, "totals_differ", message)
    })?;
    let with_taxes = rounding
        .into_iter()
        .map(|line| Ok((taxes.find(&line.taxes)?, line)));
    let with_taxes = with_taxes.collect::<Result<Vec<_>, ConnectorError>>()?;
    one.rounding = with_taxes.into_iter().map(|(ids, line)| (line, ids)).collect();
    Ok(())
}

/// A part that is delivered is never lowered: somebody has to take the goods back first.
fn check_delivered(one: &InHand<'_>) -> Result<(), ConnectorError> {
    let shown = one
        .write
        .current
        .as_ref()
        .map(|current| &current.body["order_line"]);
    let shown: Vec<&Value> = shown.and_then(Value::as_array).into_iter().flatten().collect();
    let delivered = |child: &str, source_id: &str| {
        let child = one
            .write
            .children
            .iter()
            .chain(&one.write.removed)
            .find(|known| known.record_type.as_str() == child && known.source_id == source_id);
        let line = child.and_then(|child| child.target_id.as_deref()?.parse::<i64>().ok());
        let line = line.and_then(|line| shown.iter().find(|shown| id(shown) == line));
        line.map_or(Decimal::ZERO, |line| decimal(&line["qty_delivered"]))
    };
    for line in &one.wanted.lines {
        let done = delivered(&line.element.record_type, &line.element.source_id);
        if line.amounts.quantity < done {
            let message = format!(
                "`{}`: {done} are delivered in Odoo, the order now says {}: take the goods back in Odoo first",
                line.name, line.amounts.quantity
            );
            return Err(ConnectorError::new(
                ErrorKind::Dependency,
                "needs_return",
                message,
            ));
        }
    }
    Ok(())
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

async fn load_orders(session: &Session, batch: &mut [&mut InHand<'_>]) {
    let mut groups: BTreeMap<Vec<String>, Vec<(usize, LoadRow)>> = BTreeMap::new();
    for (index, one) in batch.iter().enumerate().filter(|(_, one)| one.failed.is_none()) {
        let (columns, row) = order_row(session, one);
        groups.entry(columns).or_default().push((index, row));
    }
    for (columns, rows) in groups {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let (indexes, rows): (Vec<usize>, Vec<LoadRow>) = rows.into_iter().unzip();
        let loaded = session
            .client
            .load("sale.order", &columns, &rows, &json!({}))
            .await;
        for (index, result) in indexes.into_iter().zip(loaded) {
            match result {
                Ok(order) => batch[index].order = order,
                Err(error) => batch[index].fail(error),
            }
        }
    }
}

/// The columns and cells of an order and its lines.
fn order_row(session: &Session, one: &InHand<'_>) -> (Vec<String>, LoadRow) {
    let (mut columns, mut head) = order_head(session, one);
    let extra: BTreeSet<&String> = one
        .wanted
        .lines
        .iter()
        .flat_map(|line| line.fields.keys())
        .collect();
    let own = columns.len();
    columns.extend(
        [
            "id",
            "product_id/.id",
            "name",
            "product_uom_qty",
            "price_unit",
            "tax_id/.id",
        ]
        .map(|field| format!("order_line/{field}")),
    );
    columns.extend(extra.iter().map(|field| format!("order_line/{field}")));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (line, taxes) in one.wanted.lines.iter().zip(&one.taxes) {
        let mut row = line_cells(session, &one.write.source_id, line, taxes);
        row.extend(
            extra
                .iter()
                .map(|field| line.fields.get(*field).map(cell).unwrap_or_default()),
        );
        rows.push(row);
    }
    for (index, (line, taxes)) in one.rounding.iter().enumerate() {
        let key = format!("{}_{}", one.write.source_id, index + 1);
        let name = session.external.of("order_rounding", &key);
        let mut row = vec![
            name,
            String::new(),
            "Rounding".into(),
            "1".into(),
            line.price.to_string(),
            join(taxes),
        ];
        row.extend(extra.iter().map(|_| String::new()));
        rows.push(row);
    }
    if rows.is_empty() {
        columns.truncate(own);
        return (columns, LoadRow::single(head));
    }
    let lines = rows.into_iter().map(|row| {
        let mut cells = std::mem::replace(&mut head, vec![String::new(); own]);
        cells.extend(row);
        cells
    });
    (
        columns,
        LoadRow {
            lines: lines.collect(),
        },
    )
}

/// The order's own columns and cells.
fn order_head(session: &Session, one: &InHand<'_>) -> (Vec<String>, Vec<String>) {
    let mut head = match &one.write.target_id {
        Some(id) => vec![(".id".to_owned(), id.clone())],
        None => vec![(
            "id".to_owned(),
            session.external.of("order", &one.write.source_id),
        )],
    };
    if let Some(partners) = one.partners {
        head.push(("partner_id/.id".into(), partners.customer.to_string()));
        head.push(("partner_invoice_id/.id".into(), partners.invoice.to_string()));
        head.push(("partner_shipping_id/.id".into(), partners.delivery.to_string()));
    }
    if let Some(date) = &one.wanted.date_order {
        head.push(("date_order".into(), date.clone()));
    }
    if let Some(warehouse) = one.wanted.warehouse.filter(|_| one.is_new()) {
        head.push(("warehouse_id/.id".into(), warehouse.to_string()));
    }
    head.extend(
        one.wanted
            .fields
            .iter()
            .map(|(field, value)| (field.clone(), cell(value))),
    );
    head.into_iter().unzip()
}

fn line_cells(session: &Session, order: &str, line: &WantedLine, taxes: &[i64]) -> Vec<String> {
    vec![
        line_name(session, order, &line.element.record_type, &line.element.source_id),
        line.product
            .map(|product| product.to_string())
            .unwrap_or_default(),
        line.name.clone(),
        line.amounts.quantity.to_string(),
        line.amounts.price.to_string(),
        join(taxes),
    ]
}

/// The external id of an order's line.
fn line_name(session: &Session, order: &str, record_type: &str, source_id: &str) -> String {
    session
        .external
        .of("order_line", &format!("{order}_{record_type}_{source_id}"))
}

fn join(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// Reads both totals back. A new order that does not agree is taken away again before it is confirmed.
async fn verify(session: &Session, batch: &mut [&mut InHand<'_>]) -> Result<(), CallError> {
    let ids: Vec<i64> = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.order)
        .collect();
    let rows = session
        .client
        .read("sale.order", &ids, &["amount_total", "amount_tax", "state"])
        .await?;
    for row in rows {
        let Some(one) = batch
            .iter_mut()
            .find(|one| one.failed.is_none() && one.order == id(&row))
        else {
            continue;
        };
        text(&row["state"]).clone_into(&mut one.state);
        let shown = Total {
            total: decimal(&row["amount_total"]),
            tax: decimal(&row["amount_tax"]),
        };
        let Some(wanted) = one.wanted.total.filter(|wanted| *wanted != shown) else {
            continue;
        };
        let mut message = format!(
            "Odoo makes {} with {} tax of the order, the shop has {} with {} tax",
            shown.total, shown.tax, wanted.total, wanted.tax
        );
        if one.is_new() && one.state == "draft" {
            let args = json!([[one.order]]);
            session
                .client
                .call("sale.order", "unlink", args, Map::new())
                .await?;
            message.push_str("; the order was not written");
        }
        one.fail(ConnectorError::new(ErrorKind::Mismatch, "totals_differ", message));
    }
    Ok(())
}

/// Reads everything back and says what became of each write.
async fn settle(session: &Session, batch: Vec<InHand<'_>>) -> Vec<WriteOutcome> {
    let read_back = read_back(session, &batch).await;
    batch
        .into_iter()
        .map(|one| outcome(session, one, &read_back))
        .collect()
}

/// The written orders, and their lines by external id.
struct ReadBack {
    records: BTreeMap<String, Record>,
    lines: BTreeMap<String, String>,
}

async fn read_back(session: &Session, batch: &[InHand<'_>]) -> Result<ReadBack, CallError> {
    let written = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.order.to_string());
    let records = read::fetch(session, &written.collect::<Vec<_>>()).await?;
    let lines = records
        .iter()
        .flat_map(|record| record.body["order_line"].as_array().into_iter().flatten());
    let lines: Vec<i64> = lines.map(id).collect();
    let mut names = Value::Null;
    if !lines.is_empty() {
        let model = "sale.order.line";
        names = session
            .client
            .call(model, "get_external_id", json!([lines]), Map::new())
            .await?;
    }
    let names = names.as_object().into_iter().flatten();
    let by_name = names.map(|(line, name)| (text(name).to_owned(), line.clone()));
    Ok(ReadBack {
        lines: by_name.collect(),
        records: records
            .into_iter()
            .map(|record| (record.id.clone(), record))
            .collect(),
    })
}

fn outcome(session: &Session, one: InHand<'_>, read_back: &Result<ReadBack, CallError>) -> WriteOutcome {
    if let Some(failed) = one.failed {
        return crate::outcome::failed(failed);
    }
    let read_back = match read_back {
        Ok(read_back) => read_back,
        Err(error) => return crate::outcome::failed(error.clone()),
    };
    let Some(record) = read_back.records.get(&one.order.to_string()) else {
        return crate::outcome::vanished("sale.order", &one.order.to_string());
    };
    let children = one.write.children.iter().map(|child| {
        let name = line_name(
            session,
            &one.write.source_id,
            child.record_type.as_str(),
            &child.source_id,
        );
        let target_id = read_back
            .lines
            .get(&name)
            .cloned()
            .or_else(|| child.target_id.clone());
        sync_core::ChildRef {
            target_id,
            ..child.clone()
        }
    });
    let children = children.collect();
    WriteOutcome::Applied(Box::new(Applied {
        record: record.clone(),
        children,
        warnings: one.warnings,
    }))
}
