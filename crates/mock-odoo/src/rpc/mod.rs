//! The services of the external API: `common`, `db` and `object`, apart from how they travel.

mod args;
mod auth;
mod call;
mod common;
mod export;
mod generic;
mod group_args;

use jiff::Timestamp;
use wire::WireRequest;

use crate::fault::{Class, Fault, Res};
use crate::odoo::Inner;
use crate::py::Py;

pub(crate) use auth::login;
pub(crate) use call::{Call, call_kw};
pub(crate) use common::version;

/// When a call came, and as part of what.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'r> {
    pub(crate) now: Timestamp,
    /// The caller's `X-Correlation-Id`: calls that share it are one attempt, as far as simulated failures go.
    pub(crate) attempt: Option<&'r str>,
}

impl<'r> Arrival<'r> {
    pub(crate) fn of(now: Timestamp, request: &'r WireRequest) -> Self {
        Self {
            now,
            attempt: request.headers.get("X-Correlation-Id"),
        }
    }
}

/// A call's positional parameters.
#[derive(Clone, Copy)]
pub(crate) struct Params<'p> {
    pub(crate) items: &'p [Py],
    /// The Python class that holds them, for the texts of errors: XML-RPC hands a `tuple` over, JSON-RPC a `list`.
    pub(crate) class: &'static str,
}

/// Carries out one call of a service.
pub(crate) fn dispatch(
    odoo: &Inner,
    arrival: Arrival<'_>,
    service: &str,
    method: &str,
    params: Params<'_>,
) -> Res<Py> {
    match service {
        "common" => common::common(odoo, method, params.items),
        "db" => common::db(odoo, method, params.items),
        "object" => object(odoo, arrival, method, params),
        other => Err(Fault::key(other)),
    }
}

fn object(odoo: &Inner, arrival: Arrival<'_>, method: &str, params: Params<'_>) -> Res<Py> {
    let class = params.class;
    let params = params.items;
    let short = || {
        Fault::new(
            Class::Builtin("IndexError"),
            format!("{class} index out of range"),
        )
    };
    let (db, uid) = (
        params.first().ok_or_else(short)?,
        params.get(1).ok_or_else(short)?,
    );
    let uid = auth::uid_of(uid)?;
    let password = params.get(2).ok_or_else(short)?;
    let keyword = match method {
        "execute" => false,
        "execute_kw" => true,
        other => {
            return Err(Fault::new(
                Class::Builtin("NameError"),
                format!("Method not available {other}"),
            ));
        }
    };
    auth::check(odoo, &db.display(), uid, password)?;
    let rest = params.get(3..).unwrap_or_default();
    let names: &[&str] = if keyword {
        &["obj", "method", "args"]
    } else {
        &["obj", "method"]
    };
    if rest.len() < names.len() {
        return Err(args::missing_positional(
            method,
            names.get(rest.len()..).unwrap_or_default(),
        ));
    }
    let (args, kwargs) = if keyword {
        if rest.len() > 4 {
            let text = format!(
                "execute_kw() takes from 5 to 6 positional arguments but {} were given",
                rest.len() + 2
            );
            return Err(Fault::type_error(text));
        }
        let args = match rest.get(2) {
            Some(Py::List(items)) => items.clone(),
            Some(other) => return Err(args::not_a_sequence(other)),
            None => Vec::new(),
        };
        (args, args::keywords(rest.get(3))?)
    } else {
        (rest.get(2..).unwrap_or_default().to_vec(), Vec::new())
    };
    let text = |n: usize| rest.get(n).map(Py::display).unwrap_or_default();
    call_kw(
        odoo,
        arrival,
        uid,
        &Call {
            model: text(0),
            method: text(1),
            args,
            kwargs,
        },
    )
}
