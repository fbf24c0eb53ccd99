//! Values of variables and literals, checked against their types.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Document, Type};
use apollo_compiler::executable::Operation;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::report::{Report, start};
use crate::gid::Gid;

/// A value that does not fit; with words of its own where the scalar has some.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) text: Option<String>,
}

/// Checks a constant against a scalar.
pub(crate) fn scalar(name: &str, value: &Value) -> Result<(), Wrong> {
    let good = match name {
        "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "Float" => value.is_number(),
        "String" | "HTML" | "FormattedString" | "ARN" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "ID" => return check(value, "Invalid global id", |text| Gid::parse(text).is_some()),
        "Decimal" | "Money" => {
            return check(value, "invalid decimal", |text| {
                text.trim().parse::<Decimal>().is_ok()
            });
        }
        "UnsignedInt64" => {
            let text = text_of(value);
            text.is_some_and(|text| text.parse::<u64>().is_ok())
        }
        "DateTime" => value
            .as_str()
            .is_some_and(|text| text.parse::<Timestamp>().is_ok() || text.parse::<Date>().is_ok()),
        "URL" => {
            return check(value, "Invalid url", |text| {
                text.contains("://") && !text.contains(char::is_whitespace)
            });
        }
        _ => true,
    };
    if good { Ok(()) } else { Err(Wrong { text: None }) }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text that its scalar has words of its own about.
fn check(value: &Value, complaint: &str, good: impl FnOnce(&str) -> bool) -> Result<(), Wrong> {
    match text_of(value) {
        Some(text) if good(&text) => Ok(()),
        Some(text) => Err(Wrong {
            text: Some(format!("{complaint} '{text}'")),
        }),
        None => Err(Wrong { text: None }),
    }
}

/// One thing that is wrong with a variable.
struct Problem {
    path: Vec<JsonValue>,
    explanation: String,
    /// Whether the explanation is repeated as `message`, as for scalars with words of their own (recorded).
    own_words: bool,
}

/// An error per variable of the operation that has no usable value.
pub(crate) fn check_variables(
    schema: &Schema,
    document: &Document,
    operation: &Operation,
    values: &JsonMap,
) -> Result<(), Vec<Report>> {
    let mut reports = Vec::new();
    for variable in &operation.variables {
        let given = values.get(variable.name.as_str());
        if given.is_none() && (variable.default_value.is_some() || !variable.ty.is_non_null()) {
            continue;
        }
        let value = given.cloned().unwrap_or(JsonValue::Null);
        let mut problems = Vec::new();
        find_problems(schema, &variable.ty, &value, &mut Vec::new(), &mut problems);
        if problems.is_empty() {
            continue;
        }
        let message = format!(
            "Variable ${} of type {} was provided invalid value{}",
            variable.name,
            variable.ty,
            summary(&problems)
        );
        let report = Report::new(message)
            .at(start(variable.location(), &document.sources))
            .with("code", "INVALID_VARIABLE")
            .with("value", value)
            .with(
                "problems",
                JsonValue::Array(problems.into_iter().map(Problem::json).collect()),
            );
        reports.push(report);
    }
    if reports.is_empty() { Ok(()) } else { Err(reports) }
}

/// " for a.0.b (explanation), c (explanation)".
fn summary(problems: &[Problem]) -> String {
    let inside = problems
        .iter()
        .filter(|problem| !problem.path.is_empty())
        .map(|problem| {
            let path = problem.path.iter().map(|part| match part.as_str() {
                Some(text) => text.to_owned(),
                None => part.to_string(),
            });
            format!("{} ({})", path.collect::<Vec<_>>().join("."), problem.explanation)
        });
    let inside = inside.collect::<Vec<_>>().join(", ");
    if inside.is_empty() {
        inside
    } else {
        format!(" for {inside}")
    }
}

impl Problem {
    fn json(self) -> JsonValue {
        let mut json = JsonMap::new();
        json.insert("path", JsonValue::Array(self.path));
        json.insert("explanation", self.explanation.as_str().into());
        if self.own_words {
            json.insert("message", self.explanation.into());
        }
        JsonValue::Object(json)
    }
}

fn find_problems(
    schema: &Schema,
    ty: &Type,
    value: &JsonValue,
    path: &mut Vec<JsonValue>,
    problems: &mut Vec<Problem>,
) {
    let mut problem = |explanation: String, own_words: bool| {
        problems.push(Problem {
            path: path.clone(),
            explanation,
            own_words,
        });
    };
    if value.is_null() {
        if ty.is_non_null() {
            problem("Expected value to not be null".into(), false);
        }
        return;
    }
    let name = match ty {
        Type::List(item) | Type::NonNullList(item) => {
            let Some(list) = value.as_array() else {
                return find_problems(schema, item, value, path, problems);
            };
            for (at, one) in list.iter().enumerate() {
                path.push(i64::try_from(at).unwrap_or(i64::MAX).into());
                find_problems(schema, item, one, path, problems);
                path.pop();
            }
            return;
        }
        Type::Named(name) | Type::NonNullNamed(name) => name,
    };
    match schema.types.get(name) {
        Some(ExtendedType::Enum(known)) => {
            let fits = value
                .as_str()
                .is_some_and(|text| known.values.keys().any(|key| key == text));
            if !fits {
                let values: Vec<&str> = known.values.keys().map(apollo_compiler::Name::as_str).collect();
                problem(
                    format!("Expected {value} to be one of: {}", values.join(", ")),
                    false,
                );
            }
        }
        Some(ExtendedType::InputObject(object)) => match value.as_object() {
            Some(fields) => in_object(schema, object, fields, path, problems),
            None => problem(format!("Expected {value} to be a key-value object."), false),
        },
        _ => {
            let plain = serde_json::to_value(value).unwrap_or_default();
            if let Err(wrong) = scalar(name, &plain) {
                let own_words = wrong.text.is_some();
                let text = wrong
                    .text
                    .unwrap_or_else(|| format!("Could not coerce value {value} to {name}"));
                problem(text, own_words);
            }
        }
    }
}

fn in_object(
    schema: &Schema,
    object: &InputObjectType,
    fields: &JsonMap,
    path: &mut Vec<JsonValue>,
    problems: &mut Vec<Problem>,
) {
    let problem = |path: &[JsonValue], explanation: String| Problem {
        path: path.to_vec(),
        explanation,
        own_words: false,
    };
    for key in fields
        .keys()
        .filter(|key| !object.fields.contains_key(key.as_str()))
    {
        path.push(key.as_str().into());
        problems.push(problem(path, format!("Field is not defined on {}", object.name)));
        path.pop();
    }
    for (name, field) in &object.fields {
        path.push(name.as_str().into());
        match fields.get(name.as_str()) {
            Some(value) => find_problems(schema, &field.ty, value, path, problems),
            None if field.ty.is_non_null() && field.default_value.is_none() => {
                problems.push(problem(path, "Expected value to not be null".into()));
            }
            None => {}
        }
        path.pop();
    }
    if object.directives.has("oneOf") {
        let null = fields.iter().find(|(_, value)| value.is_null());
        let text = match (fields.len(), null) {
            (1, None) => return,
            (1, Some((key, _))) => {
                format!(
                    "'{}' requires exactly one argument, but '{}' was `null`.",
                    object.name,
                    key.as_str()
                )
            }
            (count, _) => format!(
                "'{}' requires exactly one argument, but {count} were provided.",
                object.name
            ),
        };
        problems.push(problem(path, text));
    }
}
