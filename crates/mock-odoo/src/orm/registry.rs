//! The models of the database, as data, and what each adds in behaviour.

use std::collections::BTreeMap;

use crate::fault::{Fault, Res};
use crate::orm::field::make::{char, datetime, int, m2o};
use crate::orm::{Env, Field, Kind, Source, Vals, Value, View};
use crate::py::Py;

/// A button or another public method of a model, called on records: the ids, then its bound arguments.
pub(crate) type MethodFn = fn(&mut Env<'_>, &[i64], &[Option<Py>]) -> Res<Py>;

/// A public method beyond those that every model has.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    /// Parameters after `self`; a leading `*` marks those that may be left out.
    pub(crate) params: &'static [&'static str],
    /// Called on the model, not on records: the first argument is not ids.
    pub(crate) on_model: bool,
    /// Changes nothing, so it may run beside others.
    pub(crate) reads: bool,
    pub(crate) run: MethodFn,
}

impl Method {
    /// A button: no parameters, on records.
    pub(crate) const fn button(name: &'static str, run: MethodFn) -> Self {
        Self {
            name,
            params: &[],
            on_model: false,
            reads: false,
            run,
        }
    }
}

/// What a model does beyond storing its fields.
pub(crate) trait Logic: Send + Sync {
    /// `display_name`.
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        view.rec_name(model, id)
    }

    /// `create`, outermost.
    fn create(&self, env: &mut Env<'_>, model: &Model, vals: Vec<Vals>) -> Res<Vec<i64>> {
        env.insert(model, vals)
    }

    /// Fills in first values that depend on the others, before the row exists.
    fn prepare(&self, _env: &mut Env<'_>, _vals: &mut Vals) -> Res<()> {
        Ok(())
    }

    /// After the rows and their lines exist.
    fn created(&self, _env: &mut Env<'_>, _ids: &[i64], _vals: &[Vals]) -> Res<()> {
        Ok(())
    }

    /// `write`, outermost.
    fn write(&self, env: &mut Env<'_>, model: &Model, ids: &[i64], vals: Vals) -> Res<()> {
        env.update(model, ids, &vals)
    }

    /// After a write; `vals` is what was written.
    fn written(&self, _env: &mut Env<'_>, _ids: &[i64], _vals: &Vals) -> Res<()> {
        Ok(())
    }

    /// Constraints, after create and write; `touched` tells whether a field was given.
    fn check(&self, _env: &mut Env<'_>, _ids: &[i64], _touched: &dyn Fn(&str) -> bool) -> Res<()> {
        Ok(())
    }

    /// `unlink`, outermost.
    fn unlink(&self, env: &mut Env<'_>, model: &Model, ids: &[i64]) -> Res<()> {
        env.delete(model, ids)
    }

    /// The values of a copy, to be changed.
    fn copied(&self, _view: &View<'_>, _id: i64, _vals: &mut Vals, _given: &Vals) {}

    /// The class that overrides a generic method, for Python's texts.
    fn class_of(&self, _method: &str) -> &'static str {
        "BaseModel"
    }

    /// What `name_create` makes of a text; `Err(None)` where the model has no name field.
    fn name_create(&self, model: &Model, name: &str) -> Option<Vals> {
        Some(Vals::from([(model.rec_name.to_owned(), Value::text(name))]))
    }
}

/// A model without behaviour of its own.
pub(crate) struct Plain;
impl Logic for Plain {}

/// Which constraint of the database holds and what is said when it is broken.
pub(crate) struct Unique {
    pub(crate) fields: &'static [&'static str],
    pub(crate) message: &'static str,
    /// The index's own name; given where the message is the database's.
    pub(crate) index: &'static str,
}

/// What happens to a record when the record it points to goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

/// One model.
pub(crate) struct Model {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) order: &'static str,
    pub(crate) rec_name: &'static str,
    /// Fields that `name_search` looks at.
    pub(crate) name_search: &'static [&'static str],
    pub(crate) parent_name: &'static str,
    pub(crate) inherits: &'static [(&'static str, &'static str)],
    pub(crate) transient: bool,
    pub(crate) fields: Vec<Field>,
    by_name: BTreeMap<String, usize>,
    pub(crate) logic: &'static dyn Logic,
    pub(crate) methods: &'static [Method],
    pub(crate) unique: &'static [Unique],
    /// Exceptions from the rule: required -> restrict, else set null.
    pub(crate) ondelete: &'static [(&'static str, OnDelete)],
}

impl Model {
    pub(crate) fn new(name: &'static str, label: &'static str, fields: Vec<Field>) -> Self {
        let mut model = Self {
            name,
            label,
            order: "id",
            rec_name: "name",
            name_search: &[],
            parent_name: "parent_id",
            inherits: &[],
            transient: false,
            fields,
            by_name: BTreeMap::new(),
            logic: &Plain,
            methods: &[],
            unique: &[],
            ondelete: &[],
        };
        model.reindex();
        model
    }

    pub(crate) fn order(mut self, order: &'static str) -> Self {
        self.order = order;
        self
    }

    pub(crate) fn rec_name(mut self, field: &'static str) -> Self {
        self.rec_name = field;
        self
    }

