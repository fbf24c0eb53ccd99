//! How much there is of a product: on hand, reserved, on its way.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::models::product::PRODUCT;
use crate::orm::{Op, Value, View};
use crate::py::Py;

/// States of moves that will still happen.
const OPEN: [&str; 4] = ["waiting", "confirmed", "assigned", "partially_available"];

/// The quantities of one product in a set of locations.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Quantity {
    pub(crate) on_hand: Decimal,
    pub(crate) reserved: Decimal,
    pub(crate) incoming: Decimal,
    pub(crate) outgoing: Decimal,
}

impl Quantity {
    pub(crate) fn free(&self) -> Decimal {
        self.on_hand - self.reserved
    }

    pub(crate) fn forecast(&self) -> Decimal {
        self.on_hand + self.incoming - self.outgoing
    }
}

/// The quantities of a product, in the locations the context names (`location`, `warehouse_id`) or in all
/// warehouses, now or at the context's `to_date`.
pub(crate) fn quantity(view: &View<'_>, product: i64) -> Quantity {
    let mut result = Quantity::default();
    if view.text(PRODUCT, product, "type") == "service" {
        return result;
    }
    let key = product.to_string();
    let mut quants = view.t.find("stock.quant", "product_id", &key).peekable();
    let mut moves = view.t.find("stock.move", "product_id", &key).peekable();
    if quants.peek().is_none() && moves.peek().is_none() {
        return result;
    }
    let inside = locations(view);
    for quant in quants {
        let Some(row) = view.row("stock.quant", quant) else {
            continue;
        };
        if row.id("location_id").is_some_and(|l| inside.contains(&l)) {
            result.on_hand += row.num("quantity");
            result.reserved += row.num("reserved_quantity");
        }
    }
    let past = view
        .s
        .ctx("to_date")
        .and_then(Py::as_str)
        .filter(|d| *d < view.s.now.micros.as_str());
    for id in moves {
        let Some(row) = view.row("stock.move", id) else {
            continue;
        };
        let comes = row.id("location_dest_id").is_some_and(|l| inside.contains(&l));
        let goes = row.id("location_id").is_some_and(|l| inside.contains(&l));
        if comes == goes {
            continue;
        }
        let state = row.text("state");
        if state == "done" {
            if past.is_some_and(|date| row.text("date") > date) {
                let carried = view.num("stock.move", id, "quantity");
                result.on_hand += if comes { -carried } else { carried };
            }
        } else if OPEN.contains(&state) && past.is_none() {
            if comes {
                result.incoming += row.num("product_uom_qty");
            } else {
                result.outgoing += row.num("product_uom_qty");
            }
        }
    }
    result
}

/// The locations that count, with everything under them.
fn locations(view: &View<'_>) -> BTreeSet<i64> {
    let mut roots = Vec::new();
    if let Some(given) = view.s.ctx("location").filter(|v| v.truthy()) {
        roots.extend(named(view, "stock.location", given));
    } else if let Some(given) = view
        .s
        .ctx("warehouse_id")
        .or_else(|| view.s.ctx("warehouse"))
        .filter(|v| v.truthy())
    {
        for warehouse in named(view, "stock.warehouse", given) {
            roots.extend(view.id_of("stock.warehouse", warehouse, "view_location_id"));
        }
    } else {
        roots.extend(
            view.t
                .rows("stock.warehouse")
                .filter_map(|(_, row)| row.id("view_location_id")),
        );
    }
    let mut found = BTreeSet::new();
    while let Some(location) = roots.pop() {
        if found.insert(location) {
            roots.extend(
                view.t
                    .find("stock.location", "location_id", &location.to_string()),
            );
        }
    }
    found
}

fn named(view: &View<'_>, model: &str, given: &Py) -> Vec<i64> {
    match given {
        Py::List(items) => items.iter().flat_map(|item| named(view, model, item)).collect(),
        Py::Str(text) => {
            let Some(model) = view.reg.find(model) else {
                return Vec::new();
            };
            match view.name_condition(model, Op::Ilike, &Py::str(text)) {
                Ok(cond) => view.search_all(model, &cond),
                Err(_) => Vec::new(),
            }
        }
        other => other
            .as_int()
            .map(Value::Int)
            .and_then(|v| v.as_int())
            .into_iter()
            .collect(),
    }
}
