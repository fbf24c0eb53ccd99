use crate::fault::Res;
use crate::orm::{Env, Input, Model, Source, Vals};

impl Env<'_> {
    /// `write` as every model has it. The records exist and there is something to write.
    pub(crate) fn update(&mut self, model: &Model, ids: &[i64], vals: &Vals) -> Res<()> {
        self.deeper(|env| {
            let own = env.write_parents(model, ids, vals)?;
            for id in ids {
                let Some(row) = env.t.get(model.name, *id) else {
                    continue;
                };
                let mut row = row.clone();
                for (name, input) in own.iter() {
                    if let (Some(field), Input::Value(value)) = (model.field(name), input)
                        && field.is_column()
                    {
                        if row.get(name) != value {
                            env.check_target(model, field, value)?;
                        }
                        row.set(name, value.clone());
                    }
                }
                env.stamp(&mut row);
                Env::check_required(model, *id, &row)?;
                env.put(model.name, *id, row);
            }
            let pairs: Vec<(i64, &Vals)> = ids.iter().map(|id| (*id, &own)).collect();
            env.apply_relations(model, &pairs)?;
            env.apply_inverses(model, ids, &own)?;
            model.logic.written(env, ids, vals)?;
            let alive: Vec<i64> = ids
                .iter()
                .copied()
                .filter(|id| env.view().exists(model.name, *id))
                .collect();
            env.check_unique(model, &alive)?;
            model.logic.check(env, &alive, &|field| vals.has(field))
        })
    }

    /// Writes what belongs to parent records (`_inherits`) there, and answers the rest.
    fn write_parents(&mut self, model: &Model, ids: &[i64], vals: &Vals) -> Res<Vals> {
        let mut own = vals.clone();
        for (link, parent) in model.inherits {
            let mut theirs = Vals::new();
            for field in model
                .fields
                .iter()
                .filter(|f| matches!(f.source, Source::Inherited(l) if l == *link))
            {
                if let Some(input) = own.take(&field.name) {
                    theirs.put(field.name.to_string(), input);
                }
            }
            if theirs.is_empty() {
                continue;
            }
            let mut parents: Vec<i64> = ids
                .iter()
                .filter_map(|id| self.view().id_of(model.name, *id, link))
                .collect();
            parents.dedup();
            self.write(parent, &parents, theirs)?;
        }
        Ok(own)
    }
}
