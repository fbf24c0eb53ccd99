//! From what a client sent to what a field holds, with Python's ways and texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::orm::rounding::{half_up, to_decimal};
use crate::orm::{Command, Field, Input, Kind, Model, Registry, Source, Vals, Value};
use crate::py::{Py, str_repr};

/// Fields that the ORM fills in itself: what is sent for them is dropped without a word.
const MAGIC: [&str; 6] = [
    "id",
    "parent_path",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
];

/// How deep x2many commands may nest in each other.
const MAX_DEPTH: usize = 30;

impl Vals {
    /// Checks the names and takes the values of a `create` or `write` over.
    pub(crate) fn from_py(reg: &Registry, model: &Model, vals: &Py) -> Res<Self> {
        Self::nested(reg, model, vals, 0)
    }

    fn nested(reg: &Registry, model: &Model, vals: &Py, depth: usize) -> Res<Self> {
        let Some(pairs) = vals.as_dict() else {
            let text = format!("'{}' object has no attribute 'items'", vals.type_name());
            return Err(Fault::attribute(text));
        };
        let mut result = Self::new();
        for (name, value) in pairs {
            let field = model.checked(name)?;
            if MAGIC.contains(&name.as_str()) || is_dropped(field) {
                continue;
            }
            result.put(name.clone(), input_at(reg, model, field, value, depth)?);
        }
        Ok(result)
    }
}

/// Computed fields without an inverse are no place to write to.
fn is_dropped(field: &Field) -> bool {
    match field.source {
        Source::Column | Source::Inherited(_) | Source::Reverse(_) => false,
        Source::Empty | Source::Id | Source::DisplayName => true,
        Source::Compute(_) | Source::Related(_) => field.inverse.is_none(),
    }
}

/// A field's value as a client sends it.
pub(crate) fn input_of(reg: &Registry, model: &Model, field: &Field, value: &Py) -> Res<Input> {
    input_at(reg, model, field, value, 0)
}

fn input_at(reg: &Registry, model: &Model, field: &Field, value: &Py, depth: usize) -> Res<Input> {
    match field.kind.comodel() {
        Some(comodel) if field.kind.is_x2many() => {
            commands_of(reg, comodel, model, field, value, depth).map(Input::Commands)
        }
        _ => value_of(model, field, value).map(Input::Value),
    }
}

fn commands_of(
    reg: &Registry,
    comodel: &str,
    model: &Model,
    field: &Field,
    value: &Py,
    depth: usize,
) -> Res<Vec<Command>> {
    if depth > MAX_DEPTH {
        return Err(Fault::new(
            crate::fault::Class::Builtin("RecursionError"),
            "maximum recursion depth exceeded",
        ));
    }
    if value.is_unset() {
        return Ok(vec![Command::Clear]);
    }
    let Some(items) = value.as_list() else {
        let text = format!(
            "Wrong value for {}.{}: {}",
            model.name,
            field.name,
            value.display()
        );
        return Err(Fault::value(text));
    };
    match items.first() {
        None => return Ok(Vec::new()),
        Some(Py::List(_)) => {}
        Some(_) => return Ok(vec![Command::Set(plain_ids(items)?)]),
    }
    let comodel = reg.find(comodel);
    let mut commands = Vec::new();
    for item in items {
        let parts = match item {
            Py::List(parts) => parts.as_slice(),
            Py::Dict(_) => return Err(Fault::type_error("unhashable type: 'dict'")),
            _ => continue,
        };
        let id = || {
            let id = parts.get(1).and_then(Py::as_int);
            id.ok_or_else(|| {
                Fault::new(
                    crate::fault::Class::Builtin("IndexError"),
                    "list index out of range",
                )
            })
        };
        let vals = || match (comodel, parts.get(2)) {
            (Some(comodel), Some(vals)) => Vals::nested(reg, comodel, vals, depth + 1),
            _ => Err(Fault::new(
                crate::fault::Class::Builtin("IndexError"),
                "list index out of range",
            )),
        };
        match parts.first().and_then(Py::as_int) {
            Some(0) => commands.push(Command::Create(vals()?)),
            Some(1) => commands.push(Command::Update(id()?, vals()?)),
            Some(2) => commands.push(Command::Delete(id()?)),
            Some(3) => commands.push(Command::Unlink(id()?)),
            Some(4) => commands.push(Command::Link(id()?)),
            Some(5) => commands.push(Command::Clear),
            Some(6) => commands.push(Command::Set(plain_ids(
                parts.get(2).and_then(Py::as_list).unwrap_or_default(),
            )?)),
            // An unknown number is passed over in silence; so is what is no number.
            _ => {}
        }
    }
    Ok(commands)
}

