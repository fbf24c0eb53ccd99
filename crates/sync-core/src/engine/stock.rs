//! What linked orders moved out of stock, by the account of either side.
//!
//! The store keeps running totals over all links. What moved since the links were stored is read once at the beginning
//! of a stock run, of the orders that are not through on both sides: that follows the orders in progress and not the
//! catalogue. A stock level together with its total shows what somebody counted or sold elsewhere, and nothing else.

use std::collections::BTreeMap;

use mapping_transforms::FieldPath;
use rand::rngs::StdRng;
use serde_json::Value;

use super::case::Case;
use super::lookup::BatchLookup;
use super::read::Reader;
use super::run::{Halt, Run};
use crate::plan::{Decision, Plan};
use crate::ports::StoreError;
use crate::{
    ConnectionId, ConnectorError, Moved, MovedQuantity, Movements, Record, Side, StockSpec, moved_key,
};

/// How many links are looked at in one step.
const STEP: usize = 50;

/// Per item and place (ids of the left system): what moved and is not in the store's totals yet.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Unstored(Moved);

/// Why the movements are not known.
#[derive(Debug)]
pub(super) enum StockError {
    Connector(ConnectorError),
    Store(StoreError),
}

impl From<ConnectorError> for StockError {
    fn from(error: ConnectorError) -> Self {
        Self::Connector(error)
    }
}

