use std::fmt::Write as _;

use super::Py;

/// Python's `repr` of a float: the shortest digits that read back the same, with `e` from 1e16 up and below 1e-4.
pub(crate) fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ('-', digits),
            None => ('+', exponent),
        };
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    let text = format!("{value}");
    if text.contains('.') { text } else { text + ".0" }
}

/// Python's `repr` of a text: single quotes, unless it holds one and no double quote.
pub(crate) fn str_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// The `repr` of a tuple of these items.
pub(crate) fn tuple_repr(items: &[Py]) -> String {
    let inner: Vec<String> = items.iter().map(Py::repr).collect();
    match inner.as_slice() {
        [one] => format!("({one},)"),
        many => format!("({})", many.join(", ")),
    }
}

impl Py {
    /// Python's `repr(value)`.
    pub fn repr(&self) -> String {
        match self {
            Self::None => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(i) => i.to_string(),
            Self::Float(f) => float_repr(*f),
            Self::Str(s) => str_repr(s),
            Self::List(items) => {
                let inner: Vec<String> = items.iter().map(Self::repr).collect();
                format!("[{}]", inner.join(", "))
            }
            Self::Dict(pairs) => {
                let inner: Vec<String> = pairs
                    .iter()
                    .map(|(k, v)| format!("{}: {}", str_repr(k), v.repr()))
                    .collect();
                format!("{{{}}}", inner.join(", "))
            }
            Self::IntDict(pairs) => {
                let inner: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}: {}", v.repr())).collect();
                format!("{{{}}}", inner.join(", "))
            }
            Self::Binary(_) => "<xmlrpc.client.Binary object>".to_owned(),
            Self::Object(_, text) => text.clone(),
        }
    }

    /// Python's `str(value)`.
    pub fn display(&self) -> String {
        match self {
            Self::Str(s) => s.clone(),
            other => other.repr(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_python_writes_them() {
        let cases = [
            (10.0, "10.0"),
            (0.083_333_333_333_333_33, "0.08333333333333333"),
            (1e16, "1e+16"),
            (1.5e-5, "1.5e-05"),
            (123_456_789.125, "123456789.125"),
            (-0.0, "-0.0"),
            (1e300, "1e+300"),
        ];
        for (value, text) in cases {
            assert_eq!(float_repr(value), text);
        }
    }

    #[test]
    fn texts_and_containers() {
        assert_eq!(str_repr("it's"), "\"it's\"");
        assert_eq!(str_repr("a'\"\n"), "'a\\'\"\\n'");
        let value = Py::dict([("a", Py::List(vec![Py::Int(1), Py::Bool(true), Py::None]))]);
        assert_eq!(value.repr(), "{'a': [1, True, None]}");
        assert_eq!(
            tuple_repr(&[Py::str("id"), Py::str("="), Py::Int(1)]),
            "('id', '=', 1)"
        );
        assert_eq!(tuple_repr(&[Py::Int(1)]), "(1,)");
    }
}
