//! What a write wants of an order.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{Element, SOURCE_KEY};
use serde_json::Value;
use sync_core::{ConnectorError, Record, Write};

use crate::gid;
use crate::write::{flag, text, units};

/// The fields that are named, as far as they are written.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) note: Option<String>,
    pub(super) cancelled: Option<bool>,
    /// The numbers by which its parcels are to be followed.
    pub(super) tracking: Option<BTreeSet<String>>,
    /// Units per line (Shopify's id) that are to have left.
    pub(super) shipped: BTreeMap<u64, i64>,
    /// Lines whose counterpart is not known.
    unknown: Vec<String>,
    /// Fields that are named and not written.
    others: BTreeSet<String>,
}

impl Wanted {
    pub(super) fn of(write: &Write) -> Result<Self, ConnectorError> {
        let mut wanted = Self::default();
        for change in &write.changes {
            match change.field.as_str() {
                "note" => wanted.note = Some(text("note", &write.desired["note"])?),
                "cancelled" => wanted.cancelled = flag("cancelled", &write.desired["cancelled"])?,
                "tracking_numbers" => wanted.tracking = Some(numbers(&write.desired["tracking_numbers"])),
                field if field.starts_with("line_items") && field.ends_with(".fulfilled_quantity") => {}
                field => {
                    let field = field.split(['[', '.']).next().unwrap_or(field);
                    let of_lines = field == "line_items";
                    let shown = if of_lines { &change.field } else { field };
                    wanted.others.insert(shown.to_owned());
                }
            }
        }
        for line in write.desired["line_items"].as_array().into_iter().flatten() {
            wanted.line(write, line)?;
        }
        Ok(wanted)
    }

    fn line(&mut self, write: &Write, line: &Value) -> Result<(), ConnectorError> {
        let (Some(quantity), Some(key)) = (line.get("fulfilled_quantity"), line[SOURCE_KEY].as_str()) else {
            return Ok(());
        };
        let Some(quantity) = units("line_items.*.fulfilled_quantity", quantity)? else {
            return Ok(());
        };
        let target = Element::from_key(key).and_then(|element| {
            let mut children = write.children.iter();
            let child = children.find(|child| {
                child.record_type.as_str() == element.record_type && child.source_id == element.source_id
            })?;
            child.target_id.clone()
        });
        let Some(target) = target else {
            if quantity > 0 {
                self.unknown.push(key.to_owned());
            }
            return Ok(());
        };
        let field = format!("line_items[{target}].fulfilled_quantity");
        let named = write.changes.iter().any(|change| change.field == field);
        if let (true, Some(number)) = (named, gid::number(&target)) {
            self.shipped.insert(number, quantity);
        }
        Ok(())
    }

    /// What is not done, and why.
    pub(super) fn warnings(&self, order: &Record) -> Vec<String> {
        let others = self.others.iter();
        let mut warnings: Vec<String> = others
            .map(|field| format!("`{field}` of an order is not written to Shopify"))
            .collect();
        if self.cancelled == Some(false) && order.body["cancelled"] == true {
            warnings.push("the order is cancelled in Shopify, which cannot be undone".to_owned());
        }
        let unknown = self.unknown.iter();
        warnings.extend(unknown.map(|key| {
            format!(
                "{key} was delivered and is no line of the order in Shopify: nothing is shipped for it there"
            )
        }));
        warnings
    }
}

fn numbers(value: &Value) -> BTreeSet<String> {
    let numbers = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let numbers = numbers.map(str::trim).filter(|number| !number.is_empty());
    numbers.map(str::to_owned).collect()
}
