//! Weights: GraphQL names the unit, REST abbreviates it and adds whole grams.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

use super::node::WeightNode;
use crate::amount::{plain, round};

/// `grams`, `weight` and `weight_unit`; zero kilograms where there is no weight.
pub(super) fn weight(weight: Option<&WeightNode>) -> [(&'static str, Value); 3] {
    let (value, unit) = weight.map_or((Decimal::ZERO, "KILOGRAMS"), |weight| {
        (weight.value.0, weight.unit.as_str())
    });
    let (short, _) = unit_of(unit);
    [
        ("grams", json!(grams(weight))),
        ("weight", json!(plain(value))),
        ("weight_unit", json!(short)),
    ]
}

/// Whole grams, as the record shows them.
pub(super) fn grams(weight: Option<&WeightNode>) -> i64 {
    let Some(weight) = weight else { return 0 };
    let (_, grams) = unit_of(&weight.unit);
    round(weight.value.0.saturating_mul(grams), 0)
        .to_i64()
        .unwrap_or_default()
}

/// A unit's short name and its grams.
fn unit_of(unit: &str) -> (&'static str, Decimal) {
    match unit {
        "GRAMS" => ("g", Decimal::ONE),
        "OUNCES" => ("oz", Decimal::new(28_349_523_125, 9)),
        "POUNDS" => ("lb", Decimal::new(45_359_237, 5)),
        _ => ("kg", Decimal::ONE_THOUSAND),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Amount;

    #[test]
    fn grams_of_every_unit() {
        let shown = |value: &str, unit: &str| {
            let node = WeightNode {
                value: Amount(value.parse().unwrap()),
                unit: unit.into(),
            };
            weight(Some(&node)).map(|(_, value)| value.to_string()).join(" ")
        };
        assert_eq!(shown("0.25", "KILOGRAMS"), "250 \"0.25\" \"kg\"");
        assert_eq!(shown("250.0", "GRAMS"), "250 \"250\" \"g\"");
        assert_eq!(shown("1", "POUNDS"), "454 \"1\" \"lb\"");
        assert_eq!(shown("10", "OUNCES"), "283 \"10\" \"oz\"");
        assert_eq!(
            weight(None).map(|(_, value)| value.to_string()).join(" "),
            "0 \"0\" \"kg\""
        );
    }
}
