//! Objects whose few fields are worked out at once: money, addresses, counts.
#![expect(
    clippy::unnecessary_wraps,
    reason = "what a resolver calls last answers what the resolver answers"
)]

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;
use rust_decimal::Decimal;

use super::context::{Answer, Leaf};
use crate::scalar::{cents, decimal};
use crate::state::{Presentment, Weight};

/// A value of a [`Plain`] object.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    Leaf(JsonValue),
    Object(Plain),
    List(Vec<Plain>),
}

/// An object of ready values.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    kind: &'static str,
    fields: Vec<(&'static str, Field)>,
}

impl Plain {
    pub(crate) fn new(kind: &'static str) -> Self {
        Self {
            kind,
            fields: Vec::new(),
        }
    }

    pub(crate) fn leaf(mut self, name: &'static str, value: impl Into<Leaf>) -> Self {
        self.fields.push((name, Field::Leaf(value.into().json())));
        self
    }

    pub(crate) fn object(mut self, name: &'static str, value: Plain) -> Self {
        self.fields.push((name, Field::Object(value)));
        self
    }

    pub(crate) fn list(mut self, name: &'static str, values: Vec<Plain>) -> Self {
        self.fields.push((name, Field::List(values)));
        self
    }

    pub(crate) fn answer<'a>(self) -> Answer<'a> {
        Ok(ResolvedValue::object(self))
    }
}

/// A list of ready objects.
pub(crate) fn plain_list<'a>(values: Vec<Plain>) -> Answer<'a> {
    Ok(ResolvedValue::list(values.into_iter().map(ResolvedValue::object)))
}

/// An object or null.
pub(crate) fn maybe_plain<'a>(value: Option<Plain>) -> Answer<'a> {
    Ok(ResolvedValue::nullable_object(value))
}

impl ObjectValue for Plain {
    fn type_name(&self) -> &str {
        self.kind
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        let found = self.fields.iter().find(|(name, _)| *name == info.field_name());
        Ok(match found {
            Some((_, Field::Leaf(JsonValue::Array(list)))) => {
                ResolvedValue::list(list.iter().map(|json| ResolvedValue::Leaf(json.clone())))
            }
            Some((_, Field::Leaf(json))) => ResolvedValue::Leaf(json.clone()),
            Some((_, Field::Object(object))) => ResolvedValue::object(Borrowed(object)),
            Some((_, Field::List(list))) => {
                ResolvedValue::list(list.iter().map(|object| ResolvedValue::object(Borrowed(object))))
            }
            None => return Err(self.unknown_field_error(info)),
        })
    }
}

struct Borrowed<'p>(&'p Plain);

impl ObjectValue for Borrowed<'_> {
    fn type_name(&self) -> &str {
        self.0.kind
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        self.0.resolve_field(info)
    }
}

/// `MoneyV2`.
pub(crate) fn money_v2(amount: Decimal, currency: &str) -> Plain {
    Plain::new("MoneyV2")
        .leaf("amount", decimal(amount))
        .leaf("currencyCode", currency)
}

/// `MoneyBag`: the amount in shop currency, and what the customer saw.
pub(crate) fn money_bag(amount: Decimal, currency: &str, presentment: &Presentment) -> Plain {
    let seen = if presentment.rate == Decimal::ONE {
        amount
    } else {
        cents(amount * presentment.rate)
    };
    Plain::new("MoneyBag")
        .object("shopMoney", money_v2(amount, currency))
        .object("presentmentMoney", money_v2(seen, &presentment.currency))
}

/// `Weight`.
pub(crate) fn weight(weight: Weight) -> Plain {
    use rust_decimal::prelude::ToPrimitive as _;
    Plain::new("Weight")
        .leaf("value", weight.value.to_f64().unwrap_or_default())
        .leaf("unit", weight.unit.name())
}

/// `Count`. Counting stops at the limit, where one is given.
pub(crate) fn count(rows: usize, limit: Option<i64>) -> Plain {
    let limit = limit
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(usize::MAX);
    let (shown, precision) = if rows > limit {
        (limit, "AT_LEAST")
    } else {
        (rows, "EXACT")
    };
    Plain::new("Count")
        .leaf("count", i32::try_from(shown).unwrap_or(i32::MAX))
        .leaf("precision", precision)
}
