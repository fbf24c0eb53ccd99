//! Scalar cells: what a text means in a field.

use crate::fault::{Fault, Res};
use crate::orm::{Field, Kind, Model, Value, value_of};
use crate::py::{Py, float_repr};

/// What is wrong with a cell; `%(field)s` stands for the field's label.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) text: String,
    pub(super) more: Option<Py>,
    pub(super) warning: bool,
}

impl Problem {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            more: None,
            warning: false,
        }
    }

    pub(super) fn with(mut self, more: Py) -> Self {
        self.more = Some(more);
        self
    }
}

/// The outcome of a cell: its value, or nothing, and what there is to say.
pub(super) type Cell = (Option<Value>, Vec<Problem>);

/// A text cell's word for true or false; anything else counts as true.
pub(super) fn truth(value: &Py) -> Res<(bool, bool)> {
    let Some(text) = value.as_str() else {
        return Err(Fault::attribute(format!(
            "'{}' object has no attribute 'lower'",
            value.type_name()
        )));
    };
    let lower = text.to_lowercase();
    Ok(match lower.as_str() {
        "1" | "true" | "yes" => (true, true),
        "" | "0" | "false" | "no" => (false, true),
        _ => (true, false),
    })
}

/// A cell that is not empty.
pub(super) fn scalar(model: &Model, field: &Field, value: &Py) -> Res<Cell> {
    let shown = value.display();
    let bad = |text: String| Ok((None, vec![Problem::new(text)]));
    let parsed = match &field.kind {
        Kind::Boolean => {
            let (set, known) = truth(value)?;
            let problem = Problem::new(format!("Unknown value '{shown}' for boolean field '%(field)s'"))
                .with(Py::str("Use '1' for yes and '0' for no"));
            return Ok((
                Some(Value::Bool(set)),
                if known { Vec::new() } else { vec![problem] },
            ));
        }
        Kind::Integer | Kind::Many2oneReference => match value {
            Py::Str(text) if text.trim().parse::<i64>().is_err() => {
                return bad(format!(
                    "'{shown}' does not seem to be an integer for field '%(field)s'"
                ));
            }
            other => other.clone(),
        },
        Kind::Float(_) | Kind::Monetary => match value {
            Py::Str(text) if text.trim().parse::<f64>().is_err() => {
                return bad(format!(
                    "'{shown}' does not seem to be a number for field '%(field)s'"
                ));
            }
            Py::Float(f) => Py::Str(float_repr(*f)),
            other => other.clone(),
        },
        Kind::Date | Kind::Datetime => return date(model, field, value, &shown),
        Kind::Selection(values) => return selection(values, value, &shown),
        _ => value.clone(),
    };
    Ok((Some(value_of(model, field, &parsed)?), Vec::new()))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every conversion")]
fn date(model: &Model, field: &Field, value: &Py, shown: &str) -> Res<Cell> {
    if let Ok(value) = value_of(model, field, value) {
        Ok((Some(value), Vec::new()))
    } else {
        let (what, sample) = match field.kind {
            Kind::Date => ("date", "2012-12-31"),
            _ => ("datetime", "2012-12-31 23:59:59"),
        };
        let text = format!("'{shown}' does not seem to be a valid {what} for field '%(field)s'");
        Ok((
            None,
            vec![Problem::new(text).with(Py::Str(format!("Use the format '{sample}'")))],
        ))
    }
}

fn selection(values: &[(&str, &str)], value: &Py, shown: &str) -> Res<Cell> {
    let Some(text) = value.as_str() else {
        return Err(Fault::attribute(format!(
            "'{}' object has no attribute 'lower'",
            value.type_name()
        )));
    };
    let lower = text.to_lowercase();
    let found = values
        .iter()
        .find(|(key, label)| lower == key.to_lowercase() || lower == label.to_lowercase());
    if let Some((key, _)) = found {
        Ok((Some(Value::text(*key)), Vec::new()))
    } else {
        let labels = values.iter().map(|(_, label)| Py::str(*label)).collect();
        let text = format!("Value '{shown}' not found in selection field '%(field)s'");
        Ok((None, vec![Problem::new(text).with(Py::List(labels))]))
    }
}
