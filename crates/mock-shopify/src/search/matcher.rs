use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::grammar::{Comparator, Expression, Term, parse};
use super::time::Moment;

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The whole text, without regard to case.
    Exact,
    /// Words of a text, without regard to case.
    Words,
    /// One of these words only; others get a warning.
    OneOf(&'static [&'static str]),
    /// The number of a global id.
    Id,
    /// A number.
    Number,
    /// A time.
    Time,
    /// `true` or `false`.
    Flag,
}

/// A value of a record to compare with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'w> {
    Text(&'w str),
    Owned(String),
    Number(Decimal),
    Time(Timestamp),
    Flag(bool),
}

/// One field that a list can be filtered by. `C` is what the values are looked up in.
pub(crate) struct Filter<C: ?Sized, T> {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) values: for<'w> fn(&'w C, &'w T) -> Vec<Value<'w>>,
}

/// A query made ready for one list.
pub(crate) struct Search<'f, C: ?Sized, T> {
    test: Test<'f, C, T>,
    parsed: Json,
    warnings: Vec<Json>,
}

enum Test<'f, C: ?Sized, T> {
    /// Dropped from its surroundings.
    Nothing,
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Field(&'f Filter<C, T>, Wanted),
    Anywhere(Vec<&'f Filter<C, T>>, String),
}

enum Wanted {
    /// What no value is.
    Never,
    Exists,
    /// Any of these texts; the flag says that only the beginning has to agree.
    Texts(Vec<(String, bool)>),
    Number(Comparator, Decimal),
    Time(Comparator, Moment),
    Flag(bool),
}

/// What times and warnings need to know.
pub(crate) struct Clock<'a> {
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
}

impl<'f, C: ?Sized, T> Search<'f, C, T> {
    /// Prepares a query; `default` names the fields that a bare word is looked for in.
    pub(crate) fn new(
        query: &str,
        fields: &'f [Filter<C, T>],
        default: &[&str],
        (now, zone): (Timestamp, &TimeZone),
    ) -> Self {
        let expression = parse(query);
        let mut compiler = Compiler {
            fields,
            default: fields
                .iter()
                .filter(|field| default.contains(&field.name))
                .collect(),
            clock: Clock { now, zone },
            warnings: Vec::new(),
        };
        let test = compiler.compile(&expression);
        Self {
            test,
            parsed: describe(&expression),
            warnings: compiler.warnings,
        }
    }

    /// Whether the record is in the result.
    pub(crate) fn matches(&self, cx: &C, row: &T) -> bool {
        self.test.holds(cx, row)
    }

    /// `{query, parsed, warnings}` for `extensions.search`; `None` where there is nothing to warn of.
    pub(crate) fn note(&self, query: &str) -> Option<Json> {
        if self.warnings.is_empty() {
            return None;
        }
        Some(json!({ "query": query, "parsed": self.parsed, "warnings": self.warnings }))
    }
}

struct Compiler<'f, 'c, C: ?Sized, T> {
    fields: &'f [Filter<C, T>],
    default: Vec<&'f Filter<C, T>>,
    clock: Clock<'c>,
    warnings: Vec<Json>,
}

impl<'f, C: ?Sized, T> Compiler<'f, '_, C, T> {
    fn compile(&mut self, expression: &Expression) -> Test<'f, C, T> {
        match expression {
            Expression::All => Test::Nothing,
            Expression::And(parts) => Test::And(self.list(parts)),
            Expression::Or(parts) => Test::Or(self.list(parts)),
            Expression::Not(inner) => match self.compile(inner) {
                Test::Nothing => Test::Nothing,
                test => Test::Not(Box::new(test)),
            },
            Expression::Term(term) => self.term(term),
        }
    }

    fn list(&mut self, parts: &[Expression]) -> Vec<Test<'f, C, T>> {
        let tests = parts.iter().map(|part| self.compile(part));
        tests.filter(|test| !matches!(test, Test::Nothing)).collect()
    }

    fn term(&mut self, term: &Term) -> Test<'f, C, T> {
        let name = match term.field.as_deref() {
            None | Some("default") => {
                return Test::Anywhere(self.default.clone(), term.value.to_lowercase());
            }
            Some(name) => name,
        };
        let negated = name.strip_suffix("_not");
        if let Some(field) = self.fields.iter().find(|field| Some(field.name) == negated) {
            let wanted = self.wanted(field, term);
            return wanted.map_or(Test::Nothing, |w| Test::Not(Box::new(Test::Field(field, w))));
        }
        let Some(field) = self.fields.iter().find(|field| field.name == name) else {
            self.warn(name, "Invalid search field for this query.", "invalid_field");
            return Test::Nothing;
        };
        self.wanted(field, term)
            .map_or(Test::Nothing, |wanted| Test::Field(field, wanted))
    }

    fn warn(&mut self, field: &str, message: &str, code: &str) {
        self.warnings
            .push(json!({ "field": field, "message": message, "code": code }));
    }

    /// `None` where the value makes no sense: the term is dropped with a warning.
    fn wanted(&mut self, field: &Filter<C, T>, term: &Term) -> Option<Wanted> {
        if term.value == "*" && !term.quoted {
            return Some(Wanted::Exists);
        }
        let found = match field.kind {
            Kind::Exact | Kind::Words => Some(Wanted::Texts(texts(term))),
            Kind::OneOf(accepted) => {
                let texts = texts(term);
                if texts
                    .iter()
                    .all(|(text, prefix)| *prefix || accepted.contains(&text.as_str()))
                {
                    return Some(Wanted::Texts(texts));
                }
                let message = format!("Input `{}` is not an accepted value.", term.value);
                self.warn(field.name, &message, "invalid_value");
                return Some(Wanted::Never);
            }
            Kind::Id => {
                let digits = term.value.rsplit('/').next().unwrap_or_default();
                digits
                    .parse::<i64>()
                    .ok()
                    .map(|id| Wanted::Number(term.comparator, id.into()))
            }
            Kind::Number => term
                .value
                .parse()
                .ok()
                .map(|number| Wanted::Number(term.comparator, number)),
            Kind::Time => Moment::parse(&term.value, self.clock.now, self.clock.zone)
                .map(|moment| Wanted::Time(term.comparator, moment)),
            Kind::Flag => match term.value.to_lowercase().as_str() {
                "true" => Some(Wanted::Flag(true)),
                "false" => Some(Wanted::Flag(false)),
                _ => None,
            },
        };
        if found.is_none() {
            let message = format!("Input `{}` is not an accepted value.", term.value);
            self.warn(field.name, &message, "invalid_value");
        }
        found
    }
}

