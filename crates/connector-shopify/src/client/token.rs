//! Where access tokens come from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sync_core::{ConnectorError, ErrorKind};
use wire::{NowFn, Transport, WireRequest, WireResponse};

use super::Secret;
use super::http::{from_status, from_transport};

/// Gives the access token for a request.
#[async_trait]
pub trait TokenProvider: Send + Sync {
    /// A token that should be valid now. `refused` is one that Shopify has just answered with HTTP 401: another one
    /// is wanted, or an error of the kind `Unauthorized` if there is none.
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, ConnectorError>;
}

/// One token that never expires (custom apps that were made in the admin before 2026).
#[derive(Debug, Clone)]
pub struct StaticToken(Secret);

impl StaticToken {
    /// Uses this token, usually `shpat_…`.
    pub fn new(token: Secret) -> Self {
        Self(token)
    }
}

#[async_trait]
impl TokenProvider for StaticToken {
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, ConnectorError> {
        match refused {
            None => Ok(self.0.clone()),
            Some(_) => Err(refusal(
                "Shopify refuses the access token: it is wrong, expired or revoked",
            )),
        }
    }
}

/// Fetches tokens by the client credentials grant, as apps of the Dev Dashboard do. A token is valid for a day and is
/// replaced shortly before it expires, or when Shopify refuses it.
pub struct ClientCredentials {
    transport: Arc<dyn Transport>,
    client_id: String,
    client_secret: Secret,
    now: NowFn,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Secret,
    /// When another one is to be fetched; `None` where Shopify did not say how long it is valid.
    until: Option<Timestamp>,
}

/// A token is replaced this long before it expires.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// No token is valid for longer than this many seconds, whatever is said.
const LONGEST: i64 = 366 * 24 * 3600;

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<i64>,
}

impl ClientCredentials {
    /// Fetches tokens for an app at the shop behind `transport`, on the clock `now`.
    pub fn new(
        transport: Arc<dyn Transport>,
        client_id: impl Into<String>,
        client_secret: Secret,
        now: NowFn,
    ) -> Self {
        Self {
            transport,
            client_id: client_id.into(),
            client_secret,
            now,
            held: Mutex::default(),
        }
    }

    fn held(&self, refused: Option<&Secret>) -> Option<Secret> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = held.as_ref()?;
        let fresh = held.until.is_none_or(|until| (self.now)() < until);
        (fresh && refused != Some(&held.token)).then(|| held.token.clone())
    }

    async fn fetch(&self) -> Result<Secret, ConnectorError> {
        let asked_at = (self.now)();
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.expose())
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let request = WireRequest::post("/admin/oauth/access_token", kind, body)
            .with_header("Accept", "application/json");
        let response = self
            .transport
            .send(request)
            .await
            .map_err(|error| from_transport(&error))?;
        let granted = read_grant(&response)?;
        let token = Secret::new(granted.access_token);
        let until = granted.expires_in.map(|seconds| {
            let valid = SignedDuration::from_secs(seconds.clamp(0, LONGEST));
            asked_at.saturating_add(valid - MARGIN).unwrap_or(asked_at)
        });
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Held {
            token: token.clone(),
            until,
        });
        Ok(token)
    }
}

/// The body of a refusal repeats nothing of the request, but it is none of ours: it stays out of the error.
fn read_grant(response: &WireResponse) -> Result<Granted, ConnectorError> {
    match response.status {
        200 => serde_json::from_slice(&response.body).map_err(|_| {
            let message = "Shopify's answer to the request for an access token is not understood";
            ConnectorError::new(ErrorKind::Protocol, "no_token", message)
        }),
        400 | 401 | 403 => Err(refusal(
            "Shopify gives the app no access token: check the client id, the client secret and that the app is \
             installed in the shop",
        )),
        _ => Err(from_status(response)),
    }
}

fn refusal(message: &str) -> ConnectorError {
    ConnectorError::new(ErrorKind::Unauthorized, "token_refused", message)
}

#[async_trait]
impl TokenProvider for ClientCredentials {
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, ConnectorError> {
        match self.held(refused) {
            Some(token) => Ok(token),
            None => self.fetch().await,
        }
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