    pub(crate) fn name_search(mut self, fields: &'static [&'static str]) -> Self {
        self.name_search = fields;
        self
    }

    pub(crate) fn parent_name(mut self, field: &'static str) -> Self {
        self.parent_name = field;
        self
    }

    pub(crate) fn inherits(mut self, parents: &'static [(&'static str, &'static str)]) -> Self {
        self.inherits = parents;
        self
    }

    pub(crate) fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    pub(crate) fn logic(mut self, logic: &'static dyn Logic) -> Self {
        self.logic = logic;
        self
    }

    pub(crate) fn methods(mut self, methods: &'static [Method]) -> Self {
        self.methods = methods;
        self
    }

    pub(crate) fn unique(mut self, unique: &'static [Unique]) -> Self {
        self.unique = unique;
        self
    }

    pub(crate) fn ondelete(mut self, rules: &'static [(&'static str, OnDelete)]) -> Self {
        self.ondelete = rules;
        self
    }

    fn reindex(&mut self) {
        self.by_name = self
            .fields
            .iter()
            .enumerate()
            .map(|(n, f)| (f.name.to_string(), n))
            .collect();
    }

    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).and_then(|n| self.fields.get(*n))
    }

    /// The field of this name, or the ORM's `ValueError`.
    pub(crate) fn checked(&self, name: &str) -> Res<&Field> {
        self.field(name)
            .ok_or_else(|| Fault::invalid_field(name, self.name))
    }

    /// Whether records can be archived.
    pub(crate) fn has_active(&self) -> bool {
        self.by_name.contains_key("active")
    }

    /// The database table.
    pub(crate) fn table(&self) -> String {
        self.name.replace('.', "_")
    }

    pub(crate) fn on_delete(&self, field: &Field) -> OnDelete {
        match self.ondelete.iter().find(|(name, _)| *name == field.name) {
            Some((_, rule)) => *rule,
            None if field.required => OnDelete::Restrict,
            None => OnDelete::SetNull,
        }
    }

    /// The technical name of Python's class for the model's own methods.
    pub(crate) fn method(&self, name: &str) -> Option<&'static Method> {
        self.methods.iter().find(|m| m.name == name)
    }
}

/// A field elsewhere that points to records of a model.
pub(crate) struct Reference {
    pub(crate) model: &'static str,
    pub(crate) field: String,
    pub(crate) many: bool,
}

/// All models.
pub(crate) struct Registry {
    models: BTreeMap<&'static str, Model>,
    references: BTreeMap<&'static str, Vec<Reference>>,
}

impl Registry {
    /// Adds what every model has (`id`, `display_name`, log fields), the fields of parent records, and the table of
    /// references.
    pub(crate) fn new(models: Vec<Model>) -> Self {
        let mut models: BTreeMap<&'static str, Model> = models.into_iter().map(|m| (m.name, m)).collect();
        for model in models.values_mut() {
            let at = model
                .fields
                .iter()
                .position(|f| f.name == "-")
                .unwrap_or(model.fields.len());
            let own_write_date = model.field("write_date").is_some();
            model.fields.retain(|f| f.name != "-");
            let mut magic = log_fields();
            magic.retain(|f| !(own_write_date && f.name == "write_date"));
            model.fields.splice(at..at, magic);
            model.reindex();
        }
        let parents: Vec<(&'static str, &'static str, &'static str)> = models
            .values()
            .flat_map(|m| m.inherits.iter().map(|(field, parent)| (m.name, *field, *parent)))
            .collect();
        for (name, link, parent) in parents {
            let inherited: Vec<Field> = match models.get(parent) {
                Some(parent) => parent.fields.clone(),
                None => continue,
            };
            if let Some(model) = models.get_mut(name) {
                for field in inherited {
                    if model.field(&field.name).is_none() {
                        model.fields.push(inherit(field, link));
                    }
                }
                model.reindex();
            }
        }
        let mut references: BTreeMap<&'static str, Vec<Reference>> = BTreeMap::new();
        for model in models.values() {
            for field in model.fields.iter().filter(|f| f.is_column() && !f.inherited) {
                let many = matches!(field.kind, Kind::Many2many(_));
                if let Some(target) = field.kind.comodel() {
                    let reference = Reference {
                        model: model.name,
                        field: field.name.to_string(),
                        many,
                    };
                    references.entry(target).or_default().push(reference);
                }
            }
        }
        Self { models, references }
    }

    /// The model of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Model> {
        self.models.get(name)
    }

    /// The model of this name, or the `UserError` for a stranger's.
    pub(crate) fn model(&self, name: &str) -> Res<&Model> {
        self.find(name)
            .ok_or_else(|| Fault::user(format!("Object {name} doesn't exist")))
    }

    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.values()
    }

    pub(crate) fn references_to(&self, model: &str) -> &[Reference] {
        self.references.get(model).map_or(&[], Vec::as_slice)
    }
}

fn log_fields() -> Vec<Field> {
    vec![
        int("id", "ID").id(),
        char("display_name", "Display Name").display_name(),
        m2o("create_uid", "res.users", "Created by").readonly().no_copy(),
        datetime("create_date", "Created on").readonly().no_copy(),
        m2o("write_uid", "res.users", "Last Updated by")
            .readonly()
            .no_copy(),
        datetime("write_date", "Last Updated on").readonly().no_copy(),
    ]
}

/// A parent's field as it stands on the child.
fn inherit(mut field: Field, link: &'static str) -> Field {
    field.source = Source::Inherited(link);
    field.inherited = true;
    field.copy = false;
    field.required = false;
    field.store = false;
    field.inverse = None;
    field
}
