//! Edits in the simulated Odoo, as its administrator.

use std::collections::BTreeMap;

use mapping_transforms::decimal_of;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sync_core::{Record, Side};

use super::fields::element;
use super::shopify::no_element;
use super::values::{amount, flag, number, only, tags, wrong};
use super::{Made, Service, ServiceError};

const TEMPLATE: &str = "product.template";
const VARIANT: &str = "product.product";
const TAG: &str = "product.tag";
const QUANT: &str = "stock.quant";
pub(super) const PICKING: &str = "stock.picking";
pub(super) const MOVE: &str = "stock.move";
const ORDER: &str = "sale.order";

type Fields = BTreeMap<String, String>;

impl Service {
    pub(super) fn edit_odoo_product(&self, id: &str, fields: &Fields) -> Result<Option<Made>, ServiceError> {
        let record = self.record(Side::Odoo, &"product".into(), id)?;
        let (mut template, mut variants) = (Map::new(), BTreeMap::<usize, Map<String, Value>>::new());
        for (field, value) in fields {
            match element(field) {
                Some((_, place, name)) => {
                    let value = variant_value(name, field, value)?;
                    variants.entry(place).or_default().insert(name.to_owned(), value);
                }
                None if field == "tags" => {
                    let tags = self.tags(&tags(value))?;
                    template.insert("product_tag_ids".into(), json!([[6, 0, tags]]));
                }
                None => {
                    template.insert(field.clone(), template_value(field, value)?);
                }
            }
        }
        let mut writes = Vec::new();
        for (place, values) in variants {
            let Some(variant) = record.body["product_variant_ids"][place]["id"].as_i64() else {
                return Err(no_element(&record, "product_variant_ids", place));
            };
            writes.push((VARIANT, variant, values));
        }
        if !template.is_empty() {
            writes.insert(0, (TEMPLATE, own_id(&record)?, template));
        }
        for (model, id, values) in writes {
            self.odoo(model, "write", &json!([[id], values]))?;
        }
        Ok(None)
    }

    pub(super) fn edit_odoo_variant(&self, id: &str, fields: &Fields) -> Result<Option<Made>, ServiceError> {
        let number: i64 = id.parse().map_err(|_| missing("variant", id))?;
        let with_archived = json!({"context": {"active_test": false}});
        let found = self.simulate_odoo(VARIANT, "search", &json!([[["id", "=", number]]]), &with_archived)?;
        if found.as_array().is_none_or(Vec::is_empty) {
            return Err(missing("variant", id));
        }
        let mut values = Map::new();
        for (field, value) in fields {
            values.insert(field.clone(), variant_value(field, field, value)?);
        }
        self.odoo(VARIANT, "write", &json!([[number], values]))?;
        Ok(None)
    }

    /// Counts what lies in a warehouse. What lies elsewhere than at its stock location stays there.
    pub(super) fn edit_odoo_level(&self, id: &str, fields: &Fields) -> Result<Option<Made>, ServiceError> {
        let record = self.record(Side::Odoo, &"inventory".into(), id)?;
        let Some(value) = fields.get("quantity") else {
            return Ok(None);
        };
        let wanted = amount("quantity", value)?;
        let (product, warehouse) = (
            related(&record.body["product_id"]),
            related(&record.body["warehouse_id"]),
        );
        let fields = json!({"fields": ["lot_stock_id"]});
        let rows = self.simulate_odoo("stock.warehouse", "read", &json!([[warehouse]]), &fields)?;
        let location = rows[0]["lot_stock_id"][0].clone();
        let domain = json!([[["product_id", "=", product], ["location_id", "=", location]]]);
        let rows = self.simulate_odoo(QUANT, "search_read", &domain, &json!({"fields": ["quantity"]}))?;
        let there: Decimal = rows
            .as_array()
            .into_iter()
            .flatten()
            .map(|row| decimal_of(&row["quantity"]).unwrap_or_default())
            .sum();
        let shown = decimal_of(&record.body["quantity"]).unwrap_or_default();
        let counted = there + (wanted - shown);
        let count = json!({
            "product_id": product,
            "location_id": location,
            "inventory_quantity": number("quantity", counted)?,
        });
        let counting = json!({"context": {"inventory_mode": true}});
        let made = self.simulate_odoo(QUANT, "create", &json!([[count]]), &counting)?;
        self.simulate_odoo(QUANT, "action_apply_inventory", &json!([made]), &counting)?;
        Ok(None)
    }

