//! The HTML pages of transport errors.

use jiff::Timestamp;
use wire::{WireRequest, WireResponse};

use crate::http::web;
use crate::odoo::Inner;

fn html(status: u16, title: &str, text: &str) -> WireResponse {
    let body = format!(
        "<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n"
    );
    plain(status, &body)
}

/// A body as it is, with the content type of all error pages.
pub(super) fn plain(status: u16, body: &str) -> WireResponse {
    WireResponse::new(status)
        .with_header("Content-Type", "text/html; charset=utf-8")
        .with_header("Content-Length", body.len().to_string())
        .with_header("Connection", "close")
        .with_body(body)
}

pub(super) fn method_not_allowed(request: &WireRequest) -> WireResponse {
    let mut response = html(
        405,
        "Method Not Allowed",
        "The method is not allowed for the requested URL.",
    )
    .with_header("Allow", "POST, OPTIONS");
    if request.method == "HEAD" {
        response.body.clear();
    }
    response
}

pub(super) fn not_json(path: &str) -> WireResponse {
    let text = format!(
        "Request inferred type is compatible with [&#39;http&#39;] but &#39;{path}&#39; is type=&#39;json&#39;."
    );
    html(400, "Bad Request", &text)
}

pub(super) fn too_large() -> WireResponse {
    html(
        413,
        "Request Entity Too Large",
        "The data value transmitted exceeds the capacity limit.",
    )
}

pub(super) fn unauthorized() -> WireResponse {
    html(
        401,
        "Unauthorized",
        "User not authenticated, use the &#34;Authorization&#34; header",
    )
}

pub(super) fn to_login() -> WireResponse {
    redirect("/web/login")
}

pub(super) fn redirect(to: &str) -> WireResponse {
    let text =
        format!("You should be redirected automatically to the target URL: <a href=\"{to}\">{to}</a>.");
    html(303, "Redirecting...", &text).with_header("Location", to)
}

/// The page to sign in on; this simulator has no pages behind it.
pub(super) fn login(odoo: &Inner, now: Timestamp) -> WireResponse {
    let text = "Sign in over the external API; this server has no pages.";
    html(200, "Odoo", text).with_header("Set-Cookie", web::visitor(odoo, now))
}

/// The page of an unknown path; it opens a session as every page does.
pub(super) fn not_found(odoo: &Inner, now: Timestamp) -> WireResponse {
    let body = "<!DOCTYPE html>\n<html>\n    <head>\n        <meta charset=\"utf-8\"/>\n        <title>Odoo</title>\n    \
                </head>\n    <body>\n        <h1>Error 404</h1>\n        <p>We couldn't find the page you're looking \
                for!</p>\n    </body>\n</html>\n";
    let mut response = plain(404, body);
    response.headers.insert("Content-Type", "text/html;charset=utf-8");
    let lang = format!("frontend_lang=en_US; Expires={}; Path=/", web::expires(now));
    response.headers.append("Set-Cookie", lang);
    response.headers.append("Set-Cookie", web::visitor(odoo, now));
    response
}
