use std::collections::BTreeMap;

use crate::orm::Value;

/// One entry of an x2many value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Command {
    /// `[0, x, vals]`
    Create(Vals),
    /// `[1, id, vals]`
    Update(i64, Vals),
    /// `[2, id]`: remove the record itself
    Delete(i64),
    /// `[3, id]`: cut the link
    Unlink(i64),
    /// `[4, id]`
    Link(i64),
    /// `[5]`
    Clear,
    /// `[6, 0, ids]`
    Set(Vec<i64>),
}

/// What a field is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// A scalar, already in the field's type.
    Value(Value),
    /// What to do with the records of an x2many.
    Commands(Vec<Command>),
}

/// The values of one `create` or `write`, by field.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Vals {
    fields: BTreeMap<String, Input>,
    /// The external id that a `load` gives to a line.
    pub(crate) xid: Option<String>,
}

impl Vals {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    pub(crate) fn input(&self, field: &str) -> Option<&Input> {
        self.fields.get(field)
    }

    /// A scalar that was given.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        match self.fields.get(field) {
            Some(Input::Value(value)) => Some(value),
            _ => None,
        }
    }

    /// A scalar; NULL if not given.
    pub(crate) fn value(&self, field: &str) -> Value {
        self.get(field).cloned().unwrap_or_default()
    }

    pub(crate) fn id(&self, field: &str) -> Option<i64> {
        self.get(field).and_then(Value::as_int)
    }

    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), Input::Value(value.into()));
    }

    /// Sets a scalar unless one was given.
    pub(crate) fn or_set(&mut self, field: &str, value: impl Into<Value>) {
        if !self.has(field) {
            self.set(field, value);
        }
    }

    pub(crate) fn set_commands(&mut self, field: &str, commands: Vec<Command>) {
        self.fields.insert(field.to_owned(), Input::Commands(commands));
    }

    pub(crate) fn put(&mut self, field: String, input: Input) {
        self.fields.insert(field, input);
    }

    pub(crate) fn take(&mut self, field: &str) -> Option<Input> {
        self.fields.remove(field)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Input)> {
        self.fields.iter().map(|(name, input)| (name.as_str(), input))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The same values with one more scalar.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }
}

impl<const N: usize> From<[(String, Value); N]> for Vals {
    fn from(pairs: [(String, Value); N]) -> Self {
        let fields = pairs
            .into_iter()
            .map(|(name, value)| (name, Input::Value(value)))
            .collect();
        Self { fields, xid: None }
    }
}
