//! Which units leave from where, as a pure decision.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A fulfilment order: units of an order that one location ships.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) place: Option<u64>,
    pub(super) lines: Vec<SourceLine>,
}

#[derive(Debug, Clone)]
pub(super) struct SourceLine {
    pub(super) id: String,
    pub(super) line: u64,
    pub(super) remaining: i64,
}

/// A parcel from one location.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parcel {
    place: Option<u64>,
    /// Fulfilment orders with their lines and units.
    sources: Vec<(String, Vec<(String, i64)>)>,
}

/// Parcels for what is missing, and what cannot be shipped.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) parcels: Vec<Parcel>,
    /// Units per line that nobody is to ship any more.
    pub(super) none_left: BTreeMap<u64, i64>,
    /// Units per line that are held back or scheduled.
    pub(super) held: BTreeMap<u64, i64>,
}

impl Parcel {
    /// `lineItemsByFulfillmentOrder`.
    pub(super) fn input(&self) -> Value {
        let source = |(id, lines): &(String, Vec<(String, i64)>)| {
            let lines = lines
                .iter()
                .map(|(id, units)| json!({"id": id, "quantity": units}));
            json!({"fulfillmentOrderId": id, "fulfillmentOrderLineItems": lines.collect::<Vec<_>>()})
        };
        self.sources.iter().map(source).collect()
    }
}

/// Divides missing units per line among the fulfilment orders that may be shipped, in their order.
pub(super) fn plan(missing: &BTreeMap<u64, i64>, sources: &[Source]) -> Plan {
    let mut plan = Plan::default();
    for (line, units) in missing {
        let mut left = *units;
        for source in sources.iter().filter(|source| is_open(&source.status)) {
            let own = source.lines.iter().filter(|own| own.line == *line);
            for own in own {
                let units = left.min(own.remaining);
                if units > 0 {
                    left -= units;
                    plan.add(source, &own.id, units);
                }
            }
        }
        if left > 0 {
            let held = sources.iter().filter(|source| is_held(&source.status));
            let held = held
                .flat_map(|source| &source.lines)
                .filter(|own| own.line == *line);
            let held: i64 = held.map(|own| own.remaining).sum();
            let list = if held > 0 {
                &mut plan.held
            } else {
                &mut plan.none_left
            };
            list.insert(*line, left);
        }
    }
    plan
}

impl Plan {
    fn add(&mut self, source: &Source, line: &str, units: i64) {
        let parcel = self
            .parcels
            .iter()
            .position(|parcel| parcel.place == source.place);
        let parcel = parcel.unwrap_or_else(|| {
            self.parcels.push(Parcel {
                place: source.place,
                sources: Vec::new(),
            });
            self.parcels.len() - 1
        });
        let sources = &mut self.parcels[parcel].sources;
        let line = (line.to_owned(), units);
        match sources.iter_mut().find(|(id, _)| *id == source.id) {
            Some((_, lines)) => lines.push(line),
            None => sources.push((source.id.clone(), vec![line])),
        }
    }
}

fn is_open(status: &str) -> bool {
    matches!(status, "OPEN" | "IN_PROGRESS")
}

fn is_held(status: &str) -> bool {
    matches!(status, "ON_HOLD" | "SCHEDULED")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, status: &str, place: u64, lines: &[(u64, i64)]) -> Source {
        let line = |(line, remaining): &(u64, i64)| SourceLine {
            id: format!("{id}/{line}"),
            line: *line,
            remaining: *remaining,
        };
        Source {
            id: id.into(),
            status: status.into(),
            place: Some(place),
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn one_parcel_per_place() {
        let sources = [
            source("a", "CLOSED", 1, &[(7, 5)]),
            source("b", "OPEN", 1, &[(7, 1), (8, 2)]),
            source("c", "IN_PROGRESS", 2, &[(7, 3)]),
            source("d", "OPEN", 1, &[(9, 1)]),
            source("e", "ON_HOLD", 1, &[(8, 4)]),
        ];
        let missing = BTreeMap::from([(7, 3), (8, 3), (9, 4)]);
        let plan = plan(&missing, &sources);
        let shown: Vec<String> = plan
            .parcels
            .iter()
            .map(|parcel| format!("{:?} {:?}", parcel.place, parcel.sources))
            .collect();
        assert_eq!(
            shown,
            [
                r#"Some(1) [("b", [("b/7", 1), ("b/8", 2)]), ("d", [("d/9", 1)])]"#,
                r#"Some(2) [("c", [("c/7", 2)])]"#,
            ]
        );
        assert_eq!(plan.held, BTreeMap::from([(8, 1)]));
        assert_eq!(plan.none_left, BTreeMap::from([(9, 3)]));
    }
}
