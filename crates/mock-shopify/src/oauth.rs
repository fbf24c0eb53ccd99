//! The client credentials grant: an app trades its secret for a token that is valid for a day.
//!
//! Tokens carry their own expiry and are recognised without being stored, so every process that serves the shop
//! accepts them.

use apollo_compiler::response::JsonMap;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use wire::{WireRequest, WireResponse};

use crate::config::{AppCredentials, Config};
use crate::hex::hex;
use crate::http::json;

/// Seconds that a token is valid.
const LIFETIME: i64 = 86_399;
const PREFIX: &str = "shpat_";

/// `POST /admin/oauth/access_token`.
pub(crate) fn access_token(config: &Config, now: Timestamp, request: &WireRequest) -> WireResponse {
    let fields = fields(request);
    let field = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    if field("grant_type") != Some("client_credentials") {
        return refuse("unsupported_grant_type", "The grant type is not supported.");
    }
    let app = config.app.as_ref().filter(|app| {
        let known = field("client_id") == Some(app.client_id.as_str());
        known && field("client_secret") == Some(app.client_secret.as_str())
    });
    let Some(app) = app else {
        return refuse("invalid_client", "Client authentication failed.");
    };
    let expires = now.as_second().saturating_add(LIFETIME);
    let scopes: Vec<&str> = config.scopes.iter().map(String::as_str).collect();
    let mut body = JsonMap::new();
    body.insert("access_token", token(app, expires).into());
    body.insert("scope", scopes.join(",").into());
    body.insert("expires_in", LIFETIME.into());
    json(200, body)
}

fn refuse(error: &str, description: &str) -> WireResponse {
    let mut body = JsonMap::new();
    body.insert("error", error.into());
    body.insert("error_description", description.into());
    json(400, body)
}

/// The fields of a form or of a JSON body.
fn fields(request: &WireRequest) -> Vec<(String, String)> {
    let kind = request.headers.get("Content-Type").unwrap_or_default();
    if kind.starts_with("application/json") {
        let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&request.body);
        let fields = object.unwrap_or_default().into_iter();
        return fields
            .filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())))
            .collect();
    }
    form_urlencoded::parse(&request.body).into_owned().collect()
}

fn token(app: &AppCredentials, expires: i64) -> String {
    let digest = Sha256::digest(format!(
        "{}\u{0}{}\u{0}{expires}",
        app.client_id, app.client_secret
    ));
    let proof = hex(&digest[..16]);
    format!("{PREFIX}{expires:x}_{proof}")
}

/// Whether requests with this token are answered now.
pub(crate) fn is_valid(config: &Config, now: Timestamp, given: &str) -> bool {
    if config
        .access_tokens
        .iter()
        .any(|known| known == given && !known.is_empty())
    {
        return true;
    }
    let Some(app) = &config.app else { return false };
    let expires = given.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next());
    let Some(expires) = expires.and_then(|hex| i64::from_str_radix(hex, 16).ok()) else {
        return false;
    };
    now.as_second() < expires && token(app, expires) == given
}
