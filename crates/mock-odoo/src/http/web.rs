//! The web client's doors that client libraries use: a session instead of a password with each call.

use jiff::{Timestamp, ToSpan};
use wire::WireRequest;

use crate::fault::{Class, Fault, Res};
use crate::http::jsonrpc::Answer;
use crate::http::sessions::Login;
use crate::odoo::Inner;
use crate::py::Py;
use crate::rpc::{self, Call};

pub(super) fn version_info(odoo: &Inner, _: Timestamp, _: &WireRequest, _: &Py) -> Res<Answer> {
    Ok(rpc::version(odoo).into())
}

pub(super) fn database_list(odoo: &Inner, now: Timestamp, _: &WireRequest, _: &Py) -> Res<Answer> {
    rpc::dispatch(odoo, now, "db", "list", &[]).map(Answer::from)
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
        cookie: Some(cookie(&id, now)),
    })
}

fn cookie(id: &str, now: Timestamp) -> String {
    let until = now.checked_add((24 * 7).hours()).unwrap_or(now);
    let until = until.strftime("%a, %d %b %Y %H:%M:%S GMT");
    format!("session_id={id}; Expires={until}; Max-Age=604800; HttpOnly; Path=/")
}

/// The request's session, or the error of an expired one.
fn session(odoo: &Inner, request: &WireRequest) -> Res<(String, Login)> {
    let found = request
        .headers
        .get("Cookie")
        .unwrap_or_default()
        .split(';')
        .find_map(|pair| {
            let id = pair.trim().strip_prefix("session_id=")?;
            Some((id.to_owned(), odoo.sessions.get(id)?))
        });
    found.ok_or_else(|| Fault::new(Class::SessionExpired, "Session expired"))
}

pub(super) fn session_info(odoo: &Inner, now: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    let (id, login) = session(odoo, request)?;
    Ok(Answer {
        value: info(odoo, &login)?,
        cookie: Some(cookie(&id, now)),
    })
}

pub(super) fn check(odoo: &Inner, _: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    session(odoo, request)?;
    Ok(Py::None.into())
}

pub(super) fn destroy(odoo: &Inner, _: Timestamp, request: &WireRequest, _: &Py) -> Res<Answer> {
    let (id, _) = session(odoo, request)?;
    odoo.sessions.close(&id);
    Ok(Py::None.into())
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
    rpc::call_kw(odoo, now, login.uid, &call).map(Answer::from)
}

/// What a client learns at signing in, without what only the server's own pages use.
fn info(odoo: &Inner, login: &Login) -> Res<Py> {
    let user = odoo.read(|t| {
        let row = t.get("res.users", login.uid);
        let partner = row.and_then(|r| r.id("partner_id")).unwrap_or(0);
        let name = t
            .get("res.partner", partner)
            .map(|r| r.text("name").to_owned())
            .unwrap_or_default();
        let date = t
            .get("res.partner", partner)
            .map(|r| r.text("write_date").chars().take(19).collect::<String>());
        let login = row.map(|r| r.text("login").to_owned()).unwrap_or_default();
        let currency = t
            .get("res.company", 1)
            .and_then(|r| r.id("currency_id"))
            .unwrap_or(1);
        let sign = t
            .get("res.currency", currency)
            .map(|r| (r.text("symbol").to_owned(), r.text("position").to_owned()));
        let company = t
            .get("res.company", 1)
            .map(|r| r.text("name").to_owned())
            .unwrap_or_default();
        Ok((
            partner,
            name,
            date.unwrap_or_default(),
            login,
            currency,
            sign.unwrap_or_default(),
            company,
        ))
    })?;
    let (partner, name, date, login_name, currency, (symbol, position), company) = user;
    let rights = odoo.config.users.iter().find(|u| u.uid == login.uid);
    let has = |group: &str| rights.is_some_and(|u| u.groups.iter().any(|g| g == group));
    let system = has(crate::models::access::SETTINGS);
    let version = rpc::version(odoo);
    let of_version = |key: &str| version.get(key).cloned().unwrap_or_default();
    let digits = Py::List(vec![Py::Int(69), Py::Int(2)]);
    let money = Py::dict([
        ("symbol", Py::Str(symbol)),
        ("position", Py::Str(position)),
        ("digits", digits),
    ]);
    let own_company = Py::dict([
        ("id", Py::Int(1)),
        ("name", Py::Str(company)),
        ("sequence", Py::Int(0)),
        ("child_ids", Py::List(Vec::new())),
        ("parent_id", Py::Bool(false)),
    ]);
    let companies = Py::dict([
        ("current_company", Py::Int(1)),
        ("allowed_companies", Py::dict([("1", own_company)])),
        ("disallowed_ancestor_companies", Py::Dict(Vec::new())),
    ]);
    let context = [
        ("lang", Py::str("en_US")),
        ("tz", Py::Bool(false)),
        ("uid", Py::Int(login.uid)),
    ];
    Ok(Py::dict([
        ("uid", Py::Int(login.uid)),
        ("is_system", Py::Bool(system)),
        ("is_admin", Py::Bool(system)),
        ("is_public", Py::Bool(false)),
        ("is_internal_user", Py::Bool(true)),
        ("user_context", Py::dict(context)),
        ("db", Py::str(login.db.as_str())),
        ("server_version", of_version("server_version")),
        ("server_version_info", of_version("server_version_info")),
        ("support_url", Py::str("https://www.odoo.com/buy")),
        ("name", Py::str(name.as_str())),
        ("username", Py::Str(login_name)),
        ("partner_write_date", Py::Str(date)),
        ("partner_display_name", Py::Str(name)),
        ("partner_id", Py::Int(partner)),
        ("active_ids_limit", Py::Int(20000)),
        ("profile_session", Py::None),
        ("profile_collectors", Py::None),
        ("profile_params", Py::None),
        ("max_file_upload_size", Py::Int(134_217_728)),
        ("home_action_id", Py::Bool(false)),
        ("currencies", Py::dict([(currency.to_string(), money)])),
        ("bundle_params", Py::dict([("lang", Py::str("en_US"))])),
        ("test_mode", Py::Bool(false)),
        ("user_companies", companies),
        ("show_effect", Py::Bool(true)),
        ("display_switch_company_menu", Py::Bool(false)),
    ]))
}
