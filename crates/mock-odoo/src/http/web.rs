//! The web client's doors that client libraries use: a session instead of a password with each call.

use jiff::{Timestamp, ToSpan};
use wire::WireRequest;

use crate::fault::{Class, Fault, Res};
use crate::http::jsonrpc::Answer;
use crate::http::session_info::info;
use crate::http::sessions::Login;
use crate::odoo::Inner;
use crate::py::Py;
use crate::rpc::{self, Call};

#[expect(clippy::unnecessary_wraps, reason = "a door like the others")]
pub(super) fn version_info(odoo: &Inner, now: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    Ok(visit(odoo, now, request, rpc::version(odoo)))
}

pub(super) fn database_list(odoo: &Inner, now: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    let none = rpc::Params {
        items: &[],
        class: "tuple",
    };
    let names = rpc::dispatch(odoo, rpc::Arrival::of(now, request), "db", "list", none)?;
    Ok(visit(odoo, now, request, names))
}

/// A door that needs no login opens a session for who has none.
fn visit(odoo: &Inner, now: Timestamp, request: &WireRequest, value: Py) -> Answer {
    let mut answer = Answer::from(value);
    if known(odoo, request).is_none() {
        answer.cookies.push(visitor(odoo, now));
    }
    answer
}

/// The cookie of a new session without a login.
pub(super) fn visitor(odoo: &Inner, now: Timestamp) -> String {
    let nobody = Login {
        uid: 0,
        db: String::new(),
    };
    cookie(&odoo.sessions.open(nobody, &format!("{now}")), now)
}

pub(super) fn authenticate(odoo: &Inner, now: Timestamp, _: &WireRequest, params: &Py) -> Res<Answer> {
    let names = ["db", "login", "password"];
    let missing: Vec<String> = names
        .iter()
        .filter(|n| params.get(n).is_none())
        .map(|n| format!("'{n}'"))
        .collect();
    if !missing.is_empty() {
        let s = if missing.len() == 1 { "" } else { "s" };
        let text = format!(
            "Session.authenticate() missing {} required positional argument{s}: {}",
            missing.len(),
            missing.join(" and ")
        );
        return Err(Fault::type_error(text));
    }
    let at = |name: &str| params.get(name).cloned().unwrap_or_default();
    let db = at("db").display();
    let Some(uid) = rpc::login(odoo, &db, &at("login"), &at("password"))? else {
        return Err(Fault::denied());
    };
    let login = Login { uid, db };
    let id = odoo.sessions.open(login.clone(), &format!("{now}"));
    Ok(Answer {
        value: info(odoo, &login)?,
        cookies: vec![cookie(&id, now)],
    })
}

/// The browser keeps the cookie for a year, though the session ends after a week.
pub(super) fn expires(now: Timestamp) -> String {
    let until = now.checked_add((24 * 365).hours()).unwrap_or(now);
    until.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn cookie(id: &str, now: Timestamp) -> String {
    format!(
        "session_id={id}; Expires={}; Max-Age=604800; HttpOnly; Path=/",
        expires(now)
    )
}

/// The session that the request's cookie names.
fn known(odoo: &Inner, request: &WireRequest) -> Option<(String, Login)> {
    let cookies = request.headers.get("Cookie")?;
    cookies.split(';').find_map(|pair| {
        let id = pair.trim().strip_prefix("session_id=")?;
        Some((id.to_owned(), odoo.sessions.get(id)?))
    })
}

/// The request's session, or the error of an expired one.
fn session(odoo: &Inner, request: &WireRequest) -> Res<(String, Login)> {
    known(odoo, request)
        .filter(|(_, login)| login.uid != 0)
        .ok_or_else(|| Fault::new(Class::SessionExpired, "Session expired"))
}

pub(super) fn session_info(odoo: &Inner, now: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    let (id, login) = session(odoo, request)?;
    Ok(Answer {
        value: info(odoo, &login)?,
        cookies: vec![cookie(&id, now)],
    })
}

pub(super) fn check(odoo: &Inner, _: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    session(odoo, request)?;
    Ok(Py::None.into())
}

pub(super) fn destroy(odoo: &Inner, now: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    let (id, _) = session(odoo, request)?;
    odoo.sessions.close(&id);
    let gone = format!("cids=; Expires={}; Max-Age=0; Path=/", expires(now));
    Ok(Answer {
        value: Py::None,
        cookies: vec![gone, visitor(odoo, now)],
    })
}

pub(super) fn call_kw(odoo: &Inner, now: Timestamp, request: &WireRequest, params: &Py) -> Res<Answer> {
    let (_, login) = session(odoo, request)?;
    let text = |name: &str| params.get(name).map(Py::display).unwrap_or_default();
    let call = Call {
        model: text("model"),
        method: text("method"),
        args: params
            .get("args")
            .and_then(Py::as_list)
            .unwrap_or_default()
            .to_vec(),
        kwargs: params
            .get("kwargs")
            .and_then(Py::as_dict)
            .unwrap_or_default()
            .to_vec(),
    };
    rpc::call_kw(odoo, rpc::Arrival::of(now, request), login.uid, &call).map(Answer::from)
}
