//! Everything that is known of a record before it is planned: both sides, its link, what was decided about it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::lookup::BatchLookup;
use super::read::Reader;
use super::run::{Halt, Run};
use crate::plan::{MatchOutcome, PlanInput};
use crate::ports::RecordKey;
use crate::{Attempt, Link, Moved, MovedQuantity, Pair, Record, Resolution, Side, reason};

/// A record that is to be dealt with.
pub(super) struct Item {
    pub(super) key: RecordKey,
    /// What a person calls it, as far as that is known.
    pub(super) label: String,
    /// The record as the key's side has it; `None` if it is gone there.
    pub(super) record: Option<Record>,
    /// Its failed attempts in this run so far.
    pub(super) attempts: Vec<Attempt>,
    /// Whether a walk showed it, and it was not looked for by its id.
    pub(super) walked: bool,
    pub(super) since: Timestamp,
}

/// An item with its counterpart.
pub(super) struct Case {
    pub(super) item: Item,
    /// Keys under which it was read or left open, where the run knows it by another one.
    pub(super) renamed: Vec<RecordKey>,
    /// Whether this job has dealt with it before: a walk may show a record twice.
    pub(super) again: bool,
    /// Whether it failed in this job for good: the next one tries it again.
    pub(super) over: bool,
    pub(super) shopify: Option<Record>,
    pub(super) odoo: Option<Record>,
    pub(super) link: Option<Link>,
    pub(super) children: Vec<Link>,
    pub(super) matched: Vec<Pair>,
    /// Why nothing is to be done with it, as a stable word and for people, if somebody said so or matching found it out.
    pub(super) left_alone: Option<(&'static str, String)>,
    pub(super) resolutions: Vec<Resolution>,
    pub(super) moved: MovedQuantity,
    pub(super) goods: Option<Moved>,
}

impl Case {
    pub(super) fn record(&self, side: Side) -> Option<&Record> {
        match side {
            Side::Shopify => self.shopify.as_ref(),
            Side::Odoo => self.odoo.as_ref(),
        }
    }

    /// What a person calls it: by the side that was read, else by the other one or by what is stored.
    pub(super) fn label(&self) -> &str {
        let other = self.record(self.item.key.side.other());
        let stored = self.link.as_ref().map(|link| link.label.as_str());
        let mut known = [
            Some(self.item.label.as_str()),
            other.map(|record| record.label.as_str()),
            stored,
        ]
        .into_iter()
        .flatten();
        known.find(|label| !label.is_empty()).unwrap_or_default()
    }

    pub(super) fn put(&mut self, side: Side, record: Option<Record>) {
        match side {
            Side::Shopify => self.shopify = record,
            Side::Odoo => self.odoo = record,
        }
    }

    /// Whether a walk shows it a second time, and nothing of it was left open by another id.
    pub(super) fn seen_before(&self) -> bool {
        self.again && self.renamed.is_empty()
    }

    /// The id on a side, as far as it is known.
    pub(super) fn id_on(&self, side: Side) -> Option<&str> {
        let linked = self.link.as_ref().map(|link| link.id_on(side));
        let own = (self.item.key.side == side).then_some(self.item.key.id.as_str());
        own.or(linked)
            .or_else(|| self.record(side).map(|record| record.id.as_str()))
    }

    pub(super) fn input<'a>(&'a self, run: &'a Run<'_, '_>, lookup: &'a BatchLookup<'a>) -> PlanInput<'a> {
        PlanInput {
            spec: run.spec,
            rules: &run.rules,
            direction: run.job.direction,
            systems: Side::BOTH.map(|side| run.engine.connector(side).system()),
            shopify: self.shopify.as_ref(),
            odoo: self.odoo.as_ref(),
            link: self.link.as_ref(),
            children: &self.children,
            matched: &self.matched,
            lookup,
            fields: &run.fields,
            strategies: &run.strategies,
            resolutions: &self.resolutions,
            moved: self.moved,
            goods: self.goods.as_ref(),
            on_delete: run.options.on_delete,
        }
    }
}

impl Run<'_, '_> {
    /// Finds links and counterparts of a batch. In a run both ways a linked record is known by its id in the left
    /// system, from whichever side it was read; one that this run has dealt with already is left out.
    pub(super) async fn cases(&mut self, items: Vec<Item>) -> Result<Vec<Case>, Halt> {
        let mut links = BTreeMap::new();
        for side in Side::BOTH {
            let of_side = items.iter().filter(|item| item.key.side == side);
            let ids: Vec<String> = of_side.map(|item| item.key.id.clone()).collect();
            if !ids.is_empty() {
                links.insert(side, self.links(side, &ids)?);
            }
        }
        let mut cases = self.keyed(items, links);
        self.drop_handled(&mut cases)?;
        self.notice_repeated(&mut cases)?;
        self.read_counterparts(&mut cases).await?;
        self.find_matches(&mut cases).await?;
        self.drop_shown(&mut cases)?;
        self.read_movements_again(&cases).await?;
        self.read_surroundings(&mut cases)?;
        Ok(cases)
    }

