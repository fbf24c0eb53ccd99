use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::orm::{Kind, Model, Value, View};

/// One term of an order.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    field: String,
    descending: bool,
    nulls_first: bool,
    /// `field.id`: by the bare id of a many2one.
    bare: bool,
}

/// A comparable value; `Null` is placed by the term.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Key {
    Null,
    Bool(bool),
    Num(Decimal),
    Text(String),
}

/// A record and what it is sorted by: value, whether descending, whether nulls come first.
type Keyed = (Vec<(Key, bool, bool)>, i64);

impl View<'_> {
    /// The ids in this order (SQL's words), or in the model's own.
    pub(crate) fn sort(&self, model: &Model, ids: Vec<i64>, order: Option<&str>) -> Res<Vec<i64>> {
        let terms = parse(model, order.unwrap_or(model.order))?;
        if let [
            Term {
                field, descending, ..
            },
        ] = terms.as_slice()
            && field == "id"
        {
            let mut ids = ids;
            ids.sort_unstable();
            if *descending {
                ids.reverse();
            }
            return Ok(ids);
        }
        let mut keyed: Vec<Keyed> = ids
            .into_iter()
            .map(|id| {
                let mut keys = Vec::new();
                self.keys(model, id, &terms, false, 0, &mut keys);
                (keys, id)
            })
            .collect();
        keyed.sort_by(|(a, x), (b, y)| compare(a, b).then(x.cmp(y)));
        Ok(keyed.into_iter().map(|(_, id)| id).collect())
    }

    fn keys(
        &self,
        model: &Model,
        id: i64,
        terms: &[Term],
        flip: bool,
        depth: u8,
        out: &mut Vec<(Key, bool, bool)>,
    ) {
        for term in terms {
            let Some(field) = model.field(&term.field) else {
                continue;
            };
            let value = self.value(model, id, field);
            let descending = term.descending != flip;
            let nulls_first = term.nulls_first != flip;
            if let (Kind::Many2one(comodel), false, true) = (&field.kind, term.bare, depth < 3) {
                // Along the other model's own order.
                if let Some(other) = self.reg.find(comodel) {
                    let inner = parse(other, other.order).unwrap_or_default();
                    match value.as_int() {
                        Some(target) => self.keys(other, target, &inner, descending, depth + 1, out),
                        None => out.extend(inner.iter().map(|_| (Key::Null, descending, descending))),
                    }
                    continue;
                }
            }
            let key = match value {
                Value::Null if field.kind == Kind::Boolean => Key::Bool(false),
                Value::Null if field.kind.is_number() => Key::Num(Decimal::ZERO),
                Value::Null | Value::Ids(_) => Key::Null,
                Value::Bool(b) => Key::Bool(b),
                Value::Int(i) => Key::Num(Decimal::from(i)),
                Value::Num(n) => Key::Num(n),
                Value::Text(t) => Key::Text(t),
            };
            out.push((key, descending, nulls_first));
        }
    }
}

fn compare(a: &[(Key, bool, bool)], b: &[(Key, bool, bool)]) -> Ordering {
    for ((x, descending, nulls_first), (y, ..)) in a.iter().zip(b) {
        let ordering = match (x, y) {
            (Key::Null, Key::Null) => Ordering::Equal,
            (Key::Null, _) if *nulls_first => Ordering::Less,
            (Key::Null, _) => Ordering::Greater,
            (_, Key::Null) if *nulls_first => Ordering::Greater,
            (_, Key::Null) => Ordering::Less,
            (x, y) => {
                let ordering = x.partial_cmp(y).unwrap_or(Ordering::Equal);
                if *descending { ordering.reverse() } else { ordering }
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}

fn parse(model: &Model, order: &str) -> Res<Vec<Term>> {
    let mut terms = Vec::new();
    for part in order.split(',') {
        let words: Vec<&str> = part.split_whitespace().collect();
        let (name, rest) = words.split_first().ok_or_else(|| invalid(order))?;
        let name = name.trim_matches('"');
        let (field, bare) = match name.strip_suffix(".id") {
            Some(field) => (field, true),
            None => (name, false),
        };
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        if field.is_empty() || !field.chars().all(sound) {
            return Err(invalid(order));
        }
        let lower: Vec<String> = rest.iter().map(|w| w.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let (descending, nulls) = match lower.as_slice() {
            [] | ["asc"] => (false, None),
            ["desc"] => (true, None),
            ["nulls", "first"] | ["asc", "nulls", "first"] => (false, Some(true)),
            ["nulls", "last"] | ["asc", "nulls", "last"] => (false, Some(false)),
            ["desc", "nulls", "first"] => (true, Some(true)),
            ["desc", "nulls", "last"] => (true, Some(false)),
            _ => return Err(invalid(order)),
        };
        let field = field.split(':').next().unwrap_or(field);
        let known = model.checked(field)?;
        if !known.is_searchable() && known.name != "display_name" {
            let text = format!(
                "Cannot convert {}.{field} to SQL because it is not stored",
                model.name
            );
            return Err(Fault::value(text));
        }
        terms.push(Term {
            field: field.to_owned(),
            descending,
            nulls_first: nulls.unwrap_or(descending),
            bare,
        });
    }
    Ok(terms)
}

fn invalid(order: &str) -> Fault {
    Fault::user(format!(
        "Invalid \"order\" specified ({order}). A valid \"order\" specification is a comma-separated list of valid \
         field names (optionally followed by asc/desc for the direction)"
    ))
}
