//! An order as rows of `load`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Services;
use super::shape::WantedLine;
use super::write::InHand;
use crate::Session;
use crate::client::LoadRow;
use crate::value::{cell, decimal, ids, text};
use crate::vocabulary::Service;

/// One row of `load` with its columns.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    pub(super) lines: Vec<Vec<String>>,
}

impl Rows {
    pub(super) fn row(&self) -> LoadRow {
        LoadRow {
            lines: self.lines.clone(),
        }
    }
}

/// How an order is loaded: rows with the same context go in one call.
///
/// Odoo asks for a delivery whenever the quantity of a confirmed line is written, also for what left before Odoo knew of
/// the order. And it finds no archived product, which a new order may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Context {
    without_delivery: bool,
    archived_too: bool,
}

impl Context {
    pub(super) fn of(one: &InHand<'_>) -> Self {
        let wanted = &one.wanted;
        let without_delivery = match &one.write.current {
            None => wanted.shipped || wanted.ahead().next().is_some(),
            Some(current) => current.body["state"] == "sale" && ids(&current.body["picking_ids"]).is_empty(),
        };
        Self {
            without_delivery,
            // For a confirmed order it would find archived rules of delivery, too.
            archived_too: one.is_new(),
        }
    }

    /// Of lines that are added with archived products: these are found, and nothing is delivered by rules that are archived.
    pub(super) const OF_ARCHIVED: Self = Self {
        without_delivery: true,
        archived_too: true,
    };

    pub(super) fn value(self) -> Value {
        let mut context = json!({});
        if self.without_delivery {
            context["skip_procurement"] = json!(true);
        }
        if self.archived_too {
            context["active_test"] = json!(false);
        }
        context
    }
}

/// An order and its lines as rows.
pub(super) struct OrderRows {
    /// Lines that are added to the order with an archived product. They are made first, without a delivery; the rows that
    /// follow ask for that.
    pub(super) added: Option<Rows>,
    /// One row, or a second one for those lines whose product is archived by now. These keep it, as every line that is
    /// there keeps its product.
    pub(super) rest: Vec<Rows>,
}

