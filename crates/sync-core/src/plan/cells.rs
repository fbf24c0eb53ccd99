//! The fields of a pair of records, seen from both sides.

use std::collections::BTreeMap;

use mapping_transforms::{Mapped, RecordView, Rule, Side, decimal_of};
use rust_decimal::Decimal;
use serde_json::Value;

use super::PlanInput;
use super::judge::{Field, Judged, Setting, judge};
use crate::{Link, Pair, Shown, rule_key};

/// A field of a record or of one of its elements: the rule's key, and the element's id in the left system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    /// See [`rule_key`].
    pub rule: String,
    /// The element's type and its id in the left system; `None` for the record's own field.
    pub element: Option<(String, String)>,
}

/// The key of a rule.
pub(super) fn key_of(rule: &Rule) -> String {
    let mapping = rule.mapping();
    rule_key(
        &mapping.shopify_field.to_string(),
        &mapping.odoo_field.to_string(),
    )
}

/// One field on both sides.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    pub(super) rule: &'a Rule,
    pub(super) pair: Option<&'a Pair>,
    pub(super) key: CellKey,
    /// What the sides show; of a stock quantity together with what the side's orders moved out.
    pub(super) shown: Shown,
    /// What the rule makes of the left side's value, and of the right side's.
    pub(super) mapped: [Option<Value>; 2],
    pub(super) base: Option<&'a Shown>,
    pub(super) stock: bool,
}

/// A rule, and the type and id of the element it is about.
pub(super) type Place<'m> = (i64, Option<(&'m str, &'m str)>);

/// Mapped values by rule and element.
pub(super) struct ByCell<'m>(BTreeMap<Place<'m>, &'m Mapped>);

impl<'m> ByCell<'m> {
    pub(super) fn new(mapped: &'m [Mapped]) -> Self {
        let by_cell = mapped.iter().map(|one| {
            let element = one.element.as_ref();
            let element = element.map(|e| (e.record_type.as_str(), e.source_id.as_str()));
            ((one.rule, element), one)
        });
        Self(by_cell.collect())
    }

    fn of(&self, rule: i64, pair: Option<&Pair>, side: Side) -> Option<&'m Mapped> {
        let element = pair.map(|pair| (pair.record_type.as_str(), pair.id_on(side)));
        self.0.get(&(rule, element)).copied()
    }
}

/// Both records, seen through the rules.
pub(super) struct Views<'a> {
    pub(super) shopify: RecordView<'a>,
    pub(super) odoo: RecordView<'a>,
}

impl Views<'_> {
    pub(super) fn on(&self, side: Side) -> &RecordView<'_> {
        match side {
            Side::Shopify => &self.shopify,
            Side::Odoo => &self.odoo,
        }
    }

    /// What a side shows for a field. Something unreadable counts as nothing: it is put right by writing it.
    pub(super) fn shown(&self, side: Side, rule: &Rule, pair: Option<&Pair>) -> Value {
        let shown = self.on(side).read(rule, pair.map(|pair| pair.id_on(side)));
        shown.ok().flatten().unwrap_or(Value::Null)
    }
}

/// All fields that both sides have, of the record and of the elements in `pairs`.
pub(super) fn cells<'a>(
    input: &PlanInput<'a>,
    views: &Views<'_>,
    pairs: &'a [Pair],
    forward: &ByCell<'_>,
    backward: &ByCell<'_>,
) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    for rule in input.rules.rules() {
        for pair in places(input, rule, pairs) {
            let there = forward.of(rule.id(), pair, Side::Shopify);
            let back = backward.of(rule.id(), pair, Side::Odoo);
            if there.is_some() || back.is_some() {
                cells.push(cell(input, views, rule, pair, there, back));
            }
        }
    }
    cells
}

/// Where a rule applies: at the record, or at each of the elements that it is about.
fn places<'a>(input: &PlanInput<'_>, rule: &Rule, pairs: &'a [Pair]) -> Vec<Option<&'a Pair>> {
    let types: Vec<&str> = input
        .rules
        .children_of_rule(rule)
        .map(|child| child.record_type.as_str())
        .collect();
    if types.is_empty() {
        return vec![None];
    }
    let of_rule = pairs
        .iter()
        .filter(|pair| types.contains(&pair.record_type.as_str()));
    of_rule.map(Some).collect()
}

/// Fields that changed and whose rules go the other way than this run: it says nothing of them, and another run has to
/// see that they changed.
pub(super) fn other_way(input: &PlanInput<'_>, views: &Views<'_>, pairs: &[Pair]) -> Vec<CellKey> {
    let Some(source) = input.direction.source() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for rule in input.rules.rules().iter().filter(|rule| !rule.goes_from(source)) {
        for pair in places(input, rule, pairs) {
            let Some(base) = base_of(input, rule, pair) else {
                continue;
            };
            let now = shown(input, views, rule, pair);
            if Side::BOTH
                .iter()
                .any(|side| !rule.same(base.of(*side), now.of(*side)))
            {
                found.push(key(rule, pair));
            }
        }
    }
    found
}

