//! Looking for the counterpart of a stock level that is not linked: the level of the linked item at the linked place.

use std::collections::{BTreeMap, BTreeSet};

use mapping_transforms::{FieldPath, decimal_of};
use rust_decimal::Decimal;

use super::case::Case;
use super::lookup::BatchLookup;
use super::run::{Halt, Run};
use super::stock::id_at;
use crate::{Record, RecordType, Side, StockSpec};

/// Reason of a level for which its system keeps no number.
const NOT_COUNTED: &str = "not_counted";

impl Run<'_, '_> {
    /// Levels that both systems had before they met: the one of the same item at the same place. A level of nothing is
    /// as good as none.
    pub(super) async fn match_levels(&mut self, cases: &mut [Case]) -> Result<(), Halt> {
        let Some(stock) = &self.spec.stock else {
            return Ok(());
        };
        for from in Side::BOTH {
            let to = from.other();
            let wanted = self.wanted_levels(stock, cases, from)?;
            let items: BTreeSet<String> = wanted.values().map(|(item, _)| item.clone()).collect();
            if items.is_empty() {
                continue;
            }
            let paths = stock.on(to);
            let items: Vec<String> = items.into_iter().collect();
            // One that is linked still belongs to an item that was made again: it has another level on this side now.
            let mut found = self.find(to, &paths.item, &items).await?;
            // The second side of a dry run shows pairs that would be linked by then, whatever they show.
            let shown_before = self.job.dry_run && self.second_side;
            found.retain(|level| {
                if shown_before {
                    return true;
                }
                let quantity = paths.quantity.get(&level.body).ok().flatten();
                quantity.is_some_and(|shown| decimal_of(shown).is_ok_and(|units| !units.is_zero()))
            });
            for (at, (item, place)) in wanted {
                let same = |level: &&Record| {
                    id_at(&paths.item, &level.body).as_ref() == Some(&item)
                        && id_at(&paths.place, &level.body).as_ref() == Some(&place)
                };
                let level = found.iter().find(same).cloned();
                if self.says_nothing(stock, &cases[at], from, level.is_some()) {
                    let system = self.engine.connector(from).system();
                    let why = format!("nobody has counted these goods there in {system}: its 0 says nothing");
                    cases[at].left_alone = Some((NOT_COUNTED, why));
                } else {
                    cases[at].put(to, level);
                }
            }
        }
        Ok(())
    }

    /// Whether a level is nothing, without a date, and all that there is to go by: the other side has no such level
    /// either, or the run would only carry this one over.
    fn says_nothing(&self, stock: &StockSpec, case: &Case, from: Side, has_counterpart: bool) -> bool {
        let nothing = case.record(from).is_some_and(|level| {
            let quantity = stock.on(from).quantity.get(&level.body).ok().flatten();
            let units = quantity.map_or(Ok(Decimal::ZERO), decimal_of);
            level.changed_at.is_none() && units.is_ok_and(|units| units.is_zero())
        });
        nothing && (!has_counterpart || !self.job.direction.writes(from))
    }

    /// Item and place, by their ids on the other side, of the levels that have no counterpart yet.
    fn wanted_levels(
        &self,
        stock: &StockSpec,
        cases: &[Case],
        from: Side,
    ) -> Result<BTreeMap<usize, (String, String)>, Halt> {
        let store = &*self.engine.store;
        let lookup = BatchLookup::new(store, &self.job.connection, &self.options.references);
        let paths = stock.on(from);
        let mut wanted = BTreeMap::new();
        for (at, case) in cases.iter().enumerate() {
            let alone = case.link.is_none() && case.record(from.other()).is_none();
            let Some(level) = case.record(from).filter(|_| alone && case.left_alone.is_none()) else {
                continue;
            };
            let there = |kind: &RecordType, path: &FieldPath| {
                let id = id_at(path, &level.body)?;
                lookup.counterpart(kind.as_str(), from, &id)
            };
            let item = there(&stock.item_type, &paths.item);
            if let Some(key) = item.zip(there(&stock.place_type, &paths.place)) {
                wanted.insert(at, key);
            }
        }
        lookup.into_result()?;
        Ok(wanted)
    }
}
