//! The HTTP side: paths, versions, tokens, bodies.

use std::cell::RefCell;

use apollo_compiler::response::{JsonMap, JsonValue};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use sha2::{Digest as _, Sha256};
use wire::{WireRequest, WireResponse};

use crate::graphql::{Request, Surroundings, prepare, throttled};
use crate::hex::hex;
use crate::resolve::{Context, Side};
use crate::service::Shopify;
use crate::{oauth, versions};

const NOT_FOUND: &str = "Not Found";
const BAD_TOKEN: &str = "[API] Invalid API key or access token (unrecognized login or wrong password)";
const DEPRECATION: &str = "https://shopify.dev/api/usage/versioning#deprecation-practices";

pub(crate) fn handle(shopify: &Shopify, now: Timestamp, request: &WireRequest) -> WireResponse {
    let id = request_id(now, shopify.next_request());
    let response = route(shopify, now, request, &id).with_header("X-Request-Id", id);
    match DateTimePrinter::new().timestamp_to_rfc9110_string(&now) {
        Ok(date) => response.with_header("Date", date),
        // A time beyond the year 9999 has no such form.
        Err(_) => response,
    }
}

/// A random-looking id with the time behind it, as in Shopify's answers.
fn request_id(now: Timestamp, number: u64) -> String {
    let digest = Sha256::digest(format!("{now} {number}"));
    let hex = hex(&digest[..16]);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]];
    format!("{}-{}", parts.join("-"), now.as_second())
}

fn route(shopify: &Shopify, now: Timestamp, request: &WireRequest, id: &str) -> WireResponse {
    let path = request.path.split('?').next().unwrap_or_default();
    if path == "/admin/oauth/access_token" && request.method == "POST" {
        return oauth::access_token(&shopify.config, now, request);
    }
    let asked = match path.strip_prefix("/admin/api/").map(|rest| rest.split_once('/')) {
        Some(Some((version, "graphql.json"))) => Some(version),
        Some(None) if path == "/admin/api/graphql.json" => None,
        _ => return error(404, NOT_FOUND),
    };
    match versions::serve(asked, now) {
        Some(version) if request.method == "POST" => {
            graphql(shopify, now, request, id).with_header("X-Shopify-API-Version", version)
        }
        _ => error(404, NOT_FOUND),
    }
}

fn graphql(shopify: &Shopify, now: Timestamp, request: &WireRequest, id: &str) -> WireResponse {
    let token = request.headers.get("X-Shopify-Access-Token").unwrap_or_default();
    if !oauth::is_valid(&shopify.config, now, token) {
        return error(401, BAD_TOKEN);
    }
    if request.body.len() > shopify.config.max_body_bytes {
        return error(413, "Payload Too Large");
    }
    let asked = match read_body(request) {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let prepared = match prepare(asked) {
        Ok(prepared) => prepared,
        Err(body) => return json(200, body),
    };
    let requested = prepared.requested;
    if !shopify.bucket().take(requested, now) {
        return json(200, throttled(requested, shopify.bucket().level()));
    }
    let outcome = if prepared.is_mutation() {
        shopify.write(now, |store| {
            let around = Surroundings {
                shop: store.shop(),
                config: &shopify.config,
                now,
                request_id: id,
            };
            prepared.mutate(store, &around)
        })
    } else {
        shopify.run(|tables, shop| {
            let cx = Context {
                tables,
                shop,
                config: &shopify.config,
                now,
                request_id: id,
                side: RefCell::new(Side::default()),
            };
            prepared.query(&cx)
        })
    };
    let Ok(outcome) = outcome else {
        shopify.bucket().give_back(requested);
        return error(500, "Internal Server Error");
    };
    let mut bucket = shopify.bucket();
    bucket.give_back(requested - outcome.actual.min(requested));
    let level = bucket.level();
    drop(bucket);
    let debug = request
        .headers
        .get("Shopify-GraphQL-Cost-Debug")
        .is_some_and(|value| value != "0");
    let details = debug.then(|| prepared.cost_details());
    let response = json(200, outcome.finish(requested, level, details));
    if prepared.uses_deprecated() {
        response.with_header("X-Shopify-API-Deprecated-Reason", DEPRECATION)
    } else {
        response
    }
}

/// The request in a body of JSON or of bare GraphQL.
fn read_body(request: &WireRequest) -> Result<Request, WireResponse> {
    let kind = request.headers.get("Content-Type").unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => read_json(&request.body),
        "application/graphql" => match String::from_utf8(request.body.clone()) {
            Ok(query) => Ok(Request {
                query,
                variables: JsonMap::new(),
                operation_name: None,
            }),
            Err(_) => Err(bad("query", "Invalid UTF-8")),
        },
        _ => Err(bad(
            "content_type",
            "Expected application/json or application/graphql",
        )),
    }
}

fn read_json(body: &[u8]) -> Result<Request, WireResponse> {
    let Ok(JsonValue::Object(mut json)) = serde_json::from_slice::<JsonValue>(body) else {
        return Err(bad("body", "Invalid JSON"));
    };
    let missing = || bad("query", "Required parameter missing or invalid");
    let query = json.remove("query").ok_or_else(missing)?;
    let variables = match json.remove("variables") {
        None | Some(JsonValue::Null) => JsonMap::new(),
        Some(JsonValue::Object(variables)) => variables,
        Some(_) => return Err(bad("variables", "Expected an object")),
    };
    let operation_name = match json.remove("operationName") {
        None | Some(JsonValue::Null) => None,
        Some(name) => {
            let name = name
                .as_str()
                .ok_or_else(|| bad("operationName", "Expected a string"))?;
            Some(name.to_owned()).filter(|name| !name.is_empty())
        }
    };
    let query = query
        .as_str()
        .filter(|query| !query.trim().is_empty())
        .ok_or_else(missing)?;
    Ok(Request {
        query: query.to_owned(),
        variables,
        operation_name,
    })
}

/// 400 with what is wrong by parameter.
fn bad(parameter: &str, what: &str) -> WireResponse {
    let mut errors = JsonMap::new();
    errors.insert(parameter, what.into());
    let mut body = JsonMap::new();
    body.insert("errors", JsonValue::Object(errors));
    json(400, body)
}

fn error(status: u16, text: &str) -> WireResponse {
    let mut body = JsonMap::new();
    body.insert("errors", text.into());
    json(status, body)
}

pub(crate) fn json(status: u16, body: JsonMap) -> WireResponse {
    // Writing JSON values as JSON cannot fail.
    let text = serde_json::to_string(&JsonValue::Object(body)).unwrap_or_default();
    WireResponse::new(status)
        .with_header("Content-Type", "application/json; charset=utf-8")
        .with_body(text)
}
