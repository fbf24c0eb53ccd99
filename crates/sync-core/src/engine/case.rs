//! Everything that is known of a record before it is planned: both sides, its link, what was decided about it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::lookup::BatchLookup;
use super::read::Reader;
use super::run::{Halt, Run};
use crate::plan::{MatchOutcome, PlanInput};
use crate::ports::RecordKey;
use crate::{Attempt, Link, Moved, MovedQuantity, Pair, Record, Resolution, Side};

/// A record that is to be dealt with.
pub(super) struct Item {
    pub(super) key: RecordKey,
    /// What a person calls it, as far as that is known.
    pub(super) label: String,
    /// The record as the key's side has it; `None` if it is gone there.
    pub(super) record: Option<Record>,
    /// Its failed attempts in this run so far.
    pub(super) attempts: Vec<Attempt>,
    pub(super) since: Timestamp,
}

/// An item with its counterpart.
pub(super) struct Case {
    pub(super) item: Item,
    pub(super) shopify: Option<Record>,
    pub(super) odoo: Option<Record>,
    pub(super) link: Option<Link>,
    pub(super) children: Vec<Link>,
    pub(super) matched: Vec<Pair>,
    /// Why nothing is to be done with it, as a stable word and for people, if matching found that out.
    pub(super) left_alone: Option<(&'static str, String)>,
    pub(super) resolutions: Vec<Resolution>,
    pub(super) moved: MovedQuantity,
    pub(super) goods: Moved,
}

impl Case {
    pub(super) fn record(&self, side: Side) -> Option<&Record> {
        match side {
            Side::Shopify => self.shopify.as_ref(),
            Side::Odoo => self.odoo.as_ref(),
        }
    }

    pub(super) fn put(&mut self, side: Side, record: Option<Record>) {
        match side {
            Side::Shopify => self.shopify = record,
            Side::Odoo => self.odoo = record,
        }
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
            goods: &self.goods,
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
        self.read_counterparts(&mut cases).await?;
        self.find_matches(&mut cases).await?;
        self.rename_matched(&mut cases)?;
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
    fn keyed(&mut self, items: Vec<Item>, mut links: BTreeMap<Side, BTreeMap<String, Link>>) -> Vec<Case> {
        let both = self.job.direction.source().is_none();
        let mut kept: Vec<Case> = Vec::with_capacity(items.len());
        let mut places: BTreeMap<RecordKey, usize> = BTreeMap::new();
        for mut item in items {
            let (side, record) = (item.key.side, item.record.take());
            let link = links
                .get_mut(&side)
                .and_then(|links| links.get(&item.key.id).cloned());
            if let Some(link) = link.as_ref().filter(|_| both && side == Side::Odoo) {
                self.rename(&mut item.key, &link.shopify_id);
            }
            let key = item.key.clone();
            let mut case = Case {
                item,
                shopify: None,
                odoo: None,
                link,
                children: Vec::new(),
                matched: Vec::new(),
                left_alone: None,
                resolutions: Vec::new(),
                moved: MovedQuantity::default(),
                goods: Moved::new(),
            };
            case.put(side, record);
            if let Some(place) = places.get(&key) {
                let earlier = &mut kept[*place];
                for side in Side::BOTH {
                    if case.record(side).is_none() {
                        case.put(side, earlier.record(side).cloned());
                    }
                }
                kept[*place] = case;
            } else {
                places.insert(key, kept.len());
                kept.push(case);
            }
        }
        kept
    }

    /// From now on the record goes by its id in the left system.
    fn rename(&mut self, key: &mut RecordKey, shopify_id: &str) {
        let new = RecordKey {
            side: Side::Shopify,
            id: shopify_id.to_owned(),
        };
        let old = std::mem::replace(key, new.clone());
        self.renamed.push((old, new));
    }

    /// In a run both ways, a record that was matched goes by its id in the left system like a linked one, and comes once.
    fn rename_matched(&mut self, cases: &mut Vec<Case>) -> Result<(), Halt> {
        if self.job.direction.source().is_some() {
            return Ok(());
        }
        let mut any = false;
        for case in cases.iter_mut() {
            if let Some(shopify) = case.shopify.as_ref().map(|record| record.id.clone())
                && case.item.key.side == Side::Odoo
            {
                self.rename(&mut case.item.key, &shopify);
                any = true;
            }
        }
        if !any {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        cases.retain(|case| seen.insert(case.item.key.clone()));
        self.drop_handled(cases)
    }

    /// A walk may show a record again: the second side of a run both ways shows linked records that the first one has
    /// shown, and one that changes meanwhile may come twice. What changed after the record was dealt with is behind the
    /// mark of this run.
    fn drop_handled(&self, cases: &mut Vec<Case>) -> Result<(), Halt> {
        if !self.walking {
            return Ok(());
        }
        for side in Side::BOTH {
            let keys = cases.iter().map(|case| &case.item.key);
            let ids: Vec<String> = keys
                .filter(|key| key.side == side)
                .map(|key| key.id.clone())
                .collect();
            if ids.is_empty() {
                continue;
            }
            let handled = self.engine.store.handled(&self.job, side, &ids)?;
            let handled: BTreeSet<String> = handled.into_iter().collect();
            cases.retain(|case| case.item.key.side != side || !handled.contains(&case.item.key.id));
        }
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

/// A counterpart could not be chosen although there may be one.
pub(super) const NEEDS_MATCH: &str = "needs_match";

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
    Some((NEEDS_MATCH, why))
}
