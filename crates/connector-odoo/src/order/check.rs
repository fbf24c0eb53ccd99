//! What has to hold before and after an order is written.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::{ConnectorError, ErrorKind};

use super::taxes::Taxes;
use super::totals::{Total, rounding_lines};
use super::write::InHand;
use crate::Session;
use crate::client::CallError;
use crate::session::Currency;
use crate::value::{decimal, id, many2one_name, text};

/// Checks what can be checked beforehand and prepares taxes and rounding.
pub(super) fn calculate(
    one: &mut InHand<'_>,
    currency: &Currency,
    taxes: &Taxes,
) -> Result<(), ConnectorError> {
    let wanted = one.wanted.currency.as_ref();
    if let Some(wanted) = wanted.filter(|wanted| **wanted != currency.name) {
        return Err(other_currency(wanted, currency));
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

fn other_currency(wanted: &str, currency: &Currency) -> ConnectorError {
    let message = format!(
        "the order is in {wanted}, the company in Odoo keeps its books in {}: orders in another currency are not written",
        currency.name
    );
    ConnectorError::new(ErrorKind::Mismatch, "currency_differs", message)
}

/// A part that is delivered is never lowered: somebody has to take the goods back first.
fn check_delivered(one: &InHand<'_>) -> Result<(), ConnectorError> {
    let refuse = |what: &str, done: Decimal, quantity: Decimal| {
        let message = format!(
            "`{what}`: {} are delivered in Odoo, the order now says {}: take the goods back in Odoo first",
            done.normalize(),
            quantity.normalize()
        );
        ConnectorError::new(ErrorKind::Dependency, "needs_return", message)
    };
    let delivered = |line: &Value| decimal(&line["qty_delivered"]);
    for line in &one.wanted.lines {
        let done = one
            .current_line(&line.element.record_type, &line.element.source_id)
            .map_or(Decimal::ZERO, delivered);
        if line.amounts.quantity < done {
            return Err(refuse(&line.name, done, line.amounts.quantity));
        }
    }
    for child in &one.write.removed {
        let line = one.current_line(child.record_type.as_str(), &child.source_id);
        if let Some(line) = line.filter(|line| delivered(line) > Decimal::ZERO) {
            return Err(refuse(text(&line["name"]), delivered(line), Decimal::ZERO));
        }
    }
    Ok(())
}

/// Reads state, currency and both totals back. A new order that does not agree is taken away again before it is
/// confirmed.
pub(super) async fn verify(
    session: &Session,
    batch: &mut [&mut InHand<'_>],
    currency: &Currency,
) -> Result<(), CallError> {
    let ids: Vec<i64> = batch
        .iter()
        .filter(|one| one.failed.is_none())
        .map(|one| one.order)
        .collect();
    let fields = ["amount_total", "amount_tax", "state", "currency_id"];
    let rows = session.client.read("sale.order", &ids, &fields).await?;
    for row in rows {
        let found = batch
            .iter_mut()
            .find(|one| one.failed.is_none() && one.order == id(&row));
        let Some(one) = found else { continue };
        text(&row["state"]).clone_into(&mut one.state);
        let Some(mut error) = disagreement(one, &row, currency) else {
            continue;
        };
        if one.is_new() && one.state == "draft" {
            let args = json!([[one.order]]);
            session
                .client
                .call("sale.order", "unlink", args, Map::new())
                .await?;
            error.message.push_str("; the order was not written");
        }
        one.fail(error);
    }
    Ok(())
}

fn disagreement(one: &InHand<'_>, row: &Value, currency: &Currency) -> Option<ConnectorError> {
    let shown = many2one_name(&row["currency_id"]).unwrap_or_default();
    if one.wanted.currency.is_some() && shown != currency.name {
        let message = format!(
            "Odoo makes the order in {shown}, the shop in {}: give the customer's price list the company's currency",
            currency.name
        );
        return Some(ConnectorError::new(
            ErrorKind::Mismatch,
            "currency_differs",
            message,
        ));
    }
    let shown = Total {
        total: decimal(&row["amount_total"]),
        tax: decimal(&row["amount_tax"]),
    };
    let wanted = one.wanted.total.filter(|wanted| *wanted != shown)?;
    let message = format!(
        "Odoo makes {} with {} tax of the order, the shop has {} with {} tax",
        shown.total, shown.tax, wanted.total, wanted.tax
    );
    Some(ConnectorError::new(ErrorKind::Mismatch, "totals_differ", message))
}
