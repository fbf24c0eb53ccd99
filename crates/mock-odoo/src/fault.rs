//! What a call ends with when it fails: a Python exception, and how each protocol writes it.

use crate::py::{Py, str_repr, tuple_repr};

/// The result of everything that can fail with a Python exception.
pub(crate) type Res<T> = Result<T, Fault>;

/// The classes of exceptions that were seen on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// `odoo.exceptions.UserError`
    User,
    /// `odoo.exceptions.ValidationError`
    Validation,
    /// `odoo.exceptions.MissingError`
    Missing,
    /// `odoo.exceptions.RedirectWarning`
    Redirect,
    /// `odoo.exceptions.AccessError`
    Access,
    /// `odoo.exceptions.AccessDenied`
    Denied,
    /// `odoo.http.SessionExpiredException`
    SessionExpired,
    /// A class of Python itself.
    Builtin(&'static str),
    /// A class of `psycopg2.errors`.
    Postgres(&'static str),
    /// `psycopg2.OperationalError`
    Operational,
    /// Any other class, by its dotted name.
    Other(&'static str),
}

/// A raised exception.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Its class.
    pub class: Class,
    /// Its arguments; the message is made of them.
    pub args: Vec<Py>,
    /// The traceback text of the exception it was raised from, without its first line.
    pub cause: Option<String>,
    /// What `load` says of it, where that differs from the message.
    pub(crate) load_message: Option<String>,
    /// The field `load` names.
    pub(crate) load_field: Option<String>,
}

impl Fault {
    /// An exception with one text argument.
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        Self {
            class,
            args: vec![Py::Str(message.into())],
            cause: None,
            load_message: None,
            load_field: None,
        }
    }

    pub(crate) fn user(message: impl Into<String>) -> Self {
        Self::new(Class::User, message)
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(Class::Validation, message)
    }

    pub(crate) fn access(message: impl Into<String>) -> Self {
        Self::new(Class::Access, message)
    }

    pub(crate) fn denied() -> Self {
        Self::new(Class::Denied, "Access Denied")
    }

    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new(Class::Builtin("ValueError"), message)
    }

    pub(crate) fn type_error(message: impl Into<String>) -> Self {
        Self::new(Class::Builtin("TypeError"), message)
    }

    pub(crate) fn key(key: impl Into<String>) -> Self {
        Self::new(Class::Builtin("KeyError"), key)
    }

    pub(crate) fn attribute(message: impl Into<String>) -> Self {
        Self::new(Class::Builtin("AttributeError"), message)
    }

    pub(crate) fn postgres(class: &'static str, message: impl Into<String>) -> Self {
        Self::new(Class::Postgres(class), message)
    }

    /// `MissingError` for these ids.
    pub(crate) fn missing(model: &str, ids: &[i64], uid: i64) -> Self {
        let ids: Vec<Py> = ids.iter().map(|id| Py::Int(*id)).collect();
        let text = format!(
            "Record does not exist or has been deleted.\n(Record: {model}{}, User: {uid})",
            tuple_repr(&ids)
        );
        Self::new(Class::Missing, text)
    }

    pub(crate) fn serialization() -> Self {
        Self::postgres(
            "SerializationFailure",
            "could not serialize access due to concurrent update\n",
        )
    }

    pub(crate) fn invalid_field(name: &str, model: &str) -> Self {
        Self::value(format!(
            "Invalid field {} on model {}",
            str_repr(name),
            str_repr(model)
        ))
    }

    /// The exception raised from a database error, as Odoo turns constraint violations into messages.
    pub(crate) fn from_postgres(message: String, class: &str, text: &str) -> Self {
        let cause = format!("psycopg2.errors.{class}: {text}\n");
        Self {
            cause: Some(cause),
            ..Self::validation(message)
        }
    }

    /// Dotted class name, as JSON-RPC's `data.name`.
    pub fn class_name(&self) -> String {
        match self.class {
            Class::User => "odoo.exceptions.UserError".to_owned(),
            Class::Validation => "odoo.exceptions.ValidationError".to_owned(),
            Class::Missing => "odoo.exceptions.MissingError".to_owned(),
            Class::Redirect => "odoo.exceptions.RedirectWarning".to_owned(),
            Class::Access => "odoo.exceptions.AccessError".to_owned(),
            Class::Denied => "odoo.exceptions.AccessDenied".to_owned(),
            Class::SessionExpired => "odoo.http.SessionExpiredException".to_owned(),
            Class::Builtin(name) => format!("builtins.{name}"),
            Class::Postgres(name) => format!("psycopg2.errors.{name}"),
            Class::Operational => "psycopg2.OperationalError".to_owned(),
            Class::Other(name) => name.to_owned(),
        }
    }

    /// The message: all arguments, one per line.
    pub fn message(&self) -> String {
        let parts: Vec<String> = self.args.iter().map(Py::display).collect();
        parts.join("\n")
    }

    /// Python's `str(exception)`, which is what stands at the end of a traceback.
    pub fn text(&self) -> String {
        match (self.class, self.args.as_slice()) {
            (Class::Builtin("KeyError"), [key]) => key.repr(),
            (_, [one]) => one.display(),
            (_, many) => tuple_repr(many),
        }
    }

    /// The traceback: real first and last lines around a made-up frame.
    pub fn traceback(&self) -> String {
        const HEAD: &str =
            "Traceback (most recent call last):\n  File \"odoo/service/model.py\", line 1, in execute_kw\n";
        let name = self.class_name();
        let name = name.strip_prefix("builtins.").unwrap_or(&name);
        let last = format!("{name}: {}\n", self.text());
        match &self.cause {
            None => format!("{HEAD}{last}"),
            Some(cause) => format!(
                "{HEAD}{cause}\nThe above exception was the direct cause of the following exception:\n\n{HEAD}{last}"
            ),
        }
    }

    /// XML-RPC's `faultCode`.
    pub fn xml_code(&self) -> i64 {
        match self.class {
            Class::User | Class::Validation | Class::Missing | Class::Redirect => 2,
            Class::Denied => 3,
            Class::Access => 4,
            _ => 1,
        }
    }

    /// Whether the class derives from `UserError`.
    pub(crate) fn is_user_error(&self) -> bool {
        matches!(
            self.class,
            Class::User | Class::Validation | Class::Missing | Class::Access | Class::Denied
        )
    }
}
