//! The XML-RPC doors.

use jiff::Timestamp;
use wire::{WireRequest, WireResponse};

use crate::fault::{Class, Fault, Res};
use crate::http::{MAX_BODY, page, xml_in, xml_out};
use crate::odoo::Inner;
use crate::py::Py;
use crate::rpc;

/// How faults are written: by number, or by text as on the historical paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Faults {
    Codes,
    Texts,
}

pub(super) fn answer(
    odoo: &Inner,
    now: Timestamp,
    request: &WireRequest,
    service: &str,
    faults: Faults,
) -> WireResponse {
    if request.method != "POST" && request.method != "OPTIONS" {
        return page::method_not_allowed(request);
    }
    if request.body.len() > MAX_BODY {
        return page::too_large();
    }
    let content_type = request
        .headers
        .get("Content-Type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    // A form's body was taken apart before the service could read it.
    let body = if content_type.starts_with("application/x-www-form-urlencoded") {
        &[][..]
    } else {
        &request.body
    };
    let outcome = xml_in::parse(body).and_then(|call| {
        let value = rpc::dispatch(
            odoo,
            rpc::Arrival::of(now, request),
            service,
            &call.method,
            params(&call.params),
        )?;
        xml_out::response(&value)
    });
    let text = match outcome {
        Ok(text) => text,
        Err(fault) => written(&fault, faults).unwrap_or_default(),
    };
    WireResponse::new(200)
        .with_header("Content-Type", "text/xml; charset=utf-8")
        .with_header("Content-Length", text.len().to_string())
        .with_header("Connection", "close")
        .with_body(text)
}

fn params(items: &[Py]) -> rpc::Params<'_> {
    rpc::Params {
        items,
        class: "tuple",
    }
}

fn written(fault: &Fault, faults: Faults) -> Res<String> {
    let (code, text) = match faults {
        Faults::Codes => match fault.xml_code() {
            1 => (Py::Int(1), fault.traceback()),
            code => (Py::Int(code), fault.text()),
        },
        Faults::Texts => {
            let warning = |name: &str| {
                (
                    Py::Str(format!("warning -- {name}\n\n{}", fault.message())),
                    String::new(),
                )
            };
            match fault.class {
                Class::Denied => (Py::str("AccessDenied"), fault.message()),
                Class::Missing => warning("MissingError"),
                Class::Access => warning("AccessError"),
                Class::User | Class::Validation | Class::Redirect => warning("UserError"),
                _ => (Py::Str(fault.message()), fault.traceback()),
            }
        }
    };
    xml_out::fault(&code, &text)
}
