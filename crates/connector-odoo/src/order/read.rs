//! Reading orders in the shape that mappings see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::Record;
use sync_core::ports::FieldSet;

use super::Services;
use super::deliveries::Deliveries;
use super::moves::{Covered, movements};
use super::taxes::Taxes;
use crate::Session;
use crate::client::{CallError, Options};
use crate::metadata::{nothing_as_null, stored_fields};
use crate::value::{decimal, id, ids, many2one, many2one_name, text};
use crate::vocabulary::Service;
use crate::walk::written_at;

const ORDER: &str = "sale.order";
const LINE: &str = "sale.order.line";

/// Parts of an order's shape that are no fields of the model: whether its taxes are price-included, whether it is
/// cancelled, whether everything is shipped, its finished deliveries and the numbers by which they are followed.
const ADDED: [&str; 5] = [
    "tax_included",
    "cancelled",
    "shipped",
    "deliveries",
    "tracking_numbers",
];

/// What a line shows beside the fields of its model: how much of it is still to be delivered, and what it stands for if it
/// is no product of the shop.
const TO_SHIP: &str = "to_ship";
const SERVICE: &str = "service";

/// What an order's rules may lead to.
pub(crate) async fn fields(session: &Session) -> Result<FieldSet, CallError> {
    let order = session.field_info(ORDER).await?;
    let line = session.field_info(LINE).await?;
    let mut fields: BTreeSet<String> = order.keys().cloned().collect();
    fields.extend(ADDED.map(str::to_owned));
    let mut lines: BTreeSet<String> = line.keys().cloned().collect();
    lines.extend([TO_SHIP, SERVICE].map(str::to_owned));
    let children = BTreeMap::from([("order_line".to_owned(), lines)]);
    Ok(FieldSet { fields, children })
}

/// The orders with these ids, in their order.
pub(crate) async fn fetch(session: &Session, wanted: &[String]) -> Result<Vec<Record>, CallError> {
    by_ids(session, &crate::cursor::database_ids(wanted)).await
}

pub(super) async fn by_ids(session: &Session, wanted: &[i64]) -> Result<Vec<Record>, CallError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let client = &session.client;
    let info = session.field_info(ORDER).await?;
    let line_info = session.field_info(LINE).await?;
    let mut fields = stored_fields(&info);
    fields.extend(["picking_ids", "delivery_status"].map(str::to_owned));
    fields.dedup();
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    let mut orders = client.read(ORDER, wanted, &names).await?;
    for order in &mut orders {
        nothing_as_null(order, &info);
    }
    let mut fields = stored_fields(&line_info);
    fields.extend(["tax_id", "qty_delivered"].map(str::to_owned));
    fields.sort();
    fields.dedup();
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    let lines = client.search_read(
        LINE,
        json!([["order_id", "in", wanted]]),
        &names,
        Options::default(),
    );
    let mut lines = lines.await?;
    for line in &mut lines {
        nothing_as_null(line, &line_info);
    }
    let delivered: BTreeSet<i64> = orders
        .iter()
        .filter(|order| !ids(&order["picking_ids"]).is_empty())
        .map(id)
        .collect();
    let delivered = lines
        .iter()
        .filter(|line| many2one(&line["order_id"]).is_some_and(|order| delivered.contains(&order)));
    let delivering = delivered.clone().next().is_some();
    let covered = Covered::read(session, &delivered.map(id).collect::<Vec<_>>()).await?;
    let deliveries = if delivering {
        Deliveries::read(session, wanted).await?
    } else {
        Deliveries::default()
    };
    let with = Shown {
        taxes: Taxes::read(session).await?,
        partners: Partners::read(session, &orders).await?,
        services: session.services().await?,
        covered,
        deliveries,
    };
    let mut found = BTreeMap::new();
    for order in orders {
        let own = lines
            .iter()
            .filter(|line| many2one(&line["order_id"]) == Some(id(&order)));
        found.insert(id(&order), record(&order, &own.collect::<Vec<_>>(), &with));
    }
    Ok(wanted.iter().filter_map(|id| found.remove(id)).collect())
}

/// What an order is shown with.
struct Shown {
    taxes: Taxes,
    partners: Partners,
    services: Arc<Services>,
    covered: Covered,
    deliveries: Deliveries,
}

