//! Amounts: decimals from end to end.

use mapping_transforms::decimal_of;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// No amount of a shop is as large; a larger one would only make calculations overflow.
const LARGEST: Decimal = Decimal::from_parts(0xA4C6_8000, 0x0003_8D7E, 0, false, 0);

/// A decimal as Shopify writes it: text (`Money` "19.90", `Decimal` "20.0") or a JSON number (`Float` rates and
/// weights), which counts as the shortest decimal that stands for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let amount = decimal_of(&value).map_err(|_| D::Error::custom("no decimal"))?;
        if amount.abs() > LARGEST {
            return Err(D::Error::custom("too large"));
        }
        Ok(Self(amount))
    }
}

/// An amount in shop and presentment currency, of which only the first is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bag {
    shop_money: Money,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
struct Money {
    amount: Amount,
}

impl Bag {
    /// The amount in shop currency.
    pub(crate) fn amount(self) -> Decimal {
        self.shop_money.amount.0
    }
}

/// Money as REST and webhooks write it: at least two decimals ("19.90"), more where the amount has more.
pub(crate) fn money(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.is_zero() {
        amount = Decimal::ZERO;
    }
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// A number without trailing zeros.
pub(crate) fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// Rounds half away from zero.
pub(crate) fn round(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// Decimals of a currency's smallest unit (ISO 4217, as far as it is not two).
pub(crate) fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Divides an amount in proportion to the weights, none of them negative. The parts are rounded and add up to the
/// amount; without any weight they are all zero.
pub(crate) fn spread(amount: Decimal, weights: &[Decimal], digits: u32) -> Vec<Decimal> {
    let add = |sum: Decimal, weight: &Decimal| sum.saturating_add(*weight);
    let whole = weights.iter().fold(Decimal::ZERO, add);
    if whole.is_zero() {
        return vec![Decimal::ZERO; weights.len()];
    }
    let (mut passed, mut given) = (Decimal::ZERO, Decimal::ZERO);
    let parts = weights.iter().map(|weight| {
        passed = passed.saturating_add(*weight);
        let share = passed.checked_div(whole).unwrap_or_default();
        // The last one gets what is left, whatever the division lost.
        let until = if passed == whole {
            amount
        } else {
            round(amount.saturating_mul(share), digits)
        };
        let part = until.saturating_sub(given);
        given = until;
        part
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn money_has_at_least_two_decimals() {
        for (amount, text) in [
            ("20.0", "20.00"),
            ("19.9", "19.90"),
            ("8.125", "8.125"),
            ("-0.00", "0.00"),
            ("1000", "1000.00"),
        ] {
            assert_eq!(money(dec(amount)), text);
        }
    }

    #[test]
    fn what_is_read_as_an_amount() {
        let read = |json: &str| {
            serde_json::from_str::<Amount>(json)
                .ok()
                .map(|amount| plain(amount.0))
        };
        assert_eq!(read("\"20.0\"").as_deref(), Some("20"));
        assert_eq!(read("0.19").as_deref(), Some("0.19"));
        assert_eq!(read("1e15").as_deref(), Some("1000000000000000"));
        for wrong in ["\"\"", "null", "true", "1e16", "1e400", "\"1,5\"", "[]"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(LARGEST, dec("1000000000000000"));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_never_pass_the_whole(
            cents in 0_i64..1_000_000,
            weights in prop::collection::vec(0_i64..100_000, 1..12),
        ) {
            let amount = Decimal::new(cents, 2);
            let weights: Vec<Decimal> = weights.into_iter().map(|weight| Decimal::new(weight, 3)).collect();
            let parts = spread(amount, &weights, 2);
            let sum: Decimal = parts.iter().sum();
            let any = weights.iter().any(|weight| !weight.is_zero());
            prop_assert_eq!(sum, if any { amount } else { Decimal::ZERO });
            prop_assert!(parts.iter().all(|part| *part >= Decimal::ZERO && part.scale() <= 3));
            prop_assert!(parts.iter().zip(&weights).all(|(part, weight)| !weight.is_zero() || part.is_zero()));
        }
    }
}
