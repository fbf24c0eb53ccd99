//! Two records that are the same thing: field by field, what goes where.

use std::collections::BTreeMap;

use mapping_transforms::{Element, Mapped, MappingProblem, Side, build_target};
use serde_json::Value;

use super::cells::{ByCell, Cell, CellKey, Place, Views, cells, child_link, key_of, net, other_way, shown};
use super::judge::{Judged, Verdict, reason};
use super::link::{Agreement, refresh};
use super::strategy::Strategy;
use super::{Decision, Draft, OnDelete, Plan, PlanInput, draft, fail_mapping, together, verdict};
use crate::{ConflictDraft, ConflictKind, FieldChange, Pair, Record, Shown};

pub(super) fn merge(input: &PlanInput<'_>, shopify: &Record, odoo: &Record) -> Plan {
    let views = Views {
        shopify: input.rules.view(Side::Shopify, &shopify.body),
        odoo: input.rules.view(Side::Odoo, &odoo.body),
    };
    let mut elements = Elements::sort(input, &views);
    let (forward, mut problems) = apply(input, Side::Shopify, shopify);
    let (backward, back_problems) = apply(input, Side::Odoo, odoo);
    problems.extend(back_problems);
    if input.direction.source().is_none() {
        problems.retain(|problem| matters(input, &views, &elements, problem));
    }
    if let Some(decision) = verdict(&problems) {
        return Plan::of(decision);
    }
    let mapped = [ByCell::new(&forward), ByCell::new(&backward)];
    if !elements.kept.is_empty() && together::left_wins(input, &judge_all(input, &views, &elements, &mapped))
    {
        elements.bring_back();
    }
    let judged = judge_all(input, &views, &elements, &mapped);
    let merged = Merged {
        input,
        views: &views,
        elements: &elements,
        judged: &judged,
    };
    merged.plan(shopify, odoo, &forward, &backward)
}

/// Decides about every field that both sides have.
fn judge_all<'m>(
    input: &PlanInput<'m>,
    views: &Views<'_>,
    elements: &'m Elements,
    [forward, backward]: &[ByCell<'_>; 2],
) -> Vec<(Cell<'m>, Judged)> {
    let all = cells(input, views, &elements.compared, forward, backward);
    let judged = all.into_iter().map(|cell| {
        let judged = match cell.pair {
            Some(pair) if elements.brought_back.contains(pair) => Judged::carries(Side::Shopify),
            Some(_) | None => by_policy(input, &cell, cell.judge(input)),
        };
        (cell, judged)
    });
    let mut judged: Vec<(Cell<'_>, Judged)> = judged.collect();
    together::settle(input, &mut judged);
    judged
}

/// Putting a record away because the other side did goes by the policy for deletions, unless somebody decided.
fn by_policy(input: &PlanInput<'_>, cell: &Cell<'_>, judged: Judged) -> Judged {
    let (Some(archived), Verdict::Carry(from)) = (&input.spec.archived, &judged.verdict) else {
        return judged;
    };
    let (path, away) = archived.on(from.other());
    let field = cell.rule.mapping().field(from.other());
    let value = &cell.mapped[usize::from(*from == Side::Odoo)];
    let decided = input
        .resolution(&cell.key)
        .is_some_and(|one| one.winner.is_some());
    if field != path || value.as_ref() != Some(away) || decided || input.link.is_none() {
        return judged;
    }
    match input.on_delete {
        OnDelete::Archive => judged,
        OnDelete::Ask => Judged::asks(),
        OnDelete::Unlink => Judged::leaves(reason::ARCHIVED_THERE),
    }
}

/// What the rules make of a side's record, if the run writes to the other side.
fn apply(input: &PlanInput<'_>, from: Side, record: &Record) -> (Vec<Mapped>, Vec<MappingProblem>) {
    if input.direction.writes(from.other()) {
        input.apply(from, record)
    } else {
        (Vec::new(), Vec::new())
    }
}

/// The elements of both records, by where they are.
pub(super) struct Elements {
    /// Those that are compared.
    pub(super) compared: Vec<Pair>,
    /// Linked ones that the right side has no more. They stay on the left side: no run deletes there.
    pub(super) kept: Vec<Pair>,
    /// Linked ones that the left side has no more: they go on the right side.
    pub(super) removed: Vec<Pair>,
    /// Those among the compared ones that the right side gets again.
    pub(super) brought_back: Vec<Pair>,
}

impl Elements {
    fn sort(input: &PlanInput<'_>, views: &Views<'_>) -> Self {
        let linked = input.children.iter().map(|link| Pair {
            record_type: link.record_type.clone(),
            shopify_id: link.shopify_id.clone(),
            odoo_id: link.odoo_id.clone(),
        });
        let mut elements = Self {
            compared: Vec::new(),
            kept: Vec::new(),
            removed: Vec::new(),
            brought_back: Vec::new(),
        };
        for pair in linked.chain(input.matched.iter().cloned()) {
            let there = |side: Side| {
                views
                    .on(side)
                    .has_element(pair.record_type.as_str(), pair.id_on(side))
            };
            match (there(Side::Shopify), there(Side::Odoo), input.direction.source()) {
                (true, true, _) | (true, false, Some(Side::Shopify)) | (false, true, Some(Side::Odoo)) => {
                    elements.compared.push(pair);
                }
                (true, false, _) => elements.kept.push(pair),
                (false, true, _) => elements.removed.push(pair),
                (false, false, _) => {}
            }
        }
        elements
    }

    /// The list of the left side won, and what it has is to be on the right side too.
    fn bring_back(&mut self) {
        self.brought_back = std::mem::take(&mut self.kept);
        self.compared.extend(self.brought_back.iter().cloned());
    }

    /// The pair of an element, if it is linked.
    fn find<'e>(list: &'e [Pair], element: &Element, side: Side) -> Option<&'e Pair> {
        list.iter().find(|pair| {
            pair.record_type.as_str() == element.record_type && pair.id_on(side) == element.source_id
        })
    }

    fn is_idle(&self, element: &Element, side: Side) -> bool {
        Self::find(&self.kept, element, side).is_some() || Self::find(&self.removed, element, side).is_some()
    }
}