pub(super) fn order_rows(
    session: &Session,
    one: &InHand<'_>,
    services: &Services,
    archived: &BTreeSet<i64>,
) -> OrderRows {
    let mut extra: BTreeSet<&str> = BTreeSet::new();
    for line in &one.wanted.lines {
        extra.extend(line.fields.keys().map(String::as_str));
    }
    let extra: Vec<&str> = extra.into_iter().collect();
    let (mut plain, mut kept, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for (line, taxes) in one.wanted.lines.iter().zip(&one.taxes) {
        let product = product_of(one, line, services);
        let mut cells = line_cells(session, &one.write.source_id, line, taxes);
        let shown = one.current_line(&line.element.record_type, &line.element.source_id);
        let own = extra.iter().map(|field| {
            // What this line leaves out stays as it is.
            let kept = || Some(&shown?[*field]).filter(|value| !value.is_array() && !value.is_object());
            line.fields
                .get(*field)
                .or_else(kept)
                .map(cell)
                .unwrap_or_default()
        });
        cells.extend(own);
        if archived.contains(&product) && !one.is_new() {
            if shown.is_none() {
                let with_product = cells.iter().cloned().chain([product.to_string()]);
                added.push(with_product.collect());
            }
            kept.push(cells);
        } else {
            cells.push(product.to_string());
            plain.push(cells);
        }
    }
    let rounding = services.product(Service::Rounding).unwrap_or_default();
    for (index, (line, taxes)) in one.rounding.iter().enumerate() {
        let name = rounding_name(session, &one.write.source_id, index);
        let price = line.price.to_string();
        let mut cells = vec![name, "Rounding".into(), "1".into(), price, join(taxes)];
        cells.extend(extra.iter().map(|_| String::new()));
        cells.push(rounding.to_string());
        plain.push(cells);
    }
    let fields = ["id", "name", "product_uom_qty", "price_unit", "tax_id/.id"];
    let mut columns: Vec<String> = fields
        .iter()
        .chain(&extra)
        .map(|f| format!("order_line/{f}"))
        .collect();
    let mut rows = Vec::new();
    if !kept.is_empty() {
        rows.push(under(key(session, one), columns.clone(), kept));
    }
    columns.push("order_line/product_id/.id".into());
    let added = (!added.is_empty()).then(|| under(key(session, one), columns.clone(), added));
    rows.push(under(order_head(session, one), columns, plain));
    OrderRows { added, rest: rows }
}

/// Lines under the cells of their order.
fn under((mut columns, mut head): Head, of_lines: Vec<String>, lines: Vec<Vec<String>>) -> Rows {
    let own = columns.len();
    if lines.is_empty() {
        return Rows {
            columns,
            lines: vec![head],
        };
    }
    columns.extend(of_lines);
    let lines = lines.into_iter().map(|line| {
        let mut cells = std::mem::replace(&mut head, vec![String::new(); own]);
        cells.extend(line);
        cells
    });
    Rows {
        columns,
        lines: lines.collect(),
    }
}

type Head = (Vec<String>, Vec<String>);

fn key(session: &Session, one: &InHand<'_>) -> Head {
    match &one.write.target_id {
        Some(id) => (vec![".id".to_owned()], vec![id.clone()]),
        None => (
            vec!["id".to_owned()],
            vec![session.external.of("order", &one.write.source_id)],
        ),
    }
}

/// The order's own columns and cells.
fn order_head(session: &Session, one: &InHand<'_>) -> Head {
    let (mut columns, mut cells) = key(session, one);
    let mut add = |column: &str, cell: String| {
        columns.push(column.to_owned());
        cells.push(cell);
    };
    if let Some(partners) = one.partners {
        add("partner_id/.id", partners.customer.to_string());
        add("partner_invoice_id/.id", partners.invoice.to_string());
        add("partner_shipping_id/.id", partners.delivery.to_string());
    }
    if let Some(date) = &one.wanted.date_order {
        add("date_order", date.clone());
    }
    if let Some(warehouse) = one.wanted.warehouse.filter(|_| one.is_new()) {
        add("warehouse_id/.id", warehouse.to_string());
    }
    for (field, value) in &one.wanted.fields {
        add(field, cell(value));
    }
    (columns, cells)
}

/// The product of a line: the one it has, the variant's counterpart, or what stands for a line without any.
fn product_of(one: &InHand<'_>, line: &WantedLine, services: &Services) -> i64 {
    let shown = one.current_line(&line.element.record_type, &line.element.source_id);
    let kept = shown.and_then(|shown| {
        let of_service = Service::ALL
            .into_iter()
            .find(|service| text(&shown["service"]) == service.key());
        let product = of_service.and_then(|service| services.product(service));
        product.or_else(|| shown["product_id"].as_i64())
    });
    let service = || services.product(Service::of_line(&line.element.record_type));
    kept.or(line.product).or_else(service).unwrap_or_default()
}

fn line_cells(session: &Session, order: &str, line: &WantedLine, taxes: &[i64]) -> Vec<String> {
    vec![
        line_name(session, order, &line.element.record_type, &line.element.source_id),
        line.name.clone(),
        line.amounts.quantity.to_string(),
        line.amounts.price.to_string(),
        join(taxes),
    ]
}

/// The external id of an order's line.
pub(super) fn line_name(session: &Session, order: &str, record_type: &str, source_id: &str) -> String {
    session
        .external
        .of("order_line", &format!("{order}_{record_type}_{source_id}"))
}

fn rounding_name(session: &Session, order: &str, index: usize) -> String {
    session
        .external
        .of("order_rounding", &format!("{order}_{}", index + 1))
}

/// The external ids of all lines that an order should have: those of the shop's order, whether they are written or not.
pub(super) fn line_names(session: &Session, one: &InHand<'_>) -> BTreeSet<String> {
    let order = &one.write.source_id;
    let wanted = one.wanted.lines.iter().map(|line| {
        let element = &line.element;
        line_name(session, order, &element.record_type, &element.source_id)
    });
    let there = one
        .write
        .children
        .iter()
        .map(|child| line_name(session, order, child.record_type.as_str(), &child.source_id));
    let lines = wanted.chain(there);
    let rounding = (0..one.rounding.len()).map(|index| rounding_name(session, order, index));
    lines.chain(rounding).collect()
}

/// Whether a line of an order is one of ours. Where a write says nothing of the order's total, its rounding stays.
pub(super) fn is_ours(session: &Session, one: &InHand<'_>, name: &str) -> bool {
    let order = &one.write.source_id;
    let rounding = one.wanted.total.map(|_| "order_rounding");
    std::iter::once("order_line")
        .chain(rounding)
        .any(|kind| name.starts_with(&format!("{}_", session.external.of(kind, order))))
}

fn join(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// Whether a line sells nothing.
pub(super) fn is_void(line: &Value) -> bool {
    decimal(&line["product_uom_qty"]).is_zero() && decimal(&line["price_unit"]).is_zero()
}
