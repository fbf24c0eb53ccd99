use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Py, float_repr};

impl<'de> Deserialize<'de> for Py {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PyVisitor;

        impl<'de> Visitor<'de> for PyVisitor {
            type Value = Py;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Py, E> {
                Ok(Py::None)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Py, E> {
                Ok(Py::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Py, E> {
                Ok(Py::Int(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Py, E> {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "an integer past 64 bits is only ever too large"
                )]
                Ok(i64::try_from(value).map_or(Py::Float(value as f64), Py::Int))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Py, E> {
                Ok(Py::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Py, E> {
                Ok(Py::Str(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Py, E> {
                Ok(Py::Str(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Py, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Py::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Py, A::Error> {
                let mut pairs: Vec<(String, Py)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Py>()? {
                    // A key that stands twice keeps its first place and its last value, as in Python. Objects of
                    // many keys are dicts of ids or values, where the linear look would cost; those keep both, and
                    // `get` takes the last.
                    match pairs.iter_mut().take(64).find(|(k, _)| *k == key) {
                        Some(pair) => pair.1 = value,
                        None => pairs.push((key, value)),
                    }
                }
                Ok(Py::Dict(pairs))
            }
        }

        deserializer.deserialize_any(PyVisitor)
    }
}

/// The parts of a JSON-RPC request that the server looks at.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// The `id` as it stood in the request, to be echoed as it is (any size of integer, any type).
    pub id: String,
    /// `params`; an empty dict if missing.
    pub params: Py,
}

/// Why a body is no JSON-RPC request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EnvelopeError {
    /// Not JSON.
    Json,
    /// JSON, but no object.
    NoObject,
}

/// Reads a JSON-RPC request. Nesting beyond 127 levels is refused as malformed.
pub(crate) fn parse_envelope(body: &[u8]) -> Result<Envelope, EnvelopeError> {
    struct Parts {
        id: Option<Box<RawValue>>,
        params: Option<Py>,
    }

    impl<'de> Deserialize<'de> for Parts {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct PartsVisitor;

            impl<'de> Visitor<'de> for PartsVisitor {
                type Value = Parts;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a JSON object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts, A::Error> {
                    let mut parts = Parts {
                        id: None,
                        params: None,
                    };
                    while let Some(key) = map.next_key::<String>()? {
                        match key.as_str() {
                            "id" => parts.id = Some(map.next_value()?),
                            "params" => parts.params = Some(map.next_value()?),
                            _ => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(parts)
                }
            }

            deserializer.deserialize_map(PartsVisitor)
        }
    }

    let text = std::str::from_utf8(body).map_err(|_| EnvelopeError::Json)?;
    let parts: Parts = match serde_json::from_str(text) {
        Ok(parts) => parts,
        Err(_)
            if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
                && !text.trim_start().starts_with('{') =>
        {
            return Err(EnvelopeError::NoObject);
        }
        Err(_) => return Err(EnvelopeError::Json),
    };
    Ok(Envelope {
        id: parts
            .id
            .map_or_else(|| "null".to_owned(), |id| id.get().to_owned()),
        params: parts.params.unwrap_or(Py::Dict(Vec::new())),
    })
}

/// Appends a value as Python's `json.dumps` writes it: ASCII only, a blank after `,` and `:`.
pub(crate) fn write_json(value: &Py, out: &mut String) {
    match value {
        Py::None => out.push_str("null"),
        Py::Bool(true) => out.push_str("true"),
        Py::Bool(false) => out.push_str("false"),
        Py::Int(i) => out.push_str(&i.to_string()),
        Py::Float(f) if f.is_nan() => out.push_str("NaN"),
        Py::Float(f) if f.is_infinite() => out.push_str(if *f > 0.0 { "Infinity" } else { "-Infinity" }),
        Py::Float(f) => out.push_str(&float_repr(*f)),
        Py::Str(s) | Py::Object(_, s) => write_text(s, out),
        Py::List(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push_str(", ");
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Py::Dict(pairs) => {
            out.push('{');
            for (n, (key, item)) in pairs.iter().enumerate() {
                if n > 0 {
                    out.push_str(", ");
                }
                write_text(key, out);
                out.push_str(": ");
                write_json(item, out);
            }
            out.push('}');
        }
        Py::IntDict(pairs) => {
            let pairs = pairs.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
            write_json(&Py::Dict(pairs), out);
        }
        Py::Binary(bytes) => write_text(&String::from_utf8_lossy(bytes), out),
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    const HEX: [char; 16] = [
                        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
                    ];
                    out.push_str("\\u");
                    for shift in [12, 8, 4, 0] {
                        out.push(HEX[usize::from(*unit >> shift & 15)]);
                    }
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumps(value: &Py) -> String {
        let mut out = String::new();
        write_json(value, &mut out);
        out
    }

    #[test]
    fn output_is_ascii_with_blanks() {
        let value = Py::dict([
            ("a", Py::List(vec![Py::Int(1), Py::str("é😀\u{b}")])),
            ("b", Py::Float(2.0)),
        ]);
        assert_eq!(
            dumps(&value),
            r#"{"a": [1, "\u00e9\ud83d\ude00\u000b"], "b": 2.0}"#
        );
    }

    #[test]
    fn the_id_is_echoed_whatever_it_is() {
        let id = |body: &str| parse_envelope(body.as_bytes()).unwrap().id;
        assert_eq!(
            id(r#"{"id": 123456789012345678901234567890}"#),
            "123456789012345678901234567890"
        );
        assert_eq!(id(r#"{"id": "x", "params": {}, "id": "y"}"#), "\"y\"");
        assert_eq!(id("{}"), "null");
    }

    #[test]
    fn what_is_no_request() {
        for (body, error) in [
            ("42", EnvelopeError::NoObject),
            ("[]", EnvelopeError::NoObject),
            ("", EnvelopeError::Json),
            ("{\"a\": ", EnvelopeError::Json),
        ] {
            assert_eq!(parse_envelope(body.as_bytes()).unwrap_err(), error, "{body}");
        }
        let deep = format!("{{\"params\": {}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(parse_envelope(deep.as_bytes()).unwrap_err(), EnvelopeError::Json);
    }
}
