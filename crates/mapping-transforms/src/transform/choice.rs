//! Transforms that choose a value: comparisons with a text, value maps, defaults.

use serde_json::Value;

use super::text::scalar_text;
use super::{Action, Definition, Inverse, Nulls, TransformError, grammar};
use crate::compare::Compare;
use crate::describe::shorten;

/// Most pairs of `map:` that a message lists.
const SHOWN_KEYS: usize = 20;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::with_argument(
            "is",
            "true if the value is this text, false if it is another one, or null",
            "<text>",
            Inverse::No,
            |argument| comparison(argument, true),
        ),
        Definition::with_argument(
            "is_not",
            "false if the value is this text, true if it is another one, or null",
            "<text>",
            Inverse::No,
            |argument| comparison(argument, false),
        ),
        Definition::plain(
            "is_set",
            "true if there is a value, false for null and for an empty text",
            Action::new(|value| {
                Ok(Value::Bool(
                    !matches!(value, Value::Null) && value.as_str() != Some(""),
                ))
            })
            .on_null(Nulls::Takes)
            .compared_as(Compare::Auto),
        ),
        Definition::with_argument(
            "default",
            "this text in the place of null and of a value that is absent; the way back turns it into null again",
            "<text>",
            Inverse::Yes,
            default,
        ),
        Definition::with_argument("const", "always this text", "<text>", Inverse::No, constant),
        Definition::with_argument(
            "map",
            "one value for another; `*` stands for all others (no way back then); of several that become the same, the way back \
             takes the first; true, false and null are not text",
            "<value>=<value>,...",
            Inverse::SometimesByArgument,
            |argument| Ok(value_map(Pairs::parse(argument)?)),
        ),
    ]
}

fn comparison(argument: &str, answer: bool) -> Result<Action, String> {
    let wanted = grammar::one(argument)?;
    Ok(Action::new(move |value| match (value, scalar_text(value)) {
        (Value::Null, _) => Ok(Value::Bool(!answer)),
        (_, Some(text)) => Ok(Value::Bool((text == wanted) == answer)),
        (_, None) => Err(TransformError::unsuitable("text, a number or a boolean", value)),
    })
    .on_null(Nulls::Takes)
    .compared_as(Compare::Auto))
}

fn default(argument: &str) -> Result<Action, String> {
    let text = Value::String(grammar::one(argument)?);
    let back = text.clone();
    Ok(Action::new(move |value| {
        Ok(if value.is_null() {
            text.clone()
        } else {
            value.clone()
        })
    })
    .with_inverse(move |value| {
        Ok(if *value == back {
            Value::Null
        } else {
            value.clone()
        })
    })
    .on_null(Nulls::Supplies))
}

fn constant(argument: &str) -> Result<Action, String> {
    let text = Value::String(grammar::one(argument)?);
    Ok(Action::new(move |_| Ok(text.clone()))
        .on_null(Nulls::Supplies)
        .compared_as(Compare::Text))
}

/// The pairs of a `map:`; the last one may be `*` for all others.
#[derive(Clone)]
struct Pairs {
    pairs: Vec<(String, String)>,
    otherwise: Option<String>,
}

impl Pairs {
    fn parse(argument: &str) -> Result<Self, String> {
        let mut parsed = Self {
            pairs: Vec::new(),
            otherwise: None,
        };
        for (from, to) in grammar::pairs(argument)? {
            let known = parsed.pairs.iter().any(|(key, _)| *key == from)
                || (from == "*" && parsed.otherwise.is_some());
            if known {
                return Err(format!("`{}` is there twice", shorten(&from)));
            }
            if from == "*" {
                parsed.otherwise = Some(to);
            } else {
                parsed.pairs.push((from, to));
            }
        }
        Ok(parsed)
    }

    /// The pairs turned round. A value that stands for several keys leads back to the first of them.
    fn inverse(&self) -> Option<Self> {
        if self.otherwise.is_some() {
            return None;
        }
        let mut turned: Vec<(String, String)> = Vec::with_capacity(self.pairs.len());
        for (from, to) in &self.pairs {
            if !turned.iter().any(|(known, _)| known == to) {
                turned.push((to.clone(), from.clone()));
            }
        }
        Some(Self {
            pairs: turned,
            otherwise: None,
        })
    }

    fn takes_null(&self) -> bool {
        self.pairs.iter().any(|(from, _)| from == "null")
    }

    fn apply(&self, value: &Value) -> Result<Value, TransformError> {
        let key = match (value, scalar_text(value)) {
            (Value::Null, _) if !self.takes_null() => return Ok(Value::Null),
            (Value::Null, _) => "null".to_owned(),
            (_, Some(text)) => text,
            (_, None) => return Err(TransformError::unsuitable("text, a number or a boolean", value)),
        };
        let found = self.pairs.iter().find(|(from, _)| *from == key).map(|(_, to)| to);
        if let Some(to) = found.or(self.otherwise.as_ref()) {
            return Ok(word(to));
        }
        let keys: Vec<&str> = self
            .pairs
            .iter()
            .take(SHOWN_KEYS)
            .map(|(from, _)| from.as_str())
            .collect();
        let error = TransformError::unsuitable(&format!("one of {}", keys.join(", ")), value);
        Err(error.with_hint("a pair `*=...` takes all others"))
    }
}

fn word(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        text => Value::String(text.to_owned()),
    }
}

fn value_map(pairs: Pairs) -> Action {
    let (inverse, nulls) = (
        pairs.inverse(),
        if pairs.takes_null() {
            Nulls::Takes
        } else {
            Nulls::None
        },
    );
    let action = Action::new(move |value| pairs.apply(value))
        .on_null(nulls)
        .compared_as(Compare::Auto);
    match inverse {
        Some(back) => action.with_inverse(move |value| back.apply(value)),
        None => action,
    }
}
