//! From cells to values: relations are looked up by name, external id or database id; lines become commands.

use crate::fault::{Fault, Res};
use crate::orm::load::Loader;
use crate::orm::load::cells::{Problem, scalar, truth};
use crate::orm::load::rows::Extracted;
use crate::orm::{Command, Env, Field, Kind, Model, Op, Vals, Value, xmlid};
use crate::py::Py;

/// A record's values, and what is wrong with which field.
pub(super) type Converted = (Vals, Vec<(String, Problem)>);

/// Converts all cells of a record; a bad cell leaves its field out.
pub(super) fn record(
    loader: &mut Loader<'_>,
    env: &mut Env<'_>,
    model: &Model,
    cells: &Extracted,
) -> Res<Converted> {
    let mut vals = Vals::new();
    let mut problems = Vec::new();
    for (name, cell) in &cells.plain {
        let Some(field) = model
            .field(name)
            .filter(|_| name != "id" && name != ".id" && !name.is_empty())
        else {
            continue;
        };
        if !cell.truthy() {
            vals.set(name, empty(field));
            continue;
        }
        let (value, found) = scalar(model, field, cell)?;
        if let Some(value) = value {
            vals.set(name, value);
        }
        problems.extend(found.into_iter().map(|p| (name.clone(), p)));
    }
    for (name, subs) in &cells.nested {
        let Some(field) = model.field(name) else { continue };
        if let Err(problem) = relation(loader, env, model, field, subs, &mut vals)? {
            problems.push((name.clone(), problem));
        }
    }
    Ok((vals, problems))
}

/// What an empty cell clears a field to.
fn empty(field: &Field) -> Value {
    match field.kind {
        Kind::Integer => Value::Int(0),
        Kind::Float(_) | Kind::Monetary => Value::Num(rust_decimal::Decimal::ZERO),
        Kind::Boolean => Value::Bool(false),
        _ => Value::Null,
    }
}

fn relation(
    loader: &mut Loader<'_>,
    env: &mut Env<'_>,
    _model: &Model,
    field: &Field,
    subs: &[Extracted],
    vals: &mut Vals,
) -> Res<Result<(), Problem>> {
    if subs.is_empty() {
        if field.kind.is_x2many() {
            vals.set_commands(&field.name, vec![Command::Clear]);
        } else {
            vals.set(&field.name, Value::Null);
        }
        return Ok(Ok(()));
    }
    match field.kind {
        Kind::Many2one(comodel) => {
            let [sub] = subs else {
                return Err(Fault::value("too many values to unpack (expected 1)"));
            };
            let found = match reference(sub) {
                Ok((how, cell)) => target(loader, env, comodel, how, cell)?,
                Err(problem) => Err(problem),
            };
            Ok(found.map(|id| vals.set(&field.name, Value::id(id))))
        }
        Kind::Many2many(comodel) => {
            let [sub] = subs else {
                return Err(Fault::value("too many values to unpack (expected 1)"));
            };
            Ok(many(loader, env, comodel, sub)?
                .map(|ids| vals.set_commands(&field.name, vec![Command::Set(ids)])))
        }
        Kind::One2many(comodel, _) => {
            Ok(lines(loader, env, comodel, subs)?.map(|commands| vals.set_commands(&field.name, commands)))
        }
        _ => Ok(Ok(())),
    }
}

/// Which way a relation's cell names its record, and the cell.
fn reference(sub: &Extracted) -> Result<(&str, &Py), Problem> {
    let names: Vec<&str> = sub.names().collect();
    if names.iter().any(|n| !matches!(*n, "" | "id" | ".id")) {
        return Err(Problem::new(
            "Can not create Many-To-One records indirectly, import the field separately",
        ));
    }
    match sub.plain.as_slice() {
        [(how, cell)] => Ok((how, cell)),
        _ => Err(Problem::new(
            "Ambiguous specification for field '%(field)s', only provide one of name, external id or database id",
        )),
    }
}

fn many(
    loader: &mut Loader<'_>,
    env: &mut Env<'_>,
    comodel: &str,
    sub: &Extracted,
) -> Res<Result<Vec<i64>, Problem>> {
    let (how, cell) = match reference(sub) {
        Ok(found) => found,
        Err(problem) => return Ok(Err(problem)),
    };
    let text = cell.display();
    let mut ids = Vec::new();
    for part in text.split(',') {
        match target(loader, env, comodel, how, &Py::str(part))? {
            Ok(id) => ids.extend(id.filter(|id| !ids.contains(id))),
            Err(problem) => return Ok(Err(problem)),
        }
    }
    Ok(Ok(ids))
}

