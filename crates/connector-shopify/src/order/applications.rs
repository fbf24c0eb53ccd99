//! Discounts as they were given: codes, automatic ones, those given by hand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::node::{ApplicationNode, OrderNode};
use crate::amount::{money, plain};
use crate::shape::{filled, lower};

/// The discounts of an order by their index. Those of later edits are in no list of the order, only on its lines.
pub(super) struct Applications<'o>(BTreeMap<i32, &'o ApplicationNode>);

impl<'o> Applications<'o> {
    pub(super) fn of(order: &'o OrderNode) -> Self {
        let on_lines = order
            .line_items
            .nodes
            .iter()
            .flat_map(|line| &line.discount_allocations);
        let on_shipping = order
            .shipping_lines
            .nodes
            .iter()
            .flat_map(|line| &line.discount_allocations);
        let allocated = on_lines
            .chain(on_shipping)
            .map(|allocation| &allocation.discount_application);
        let mut found = BTreeMap::new();
        for application in order.discount_applications.nodes.iter().chain(allocated) {
            found.entry(application.index).or_insert(application);
        }
        Self(found)
    }

    /// Where the discount with this index stands in [`Self::bodies`].
    pub(super) fn place(&self, index: i32) -> usize {
        self.0.range(..index).count()
    }

    pub(super) fn bodies(&self) -> Vec<Value> {
        self.0.values().map(|application| body(application)).collect()
    }
}

/// What a person calls the discount.
pub(super) fn title(application: &ApplicationNode) -> &str {
    let names = [&application.code, &application.title, &application.description];
    let first = names.into_iter().find_map(|name| filled(name.as_ref()));
    first.unwrap_or("Discount")
}

fn body(application: &ApplicationNode) -> Value {
    let (value, value_type) = match (&application.value.amount, &application.value.percentage) {
        (Some(amount), _) => (Some(money(amount.0)), "fixed_amount"),
        (None, Some(percentage)) => (Some(plain(percentage.0)), "percentage"),
        (None, None) => (None, "unknown"),
    };
    let kind = match application.kind.as_str() {
        "DiscountCodeApplication" => "discount_code",
        "AutomaticDiscountApplication" => "automatic",
        "ManualDiscountApplication" => "manual",
        "ScriptDiscountApplication" => "script",
        _ => "unknown",
    };
    let mut body = json!({
        "type": kind,
        "value": value,
        "value_type": value_type,
        "allocation_method": lower(&application.allocation_method),
        "target_selection": lower(&application.target_selection),
        "target_type": lower(&application.target_type),
    });
    let names = [
        ("code", &application.code),
        ("title", &application.title),
        ("description", &application.description),
    ];
    for (key, name) in names {
        if let Some(name) = name {
            body[key] = json!(name);
        }
    }
    body
}
