use crate::fault::{Class, Fault, Res};
use crate::odoo::Inner;
use crate::py::Py;
use crate::rpc::args::missing_positional;
use crate::rpc::auth;

/// The version, as every service tells it.
pub(crate) fn version(odoo: &Inner) -> Py {
    Py::dict([
        ("server_version", Py::str(odoo.config.version.as_str())),
        (
            "server_version_info",
            Py::List(vec![
                Py::Int(18),
                Py::Int(0),
                Py::Int(0),
                Py::str("final"),
                Py::Int(0),
                Py::str(""),
            ]),
        ),
        ("server_serie", Py::str("18.0")),
        ("protocol_version", Py::Int(1)),
    ])
}

/// The `common` service.
pub(super) fn common(odoo: &Inner, method: &str, params: &[Py]) -> Res<Py> {
    let at = |n: usize| params.get(n).cloned().unwrap_or_default();
    match method {
        "version" => Ok(version(odoo)),
        "about" => {
            let text = Py::str("See http://openerp.com");
            if at(0).truthy() {
                return Ok(Py::List(vec![text, Py::str(odoo.config.version.as_str())]));
            }
            Ok(text)
        }
        "set_loglevel" => Ok(Py::Bool(true)),
        "login" | "authenticate" => {
            let names: &[&str] = match method {
                "login" => &["db", "login", "password"],
                _ => &["db", "login", "password", "user_agent_env"],
            };
            let function = format!("exp_{method}");
            if params.len() < names.len() {
                return Err(missing_positional(
                    &function,
                    names.get(params.len()..).unwrap_or_default(),
                ));
            }
            if params.len() > names.len() {
                let text = format!(
                    "{function}() takes {} positional arguments but {} were given",
                    names.len(),
                    params.len()
                );
                return Err(Fault::type_error(text));
            }
            let uid = auth::login(odoo, &at(0).display(), &at(1), &at(2))?;
            Ok(uid.map_or(Py::Bool(false), Py::Int))
        }
        other => Err(Fault::new(
            Class::Builtin("Exception"),
            format!("Method not found: {other}"),
        )),
    }
}

/// The `db` service, as far as it changes nothing.
pub(super) fn db(odoo: &Inner, method: &str, params: &[Py]) -> Res<Py> {
    let names = || {
        Py::List(
            odoo.config
                .databases
                .iter()
                .map(|d| Py::str(d.as_str()))
                .collect(),
        )
    };
    let first = params.first().map(Py::display).unwrap_or_default();
    match method {
        "list" => Ok(names()),
        "db_exist" => Ok(Py::Bool(odoo.config.databases.contains(&first))),
        "server_version" => Ok(Py::str(odoo.config.version.as_str())),
        "list_lang" => Ok(Py::List(
            crate::data::LANGUAGES
                .iter()
                .map(|(code, name)| Py::List(vec![Py::str(*code), Py::str(*name)]))
                .collect(),
        )),
        "list_countries" => Ok(Py::List(
            crate::data::COUNTRIES
                .iter()
                .map(|c| Py::List(vec![Py::Str(c.code.to_lowercase()), Py::str(c.name)]))
                .collect(),
        )),
        "create_database"
        | "duplicate_database"
        | "drop"
        | "dump"
        | "restore"
        | "change_admin_password"
        | "rename"
        | "migrate_databases" => {
            if first != odoo.config.master_password {
                return Err(Fault::denied());
            }
            let name = params.get(1).map(Py::display).unwrap_or_default();
            if method == "drop" && !odoo.config.databases.contains(&name) {
                return Ok(Py::Bool(false));
            }
            Err(Fault::user("This simulated server does not manage databases."))
        }
        other => Err(Fault::key(format!("Method not found: {other}"))),
    }
}
