//! Delivered goods that come back to the simulated Odoo, as by its return of a delivery.

use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::Record;

use super::odoo::{MOVE, PICKING, done};
use super::shopify::no_element;
use super::values::{number, units, wrong};
use super::{Service, ServiceError};

const LINE: &str = "sale.order.line";

impl Service {
    /// Takes back all that was delivered of an order, or units of one of its lines: `0:2`.
    pub(super) fn take_back(&self, order: i64, record: &Record, value: &str) -> Result<(), ServiceError> {
        let wanted = wanted(record, value)?;
        let domain = json!([[["order_id", "=", order], ["qty_delivered", ">", 0]]]);
        let fields = json!({"fields": ["qty_delivered"], "order": "id"});
        let lines = self.simulate_odoo(LINE, "search_read", &domain, &fields)?;
        let delivered = lines.as_array().into_iter().flatten();
        let delivered =
            delivered.filter_map(|line| Some((line["id"].as_i64()?, decimal(&line["qty_delivered"]))));
        let chosen: Vec<(i64, Decimal)> = match wanted {
            None => delivered.collect(),
            Some((line, units)) => delivered
                .filter(|(id, there)| *id == line && *there >= units)
                .map(|(id, _)| (id, units))
                .collect(),
        };
        if chosen.is_empty() {
            let message = format!("return = `{value}`: so much was not delivered, or it is back already");
            return Err(ServiceError::Invalid(message));
        }
        for (line, units) in chosen {
            self.take_back_line(order, line, units)?;
        }
        Ok(())
    }

    fn take_back_line(&self, order: i64, line: i64, units: Decimal) -> Result<(), ServiceError> {
        let sent = json!([[
            ["sale_line_id", "=", line],
            ["location_dest_id.usage", "=", "customer"],
            ["state", "=", "done"]
        ]]);
        let fields =
            json!({"fields": ["product_id", "quantity", "location_id", "location_dest_id"], "order": "id"});
        let moves = self.simulate_odoo(MOVE, "search_read", &sent, &fields)?;
        let mut left = units;
        for sent in moves.as_array().into_iter().flatten() {
            let back = left.min(decimal(&sent["quantity"]) - self.returned(&sent["id"])?);
            if back > Decimal::ZERO {
                self.send_back(order, line, sent, back)?;
                left -= back;
            }
        }
        Ok(())
    }

    /// How much of a move has come back.
    fn returned(&self, sent: &Value) -> Result<Decimal, ServiceError> {
        let back = json!([[["origin_returned_move_id", "=", sent], ["state", "=", "done"]]]);
        let moves = self.simulate_odoo(MOVE, "search_read", &back, &json!({"fields": ["quantity"]}))?;
        let moves = moves.as_array().into_iter().flatten();
        Ok(moves.map(|back| decimal(&back["quantity"])).sum())
    }

    fn send_back(&self, order: i64, line: i64, sent: &Value, units: Decimal) -> Result<(), ServiceError> {
        let kind = self.odoo(
            "stock.picking.type",
            "search",
            &json!([[["code", "=", "incoming"]]]),
        )?;
        let (from, to) = (&sent["location_dest_id"][0], &sent["location_id"][0]);
        let picking = json!({
            "picking_type_id": kind[0], "location_id": from, "location_dest_id": to, "sale_id": order,
        });
        let picking = self.odoo(PICKING, "create", &json!([picking]))?;
        let units = number("return", units)?;
        let back = json!({
            "name": "return", "product_id": sent["product_id"][0], "product_uom_qty": units,
            "picking_id": picking, "location_id": from, "location_dest_id": to,
            "origin_returned_move_id": sent["id"], "to_refund": true, "sale_line_id": line,
        });
        self.odoo(MOVE, "create", &json!([back]))?;
        self.odoo(PICKING, "action_confirm", &json!([[picking]]))?;
        let moves = self.odoo(MOVE, "search", &json!([[["picking_id", "=", picking]]]))?;
        self.odoo(
            MOVE,
            "write",
            &json!([moves, {"quantity": units, "picked": true}]),
        )?;
        done(&self.odoo(PICKING, "button_validate", &json!([[picking]]))?)
    }
}

/// A line and its units; `None` for everything.
fn wanted(record: &Record, value: &str) -> Result<Option<(i64, Decimal)>, ServiceError> {
    if value.trim() == "all" {
        return Ok(None);
    }
    let refuse = || wrong("return", value, "all, or the place of a line and units: 0:1");
    let (place, count) = value.split_once(':').ok_or_else(refuse)?;
    let place: usize = place.trim().parse().map_err(|_| refuse())?;
    let line = record.body["order_line"][place]["id"].as_i64();
    let line = line.ok_or_else(|| no_element(record, "order_line", place))?;
    Ok(Some((line, units("return", count, 1)?.into())))
}

fn decimal(value: &Value) -> Decimal {
    decimal_of(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_names_a_line_and_units() {
        let record = Record::new("1", "S00001", json!({"order_line": [{"id": 7}, {"id": 8}]}));
        let asked = |text: &str| wanted(&record, text).map_err(|error| error.to_string());
        assert_eq!(asked("all"), Ok(None));
        assert_eq!(asked("1:3"), Ok(Some((8, 3.into()))));
        for wrong in ["", "some", "2:1", "0:0", "0:-1", "0", "-1:1", "0:99999999999"] {
            let error = asked(wrong).unwrap_err();
            assert!(
                error.contains("return") || error.contains("order_line"),
                "{wrong}: {error}"
            );
        }
    }
}
