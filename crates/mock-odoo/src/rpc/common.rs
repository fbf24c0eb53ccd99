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
        "version" => check("version", &[], 0, params),
        "about" => check("about", &[], 1, params),
        "set_loglevel" => check("set_loglevel", &["loglevel"], 1, params),
        "login" => check("login", &["db", "login", "password"], 0, params),
        "authenticate" => check(
            "authenticate",
            &["db", "login", "password", "user_agent_env"],
            0,
            params,
        ),
        _ => Ok(()),
    }?;
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
            let uid = auth::login(odoo, &at(0).display(), &at(1), &at(2))?;
            Ok(uid.map_or(Py::Bool(false), Py::Int))
        }
        other => Err(Fault::new(
            Class::Builtin("Exception"),
            format!("Method not found: {other}"),
        )),
    }
}

/// The number of arguments of a service's function: those it needs, and how many more it takes.
fn check(method: &str, names: &[&str], optional: usize, params: &[Py]) -> Res<()> {
    let function = format!("exp_{method}");
    if let Some(missing) = names.get(params.len()..).filter(|m| !m.is_empty()) {
        return Err(missing_positional(&function, missing));
    }
    let most = names.len() + optional;
    if params.len() <= most {
        return Ok(());
    }
    let takes = if optional == 0 {
        most.to_string()
    } else {
        format!("from {} to {most}", names.len())
    };
    let s = if optional == 0 && most == 1 { "" } else { "s" };
    let (given, were) = (params.len(), if params.len() == 1 { "was" } else { "were" });
    Err(Fault::type_error(format!(
        "{function}() takes {takes} positional argument{s} but {given} {were} given"
    )))
}

/// Functions that need the master password first.
const GUARDED: [&str; 9] = [
    "create_database",
    "duplicate_database",
    "drop",
    "dump",
    "restore",
    "change_admin_password",
    "rename",
    "migrate_databases",
    "list_countries",
];

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
        "list" => check("list", &[], 1, params),
        "db_exist" => check("db_exist", &["db_name"], 0, params),
        "server_version" | "list_lang" => check(method, &[], 0, params),
        guarded if GUARDED.contains(&guarded) && first != odoo.config.master_password => Err(Fault::denied()),
        _ => Ok(()),
    }?;
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
        "list_countries" => {
            let mut countries: Vec<_> = crate::data::COUNTRIES.iter().map(|c| (c.name, c.code)).collect();
            countries.sort_unstable();
            let pair =
                |(name, code): (&str, &str)| Py::List(vec![Py::Str(code.to_lowercase()), Py::str(name)]);
            Ok(Py::List(countries.into_iter().map(pair).collect()))
        }
        "drop"
            if !odoo
                .config
                .databases
                .contains(&params.get(1).map(Py::display).unwrap_or_default()) =>
        {
            Ok(Py::Bool(false))
        }
        guarded if GUARDED.contains(&guarded) => {
            Err(Fault::user("This simulated server does not manage databases."))
        }
        other => Err(Fault::key(format!("Method not found: {other}"))),
    }
}
