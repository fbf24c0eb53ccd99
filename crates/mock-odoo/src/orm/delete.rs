use crate::fault::Res;
use crate::orm::required::still_referenced;
use crate::orm::{Env, Model, OnDelete, Vals, Value, index};

impl Env<'_> {
    /// `unlink` as every model has it: what hangs on the records goes with them, is cut loose, or forbids it.
    pub(crate) fn delete(&mut self, model: &Model, ids: &[i64]) -> Res<()> {
        self.deeper(|env| {
            let reg = env.reg;
            for id in ids {
                for reference in reg.references_to(model.name) {
                    let rows = env.referring(reference.model, &reference.field, *id);
                    if rows.is_empty() {
                        continue;
                    }
                    let other = reg.model(reference.model)?;
                    let restricted = |f: &&crate::orm::Field| {
                        other
                            .ondelete
                            .iter()
                            .any(|(n, rule)| *n == f.name && *rule == OnDelete::Restrict)
                    };
                    if reference.many && other.field(&reference.field).as_ref().is_some_and(restricted) {
                        return Err(still_referenced(other, &reference.field, model, *id));
                    }
                    if reference.many {
                        env.drop_links(other, &reference.field, &rows, *id);
                        continue;
                    }
                    let Some(field) = other.field(&reference.field) else {
                        continue;
                    };
                    let rows: Vec<i64> = rows
                        .into_iter()
                        .filter(|r| !(other.name == model.name && ids.contains(r)))
                        .collect();
                    match other.on_delete(field) {
                        OnDelete::Cascade => {
                            // The database's own cascade: no model code runs.
                            let rows: Vec<i64> = rows
                                .into_iter()
                                .filter(|r| env.view().exists(other.name, *r))
                                .collect();
                            env.delete(other, &rows)?;
                        }
                        OnDelete::SetNull => {
                            for row in rows {
                                env.set(other.name, row, &[(&reference.field, Value::Null)]);
                            }
                        }
                        OnDelete::Restrict if rows.is_empty() => {}
                        OnDelete::Restrict => {
                            return Err(still_referenced(other, &reference.field, model, *id));
                        }
                    }
                }
            }
            for id in ids {
                env.remove(model.name, *id);
                let names: Vec<i64> = env
                    .t
                    .find("ir.model.data", "target", &format!("{},{id}", model.name))
                    .collect();
                for name in names {
                    env.remove("ir.model.data", name);
                }
            }
            Ok(())
        })
    }

    /// The rows whose field holds this id.
    fn referring(&self, model: &'static str, field: &str, id: i64) -> Vec<i64> {
        if index::has(model, field) {
            return self.t.find(model, field, &id.to_string()).collect();
        }
        let holds = |value: &Value| value.as_ids().contains(&id);
        self.t
            .rows(model)
            .filter(|(_, row)| holds(row.get(field)))
            .map(|(row, _)| row)
            .collect()
    }

    fn drop_links(&mut self, model: &Model, field: &str, rows: &[i64], id: i64) {
        for row_id in rows {
            if let Some(row) = self.t.get(model.name, *row_id) {
                let mut row = row.clone();
                let ids: Vec<i64> = row
                    .get(field)
                    .as_ids()
                    .iter()
                    .copied()
                    .filter(|i| *i != id)
                    .collect();
                row.set(
                    field,
                    if ids.is_empty() {
                        Value::Null
                    } else {
                        Value::Ids(ids)
                    },
                );
                self.put(model.name, *row_id, row);
            }
        }
    }

    /// `copy`: a record's values without what is not copied, under `given`.
    pub(crate) fn copy(&mut self, model: &Model, id: i64, given: &Vals) -> Res<i64> {
        self.ensure(model.name, &[id])?;
        let mut vals = self.copy_vals(model, id);
        model.logic.copied(&self.view(), id, &mut vals, given);
        for (name, input) in given.iter() {
            vals.put(name.to_owned(), input.clone());
        }
        self.create_one(model.name, vals)
    }

    fn copy_vals(&self, model: &Model, id: i64) -> Vals {
        let view = self.view();
        let mut vals = Vals::new();
        for field in model.fields.iter().filter(|f| f.copy && !f.inherited) {
            match field.kind {
                crate::orm::Kind::One2many(comodel, inverse) => {
                    let Some(lines) = self.reg.find(comodel) else {
                        continue;
                    };
                    let commands = view
                        .children(comodel, inverse, id)
                        .into_iter()
                        .map(|line| {
                            let mut line_vals = self.copy_vals(lines, line);
                            line_vals.take(inverse);
                            lines.logic.copied(&view, line, &mut line_vals, &Vals::new());
                            crate::orm::Command::Create(line_vals)
                        })
                        .collect();
                    vals.set_commands(&field.name, commands);
                }
                _ if field.is_column() => match view.value(model, id, field) {
                    Value::Ids(ids) => vals.set_commands(&field.name, vec![crate::orm::Command::Set(ids)]),
                    value => vals.set(&field.name, value),
                },
                _ => {}
            }
        }
        for name in ["id", "create_uid", "create_date", "write_uid", "write_date"] {
            vals.take(name);
        }
        vals
    }
}
