//! Tracking numbers of the source's deliveries.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Most numbers that go with one parcel.
const MOST: usize = 50;

/// `trackingInfo` of a parcel: the numbers of finished deliveries that no earlier parcel has, and who carries them.
/// `None` where there are no new ones.
pub(super) fn tracking(source: &Value, used: &BTreeSet<String>) -> Option<Value> {
    let deliveries = source.get("deliveries").and_then(Value::as_array)?;
    let mut numbers: Vec<String> = Vec::new();
    let mut company: Option<&str> = None;
    for delivery in deliveries.iter().filter(|delivery| is_done(delivery)) {
        let own = delivery["tracking"].as_str().unwrap_or_default();
        let own = own
            .split([',', ';'])
            .map(str::trim)
            .filter(|number| !number.is_empty());
        for number in own {
            if !used.contains(number) && !numbers.iter().any(|known| known == number) && numbers.len() < MOST
            {
                numbers.push(number.to_owned());
                let carrier = delivery["carrier"].as_str().map(str::trim);
                company = company.or(carrier.filter(|carrier| !carrier.is_empty()));
            }
        }
    }
    if numbers.is_empty() {
        return None;
    }
    let mut tracking = json!({ "numbers": numbers });
    if let Some(company) = company {
        tracking["company"] = json!(company);
    }
    Some(tracking)
}

/// Who carries the delivery with this number.
pub(super) fn carrier_of<'s>(source: &'s Value, number: &str) -> Option<&'s str> {
    let mut deliveries = source.get("deliveries").and_then(Value::as_array)?.iter();
    let own = deliveries.find(|delivery| {
        let shown = delivery["tracking"].as_str().unwrap_or_default();
        shown.split([',', ';']).any(|shown| shown.trim() == number)
    });
    let carrier = own.and_then(|delivery| delivery["carrier"].as_str())?.trim();
    Some(carrier).filter(|carrier| !carrier.is_empty())
}

/// A delivery without a time is under way; where times are not told, all are taken for done.
fn is_done(delivery: &Value) -> bool {
    match delivery.get("done_at") {
        None => true,
        Some(at) => !matches!(at, Value::Null | Value::Bool(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_finished_deliveries_that_are_new() {
        let source = json!({"deliveries": [
            {"id": 1, "name": "OUT/1", "tracking": "A1, A2", "carrier": "Post", "done_at": "2026-11-20T08:00:00Z"},
            {"id": 2, "name": "OUT/2", "tracking": "B1;A2", "carrier": "Bike", "done_at": "2026-11-21T08:00:00Z"},
            {"id": 3, "name": "OUT/3", "tracking": "C1", "carrier": "Bike", "done_at": null},
            {"id": 4, "name": "OUT/4", "tracking": false, "carrier": false, "done_at": "2026-11-22T08:00:00Z"},
        ]});
        let used = |numbers: &[&str]| numbers.iter().map(|number| (*number).to_owned()).collect();
        assert_eq!(
            tracking(&source, &used(&[])),
            Some(json!({"numbers": ["A1", "A2", "B1"], "company": "Post"}))
        );
        assert_eq!(
            tracking(&source, &used(&["A1", "A2"])),
            Some(json!({"numbers": ["B1"], "company": "Bike"}))
        );
        assert_eq!(tracking(&source, &used(&["A1", "A2", "B1"])), None);
        for nothing in [
            json!(null),
            json!({}),
            json!({"deliveries": 7}),
            json!({"deliveries": [7, null]}),
        ] {
            assert_eq!(tracking(&nothing, &used(&[])), None);
        }
        let open = json!({"deliveries": [{"tracking": "X"}]});
        assert_eq!(tracking(&open, &used(&[])), Some(json!({"numbers": ["X"]})));
    }
}