/// What both sides showed when they agreed last.
fn base_of<'a>(input: &PlanInput<'a>, rule: &Rule, pair: Option<&Pair>) -> Option<&'a Shown> {
    let link = match pair {
        None => input.link,
        Some(pair) => child_link(input.children, pair),
    };
    link?.base.get(&key_of(rule))
}

fn key(rule: &Rule, pair: Option<&Pair>) -> CellKey {
    CellKey {
        rule: key_of(rule),
        element: pair.map(|pair| (pair.record_type.to_string(), pair.shopify_id.clone())),
    }
}

fn cell<'a>(
    input: &PlanInput<'a>,
    views: &Views<'_>,
    rule: &'a Rule,
    pair: Option<&'a Pair>,
    there: Option<&Mapped>,
    back: Option<&Mapped>,
) -> Cell<'a> {
    let stock = input.is_stock_quantity(rule);
    let value = |mapped: Option<&Mapped>, side: Side| {
        let value = mapped.map(|one| one.value.clone())?;
        Some(if stock {
            gross(&value, input.moved.of(side))
        } else {
            value
        })
    };
    Cell {
        shown: shown(input, views, rule, pair),
        mapped: [value(there, Side::Shopify), value(back, Side::Odoo)],
        base: base_of(input, rule, pair),
        key: key(rule, pair),
        rule,
        pair,
        stock,
    }
}

/// What both sides show for a field, stock together with what was moved out of it.
pub(super) fn shown(input: &PlanInput<'_>, views: &Views<'_>, rule: &Rule, pair: Option<&Pair>) -> Shown {
    let stock = input.is_stock_quantity(rule);
    let on = |side: Side| {
        let shown = views.shown(side, rule, pair);
        if stock {
            gross(&shown, input.moved.of(side))
        } else {
            shown
        }
    };
    Shown {
        shopify: on(Side::Shopify),
        odoo: on(Side::Odoo),
    }
}

/// A stock quantity as if nothing had been shipped for linked orders. What is no number stays what it is.
pub(super) fn gross(value: &Value, moved: Decimal) -> Value {
    shifted(value, moved)
}

/// A quantity to be written: what was shipped is taken off again.
pub(super) fn net(value: &Value, moved: Decimal) -> Value {
    shifted(value, -moved)
}

fn shifted(value: &Value, by: Decimal) -> Value {
    let number = decimal_of(value).ok().and_then(|number| number.checked_add(by));
    number.map_or_else(
        || value.clone(),
        |number| Value::String(number.normalize().to_string()),
    )
}

/// The stored link of an element.
pub(super) fn child_link<'l>(children: &'l [Link], pair: &Pair) -> Option<&'l Link> {
    children
        .iter()
        .find(|link| link.record_type == pair.record_type && link.shopify_id == pair.shopify_id)
}

impl Cell<'_> {
    /// Whether a side shows something else than when both last agreed; `None` where they never did.
    pub(super) fn changed(&self, side: Side) -> Option<bool> {
        let base = self.base?;
        let (before, now) = (base.of(side), self.shown.of(side));
        Some(before != now && !self.rule.same(before, now))
    }

    /// Decides about the field.
    pub(super) fn judge(&self, input: &PlanInput<'_>) -> Judged {
        let same = |mapped: &Option<Value>, side: Side| {
            mapped
                .as_ref()
                .is_some_and(|value| self.rule.same(value, self.shown.of(side.other())))
        };
        let [forward, backward] = &self.mapped;
        let field = Field {
            shopify: &self.shown.shopify,
            odoo: &self.shown.odoo,
            forward: forward.as_ref(),
            backward: backward.as_ref(),
            shopify_changed: self.changed(Side::Shopify),
            odoo_changed: self.changed(Side::Odoo),
            stock: self.stock,
            same: same(forward, Side::Shopify) || same(backward, Side::Odoo),
        };
        let resolution = input.resolution(&self.key);
        judge(
            &field,
            &Setting {
                direction: input.direction,
                strategy: input.strategies.of(self.rule.id(), self.stock),
                owner: self.rule.mapping().owner,
                systems: input.systems,
                changed_at: Side::BOTH.map(|side| input.edited_at(side)),
                margin: input.strategies.margin,
                resolution: resolution.and_then(|resolution| resolution.winner.as_ref()),
                base: self.base.map(|base| (&base.shopify, &base.odoo)),
                moved: Side::BOTH.map(|side| input.moved.of(side)),
            },
        )
    }
}
