//! Transforms on numbers. All calculate in decimals and answer decimal text, but for `to_float` and `to_int`.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Number, Value};

use super::{Action, Definition, Inverse, TransformError, grammar};
use crate::compare::Compare;
use crate::decimal::{decimal_of, from_text, rounded_text, text};

/// Most decimal places of `round:`.
const MAX_PLACES: u32 = 12;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::plain(
            "round2",
            "a number with exactly two decimals, half away from zero: 2.675 is 2.68; the way back rounds too",
            rounding(2),
        ),
        Definition::with_argument(
            "round",
            "a number with exactly so many decimals, half away from zero; the way back rounds too",
            "<0 to 12>",
            Inverse::Yes,
            |argument| match argument.parse() {
                Ok(places) if places <= MAX_PLACES => Ok(rounding(places)),
                _ => Err(format!(
                    "`{argument}` is no number of places from 0 to {MAX_PLACES}"
                )),
            },
        ),
        Definition::plain(
            "decimal",
            "a number as exact decimal text without trailing zeros",
            decimal(),
        ),
        Definition::plain(
            "negate",
            "a number with its sign changed",
            numeric(|value| Ok(text(-decimal_of(value)?))),
        ),
        Definition::with_argument(
            "scale",
            "a number times a factor, exactly: grams to kilograms with scale:0.001",
            "<factor>",
            Inverse::SometimesByArgument,
            scale,
        ),
        Definition::plain(
            "to_float",
            "a JSON number; the way back is decimal text",
            Action::new(to_float)
                .with_inverse(to_decimal)
                .compared_as(Compare::Number),
        ),
        Definition::plain(
            "to_int",
            "a whole JSON number; 3.0 is 3, and 3.7 is refused instead of cut off; the way back is decimal text",
            Action::new(to_int)
                .with_inverse(to_decimal)
                .compared_as(Compare::Number),
        ),
    ]
}

fn numeric(run: fn(&Value) -> Result<Value, TransformError>) -> Action {
    Action::own_inverse(run).compared_as(Compare::Number)
}

fn decimal() -> Action {
    numeric(to_decimal)
}

fn to_decimal(value: &Value) -> Result<Value, TransformError> {
    Ok(text(decimal_of(value)?))
}

fn rounding(places: u32) -> Action {
    Action::own_inverse(move |value: &Value| Ok(rounded_text(decimal_of(value)?, places)))
        .compared_as(Compare::Number)
}

fn scale(argument: &str) -> Result<Action, String> {
    let argument = grammar::one(argument)?;
    let factor = from_text(&argument).ok_or_else(|| format!("`{argument}` is no decimal factor"))?;
    let action = Action::new(move |value| times(value, factor)).compared_as(Compare::Number);
    if factor.is_zero() {
        return Ok(action);
    }
    Ok(action.with_inverse(move |value| {
        let number = decimal_of(value)?;
        let quotient = number
            .checked_div(factor)
            .filter(|quotient| number.is_zero() || !quotient.is_zero());
        quotient
            .map(text)
            .ok_or_else(|| TransformError::unsuitable("a number that is still one when divided", value))
    }))
}

fn times(value: &Value, factor: Decimal) -> Result<Value, TransformError> {
    let (number, factor) = (decimal_of(value)?.normalize(), factor.normalize());
    if number.is_zero() || factor.is_zero() {
        return Ok(text(Decimal::ZERO));
    }
    match number.checked_mul(factor) {
        // A product with more digits than a decimal holds comes back rounded, with a smaller scale, or as 0.
        Some(product) if product.scale() == number.scale() + factor.scale() => Ok(text(product)),
        _ => Err(TransformError::unsuitable(
            "a number whose product has at most 28 digits",
            value,
        )),
    }
}

fn to_float(value: &Value) -> Result<Value, TransformError> {
    let number = decimal_of(value)?
        .normalize()
        .to_string()
        .parse()
        .ok()
        .and_then(Number::from_f64);
    number
        .map(Value::Number)
        .ok_or_else(|| TransformError::unsuitable("a number", value))
}

fn to_int(value: &Value) -> Result<Value, TransformError> {
    let number = decimal_of(value)?;
    if !number.fract().is_zero() {
        let error = TransformError::unsuitable("a whole number", value);
        return Err(error.with_hint("put `round:0` before it to round"));
    }
    let whole = number.to_i64().map(Value::from);
    whole.ok_or_else(|| TransformError::unsuitable("a whole number of at most 64 bits", value))
}
