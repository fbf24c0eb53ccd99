//! Goods that one side has shipped and the other has not.

use std::collections::BTreeMap;

use mapping_transforms::FieldPath;
use rand::rngs::StdRng;
use rust_decimal::Decimal;
use serde_json::Value;

use super::lookup::BatchLookup;
use super::read::Reader;
use crate::ports::StoreError;
use crate::{ConnectionId, ConnectorError, Record, Side, StockSpec};

/// How many links are looked at in one step.
const STEP: usize = 50;

/// Per item and place (ids of the source's side): shipped there minus shipped on the target's side. Holds only
/// what differs, so its size follows the orders in progress and not the catalogue.
#[derive(Debug, Default)]
pub(super) struct ShippedDifference(BTreeMap<(String, String), Decimal>);

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

impl From<StoreError> for StockError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl ShippedDifference {
    /// Reads every linked record that may still move goods, on both sides.
    pub(super) async fn read(
        reader: &Reader<'_>,
        rng: &mut StdRng,
        connection: &ConnectionId,
        spec: &StockSpec,
        from: Side,
    ) -> Result<Self, StockError> {
        let mut difference = Self::default();
        let mut after = 0;
        loop {
            let store = &*reader.engine.store;
            let links = store.open_links(connection, &spec.moved_by, after, STEP)?;
            let Some(last) = links.last() else { break };
            after = last.id;
            let mut movements = Vec::new();
            for side in [from, from.other()] {
                let ids: Vec<String> = links.iter().map(|link| link.id_on(side).to_owned()).collect();
                movements.push((side, reader.fetch(rng, side, &spec.moved_by, &ids).await?));
            }
            let lookup = BatchLookup::new(store, connection, &reader.options.references);
            for link in &links {
                difference.add_pair(spec, from, link, &movements, &lookup);
            }
            lookup.into_result()?;
        }
        difference.0.retain(|_, quantity| !quantity.is_zero());
        Ok(difference)
    }

    /// Counts one linked record, if both sides say that it moves goods.
    fn add_pair(
        &mut self,
        spec: &StockSpec,
        from: Side,
        link: &crate::Link,
        movements: &[(Side, Vec<Record>)],
        lookup: &BatchLookup<'_>,
    ) {
        let found = movements.iter().filter_map(|(side, records)| {
            let record = records.iter().find(|record| record.id == link.id_on(*side))?;
            Some((*side, record.movements.as_ref()?))
        });
        let found: Vec<_> = found.collect();
        if found.len() < 2 {
            return;
        }
        for (side, movements) in found {
            for one in &movements.shipped {
                let key = if side == from {
                    Some((one.item.clone(), one.place.clone()))
                } else {
                    let item = lookup.counterpart(spec.item_type.as_str(), side, &one.item);
                    item.zip(lookup.counterpart(spec.place_type.as_str(), side, &one.place))
                };
                // Goods of an item or place that is not linked are in nobody's comparison.
                let Some(key) = key else { continue };
                let sum = self.0.entry(key).or_default();
                let signed = if side == from { one.quantity } else { -one.quantity };
                *sum = sum.saturating_add(signed);
            }
        }
    }

    /// The difference for a stock level of the source.
    pub(super) fn of(&self, spec: &StockSpec, from: Side, record: &Record) -> Decimal {
        let paths = spec.on(from);
        let key = id_at(&paths.item, &record.body).zip(id_at(&paths.place, &record.body));
        key.and_then(|key| self.0.get(&key)).copied().unwrap_or_default()
    }
}

fn id_at(path: &FieldPath, body: &Value) -> Option<String> {
    match path.get(body).ok().flatten()? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