fn plain_ids(items: &[Py]) -> Res<Vec<i64>> {
    let mut ids = Vec::new();
    for item in items {
        match item {
            Py::Dict(_) => return Err(Fault::type_error("unhashable type: 'dict'")),
            Py::List(_) => return Err(Fault::type_error("unhashable type: 'list'")),
            Py::Str(text) => match text.trim().parse() {
                Ok(id) => ids.push(id),
                Err(_) => return Err(invalid_integer_text(text)),
            },
            other => ids.extend(other.as_int().filter(|id| *id != 0)),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}

/// PostgreSQL's word on a text where it needs an integer.
pub(crate) fn invalid_integer_text(text: &str) -> Fault {
    let message = format!("invalid input syntax for type integer: \"{text}\"\n");
    Fault::postgres("InvalidTextRepresentation", message)
}

/// The same about an id in a `WHERE ... IN`, with the excerpt of the statement that PostgreSQL adds.
pub(crate) fn invalid_id_text(model: &Model, text: &str) -> Fault {
    let table = model.table();
    let statement = format!(
        "SELECT \"{table}\".\"id\" FROM \"{table}\" WHERE (\"{table}\".\"id\" IN ('{text}')) AND TRUE"
    );
    let at = statement.find(&format!("'{text}'")).unwrap_or(0);
    Fault::postgres(
        "InvalidTextRepresentation",
        with_excerpt(
            &format!("invalid input syntax for type integer: \"{text}\""),
            &statement,
            at,
        ),
    )
}

/// A database error with the line of the statement it is about: some 60 characters around the place, and a caret.
pub(crate) fn with_excerpt(message: &str, statement: &str, at: usize) -> String {
    let chars: Vec<char> = statement.chars().collect();
    let from = at.saturating_sub(50);
    let to = (at + 15).min(chars.len());
    let (head, tail) = (
        if from > 0 { "..." } else { "" },
        if to < chars.len() { "..." } else { "" },
    );
    let shown: String = chars.get(from..to).unwrap_or_default().iter().collect();
    let line = format!("LINE 1: {head}{shown}{tail}");
    let caret = " ".repeat(8 + head.len() + (at - from));
    format!("{message}\n{line}\n{caret}^\n")
}

/// A scalar field's value as a client sends it.
pub(crate) fn value_of(model: &Model, field: &Field, value: &Py) -> Res<Value> {
    let wrong = || {
        Fault::value(format!(
            "Wrong value for {}.{}: {}",
            model.name,
            field.name,
            value.repr()
        ))
    };
    match &field.kind {
        Kind::Char | Kind::Text => text_value(field, value),
        Kind::Html => Ok(match text_value(field, value)? {
            Value::Text(text) => Value::Text(crate::html::sanitize(&text)),
            other => other,
        }),
        Kind::Integer | Kind::Many2oneReference => integer_value(value).map(Value::Int),
        Kind::Float(digits) => {
            let number = float_value(value)?;
            Ok(Value::Num(
                digits.map_or(number, |digits| half_up(number, digits)),
            ))
        }
        // Every currency of this simulator has two decimals.
        Kind::Monetary => Ok(Value::Num(half_up(float_value(value)?, 2))),
        Kind::Boolean => Ok(Value::Bool(value.truthy())),
        Kind::Date => date_value(value),
        Kind::Datetime => datetime_value(value),
        Kind::Selection(values) => match value {
            Py::Str(text) if values.iter().any(|(key, _)| key == text) => Ok(Value::text(text)),
            value if !value.truthy() => Ok(Value::Null),
            _ => Err(wrong()),
        },
        Kind::Many2one(_) => match value {
            Py::Int(0) | Py::None | Py::Bool(false) => Ok(Value::Null),
            Py::Int(id) => Ok(Value::Int(*id)),
            value if !value.truthy() => Ok(Value::Null),
            value => Err(Fault::value(format!("Wrong container value {}", value.repr()))),
        },
        Kind::Binary => match value {
            Py::Str(text) => Ok(Value::text(text)),
            Py::Binary(_) => Err(Fault::type_error("object supporting the buffer API required")),
            value if !value.truthy() => Ok(Value::Null),
            _ => Err(Fault::type_error("object supporting the buffer API required")),
        },
        Kind::Image => image_value(value),
        Kind::Json | Kind::Properties => {
            if !value.truthy() {
                return Ok(Value::Null);
            }
            let mut text = String::new();
            crate::py::write_json(value, &mut text);
            Ok(Value::Text(text))
        }
        Kind::One2many(..) | Kind::Many2many(_) => Err(wrong()),
    }
}

fn text_value(field: &Field, value: &Py) -> Res<Value> {
    if value.is_unset() {
        return Ok(Value::Null);
    }
    let text = value.display();
    if !text.contains('\0') {
        return Ok(Value::Text(text));
    }
    if field.translate {
        let shown: String = text.chars().take_while(|c| *c != '\0').collect();
        return Err(Fault::postgres(
            "UntranslatableCharacter",
            format!(
                "unsupported Unicode escape sequence\nDETAIL:  \\u0000 cannot be converted to text.\n\
                 CONTEXT:  JSON data, line 1: {{\"en_US\": \"{shown}\\u0000...\n"
            ),
        ));
    }
    Err(Fault::value(
        "A string literal cannot contain NUL (0x00) characters.",
    ))
}

/// Python's `int(value or 0)` for an `integer` column.
pub(crate) fn integer_value(value: &Py) -> Res<i64> {
    let number = match value {
        Py::None => 0,
        Py::Bool(b) => i64::from(*b),
        Py::Int(i) => *i,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "Python cuts too; the range is checked below"
        )]
        Py::Float(f) if f.is_finite() => f.trunc().clamp(-1e18, 1e18) as i64,
        Py::Float(f) if f.is_nan() => return Err(Fault::value("cannot convert float NaN to integer")),
        Py::Float(_) => {
            return Err(Fault::new(
                crate::fault::Class::Builtin("OverflowError"),
                "cannot convert float infinity to integer",
            ));
        }
        Py::Str(text) if text.is_empty() => 0,
        Py::Str(text) => text.trim().replace('_', "").parse().map_err(|_| {
            Fault::value(format!(
                "invalid literal for int() with base 10: {}",
                str_repr(text)
            ))
        })?,
        value if !value.truthy() => 0,
        value => {
            return Err(Fault::type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                value.type_name()
            )));
        }
    };
    if i32::try_from(number).is_err() {
        return Err(Fault::postgres(
            "NumericValueOutOfRange",
            "integer out of range\n",
        ));
    }
    Ok(number)
}

