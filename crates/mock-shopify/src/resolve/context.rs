#![expect(
    clippy::unnecessary_wraps,
    reason = "what a resolver calls last answers what the resolver answers"
)]

use std::cell::RefCell;

use apollo_compiler::executable::Field;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;
use jiff::Timestamp;
use mock_world::Tables;
use serde_json::{Value, json};

use crate::config::Config;
use crate::state::{Entity, Shop};

/// What a resolver answers.
pub(crate) type Answer<'a> = Result<ResolvedValue<'a>, FieldError>;

/// Everything a resolver may look at.
pub(crate) struct Context<'w> {
    pub(crate) tables: &'w Tables<Entity>,
    pub(crate) shop: Shop,
    pub(crate) config: &'w Config,
    pub(crate) now: Timestamp,
    /// Names the request in answers and internal errors.
    pub(crate) request_id: &'w str,
    /// What resolvers say beside their answers.
    pub(crate) side: RefCell<Side>,
}

/// Errors and remarks of resolvers.
#[derive(Default)]
pub(crate) struct Side {
    pub(crate) faults: Vec<Fault>,
    pub(crate) searches: Vec<Value>,
}

/// A run-time error in full; the execution library carries only its number ([`MARK`]).
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) message: String,
    /// `extensions`, with the code.
    pub(crate) extensions: Value,
    /// Byte offsets of the selections in the document.
    pub(crate) places: Vec<usize>,
}

/// Begins the message of a [`FieldError`] that stands for a [`Fault`].
pub(crate) const MARK: char = '\u{1}';

/// One field being resolved.
pub(crate) struct Call<'a> {
    info: &'a ResolveInfo<'a>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(info: &'a ResolveInfo<'a>) -> Self {
        Self { info }
    }

    pub(crate) fn field(&self) -> &'a str {
        self.info.field_name()
    }

    /// An argument that is there and not null.
    pub(crate) fn argument(&self, name: &str) -> Option<&'a JsonValue> {
        self.info.arguments().get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.argument(name)?.as_str()
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.argument(name)?.as_i64()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.argument(name).and_then(JsonValue::as_bool).unwrap_or(false)
    }

    /// The strings of a list argument.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<&'a str>> {
        let list = self.argument(name)?.as_array()?;
        Some(list.iter().filter_map(JsonValue::as_str).collect())
    }

    /// The name that the answer stands under.
    pub(crate) fn response_key(&self) -> &'a str {
        self.info
            .field_selections()
            .first()
            .map_or("", |field| field.response_key().as_str())
    }

    fn places(&self) -> Vec<usize> {
        let start = |field: &&Field| {
            let name = field.alias.as_ref().unwrap_or(&field.name);
            name.location().map(|span| span.offset())
        };
        self.info.field_selections().iter().filter_map(start).collect()
    }

    /// A field this type does not have: cannot happen in a valid document.
    pub(crate) fn unknown<'b>(&self) -> Answer<'b> {
        Err(FieldError {
            message: format!("no resolver for field {}", self.field()),
        })
    }
}

impl Context<'_> {
    /// An error at this field.
    pub(crate) fn fail(&self, call: &Call<'_>, code: &str, message: impl Into<String>) -> FieldError {
        self.fault(call, message, json!({ "code": code }))
    }

    /// An error at this field with more than a code.
    pub(crate) fn fault(&self, call: &Call<'_>, message: impl Into<String>, extensions: Value) -> FieldError {
        let faults = &mut self.side.borrow_mut().faults;
        faults.push(Fault {
            message: message.into(),
            extensions,
            places: call.places(),
        });
        FieldError {
            message: format!("{MARK}{}", faults.len() - 1),
        }
    }

    /// The error for a field that the token's scopes do not reach.
    pub(crate) fn denied(&self, call: &Call<'_>, scope: &str) -> FieldError {
        let required = format!("`{scope}` access scope.");
        let message = format!(
            "Access denied for {} field. Required access: {required}",
            call.field()
        );
        let extensions = json!({
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": required,
        });
        self.fault(call, message, extensions)
    }

    /// Refuses the field unless the token has this scope; to write implies to read.
    pub(crate) fn need_scope(&self, call: &Call<'_>, scope: &str) -> Result<(), FieldError> {
        if self.config.has_scope(scope) {
            Ok(())
        } else {
            Err(self.denied(call, scope))
        }
    }
}

/// How the fields of one GraphQL type are answered.
pub(crate) trait Resolve {
    /// The type's name in the schema.
    const TYPE: &'static str;
    fn resolve<'a>(&'a self, cx: &'a Context<'a>, call: &Call<'a>) -> Answer<'a>;
}

/// A value together with what it needs to be resolved.
pub(crate) struct Object<'w, T> {
    pub(crate) cx: &'w Context<'w>,
    pub(crate) value: T,
}

impl<T: Resolve> ObjectValue for Object<'_, T> {
    fn type_name(&self) -> &str {
        T::TYPE
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        self.value.resolve(self.cx, &Call::new(info))
    }
}

pub(crate) fn object<'a, T: Resolve + 'a>(cx: &'a Context<'a>, value: T) -> Answer<'a> {
    Ok(ResolvedValue::object(Object { cx, value }))
}

pub(crate) fn maybe_object<'a, T: Resolve + 'a>(cx: &'a Context<'a>, value: Option<T>) -> Answer<'a> {
    Ok(ResolvedValue::nullable_object(
        value.map(|value| Object { cx, value }),
    ))
}

pub(crate) fn objects<'a, T: Resolve + 'a>(
    cx: &'a Context<'a>,
    values: impl IntoIterator<Item = T, IntoIter: 'a>,
) -> Answer<'a> {
    let objects = values
        .into_iter()
        .map(move |value| ResolvedValue::object(Object { cx, value }));
    Ok(ResolvedValue::list(objects))
}

/// A leaf of any kind that JSON knows; `None` is null.
pub(crate) fn leaf<'a>(value: impl Into<Leaf>) -> Answer<'a> {
    Ok(ResolvedValue::Leaf(value.into().0))
}

/// What converts to a leaf.
pub(crate) struct Leaf(JsonValue);

impl Leaf {
    pub(crate) fn json(self) -> JsonValue {
        self.0
    }
}

macro_rules! leaves {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Leaf {
            fn from(value: $kind) -> Self {
                Self(value.into())
            }
        })*
    };
}

leaves!(&str, String, bool, i32, i64, f64, JsonValue);

impl From<&String> for Leaf {
    fn from(value: &String) -> Self {
        Self(value.as_str().into())
    }
}

impl From<Timestamp> for Leaf {
    fn from(value: Timestamp) -> Self {
        Self(crate::scalar::date_time(value).into())
    }
}

impl<T: Into<Leaf>> From<Option<T>> for Leaf {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self(JsonValue::Null), Into::into)
    }
}

impl<T: Into<Leaf>> From<Vec<T>> for Leaf {
    fn from(values: Vec<T>) -> Self {
        Self(JsonValue::Array(
            values.into_iter().map(|value| value.into().0).collect(),
        ))
    }
}

/// A list of leaves.
pub(crate) fn leaves<'a, T: Into<Leaf> + 'a>(
    values: impl IntoIterator<Item = T, IntoIter: 'a>,
) -> Answer<'a> {
    Ok(ResolvedValue::list(
        values
            .into_iter()
            .map(|value| ResolvedValue::Leaf(value.into().0)),
    ))
}
