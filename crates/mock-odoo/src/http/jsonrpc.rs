//! JSON-RPC: the envelope, its errors, and the `/jsonrpc` door.

use jiff::Timestamp;
use wire::{WireRequest, WireResponse};

use crate::fault::{Class, Fault, Res};
use crate::http::{MAX_BODY, page};
use crate::odoo::Inner;
use crate::py::{EnvelopeError, Py, parse_envelope, write_json};
use crate::rpc;

/// What a door does with the parameters.
pub(super) type Door = fn(&Inner, Timestamp, &WireRequest, &Py) -> Res<Answer>;

/// What a door answers: a value, and cookies to set.
pub(super) struct Answer {
    pub(super) value: Py,
    pub(super) cookies: Vec<String>,
}

impl From<Py> for Answer {
    fn from(value: Py) -> Self {
        Self {
            value,
            cookies: Vec::new(),
        }
    }
}

pub(super) fn answer(
    odoo: &Inner,
    now: Timestamp,
    request: &WireRequest,
    path: &str,
    door: Door,
) -> WireResponse {
    let content_type = request.headers.get("Content-Type").unwrap_or_default();
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if kind != "application/json" && kind != "application/json-rpc" {
        return page::not_json(path);
    }
    if request.body.len() > MAX_BODY {
        let text = "413 Request Entity Too Large: The data value transmitted exceeds the capacity limit.";
        return error(
            "null",
            &Fault::new(Class::Other("werkzeug.exceptions.RequestEntityTooLarge"), text),
        );
    }
    let envelope = match parse_envelope(&request.body) {
        Ok(envelope) => envelope,
        Err(EnvelopeError::Json) => return page::plain(400, "Invalid JSON data"),
        Err(EnvelopeError::NoObject) => return page::plain(400, "Invalid JSON-RPC data"),
    };
    let outcome = mapping(envelope.params).and_then(|params| door(odoo, now, request, &params));
    match outcome {
        Ok(answer) => {
            let mut response = success(&envelope.id, &answer.value);
            for cookie in answer.cookies {
                response.headers.append("Set-Cookie", cookie);
            }
            response
        }
        // A session that is gone cannot even tell which request it was.
        Err(fault) if fault.class == Class::SessionExpired => error("null", &fault),
        Err(fault) => error(&envelope.id, &fault),
    }
}

/// Python's `dict(params)`.
fn mapping(params: Py) -> Res<Py> {
    let element = match &params {
        Py::Dict(_) => return Ok(params),
        Py::List(items) => items.first().cloned(),
        Py::Str(text) => text.chars().next().map(|c| Py::Str(c.to_string())),
        other if !other.truthy() => None,
        other => {
            return Err(Fault::type_error(format!(
                "'{}' object is not iterable",
                other.type_name()
            )));
        }
    };
    let length = match element {
        None => return Ok(Py::Dict(Vec::new())),
        Some(Py::Str(text)) => text.chars().count(),
        Some(Py::List(items)) => items.len(),
        Some(Py::Dict(pairs)) => pairs.len(),
        Some(_) => {
            return Err(Fault::type_error(
                "cannot convert dictionary update sequence element #0 to a sequence",
            ));
        }
    };
    Err(Fault::value(format!(
        "dictionary update sequence element #0 has length {length}; 2 is required"
    )))
}

/// The `/jsonrpc` door: `service`, `method`, `args`.
pub(super) fn rpc(odoo: &Inner, now: Timestamp, request: &WireRequest, params: &Py) -> Res<Answer> {
    let names = ["service", "method", "args"];
    let missing: Vec<&str> = names
        .into_iter()
        .filter(|name| params.get(name).is_none())
        .collect();
    let list = match missing.as_slice() {
        [] => String::new(),
        [one] => format!("1 required positional argument: '{one}'"),
        [a, b] => format!("2 required positional arguments: '{a}' and '{b}'"),
        _ => "3 required positional arguments: 'service', 'method', and 'args'".to_owned(),
    };
    if !missing.is_empty() {
        return Err(Fault::type_error(format!("RPC.jsonrpc() missing {list}")));
    }
    let text = |name: &str| params.get(name).map(Py::display).unwrap_or_default();
    let args = params.get("args").and_then(Py::as_list).unwrap_or_default();
    let args = rpc::Params {
        items: args,
        class: "list",
    };
    let arrival = rpc::Arrival::of(now, request);
    rpc::dispatch(odoo, arrival, &text("service"), &text("method"), args).map(Answer::from)
}

fn success(id: &str, value: &Py) -> WireResponse {
    let mut body = format!("{{\"jsonrpc\": \"2.0\", \"id\": {}", ascii(id));
    // `None` leaves neither a result nor an error.
    if *value != Py::None {
        body.push_str(", \"result\": ");
        write_json(value, &mut body);
    }
    body.push('}');
    json(body)
}

fn error(id: &str, fault: &Fault) -> WireResponse {
    let (code, message) = match fault.class {
        Class::SessionExpired => (100, "Odoo Session Expired"),
        _ => (200, "Odoo Server Error"),
    };
    let data = Py::dict([
        ("name", Py::Str(fault.class_name())),
        ("debug", Py::Str(fault.traceback())),
        ("message", Py::Str(fault.message())),
        ("arguments", Py::List(fault.args.clone())),
        ("context", Py::Dict(Vec::new())),
    ]);
    let error = Py::dict([
        ("code", Py::Int(code)),
        ("message", Py::str(message)),
        ("data", data),
    ]);
    let mut body = format!("{{\"jsonrpc\": \"2.0\", \"id\": {}, \"error\": ", ascii(id));
    write_json(&error, &mut body);
    body.push('}');
    json(body)
}

/// An `id` as Python would write it again: integers keep every digit, anything else goes through a value.
fn ascii(id: &str) -> String {
    if id.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return id.to_owned();
    }
    let mut out = String::new();
    write_json(&serde_json::from_str(id).unwrap_or_default(), &mut out);
    out
}

fn json(body: String) -> WireResponse {
    WireResponse::new(200)
        .with_header("Content-Length", body.len().to_string())
        .with_header("Content-Type", "application/json; charset=utf-8")
        .with_header("Connection", "close")
        .with_body(body)
}
