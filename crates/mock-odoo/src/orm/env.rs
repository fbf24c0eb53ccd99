//! The surroundings of a call: rows, models, user, context and time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mock_world::Tables;
use rust_decimal::Decimal;

use crate::fault::{Fault, Res};
use crate::orm::{Field, Kind, Model, Registry, Row, Source, Vals, Value};
use crate::py::Py;

/// The start of a transaction: every date of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    /// `YYYY-MM-DD HH:MM:SS.ffffff`, UTC, without the zeros at the end.
    pub(crate) micros: String,
}

impl Moment {
    pub(crate) fn new(at: Timestamp) -> Self {
        let text = at
            .to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d %H:%M:%S.%6f")
            .to_string();
        let micros = text.trim_end_matches('0').trim_end_matches('.').to_owned();
        Self { at, micros }
    }

    /// `YYYY-MM-DD HH:MM:SS`
    pub(crate) fn seconds(&self) -> String {
        self.micros.chars().take(19).collect()
    }

    /// `YYYY-MM-DD`
    pub(crate) fn date(&self) -> String {
        self.micros.chars().take(10).collect()
    }
}

/// Who calls, how and when.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) uid: i64,
    pub(crate) context: Arc<Py>,
    pub(crate) now: Arc<Moment>,
    /// The caller's name for the attempt that this call is part of, if he gives one.
    pub(crate) attempt: Option<Arc<str>>,
}

impl Session {
    /// A context value; `None` if it is not there.
    pub(crate) fn ctx(&self, key: &str) -> Option<&Py> {
        self.context.get(key)
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.ctx(key).is_some_and(Py::truthy)
    }

    /// The same session with these context values on top.
    pub(crate) fn with(&self, pairs: &[(&str, Py)]) -> Self {
        let mut context = self.context.as_dict().unwrap_or_default().to_vec();
        for (key, value) in pairs {
            context.retain(|(k, _)| k != key);
            context.push(((*key).to_owned(), value.clone()));
        }
        Self {
            context: Arc::new(Py::Dict(context)),
            ..self.clone()
        }
    }
}

/// What can be seen, for everything that only reads.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) t: &'a Tables<Row>,
    pub(crate) reg: &'a Registry,
    pub(crate) s: &'a Session,
}

