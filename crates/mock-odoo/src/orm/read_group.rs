//! `read_group`: records counted and summed by the values of fields.

use std::cmp::Ordering;

use jiff::civil::{DateTime, Weekday};
use jiff::{Span, ToSpan, Unit};
use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::orm::{Field, Kind, Model, Source, Value, View, to_float};
use crate::py::{Py, str_repr};

/// What is asked.
pub(crate) struct GroupQuery {
    pub(crate) domain: Py,
    pub(crate) fields: Vec<String>,
    pub(crate) groupby: Vec<String>,
    pub(crate) offset: usize,
    pub(crate) limit: Option<usize>,
    pub(crate) order: Option<String>,
    pub(crate) lazy: bool,
}

/// A term of `groupby`: a field, and for dates the width of a group.
struct By<'m> {
    text: String,
    field: &'m Field,
    width: Option<String>,
}

/// An aggregate: its key in the result, the function, its field.
struct Aggregate<'m> {
    key: String,
    function: String,
    field: &'m Field,
}

struct Group {
    key: Vec<Value>,
    ids: Vec<i64>,
}

impl View<'_> {
    /// The groups as dicts.
    pub(crate) fn read_group(&self, model: &Model, query: &GroupQuery) -> Res<Vec<Py>> {
        let all: Vec<By<'_>> = query
            .groupby
            .iter()
            .map(|text| group_term(model, text))
            .collect::<Res<_>>()?;
        let aggregates = aggregates(model, &query.fields, &all)?;
        let taken = if query.lazy { all.len().min(1) } else { all.len() };
        let (now, later) = all.split_at(taken);
        let ids = self.search(model, &query.domain, 0, None, Some("id"))?;
        let mut groups = self.group(model, now, &ids);
        if now.is_empty() && groups.is_empty() {
            groups.push(Group {
                key: Vec::new(),
                ids: Vec::new(),
            });
        }
        self.order_groups(model, now, &mut groups, query.order.as_deref(), &aggregates);
        let limit = query.limit.filter(|l| *l > 0).unwrap_or(usize::MAX);
        let rest: Vec<Py> = later.iter().map(|by| Py::str(by.text.as_str())).collect();
        Ok(groups
            .iter()
            .skip(query.offset)
            .take(limit)
            .map(|group| self.group_row(model, query, now, &rest, group, &aggregates))
            .collect())
    }

    fn group(&self, model: &Model, by: &[By<'_>], ids: &[i64]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for id in ids {
            let mut keys = vec![Vec::new()];
            for term in by {
                let value = self.value(model, *id, term.field);
                let values = match (&term.width, value) {
                    (Some(width), Value::Text(text)) => vec![Value::Text(start_of(&text, width))],
                    (_, Value::Ids(ids)) if ids.is_empty() => vec![Value::Null],
                    (_, Value::Ids(ids)) => ids.into_iter().map(Value::Int).collect(),
                    (_, Value::Text(text)) if text.is_empty() => vec![Value::Null],
                    (_, Value::Null) if term.field.kind == Kind::Boolean => vec![Value::Bool(false)],
                    (_, value) => vec![value],
                };
                keys = keys
                    .into_iter()
                    .flat_map(|key: Vec<Value>| {
                        values
                            .iter()
                            .map(move |v| key.iter().cloned().chain([v.clone()]).collect::<Vec<_>>())
                    })
                    .collect();
            }
            for key in keys {
                match groups.iter_mut().find(|g| g.key == key) {
                    Some(group) => group.ids.push(*id),
                    None => groups.push(Group { key, ids: vec![*id] }),
                }
            }
        }
        groups
    }

    /// Along the order that was asked, then along the groups' own values.
    fn order_groups(
        &self,
        model: &Model,
        by: &[By<'_>],
        groups: &mut [Group],
        order: Option<&str>,
        aggs: &[Aggregate<'_>],
    ) {
        let ranks: Vec<Vec<Value>> = by.iter().map(|term| self.ranks(term, groups)).collect();
        let rank_of = |n: usize, value: &Value| {
            ranks
                .get(n)
                .and_then(|r| r.iter().position(|v| v == value))
                .unwrap_or(0)
        };
        let terms: Vec<(String, bool)> = order
            .unwrap_or("")
            .split(',')
            .map(|term| {
                let mut words = term.split_whitespace();
                let name = words.next().unwrap_or("").to_owned();
                (name, words.next().is_some_and(|w| w.eq_ignore_ascii_case("desc")))
            })
            .filter(|(name, _)| !name.is_empty())
            .collect();
        groups.sort_by(|a, b| {
            for (name, descending) in &terms {
                let ordering =
                    if let Some(n) = by.iter().position(|t| t.text == *name || t.field.name == *name) {
                        match (a.key.get(n), b.key.get(n)) {
                            (Some(x), Some(y)) => rank_of(n, x).cmp(&rank_of(n, y)),
                            _ => Ordering::Equal,
                        }
                    } else if let Some(agg) = aggs.iter().find(|agg| agg.key == *name) {
                        let (x, y) = (
                            self.aggregate(model, agg, &a.ids),
                            self.aggregate(model, agg, &b.ids),
                        );
                        as_number(&x)
                            .partial_cmp(&as_number(&y))
                            .unwrap_or(Ordering::Equal)
                    } else {
                        a.ids.len().cmp(&b.ids.len())
                    };
                let ordering = if *descending { ordering.reverse() } else { ordering };
                if ordering != Ordering::Equal {
                    return ordering;
                }
            }
            let keys = a.key.iter().zip(&b.key).enumerate();
            keys.map(|(n, (x, y))| rank_of(n, x).cmp(&rank_of(n, y)))
                .find(|o| *o != Ordering::Equal)
                .unwrap_or(Ordering::Equal)
        });
    }

    /// A term's distinct values in their order; nothing comes last.
    fn ranks(&self, term: &By<'_>, groups: &[Group]) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for value in groups.iter().flat_map(|g| &g.key) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        if let Some(other) = term.field.kind.comodel().and_then(|c| self.reg.find(c)) {
            let ids: Vec<i64> = values.iter().filter_map(Value::as_int).collect();
            let mut sorted: Vec<Value> = self
                .sort(other, ids, None)
                .unwrap_or_default()
                .into_iter()
                .map(Value::Int)
                .collect();
            sorted.push(Value::Null);
            return sorted;
        }
        values.sort_by(|a, b| match (a, b) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (a, b) => a.as_num().cmp(&b.as_num()),
        });
        values
    }

    fn group_row(
        &self,
        model: &Model,
        query: &GroupQuery,
        by: &[By<'_>],
        rest: &[Py],
        group: &Group,
        aggregates: &[Aggregate<'_>],
    ) -> Py {
        let mut row = Vec::new();
        let mut conditions = Vec::new();
        let mut ranges = Vec::new();
        for (term, value) in by.iter().zip(&group.key) {
            row.push((term.text.clone(), self.group_value(term, value)));
            match (&term.width, value) {
                (Some(width), Value::Text(from)) => {
                    let to = add(from, width);
                    let bound =
                        |op: &str, text: &str| leaf(&term.field.name, op, Py::str(shown_bound(term, text)));
                    conditions.push(vec![Py::str("&"), bound(">=", from), bound("<", &to)]);
                    let range = [("from", shown_bound(term, from)), ("to", shown_bound(term, &to))];
                    ranges.push((term.text.clone(), Py::dict(range.map(|(k, v)| (k, Py::str(v))))));
                }
                (_, value) => {
                    let raw = match value {
                        Value::Null => Py::Bool(false),
                        Value::Int(id) => Py::Int(*id),
                        Value::Bool(b) => Py::Bool(*b),
                        Value::Num(n) => Py::Float(to_float(*n)),
                        Value::Text(t) => Py::str(t.as_str()),
                        Value::Ids(ids) => Py::ids(ids),
                    };
                    conditions.push(vec![leaf(&term.field.name, "=", raw)]);
                }
            }
        }
        let count_key = match by.first() {
            Some(first) if query.lazy => format!("{}_count", first.field.name),
            _ => "__count".to_owned(),
        };
        row.push((
            count_key,
            Py::Int(i64::try_from(group.ids.len()).unwrap_or(i64::MAX)),
        ));
        for aggregate in aggregates {
            row.push((
                aggregate.key.clone(),
                self.aggregate(model, aggregate, &group.ids),
            ));
        }
        if query.lazy && !rest.is_empty() {
            row.push((
                "__context".to_owned(),
                Py::dict([("group_by", Py::List(rest.to_vec()))]),
            ));
        }
        row.push(("__domain".to_owned(), Py::List(joined(&query.domain, conditions))));
        if !ranges.is_empty() {
            row.push(("__range".to_owned(), Py::Dict(ranges)));
        }
        Py::Dict(row)
    }

    fn group_value(&self, term: &By<'_>, value: &Value) -> Py {
        match (&term.width, value) {
            (Some(width), Value::Text(text)) => Py::Str(label(text, width)),
            (_, Value::Int(id)) if term.field.kind.comodel().is_some() => {
                let comodel = term.field.kind.comodel().unwrap_or_default();
                Py::List(vec![Py::Int(*id), Py::Str(self.display_name(comodel, *id))])
            }
            (_, Value::Null) => Py::Bool(false),
            (_, value) => self.shown(term.field, value, true),
        }
    }

    fn aggregate(&self, model: &Model, aggregate: &Aggregate<'_>, ids: &[i64]) -> Py {
        let values: Vec<Value> = ids
            .iter()
            .map(|id| self.value(model, *id, aggregate.field))
            .filter(|v| !v.is_null())
            .collect();
        let numbers: Vec<Decimal> = values.iter().map(Value::as_num).collect();
        let integer = matches!(aggregate.field.kind, Kind::Integer | Kind::Many2oneReference);
        let number = |n: Decimal| match n.try_into() {
            Ok(int) if integer => Py::Int(int),
            _ => Py::Float(to_float(n)),
        };
        let count = |n: usize| Py::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match aggregate.function.as_str() {
            "count" => count(values.len()),
            "count_distinct" => {
                let mut seen: Vec<&Value> = Vec::new();
                for value in &values {
                    if !seen.contains(&value) {
                        seen.push(value);
                    }
                }
                count(seen.len())
            }
            "array_agg" => Py::List(
                values
                    .iter()
                    .map(|v| self.shown(aggregate.field, v, false))
                    .collect(),
            ),
            "bool_and" => Py::Bool(values.iter().all(Value::as_bool)),
            "bool_or" => Py::Bool(values.iter().any(Value::as_bool)),
            _ if values.is_empty() => {
                if aggregate.function == "sum" && integer {
                    Py::Int(0)
                } else if aggregate.function == "sum" {
                    Py::Float(0.0)
                } else {
                    Py::Bool(false)
                }
            }
            "avg" => {
                let total: Decimal = numbers.iter().sum();
                Py::Float(to_float(total / Decimal::from(numbers.len())))
            }
            "min" | "max" if matches!(values.first(), Some(Value::Text(_))) => {
                let texts = values.iter().filter_map(Value::as_text);
                let found = if aggregate.function == "min" {
                    texts.min()
                } else {
                    texts.max()
                };
                self.shown(aggregate.field, &found.map_or(Value::Null, Value::text), false)
            }
            "min" => number(numbers.iter().min().copied().unwrap_or_default()),
            "max" => number(numbers.iter().max().copied().unwrap_or_default()),
            _ => number(numbers.iter().sum()),
        }
    }
}

fn as_number(value: &Py) -> f64 {
    match value {
        Py::Float(f) => *f,
        #[expect(clippy::cast_precision_loss, reason = "only compared")]
        Py::Int(i) => *i as f64,
        _ => 0.0,
    }
}

fn leaf(field: &str, op: &str, value: Py) -> Py {
    Py::List(vec![Py::str(field), Py::str(op), value])
}

/// The domain and the group's conditions, joined in Polish notation.
fn joined(domain: &Py, conditions: Vec<Vec<Py>>) -> Vec<Py> {
    let tokens = domain.as_list().unwrap_or_default();
    if conditions.is_empty() {
        return tokens.to_vec();
    }
    let mut parts = Vec::new();
    if !tokens.is_empty() {
        parts.push(explicit(tokens));
    }
    parts.extend(conditions);
    let mut result = vec![Py::str("&"); parts.len().saturating_sub(1)];
    result.extend(parts.into_iter().flatten());
    result
}

/// A domain with its implicit `&` written out.
fn explicit(tokens: &[Py]) -> Vec<Py> {
    let mut result: Vec<Py> = Vec::new();
    let mut expected = 1_i32;
    for token in tokens {
        if expected == 0 {
            result.insert(0, Py::str("&"));
            expected = 1;
        }
        expected += match token.as_str() {
            Some("&" | "|") => 1,
            Some("!") => 0,
            _ => -1,
        };
        result.push(token.clone());
    }
    result
}

/// The widths that dates are grouped by.
const WIDTHS: [&str; 6] = ["hour", "day", "week", "month", "quarter", "year"];

/// The functions that aggregate.
const FUNCTIONS: [&str; 10] = [
    "sum",
    "avg",
    "max",
    "min",
    "bool_and",
    "bool_or",
    "array_agg",
    "recordset",
    "count",
    "count_distinct",
];

fn group_term<'m>(model: &'m Model, text: &str) -> Res<By<'m>> {
    let (name, width) = match text.split_once(':') {
        Some((name, width)) => (name, Some(width.to_owned())),
        None => (text, None),
    };
    let field = model.field(name).ok_or_else(|| {
        Fault::value(format!(
            "Invalid field {} on model {}",
            str_repr(name),
            str_repr(model.name)
        ))
    })?;
    let dated = matches!(field.kind, Kind::Date | Kind::Datetime);
    let width = if dated {
        Some(width.unwrap_or_else(|| "month".to_owned()))
    } else {
        None
    };
    if let Some(width) = width.as_ref().filter(|w| !WIDTHS.contains(&w.as_str())) {
        return Err(Fault::value(format!(
            "Granularity specification isn't correct: {}",
            str_repr(width)
        )));
    }
    let in_database = field.store || matches!(field.source, Source::Related(_) | Source::Inherited(_));
    if !in_database {
        return Err(Fault::value(format!(
            "Cannot convert {}.{name} to SQL because it is not stored",
            model.name
        )));
    }
    Ok(By {
        text: text.to_owned(),
        field,
        width,
    })
}

