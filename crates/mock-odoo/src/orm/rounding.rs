use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

/// Rounds half away from zero, as Odoo rounds prices, quantities and amounts.
pub(crate) fn half_up(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// The float on the wire.
pub(crate) fn to_float(value: Decimal) -> f64 {
    // A decimal's text reads as the nearest float; the direct conversion may be one digit off.
    value
        .to_string()
        .parse()
        .ok()
        .or_else(|| value.to_f64())
        .unwrap_or(0.0)
}

/// The decimal a float's shortest text stands for; `None` beyond 28 digits.
pub(crate) fn to_decimal(value: f64) -> Option<Decimal> {
    let text = crate::py::float_repr(value);
    text.parse()
        .ok()
        .or_else(|| Decimal::from_scientific(&text).ok())
        .or_else(|| Decimal::from_f64(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_round_half_away_from_zero() {
        for (given, rounded) in [
            (10.005, 10.01),
            (8.005, 8.01),
            (2.675, 2.68),
            (-0.005, -0.01),
            (0.1 + 0.2, 0.3),
        ] {
            let value = half_up(to_decimal(given).unwrap(), 2);
            assert!((to_float(value) - rounded).abs() < 1e-12, "{given}");
        }
        assert_eq!(to_decimal(1e300), None);
        assert_eq!(to_decimal(1e-5).unwrap().to_string(), "0.00001");
    }
}