/// Whether a rule that failed stands in the way: what its side has not changed is not carried, so it need not be mapped.
fn matters(input: &PlanInput<'_>, views: &Views<'_>, elements: &Elements, problem: &MappingProblem) -> bool {
    let Some(rule) = input.rules.rule(problem.rule) else {
        return true;
    };
    let on_side = |side: Side| rule.mapping().field(side).to_string() == problem.path;
    let side = if on_side(Side::Shopify) {
        Side::Shopify
    } else {
        Side::Odoo
    };
    let pair = problem
        .element
        .as_ref()
        .and_then(|element| Elements::find(&elements.compared, element, side));
    if problem.element.is_some() && pair.is_none() {
        return true;
    }
    let base = match pair {
        None => input.link.and_then(|link| link.base.get(&key_of(rule))),
        Some(pair) => child_link(input.children, pair).and_then(|link| link.base.get(&key_of(rule))),
    };
    let now = shown(input, views, rule, pair);
    base.is_none_or(|base| base.of(side) != now.of(side))
}

/// An element that the written side has no more.
enum Gone {
    /// It is there.
    No,
    /// It is made again.
    Remade,
    /// It stays away.
    Left,
}

struct Merged<'m, 'a> {
    input: &'m PlanInput<'a>,
    views: &'m Views<'m>,
    elements: &'m Elements,
    judged: &'m [(Cell<'m>, Judged)],
}

type ByElement<'m> = BTreeMap<Place<'m>, &'m (Cell<'m>, Judged)>;

impl Merged<'_, '_> {
    fn plan(&self, shopify: &Record, odoo: &Record, forward: &[Mapped], backward: &[Mapped]) -> Plan {
        let to_odoo = self.draft(Side::Odoo, shopify, forward);
        let to_shopify = self.draft(Side::Shopify, odoo, backward);
        let (to_odoo, to_shopify) = match (to_odoo, to_shopify) {
            (Ok(to_odoo), Ok(to_shopify)) => (to_odoo, to_shopify),
            (Err(message), _) | (_, Err(message)) => return Plan::of(fail_mapping(message)),
        };
        let mut plan = Plan::of(Decision::Conflict);
        plan.open = self.open();
        plan.bases = self.bases();
        plan.conflicts = self.conflicts();
        plan.warnings = self.kept_elements();
        plan.decision = if to_odoo.is_some() || to_shopify.is_some() {
            match self.blocked() {
                Some(blocked) => blocked,
                None => Decision::Update {
                    shopify: to_shopify,
                    odoo: to_odoo,
                },
            }
        } else {
            self.nothing_to_write(shopify, odoo, &plan)
        };
        plan
    }

