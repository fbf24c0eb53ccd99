//! `load`: rows of text into records, by external id, all or nothing, with a message for each bad cell or row.

mod cells;
mod convert;
mod draw;
mod rows;

use std::collections::BTreeSet;

use crate::draws::Drawn;
use crate::fault::{Class, Fault, Res};
use crate::orm::{Env, Input, Model, Perm, Vals, Value, xmlid};
use crate::py::Py;

use rows::{Extracted, Path};

/// One record on its way in.
struct Item {
    xid: Option<String>,
    id: Option<i64>,
    vals: Vals,
    info: Vec<(String, Py)>,
}

pub(crate) struct Loader<'m> {
    model: &'m Model,
    /// Models whose records this call may make, so that a look-up by name must see them.
    creatable: BTreeSet<&'static str>,
    batch: Vec<Item>,
    ids: Vec<i64>,
    messages: Vec<Py>,
    /// Whose draw failed in this call, and whose passed.
    failed: BTreeSet<Drawn>,
    passed: BTreeSet<Drawn>,
}

/// Carries `load(fields, data)` out and answers `{ids, messages, nextrow}`.
pub(crate) fn load(env: &mut Env<'_>, model: &Model, fields: &[String], data: &[Py]) -> Res<Py> {
    let paths: Vec<Path> = fields.iter().map(|f| rows::path(f)).collect();
    let mut loader = Loader {
        model,
        creatable: rows::creatable(env.reg, model, &paths),
        batch: Vec::new(),
        ids: Vec::new(),
        messages: Vec::new(),
        failed: BTreeSet::new(),
        passed: BTreeSet::new(),
    };
    rows::check(env.reg, model, &paths)?;
    let data: Vec<Vec<Py>> = data
        .iter()
        .map(|row| row.as_list().unwrap_or_default().to_vec())
        .collect();
    let limit = env
        .s
        .ctx("_import_limit")
        .and_then(Py::as_int)
        .and_then(|l| usize::try_from(l).ok());
    let savepoint = env.t.savepoint();
    let touched = env.touched.0.clone();
    let mut next = 0;
    for (index, (record, from, to)) in
        rows::extract(env.reg, model, &paths, &data, limit.unwrap_or(usize::MAX))
            .into_iter()
            .enumerate()
    {
        next = to + 1;
        loader.convert(env, index, &record, from, to)?;
    }
    loader.flush(env);
    let is_error = |m: &Py| m.get("type").and_then(Py::as_str) == Some("error");
    let ids = if loader.messages.iter().any(is_error) {
        env.t.rollback_to(savepoint);
        env.touched.0 = touched;
        crate::draws::settle(env, &loader.failed, false);
        Py::Bool(false)
    } else {
        crate::draws::settle(env, &loader.passed, true);
        Py::ids(&loader.ids)
    };
    let nextrow = if limit.is_some_and(|limit| next >= limit) {
        i64::try_from(next).unwrap_or(0)
    } else {
        0
    };
    Ok(Py::dict([
        ("ids", ids),
        ("messages", Py::List(loader.messages)),
        ("nextrow", Py::Int(nextrow)),
    ]))
}