/// Values in lower case with whether a trailing `*` made them prefixes; `a,b` means either.
fn texts(term: &Term) -> Vec<(String, bool)> {
    let value = term.value.to_lowercase();
    if term.quoted {
        return vec![(value, false)];
    }
    let parts = value.split(',').filter(|part| !part.is_empty());
    let texts: Vec<(String, bool)> = parts
        .map(|part| match part.strip_suffix('*') {
            Some(prefix) => (prefix.to_owned(), true),
            None => (part.to_owned(), false),
        })
        .collect();
    if texts.is_empty() {
        vec![(String::new(), false)]
    } else {
        texts
    }
}

impl<C: ?Sized, T> Test<'_, C, T> {
    fn holds(&self, cx: &C, row: &T) -> bool {
        match self {
            Self::Nothing => true,
            Self::And(parts) => parts.iter().all(|part| part.holds(cx, row)),
            Self::Or(parts) => parts.is_empty() || parts.iter().any(|part| part.holds(cx, row)),
            Self::Not(inner) => !inner.holds(cx, row),
            Self::Field(field, wanted) => wanted.found(field.kind, &(field.values)(cx, row)),
            Self::Anywhere(fields, text) => fields.iter().any(|field| {
                let values = (field.values)(cx, row);
                values
                    .iter()
                    .any(|value| value.text().is_some_and(|value| any_word(&value, text)))
            }),
        }
    }
}

impl Wanted {
    fn found(&self, kind: Kind, values: &[Value<'_>]) -> bool {
        values.iter().any(|value| match (self, value) {
            (Self::Exists, _) => true,
            (Self::Texts(texts), value) => value.text().is_some_and(|value| {
                texts.iter().any(|(text, prefix)| match (kind, prefix) {
                    (Kind::Words, false) => words_agree(&value, text),
                    (Kind::Words, true) => any_word(&value, text),
                    (_, true) => value.starts_with(text),
                    (_, false) => value == *text,
                })
            }),
            (Self::Number(comparator, wanted), Value::Number(value)) => match comparator {
                Comparator::Equal => value == wanted,
                Comparator::Greater => value > wanted,
                Comparator::GreaterOrEqual => value >= wanted,
                Comparator::Less => value < wanted,
                Comparator::LessOrEqual => value <= wanted,
            },
            (Self::Time(comparator, wanted), Value::Time(value)) => match comparator {
                Comparator::Equal => wanted.start <= *value && *value < wanted.end,
                Comparator::Greater => *value >= wanted.end,
                Comparator::GreaterOrEqual => *value >= wanted.start,
                Comparator::Less => *value < wanted.start,
                Comparator::LessOrEqual => *value < wanted.end,
            },
            (Self::Flag(wanted), Value::Flag(value)) => wanted == value,
            _ => false,
        })
    }
}

impl Value<'_> {
    /// In lower case.
    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_lowercase()),
            Self::Owned(text) => Some(text.to_lowercase()),
            Self::Number(_) | Self::Time(_) | Self::Flag(_) => None,
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '@' && c != '.')
        .filter(|word| !word.is_empty())
}

/// Whether the wanted words stand in the text one after the other.
fn words_agree(text: &str, wanted: &str) -> bool {
    let text: Vec<&str> = words(text).collect();
    let wanted: Vec<&str> = words(wanted).collect();
    !wanted.is_empty() && text.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether every wanted word begins a word of the text, or the text contains the whole.
fn any_word(text: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_end_matches('*');
    if text == wanted || text.starts_with(wanted) {
        return true;
    }
    let mut parts = words(wanted).peekable();
    parts.peek().is_some() && parts.all(|part| words(text).any(|word| word.starts_with(part)))
}

fn describe(expression: &Expression) -> Json {
    match expression {
        Expression::All => json!({}),
        Expression::And(parts) => json!({ "and": parts.iter().map(describe).collect::<Vec<_>>() }),
        Expression::Or(parts) => json!({ "or": parts.iter().map(describe).collect::<Vec<_>>() }),
        Expression::Not(inner) => json!({ "not": describe(inner) }),
        Expression::Term(term) => {
            let field = term.field.as_deref().unwrap_or("default");
            let bound = match term.comparator {
                Comparator::Equal => return json!({ "field": field, "match_all": term.value }),
                Comparator::Greater => "gt",
                Comparator::GreaterOrEqual => "gte",
                Comparator::Less => "lt",
                Comparator::LessOrEqual => "lte",
            };
            json!({ "field": field, "range": { bound: term.value } })
        }
    }
}