    fn nothing_to_write(&self, shopify: &Record, odoo: &Record, plan: &Plan) -> Decision {
        let left = |reason: &str| {
            let mut verdicts = self.judged.iter().map(|(_, judged)| &judged.verdict);
            verdicts.any(|verdict| matches!(verdict, Verdict::Leave(why) if *why == reason))
        };
        if plan.conflicts.iter().any(|conflict| conflict.winner.is_none()) {
            return Decision::Conflict;
        }
        let kept = if left(reason::TARGET_HAS_PRIORITY) {
            Some((reason::TARGET_HAS_PRIORITY, self.priority()))
        } else if left(reason::TARGET_CHANGED) {
            let message = "only the target changed, and the strategy keeps that";
            Some((reason::TARGET_CHANGED, message.to_owned()))
        } else if left(reason::ARCHIVED_THERE) {
            let message = "it is put away on the other side, and the policy for deletions keeps it here";
            Some((reason::ARCHIVED_THERE, message.to_owned()))
        } else {
            None
        };
        Decision::Unchanged {
            refresh: refresh(&self.agreement(shopify, odoo, plan)),
            kept,
        }
    }

    fn agreement<'s>(&'s self, shopify: &'s Record, odoo: &'s Record, plan: &'s Plan) -> Agreement<'s> {
        Agreement {
            rules: self.input.rules,
            spec: self.input.spec,
            shopify,
            odoo,
            pairs: self
                .elements
                .compared
                .iter()
                .chain(&self.elements.kept)
                .cloned()
                .collect(),
            open: &plan.open,
            bases: &plan.bases,
            written: self
                .input
                .link
                .map(|link| link.written.clone())
                .unwrap_or_default(),
            link: self.input.link,
            children: self.input.children,
            label: self.input.shopify.map_or(&odoo.label, |record| &record.label),
            moved: self.input.moved,
            goods: self.input.goods,
        }
    }

    /// In a one-way run towards the system that has priority, existing records stay as they are.
    fn blocked(&self) -> Option<Decision> {
        let target = self.input.direction.source()?.other();
        let Strategy::SourcePriority { system } = &self.input.strategies.fallback else {
            return None;
        };
        let carries = |judged: &Judged| matches!(judged.verdict, Verdict::Carry(_) | Verdict::Set { .. });
        let anything = self.judged.iter().any(|(_, judged)| carries(judged));
        (system == self.input.system(target) && !anything).then(|| Decision::Skip {
            reason: reason::TARGET_HAS_PRIORITY,
            message: self.priority(),
        })
    }

    fn priority(&self) -> String {
        let target = self.input.direction.source().map_or(Side::Odoo, Side::other);
        format!(
            "{} has priority: what it shows is kept",
            self.input.system(target)
        )
    }

    /// What is to be written to a side; `None` if nothing is.
    fn draft(&self, to: Side, source: &Record, mapped: &[Mapped]) -> Result<Option<Draft>, String> {
        let from = to.other();
        if !self.input.direction.writes(to) {
            return Ok(None);
        }
        let by_element = self.by_element(from);
        let (mut entries, mut changes, mut carried) = (Vec::new(), Vec::new(), Vec::new());
        for one in mapped {
            let element = one.element.as_ref();
            if element.is_some_and(|element| self.elements.is_idle(element, from)) {
                continue;
            }
            let key = (
                one.rule,
                element.map(|e| (e.record_type.as_str(), e.source_id.as_str())),
            );
            let Some((cell, judged)) = by_element.get(&key) else {
                // An element that only the source has: it is made.
                changes.push(self.change(to, one, None, one.value.clone()));
                entries.push(one.clone());
                continue;
            };
            match cell.pair.map(|pair| self.gone(pair, to)) {
                Some(Gone::Left) => continue,
                Some(Gone::Remade) => {
                    changes.push(self.change(to, one, Some(cell), one.value.clone()));
                    carried.push(cell.key.clone());
                    entries.push(one.clone());
                    continue;
                }
                Some(Gone::No) | None => {}
            }
            let Some(value) = self.value_for(to, one, cell, &judged.verdict)? else {
                continue;
            };
            if judged.verdict != Verdict::Same {
                changes.push(self.change(to, one, Some(cell), value.clone()));
                carried.push(cell.key.clone());
            }
            entries.push(Mapped { value, ..one.clone() });
        }
        // A change that the target shows already is none.
        changes.retain(|change| change.old != change.new);
        let removed = if to == Side::Odoo {
            self.removed()
        } else {
            Vec::new()
        };
        if changes.is_empty() && removed.is_empty() {
            return Ok(None);
        }
        let desired = build_target(&entries).map_err(|error| error.to_string())?;
        let archives = draft::archives(self.input, to, &desired);
        let mut children = draft::children(self.input, from, source);
        children.retain(|child| {
            let element = Element {
                record_type: child.record_type.to_string(),
                source_id: child.source_id.clone(),
            };
            let pair = Elements::find(&self.elements.compared, &element, from);
            let left = pair.is_some_and(|pair| matches!(self.gone(pair, to), Gone::Left));
            !left && !self.elements.is_idle(&element, from)
        });
        Ok(Some(Draft {
            desired,
            changes,
            children,
            removed,
            carried,
            archives,
        }))
    }