impl Loader<'_> {
    fn convert(
        &mut self,
        env: &mut Env<'_>,
        index: usize,
        record: &Extracted,
        from: usize,
        to: usize,
    ) -> Res<()> {
        let int = |n: usize| Py::Int(i64::try_from(n).unwrap_or(0));
        let rows = (
            "rows".to_owned(),
            Py::dict([("from", int(from)), ("to", int(to))]),
        );
        let row = int(index);
        let id = self.database_id(env, record, &rows, &row);
        let xid = match record.get("id") {
            Some(Py::Str(text)) if !text.is_empty() => Some(xmlid::complete(text)),
            _ => None,
        };
        let (vals, problems) = convert::record(self, env, self.model, record)?;
        for (field, problem) in problems {
            let label = self
                .model
                .field(&field)
                .map_or(String::new(), |f| f.label.to_string());
            let mut message = vec![
                rows.clone(),
                (
                    "type".to_owned(),
                    Py::str(if problem.warning { "warning" } else { "error" }),
                ),
                ("record".to_owned(), row.clone()),
                ("field".to_owned(), Py::str(field.as_str())),
                (
                    "message".to_owned(),
                    Py::Str(problem.text.replace("%(field)s", &label)),
                ),
            ];
            message.extend(problem.more.map(|more| ("moreinfo".to_owned(), more)));
            message.push(("field_name".to_owned(), Py::Str(label)));
            self.messages.push(Py::Dict(message));
        }
        if xid.is_some() && self.batch.iter().any(|item| item.xid == xid) {
            self.flush(env);
        }
        self.batch.push(Item {
            xid,
            id,
            vals,
            info: vec![rows, ("record".to_owned(), row)],
        });
        Ok(())
    }

    fn database_id(
        &mut self,
        env: &Env<'_>,
        record: &Extracted,
        rows: &(String, Py),
        row: &Py,
    ) -> Option<i64> {
        let given = record.get(".id").filter(|v| v.truthy())?;
        let id = match given {
            Py::Str(text) => text.trim().parse().ok(),
            other => other.as_int(),
        };
        let view = env.view();
        if let Some(id) = id.filter(|id| view.exists(self.model.name, *id) && view.counts(self.model, *id)) {
            Some(id)
        } else {
            let text = format!("Unknown database identifier '{}'", given.display());
            self.messages.push(Py::Dict(vec![
                rows.clone(),
                ("type".to_owned(), Py::str("error")),
                ("record".to_owned(), row.clone()),
                ("field".to_owned(), Py::str(".id")),
                ("message".to_owned(), Py::Str(text)),
            ]));
            None
        }
    }

    /// Writes the records gathered so far: together if that works, else one by one to find the bad ones.
    fn flush(&mut self, env: &mut Env<'_>) {
        if self.batch.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        let drawn: Vec<bool> = batch.iter().map(|item| self.draw(env, item)).collect();
        if drawn.iter().all(|passed| *passed) {
            let savepoint = env.t.savepoint();
            match self.write(env, &batch) {
                Ok(ids) => {
                    self.ids.extend(ids);
                    return;
                }
                Err(_) => env.t.rollback_to(savepoint),
            }
        }
        let mut errors = 0;
        for (n, (item, passed)) in batch.iter().zip(&drawn).enumerate() {
            let savepoint = env.t.savepoint();
            let outcome = if *passed {
                self.write(env, std::slice::from_ref(item))
            } else {
                Err(Fault::serialization())
            };
            match outcome {
                Ok(ids) => self.ids.extend(ids),
                Err(fault) => {
                    env.t.rollback_to(savepoint);
                    self.messages.push(fault_message(&item.info, &fault));
                    errors += 1;
                }
            }
            if errors >= 10 && errors >= (n + 1) / 10 {
                self.messages.push(Py::dict([
                    ("type", Py::str("warning")),
                    (
                        "message",
                        Py::str(
                            "Found more than 10 errors and more than one error per 10 records, interrupted to avoid \
                             showing too many errors.",
                        ),
                    ),
                ]));
                break;
            }
        }
    }

    /// What Odoo calls `_load_records`: updates what is there, makes the rest, keeps the external ids.
    fn write(&self, env: &mut Env<'_>, batch: &[Item]) -> Res<Vec<i64>> {
        let name = self.model.name;
        let mut result: Vec<Option<i64>> = Vec::new();
        let mut fresh: Vec<usize> = Vec::new();
        let mut known: Vec<(usize, i64)> = Vec::new();
        for (n, item) in batch.iter().enumerate() {
            let existing = match &item.xid {
                None => item.id,
                Some(xid) => match env.view().xid(xid) {
                    Some(target) if target.model != name => {
                        return Err(Fault::validation(format!(
                            "For external id {xid} when trying to create/update a record of model {name} found record \
                             of different model {} ({})",
                            target.model, target.data_id
                        )));
                    }
                    Some(target) if env.view().exists(name, target.res_id) => Some(target.res_id),
                    Some(target) => {
                        // The record is gone: so is its name, and a new one takes it.
                        env.remove("ir.model.data", target.data_id);
                        None
                    }
                    None => None,
                },
            };
            match existing {
                Some(id) => known.push((n, id)),
                None => fresh.push(n),
            }
            result.push(existing);
        }
        for (n, id) in known {
            env.view().allow(self.model, Perm::Write)?;
            if let Some(item) = batch.get(n) {
                env.write(name, &[id], item.vals.clone())?;
            }
        }
        if !fresh.is_empty() {
            env.view().allow(self.model, Perm::Create)?;
            let vals: Vec<Vals> = fresh
                .iter()
                .filter_map(|n| batch.get(*n))
                .map(|i| i.vals.clone())
                .collect();
            let made = env.create(name, vals)?;
            for (n, id) in fresh.iter().zip(made) {
                if let Some(place) = result.get_mut(*n) {
                    *place = Some(id);
                }
                if let Some(Item {
                    xid: Some(xid), vals, ..
                }) = batch.get(*n)
                {
                    self.name_parents(env, xid, vals, id);
                    xmlid::assign(env, xid, name, id);
                }
            }
        }
        Ok(result.into_iter().flatten().collect())
    }

    /// A parent record that came with the new one gets an external id of its own.
    fn name_parents(&self, env: &mut Env<'_>, xid: &str, vals: &Vals, id: i64) {
        for (link, parent) in self.model.inherits {
            let given = vals.input(link).is_some_and(|i| *i != Input::Value(Value::Null));
            if let (false, Some(target)) = (given, env.view().id_of(self.model.name, id, link)) {
                xmlid::assign(
                    env,
                    &format!("{xid}_{}", parent.replace('.', "_")),
                    parent,
                    target,
                );
            }
        }
    }
}

fn fault_message(info: &[(String, Py)], fault: &Fault) -> Py {
    let mut message = info.to_vec();
    message.push(("type".to_owned(), Py::str("error")));
    let mut say = |key: &str, value: String| message.push((key.to_owned(), Py::Str(value)));
    match (&fault.load_message, fault.class) {
        (Some(text), _) => {
            say("message", text.clone());
            if let Some(field) = &fault.load_field {
                say("field", field.clone());
            }
        }
        (None, Class::Postgres(_)) => say("message", fault.message().trim_end().to_owned()),
        (None, _) if fault.is_user_error() => say("message", fault.message()),
        (None, _) => {
            let class = fault.class_name();
            let class = class.strip_prefix("builtins.").unwrap_or(&class);
            say(
                "message",
                format!("Unknown error during import: <class '{class}'>: {}", fault.text()),
            );
            say("moreinfo", "Resolve other errors first".to_owned());
        }
    }
    Py::Dict(message)
}
