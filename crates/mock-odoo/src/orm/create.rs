use crate::fault::Res;
use crate::orm::{Command, Env, Field, Input, Kind, Model, Row, Source, Vals, Value, coerce, xmlid};

/// Lines to be made after the records they hang on: field, parent id, values.
struct Pending<'f> {
    field: &'f Field,
    comodel: &'static str,
    rows: Vec<(i64, Vals)>,
}

impl Env<'_> {
    /// `create` as every model has it: defaults, rows, lines, constraints. Ids come in the order of the values.
    pub(crate) fn insert(&mut self, model: &Model, list: Vec<Vals>) -> Res<Vec<i64>> {
        self.deeper(|env| {
            let mut ids = Vec::with_capacity(list.len());
            let mut done = Vec::with_capacity(list.len());
            for mut vals in list {
                env.fill_defaults(model, &mut vals)?;
                model.logic.prepare(env, &mut vals)?;
                env.create_parents(model, &mut vals)?;
                ids.push(env.insert_row(model, &vals)?);
                done.push(vals);
            }
            let pairs: Vec<(i64, &Vals)> = ids.iter().copied().zip(&done).collect();
            env.apply_relations(model, &pairs)?;
            for (id, vals) in &pairs {
                env.apply_inverses(model, &[*id], vals)?;
            }
            model.logic.created(env, &ids, &done)?;
            env.check_unique(model, &ids)?;
            for (id, vals) in ids.iter().zip(&done) {
                model.logic.check(env, &[*id], &|field| vals.has(field))?;
            }
            Ok(ids)
        })
    }

    fn fill_defaults(&mut self, model: &Model, vals: &mut Vals) -> Res<()> {
        for field in &model.fields {
            if vals.has(&field.name) {
                continue;
            }
            if let Some(given) = self.s.ctx(&format!("default_{}", field.name))
                && matches!(field.source, Source::Column | Source::Inherited(_))
            {
                let input = coerce::input_of(self.reg, model, field, &given.clone())?;
                vals.put(field.name.to_string(), input);
                continue;
            }
            if field.inherited || !matches!(field.source, Source::Column) {
                continue;
            }
            if let Some(default) = field.default {
                match default(&self.view()) {
                    Value::Ids(ids) => vals.set_commands(&field.name, vec![Command::Set(ids)]),
                    Value::Null => {}
                    value => vals.set(&field.name, value),
                }
            }
        }
        Ok(())
    }

    /// Makes the records that this model's records extend (`_inherits`), from the values that are theirs.
    fn create_parents(&mut self, model: &Model, vals: &mut Vals) -> Res<()> {
        for (link, parent) in model.inherits {
            let mut theirs = Vals::new();
            for field in model
                .fields
                .iter()
                .filter(|f| matches!(f.source, Source::Inherited(l) if l == *link))
            {
                if let Some(input) = vals.take(&field.name) {
                    theirs.put(field.name.to_string(), input);
                }
            }
            match vals.id(link) {
                None => {
                    let id = self.create_one(parent, theirs)?;
                    vals.set(link, id);
                }
                Some(id) if !theirs.is_empty() => self.write(parent, &[id], theirs)?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn insert_row(&mut self, model: &Model, vals: &Vals) -> Res<i64> {
        let mut row = Row::default();
        for (name, input) in vals.iter() {
            if let (Some(field), Input::Value(value)) = (model.field(name), input)
                && field.is_column()
            {
                self.check_target(model, field, value)?;
                row.set(name, value.clone());
            }
        }
        row.set("create_uid", self.s.uid);
        row.set("create_date", self.s.now.micros.clone());
        self.stamp(&mut row);
        let id = self.t.next_id(model.name);
        Self::check_required(model, id, &row)?;
        self.put(model.name, id, row);
        Ok(id)
    }

    /// Carries out what x2many fields were given, for several records at once: new lines of one field are made in
    /// one call, as the ORM does it.
    pub(crate) fn apply_relations(&mut self, model: &Model, records: &[(i64, &Vals)]) -> Res<()> {
        for field in model.fields.iter().filter(|f| f.kind.is_x2many() && !f.inherited) {
            if !matches!(field.source, Source::Column | Source::Reverse(_)) {
                continue;
            }
            let Some(comodel) = field.kind.comodel() else {
                continue;
            };
            let mut pending = Pending {
                field,
                comodel,
                rows: Vec::new(),
            };
            for (id, vals) in records {
                match vals.input(&field.name) {
                    Some(Input::Commands(commands)) => {
                        self.apply_commands(model, *id, commands, &mut pending)?;
                    }
                    Some(Input::Value(Value::Ids(ids))) => {
                        self.apply_commands(model, *id, &[Command::Set(ids.clone())], &mut pending)?;
                    }
                    _ => {}
                }
            }
            self.make_pending(model, &pending)?;
        }
        Ok(())
    }

    fn make_pending(&mut self, model: &Model, pending: &Pending<'_>) -> Res<()> {
        if pending.rows.is_empty() {
            return Ok(());
        }
        let mut list = Vec::new();
        for (parent, vals) in &pending.rows {
            let mut vals = vals.clone();
            if let Kind::One2many(_, inverse) = pending.field.kind {
                vals.set(inverse, *parent);
            }
            list.push(vals);
        }
        let made = self.create(pending.comodel, list)?;
        for (id, (parent, vals)) in made.iter().zip(&pending.rows) {
            if let Some(xid) = &vals.xid {
                xmlid::assign(self, xid, pending.comodel, *id);
            }
            if matches!(pending.field.kind, Kind::Many2many(_)) {
                self.link_many(model, pending.field, *parent, *id)?;
            }
        }
        Ok(())
    }

    fn apply_commands(
        &mut self,
        model: &Model,
        id: i64,
        commands: &[Command],
        pending: &mut Pending<'_>,
    ) -> Res<()> {
        match pending.field.kind {
            Kind::One2many(comodel, inverse) => self.line_commands(comodel, inverse, id, commands, pending),
            _ => self.link_commands(model, id, commands, pending),
        }
    }

    fn line_commands(
        &mut self,
        comodel: &'static str,
        inverse: &'static str,
        id: i64,
        commands: &[Command],
        pending: &mut Pending<'_>,
    ) -> Res<()> {
        for command in commands {
            match command {
                Command::Create(vals) => pending.rows.push((id, vals.clone())),
                Command::Update(line, vals) => self.write(comodel, &[*line], vals.clone())?,
                Command::Delete(line) => self.unlink(comodel, &[*line])?,
                Command::Unlink(line) => self.cut_line(comodel, inverse, *line)?,
                Command::Link(line) => self.hang_line(comodel, inverse, id, *line)?,
                Command::Clear => {
                    for line in self.view().children(comodel, inverse, id) {
                        self.cut_line(comodel, inverse, line)?;
                    }
                }
                Command::Set(lines) => {
                    for line in self.view().children(comodel, inverse, id) {
                        if !lines.contains(&line) {
                            self.cut_line(comodel, inverse, line)?;
                        }
                    }
                    for line in lines {
                        self.hang_line(comodel, inverse, id, *line)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn hang_line(&mut self, comodel: &str, inverse: &str, id: i64, line: i64) -> Res<()> {
        if self.view().exists(comodel, line) && self.view().id_of(comodel, line, inverse) == Some(id) {
            return Ok(());
        }
        self.write(comodel, &[line], Vals::new().with(inverse, id))
    }

    /// Takes a line off its parent: gone where the line cannot be without one.
    fn cut_line(&mut self, comodel: &str, inverse: &str, line: i64) -> Res<()> {
        let target = self.model(comodel)?;
        let keeps = target
            .field(inverse)
            .is_some_and(|f| target.on_delete(f) == crate::orm::OnDelete::SetNull);
        if keeps {
            self.write(comodel, &[line], Vals::new().with(inverse, Value::Null))
        } else {
            self.unlink(comodel, &[line])
        }
    }

    fn link_commands(
        &mut self,
        model: &Model,
        id: i64,
        commands: &[Command],
        pending: &mut Pending<'_>,
    ) -> Res<()> {
        let field = pending.field;
        let before = self.view().value(model, id, field).as_ids().to_vec();
        let mut ids = before.clone();
        for command in commands {
            match command {
                Command::Create(vals) => pending.rows.push((id, vals.clone())),
                Command::Update(target, vals) => self.write(pending.comodel, &[*target], vals.clone())?,
                Command::Delete(target) => {
                    self.unlink(pending.comodel, &[*target])?;
                    ids.retain(|i| i != target);
                }
                Command::Unlink(target) => ids.retain(|i| i != target),
                Command::Link(target) if ids.contains(target) => {}
                Command::Link(target) => ids.push(*target),
                Command::Clear => ids.clear(),
                Command::Set(all) => ids.clone_from(all),
            }
        }
        for target in ids.iter().filter(|target| !before.contains(target)) {
            self.check_many_target(model, field, *target)?;
        }
        self.set_many(model, field, id, &before, ids)
    }

    fn link_many(&mut self, model: &Model, field: &Field, id: i64, target: i64) -> Res<()> {
        let before = self.view().value(model, id, field).as_ids().to_vec();
        let mut ids = before.clone();
        if !ids.contains(&target) {
            ids.push(target);
        }
        self.set_many(model, field, id, &before, ids)
    }

    fn set_many(&mut self, model: &Model, field: &Field, id: i64, before: &[i64], ids: Vec<i64>) -> Res<()> {
        match (&field.source, field.kind.comodel()) {
            (Source::Reverse(back), Some(comodel)) => {
                let other = self.model(comodel)?;
                for target in before.iter().chain(&ids) {
                    let Some(row) = self.t.get(other.name, *target) else {
                        continue;
                    };
                    let (mut row, linked) = (row.clone(), ids.contains(target));
                    let mut theirs = row.get(back).as_ids().to_vec();
                    theirs.retain(|i| *i != id);
                    if linked {
                        theirs.push(id);
                    }
                    row.set(back, theirs);
                    self.put(other.name, *target, row);
                }
            }
            _ => {
                if let Some(row) = self.t.get(model.name, id) {
                    let mut row = row.clone();
                    row.set(
                        &field.name,
                        if ids.is_empty() {
                            Value::Null
                        } else {
                            Value::Ids(ids)
                        },
                    );
                    self.put(model.name, id, row);
                }
            }
        }
        Ok(())
    }

    /// Runs what computed fields do when they are written.
    pub(crate) fn apply_inverses(&mut self, model: &Model, ids: &[i64], vals: &Vals) -> Res<()> {
        for field in model.fields.iter().filter(|f| !f.inherited) {
            if let (Some(inverse), Some(value)) = (field.inverse, vals.get(&field.name)) {
                inverse(self, ids, &value.clone())?;
            }
        }
        Ok(())
    }
}
