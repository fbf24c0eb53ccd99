//! Writing.

mod batches;
mod inventory;
mod metafields;
mod orders;
mod product_faults;
mod product_options;
mod products;
mod properties;

use mapping_transforms::SOURCE_KEY;
use mock_shopify::{Product, Rows as _, Shopify, Variant};
use serde_json::{Value, json};
use sync_core::ports::Connector as _;
use sync_core::{Applied, ChildRef, ConnectorError, FieldChange, Record, Side, Write, WriteOutcome};

use crate::world::{Bench, run, tiny};

/// A write without a target.
pub(crate) fn create(record_type: &str, source_id: &str, desired: Value) -> Write {
    Write {
        idempotency_key: format!("key of {source_id}"),
        record_type: record_type.into(),
        source_id: source_id.into(),
        label: format!("{record_type} {source_id}"),
        target_id: None,
        current: None,
        children: children(&desired, &[]),
        desired,
        changes: Vec::new(),
        removed: Vec::new(),
        source: json!({}),
    }
}

/// The elements of the desired lists as children, with their counterparts where these are known.
fn children(desired: &Value, known: &[ChildRef]) -> Vec<ChildRef> {
    let lists = desired.as_object().into_iter().flat_map(|map| map.values());
    let elements = lists.filter_map(Value::as_array).flatten();
    let keys = elements.filter_map(|element| element[SOURCE_KEY].as_str());
    let child = |key: &str| {
        let (record_type, source_id) = key.split_once('/').unwrap();
        let mut known = known.iter();
        let found =
            known.find(|child| child.record_type.as_str() == record_type && child.source_id == source_id);
        ChildRef {
            record_type: record_type.into(),
            source_id: source_id.to_owned(),
            target_id: found.and_then(|child| child.target_id.clone()),
        }
    };
    keys.map(child).collect()
}

/// A write that changes a record; the changes are what differs from the record.
pub(crate) fn update(record: &Record, source_id: &str, desired: Value, known: &[ChildRef]) -> Write {
    let mut write = create("product", source_id, desired);
    write.idempotency_key = format!("change {}", write.desired);
    write.target_id = Some(record.id.clone());
    write.children = children(&write.desired, known);
    write.changes = changes(&write, record);
    write.current = Some(record.clone());
    write
}

fn changes(write: &Write, record: &Record) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut differs = |field: String, old: &Value, new: &Value| {
        if old != new {
            changes.push(FieldChange {
                side: Side::Shopify,
                field,
                old: old.clone(),
                new: new.clone(),
            });
        }
    };
    for (key, value) in write.desired.as_object().unwrap() {
        let elements = value
            .as_array()
            .filter(|list| list.iter().any(|one| one[SOURCE_KEY].is_string()));
        let Some(elements) = elements else {
            differs(key.clone(), &record.body[key], value);
            continue;
        };
        for element in elements {
            let source = element[SOURCE_KEY].as_str().unwrap();
            let child = write
                .children
                .iter()
                .find(|child| format!("{}/{}", child.record_type, child.source_id) == source);
            let target = child.and_then(|child| child.target_id.clone());
            let shown = record.body[key].as_array().into_iter().flatten();
            let shown = shown.clone().find(|one| {
                target
                    .as_ref()
                    .is_some_and(|target| one["id"].as_u64() == target.parse().ok())
            });
            let name = target.unwrap_or_else(|| format!("new {source}"));
            for (field, value) in element
                .as_object()
                .unwrap()
                .iter()
                .filter(|(field, _)| *field != SOURCE_KEY)
            {
                let old = shown.map_or(&Value::Null, |shown| &shown[field]);
                differs(format!("{key}[{name}].{field}"), old, value);
            }
        }
    }
    changes
}

/// Sends one write.
pub(crate) fn send(bench: &Bench, write: &Write) -> WriteOutcome {
    let mut outcomes = run(bench.connector(tiny()).apply(std::slice::from_ref(write)));
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

/// What the connector says of a write.
pub(crate) fn remarks(bench: &Bench, write: &Write) -> Vec<String> {
    bench.connector(tiny()).remarks(write)
}

/// Sends one write that is carried out.
pub(crate) fn done(bench: &Bench, write: &Write) -> Applied {
    match send(bench, write) {
        WriteOutcome::Applied(applied) => *applied,
        other => panic!("carried out: {other:?}"),
    }
}

/// Sends one write that is refused.
pub(crate) fn refused(bench: &Bench, write: &Write) -> ConnectorError {
    match send(bench, write) {
        WriteOutcome::Failed(error) => error,
        other => panic!("refused: {other:?}"),
    }
}

/// A shirt in sizes and colours, as another system has it.
pub(crate) fn shirt(kinds: &[(&str, &str)]) -> Value {
    let mut sizes: Vec<&str> = kinds.iter().map(|kind| kind.0).collect();
    let mut colours: Vec<&str> = kinds.iter().map(|kind| kind.1).collect();
    for list in [&mut sizes, &mut colours] {
        let mut seen = Vec::new();
        list.retain(|one| {
            let new = !seen.contains(one);
            seen.push(*one);
            new
        });
    }
    let variants: Vec<Value> = kinds
        .iter()
        .enumerate()
        .map(|(n, (size, colour))| {
            json!({
                SOURCE_KEY: format!("variant/{}", n + 1),
                "sku": format!("SHIRT-{size}-{colour}"),
                "barcode": format!("40063810{n}"),
                "price": "20.00",
                "grams": 250,
                "tracked": true,
                "selected_options": {"Size": size, "Colour": colour},
            })
        })
        .collect();
    json!({
        "title": "Linen shirt",
        "body_html": "<p>Washed.</p>",
        "vendor": "Weaver",
        "product_type": "Shirts",
        "status": "draft",
        "tags": "linen, summer",
        "attribute_lines": [
            {"attribute": "Size", "values": sizes},
            {"attribute": "Colour", "values": colours},
        ],
        "variants": variants,
    })
}

pub(crate) const FOUR: [(&str, &str); 4] = [("S", "Red"), ("S", "Blue"), ("L", "Red"), ("L", "Blue")];

pub(crate) fn products(shopify: &Shopify) -> Vec<Product> {
    shopify
        .look(|rows| rows.all::<Product>().cloned().collect())
        .unwrap()
}

pub(crate) fn variants(shopify: &Shopify) -> Vec<Variant> {
    shopify
        .look(|rows| rows.all::<Variant>().cloned().collect())
        .unwrap()
}

/// "S / Red" and so on, in the order of the product.
pub(crate) fn titles(record: &Record) -> Vec<String> {
    let variants = record.body["variants"].as_array().unwrap().iter();
    variants
        .map(|variant| variant["title"].as_str().unwrap().to_owned())
        .collect()
}
