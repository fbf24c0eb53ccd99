//! What an order comes to in Odoo, calculated before it is written.
//!
//! The rules are those of Odoo 18 with tax rounding per line: a line's amount is rounded to the currency, each of its
//! taxes is calculated from that and rounded by itself, and the order is the sum of its lines. A shop that rounds
//! otherwise differs by a cent here and there; that rest becomes lines of its own, so that both totals agree.

use rust_decimal::{Decimal, RoundingStrategy};

/// The taxes of a line: rates in percent, all of them price-included or none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineTaxes {
    pub(crate) rates: Vec<Decimal>,
    pub(crate) included: bool,
}

/// What a line is calculated from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) quantity: Decimal,
    pub(crate) price: Decimal,
    pub(crate) taxes: LineTaxes,
}

/// Total and tax of a line or an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Total {
    /// Everything, tax included.
    pub(crate) total: Decimal,
    /// The tax in it.
    pub(crate) tax: Decimal,
}

/// A line that carries a rest of rounding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoundingLine {
    pub(crate) price: Decimal,
    pub(crate) taxes: LineTaxes,
}

/// Why an order cannot come to the wanted amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TooFarOff {
    pub(crate) reached: Total,
    pub(crate) allowed: Decimal,
}

const HUNDRED: Decimal = Decimal::ONE_HUNDRED;