fn record(order: &Value, lines: &[&Value], with: &Shown) -> Record {
    let Shown { taxes, partners, .. } = with;
    let mut body = order.clone();
    for field in ["partner_id", "partner_invoice_id", "partner_shipping_id"] {
        body[field] = many2one(&order[field]).map_or(Value::Null, |id| partners.of(id));
    }
    body["currency_id"] = json!({
        "id": many2one(&order["currency_id"]),
        "name": many2one_name(&order["currency_id"]),
    });
    body["warehouse_id"] = json!(many2one(&order["warehouse_id"]));
    let cancelled = order["state"] == json!("cancel");
    body["cancelled"] = json!(cancelled);
    body["shipped"] = json!(shipped(order));
    body["deliveries"] = with.deliveries.of(id(order));
    body["tracking_numbers"] = json!(with.deliveries.numbers(id(order)));
    body["tax_included"] = json!(
        lines
            .iter()
            .flat_map(|line| ids(&line["tax_id"]))
            .any(|tax| taxes.included(tax))
    );
    body["order_line"] = lines.iter().map(|line| line_body(order, line, with)).collect();
    let mut record = Record::new(id(order).to_string(), text(&order["name"]), body);
    record.version = order["write_date"].as_str().map(str::to_owned);
    let dates = lines.iter().map(|line| written_at(line));
    record.changed_at = dates
        .chain([written_at(order), with.deliveries.changed_at(id(order))])
        .max()
        .flatten();
    record.movements = movements(order, lines, &with.covered, cancelled);
    record
}

fn shipped(order: &Value) -> bool {
    let state = text(&order["state"]);
    state == "sale" && (ids(&order["picking_ids"]).is_empty() || order["delivery_status"] == json!("full"))
}

fn line_body(order: &Value, line: &Value, with: &Shown) -> Value {
    let mut body = line.clone();
    let product = many2one(&line["product_id"]);
    let service = product.and_then(|product| with.services.kind(product));
    body["product_id"] = json!(product.filter(|_| service.is_none()));
    body[SERVICE] = json!(service.map(Service::key));
    let delivers = !ids(&order["picking_ids"]).is_empty();
    let open = match text(&order["state"]) {
        "cancel" => Decimal::ZERO,
        "sale" if !delivers || product.is_none() || service.is_some() => Decimal::ZERO,
        "sale" => decimal(&line["product_uom_qty"])
            .saturating_sub(decimal(&line["qty_delivered"]))
            .saturating_sub(with.covered.uncovered(line)),
        _ => decimal(&line["product_uom_qty"]),
    };
    body[TO_SHIP] = json!(open.normalize().to_string());
    let mut rates: Vec<_> = ids(&line["tax_id"])
        .into_iter()
        .filter_map(|tax| with.taxes.rate(tax))
        .collect();
    rates.sort_unstable();
    body["tax_id"] = rates
        .into_iter()
        .map(|rate| Value::from(rate.normalize().to_string()))
        .collect();
    body
}

/// The partners of some orders, as an order shows them.
struct Partners(BTreeMap<i64, Value>);

impl Partners {
    async fn read(session: &Session, orders: &[Value]) -> Result<Self, CallError> {
        let fields = ["partner_id", "partner_invoice_id", "partner_shipping_id"];
        let all = orders
            .iter()
            .flat_map(|order| fields.iter().filter_map(|field| many2one(&order[*field])));
        let all: Vec<i64> = all.collect::<BTreeSet<_>>().into_iter().collect();
        let fields = [
            "name",
            "email",
            "phone",
            "street",
            "street2",
            "city",
            "zip",
            "country_id",
            "state_id",
            "company_name",
            "vat",
            "ref",
        ];
        let rows = session.client.read("res.partner", &all, &fields).await?;
        let codes = async |model: &str, field: &str| -> Result<BTreeMap<i64, String>, CallError> {
            let ids: BTreeSet<i64> = rows.iter().filter_map(|row| many2one(&row[field])).collect();
            let ids: Vec<i64> = ids.into_iter().collect();
            let rows = session.client.read(model, &ids, &["code"]).await?;
            Ok(rows
                .iter()
                .map(|row| (id(row), text(&row["code"]).to_owned()))
                .collect())
        };
        let countries = codes("res.country", "country_id").await?;
        let states = codes("res.country.state", "state_id").await?;
        let shown = |row: &Value| {
            let mut body = row.clone();
            let region = |field: &str, codes: &BTreeMap<i64, String>| {
                let id = many2one(&row[field]);
                json!({"id": id, "code": id.and_then(|id| codes.get(&id))})
            };
            body["country_id"] = region("country_id", &countries);
            body["state_id"] = region("state_id", &states);
            (id(row), body)
        };
        Ok(Self(rows.iter().map(shown).collect()))
    }

    fn of(&self, id: i64) -> Value {
        self.0.get(&id).cloned().unwrap_or_else(|| json!({"id": id}))
    }
}
