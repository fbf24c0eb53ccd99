//! Behaviour of field paths, transforms and rule sets, through the public door.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod apply;
mod chains;
mod compare;
mod documents;
mod drafts;
mod html;
mod paths;
mod properties;
mod rules;
mod transforms;
mod transforms_two_way;

use std::collections::BTreeMap;

use mapping_transforms::{Chain, ChildRule, FieldPath, Lookup, Mapping, NoLinks, Registry, RuleSet};
use serde_json::Value;

fn path(text: &str) -> FieldPath {
    text.parse().unwrap()
}

fn chain(text: &str) -> Chain {
    Registry::standard().parse(text).unwrap()
}

/// The value, or the message.
fn run(text: &str, value: &Value) -> Result<Value, String> {
    chain(text)
        .apply(value, &NoLinks)
        .map_err(|error| error.to_string())
}

/// The way back, or the message.
fn back(text: &str, value: &Value) -> Result<Value, String> {
    let inverse = chain(text).inverse().ok_or_else(|| "one-way".to_owned())?;
    inverse.apply(value, &NoLinks).map_err(|error| error.to_string())
}

fn rule(id: i64, shopify: &str, odoo: &str, transform: &str) -> Mapping {
    Mapping {
        id,
        ..Mapping::new("product", path(shopify), path(odoo), transform)
    }
}

fn variants() -> Vec<ChildRule> {
    vec![ChildRule::new(
        "variant",
        path("variants"),
        path("product_variant_ids"),
    )]
}

fn order_lines() -> Vec<ChildRule> {
    vec![
        ChildRule::new("order_line", path("line_items"), path("order_line")),
        ChildRule::new("shipping_line", path("shipping_lines"), path("order_line")),
        ChildRule::new("discount_line", path("discount_lines"), path("order_line")),
    ]
}

fn compile(mappings: &[Mapping], children: Vec<ChildRule>) -> RuleSet {
    RuleSet::compile(mappings, children, &Registry::standard()).unwrap()
}

/// Links by record type: (Shopify id, Odoo id).
#[derive(Default)]
struct Links(BTreeMap<&'static str, Vec<(&'static str, &'static str)>>);

impl Links {
    fn with(mut self, record_type: &'static str, pairs: &[(&'static str, &'static str)]) -> Self {
        self.0.insert(record_type, pairs.to_vec());
        self
    }
}

impl Lookup for Links {
    fn target_of(&self, record_type: &str, source_id: &str) -> Option<String> {
        let pair = self
            .0
            .get(record_type)?
            .iter()
            .find(|(source, _)| *source == source_id)?;
        Some(pair.1.to_owned())
    }
    fn source_of(&self, record_type: &str, target_id: &str) -> Option<String> {
        let pair = self
            .0
            .get(record_type)?
            .iter()
            .find(|(_, target)| *target == target_id)?;
        Some(pair.0.to_owned())
    }
}
