//! Looking for counterparts of records that are not linked, in systems that both have data already.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::FieldPath;

use super::case::{Case, describe};
use super::read::patiently;
use super::run::{Halt, Run};
use crate::plan::{MatchOutcome, key_values, match_record, pair_children};
use crate::{LeftAlone, MatchKey, Record, Side, reason};

/// Most texts in one question to a system.
const MOST_TEXTS: usize = 100;

impl Run<'_, '_> {
    /// Finds counterparts for the records of a batch that have no link, step by step. A record that has none is made;
    /// one that may have several is left to a person, and what somebody wants left alone takes no part.
    pub(super) async fn find_matches(&mut self, cases: &mut [Case]) -> Result<(), Halt> {
        self.leave_alone(cases)?;
        for key in &self.spec.match_keys {
            for from in Side::BOTH {
                self.match_step(cases, key, from).await?;
            }
        }
        self.match_levels(cases).await
    }

    /// Marks the records without a link that somebody wants left alone.
    fn leave_alone(&self, cases: &mut [Case]) -> Result<(), Halt> {
        for side in Side::BOTH {
            let unlinked = cases.iter().filter(|case| case.link.is_none());
            let ids = unlinked.filter_map(|case| case.record(side).map(|record| record.id.clone()));
            let left = self.left_alone(side, &ids.collect::<Vec<_>>())?;
            for case in cases.iter_mut().filter(|case| case.link.is_none()) {
                let asked = case.record(side).and_then(|record| left.get(&record.id));
                if let Some(asked) = asked {
                    case.left_alone = Some((reason::LEFT_ALONE, asked.why()));
                }
            }
        }
        Ok(())
    }

    fn left_alone(&self, side: Side, ids: &[String]) -> Result<BTreeMap<String, LeftAlone>, Halt> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let store = &self.engine.store;
        let left = store.left_alone(&self.job.connection, &self.job.record_type, side, ids)?;
        Ok(left.into_iter().map(|one| (one.record_id.clone(), one)).collect())
    }

    async fn match_step(&mut self, cases: &mut [Case], key: &MatchKey, from: Side) -> Result<(), Halt> {
        let to = from.other();
        let open: Vec<usize> = (0..cases.len())
            .filter(|at| {
                let case = &cases[*at];
                let single = case.record(from).is_some() && case.record(to).is_none();
                single && case.link.is_none() && case.left_alone.is_none()
            })
            .collect();
        let texts: BTreeSet<String> = open
            .iter()
            .filter_map(|at| cases[*at].record(from))
            .flat_map(|record| key_values(record, key.on(from)))
            .collect();
        if texts.is_empty() {
            return Ok(());
        }
        let texts: Vec<String> = texts.into_iter().collect();
        let found = self.find(to, key.on(to), &texts).await?;
        let candidates = self.free(to, found)?;
        if candidates.is_empty() {
            return Ok(());
        }
        let found = self.find(from, key.on(from), &texts).await?;
        let rivals = self.free(from, found)?;
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for at in open {
            let Some(record) = cases[at].record(from) else {
                continue;
            };
            let outcome = match_record(key, from, record, &rivals, &candidates);
            cases[at].left_alone = describe(&outcome);
            let MatchOutcome::Found(found) = outcome else {
                continue;
            };
            if taken.insert(found.id.clone(), at).is_some() {
                let why = format!("{} claims the same counterpart", found.by);
                cases[at].left_alone = Some((reason::NEEDS_MATCH, why));
                continue;
            }
            let counterpart = candidates.iter().find(|record| record.id == found.id).cloned();
            cases[at].put(to, counterpart);
            if let (Some(shopify), Some(odoo)) = (&cases[at].shopify, &cases[at].odoo) {
                cases[at].matched = pair_children(&self.spec.child_keys, &self.spec.children, shopify, odoo);
            }
        }
        Ok(())
    }

    pub(super) async fn find(
        &mut self,
        side: Side,
        path: &FieldPath,
        texts: &[String],
    ) -> Result<Vec<Record>, Halt> {
        let connector = self.engine.connector(side);
        let mut found: BTreeMap<String, Record> = BTreeMap::new();
        for chunk in texts.chunks(MOST_TEXTS) {
            let call = || connector.find(&self.job.record_type, path, chunk);
            let records = patiently(&*self.engine.clock, &self.options.retry, &mut self.rng, call).await?;
            found.extend(records.into_iter().map(|record| (record.id.clone(), record)));
        }
        Ok(found.into_values().collect())
    }

    /// Those that are nobody's counterpart yet and may become one.
    fn free(&self, side: Side, records: Vec<Record>) -> Result<Vec<Record>, Halt> {
        let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
        let linked = self
            .engine
            .store
            .links(&self.job.connection, &self.job.record_type, side, &ids)?;
        let linked: BTreeSet<&str> = linked.iter().map(|link| link.id_on(side)).collect();
        let left = self.left_alone(side, &ids)?;
        let is_free =
            |record: &Record| !linked.contains(record.id.as_str()) && !left.contains_key(&record.id);
        Ok(records.into_iter().filter(is_free).collect())
    }
}
