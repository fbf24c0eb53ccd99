//! Whether anything that a run replaced was agreed on before, or is kept in a conflict.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{Registry, RuleSet, Side};
use rust_decimal::Decimal;
use serde_json::Value;
use sync_core::{Link, Shown, rule_key};

use crate::bench::Bench;

/// Record, element and rule.
type Place = (String, String, String);

/// What both sides show of everything that is linked, and what they agreed on last.
pub(crate) struct Before {
    shown: BTreeMap<Place, Shown>,
    base: BTreeMap<Place, Shown>,
    /// Elements that a side has no more: what became of that, the list of them says.
    gone: BTreeSet<(Place, Side)>,
}

impl Before {
    pub(crate) fn of(bench: &Bench, record_type: &str) -> Self {
        let mut before = Self {
            shown: BTreeMap::new(),
            base: BTreeMap::new(),
            gone: BTreeSet::new(),
        };
        let spec = bench.person.spec(record_type).unwrap().clone();
        let mappings = bench.person.mappings(Some(record_type)).unwrap();
        let rules = RuleSet::compile(&mappings, spec.children.clone(), &Registry::standard()).unwrap();
        let links = bench.links(record_type);
        let children = bench.links("variant");
        let bodies = bench.bodies(record_type, &links);
        for link in &links {
            let (Some(here), Some(there)) = (bodies[0].get(&link.shopify_id), bodies[1].get(&link.odoo_id))
            else {
                continue;
            };
            let views = [rules.view(Side::Shopify, here), rules.view(Side::Odoo, there)];
            let own: Vec<&Link> = children
                .iter()
                .filter(|child| child.parent == Some(link.id))
                .collect();
            for rule in rules
                .rules()
                .iter()
                .filter(|rule| Side::BOTH.iter().all(|side| rule.goes_from(*side)))
            {
                let mapping = rule.mapping();
                let name = rule_key(
                    &mapping.shopify_field.to_string(),
                    &mapping.odoo_field.to_string(),
                );
                let of_child = rules.children_of_rule(rule).next().is_some();
                let elements = if of_child { own.clone() } else { vec![link] };
                for element in elements {
                    let gone = |view: usize, side: Side| {
                        let kind = element.record_type.as_str();
                        of_child && !views[view].has_element(kind, element.id_on(side))
                    };
                    let read = |view: usize, side: Side| {
                        let id = of_child.then(|| element.id_on(side));
                        views[view].read(rule, id).ok().flatten().unwrap_or(Value::Null)
                    };
                    let shown = Shown {
                        shopify: read(0, Side::Shopify),
                        odoo: read(1, Side::Odoo),
                    };
                    let inner = if of_child {
                        element.shopify_id.clone()
                    } else {
                        String::new()
                    };
                    let place = (link.shopify_id.clone(), inner, name.clone());
                    if let Some(base) = element.base.get(&name) {
                        before.base.insert(place.clone(), base.clone());
                    }
                    for (view, side) in Side::BOTH.into_iter().enumerate() {
                        if gone(view, side) {
                            before.gone.insert((place.clone(), side));
                        }
                    }
                    before.shown.insert(place, shown);
                }
            }
        }
        before
    }

    /// Panics if a side's value is gone without a trace.
    pub(crate) fn nothing_is_lost(&self, bench: &Bench, record_type: &str) {
        let after = Self::of(bench, record_type);
        let conflicts = bench.conflicts();
        for (place, was) in &self.shown {
            let Some(now) = after.shown.get(place) else {
                continue;
            };
            for side in Side::BOTH {
                if self.gone.contains(&(place.clone(), side)) {
                    continue;
                }
                let (was, now) = (was.of(side), now.of(side));
                let known = self.base.get(place).is_some_and(|base| same(base.of(side), was));
                let kept = || {
                    conflicts.iter().any(|conflict| {
                        let found = &conflict.found;
                        let element = found.element.as_ref().map_or("", |pair| &pair.shopify_id);
                        let value = match side {
                            Side::Shopify => &found.shopify,
                            Side::Odoo => &found.odoo,
                        };
                        conflict.shopify_id == place.0
                            && element == place.1
                            && found.rule == place.2
                            && same(value, was)
                    })
                };
                assert!(
                    holds(now, was) || known || kept(),
                    "{place:?}: {was} of {side:?} was replaced by {now} without a trace; agreed on {:?}",
                    self.base.get(place)
                );
            }
        }
    }
}

/// Whether a value says what another one says, and maybe more: a list that another entry was added to has lost nothing.
/// That something was empty is lost when it is filled.
fn holds(now: &Value, was: &Value) -> bool {
    match (now, was) {
        (Value::Array(now), Value::Array(was)) if !was.is_empty() => {
            was.iter().all(|was| now.iter().any(|now| holds(now, was)))
        }
        (Value::Object(now), Value::Object(was)) if !was.is_empty() => was
            .iter()
            .all(|(key, was)| now.get(key).is_some_and(|now| holds(now, was))),
        _ => same(now, was),
    }
}

/// Equal as texts, or as numbers.
fn same(a: &Value, b: &Value) -> bool {
    let number = |value: &Value| -> Option<Decimal> { mapping_transforms::decimal_of(value).ok() };
    a == b || number(a).zip(number(b)).is_some_and(|(a, b)| a == b)
}