fn aggregates<'m>(model: &'m Model, specs: &[String], by: &[By<'_>]) -> Res<Vec<Aggregate<'m>>> {
    let mut found = Vec::new();
    for spec in specs {
        let (key, rest) = match spec.split_once(':') {
            Some((key, rest)) => (key, Some(rest)),
            None => (spec.as_str(), None),
        };
        if key == "__count" {
            continue;
        }
        let (function, name) = match rest {
            None => ("", key),
            Some(rest) => match rest.split_once('(') {
                Some((function, name)) => (function, name.trim_end_matches(')')),
                None => (rest, key),
            },
        };
        let Some(field) = model.field(name) else {
            return Err(Fault::value(format!(
                "Invalid field {} on model {} for {}.",
                str_repr(name),
                str_repr(model.name),
                str_repr(spec)
            )));
        };
        if by.iter().any(|term| term.field.name == field.name) {
            continue;
        }
        let function = if function.is_empty() {
            // Only numbers add up by themselves.
            if !field.store
                || !matches!(field.kind, Kind::Integer | Kind::Float(_) | Kind::Monetary)
                || name == "id"
            {
                continue;
            }
            "sum"
        } else if FUNCTIONS.contains(&function) {
            function
        } else {
            return Err(Fault::value(format!(
                "Invalid aggregate method {} for {}.",
                str_repr(function),
                str_repr(&format!("{name}:{function}"))
            )));
        };
        found.push(Aggregate {
            key: key.to_owned(),
            function: function.to_owned(),
            field,
        });
    }
    Ok(found)
}

fn parse(text: &str) -> Option<DateTime> {
    let text = text.replacen(' ', "T", 1);
    if text.contains('T') {
        text.parse().ok()
    } else {
        format!("{text}T00:00:00").parse().ok()
    }
}

const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// The beginning of the group that a date falls in.
fn start_of(text: &str, width: &str) -> String {
    let Some(at) = parse(text) else {
        return text.to_owned();
    };
    let day = at.date();
    let start = match width {
        "hour" => day.at(at.hour(), 0, 0, 0),
        "week" => {
            let back = i64::from(day.weekday().since(Weekday::Sunday));
            day.checked_sub(back.days()).unwrap_or(day).at(0, 0, 0, 0)
        }
        "month" => day.first_of_month().at(0, 0, 0, 0),
        "quarter" => {
            let month = (day.month() - 1) / 3 * 3 + 1;
            day.with()
                .month(month)
                .day(1)
                .build()
                .unwrap_or(day)
                .at(0, 0, 0, 0)
        }
        "year" => day.first_of_year().at(0, 0, 0, 0),
        _ => day.at(0, 0, 0, 0),
    };
    start.strftime(FORMAT).to_string()
}

/// The beginning of the next group.
fn add(from: &str, width: &str) -> String {
    let span: Span = match width {
        "hour" => 1.hour(),
        "week" => 1.week(),
        "month" => 1.month(),
        "quarter" => 3.months(),
        "year" => 1.year(),
        _ => 1.day(),
    };
    parse(from)
        .and_then(|at| at.checked_add(span).ok())
        .and_then(|at| at.round(Unit::Second).ok())
        .map_or_else(|| from.to_owned(), |at| at.strftime(FORMAT).to_string())
}

fn shown_bound(term: &By<'_>, text: &str) -> String {
    if term.field.kind == Kind::Date {
        text.chars().take(10).collect()
    } else {
        text.to_owned()
    }
}

fn label(from: &str, width: &str) -> String {
    let Some(at) = parse(from) else {
        return from.to_owned();
    };
    match width {
        "hour" => at.strftime("%H:00 %d %b").to_string(),
        "week" => {
            // Weeks begin on Sunday and are numbered by the year of their Thursday-like middle.
            let middle = at.date().checked_add(3.days()).unwrap_or(at.date());
            let first = middle.first_of_year();
            let week = (middle.day_of_year() + i16::from(first.weekday().since(Weekday::Sunday)) - 1) / 7 + 1;
            format!("W{week} {}", middle.year())
        }
        "month" => at.strftime("%B %Y").to_string(),
        "quarter" => format!("Q{} {}", (at.month() - 1) / 3 + 1, at.year()),
        "year" => at.strftime("%Y").to_string(),
        _ => at.strftime("%d %b %Y").to_string(),
    }
}
