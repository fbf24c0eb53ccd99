use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{self, HeaderMap};
use jiff::Timestamp;
use subtle::ConstantTimeEq;
use sync_service::config::Config;

use super::limit::Limit;
use super::origin::{host_is_known, is_own};
use super::session::{COOKIE, Sessions, digest};
use crate::error::{Kind, Problem};

/// Routes of the API that need no login: they tell nothing about the shop.
const OPEN: [&str; 4] = ["/api/session", "/api/health", "/api/ready", "/api/openapi.json"];

/// Whether a route of the API needs no login.
pub(crate) fn is_open(path: &str) -> bool {
    OPEN.contains(&path)
}

/// Decides which requests are carried out.
pub(crate) struct Guard {
    /// A digest of the token, so that comparing takes the same time whatever the lengths.
    token: Option<[u8; 32]>,
    allowed_hosts: Vec<String>,
    sessions: Sessions,
    limit: Limit,
}

/// Who a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// No token is configured: everybody may do everything.
    Open,
    /// Has shown the token, or has a login.
    LoggedIn,
    /// Nobody that we know.
    Stranger,
}

impl Guard {
    pub(crate) fn new(config: &Config) -> Self {
        let mut allowed_hosts = config.allowed_hosts.clone();
        allowed_hosts.push(config.host.to_lowercase());
        Self {
            token: config.api_token.as_ref().map(|token| digest(&token.0)),
            allowed_hosts,
            sessions: Sessions::default(),
            limit: Limit::default(),
        }
    }

    pub(crate) fn login_needed(&self) -> bool {
        self.token.is_some()
    }

    /// Whether a request may go on to its route.
    pub(super) fn check(&self, request: &ServiceRequest, path: &str, now: Timestamp) -> Result<(), Problem> {
        let headers = request.headers();
        let host = text(headers, header::HOST.as_str());
        if !host_is_known(host, &self.allowed_hosts) {
            let name = host.unwrap_or_default();
            let detail = format!(
                "`{name}` is no name of this server: use localhost or its address, or set SYNC_ALLOWED_HOSTS"
            );
            return Err(Problem::new(Kind::HostRefused, detail));
        }
        if !is_own(request.method(), headers, host) {
            let detail = "requests that change something have to come from the page of this server";
            return Err(Problem::new(Kind::CrossSite, detail));
        }
        if !path.starts_with("/api/") || self.standing(headers, now) != Standing::Stranger {
            return Ok(());
        }
        // Open routes tell whether a token is right as well, so guesses are counted there too.
        if shown_token(headers).is_some() {
            let from = request.peer_addr().map(|address| address.ip());
            self.wrong_token(from, now, "a request showed a wrong token")?;
        }
        if is_open(path) {
            return Ok(());
        }
        Err(unauthorized(
            "log in, or send `Authorization: Bearer` with the token",
        ))
    }

    /// Notes a wrong token, and refuses more than a few of them. The right one is never asked to wait: a caller that
    /// guesses shares its address with everybody behind the same proxy.
    fn wrong_token(&self, from: Option<IpAddr>, now: Timestamp, what: &str) -> Result<(), Problem> {
        if let Some(seconds) = self.limit.wait(from, now) {
            let detail = format!("too many wrong tokens from your address: wait {seconds} seconds");
            return Err(Problem::new(Kind::TooManyAttempts, detail)
                .with_header(header::RETRY_AFTER, seconds.to_string()));
        }
        self.limit.failed(from, now);
        tracing::warn!(from = from.map(|from| from.to_string()), "{what}");
        Ok(())
    }

    pub(crate) fn standing(&self, headers: &HeaderMap, now: Timestamp) -> Standing {
        if self.token.is_none() {
            return Standing::Open;
        }
        if shown_token(headers).is_some_and(|token| self.is_token(token)) {
            return Standing::LoggedIn;
        }
        match cookie(headers) {
            Some(id) if self.sessions.is_known(id, now) => Standing::LoggedIn,
            _ => Standing::Stranger,
        }
    }

    fn is_token(&self, given: &str) -> bool {
        self.token
            .is_some_and(|token| bool::from(token.ct_eq(&digest(given))))
    }

    /// Begins a login: the id for the cookie.
    pub(crate) fn log_in(
        &self,
        request: &HttpRequest,
        token: &str,
        now: Timestamp,
    ) -> Result<String, Problem> {
        if !self.is_token(token) {
            let from = request.peer_addr().map(|address| address.ip());
            self.wrong_token(from, now, "a login failed")?;
            return Err(unauthorized("this is not the token"));
        }
        self.sessions
            .begin(now)
            .map_err(|error| Problem::internal(format!("no random numbers: {error}")))
    }

    /// Ends the login of a request.
    pub(crate) fn log_out(&self, request: &HttpRequest) {
        if let Some(id) = cookie(request.headers()) {
            self.sessions.end(id);
        }
    }
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(Kind::Unauthorized, detail).with_header(header::WWW_AUTHENTICATE, "Bearer")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn shown_token(headers: &HeaderMap) -> Option<&str> {
    text(headers, header::AUTHORIZATION.as_str()).and_then(bearer)
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}