fn round(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

/// What Odoo makes of one line.
pub(crate) fn line_total(line: &Amounts, digits: u32) -> Total {
    let amount = round(line.quantity.saturating_mul(line.price), digits);
    let sum: Decimal = line.taxes.rates.iter().sum();
    let share = |rate: &Decimal| {
        let exact = if line.taxes.included {
            let all = HUNDRED + sum;
            if all.is_zero() {
                Decimal::ZERO
            } else {
                amount.saturating_mul(*rate) / all
            }
        } else {
            amount.saturating_mul(*rate) / HUNDRED
        };
        round(exact, digits)
    };
    let tax: Decimal = line.taxes.rates.iter().map(share).sum();
    let total = if line.taxes.included {
        amount
    } else {
        amount.saturating_add(tax)
    };
    Total { total, tax }
}

/// What Odoo makes of all lines.
fn order_total(lines: &[Amounts], digits: u32) -> Total {
    lines
        .iter()
        .map(|line| line_total(line, digits))
        .fold(Total::default(), |sum, line| Total {
            total: sum.total.saturating_add(line.total),
            tax: sum.tax.saturating_add(line.tax),
        })
}

/// The lines that bring an order to the wanted amounts: none if it is there, and an error if more is missing than
/// rounding explains (one cent for each tax of each line).
pub(crate) fn rounding_lines(
    lines: &[Amounts],
    wanted: Total,
    digits: u32,
) -> Result<Vec<RoundingLine>, TooFarOff> {
    let reached = order_total(lines, digits);
    let cent = Decimal::new(1, digits);
    let tax_lines: usize = lines.iter().map(|line| line.taxes.rates.len()).sum();
    let allowed = cent * Decimal::from(tax_lines);
    let (rest, tax_rest) = (wanted.total - reached.total, wanted.tax - reached.tax);
    let too_far = || TooFarOff { reached, allowed };
    if rest.abs() > allowed || tax_rest.abs() > allowed {
        return Err(too_far());
    }
    let mut rounding = Vec::new();
    let mut open = rest;
    if !tax_rest.is_zero() {
        let taxed = taxed_line(lines, tax_rest, digits).ok_or_else(too_far)?;
        let one = Amounts {
            quantity: Decimal::ONE,
            price: taxed.price,
            taxes: taxed.taxes.clone(),
        };
        open -= line_total(&one, digits).total;
        rounding.push(taxed);
    }
    if !open.is_zero() {
        rounding.push(RoundingLine {
            price: open,
            taxes: LineTaxes {
                rates: Vec::new(),
                included: false,
            },
        });
    }
    Ok(rounding)
}

/// A line whose tax is just the rest: the smallest price at one of the order's own taxes that gives it.
fn taxed_line(lines: &[Amounts], tax_rest: Decimal, digits: u32) -> Option<RoundingLine> {
    let mut taxes: Vec<&LineTaxes> = lines.iter().map(|line| &line.taxes).collect();
    taxes.retain(|taxes| taxes.rates.iter().any(|rate| *rate > Decimal::ZERO));
    // The highest rates need the smallest prices.
    taxes.sort_by_key(|taxes| std::cmp::Reverse(taxes.rates.iter().sum::<Decimal>()));
    let cent = if tax_rest.is_sign_negative() {
        -Decimal::new(1, digits)
    } else {
        Decimal::new(1, digits)
    };
    taxes.dedup();
    taxes.into_iter().find_map(|taxes| {
        let sum: Decimal = taxes.rates.iter().sum();
        let around = (tax_rest * HUNDRED / sum / cent).trunc();
        // The wanted tax lies within a step of what the rates say, whichever way each of them is rounded.
        let steps = HUNDRED / sum * Decimal::from(taxes.rates.len() + 1) + Decimal::TWO;
        let mut price = cent * (around - steps.trunc()).max(Decimal::ONE);
        let last = cent * (around + steps);
        while price.abs() <= last.abs() {
            let line = Amounts {
                quantity: Decimal::ONE,
                price,
                taxes: taxes.clone(),
            };
            if line_total(&line, digits).tax == tax_rest {
                return Some(RoundingLine {
                    price,
                    taxes: taxes.clone(),
                });
            }
            price += cent;
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn line(quantity: &str, price: &str, rates: &[&str], included: bool) -> Amounts {
        let rates = rates.iter().map(|rate| dec(rate)).collect();
        Amounts {
            quantity: dec(quantity),
            price: dec(price),
            taxes: LineTaxes { rates, included },
        }
    }

    #[test]
    fn taxes_are_rounded_line_by_line_half_away_from_zero() {
        let excluded = line_total(&line("3", "9.99", &["8.875"], false), 2);
        assert_eq!((excluded.total, excluded.tax), (dec("32.63"), dec("2.66")));
        let included = line_total(&line("1", "12.00", &["20"], true), 2);
        assert_eq!((included.total, included.tax), (dec("12.00"), dec("2.00")));
        let two = line_total(&line("1", "10.00", &["6.25", "1.5"], false), 2);
        assert_eq!(two.tax, dec("0.78"));
        let negative = line_total(&line("1", "-0.10", &["5"], false), 2);
        assert_eq!(negative.tax, dec("-0.01"));
    }

    #[test]
    fn a_cent_of_tax_becomes_a_taxed_line_and_its_counterpart() {
        let lines = [line("1", "10.00", &["20"], false)];
        let wanted = Total {
            total: dec("12.01"),
            tax: dec("2.01"),
        };
        let rounding = rounding_lines(&lines, wanted, 2).unwrap();
        assert_eq!(rounding.len(), 2);
        assert_eq!(rounding[0].price, dec("0.03"));
        assert_eq!(rounding[1].price, dec("-0.03"));
    }

    #[test]
    fn more_than_rounding_is_refused() {
        let lines = [line("1", "10.00", &["20"], false)];
        let wanted = Total {
            total: dec("12.02"),
            tax: dec("2.00"),
        };
        let off = rounding_lines(&lines, wanted, 2).unwrap_err();
        assert_eq!((off.reached.total, off.allowed), (dec("12.00"), dec("0.01")));
        let untaxed = [line("1", "10.00", &[], false)];
        let wanted = Total {
            total: dec("10.01"),
            tax: dec("0"),
        };
        assert!(rounding_lines(&untaxed, wanted, 2).is_err());
    }

    proptest! {
        #[test]
        fn the_rest_is_met_to_the_cent(
            drawn in prop::collection::vec((1_i64..9, 1_i64..20_000, prop::collection::vec(1_i64..2600, 0..3)), 1..5),
            included in any::<bool>(),
            rest in -3_i64..=3,
            tax_rest in -3_i64..=3,
        ) {
            let mut lines: Vec<Amounts> = drawn.iter().map(|(quantity, price, rates)| Amounts {
                quantity: Decimal::from(*quantity),
                price: Decimal::new(*price, 2),
                taxes: LineTaxes { rates: rates.iter().map(|rate| Decimal::new(*rate, 2)).collect(), included },
            }).collect();
            let reached = order_total(&lines, 2);
            let wanted = Total {
                total: reached.total + Decimal::new(rest, 2),
                tax: reached.tax + Decimal::new(tax_rest, 2),
            };
            if let Ok(rounding) = rounding_lines(&lines, wanted, 2) {
                prop_assert!(rounding.len() <= 2);
                lines.extend(rounding.into_iter().map(|line| Amounts {
                    quantity: Decimal::ONE,
                    price: line.price,
                    taxes: line.taxes,
                }));
                prop_assert_eq!(order_total(&lines, 2), wanted);
            } else {
                let taxes: usize = lines.iter().map(|line| line.taxes.rates.len()).sum();
                let allowed = Decimal::new(i64::try_from(taxes).unwrap(), 2);
                let far = Decimal::new(rest.abs().max(tax_rest.abs()), 2) > allowed;
                // Two rates whose parts round together may have no price for a single cent.
                prop_assert!(far || lines.iter().all(|line| line.taxes.rates.len() != 1));
            }
        }
    }
}
