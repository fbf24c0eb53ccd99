//! Reading arguments the way the methods behind them do.

use crate::fault::{Fault, Res};
use crate::py::{Py, str_repr};

pub(super) fn missing_positional(function: &str, names: &[&str]) -> Fault {
    let names: Vec<String> = names.iter().map(|n| str_repr(n)).collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    let s = if names.len() == 1 { "" } else { "s" };
    Fault::type_error(format!(
        "{function}() missing {} required positional argument{s}: {list}",
        names.len()
    ))
}

pub(super) fn not_a_sequence(value: &Py) -> Fault {
    Fault::type_error(format!(
        "odoo.service.model.execute() argument after * must be an iterable, not {}",
        value.type_name()
    ))
}

/// Keyword arguments: a dict, or nothing.
pub(super) fn keywords(value: Option<&Py>) -> Res<Vec<(String, Py)>> {
    match value {
        None => Ok(Vec::new()),
        Some(Py::Dict(pairs)) => Ok(pairs.clone()),
        Some(other) if !other.truthy() => Ok(Vec::new()),
        Some(other) => Err(Fault::type_error(format!(
            "odoo.service.model.execute() argument after ** must be a mapping, not {}",
            other.type_name()
        ))),
    }
}

/// Ids of records a method is called on: a list, a bare id, or nothing. Texts that are numbers are kept apart.
pub(super) struct Ids {
    pub(super) ids: Vec<i64>,
    /// The first text among them.
    pub(super) text: Option<String>,
}

pub(super) fn ids(value: &Py) -> Res<Ids> {
    let mut found = Ids {
        ids: Vec::new(),
        text: None,
    };
    let items = match value {
        Py::List(items) => items.clone(),
        other if !other.truthy() && !matches!(other, Py::Int(0)) => Vec::new(),
        Py::Int(id) => vec![Py::Int(*id)],
        Py::Str(text) => text.chars().map(|c| Py::Str(c.to_string())).collect(),
        other => vec![other.clone()],
    };
    for item in items {
        match item {
            Py::Str(text) => found.text = found.text.or(Some(text)),
            Py::List(_) => return Err(Fault::type_error("unhashable type: 'list'")),
            Py::Dict(_) => return Err(Fault::type_error("unhashable type: 'dict'")),
            other => found.ids.extend(other.as_int()),
        }
    }
    Ok(found)
}

/// A number of rows: `None`, `False` or 0 stand for no bound.
pub(super) fn count(value: Option<&Option<Py>>) -> Res<Option<usize>> {
    match value.and_then(Option::as_ref) {
        None => Ok(None),
        Some(value) if !value.truthy() => Ok(None),
        Some(value) => match value.as_int() {
            Some(int) => Ok(Some(usize::try_from(int).unwrap_or(0))),
            None => match value.as_str().and_then(|t| t.trim().parse().ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(Fault::postgres(
                    "InvalidTextRepresentation",
                    format!(
                        "invalid input syntax for type bigint: {}\n",
                        str_repr(&value.display())
                    ),
                )),
            },
        },
    }
}

/// A list of field names; `None` where none were given.
pub(super) fn names(value: Option<&Option<Py>>) -> Option<Vec<String>> {
    match value.and_then(Option::as_ref) {
        Some(Py::List(items)) => Some(items.iter().map(Py::display).collect()),
        Some(Py::Str(text)) => Some(text.chars().map(String::from).collect()),
        _ => None,
    }
}

/// An order: a text that is not empty.
pub(super) fn order(value: Option<&Option<Py>>) -> Option<String> {
    match value.and_then(Option::as_ref) {
        Some(Py::Str(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// A domain; nothing stands for the empty one.
pub(super) fn domain(value: Option<&Option<Py>>) -> Py {
    match value.and_then(Option::as_ref) {
        Some(value) if value.truthy() => value.clone(),
        _ => Py::List(Vec::new()),
    }
}