    fn links(&self, side: Side, ids: &[String]) -> Result<BTreeMap<String, Link>, Halt> {
        let store = &self.engine.store;
        let found = store.links(&self.job.connection, &self.job.record_type, side, ids)?;
        Ok(found
            .into_iter()
            .map(|link| (link.id_on(side).to_owned(), link))
            .collect())
    }

    /// The items with their links, each record once: the later reading counts.
    fn keyed(&self, items: Vec<Item>, mut links: BTreeMap<Side, BTreeMap<String, Link>>) -> Vec<Case> {
        let both = self.job.direction.source().is_none();
        let mut kept: Vec<Case> = Vec::with_capacity(items.len());
        let mut places: BTreeMap<RecordKey, usize> = BTreeMap::new();
        for mut item in items {
            let (side, record) = (item.key.side, item.record.take());
            let link = links
                .get_mut(&side)
                .and_then(|links| links.get(&item.key.id).cloned());
            let mut renamed = Vec::new();
            if let Some(link) = link.as_ref().filter(|_| both && side != Side::Shopify) {
                let known = RecordKey {
                    side: Side::Shopify,
                    id: link.shopify_id.clone(),
                };
                renamed.push(std::mem::replace(&mut item.key, known));
            }
            let key = item.key.clone();
            let mut case = Case {
                item,
                renamed,
                again: false,
                over: false,
                shopify: None,
                odoo: None,
                link,
                children: Vec::new(),
                matched: Vec::new(),
                left_alone: None,
                resolutions: Vec::new(),
                moved: MovedQuantity::default(),
                goods: None,
            };
            case.put(side, record);
            if let Some(place) = places.get(&key) {
                let earlier = &mut kept[*place];
                for side in Side::BOTH {
                    if case.record(side).is_none() {
                        case.put(side, earlier.record(side).cloned());
                    }
                }
                case.renamed.append(&mut earlier.renamed);
                kept[*place] = case;
            } else {
                places.insert(key, kept.len());
                kept.push(case);
            }
        }
        kept
    }

    /// The second side of a run both ways shows linked records again that the first one has shown.
    fn drop_handled(&self, cases: &mut Vec<Case>) -> Result<(), Halt> {
        if !self.second_side {
            return Ok(());
        }
        let ids: Vec<String> = cases
            .iter()
            .filter(|case| case.item.key.side == Side::Shopify)
            .map(|case| case.item.key.id.clone())
            .collect();
        let handled = self.engine.store.handled(&self.job, Side::Shopify, &ids)?;
        let handled: BTreeSet<String> = handled.into_iter().map(|one| one.id).collect();
        cases.retain(|case| case.item.key.side != Side::Shopify || !handled.contains(&case.item.key.id));
        Ok(())
    }

    /// Marks what a walk shows a second time, or what was left open by its other id. A run looks at it again, for it may
    /// have changed meanwhile; a plan was made of it already. What failed in this run for good is for the next one.
    fn notice_repeated(&self, cases: &mut Vec<Case>) -> Result<(), Halt> {
        for side in Side::BOTH {
            let walked = |case: &Case| {
                let shown = case.item.walked || !case.renamed.is_empty();
                shown && case.item.key.side == side
            };
            let ids: Vec<String> = cases
                .iter()
                .filter(|case| walked(case))
                .map(|case| case.item.key.id.clone())
                .collect();
            if ids.is_empty() {
                continue;
            }
            let handled = self.engine.store.handled(&self.job, side, &ids)?;
            let handled: BTreeMap<String, bool> =
                handled.into_iter().map(|one| (one.id, one.failed)).collect();
            for case in cases.iter_mut().filter(|case| walked(case)) {
                case.again = handled.contains_key(&case.item.key.id);
                case.over = handled.get(&case.item.key.id) == Some(&true);
            }
        }
        if self.job.dry_run {
            cases.retain(|case| !case.again);
        }
        Ok(())
    }

