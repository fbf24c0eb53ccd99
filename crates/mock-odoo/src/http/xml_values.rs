//! The values of an XML-RPC request: a stack machine after Python's `Unmarshaller`.

use base64::Engine as _;

use crate::fault::{Class, Fault, Res};
use crate::py::{Py, str_repr};

/// What was read so far.
#[derive(Default)]
pub(super) struct Values {
    stack: Vec<Py>,
    /// Where open arrays and structs begin on the stack.
    marks: Vec<usize>,
    text: String,
    /// Inside of `<value>`, before its type.
    untyped: bool,
    method: Option<String>,
    complete: bool,
    fault: bool,
}

/// Elements that mean something at their end.
const KNOWN: [&str; 22] = [
    "nil",
    "boolean",
    "i1",
    "i2",
    "i4",
    "i8",
    "int",
    "biginteger",
    "double",
    "float",
    "bigdecimal",
    "string",
    "name",
    "array",
    "struct",
    "base64",
    "dateTime.iso8601",
    "value",
    "params",
    "fault",
    "methodName",
    "methodCall",
];

fn response_error(text: impl Into<String>) -> Fault {
    Fault::new(Class::Other("xmlrpc.client.ResponseError"), text)
}

impl Values {
    pub(super) fn start(&mut self, tag: &str) -> Res<()> {
        // Namespaces do not matter.
        let tag = tag.rsplit(':').next().unwrap_or(tag);
        if tag == "array" || tag == "struct" {
            self.marks.push(self.stack.len());
        }
        self.text.clear();
        if self.untyped && (tag == "methodCall" || !KNOWN.contains(&tag)) {
            return Err(response_error(format!("unknown tag {}", str_repr(tag))));
        }
        self.untyped = tag == "value";
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn end(&mut self, tag: &str) -> Res<()> {
        let tag = tag.rsplit(':').next().unwrap_or(tag);
        match tag {
            "value" if !self.untyped => return Ok(()),
            "params" => self.complete = true,
            "fault" => (self.complete, self.fault) = (true, true),
            "methodName" => {
                self.method = Some(std::mem::take(&mut self.text));
                self.complete = true;
            }
            "array" => {
                let mark = self.mark()?;
                let items = self.stack.split_off(mark);
                self.stack.push(Py::List(items));
            }
            "struct" => {
                let mark = self.mark()?;
                let value = members(self.stack.split_off(mark))?;
                self.stack.push(value);
            }
            _ if KNOWN.contains(&tag) && tag != "methodCall" => {
                let value = scalar(tag, std::mem::take(&mut self.text))?;
                self.stack.push(value);
            }
            _ => return Ok(()),
        }
        self.untyped = false;
        Ok(())
    }

    fn mark(&mut self) -> Res<usize> {
        let empty = || Fault::new(Class::Builtin("IndexError"), "pop from empty list");
        self.marks
            .pop()
            .map(|mark| mark.min(self.stack.len()))
            .ok_or_else(empty)
    }

    /// The method's name and the parameters.
    pub(super) fn close(self) -> Res<(Option<String>, Vec<Py>)> {
        if !self.complete || !self.marks.is_empty() {
            return Err(response_error(""));
        }
        if self.fault {
            let at = |name: &str| {
                self.stack
                    .first()
                    .and_then(|f| f.get(name))
                    .cloned()
                    .unwrap_or_default()
            };
            let text = format!(
                "<Fault {}: {}>",
                at("faultCode").display(),
                at("faultString").repr()
            );
            return Err(Fault::new(Class::Other("xmlrpc.client.Fault"), text));
        }
        Ok((self.method, self.stack))
    }
}

/// Names and values by turns.
fn members(items: Vec<Py>) -> Res<Py> {
    let mut pairs: Vec<(String, Py)> = Vec::new();
    let mut items = items.into_iter();
    while let Some(name) = items.next() {
        let Some(value) = items.next() else {
            return Err(Fault::new(
                Class::Builtin("IndexError"),
                "list index out of range",
            ));
        };
        let name = name.display();
        // Linear for the few members of a record; a name that stands twice keeps its first place.
        match pairs.iter_mut().take(64).find(|(n, _)| *n == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    Ok(Py::Dict(pairs))
}

fn scalar(tag: &str, text: String) -> Res<Py> {
    Ok(match tag {
        "nil" => Py::None,
        "boolean" => match text.as_str() {
            "0" => Py::Bool(false),
            "1" => Py::Bool(true),
            _ => return Err(Fault::type_error("bad boolean value")),
        },
        "i1" | "i2" | "i4" | "i8" | "int" | "biginteger" => int(&text)?,
        "double" | "float" | "bigdecimal" => match text.trim().parse() {
            Ok(float) => Py::Float(float),
            Err(_) => {
                return Err(Fault::value(format!(
                    "could not convert string to float: {}",
                    str_repr(&text)
                )));
            }
        },
        "base64" => Py::Binary(bytes(&text)?),
        "dateTime.iso8601" => Py::Str(datetime(&text)?),
        _ => Py::Str(text),
    })
}

/// `int(text)`; what 64 bits cannot hold becomes a float, and fails where a number is stored.
fn int(text: &str) -> Res<Py> {
    let digits = text.trim();
    if let Ok(int) = digits.parse() {
        return Ok(Py::Int(int));
    }
    let unsigned = digits.trim_start_matches(['+', '-']);
    if !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(Py::Float(digits.parse().unwrap_or(f64::INFINITY)));
    }
    Err(Fault::value(format!(
        "invalid literal for int() with base 10: {}",
        str_repr(text)
    )))
}

/// Base64 with whatever stands between its characters.
fn bytes(text: &str) -> Res<Vec<u8>> {
    let clean: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(clean)
        .map_err(|_| Fault::new(Class::Other("binascii.Error"), "Incorrect padding"))
}

/// `20200101T00:00:00` -> `2020-01-01 00:00:00`
fn datetime(text: &str) -> Res<String> {
    let parsed = jiff::civil::DateTime::strptime("%Y%m%dT%H:%M:%S", text);
    match parsed {
        Ok(time) => Ok(time.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        Err(_) => Err(Fault::value(format!(
            "time data {} does not match format '%Y%m%dT%H:%M:%S'",
            str_repr(text)
        ))),
    }
}