/// Numbers from here on are refused, so that no product of two stored ones leaves the range of decimals.
const LARGEST: Decimal = Decimal::from_parts(0x107a_4000, 0x0000_5af3, 0, false, 0);

/// Python's `float(value or 0.0)`, below [`LARGEST`] on both sides of zero.
pub(crate) fn float_value(value: &Py) -> Res<Decimal> {
    let number = python_float(value)?;
    if number.abs() < LARGEST {
        Ok(number)
    } else {
        Err(out_of_range())
    }
}

fn out_of_range() -> Fault {
    Fault::postgres("NumericValueOutOfRange", "numeric field overflow\n")
}

pub(crate) fn python_float(value: &Py) -> Res<Decimal> {
    match value {
        Py::Int(i) => Ok(Decimal::from(*i)),
        Py::Bool(b) => Ok(Decimal::from(i64::from(*b))),
        Py::Float(f) => to_decimal(*f).ok_or_else(out_of_range),
        Py::Str(text) if !text.is_empty() => {
            let bare = text.trim().replace('_', "");
            let number: f64 = match bare.parse() {
                Ok(number) => number,
                Err(_) => {
                    return Err(Fault::value(format!(
                        "could not convert string to float: {}",
                        str_repr(text)
                    )));
                }
            };
            bare.parse()
                .ok()
                .or_else(|| to_decimal(number))
                .ok_or_else(out_of_range)
        }
        value if !value.truthy() => Ok(Decimal::ZERO),
        value => Err(Fault::type_error(format!(
            "float() argument must be a string or a real number, not '{}'",
            value.type_name()
        ))),
    }
}

const DATETIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

fn datetime_value(value: &Py) -> Res<Value> {
    if !value.truthy() {
        return Ok(Value::Null);
    }
    let Some(text) = value.as_str() else {
        return Err(Fault::type_error(format!(
            "strptime() argument 1 must be str, not {}",
            value.type_name()
        )));
    };
    // As the ORM does it: the pattern is cut to the text's length less two.
    let length = text.chars().count();
    let format: String = DATETIME_FORMAT.chars().take(length.saturating_sub(2)).collect();
    strptime(text, &format).map(Value::Text)
}

fn date_value(value: &Py) -> Res<Value> {
    if !value.truthy() {
        return Ok(Value::Null);
    }
    let Some(text) = value.as_str() else {
        return Err(Fault::type_error(format!(
            "strptime() argument 1 must be str, not {}",
            value.type_name()
        )));
    };
    let text: String = text.chars().take(10).collect();
    let parsed = strptime(&text, "%Y-%m-%d")?;
    Ok(Value::Text(parsed.chars().take(10).collect()))
}

