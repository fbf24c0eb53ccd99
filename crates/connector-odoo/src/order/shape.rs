//! What the rules want of an order, taken out of the desired document.

use mapping_transforms::{Element, SOURCE_KEY, decimal_of};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use sync_core::{ConnectorError, ErrorKind, Write};

use super::totals::{Amounts, LineTaxes, Total};
use crate::value::{id, text};

/// One line as it should be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WantedLine {
    pub(crate) element: Element,
    /// The variant in Odoo; a line without one is free text.
    pub(crate) product: Option<i64>,
    pub(crate) name: String,
    pub(crate) amounts: Amounts,
    /// How much of it is still to be delivered; `None` where no rule says so: all of it.
    pub(crate) to_ship: Option<Decimal>,
    /// All other fields that the rules set.
    pub(crate) fields: Map<String, Value>,
}

/// An order as it should be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WantedOrder {
    pub(crate) lines: Vec<WantedLine>,
    /// What it has to come to; `None` where no rule says so.
    pub(crate) total: Option<Total>,
    pub(crate) currency: Option<String>,
    pub(crate) cancelled: bool,
    pub(crate) shipped: bool,
    pub(crate) date_order: Option<String>,
    pub(crate) warehouse: Option<i64>,
    /// Who ordered, where the bill goes, where the goods go: fields of `res.partner`.
    pub(crate) customer: Map<String, Value>,
    pub(crate) invoice: Map<String, Value>,
    pub(crate) delivery: Map<String, Value>,
    /// Fields of the order that go into its row as they are.
    pub(crate) fields: Map<String, Value>,
}

impl WantedOrder {
    pub(crate) fn of(write: &Write) -> Result<Self, ConnectorError> {
        let mut fields = write
            .desired
            .as_object()
            .cloned()
            .ok_or_else(|| wrong("the order is no object"))?;
        let shown = write
            .current
            .as_ref()
            .map(|current| &current.body["tax_included"]);
        let included = fields.remove("tax_included");
        let included = included.as_ref().or(shown) == Some(&Value::Bool(true));
        let lines = fields.remove("order_line").unwrap_or_default();
        let lines = lines
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| wanted_line(write, line, included));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let (total, tax) = (
            amount(&mut fields, "amount_total")?,
            amount(&mut fields, "amount_tax")?,
        );
        let mut flag = |name: &str| {
            fields
                .remove(name)
                .is_some_and(|value| value == Value::Bool(true))
        };
        let (cancelled, shipped) = (flag("cancelled"), flag("shipped"));
        let mut object = |name: &str| match fields.remove(name) {
            Some(Value::Object(object)) => object,
            _ => Map::new(),
        };
        let (customer, invoice) = (object("partner_id"), object("partner_invoice_id"));
        let delivery = object("partner_shipping_id");
        let currency = object("currency_id")
            .get("name")
            .map(|name| text(name).to_owned());
        Ok(Self {
            lines,
            total: total.zip(tax).map(|(total, tax)| Total { total, tax }),
            currency: currency.filter(|name| !name.is_empty()),
            cancelled,
            shipped,
            date_order: fields
                .remove("date_order")
                .and_then(|date| date.as_str().map(str::to_owned)),
            warehouse: fields.remove("warehouse_id").and_then(|id| database_id(&id)),
            customer,
            invoice,
            delivery,
            fields,
        })
    }

    /// Whether nothing of it is left to be delivered.
    pub(crate) fn needs_no_delivery(&self) -> bool {
        self.shipped || self.goods().all(|line| line.to_ship() <= Decimal::ZERO)
    }

    /// The lines of which a part needs no delivery (any more).
    pub(crate) fn ahead(&self) -> impl Iterator<Item = &WantedLine> {
        self.goods().filter(|line| line.to_ship() < line.amounts.quantity)
    }

    fn goods(&self) -> impl Iterator<Item = &WantedLine> {
        self.lines.iter().filter(|line| line.product.is_some())
    }

    pub(crate) fn amounts(&self) -> Vec<Amounts> {
        self.lines.iter().map(|line| line.amounts.clone()).collect()
    }
}

impl WantedLine {
    /// How much of it is still to be delivered.
    pub(crate) fn to_ship(&self) -> Decimal {
        let open = self.to_ship.unwrap_or(self.amounts.quantity);
        open.clamp(Decimal::ZERO, self.amounts.quantity.max(Decimal::ZERO))
    }
}

/// A line as Odoo showed it before this write.
pub(crate) fn current_line<'w>(write: &'w Write, record_type: &str, source_id: &str) -> Option<&'w Value> {
    let child = write
        .children
        .iter()
        .chain(&write.removed)
        .find(|known| known.record_type.as_str() == record_type && known.source_id == source_id);
    let line: i64 = child?.target_id.as_deref()?.parse().ok()?;
    let current = write.current.as_ref()?;
    let mut lines = current.body["order_line"].as_array()?.iter();
    lines.find(|shown| id(shown) == line)
}

/// A line as it should be. What the document leaves out stays as it is.
fn wanted_line(write: &Write, line: &Value, included: bool) -> Result<WantedLine, ConnectorError> {
    let mut fields = line
        .as_object()
        .cloned()
        .ok_or_else(|| wrong("a line is no object"))?;
    let key = fields.remove(SOURCE_KEY).unwrap_or_default();
    let element = Element::from_key(text(&key)).ok_or_else(|| wrong("a line carries no identity"))?;
    if let Some(shown) = current_line(write, &element.record_type, &element.source_id) {
        for field in ["product_uom_qty", "price_unit", "tax_id", "name"] {
            fields.entry(field).or_insert_with(|| shown[field].clone());
        }
    }
    let quantity = amount(&mut fields, "product_uom_qty")?.unwrap_or(Decimal::ONE);
    let price = amount(&mut fields, "price_unit")?.unwrap_or_default();
    let to_ship = amount(&mut fields, "to_ship")?;
    let rates = fields.remove("tax_id").unwrap_or_default();
    let rates = rates
        .as_array()
        .into_iter()
        .flatten()
        .map(|rate| decimal_of(rate).map_err(|error| wrong(&format!("`order_line.tax_id`: {error}"))));
    let rates = rates.collect::<Result<Vec<_>, _>>()?;
    let name = fields
        .remove("name")
        .map(|name| text(&name).to_owned())
        .filter(|name| !name.is_empty());
    Ok(WantedLine {
        product: fields.remove("product_id").and_then(|id| database_id(&id)),
        name: name.unwrap_or_else(|| element.key()),
        amounts: Amounts {
            quantity,
            price,
            taxes: LineTaxes { rates, included },
        },
        to_ship,
        element,
        fields,
    })
}

fn database_id(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn amount(fields: &mut Map<String, Value>, name: &str) -> Result<Option<Decimal>, ConnectorError> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => decimal_of(&value)
            .map(Some)
            .map_err(|error| wrong(&format!("`{name}`: {error}"))),
    }
}

fn wrong(message: &str) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::Mapping,
        "mapping_shape",
        format!("the mappings do not make an order: {message}"),
    )
}
