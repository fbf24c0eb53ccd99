//! What taxes make of a line: pure arithmetic.
//!
//! Taxes inside the price are taken out of it together; taxes on top are added one after the other. With rounding
//! per line the base and each tax are rounded to the currency.

use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::orm::half_up;

/// How a tax is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Percent of the base.
    Percent,
    /// Percent of the price with the tax.
    Division,
    /// So much per piece.
    Fixed,
}

/// One tax, as far as arithmetic needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tax {
    pub(super) kind: Kind,
    pub(super) amount: Decimal,
    /// The price holds it already.
    pub(super) included: bool,
    /// It raises the base of the taxes after it.
    pub(super) raises: bool,
    /// Taxes before it raise its base.
    pub(super) raised: bool,
}

/// Amounts of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) untaxed: Decimal,
    pub(super) tax: Decimal,
}

impl Amounts {
    pub(super) fn total(&self) -> Decimal {
        self.untaxed + self.tax
    }
}

/// The amounts of so many pieces at this price (after discount). `digits`: where to round each step.
pub(super) fn amounts(price: Decimal, quantity: Decimal, taxes: &[Tax], digits: Option<u32>) -> Res<Amounts> {
    reckon(price, quantity, taxes, digits)
        .ok_or_else(|| Fault::postgres("NumericValueOutOfRange", "numeric field overflow\n"))
}

fn reckon(price: Decimal, quantity: Decimal, taxes: &[Tax], digits: Option<u32>) -> Option<Amounts> {
    let round = |value: Decimal| digits.map_or(value, |digits| half_up(value, digits));
    let hundred = Decimal::ONE_HUNDRED;
    let raw = round(price.checked_mul(quantity)?);
    let included: Vec<&Tax> = taxes.iter().filter(|t| t.included).collect();
    let mut inside = Decimal::ZERO;
    let mut percent = Decimal::ZERO;
    let mut fixed = Decimal::ZERO;
    for tax in &included {
        match tax.kind {
            Kind::Percent => percent = percent.checked_add(tax.amount)?,
            Kind::Fixed => fixed = fixed.checked_add(tax.amount.checked_mul(quantity)?)?,
            Kind::Division => {}
        }
    }
    let net = raw.checked_sub(fixed)?;
    let whole = hundred.checked_add(percent)?;
    for tax in &included {
        let part = match tax.kind {
            Kind::Percent if whole.is_zero() => Decimal::ZERO,
            Kind::Percent => net.checked_mul(tax.amount)?.checked_div(whole)?,
            Kind::Division => raw.checked_mul(tax.amount)?.checked_div(hundred)?,
            Kind::Fixed => tax.amount.checked_mul(quantity)?,
        };
        inside = inside.checked_add(round(part))?;
    }
    let untaxed = raw.checked_sub(inside)?;
    let mut base = untaxed;
    let mut on_top = Decimal::ZERO;
    for tax in taxes.iter().filter(|t| !t.included) {
        let of = if tax.raised { base } else { untaxed };
        let part = match tax.kind {
            Kind::Percent => of.checked_mul(tax.amount)?.checked_div(hundred)?,
            Kind::Division if tax.amount == hundred => of,
            Kind::Division => of
                .checked_mul(tax.amount)?
                .checked_div(hundred.checked_sub(tax.amount)?)?,
            Kind::Fixed => tax.amount.checked_mul(quantity)?,
        };
        let part = round(part);
        on_top = on_top.checked_add(part)?;
        if tax.raises {
            base = base.checked_add(part)?;
        }
    }
    let tax = inside.checked_add(on_top)?;
    untaxed.checked_add(tax)?;
    Some(Amounts { untaxed, tax })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn percent(amount: &str, included: bool) -> Tax {
        Tax {
            kind: Kind::Percent,
            amount: dec(amount),
            included,
            raises: false,
            raised: true,
        }
    }

    #[test]
    fn lines_as_shops_have_them() {
        for (price, quantity, taxes, untaxed, tax) in [
            ("30", "5", vec![percent("15", false)], "150.00", "22.50"),
            ("33.33", "1", vec![percent("15", false)], "33.33", "5.00"),
            ("28", "3", vec![percent("8.875", false)], "84.00", "7.46"),
            (
                "28",
                "3",
                vec![percent("7.25", false), percent("2.25", false)],
                "84.00",
                "7.98",
            ),
            ("12.00", "1", vec![percent("20", true)], "10.00", "2.00"),
            ("9.99", "3", vec![percent("20", true)], "24.97", "5.00"),
            (
                "11.50",
                "1",
                vec![percent("10", true), percent("5", true)],
                "10.00",
                "1.50",
            ),
            (
                "12.00",
                "1",
                vec![percent("20", true), percent("10", false)],
                "10.00",
                "3.00",
            ),
            ("5", "0", vec![percent("20", false)], "0", "0"),
        ] {
            let found = amounts(dec(price), dec(quantity), &taxes, Some(2)).unwrap();
            assert_eq!(
                (found.untaxed, found.tax),
                (dec(untaxed), dec(tax)),
                "{price} x {quantity}"
            );
        }
    }

    #[test]
    fn fixed_division_and_taxes_on_taxes() {
        let fixed = Tax {
            kind: Kind::Fixed,
            ..percent("0.25", false)
        };
        let division = Tax {
            kind: Kind::Division,
            ..percent("10", false)
        };
        let first = Tax {
            raises: true,
            ..percent("10", false)
        };
        assert_eq!(
            amounts(dec("2"), dec("4"), &[fixed], Some(2)).unwrap().tax,
            dec("1")
        );
        assert_eq!(
            amounts(dec("90"), dec("1"), &[division], Some(2)).unwrap().tax,
            dec("10")
        );
        assert_eq!(
            amounts(dec("100"), dec("1"), &[first, percent("10", false)], Some(2))
                .unwrap()
                .tax,
            dec("21")
        );
    }

    #[test]
    fn what_does_not_fit_is_a_fault() {
        let huge = Decimal::MAX;
        assert!(amounts(huge, dec("2"), &[], Some(2)).is_err());
        assert!(amounts(huge, dec("1"), &[percent("20", false)], Some(2)).is_err());
    }

    proptest! {
        #[test]
        fn included_taxes_never_change_the_total(cents in 0_i64..10_000_000, quantity in 0_i64..1000, rate in 0_i64..5000) {
            let price = Decimal::new(cents, 2);
            let tax = Tax { amount: Decimal::new(rate, 2), ..percent("0", true) };
            let found = amounts(price, Decimal::from(quantity), &[tax], Some(2)).unwrap();
            prop_assert_eq!(found.total(), price * Decimal::from(quantity));
            prop_assert!(found.untaxed.scale() <= 2 && found.tax.scale() <= 2);
        }
    }
}
