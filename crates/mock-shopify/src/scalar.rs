//! How Shopify writes numbers and times (recorded on 2025-01 and 2026-04).

use jiff::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy};

/// `Money`: always two decimals, "19.90".
pub(crate) fn money(amount: Decimal) -> String {
    format!("{:.2}", cents(amount))
}

/// `Decimal`: no trailing zeros, but one digit behind the point: "20.0", "31.9", "8.25".
pub(crate) fn decimal(amount: Decimal) -> String {
    let text = amount.normalize().to_string();
    if text.contains('.') { text } else { text + ".0" }
}

/// Rounds to cents, half away from zero, as amounts of an order are.
pub(crate) fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// `DateTime`: UTC with whole seconds, "2026-06-25T01:33:55Z".
pub(crate) fn date_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Cuts to whole seconds, the precision in which Shopify keeps times.
pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_recorded() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(money(d("19.9")), "19.90");
        assert_eq!(money(d("0")), "0.00");
        assert_eq!(decimal(d("20.00")), "20.0");
        assert_eq!(decimal(d("31.90")), "31.9");
        assert_eq!(decimal(d("8.25")), "8.25");
        assert_eq!(decimal(d("1000")), "1000.0");
        assert_eq!(
            date_time("2026-06-25T01:33:55.987Z".parse().unwrap()),
            "2026-06-25T01:33:55Z"
        );
    }
}
