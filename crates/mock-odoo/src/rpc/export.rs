//! `export_data`: rows of texts, with paths through relations.

use sha2::{Digest, Sha256};

use crate::fault::{Fault, Res};
use crate::orm::{Env, Field, Kind, Model, Perm, Value, assign_xid};
use crate::py::Py;
use crate::rpc::args::names;
use crate::rpc::call::Bound;

/// Deeper paths are cut; a path through a self relation could be long.
const MAX_DEPTH: usize = 16;

/// `export_data(fields_to_export)`. Records without an external id get one in the module `__export__`.
pub(super) fn export_data(env: &mut Env<'_>, bound: &Bound<'_>) -> Res<Py> {
    if !env.view().has_group(crate::models::access::EXPORT) {
        return Err(Fault::user(
            "You don't have the rights to export data. Please contact an Administrator.",
        ));
    }
    env.view().allow(bound.model, Perm::Read)?;
    env.ensure(bound.model.name, &bound.ids)?;
    let columns = names(bound.args.first()).unwrap_or_default();
    let paths: Vec<Vec<&str>> = columns.iter().map(|c| c.split('/').collect()).collect();
    let rows = rows(env, bound.model, &bound.ids, &paths, 0)?;
    let rows = rows.into_iter().map(Py::List).collect();
    Ok(Py::dict([("datas", Py::List(rows))]))
}

fn rows(
    env: &mut Env<'_>,
    model: &Model,
    ids: &[i64],
    paths: &[Vec<&str>],
    depth: usize,
) -> Res<Vec<Vec<Py>>> {
    let mut out = Vec::new();
    for id in ids {
        let mut lines = vec![vec![Py::str(""); paths.len()]];
        let mut done: Vec<&str> = Vec::new();
        for (column, path) in paths.iter().enumerate() {
            let Some(name) = path.first().copied() else {
                continue;
            };
            if done.contains(&name) {
                continue;
            }
            let cell = match name {
                ".id" => Py::Str(id.to_string()),
                "id" => Py::Str(xid(env, model, *id)),
                _ => {
                    let field = model.field(name).ok_or_else(|| Fault::key(name))?;
                    match field.kind.comodel() {
                        Some(comodel) if depth < MAX_DEPTH => {
                            done.push(name);
                            let linked = linked(env, model, *id, field, comodel);
                            let inner: Vec<Vec<&str>> = paths.iter().map(|p| below(p, name)).collect();
                            let more = related(env, field, comodel, &linked, &inner, depth)?;
                            merge(&mut lines, more);
                            continue;
                        }
                        _ => scalar(env, model, *id, field),
                    }
                }
            };
            if let Some(place) = lines.first_mut().and_then(|l| l.get_mut(column)) {
                *place = cell;
            }
        }
        out.append(&mut lines);
    }
    Ok(out)
}

/// What a path wants of the records behind its first part.
fn below<'p>(path: &[&'p str], name: &str) -> Vec<&'p str> {
    match path {
        [first] if *first == name => vec!["display_name"],
        [first, rest @ ..] if *first == name => rest.to_vec(),
        _ => Vec::new(),
    }
}

fn linked(env: &Env<'_>, model: &Model, id: i64, field: &Field, comodel: &str) -> Vec<i64> {
    let view = env.view();
    match view.value(model, id, field) {
        Value::Int(target) => vec![target],
        value => view.linked(comodel, value.as_ids()),
    }
}

fn related(
    env: &mut Env<'_>,
    field: &Field,
    comodel: &str,
    linked: &[i64],
    paths: &[Vec<&str>],
    depth: usize,
) -> Res<Vec<Vec<Py>>> {
    let other = env.model(comodel)?;
    if !matches!(field.kind, Kind::Many2many(_)) {
        return rows(env, other, linked, paths, depth + 1);
    }
    // Many records in one cell, by external id or name.
    let mut line = vec![Py::str(""); paths.len()];
    let wanted = ["id", "name", "display_name"]
        .iter()
        .find_map(|name| paths.iter().position(|p| p.as_slice() == [*name]));
    let column = wanted.or_else(|| paths.iter().position(|p| !p.is_empty()));
    let Some(column) = column else {
        return Ok(vec![line]);
    };
    let by_id = paths.get(column).is_some_and(|p| p.as_slice() == ["id"]);
    let mut texts = Vec::new();
    for id in linked {
        texts.push(if by_id {
            xid(env, other, *id)
        } else {
            env.view().display_name(comodel, *id)
        });
    }
    if let Some(place) = line.get_mut(column) {
        *place = Py::Str(texts.join(","));
    }
    Ok(vec![line])
}

/// The first related line stands beside the record, the others below.
fn merge(lines: &mut Vec<Vec<Py>>, more: Vec<Vec<Py>>) {
    let mut more = more.into_iter();
    if let (Some(own), Some(first)) = (lines.first_mut(), more.next()) {
        for (place, cell) in own.iter_mut().zip(first) {
            if cell.truthy() || matches!(cell, Py::Bool(_)) {
                *place = cell;
            }
        }
    }
    lines.extend(more);
}

fn scalar(env: &Env<'_>, model: &Model, id: i64, field: &Field) -> Py {
    let view = env.view();
    let value = view.value(model, id, field);
    if let (Kind::Selection(choices), Value::Text(key)) = (&field.kind, &value) {
        let label = choices.iter().find(|(k, _)| k == key).map(|(_, label)| *label);
        return Py::str(label.unwrap_or_default());
    }
    match view.shown(field, &value, false) {
        Py::Bool(false) if field.kind != Kind::Boolean => Py::str(""),
        shown => shown,
    }
}

/// The record's external id; a new one where it has none.
fn xid(env: &mut Env<'_>, model: &Model, id: i64) -> String {
    if let Some(xid) = env.view().xid_of(model.name, id) {
        return xid;
    }
    let digest = Sha256::digest(format!("{},{id}", model.name));
    let suffix = digest
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    let xid = format!("__export__.{}_{id}_{suffix:08x}", model.name.replace('.', "_"));
    assign_xid(env, &xid, model.name, id);
    xid
}