    /// What becomes of an element that the written side has no more: it is made again as a whole, or stays away as a whole.
    /// Where a strategy keeps what the written side changed, it stays away, whatever was edited of it meanwhile.
    fn gone(&self, pair: &Pair, to: Side) -> Gone {
        let there = self
            .views
            .on(to)
            .has_element(pair.record_type.as_str(), pair.id_on(to));
        let carries = |judged: &Judged| match &judged.verdict {
            Verdict::Carry(from) => *from == to.other(),
            Verdict::Set { .. } => true,
            Verdict::Same | Verdict::Leave(_) | Verdict::Open => false,
        };
        if there {
            return Gone::No;
        }
        let own = || self.judged.iter().filter(|(cell, _)| cell.pair == Some(pair));
        let leaves = |judged: &Judged| matches!(judged.verdict, Verdict::Leave(reason::TARGET_CHANGED));
        if own().any(|(_, judged)| leaves(judged)) || !own().any(|(_, judged)| carries(judged)) {
            Gone::Left
        } else {
            Gone::Remade
        }
    }

    /// Whether a field is one of an element that stays away: nothing is decided about it.
    fn stays_away(&self, cell: &Cell<'_>) -> bool {
        let target = self.input.direction.source().map(Side::other);
        let gone = cell.pair.zip(target).map(|(pair, to)| self.gone(pair, to));
        matches!(gone, Some(Gone::Left))
    }

