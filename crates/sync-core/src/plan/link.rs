//! What both sides agree on, as it is stored.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{RecordView, Rule, RuleSet, Side};
use rust_decimal::Decimal;
use serde_json::Value;

use super::cells::{CellKey, child_link, gross, key_of};
use crate::{
    Base, Link, LinkDraft, Moved, MovedQuantity, Movements, Pair, Record, RecordTypeSpec, Shown, Written,
};

/// Two records after everything was written that was to be written, both as they are now.
pub struct Agreement<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The record type.
    pub spec: &'a RecordTypeSpec,
    /// The left system's record.
    pub shopify: &'a Record,
    /// The right system's record.
    pub odoo: &'a Record,
    /// Their elements that belong together.
    pub pairs: Vec<Pair>,
    /// Fields on which the sides do not agree: what they agreed on before stays.
    pub open: &'a [CellKey],
    /// Fields on which they agree on something else than what they show.
    pub bases: &'a BTreeMap<CellKey, Shown>,
    /// What own writes did to the times that the records show.
    pub written: Written,
    /// The link as it is stored.
    pub link: Option<&'a Link>,
    /// The links of its children as they are stored.
    pub children: &'a [Link],
    /// What a person calls the record.
    pub label: &'a str,
    /// For a stock level: what linked orders moved out of it.
    pub moved: MovedQuantity,
    /// For an order: what it moved, by item and place. `None` keeps what is stored.
    pub goods: Option<&'a Moved>,
}

/// The link of two records that agree now.
pub fn link_draft(agreement: &Agreement<'_>) -> LinkDraft {
    let views = [
        agreement.rules.view(Side::Shopify, &agreement.shopify.body),
        agreement.rules.view(Side::Odoo, &agreement.odoo.body),
    ];
    let open: BTreeSet<&CellKey> = agreement.open.iter().collect();
    let children = agreement.pairs.iter().map(|pair| LinkDraft {
        record_type: pair.record_type.clone(),
        shopify_id: pair.shopify_id.clone(),
        odoo_id: pair.odoo_id.clone(),
        label: String::new(),
        base: agreement.base(&views, Some(pair), &open),
        open: false,
        moved: Moved::new(),
        written: Written::new(),
        children: Vec::new(),
    });
    LinkDraft {
        record_type: agreement.spec.name.clone(),
        shopify_id: agreement.shopify.id.clone(),
        odoo_id: agreement.odoo.id.clone(),
        label: agreement.label.to_owned(),
        base: agreement.base(&views, None, &open),
        open: still_moving(agreement.shopify, agreement.odoo),
        moved: match (agreement.goods, agreement.link) {
            (Some(goods), _) => goods.clone(),
            (None, Some(link)) => link.moved.clone(),
            (None, None) => Moved::new(),
        },
        written: agreement.written.clone(),
        children: children.collect(),
    }
}

impl Agreement<'_> {
    fn base(&self, views: &[RecordView<'_>; 2], pair: Option<&Pair>, open: &BTreeSet<&CellKey>) -> Base {
        let stored = match pair {
            None => self.link.map(|link| &link.base),
            Some(pair) => child_link(self.children, pair).map(|link| &link.base),
        };
        let mut base = Base::new();
        for rule in self.rules.rules().iter().filter(|rule| self.is_about(rule, pair)) {
            let key = CellKey {
                rule: key_of(rule),
                element: pair.map(|pair| (pair.record_type.to_string(), pair.shopify_id.clone())),
            };
            if open.contains(&key) {
                if let Some(before) = stored.and_then(|stored| stored.get(&key.rule)) {
                    base.insert(key.rule, before.clone());
                }
                continue;
            }
            if let Some(agreed) = self.bases.get(&key) {
                base.insert(key.rule, agreed.clone());
                continue;
            }
            let [shopify, odoo] = Side::BOTH.map(|side| self.shown(views, rule, pair, side));
            base.insert(key.rule, Shown { shopify, odoo });
        }
        base
    }

    fn is_about(&self, rule: &Rule, pair: Option<&Pair>) -> bool {
        let mut types = self.rules.children_of_rule(rule).peekable();
        match pair {
            None => types.peek().is_none(),
            Some(pair) => types.any(|child| child.record_type == pair.record_type.as_str()),
        }
    }

    fn shown(&self, views: &[RecordView<'_>; 2], rule: &Rule, pair: Option<&Pair>, side: Side) -> Value {
        let view = &views[usize::from(side == Side::Odoo)];
        let shown = view.read(rule, pair.map(|pair| pair.id_on(side)));
        let shown = shown.ok().flatten().unwrap_or(Value::Null);
        let stock = self.spec.stock.as_ref();
        if stock.is_some_and(|stock| stock.on(Side::Odoo).quantity == rule.mapping().odoo_field) {
            gross(&shown, self.moved.of(side))
        } else {
            shown
        }
    }
}

/// The link as it should be stored for two records that agree; `None` if it is stored like that.
pub(super) fn refresh(agreement: &Agreement<'_>) -> Option<LinkDraft> {
    let draft = link_draft(agreement);
    let Some(link) = agreement.link else {
        return Some(draft);
    };
    let same_child = |child: &LinkDraft| {
        agreement.children.iter().any(|stored| {
            stored.record_type == child.record_type
                && stored.shopify_id == child.shopify_id
                && stored.odoo_id == child.odoo_id
                && stored.base == child.base
        })
    };
    let same = link.base == draft.base
        && link.open == draft.open
        && link.label == draft.label
        && link.moved == draft.moved
        && agreement.children.len() == draft.children.len()
        && draft.children.iter().all(same_child);
    (!same).then_some(draft)
}

/// Whether goods may be shipped on one side now or later while the other side has them still, or no more.
fn still_moving(shopify: &Record, odoo: &Record) -> bool {
    let (Some(a), Some(b)) = (&shopify.movements, &odoo.movements) else {
        return false;
    };
    let sum = |movements: &Movements| {
        movements
            .shipped
            .iter()
            .fold(Decimal::ZERO, |sum, one| sum.saturating_add(one.quantity))
    };
    !(a.complete && b.complete && sum(a) == sum(b))
}
