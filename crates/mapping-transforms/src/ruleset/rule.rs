//! One compiled rule.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ChildRule;
use super::check::way_back;
use crate::compare::Compare;
use crate::mapping::{Mapping, Side};
use crate::path::FieldPath;
use crate::transform::Chain;

/// A checked rule that has not found its place in a set yet.
pub(super) struct Parsed {
    pub(super) mapping: Mapping,
    pub(super) index: usize,
    pub(super) chain: Chain,
}

/// How values get from one side to the other; children by their place among the child rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value of the record (or the list of all values of a `*` on the source's side) to one place.
    Single,
    /// Element by element. The path inside the source's elements.
    Paired { child: usize, tail: FieldPath },
    /// One value of the record to every element of these children.
    Broadcast { children: Vec<usize> },
}

/// One compiled rule.
#[derive(Debug, Clone)]
pub struct Rule {
    id: i64,
    mapping: Mapping,
    chain: Chain,
    inverse: Option<Chain>,
    forward: Shape,
    backward: Result<Shape, String>,
    compare: Compare,
}

impl Rule {
    /// Its id in the set: the rule's own, or a negative one for a rule that is not stored.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// The rule as it was given.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The chain for runs from this side. `None` where the rule is one-way.
    pub fn chain(&self, from: Side) -> Option<&Chain> {
        match from {
            Side::Shopify => Some(&self.chain).filter(|_| self.mapping.direction.allows(Side::Shopify)),
            Side::Odoo => self.inverse.as_ref().filter(|_| self.backward.is_ok()),
        }
    }

    /// Why the rule does nothing in runs from this side; `None` where it does something.
    pub fn one_way(&self, from: Side) -> Option<&str> {
        match from {
            Side::Shopify if self.mapping.direction.allows(Side::Shopify) => None,
            Side::Shopify => Some("the rule goes from Odoo to Shopify only"),
            Side::Odoo => self.backward.as_ref().err().map(String::as_str),
        }
    }

    /// Whether the rule carries values from this side.
    pub fn goes_from(&self, side: Side) -> bool {
        self.one_way(side).is_none()
    }

    /// Whether two values of this rule's field mean the same. The chain decides how they are compared: those that
    /// calculate by value, those that make text by characters, `split:` without regard to order.
    pub fn same(&self, a: &Value, b: &Value) -> bool {
        self.compare.same(a, b)
    }

    /// The children that the rule is about, by their place.
    pub(super) fn child_indexes(&self) -> &[usize] {
        match &self.forward {
            Shape::Single => &[],
            Shape::Paired { child, .. } => std::slice::from_ref(child),
            Shape::Broadcast { children } => children,
        }
    }

    pub(super) fn shape(&self, from: Side) -> Option<&Shape> {
        match from {
            Side::Shopify => Some(&self.forward).filter(|_| self.mapping.direction.allows(Side::Shopify)),
            Side::Odoo => self.backward.as_ref().ok(),
        }
    }

    /// The list and the path inside its elements, if on this side the rule has one value per element.
    pub(super) fn per_element(&self, side: Side) -> Option<(FieldPath, FieldPath)> {
        let each = match (&self.forward, side) {
            (Shape::Single, _) | (Shape::Broadcast { .. }, Side::Shopify) => return None,
            (Shape::Paired { .. }, _) | (Shape::Broadcast { .. }, Side::Odoo) => self.mapping.field(side),
        };
        each.collection()
    }

    fn compile(parsed: Parsed, children: &[ChildRule]) -> Self {
        let Parsed {
            mapping,
            index,
            chain,
        } = parsed;
        let forward = shape(&mapping, children);
        let inverse = chain.inverse();
        let backward = backward(&mapping, &chain, &forward, children);
        let unstored = i64::try_from(index).map_or(i64::MIN, |index| -index - 1);
        Self {
            id: if mapping.id == 0 { unstored } else { mapping.id },
            compare: chain.compare(),
            mapping,
            chain,
            inverse,
            forward,
            backward,
        }
    }
}

/// From Shopify to Odoo.
fn shape(mapping: &Mapping, children: &[ChildRule]) -> Shape {
    let Some((odoo, _)) = mapping.odoo_field.collection() else {
        return Shape::Single;
    };
    let fed = children
        .iter()
        .enumerate()
        .filter(|(_, child)| child.odoo == odoo);
    match mapping.shopify_field.collection() {
        None => Shape::Broadcast {
            children: fed.map(|(index, _)| index).collect(),
        },
        Some((shopify, tail)) => fed
            .filter(|(_, child)| child.shopify == shopify)
            .map(|(child, _)| Shape::Paired {
                child,
                tail: tail.clone(),
            })
            .next()
            .unwrap_or(Shape::Single),
    }
}

/// From Odoo to Shopify, or why not.
fn backward(
    mapping: &Mapping,
    chain: &Chain,
    forward: &Shape,
    children: &[ChildRule],
) -> Result<Shape, String> {
    if !mapping.direction.allows(Side::Odoo) {
        return Err("the rule goes from Shopify to Odoo only".to_owned());
    }
    way_back(&mapping.shopify_field, &mapping.odoo_field, chain, children)?;
    match (forward, mapping.odoo_field.collection()) {
        (Shape::Paired { child, .. }, Some((_, tail))) => Ok(Shape::Paired { child: *child, tail }),
        _ => Ok(Shape::Single),
    }
}

/// The rules in the order in which they are applied. Where two rules read the same field of Shopify (which is fine),
/// only the first of them can write it.
pub(super) fn in_order(mut parsed: Vec<Parsed>, children: &[ChildRule]) -> Vec<Rule> {
    parsed.sort_by_key(|rule| (rule.mapping.position, rule.mapping.id, rule.index));
    let mut rules: Vec<Rule> = parsed
        .into_iter()
        .map(|rule| Rule::compile(rule, children))
        .collect();
    let mut written: BTreeSet<FieldPath> = BTreeSet::new();
    // Those that demand the way back come before those that take it where it is free.
    let demanded = |rule: &Rule| rule.mapping.direction.demands_way_back();
    for rule in rules
        .iter()
        .filter(|rule| rule.backward.is_ok() && demanded(rule))
    {
        written.insert(rule.mapping.shopify_field.clone());
    }
    for rule in rules
        .iter_mut()
        .filter(|rule| rule.backward.is_ok() && !demanded(rule))
    {
        let path = rule.mapping.shopify_field.clone();
        let above = (1..path.segments().len()).filter_map(|length| path.prefix(length));
        let overlaps = above.into_iter().any(|prefix| written.contains(&prefix))
            || written
                .range(path.clone()..)
                .next()
                .is_some_and(|other| path.is_prefix_of(other));
        if overlaps {
            rule.backward = Err(format!("another rule already writes `{path}` back"));
        } else {
            written.insert(path);
        }
    }
    rules
}
