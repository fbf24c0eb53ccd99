//! Values as Python sees them: what a request's arguments and a response's result are made of, and how Python
//! writes them (`repr`) in the texts of its exceptions.

mod json;
mod repr;

pub(crate) use json::{EnvelopeError, parse_envelope, write_json};
pub(crate) use repr::{float_repr, str_repr, tuple_repr};

/// One Python value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Py {
    /// `None`
    #[default]
    None,
    /// `bool`
    Bool(bool),
    /// `int`, as far as 64 bits go
    Int(i64),
    /// `float`
    Float(f64),
    /// `str`
    Str(String),
    /// `list`
    List(Vec<Py>),
    /// `dict` with text keys, in its order
    Dict(Vec<(String, Py)>),
    /// `dict` with integer keys: JSON writes them as text, XML-RPC cannot write them
    IntDict(Vec<(i64, Py)>),
    /// XML-RPC's `Binary` wrapper around bytes
    Binary(Vec<u8>),
    /// a recordset or another object no protocol can write: its class, and its text
    Object(&'static str, String),
}

impl Py {
    /// A text value.
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(text.into())
    }

    /// A list of ids.
    pub fn ids(ids: &[i64]) -> Self {
        Self::List(ids.iter().map(|id| Self::Int(*id)).collect())
    }

    /// A dict from pairs.
    pub fn dict<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Dict(pairs.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// Python's `bool(value)`.
    pub fn truthy(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(b) => *b,
            Self::Int(i) => *i != 0,
            Self::Float(f) => *f != 0.0,
            Self::Str(s) => !s.is_empty(),
            Self::List(l) => !l.is_empty(),
            Self::Dict(d) => !d.is_empty(),
            Self::IntDict(d) => !d.is_empty(),
            Self::Binary(_) | Self::Object(..) => true,
        }
    }

    /// `None` or `False`: how a client writes "no value".
    pub fn is_unset(&self) -> bool {
        matches!(self, Self::None | Self::Bool(false))
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The integer, if it is one; `True` is 1.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(i) => Some(*i),
            Self::Bool(b) => Some(i64::from(*b)),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(l) => Some(l),
            _ => None,
        }
    }

    /// The pairs, if it is a dict with text keys.
    pub fn as_dict(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Dict(d) => Some(d),
            _ => None,
        }
    }

    /// A dict's value.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_dict()?
            .iter()
            .rev()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v)
    }

    /// The name of the Python class.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::List(_) => "list",
            Self::Dict(_) | Self::IntDict(_) => "dict",
            Self::Binary(_) => "Binary",
            Self::Object(class, _) => class,
        }
    }
}

impl From<bool> for Py {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Py {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Py {
    fn from(value: &str) -> Self {
        Self::Str(value.to_owned())
    }
}

impl From<String> for Py {
    fn from(value: String) -> Self {
        Self::Str(value)
    }
}