fn lines(
    loader: &mut Loader<'_>,
    env: &mut Env<'_>,
    comodel: &'static str,
    subs: &[Extracted],
) -> Res<Result<Vec<Command>, Problem>> {
    let model = env.model(comodel)?;
    let only_reference = |sub: &Extracted| sub.names().all(|n| matches!(n, "" | "id" | ".id"));
    if let [sub] = subs
        && only_reference(sub)
    {
        return Ok(many(loader, env, comodel, sub)?.map(|ids| {
            ids.into_iter()
                .flat_map(|id| [Command::Link(id), Command::Update(id, Vals::new())])
                .collect()
        }));
    }
    let mut commands = Vec::new();
    for sub in subs {
        let (mut vals, problems) = record(loader, env, model, sub)?;
        if let Some((name, mut problem)) = problems.into_iter().find(|(_, p)| !p.warning) {
            let label = model.field(&name).map_or(String::new(), |f| f.label.to_string());
            problem.text = problem.text.replace("%(field)s", &format!("%(field)s/{label}"));
            return Ok(Err(problem));
        }
        let refs: Vec<&(String, Py)> = sub
            .plain
            .iter()
            .filter(|(n, v)| matches!(n.as_str(), "" | "id" | ".id") && v.truthy())
            .collect();
        let existing = match refs.as_slice() {
            [] => None,
            [(how, cell)] => match target(loader, env, comodel, how, cell)? {
                Ok(id) => id,
                Err(_) if how == "id" => {
                    vals.xid = Some(xmlid::complete(&cell.display()));
                    None
                }
                Err(problem) => return Ok(Err(problem)),
            },
            _ => {
                return Ok(Err(Problem::new(
                    "Ambiguous specification for field '%(field)s', only provide one of name, external id or \
                     database id",
                )));
            }
        };
        match existing {
            Some(id) => commands.extend([Command::Link(id), Command::Update(id, vals)]),
            None => commands.push(Command::Create(vals)),
        }
    }
    Ok(Ok(commands))
}

/// The record that a cell names; `Ok(None)` for an empty one.
fn target(
    loader: &mut Loader<'_>,
    env: &mut Env<'_>,
    comodel: &str,
    how: &str,
    cell: &Py,
) -> Res<Result<Option<i64>, Problem>> {
    let model = env.model(comodel)?;
    let (kind, found) = match how {
        ".id" => {
            if matches!(cell, Py::Str(_)) && !truth(cell)?.0 {
                return Ok(Ok(None));
            }
            let id = match cell {
                Py::Str(text) => {
                    if let Ok(id) = text.trim().parse() {
                        id
                    } else {
                        let text = format!("Invalid database id '{text}' for the field '%(field)s'");
                        return Ok(Err(
                            Problem::new(text).with(possible_values("ir.model.data", Some(comodel)))
                        ));
                    }
                }
                other => other.as_int().unwrap_or(0),
            };
            let view = env.view();
            (
                "database id",
                Some(id).filter(|id| view.exists(comodel, *id) && view.counts(model, *id)),
            )
        }
        "id" => {
            if !truth(cell)?.0 {
                return Ok(Ok(None));
            }
            let xid = xmlid::complete(&cell.display());
            if loader.batch.iter().any(|item| item.xid.as_ref() == Some(&xid)) {
                loader.flush(env);
            }
            let found = env.view().xid(&xid);
            if let Some(other) = found.as_ref().filter(|t| t.model != comodel) {
                let text = format!(
                    "Invalid external ID {xid}: expected model '{comodel}', found '{}'",
                    other.model
                );
                return Ok(Err(Problem::new(text)));
            }
            (
                "external id",
                found
                    .map(|t| t.res_id)
                    .filter(|id| env.view().exists(comodel, *id)),
            )
        }
        _ => {
            if loader.creatable.contains(comodel) {
                loader.flush(env);
            }
            let cond = env
                .view()
                .name_condition(model, Op::Eq, &Py::Str(cell.display()))?;
            let view = env.view();
            let found = view.sort(model, view.search_all(model, &cond), None)?;
            ("name", found.first().copied())
        }
    };
    if found.is_some() {
        return Ok(Ok(found));
    }
    let text = format!(
        "No matching record found for {kind} '{}' in field '%(field)s'",
        cell.display()
    );
    let more = match how {
        "" => possible_values(comodel, None),
        _ => possible_values("ir.model.data", Some(comodel)),
    };
    Ok(Err(Problem::new(text).with(more)))
}

/// The action that shows what could be meant.
fn possible_values(res_model: &str, of: Option<&str>) -> Py {
    let view = |kind: &str| Py::List(vec![Py::Bool(false), Py::str(kind)]);
    let mut action = vec![
        ("name", Py::str("Possible Values")),
        ("type", Py::str("ir.actions.act_window")),
        ("target", Py::str("new")),
        ("view_mode", Py::str("list,form")),
        ("views", Py::List(vec![view("list"), view("form")])),
        ("context", Py::dict([("create", Py::Bool(false))])),
        ("help", Py::str("See all possible values")),
        ("res_model", Py::str(res_model)),
    ];
    if let Some(model) = of {
        let leaf = Py::List(vec![Py::str("model"), Py::str("="), Py::str(model)]);
        action.push(("domain", Py::List(vec![leaf])));
    }
    Py::dict(action)
}
