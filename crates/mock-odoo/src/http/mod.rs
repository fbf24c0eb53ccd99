//! The server's doors: which path leads where, and what the transport itself answers.

mod jsonrpc;
mod page;
mod session_info;
pub(crate) mod sessions;
mod web;
mod xml_in;
mod xml_out;
mod xml_values;
mod xmlrpc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::{WireRequest, WireResponse};

use crate::odoo::Inner;

/// Larger bodies are refused.
const MAX_BODY: usize = 128 * 1024 * 1024;

/// Answers one request. The server under Odoo dates every answer.
pub(crate) fn handle(odoo: &Inner, now: Timestamp, request: &WireRequest) -> WireResponse {
    let date = now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT");
    route(odoo, now, request).with_header("Date", date.to_string())
}

fn route(odoo: &Inner, now: Timestamp, request: &WireRequest) -> WireResponse {
    let path = request.path.split(['?', '#']).next().unwrap_or_default();
    let path = if path.len() > 1 {
        path.trim_end_matches('/')
    } else {
        path
    };
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        ["xmlrpc", "2", service] => xmlrpc::answer(odoo, now, request, service, xmlrpc::Faults::Codes),
        ["xmlrpc", service] => xmlrpc::answer(odoo, now, request, service, xmlrpc::Faults::Texts),
        ["jsonrpc"] => jsonrpc::answer(odoo, now, request, path, jsonrpc::rpc),
        ["web", "webclient", "version_info"] => jsonrpc::answer(odoo, now, request, path, web::version_info),
        ["web", "database", "list"] => jsonrpc::answer(odoo, now, request, path, web::database_list),
        ["web", "session", "authenticate"] => jsonrpc::answer(odoo, now, request, path, web::authenticate),
        ["web", "session", "get_session_info"] => {
            jsonrpc::answer(odoo, now, request, path, web::session_info)
        }
        ["web", "session", "check"] => jsonrpc::answer(odoo, now, request, path, web::check),
        ["web", "session", "destroy"] => jsonrpc::answer(odoo, now, request, path, web::destroy),
        ["web", "dataset", "call_kw" | "call_button", ..] => {
            jsonrpc::answer(odoo, now, request, path, web::call_kw)
        }
        ["web", "health"] => WireResponse::new(200)
            .with_header("Content-Type", "application/json")
            .with_header("Content-Length", "18")
            .with_header("Connection", "close")
            .with_body(r#"{"status": "pass"}"#),
        ["web", "login"] => page::login(odoo, now),
        [""] => page::redirect("/odoo"),
        ["json", "1", ..] => page::unauthorized(),
        ["odoo" | "web"] | ["json", ..] => page::to_login(),
        _ => page::not_found(odoo, now),
    }
}