    pub(super) fn edit_odoo_order(&self, id: &str, fields: &Fields) -> Result<Option<Made>, ServiceError> {
        let record = self.record(Side::Odoo, &"order".into(), id)?;
        let order = own_id(&record)?;
        for (field, value) in fields {
            match field.as_str() {
                "deliver" => only(field, value, "all")?,
                "cancel" => only(field, value, "yes")?,
                "tracking" if !fields.contains_key("deliver") => {
                    return Err(wrong(field, value, "it together with deliver=all"));
                }
                _ => {}
            }
        }
        if let Some(note) = fields.get("note") {
            self.odoo(ORDER, "write", &json!([[order], {"note": note}]))?;
        }
        if fields.contains_key("deliver") {
            self.deliver(order, fields.get("tracking"))?;
        }
        if let Some(value) = fields.get("return") {
            self.take_back(order, &record, value)?;
        }
        if fields.contains_key("cancel") {
            let context = json!({"context": {"disable_cancel_warning": true}});
            let answer = self.simulate_odoo(ORDER, "action_cancel", &json!([[order]]), &context)?;
            done(&answer)?;
        }
        Ok(None)
    }

    /// Delivers everything of an order that is left, whatever is reserved, as one does who holds it in his hands.
    fn deliver(&self, order: i64, tracking: Option<&String>) -> Result<(), ServiceError> {
        let open = json!([[["sale_id", "=", order], ["state", "not in", ["done", "cancel"]]]]);
        let pickings = self.odoo(PICKING, "search", &open)?;
        if pickings.as_array().is_none_or(Vec::is_empty) {
            return Err(ServiceError::Invalid(
                "nothing is left to be delivered: the order has no open delivery".into(),
            ));
        }
        if let Some(tracking) = tracking {
            let values = json!({"carrier_tracking_ref": tracking});
            self.odoo(PICKING, "write", &json!([pickings, values]))?;
        }
        let moves = json!([[
            ["picking_id", "in", pickings],
            ["state", "not in", ["done", "cancel"]]
        ]]);
        let fields = json!({"fields": ["product_uom_qty", "quantity"]});
        let moves = self.simulate_odoo(MOVE, "search_read", &moves, &fields)?;
        for row in moves.as_array().into_iter().flatten() {
            if row["quantity"] != row["product_uom_qty"] {
                let values = json!({"quantity": row["product_uom_qty"]});
                self.odoo(MOVE, "write", &json!([[row["id"]], values]))?;
            }
        }
        done(&self.odoo(PICKING, "button_validate", &json!([pickings]))?)
    }

    /// The ids of tags by their names; those that are missing are made.
    fn tags(&self, names: &[&str]) -> Result<Vec<i64>, ServiceError> {
        let mut ids = Vec::new();
        for name in names {
            let found = self.odoo(TAG, "search", &json!([[["name", "=", name]]]))?;
            let id = if let Some(id) = found[0].as_i64() {
                id
            } else {
                let made = self.odoo(TAG, "create", &json!([{"name": name}]))?;
                let one = made.as_i64().or_else(|| made[0].as_i64());
                one.ok_or_else(|| ServiceError::Invalid(format!("Odoo made no tag `{name}`")))?
            };
            ids.push(id);
        }
        Ok(ids)
    }

    pub(super) fn odoo(&self, model: &str, method: &str, args: &Value) -> Result<Value, ServiceError> {
        self.simulate_odoo(model, method, args, &json!({}))
    }
}

fn template_value(field: &str, value: &str) -> Result<Value, ServiceError> {
    match field {
        "list_price" => number(field, amount(field, value)?),
        "active" | "sale_ok" => Ok(flag(field, value)?.into()),
        // Odoo's own page does not take an empty one, and a call does.
        "name" if value.trim().is_empty() => Err(wrong(field, value, "a text that is not empty")),
        _ => Ok(value.into()),
    }
}

fn variant_value(name: &str, field: &str, value: &str) -> Result<Value, ServiceError> {
    match name {
        "lst_price" | "weight" => number(field, amount(field, value)?),
        // Odoo has `false` where there is none: two empty barcodes would be the same one.
        _ if value.trim().is_empty() => Ok(false.into()),
        _ => Ok(value.into()),
    }
}

/// A button that answers with a form to be filled in has not done its work.
pub(super) fn done(answer: &Value) -> Result<(), ServiceError> {
    match answer["res_model"].as_str() {
        Some(form) => Err(ServiceError::Invalid(format!(
            "Odoo asks a question first ({form}), and nothing was done"
        ))),
        None => Ok(()),
    }
}

fn own_id(record: &Record) -> Result<i64, ServiceError> {
    record.id.parse().map_err(|_| missing("record", &record.id))
}

/// The id of a related record, however it is shown.
fn related(value: &Value) -> Value {
    match value {
        Value::Array(pair) => pair.first().cloned().unwrap_or_default(),
        Value::Object(fields) => fields.get("id").cloned().unwrap_or_default(),
        other => other.clone(),
    }
}

fn missing(record_type: &str, id: &str) -> ServiceError {
    ServiceError::NoRecord {
        system: "odoo".into(),
        record_type: record_type.into(),
        id: id.to_owned(),
    }
}