impl<'a> View<'a> {
    /// A record's stored row.
    pub(crate) fn row(&self, model: &str, id: i64) -> Option<&'a Row> {
        self.t.get(model, id)
    }

    pub(crate) fn exists(&self, model: &str, id: i64) -> bool {
        self.row(model, id).is_some()
    }

    /// The rows that point to a record by this many2one, by id. The field must be indexed.
    pub(crate) fn children(&self, model: &str, field: &str, id: i64) -> Vec<i64> {
        self.t.find(model, field, &id.to_string()).collect()
    }

    /// A field of a record; NULL where record or field is missing.
    pub(crate) fn get(&self, model: &str, id: i64, field: &str) -> Value {
        let Some(model) = self.reg.find(model) else {
            return Value::Null;
        };
        match model.field(field) {
            Some(field) => self.value(model, id, field),
            None => Value::Null,
        }
    }

    /// A field of a record.
    pub(crate) fn value(&self, model: &Model, id: i64, field: &Field) -> Value {
        let Some(row) = self.row(model.name, id) else {
            return Value::Null;
        };
        match &field.source {
            Source::Id => Value::Int(id),
            Source::DisplayName => Value::Text(self.display_name(model.name, id)),
            Source::Column => match field.kind {
                Kind::One2many(comodel, inverse) => Value::Ids(self.children(comodel, inverse, id)),
                Kind::Many2many(_) => match row.get(&field.name) {
                    Value::Null => Value::Ids(Vec::new()),
                    ids => ids.clone(),
                },
                _ => row.get(&field.name).clone(),
            },
            Source::Compute(compute) => compute(self, id),
            Source::Inherited(link) => match (row.id(link), model.field(link).and_then(|f| f.kind.comodel()))
            {
                (Some(parent), Some(comodel)) => self.get(comodel, parent, &field.name),
                _ => Value::Null,
            },
            Source::Related(path) => self.follow(model.name, id, path),
            Source::Reverse(back) => match field.kind.comodel() {
                Some(comodel) => Value::Ids(self.children(comodel, back, id)),
                None => Value::Null,
            },
            Source::Empty => Value::Null,
        }
    }

    /// The value at the end of a dotted path.
    pub(crate) fn follow(&self, model: &str, id: i64, path: &str) -> Value {
        let (mut model, mut id, mut rest) = (model, id, path);
        loop {
            match rest.split_once('.') {
                None => return self.get(model, id, rest),
                Some((first, after)) => {
                    let comodel = self
                        .reg
                        .find(model)
                        .and_then(|m| m.field(first))
                        .and_then(|f| f.kind.comodel());
                    match (comodel, self.get(model, id, first)) {
                        (Some(comodel), Value::Int(next)) => (model, id, rest) = (comodel, next, after),
                        _ => return Value::Null,
                    }
                }
            }
        }
    }

    pub(crate) fn num(&self, model: &str, id: i64, field: &str) -> Decimal {
        self.get(model, id, field).as_num()
    }

    pub(crate) fn text(&self, model: &str, id: i64, field: &str) -> String {
        match self.get(model, id, field) {
            Value::Text(text) => text,
            _ => String::new(),
        }
    }

    pub(crate) fn id_of(&self, model: &str, id: i64, field: &str) -> Option<i64> {
        self.get(model, id, field).as_int()
    }

    pub(crate) fn flag(&self, model: &str, id: i64, field: &str) -> bool {
        self.get(model, id, field).as_bool()
    }

    /// What the model shows as the record's name.
    pub(crate) fn display_name(&self, model: &str, id: i64) -> String {
        match self.reg.find(model) {
            Some(model) => model.logic.display_name(self, model, id),
            None => String::new(),
        }
    }

    /// The name field, or `model,id` where there is none.
    pub(crate) fn rec_name(&self, model: &Model, id: i64) -> String {
        match model.field(model.rec_name).map(|f| self.value(model, id, f)) {
            Some(Value::Text(text)) => text,
            Some(Value::Int(target)) => match model.field(model.rec_name).and_then(|f| f.kind.comodel()) {
                Some(comodel) => self.display_name(comodel, target),
                None => target.to_string(),
            },
            Some(_) => String::new(),
            None => format!("{},{id}", model.name),
        }
    }

    /// Whether the record is not archived; records without the flag count as active.
    pub(crate) fn is_active(&self, model: &str, id: i64) -> bool {
        match self.reg.find(model) {
            Some(model) if model.has_active() => {
                match model.field("active").map(|f| self.value(model, id, f)) {
                    Some(active) => active.as_bool(),
                    None => true,
                }
            }
            _ => true,
        }
    }
}

/// What a transaction changed, for the journal.
#[derive(Debug, Default)]
pub(crate) struct Touched(pub(crate) BTreeMap<&'static str, BTreeSet<i64>>);

/// What a writing call works with.
pub(crate) struct Env<'a> {
    pub(crate) t: &'a mut Tables<Row>,
    pub(crate) reg: &'a Registry,
    pub(crate) s: Session,
    pub(crate) touched: Touched,
    /// How deep calls are nested in calls; a bound keeps hostile input from the end of the stack.
    pub(crate) depth: usize,
    /// The chance that a write fails, for the calls that draw.
    pub(crate) draws: Option<&'a crate::draws::Draws>,
    /// Attempts that failed in a call which is undone for it.
    pub(crate) failed_draws: Vec<crate::draws::Drawn>,
}

