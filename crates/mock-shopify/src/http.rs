//! The HTTP side: paths, versions, tokens, bodies.

use std::cell::RefCell;

use apollo_compiler::response::{JsonMap, JsonValue};
use jiff::Timestamp;
use wire::{WireRequest, WireResponse};

use crate::graphql::{Request, answer};
use crate::resolve::{Context, Side};
use crate::service::Shopify;
use crate::state::{Rows as _, Shop};
use crate::versions;

const JSON: &str = "application/json; charset=utf-8";

pub(crate) fn handle(shopify: &Shopify, now: Timestamp, request: &WireRequest) -> WireResponse {
    let path = request.path.split('?').next().unwrap_or_default();
    let asked = match path.strip_prefix("/admin/api/").map(|rest| rest.split_once('/')) {
        Some(Some((version, "graphql.json"))) => Some(version),
        Some(None) if path == "/admin/api/graphql.json" => None,
        _ => return plain(404, r#"{"errors":"Not Found"}"#),
    };
    let Some(version) = versions::serve(asked, now) else {
        return plain(404, r#"{"errors":"Not Found"}"#);
    };
    graphql(shopify, now, request).with_header("X-Shopify-API-Version", version)
}

fn graphql(shopify: &Shopify, now: Timestamp, request: &WireRequest) -> WireResponse {
    if request.method != "POST" {
        return plain(404, r#"{"errors":"Not Found"}"#);
    }
    let token = request.headers.get("X-Shopify-Access-Token").unwrap_or_default();
    if !shopify.config.access_tokens.iter().any(|known| known == token) {
        let text = "[API] Invalid API key or access token (unrecognized login or wrong password)";
        return plain(401, &format!(r#"{{"errors":"{text}"}}"#));
    }
    let Some(asked) = read_body(&request.body) else {
        return plain(
            400,
            r#"{"errors":{"query":"Required parameter missing or invalid"}}"#,
        );
    };
    let body = shopify.look(|tables| {
        let shop = tables
            .all::<Shop>()
            .next()
            .cloned()
            .unwrap_or_else(|| Shop::demo(Timestamp::UNIX_EPOCH));
        let cx = Context {
            tables,
            shop,
            config: &shopify.config,
            now,
            side: RefCell::new(Side::default()),
        };
        answer(&cx, &asked)
    });
    match body {
        Ok(body) => {
            let text = serde_json::to_string(&JsonValue::Object(body)).unwrap_or_default();
            plain(200, &text)
        }
        Err(_) => plain(500, r#"{"errors":"Internal Server Error"}"#),
    }
}

fn read_body(body: &[u8]) -> Option<Request> {
    let JsonValue::Object(mut json) = serde_json::from_slice::<JsonValue>(body).ok()? else {
        return None;
    };
    let query = json.remove("query")?.as_str()?.to_owned();
    let variables = match json.remove("variables") {
        Some(JsonValue::Object(variables)) => variables,
        _ => JsonMap::new(),
    };
    let operation_name = json
        .remove("operationName")
        .and_then(|name| name.as_str().map(str::to_owned));
    Some(Request {
        query,
        variables,
        operation_name,
    })
}

fn plain(status: u16, body: &str) -> WireResponse {
    WireResponse::new(status)
        .with_header("Content-Type", JSON)
        .with_body(body)
}
