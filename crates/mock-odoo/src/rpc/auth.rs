use crate::fault::{Class, Fault, Res};
use crate::odoo::Inner;
use crate::py::Py;

/// The database a client names must be one of the server's.
pub(crate) fn database(odoo: &Inner, db: &str) -> Res<()> {
    if odoo.config.databases.iter().any(|name| name == db) {
        return Ok(());
    }
    Err(Fault::new(
        Class::Operational,
        format!(
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"{db}\" does not exist\n"
        ),
    ))
}

/// The uid of a login; `None` for a bad password, an unknown login or an archived user.
pub(crate) fn login(odoo: &Inner, db: &str, login: &Py, password: &Py) -> Res<Option<i64>> {
    database(odoo, db)?;
    let login = login.as_str().unwrap_or_default();
    let user = odoo.config.users.iter().find(|user| user.login == login);
    let Some(user) = user.filter(|user| accepts(user, password)) else {
        return Ok(None);
    };
    Ok(odoo
        .is_active_user(user.uid)?
        .unwrap_or(false)
        .then_some(user.uid))
}

fn accepts(user: &crate::User, password: &Py) -> bool {
    let given = password.as_str().unwrap_or_default();
    !given.is_empty() && (user.password == given || user.api_keys.iter().any(|key| key == given))
}

/// `int(uid)`
pub(super) fn uid_of(value: &Py) -> Res<i64> {
    match value {
        Py::Str(text) => text.trim().parse().map_err(|_| {
            Fault::value(format!(
                "invalid literal for int() with base 10: {}",
                crate::py::str_repr(text)
            ))
        }),
        Py::None => Err(Fault::type_error(
            "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
        )),
        other => Ok(other.as_int().unwrap_or(0)),
    }
}

/// Whether this user may call with this password.
pub(super) fn check(odoo: &Inner, db: &str, uid: i64, password: &Py) -> Res<()> {
    database(odoo, db)?;
    if uid == 0 || !password.truthy() {
        return Err(Fault::denied());
    }
    let Some(active) = odoo.is_active_user(uid)? else {
        return Err(Fault::missing("res.users", &[uid], uid));
    };
    let user = odoo.config.users.iter().find(|user| user.uid == uid);
    if active && user.is_some_and(|user| accepts(user, password)) {
        Ok(())
    } else {
        Err(Fault::denied())
    }
}
