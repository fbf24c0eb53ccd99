//! Decimals in JSON. There is one representation that transforms write: **text** (`"19.90"`), because a JSON number is
//! read back as a binary float by most programs. What they read is text or a JSON number; a JSON number counts as
//! the shortest decimal text that stands for it (`0.1` is one tenth).

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Number, Value};

use crate::transform::TransformError;

/// Longest text that is read as a decimal, in characters.
const MAX_CHARS: usize = 60;

/// Most digits that a decimal holds for certain.
const MAX_DIGITS: usize = 28;

/// The decimal that a JSON number or a numeric text stands for (blanks around it ignored, an exponent allowed).
///
/// Everything else is an error that names the value, null, an empty text and booleans included: there is no silent 0.
/// So is a number with more digits than a decimal holds (28).
pub fn decimal_of(value: &Value) -> Result<Decimal, TransformError> {
    let hint = match value {
        Value::Number(number) => return from_number(number).ok_or_else(|| too_long(value)),
        Value::String(text) => {
            let text = text.trim();
            if let Some(decimal) = from_text(text) {
                return Ok(decimal);
            }
            if is_numeric(text) {
                return Err(too_long(value));
            }
            text.contains(',')
                .then_some("digits without separators and a point before the decimals")
        }
        Value::Null => {
            Some("a `default:` step after it, or the rule's `on_missing`, says what to do without a value")
        }
        _ => None,
    };
    let error = TransformError::unsuitable("a number, or a text that is one", value);
    Err(match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    })
}

fn too_long(value: &Value) -> TransformError {
    TransformError::unsuitable(&format!("a number of at most {MAX_DIGITS} digits"), value)
}

pub(crate) fn from_number(number: &Number) -> Option<Decimal> {
    from_text(&number.to_string())
}

/// Digits, optionally with a sign, decimals and an exponent. Never rounds.
pub(crate) fn from_text(text: &str) -> Option<Decimal> {
    if !is_numeric(text) {
        return None;
    }
    let decimal = if text.contains(['e', 'E']) {
        let base = text.split(['e', 'E']).next().unwrap_or_default();
        if base.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS {
            return None;
        }
        Decimal::from_scientific(&text.replace("e+", "e").replace("E+", "E")).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    };
    decimal.map(without_negative_zero)
}

/// `-?digits[.digits][e[+-]digits]`
fn is_numeric(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (base, exponent) = match text.split_once(['e', 'E']) {
        Some((base, exponent)) => (base, Some(exponent)),
        None => (text, None),
    };
    let base = base.strip_prefix('-').unwrap_or(base);
    let (whole, decimals) = match base.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (base, None),
    };
    text.len() <= MAX_CHARS
        && digits(whole)
        && decimals.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

/// Whether a text is written as a number is: no blanks, no leading zeros, no exponent. `"007"` is not.
pub(crate) fn is_canonical(text: &str) -> bool {
    let base = text.strip_prefix('-').unwrap_or(text);
    let whole = base.split('.').next().unwrap_or_default();
    is_numeric(text) && !text.contains(['e', 'E']) && (whole == "0" || !whole.starts_with('0'))
}

fn without_negative_zero(mut decimal: Decimal) -> Decimal {
    if decimal.is_zero() {
        decimal.set_sign_positive(true);
    }
    decimal
}

/// Decimal text without trailing zeros.
pub(crate) fn text(decimal: Decimal) -> Value {
    Value::String(decimal.normalize().to_string())
}

/// Decimal text with exactly so many places, rounded half away from zero: `2.675` is `2.68`, `-2.675` is `-2.68`.
pub(crate) fn rounded_text(decimal: Decimal, places: u32) -> Value {
    let rounded =
        without_negative_zero(decimal.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero));
    // Printing with a precision panics for numbers that leave no room for the zeros.
    let mut text = rounded.to_string();
    let present = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let missing = (places as usize).saturating_sub(present);
    if missing > 0 && present == 0 {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', missing));
    Value::String(text)
}