/// Python's `strptime` for the beginnings of [`DATETIME_FORMAT`]; answers the whole form.
fn strptime(text: &str, format: &str) -> Res<String> {
    if format.ends_with('%') {
        return Err(Fault::value(format!("stray % in format '{format}'")));
    }
    let mismatch = || {
        Fault::value(format!(
            "time data {} does not match format '{format}'",
            str_repr(text)
        ))
    };
    let mut parts = [0_i16, 1, 1, 0, 0, 0];
    let mut rest = text;
    let mut pattern = format.chars();
    let mut index = 0;
    while let Some(c) = pattern.next() {
        if c != '%' {
            rest = rest.strip_prefix(c).ok_or_else(mismatch)?;
            continue;
        }
        let width = if pattern.next() == Some('Y') { 4 } else { 2 };
        let digits = rest.bytes().take(width).take_while(u8::is_ascii_digit).count();
        if digits == 0 || (width == 4 && digits < 4) {
            return Err(mismatch());
        }
        let (number, after) = rest.split_at(digits);
        if let Some(part) = parts.get_mut(index) {
            *part = number.parse().map_err(|_| mismatch())?;
        }
        index += 1;
        rest = after;
    }
    if !rest.is_empty() {
        return Err(Fault::value(format!("unconverted data remains: {rest}")));
    }
    let [year, month, day, hour, minute, second] = parts;
    let small = |n: i16| i8::try_from(n).map_err(|_| mismatch());
    let time = jiff::civil::DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .map_err(|_| mismatch())?;
    Ok(time.strftime(DATETIME_FORMAT).to_string())
}

fn image_value(value: &Py) -> Res<Value> {
    const MAGIC: [&[u8]; 7] = [
        b"\x89PNG",
        b"\xff\xd8",
        b"GIF8",
        b"RIFF",
        b"BM",
        b"\x00\x00\x01\x00",
        b"<svg",
    ];
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
        return match value {
            Py::Binary(_) => Err(Fault::type_error("object supporting the buffer API required")),
            value if !value.truthy() => Ok(Value::Null),
            _ => Err(Fault::user("This file could not be decoded as an image file.")),
        };
    };
    // Python's decoder passes over characters outside the alphabet.
    let clean: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))
        .collect();
    let bytes = STANDARD.decode(clean.as_bytes()).unwrap_or_default();
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) || bytes.starts_with(b"<?xml") {
        return Ok(Value::text(text));
    }
    Err(Fault::user("This file could not be decoded as an image file."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datetime(text: &str) -> Result<Value, String> {
        datetime_value(&Py::str(text)).map_err(|fault| fault.message())
    }

    #[test]
    fn numbers_have_an_end() {
        assert_eq!(super::LARGEST.to_string(), "100000000000000");
        assert!(float_value(&Py::Float(99_999_999_999_999.5)).is_ok());
        assert!(float_value(&Py::Float(-1e14)).is_err());
        assert!(float_value(&Py::Int(i64::MAX)).is_err());
    }

    #[test]
    fn datetimes_as_the_orm_reads_them() {
        assert_eq!(
            datetime("2026-01-02 03:04:05"),
            Ok(Value::text("2026-01-02 03:04:05"))
        );
        assert_eq!(datetime("2026-01-02"), Ok(Value::text("2026-01-02 00:00:00")));
        for (text, message) in [
            (
                "2026-01-02T03:04:05",
                "time data '2026-01-02T03:04:05' does not match format '%Y-%m-%d %H:%M:%S'",
            ),
            ("2026-01-02 03:04:05.678901", "unconverted data remains: .678901"),
            ("yesterday", "stray % in format '%Y-%m-%'"),
        ] {
            assert_eq!(datetime(text), Err(message.to_owned()));
        }
    }

    #[test]
    fn numbers_as_python_reads_them() {
        assert_eq!(integer_value(&Py::Float(3.7)).unwrap(), 3);
        assert_eq!(
            integer_value(&Py::str("abc")).unwrap_err().message(),
            "invalid literal for int() with base 10: 'abc'"
        );
        assert_eq!(
            integer_value(&Py::Int(3_000_000_000)).unwrap_err().message(),
            "integer out of range\n"
        );
        assert_eq!(float_value(&Py::str("12.5")).unwrap().to_string(), "12.5");
        assert_eq!(
            float_value(&Py::str("1,5")).unwrap_err().message(),
            "could not convert string to float: '1,5'"
        );
        assert_eq!(float_value(&Py::str("")).unwrap(), Decimal::ZERO);
    }
}
