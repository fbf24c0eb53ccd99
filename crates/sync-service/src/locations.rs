//! Which Odoo warehouse is which Shopify location.

use sync_core::Record;
use sync_core::engine::References;

/// What is linked, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocationPairs {
    /// The pairs, for the engine.
    pub references: References,
    /// Location and warehouse by name, for people.
    pub pairs: Vec<(String, String)>,
    /// Locations without a warehouse: their stock is not synced.
    pub without: Vec<String>,
    /// Configured pairs that name something that does not exist.
    pub unknown: Vec<String>,
}

/// Pairs locations with warehouses, one to one: by configuration (ids or names), then by equal name, then each location
/// that is left with the first warehouse that is left.
pub fn pair(locations: &[Record], warehouses: &[Record], configured: &[(String, String)]) -> LocationPairs {
    let mut result = LocationPairs::default();
    let mut free: Vec<&Record> = warehouses.iter().collect();
    let mut open: Vec<&Record> = locations.iter().collect();
    let named = |record: &Record, name: &str| record.id == name || same_name(&record.label, name);
    for (location, warehouse) in configured {
        let from = open.iter().position(|record| named(record, location));
        let to = free.iter().position(|record| named(record, warehouse));
        match from.zip(to) {
            Some((from, to)) => result.add(open.remove(from), free.remove(to)),
            None => result.unknown.push(format!("{location}={warehouse}")),
        }
    }
    open.retain(|location| {
        match free
            .iter()
            .position(|record| same_name(&record.label, &location.label))
        {
            Some(at) => {
                result.add(location, free.remove(at));
                false
            }
            None => true,
        }
    });
    for location in open {
        if free.is_empty() {
            result.without.push(location.label.clone());
        } else {
            result.add(location, free.remove(0));
        }
    }
    result
}

impl LocationPairs {
    fn add(&mut self, location: &Record, warehouse: &Record) {
        self.references
            .add("location".into(), location.id.clone(), warehouse.id.clone());
        self.pairs.push((location.label.clone(), warehouse.label.clone()));
    }
}

fn same_name(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn records(list: &[(&str, &str)]) -> Vec<Record> {
        list.iter()
            .map(|(id, name)| Record::new(*id, *name, Value::Null))
            .collect()
    }

    fn pairs(
        locations: &[(&str, &str)],
        warehouses: &[(&str, &str)],
        configured: &[(&str, &str)],
    ) -> LocationPairs {
        let configured: Vec<_> = configured
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        pair(&records(locations), &records(warehouses), &configured)
    }

    #[test]
    fn configuration_beats_names_and_names_beat_order() {
        let found = pairs(
            &[("1", "Main"), ("2", "Outlet"), ("3", "Pop-up")],
            &[("7", "outlet "), ("8", "Main"), ("9", "Elsewhere")],
            &[("Main", "9")],
        );
        let wanted = [("Main", "Elsewhere"), ("Outlet", "outlet "), ("Pop-up", "Main")];
        assert_eq!(found.pairs, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert!(found.without.is_empty() && found.unknown.is_empty());
    }

    #[test]
    fn a_warehouse_is_never_two_locations() {
        let found = pairs(&[("1", "A"), ("2", "B")], &[("7", "WH")], &[("C", "WH")]);
        assert_eq!(found.pairs, [("A".to_owned(), "WH".to_owned())]);
        assert_eq!(
            (found.without, found.unknown),
            (vec!["B".to_owned()], vec!["C=WH".to_owned()])
        );
    }
}