impl<'a> Env<'a> {
    pub(crate) fn new(t: &'a mut Tables<Row>, reg: &'a Registry, s: Session) -> Self {
        Self {
            t,
            reg,
            s,
            touched: Touched::default(),
            depth: 0,
            draws: None,
            failed_draws: Vec::new(),
        }
    }

    /// Read access to the same.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            t: self.t,
            reg: self.reg,
            s: &self.s,
        }
    }

    pub(crate) fn model(&self, name: &str) -> Res<&'a Model> {
        self.reg.model(name)
    }

    /// Runs with these context values on top.
    pub(crate) fn with_ctx<T>(&mut self, pairs: &[(&str, Py)], run: impl FnOnce(&mut Self) -> T) -> T {
        let inner = self.s.with(pairs);
        let outer = std::mem::replace(&mut self.s, inner);
        let result = run(self);
        self.s = outer;
        result
    }

    /// The ids that exist, or the `MissingError` that names the others.
    pub(crate) fn ensure(&self, model: &str, ids: &[i64]) -> Res<()> {
        let missing: Vec<i64> = ids
            .iter()
            .copied()
            .filter(|id| !self.view().exists(model, *id))
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Fault::missing(model, &missing, self.s.uid))
        }
    }

    /// `create`
    pub(crate) fn create(&mut self, model: &str, vals: Vec<Vals>) -> Res<Vec<i64>> {
        let model = self.model(model)?;
        model.logic.create(self, model, vals)
    }

    /// `create` of one record.
    pub(crate) fn create_one(&mut self, model: &str, vals: Vals) -> Res<i64> {
        let ids = self.create(model, vec![vals])?;
        ids.first()
            .copied()
            .ok_or_else(|| Fault::value("create made no record"))
    }

    /// `write`
    pub(crate) fn write(&mut self, model: &str, ids: &[i64], vals: Vals) -> Res<()> {
        let model = self.model(model)?;
        self.ensure(model.name, ids)?;
        if ids.is_empty() || vals.is_empty() {
            return Ok(());
        }
        model.logic.write(self, model, ids, vals)
    }

    /// `unlink`
    pub(crate) fn unlink(&mut self, model: &str, ids: &[i64]) -> Res<()> {
        let model = self.model(model)?;
        self.ensure(model.name, ids)?;
        if ids.is_empty() {
            return Ok(());
        }
        model.logic.unlink(self, model, ids)
    }

    /// Puts recomputed values into a row; if one differs, the record counts as written now.
    pub(crate) fn set(&mut self, model: &'static str, id: i64, values: &[(&str, Value)]) {
        let Some(row) = self.t.get(model, id) else { return };
        if values.iter().all(|(field, value)| row.get(field) == value) {
            return;
        }
        let mut row = row.clone();
        for (field, value) in values {
            row.set(field, value.clone());
        }
        self.stamp(&mut row);
        self.put(model, id, row);
    }

    /// Marks a record as written now.
    pub(crate) fn touch(&mut self, model: &'static str, id: i64) {
        if let Some(row) = self.t.get(model, id) {
            let mut row = row.clone();
            self.stamp(&mut row);
            self.put(model, id, row);
        }
    }

    pub(crate) fn stamp(&self, row: &mut Row) {
        row.set("write_uid", self.s.uid);
        row.set("write_date", self.s.now.micros.clone());
    }

    pub(crate) fn put(&mut self, model: &'static str, id: i64, row: Row) {
        self.t.put(model, id, row);
        self.touched.0.entry(model).or_default().insert(id);
    }

    pub(crate) fn remove(&mut self, model: &'static str, id: i64) {
        self.t.remove(model, id);
        self.touched.0.entry(model).or_default().insert(id);
    }

    /// Guards a nested call.
    pub(crate) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        if self.depth >= 60 {
            return Err(Fault::new(
                crate::fault::Class::Builtin("RecursionError"),
                "maximum recursion depth exceeded",
            ));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }
}
