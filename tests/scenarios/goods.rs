//! Goods that leave Odoo's warehouse for an order, and goods that come back.

use serde_json::{Value, json};

use crate::bench::Bench;

impl Bench {
    /// Delivers so many units of a product of an order, as far as they are asked for, and leaves the rest open. False if
    /// nothing is asked for.
    pub(crate) fn deliver_units(&self, order: i64, product: i64, units: i64) -> bool {
        let open = json!([["sale_id", "=", order], ["state", "not in", ["done", "cancel"]]]);
        let Some(picking) = self.rows("stock.picking", open, &["id"]).into_iter().next() else {
            return false;
        };
        let picking = &picking["id"];
        let of = json!([["picking_id", "=", picking], ["state", "!=", "cancel"]]);
        let (mut left, mut rows) = (units, Vec::new());
        for row in self.rows("stock.move", of, &["product_id", "product_uom_qty"]) {
            let asked = whole(&row["product_uom_qty"]);
            let now = if row["product_id"][0] == product {
                left.min(asked)
            } else {
                0
            };
            left -= now;
            rows.push((row["id"].clone(), now));
        }
        if left == units {
            return false;
        }
        for (id, units) in rows {
            let values = json!({"quantity": units, "picked": units > 0});
            self.in_odoo("stock.move", "write", &json!([[id], values]));
        }
        let context = json!({"context": {"skip_backorder": true}});
        let validate = json!([[picking]]);
        let done = self
            .person
            .simulate_odoo("stock.picking", "button_validate", &validate, &context);
        assert_eq!(done.unwrap(), true);
        true
    }

    /// Units of an order's line that were delivered come back, by a return of Odoo's.
    pub(crate) fn take_back_units(&self, line: i64, units: i64) {
        let sent = json!([
            ["sale_line_id", "=", line],
            ["location_dest_id.usage", "=", "customer"],
            ["state", "=", "done"]
        ]);
        let fields = [
            "product_id",
            "quantity",
            "location_id",
            "location_dest_id",
            "picking_id",
        ];
        let mut left = units;
        for sent in self.rows("stock.move", sent, &fields) {
            let back = left.min(whole(&sent["quantity"]));
            if back > 0 {
                self.send_back(line, &sent, back);
                left -= back;
            }
        }
    }

    fn send_back(&self, line: i64, sent: &Value, units: i64) {
        let order =
            self.rows("sale.order.line", json!([["id", "=", line]]), &["order_id"])[0]["order_id"][0].clone();
        let kind = json!([["code", "=", "incoming"]]);
        let kind = self.rows("stock.picking.type", kind, &["id"])[0]["id"].clone();
        let (from, to) = (&sent["location_dest_id"][0], &sent["location_id"][0]);
        let picking =
            json!({"picking_type_id": kind, "location_id": from, "location_dest_id": to, "sale_id": order});
        let picking = self.in_odoo("stock.picking", "create", &json!([picking]));
        let back = json!({
            "name": "back", "product_id": sent["product_id"][0], "product_uom_qty": units, "picking_id": picking,
            "location_id": from, "location_dest_id": to, "origin_returned_move_id": sent["id"],
            "to_refund": true, "sale_line_id": line,
        });
        self.in_odoo("stock.move", "create", &json!([back]));
        self.in_odoo("stock.picking", "action_confirm", &json!([[picking]]));
        let moves = self.rows("stock.move", json!([["picking_id", "=", picking]]), &["id"]);
        let done = json!({"quantity": units, "picked": true});
        self.in_odoo("stock.move", "write", &json!([[moves[0]["id"]], done]));
        let validated = self.in_odoo("stock.picking", "button_validate", &json!([[picking]]));
        assert_eq!(validated, true);
    }
}

/// A quantity of which there are no parts.
#[expect(clippy::cast_possible_truncation, reason = "whole units")]
pub(crate) fn whole(value: &Value) -> i64 {
    value.as_f64().unwrap_or_default().round() as i64
}