    /// A pair that the first side has found is linked by the time that the second one shows it; in a dry run, which
    /// links nothing, it is the same pair all the same.
    fn drop_shown(&self, cases: &mut Vec<Case>) -> Result<(), Halt> {
        if !self.second_side || !self.job.dry_run {
            return Ok(());
        }
        let found = |case: &Case| {
            let shown = case.shopify.as_ref().filter(|_| case.link.is_none());
            shown.map(|record| record.id.clone())
        };
        let ids: Vec<String> = cases.iter().filter_map(found).collect();
        let handled = self.engine.store.handled(&self.job, Side::Shopify, &ids)?;
        let handled: BTreeSet<String> = handled.into_iter().map(|one| one.id).collect();
        cases.retain(|case| found(case).is_none_or(|id| !handled.contains(&id)));
        Ok(())
    }

    /// Reads the sides that are not there yet.
    async fn read_counterparts(&mut self, cases: &mut [Case]) -> Result<(), Halt> {
        for side in Side::BOTH {
            let wanted: Vec<String> = cases
                .iter()
                .filter(|case| case.record(side).is_none())
                .filter_map(|case| case.link.as_ref().map(|link| link.id_on(side).to_owned()))
                .collect();
            if wanted.is_empty() {
                continue;
            }
            let reader = Reader {
                engine: self.engine,
                options: self.options,
            };
            let found = reader
                .fetch(&mut self.rng, side, &self.job.record_type, &wanted)
                .await?;
            let mut found: BTreeMap<String, Record> = found
                .into_iter()
                .map(|record| (record.id.clone(), record))
                .collect();
            for case in cases.iter_mut().filter(|case| case.record(side).is_none()) {
                let id = case.link.as_ref().map(|link| link.id_on(side).to_owned());
                let record = id.and_then(|id| found.remove(&id));
                case.put(side, record);
            }
        }
        Ok(())
    }

    /// Links of children, decisions of people, movements.
    fn read_surroundings(&mut self, cases: &mut [Case]) -> Result<(), Halt> {
        let store = &*self.engine.store;
        let parents: Vec<i64> = cases
            .iter()
            .filter_map(|case| case.link.as_ref().map(|link| link.id))
            .collect();
        if !parents.is_empty() {
            let mut children: BTreeMap<i64, Vec<Link>> = BTreeMap::new();
            for child in store.child_links(&parents)? {
                children
                    .entry(child.parent.unwrap_or_default())
                    .or_default()
                    .push(child);
            }
            let linked: Vec<String> = cases
                .iter()
                .filter_map(|case| case.link.as_ref().map(|link| link.shopify_id.clone()))
                .collect();
            let decided = store.resolutions(&self.job.connection, &self.job.record_type, &linked)?;
            for case in cases.iter_mut() {
                let Some(link) = &case.link else { continue };
                case.children = children.remove(&link.id).unwrap_or_default();
                case.resolutions = decided
                    .iter()
                    .filter(|(id, _)| *id == link.shopify_id)
                    .map(|(_, resolution)| resolution.clone())
                    .collect();
            }
        }
        self.read_movements(cases)
    }
}

/// What a look for a counterpart says to people.
pub(super) fn describe(outcome: &MatchOutcome) -> Option<(&'static str, String)> {
    let MatchOutcome::Ambiguous { by, candidates } = outcome else {
        return None;
    };
    let named: Vec<String> = candidates
        .iter()
        .take(5)
        .map(|(id, label)| format!("{id} ({label})"))
        .collect();
    let why = format!(
        "by {by} it may be one of {}: link it by hand, or make the {by} unique on both sides",
        named.join(", ")
    );
    Some((reason::NEEDS_MATCH, why))
}
