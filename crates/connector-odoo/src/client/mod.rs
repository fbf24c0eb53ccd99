//! Odoo's external RPC over `/jsonrpc`.

mod answer;
mod attempt;
mod load;
mod secret;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::{Map, Value, json};
use wire::{Transport, WireRequest, WireResponse};

use answer::{from_transport, read_answer};
pub(crate) use attempt::in_attempt;
pub(crate) use load::{LoadRow, archived_too};
pub use secret::Secret;

use sync_core::{ConnectorError, ErrorKind};

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallError {
    /// What went wrong.
    pub(crate) error: ConnectorError,
    /// The call may have been carried out all the same.
    pub(crate) unknown: bool,
}

impl CallError {
    pub(crate) fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> Self {
        Self {
            error: ConnectorError::new(kind, code, message),
            unknown: false,
        }
    }
}

impl From<ConnectorError> for CallError {
    fn from(error: ConnectorError) -> Self {
        Self {
            error,
            unknown: false,
        }
    }
}

impl From<CallError> for ConnectorError {
    fn from(error: CallError) -> Self {
        error.error
    }
}

/// Who we are in which database.
#[derive(Debug, Clone)]
pub struct Login {
    /// The database's name.
    pub database: String,
    /// The user's login.
    pub user: String,
    /// His password or, better, an API key of his.
    pub secret: Secret,
}

/// Calls methods of Odoo's models. Signs in by itself at the first call.
pub(crate) struct Client {
    transport: Arc<dyn Transport>,
    login: Login,
    /// The signed-in user's id; 0 before the first call.
    uid: AtomicI64,
    next_id: AtomicU64,
}

impl Client {
    pub(crate) fn new(transport: Arc<dyn Transport>, login: Login) -> Self {
        Self {
            transport,
            login,
            uid: AtomicI64::new(0),
            next_id: AtomicU64::new(1),
        }
    }

    /// Calls `model.method(*args, **kwargs)`. A method that answers nothing gives `Value::Null`.
    pub(crate) async fn call(
        &self,
        model: &str,
        method: &str,
        args: Value,
        kwargs: Map<String, Value>,
    ) -> Result<Value, CallError> {
        let uid = self.uid().await?;
        let all = json!([
            self.login.database,
            uid,
            self.login.secret.expose(),
            model,
            method,
            args,
            kwargs
        ]);
        let answered = self.rpc("object", "execute_kw", all).await;
        answered.map_err(|mut error| {
            error.error.message = format!("{model}.{method}: {}", error.error.message);
            error
        })
    }

    /// `search_read` over archived records too.
    pub(crate) async fn search_read(
        &self,
        model: &str,
        domain: Value,
        fields: &[&str],
        options: Options<'_>,
    ) -> Result<Vec<Value>, CallError> {
        let mut kwargs = Map::new();
        kwargs.insert("fields".into(), json!(fields));
        kwargs.insert("order".into(), json!(options.order.unwrap_or("id")));
        if let Some(limit) = options.limit {
            kwargs.insert("limit".into(), json!(limit));
        }
        kwargs.insert("context".into(), json!({"active_test": false}));
        let answer = self.call(model, "search_read", json!([domain]), kwargs).await?;
        rows(model, "search_read", answer)
    }

    /// `read` of these ids; those that do not exist are left out.
    pub(crate) async fn read(
        &self,
        model: &str,
        ids: &[i64],
        fields: &[&str],
    ) -> Result<Vec<Value>, CallError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let domain = json!([["id", "in", ids]]);
        self.search_read(model, domain, fields, Options::default()).await
    }

    /// `write` of the same values to all these ids.
    pub(crate) async fn write(&self, model: &str, ids: &[i64], values: Value) -> Result<(), CallError> {
        if ids.is_empty() {
            return Ok(());
        }
        self.call(model, "write", json!([ids, values]), Map::new())
            .await
            .map(drop)
    }

    /// The signed-in user's id.
    pub(crate) async fn uid(&self) -> Result<i64, CallError> {
        let known = self.uid.load(Ordering::Acquire);
        if known != 0 {
            return Ok(known);
        }
        let login = &self.login;
        let args = json!([login.database, login.user, login.secret.expose(), {}]);
        let answer = self.rpc("common", "authenticate", args).await?;
        let uid = answer.as_i64().filter(|uid| *uid > 0).ok_or_else(|| {
            let message = format!(
                "Odoo refuses user `{}` of database `{}`: check the login and the password or API key",
                login.user, login.database
            );
            CallError::new(ErrorKind::Unauthorized, "login_refused", message)
        })?;
        self.uid.store(uid, Ordering::Release);
        Ok(uid)
    }

    /// The server's time, by the date of an answer; `None` if it (or what stands in front of it) gives none.
    pub(crate) async fn server_time(&self) -> Result<Option<Timestamp>, CallError> {
        let response = self.exchange("common", "version", json!([])).await?;
        read_answer(&response)?;
        let date = response.headers.get("Date");
        Ok(date.and_then(|date| rfc2822::parse(date).ok().map(|date| date.timestamp())))
    }

    async fn rpc(&self, service: &str, method: &str, args: Value) -> Result<Value, CallError> {
        read_answer(&self.exchange(service, method, args).await?)
    }

    async fn exchange(&self, service: &str, method: &str, args: Value) -> Result<WireResponse, CallError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let params = json!({"service": service, "method": method, "args": args});
        let body = json!({"jsonrpc": "2.0", "method": "call", "params": params, "id": id});
        let request = WireRequest::post("/jsonrpc", "application/json", body.to_string());
        let request = attempt::named(request);
        let sent = self.transport.send(request).await;
        sent.map_err(|error| from_transport(&error))
    }
}

/// Order and size of a `search_read`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options<'a> {
    /// `id` unless given: any other order is unstable under writes.
    pub(crate) order: Option<&'a str>,
    /// No limit unless given.
    pub(crate) limit: Option<usize>,
}

/// An answer that has to be a list.
fn rows(model: &str, method: &str, answer: Value) -> Result<Vec<Value>, CallError> {
    match answer {
        Value::Array(rows) => Ok(rows),
        other => {
            let message = format!("{model}.{method} answered {} instead of a list", shape(&other));
            Err(CallError::new(ErrorKind::Protocol, "no_list", message))
        }
    }
}

/// What kind of value it is, without showing it.
pub(crate) fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