impl From<StockError> for Halt {
    fn from(error: StockError) -> Self {
        match error {
            StockError::Connector(error) => error.into(),
            StockError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for StockError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Unstored {
    /// Reads every linked record that may still move goods, on both sides.
    pub(super) async fn read(
        reader: &Reader<'_>,
        rng: &mut StdRng,
        connection: &ConnectionId,
        spec: &StockSpec,
    ) -> Result<Self, StockError> {
        let mut unstored = Self::default();
        let mut after = 0;
        loop {
            let store = &*reader.engine.store;
            let links = store.open_links(connection, &spec.moved_by, after, STEP)?;
            let Some(last) = links.last() else { break };
            after = last.id;
            let mut records: BTreeMap<Side, Vec<Record>> = BTreeMap::new();
            for side in Side::BOTH {
                let ids: Vec<String> = links.iter().map(|link| link.id_on(side).to_owned()).collect();
                records.insert(side, reader.fetch(rng, side, &spec.moved_by, &ids).await?);
            }
            let lookup = BatchLookup::new(store, connection, &reader.options.references);
            for link in &links {
                let on = |side: Side| {
                    let of_side = records.get(&side)?;
                    let record = of_side.iter().find(|record| record.id == link.id_on(side))?;
                    record.movements.as_ref()
                };
                let (Some(shopify), Some(odoo)) = (on(Side::Shopify), on(Side::Odoo)) else {
                    continue;
                };
                unstored.add(&goods(spec, shopify, odoo, &lookup), &link.moved);
            }
            lookup.into_result()?;
        }
        unstored.0.retain(|_, quantity| !quantity.is_zero());
        Ok(unstored)
    }

    fn add(&mut self, now: &Moved, stored: &Moved) {
        for key in now
            .keys()
            .chain(stored.keys().filter(|key| !now.contains_key(*key)))
        {
            let (now, stored) = (
                now.get(key).copied().unwrap_or_default(),
                stored.get(key).copied().unwrap_or_default(),
            );
            let sum = self.0.entry(key.clone()).or_default();
            sum.shopify += now.shopify - stored.shopify;
            sum.odoo += now.odoo - stored.odoo;
        }
    }
}

/// What one order moved, in ids of the left system. Goods of an item or place that is not linked are in nobody's
/// comparison.
pub(super) fn goods(
    spec: &StockSpec,
    shopify: &Movements,
    odoo: &Movements,
    lookup: &BatchLookup<'_>,
) -> Moved {
    let mut moved = Moved::new();
    for (side, movements) in [(Side::Shopify, shopify), (Side::Odoo, odoo)] {
        for one in &movements.shipped {
            let key = match side {
                Side::Shopify => Some((one.item.clone(), one.place.clone())),
                Side::Odoo => {
                    let item = lookup.counterpart(spec.item_type.as_str(), side, &one.item);
                    item.zip(lookup.counterpart(spec.place_type.as_str(), side, &one.place))
                }
            };
            let Some((item, place)) = key else { continue };
            let sum: &mut MovedQuantity = moved.entry(moved_key(&item, &place)).or_default();
            match side {
                Side::Shopify => sum.shopify += one.quantity,
                Side::Odoo => sum.odoo += one.quantity,
            }
        }
    }
    moved
}

impl Run<'_, '_> {
    /// A level that is compared anew was changed by somebody while this run was under way: by a sale or a delivery, more
    /// often than not. What the orders moved is then older than the level, and is read again.
    pub(super) async fn read_movements_again(&mut self, cases: &[Case]) -> Result<(), Halt> {
        let Some(stock) = &self.spec.stock else {
            return Ok(());
        };
        if cases.iter().all(|case| case.item.attempts.is_empty()) {
            return Ok(());
        }
        let reader = Reader {
            engine: self.engine,
            options: self.options,
        };
        let unstored = Unstored::read(&reader, &mut self.rng, &self.job.connection, stock).await;
        self.unstored = unstored.map_err(Halt::from)?;
        Ok(())
    }

    /// Whether an order has moved goods since that was read last. A level that was read in between shows it, and would
    /// pass for one that somebody edited; only where something is to be written does that matter.
    pub(super) async fn orders_moved_on(&mut self, plans: &[Plan]) -> Result<bool, Halt> {
        let Some(stock) = &self.spec.stock else {
            return Ok(false);
        };
        if !plans
            .iter()
            .any(|plan| matches!(plan.decision, Decision::Update { .. }))
        {
            return Ok(false);
        }
        let reader = Reader {
            engine: self.engine,
            options: self.options,
        };
        let now = Unstored::read(&reader, &mut self.rng, &self.job.connection, stock).await?;
        let moved_on = now != self.unstored;
        self.unstored = now;
        Ok(moved_on)
    }

    /// Reads the levels of a batch again, with what moved out of them.
    pub(super) async fn read_levels_again(&mut self, cases: &mut [Case]) -> Result<(), Halt> {
        for side in Side::BOTH {
            let ids: Vec<String> = cases
                .iter()
                .filter_map(|case| case.record(side).map(|level| level.id.clone()))
                .collect();
            if ids.is_empty() {
                continue;
            }
            let reader = Reader {
                engine: self.engine,
                options: self.options,
            };
            let found = reader
                .fetch(&mut self.rng, side, &self.job.record_type, &ids)
                .await?;
            for case in cases.iter_mut() {
                let id = case.record(side).map(|level| level.id.clone());
                if let Some(id) = id {
                    let level = found.iter().find(|level| level.id == id).cloned();
                    case.put(side, level);
                }
            }
        }
        self.read_movements(cases)
    }

    /// What moved out of the levels of a batch, and what the orders of a batch moved.
    pub(super) fn read_movements(&self, cases: &mut [Case]) -> Result<(), Halt> {
        let store = &*self.engine.store;
        let lookup = BatchLookup::new(store, &self.job.connection, &self.options.references);
        if let Some(stock) = &self.spec.stock {
            let keys: Vec<Option<String>> =
                cases.iter().map(|case| level_key(stock, case, &lookup)).collect();
            let wanted: Vec<String> = keys.iter().flatten().cloned().collect();
            let stored = store.moved(&self.job.connection, &wanted)?;
            for (case, key) in cases.iter_mut().zip(keys) {
                let Some(key) = key else { continue };
                let of = |moved: &Moved| moved.get(&key).copied().unwrap_or_default();
                let (stored, fresh) = (of(&stored), of(&self.unstored.0));
                case.moved = MovedQuantity {
                    shopify: stored.shopify + fresh.shopify,
                    odoo: stored.odoo + fresh.odoo,
                };
            }
        }
        if let Some(stock) = self.engine.moved_by(&self.job.record_type) {
            for case in cases.iter_mut() {
                let on = |side: Side| case.record(side)?.movements.as_ref();
                if let (Some(shopify), Some(odoo)) = (on(Side::Shopify), on(Side::Odoo)) {
                    case.goods = Some(goods(stock, shopify, odoo, &lookup));
                }
            }
        }
        lookup.into_result()?;
        Ok(())
    }
}

/// The item and place of a stock level, in ids of the left system.
fn level_key(spec: &StockSpec, case: &Case, lookup: &BatchLookup<'_>) -> Option<String> {
    let ids = |side: Side| {
        let record = case.record(side)?;
        let paths = spec.on(side);
        id_at(&paths.item, &record.body).zip(id_at(&paths.place, &record.body))
    };
    let (item, place) = ids(Side::Shopify).or_else(|| {
        let (item, place) = ids(Side::Odoo)?;
        let item = lookup.counterpart(spec.item_type.as_str(), Side::Odoo, &item)?;
        Some((
            item,
            lookup.counterpart(spec.place_type.as_str(), Side::Odoo, &place)?,
        ))
    })?;
    Some(moved_key(&item, &place))
}

pub(super) fn id_at(path: &FieldPath, body: &Value) -> Option<String> {
    match path.get(body).ok().flatten()? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
