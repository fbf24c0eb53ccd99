//! Orders of a shop, and the writes that the engine makes of them with the default mappings.

use mapping_transforms::{SOURCE_KEY, decimal_of};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sync_core::{Applied, ChildRef, FieldChange, Record, Side, Write};

/// An order without taxes.
#[derive(Debug, Clone)]
pub(crate) struct Sale {
    pub(crate) id: u64,
    pub(crate) note: String,
    pub(crate) cancelled: bool,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: u64,
    /// `product.product`
    pub(crate) product: i64,
    pub(crate) quantity: i64,
    pub(crate) price: &'static str,
}

impl Sale {
    /// Of these products, two of each at 10.50.
    pub(crate) fn of(id: u64, products: &[i64]) -> Self {
        let lines = products.iter().zip(1..).map(|(product, n)| Line {
            id: id * 100 + n,
            product: *product,
            quantity: 2,
            price: "10.50",
        });
        Self {
            id,
            note: "by the door".to_owned(),
            cancelled: false,
            lines: lines.collect(),
        }
    }

    pub(crate) fn total(&self) -> Decimal {
        let of_line = |line: &Line| Decimal::from(line.quantity) * line.price.parse::<Decimal>().unwrap();
        self.lines.iter().map(of_line).sum()
    }

    /// The write that makes it.
    pub(crate) fn create(&self) -> Write {
        Write {
            idempotency_key: format!("create-{}", self.id),
            record_type: "order".into(),
            source_id: self.id.to_string(),
            label: format!("#{}", self.id),
            target_id: None,
            current: None,
            desired: json!({
                "client_order_ref": format!("#{}", self.id),
                "date_order": "2026-11-20 08:30:00",
                "note": format!("<p>{}</p>", self.note),
                "cancelled": self.cancelled,
                "shipped": false,
                "currency_id": {"name": "USD"},
                "tax_included": false,
                "amount_total": self.total().to_string(),
                "amount_tax": "0",
                "partner_id": {"email": "grace@example.com", "name": "Grace Hopper"},
                "order_line": self.lines.iter().map(line).collect::<Vec<_>>(),
            }),
            changes: Vec::new(),
            children: self.lines.iter().map(child).collect(),
            removed: Vec::new(),
            source: json!({"id": self.id}),
        }
    }

    /// The write that changes its counterpart: everything, or what `desired` leaves of it.
    pub(crate) fn update(&self, made: &Applied) -> Write {
        let mut write = self.create();
        write.idempotency_key = format!("update-{}", self.id);
        write.target_id = Some(made.record.id.clone());
        write.current = Some(made.record.clone());
        for child in &mut write.children {
            let linked = made.children.iter().find(|one| one.source_id == child.source_id);
            child.target_id = linked.and_then(|one| one.target_id.clone());
        }
        write.removed = made
            .children
            .iter()
            .filter(|one| {
                !write
                    .children
                    .iter()
                    .any(|child| child.source_id == one.source_id)
            })
            .cloned()
            .collect();
        write.changes = vec![FieldChange {
            side: Side::Odoo,
            field: "note".to_owned(),
            old: Value::Null,
            new: Value::Null,
        }];
        write
    }
}

fn line(line: &Line) -> Value {
    json!({
        SOURCE_KEY: format!("line_item/{}", line.id),
        "product_id": line.product,
        "name": format!("Line {}", line.id),
        "product_uom_qty": line.quantity.to_string(),
        "to_ship": line.quantity.to_string(),
        "price_unit": line.price,
        "tax_id": [],
    })
}

fn child(line: &Line) -> ChildRef {
    ChildRef {
        record_type: "line_item".into(),
        source_id: line.id.to_string(),
        target_id: None,
    }
}

/// What the order should show by this document and does not.
pub(crate) fn difference(desired: &Value, record: &Record) -> Option<String> {
    let body = &record.body;
    for field in ["client_order_ref", "date_order", "note", "cancelled"] {
        if desired[field] != body[field] {
            return Some(format!(
                "{field}: {} wanted, {} shown",
                desired[field], body[field]
            ));
        }
    }
    let number = |value: &Value| decimal_of(value).unwrap();
    if number(&desired["amount_total"]) != number(&body["amount_total"]) {
        return Some(format!("it comes to {}", body["amount_total"]));
    }
    let shown: Vec<&Value> = sold(record);
    let wanted = desired["order_line"].as_array()?;
    if shown.len() != wanted.len() {
        return Some(format!("{} lines wanted, {} shown", wanted.len(), shown.len()));
    }
    let differs = |(wanted, shown): (&Value, &&Value)| {
        let same = wanted["product_id"] == shown["product_id"]
            && number(&wanted["product_uom_qty"]) == number(&shown["product_uom_qty"])
            && number(&wanted["price_unit"]) == number(&shown["price_unit"]);
        (!same).then(|| format!("{wanted} wanted, {shown} shown"))
    };
    wanted.iter().zip(&shown).find_map(differs)
}

/// The lines that sell something.
pub(crate) fn sold(record: &Record) -> Vec<&Value> {
    let lines = record.body["order_line"].as_array().unwrap();
    lines
        .iter()
        .filter(|line| !decimal_of(&line["product_uom_qty"]).unwrap().is_zero())
        .collect()
}
