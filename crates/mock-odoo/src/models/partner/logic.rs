use crate::fault::{Class, Fault, Res};
use crate::models::partner::{address, email};
use crate::orm::{Env, Input, Logic, Method, Model, Vals, Value, View};
use crate::py::Py;

const PARTNER: &str = "res.partner";

pub(super) const METHODS: &[Method] = &[
    Method {
        name: "address_get",
        params: &["*adr_pref"],
        on_model: false,
        reads: true,
        run: address_get_method,
    },
    Method {
        name: "find_or_create",
        params: &["email", "*assert_valid_email"],
        on_model: true,
        reads: false,
        run: find_or_create,
    },
];

pub(super) struct Partner;

impl Logic for Partner {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        view.text(model.name, id, "complete_name")
    }

    fn prepare(&self, _: &mut Env<'_>, vals: &mut Vals) -> Res<()> {
        if let Some(kind) = vals.get("company_type").and_then(Value::as_text) {
            let company = kind == "company";
            vals.or_set("is_company", company);
        }
        derive(vals);
        Ok(())
    }

    fn created(&self, env: &mut Env<'_>, ids: &[i64], _: &[Vals]) -> Res<()> {
        for id in ids {
            let commercial = env.view().commercial_partner(*id);
            env.set(PARTNER, *id, &[("commercial_partner_id", Value::Int(commercial))]);
            address::sync_from_parent(env, *id);
            address::first_contact(env, *id);
        }
        Ok(())
    }

    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], mut vals: Vals) -> Res<()> {
        derive(&mut vals);
        env.update(model, ids, &vals)
    }

    fn written(&self, env: &mut Env<'_>, ids: &[i64], vals: &Vals) -> Res<()> {
        for id in ids {
            if vals.has("parent_id") || vals.has("is_company") {
                refresh_commercial(env, *id, 0);
            }
            if vals.id("parent_id").is_some() {
                address::sync_from_parent(env, *id);
            }
            address::sync_to_children(env, *id, vals);
        }
        Ok(())
    }

    fn check(&self, env: &mut Env<'_>, ids: &[i64], touched: &dyn Fn(&str) -> bool) -> Res<()> {
        for id in ids {
            let Some(row) = env.t.get(PARTNER, *id) else {
                continue;
            };
            if row.get("name").is_null() && matches!(row.text("type"), "contact" | "") {
                let text = "new row for relation \"res_partner\" violates check constraint \"res_partner_check_name\"\n";
                let message = "The operation cannot be completed: Contacts require a name".to_owned();
                let mut fault = Fault::from_postgres(message, "CheckViolation", text);
                fault.load_message = Some("Contacts require a name".to_owned());
                return Err(fault);
            }
            if touched("parent_id") && is_cyclic(&env.view(), *id) {
                return Err(Fault::validation(
                    "You cannot create recursive Partner hierarchies.",
                ));
            }
        }
        Ok(())
    }

    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        let view = env.view();
        let users: Vec<i64> = ids
            .iter()
            .flat_map(|id| view.children("res.users", "partner_id", *id))
            .filter(|u| view.is_active("res.users", *u))
            .collect();
        if let Some(user) = users.first() {
            let names: Vec<String> = users.iter().map(|u| view.text("res.users", *u, "name")).collect();
            return Err(linked_to_users(&names.join(", "), *user));
        }
        env.delete(model, ids)
    }

    fn copied(&self, view: &View<'_>, id: i64, vals: &mut Vals, given: &Vals) {
        if !given.has("name") {
            vals.set("name", format!("{} (copy)", view.text(PARTNER, id, "name")));
        }
    }

    fn name_create(&self, _: &Model, name: &str) -> Option<Vals> {
        Some(from_text(name))
    }
}

/// A partner from `Name <a@b>`.
fn from_text(text: &str) -> Vals {
    let (name, address) = email::split(text);
    let mut vals = Vals::new();
    vals.set("name", if name.is_empty() { address.clone() } else { name });
    if !address.is_empty() {
        vals.set("email", address);
    }
    vals
}

/// What follows from other values at once.
fn derive(vals: &mut Vals) {
    if let Some(Input::Value(mail)) = vals.input("email").cloned() {
        let key = mail.as_text().and_then(email::normalize);
        vals.set("email_normalized", key.map_or(Value::Null, Value::Text));
    }
}

fn refresh_commercial(env: &mut Env<'_>, id: i64, depth: u8) {
    let commercial = env.view().commercial_partner(id);
    env.set(PARTNER, id, &[("commercial_partner_id", Value::Int(commercial))]);
    if depth < 20 {
        for child in env.view().children(PARTNER, "parent_id", id) {
            refresh_commercial(env, child, depth + 1);
        }
    }
}

fn is_cyclic(view: &View<'_>, id: i64) -> bool {
    let mut at = view.id_of(PARTNER, id, "parent_id");
    let mut steps = 0;
    while let Some(parent) = at {
        steps += 1;
        if parent == id || steps > 100 {
            return true;
        }
        at = view.id_of(PARTNER, parent, "parent_id");
    }
    false
}

fn linked_to_users(names: &str, user: i64) -> Fault {
    let text = format!(
        "You cannot delete contacts linked to an active user.\nYou should rather archive them after archiving their \
         associated user.\n\nLinked active users : {names}"
    );
    let action = Py::dict([
        ("type", Py::str("ir.actions.act_window")),
        ("res_model", Py::str("res.users")),
        ("context", Py::dict([("create", Py::Bool(false))])),
        ("view_mode", Py::str("form")),
        (
            "views",
            Py::List(vec![Py::List(vec![Py::Int(163), Py::str("form")])]),
        ),
        ("res_id", Py::Int(user)),
    ]);
    let args = vec![Py::Str(text), action, Py::str("Go to users"), Py::None];
    Fault {
        args,
        ..Fault::new(Class::Redirect, "")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every method")]
fn address_get_method(env: &mut Env<'_>, ids: &[i64], args: &[Option<Py>]) -> Res<Py> {
    let wanted = args.first().cloned().flatten().unwrap_or(Py::List(Vec::new()));
    let wanted: Vec<&str> = wanted
        .as_list()
        .unwrap_or_default()
        .iter()
        .filter_map(Py::as_str)
        .collect();
    let view = env.view();
    let found = match ids.first() {
        Some(id) => address::address_get(&view, *id, &wanted),
        None => Vec::new(),
    };
    Ok(Py::Dict(
        found.into_iter().map(|(kind, id)| (kind, Py::Int(id))).collect(),
    ))
}

fn find_or_create(env: &mut Env<'_>, _: &[i64], args: &[Option<Py>]) -> Res<Py> {
    let text = args.first().cloned().flatten().unwrap_or_default();
    let text = if text.truthy() {
        text.display()
    } else {
        String::new()
    };
    if text.is_empty() {
        return Err(Fault::value("An email is required for find_or_create to work"));
    }
    if let Some(key) = email::normalize(&text) {
        let found = env
            .t
            .find(PARTNER, "email_normalized", &key)
            .find(|id| env.view().is_active(PARTNER, *id));
        if let Some(id) = found {
            return Ok(Py::ids(&[id]));
        }
    }
    let id = env.create_one(PARTNER, from_text(&text))?;
    Ok(Py::ids(&[id]))
}
