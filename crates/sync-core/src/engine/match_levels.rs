//! Looking for the counterpart of a stock level that is not linked: the level of the linked item at the linked place.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::FieldPath;

use super::case::Case;
use super::lookup::BatchLookup;
use super::run::{Halt, Run};
use crate::{MatchKey, Record, Side, StockSpec};

/// A level that its system keeps no number for.
const NOT_COUNTED: &str = "not_counted";

impl Run<'_, '_> {
    /// Finds the counterparts of the levels of a batch. There is one level of an item at a place, so nothing has to be
    /// asked of anybody; a level whose item or place has no counterpart yet is left as it is.
    pub(super) async fn match_levels(&mut self, cases: &mut [Case]) -> Result<(), Halt> {
        let Some(stock) = self.spec.stock.clone() else {
            return Ok(());
        };
        for from in Side::BOTH {
            self.match_levels_from(cases, &stock, from).await?;
        }
        Ok(())
    }

    async fn match_levels_from(
        &mut self,
        cases: &mut [Case],
        stock: &StockSpec,
        from: Side,
    ) -> Result<(), Halt> {
        let to = from.other();
        let wanted = self.counterpart_levels(cases, stock, from)?;
        if wanted.is_empty() {
            return Ok(());
        }
        let items: BTreeSet<String> = wanted.values().map(|(item, _)| item.clone()).collect();
        let found = self.find(to, &item_key(stock), &Vec::from_iter(items)).await?;
        let free = self.unlinked(to, found)?;
        let paths = stock.on(to);
        let mut levels: BTreeMap<(String, String), Record> = BTreeMap::new();
        for record in free {
            if let (Some(item), Some(place)) = (text_at(&record, &paths.item), text_at(&record, &paths.place))
            {
                levels.insert((item, place), record);
            }
        }
        let empty = self.never_counted(cases, stock, from, wanted.keys()).await?;
        for (at, level) in wanted {
            let counterpart = levels.remove(&level);
            let case = &mut cases[at];
            if !empty.contains(&at) {
                case.put(to, counterpart);
            } else if counterpart.is_some() && self.job.direction.writes(from) {
                // It is as if it did not exist: the other side's level is the one to be carried over.
                case.put(from, None);
                case.put(to, counterpart);
            } else {
                let system = self.engine.connector(from).system();
                let why = format!("nobody has counted these goods there in {system}: its 0 says nothing");
                case.left_alone = Some((NOT_COUNTED, why));
            }
        }
        Ok(())
    }

    /// Which of these levels their system keeps no number for: they have no date, and it does not find them.
    async fn never_counted(
        &mut self,
        cases: &[Case],
        stock: &StockSpec,
        from: Side,
        of: impl Iterator<Item = &usize>,
    ) -> Result<BTreeSet<usize>, Halt> {
        let undated: Vec<(usize, &Record)> = of
            .filter_map(|at| Some((*at, cases[*at].record(from)?)))
            .filter(|(_, record)| record.changed_at.is_none())
            .collect();
        let items: BTreeSet<String> = undated
            .iter()
            .filter_map(|(_, record)| text_at(record, &stock.on(from).item))
            .collect();
        if items.is_empty() {
            return Ok(BTreeSet::new());
        }
        let found = self.find(from, &item_key(stock), &Vec::from_iter(items)).await?;
        let counted: BTreeSet<String> = found.into_iter().map(|record| record.id).collect();
        let empty = undated
            .into_iter()
            .filter(|(_, record)| !counted.contains(&record.id));
        Ok(empty.map(|(at, _)| at).collect())
    }

    /// Item and place that the counterpart of a level would have, by the level's place in the batch.
    fn counterpart_levels(
        &self,
        cases: &[Case],
        stock: &StockSpec,
        from: Side,
    ) -> Result<BTreeMap<usize, (String, String)>, Halt> {
        let lookup = BatchLookup::new(
            &*self.engine.store,
            &self.job.connection,
            &self.options.references,
        );
        let paths = stock.on(from);
        let single = |case: &Case| {
            case.link.is_none() && case.record(from).is_some() && case.record(from.other()).is_none()
        };
        let mut wanted = BTreeMap::new();
        for (at, case) in cases.iter().enumerate().filter(|(_, case)| single(case)) {
            let Some(record) = case.record(from) else { continue };
            let other = |record_type: &str, path: &FieldPath| {
                let id = text_at(record, path)?;
                lookup.counterpart(record_type, from, &id)
            };
            let item = other(stock.item_type.as_str(), &paths.item);
            let place = other(stock.place_type.as_str(), &paths.place);
            if let (Some(item), Some(place)) = (item, place) {
                wanted.insert(at, (item, place));
            }
        }
        lookup.into_result()?;
        Ok(wanted)
    }
}

fn item_key(stock: &StockSpec) -> MatchKey {
    MatchKey {
        name: stock.item_type.to_string(),
        shopify: stock.shopify.item.clone(),
        odoo: stock.odoo.item.clone(),
    }
}

fn text_at(record: &Record, path: &FieldPath) -> Option<String> {
    match path.get(&record.body).ok().flatten()? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