    fn by_element(&self, from: Side) -> ByElement<'_> {
        let entries = self.judged.iter().map(|one| {
            let pair = one.0.pair;
            let element = pair.map(|pair| (pair.record_type.as_str(), pair.id_on(from)));
            ((one.0.rule.id(), element), one)
        });
        entries.collect()
    }

    /// The value of a field for the side `to`; `None` where that side keeps what it has.
    fn value_for(
        &self,
        to: Side,
        one: &Mapped,
        cell: &Cell<'_>,
        verdict: &Verdict,
    ) -> Result<Option<Value>, String> {
        let from = to.other();
        let in_stock = |value: &Value| {
            if cell.stock {
                net(value, self.input.moved.of(to))
            } else {
                value.clone()
            }
        };
        let mapped = cell.mapped[usize::from(from == Side::Odoo)].as_ref();
        match verdict {
            Verdict::Same => Ok(Some(mapped.map_or_else(|| one.value.clone(), in_stock))),
            Verdict::Carry(side) if *side == from => Ok(mapped.map(in_stock)),
            Verdict::Set { shopify, odoo } => {
                let (own, other) = match to {
                    Side::Shopify => (shopify, odoo),
                    Side::Odoo => (odoo, shopify),
                };
                match (own, other) {
                    (Some(value), _) => Ok(Some(in_stock(value))),
                    (None, Some(other)) => self.through(cell, from, other),
                    (None, None) => Ok(None),
                }
            }
            Verdict::Carry(_) | Verdict::Leave(_) | Verdict::Open => Ok(None),
        }
    }

    /// A value of the side `from` in the other side's form; `None` where the rule does not carry it there.
    fn through(&self, cell: &Cell<'_>, from: Side, value: &Value) -> Result<Option<Value>, String> {
        let Some(chain) = cell.rule.chain(from).filter(|_| cell.rule.goes_from(from)) else {
            return Ok(None);
        };
        let value = chain.apply(value, self.input.lookup);
        value
            .map(Some)
            .map_err(|error| format!("`{}`: {error}", cell.key.rule))
    }

    fn change(&self, to: Side, one: &Mapped, cell: Option<&Cell<'_>>, new: Value) -> FieldChange {
        let path = one.target.to_string();
        let field = match (&one.element, cell.and_then(|cell| cell.pair)) {
            (None, _) => path,
            (Some(_), Some(pair)) => path.replacen(".*", &format!("[{}]", pair.id_on(to)), 1),
            (Some(element), None) => path.replacen(".*", &format!("[new {element}]"), 1),
        };
        let old = cell.map_or(Value::Null, |cell| self.views.shown(to, cell.rule, cell.pair));
        FieldChange {
            side: to,
            field,
            old,
            new,
        }
    }

    fn removed(&self) -> Vec<super::ChildPlan> {
        let removed = self.elements.removed.iter().map(|pair| super::ChildPlan {
            record_type: pair.record_type.clone(),
            source_id: pair.shopify_id.clone(),
            target_id: Some(pair.odoo_id.clone()),
        });
        removed.collect()
    }

    /// Fields on which the sides do not agree afterwards.
    fn open(&self) -> Vec<CellKey> {
        let open = self.judged.iter().filter(|(cell, judged)| {
            matches!(judged.verdict, Verdict::Leave(_) | Verdict::Open) || self.stays_away(cell)
        });
        let keys = open.map(|(cell, _)| cell.key.clone());
        let keys = keys.chain(other_way(self.input, self.views, &self.elements.compared));
        // What an element showed is remembered while it is missing on one side.
        let kept = self.elements.kept.iter().flat_map(|pair| {
            let child = child_link(self.input.children, pair);
            let rules = child.into_iter().flat_map(|link| link.base.keys().cloned());
            rules.map(|rule| CellKey {
                rule,
                element: Some((pair.record_type.to_string(), pair.shopify_id.clone())),
            })
        });
        keys.chain(kept).collect()
    }

    fn bases(&self) -> BTreeMap<CellKey, Shown> {
        let bases = self.judged.iter();
        bases
            .filter_map(|(cell, judged)| Some((cell.key.clone(), judged.base.clone()?)))
            .collect()
    }

    fn kept_elements(&self) -> Vec<String> {
        let [shopify, odoo] = self.input.systems;
        let kept = self.elements.kept.iter().map(|pair| {
            format!(
                "{} {} is gone in {odoo} and was kept in {shopify}: delete it there too, or bring it back",
                pair.record_type, pair.shopify_id
            )
        });
        kept.collect()
    }

    fn conflicts(&self) -> Vec<ConflictDraft> {
        let decided = self.judged.iter().filter(|(cell, _)| !self.stays_away(cell));
        let found = decided.filter_map(|(cell, judged)| {
            let (strategy, winner) = match (&judged.settled, &judged.verdict) {
                (Some((by, winner)), _) => (by.clone(), Some(winner.clone())),
                (None, Verdict::Open) if judged.asked => ("on_delete".to_owned(), None),
                (None, Verdict::Open) => {
                    let strategy = self.input.strategies.of(cell.rule.id(), cell.stock);
                    (strategy.to_string(), None)
                }
                (None, _) => return None,
            };
            Some(self.conflict(cell, strategy, winner))
        });
        found.collect()
    }

    fn conflict(&self, cell: &Cell<'_>, strategy: String, winner: Option<crate::Winner>) -> ConflictDraft {
        let at = |side: Side| self.input.edited_at(side);
        let mapping = cell.rule.mapping();
        ConflictDraft {
            kind: ConflictKind::Field,
            rule: cell.key.rule.clone(),
            shopify_field: mapping.shopify_field.to_string(),
            odoo_field: mapping.odoo_field.to_string(),
            element: cell.pair.cloned(),
            base: cell.base.cloned(),
            shopify: self.views.shown(Side::Shopify, cell.rule, cell.pair),
            odoo: self.views.shown(Side::Odoo, cell.rule, cell.pair),
            shopify_at: at(Side::Shopify),
            odoo_at: at(Side::Odoo),
            strategy,
            winner,
        }
    }
}
