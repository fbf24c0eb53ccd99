//! XML-RPC requests, read as Python's library reads them: one pass over the elements with a stack of values, so that
//! struct members keep their order and what is wrong is said in the same place and words.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use crate::fault::{Class, Fault, Res};
use crate::http::xml_values::Values;
use crate::py::Py;

/// A request's method and parameters.
pub(super) struct XmlCall {
    pub(super) method: String,
    pub(super) params: Vec<Py>,
}

/// Deeper nesting is refused; what later walks the values is recursive.
const MAX_DEPTH: usize = 200;

pub(super) fn parse(body: &[u8]) -> Res<XmlCall> {
    let text = decode(body);
    let mut values = Values::default();
    read(&text, &mut values)?;
    let (method, params) = values.close()?;
    match method {
        Some(method) => Ok(XmlCall { method, params }),
        None => Err(Fault::type_error(
            "can only concatenate str (not \"NoneType\") to str",
        )),
    }
}

/// The body as text: UTF-8, or Latin-1 where it says so.
fn decode(body: &[u8]) -> String {
    let head =
        String::from_utf8_lossy(body.get(..200.min(body.len())).unwrap_or_default()).to_ascii_lowercase();
    let declared = head
        .split_once("encoding=")
        .map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let latin = declared.is_some_and(|name| {
        ["iso-8859-1", "latin-1", "latin1", "windows-1252"]
            .iter()
            .any(|l| name.starts_with(l))
    });
    if latin {
        return body.iter().map(|byte| char::from(*byte)).collect();
    }
    String::from_utf8_lossy(body)
        .trim_start_matches('\u{feff}')
        .to_owned()
}

/// Hands the elements of a well-formed text over.
fn read(text: &str, values: &mut Values) -> Res<()> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut rooted = false;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event() {
            Ok(Event::Start(_) | Event::Empty(_)) if depth == 0 && rooted => {
                return Err(expat("junk after document element", text, at));
            }
            Ok(Event::Start(element)) => {
                depth += 1;
                rooted = true;
                if depth > MAX_DEPTH {
                    return Err(Fault::new(
                        Class::Builtin("RecursionError"),
                        "maximum recursion depth exceeded",
                    ));
                }
                values.start(element.name().as_ref())?;
            }
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                values.end(element.name().as_ref())?;
            }
            Ok(Event::Empty(element)) => {
                rooted = true;
                values.start(element.name().as_ref())?;
                values.end(element.name().as_ref())?;
            }
            Ok(Event::Text(inner)) if depth == 0 && !inner.trim().is_empty() => {
                let message = if rooted {
                    "junk after document element"
                } else {
                    "syntax error"
                };
                return Err(expat(message, text, at));
            }
            Ok(Event::Text(inner)) => values.text(&newlines(&inner)),
            Ok(Event::CData(inner)) => values.text(&newlines(&inner)),
            Ok(Event::GeneralRef(name)) => match referred(&name) {
                Some(inner) => values.text(&inner),
                None => return Err(expat("undefined entity", text, at)),
            },
            Ok(Event::Eof) if depth > 0 || !rooted => {
                return Err(expat("no element found", text, text.len()));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(quick_xml::Error::IllFormed(_)) if depth > 0 => {
                return Err(expat("mismatched tag", text, at));
            }
            Err(_) => return Err(expat("not well-formed (invalid token)", text, at)),
        }
    }
}

/// What `&name;` stands for.
fn referred(name: &BytesRef<'_>) -> Option<String> {
    match name.resolve_char_ref() {
        Ok(Some(c)) => Some(c.to_string()),
        Ok(None) => resolve_xml_entity(name).map(str::to_owned),
        Err(_) => None,
    }
}

/// XML knows one end of a line.
fn newlines(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

/// Expat's complaint with the place.
fn expat(message: &str, text: &str, at: usize) -> Fault {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.len() - before.rfind('\n').map_or(0, |n| n + 1);
    let class = Class::Other("xml.parsers.expat.ExpatError");
    Fault::new(class, format!("{message}: line {line}, column {column}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(inner: &str) -> Vec<Py> {
        let body = format!(
            "<?xml version='1.0'?>\n<methodCall>\n<methodName>m</methodName>\n<params>\n<param>\n{inner}\n</param>\n</params>\n</methodCall>\n"
        );
        parse(body.as_bytes()).map(|call| call.params).unwrap()
    }

    #[test]
    fn all_kinds_of_values() {
        let cases = [
            ("<value><string>a b</string></value>", Py::str("a b")),
            ("<value>untyped</value>", Py::str("untyped")),
            ("<value><string></string></value>", Py::str("")),
            ("<value><i4>7</i4></value>", Py::Int(7)),
            ("<value><i8>8589934592</i8></value>", Py::Int(8_589_934_592)),
            ("<value><nil/></value>", Py::None),
            ("<value><boolean>1</boolean></value>", Py::Bool(true)),
            ("<value><double>1.5</double></value>", Py::Float(1.5)),
            (
                "<value><dateTime.iso8601>20200101T00:00:00</dateTime.iso8601></value>",
                Py::str("2020-01-01 00:00:00"),
            ),
            (
                "<value><base64>aGVsbG8=</base64></value>",
                Py::Binary(b"hello".to_vec()),
            ),
            (
                "<value><array><data>\n<value><int>1</int></value>\n</data></array></value>",
                Py::List(vec![Py::Int(1)]),
            ),
            ("<value><array><data>\n</data></array></value>", Py::List(vec![])),
            ("<value><struct>\n</struct></value>", Py::Dict(vec![])),
            (
                "<value><struct>\n<member>\n<name>a</name>\n<value><int>1</int></value>\n</member>\n</struct></value>",
                Py::dict([("a", Py::Int(1))]),
            ),
            (
                "<value><string>a &lt; b &amp; c\n d</string></value>",
                Py::str("a < b & c\n d"),
            ),
        ];
        for (xml, expected) in cases {
            assert_eq!(params(xml), [expected], "{xml}");
        }
    }

    #[test]
    fn what_is_no_call() {
        let say = |body: &str| match parse(body.as_bytes()) {
            Ok(call) => call.method,
            Err(fault) => fault.message(),
        };
        assert_eq!(
            say("<?xml version=\"1.0\"?><methodCall><methodName>version"),
            "no element found: line 1, column 52"
        );
        assert_eq!(say("hello"), "syntax error: line 1, column 0");
        assert_eq!(say(""), "no element found: line 1, column 0");
        assert_eq!(
            say("<methodCall><params></params></methodCall>"),
            "can only concatenate str (not \"NoneType\") to str"
        );
        assert_eq!(
            say("<methodCall><methodName>version</methodName></methodCall>"),
            "version"
        );
        let deep = format!(
            "<methodCall><methodName>m</methodName><params><param>{}{}</param></params></methodCall>",
            "<value><array><data>".repeat(50_000),
            "</data></array></value>".repeat(50_000)
        );
        assert_eq!(say(&deep), "maximum recursion depth exceeded");
    }
}
