use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What one field of one row holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Value {
    /// SQL's NULL
    #[default]
    Null,
    /// boolean
    Bool(bool),
    /// integer, or the id behind a many2one
    Int(i64),
    /// float and monetary: decimal, so that money does not drift
    Num(Decimal),
    /// char, text, html, selection, date, datetime (`YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC), binary (base64), JSON
    Text(String),
    /// many2many and one2many
    Ids(Vec<i64>),
}

impl Value {
    /// A text value.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An id, where 0 stands for none.
    pub(crate) fn id(id: Option<i64>) -> Self {
        id.map_or(Self::Null, Self::Int)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            _ => None,
        }
    }

    pub(crate) fn as_num(&self) -> Decimal {
        match self {
            Self::Num(number) => *number,
            Self::Int(int) => Decimal::from(*int),
            _ => Decimal::ZERO,
        }
    }

    pub(crate) fn as_bool(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    pub(crate) fn as_ids(&self) -> &[i64] {
        match self {
            Self::Ids(ids) => ids,
            Self::Int(id) => std::slice::from_ref(id),
            _ => &[],
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Python's truth of what a record shows for it.
    pub(crate) fn truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(b) => *b,
            Self::Int(i) => *i != 0,
            Self::Num(n) => !n.is_zero(),
            Self::Text(t) => !t.is_empty(),
            Self::Ids(ids) => !ids.is_empty(),
        }
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Num(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<i64>> for Value {
    fn from(value: Vec<i64>) -> Self {
        Self::Ids(value)
    }
}

// On file: null, booleans, integers and texts as they are, a decimal as {"n": "1.50"}, ids as a list.

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Int(i) => serializer.serialize_i64(*i),
            Self::Text(t) => serializer.serialize_str(t),
            Self::Ids(ids) => ids.serialize(serializer),
            Self::Num(n) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("n", &n.to_string())?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a stored value")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Int(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
                i64::try_from(value).map(Value::Int).map_err(E::custom)
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Value, E> {
                Ok(Value::Text(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut ids = Vec::new();
                while let Some(id) = seq.next_element()? {
                    ids.push(id);
                }
                Ok(Value::Ids(ids))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let Some((_, text)) = map.next_entry::<String, String>()? else {
                    return Err(serde::de::Error::custom("an empty number"));
                };
                text.parse().map(Value::Num).map_err(serde::de::Error::custom)
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}

/// The stored fields of one record; a field that is not there is NULL.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Row(BTreeMap<String, Value>);

impl Row {
    /// The value of a field.
    pub(crate) fn get(&self, field: &str) -> &Value {
        self.0.get(field).unwrap_or(&Value::Null)
    }

    /// Sets a field.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        match value.into() {
            Value::Null => {
                self.0.remove(field);
            }
            value => {
                self.0.insert(field.to_owned(), value);
            }
        }
    }

    /// The id behind a many2one.
    pub(crate) fn id(&self, field: &str) -> Option<i64> {
        self.get(field).as_int()
    }

    /// A number; NULL is 0.
    pub(crate) fn num(&self, field: &str) -> Decimal {
        self.get(field).as_num()
    }

    /// A text; NULL is empty.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.get(field).as_text().unwrap_or("")
    }

    /// A boolean; NULL is false.
    pub(crate) fn flag(&self, field: &str) -> bool {
        self.get(field).as_bool()
    }

    /// The keys under which an index on this field finds the row: its text, its id, or each of its ids.
    pub(crate) fn keys(&self, field: &str) -> Vec<String> {
        match self.get(field) {
            Value::Text(text) => vec![text.clone()],
            Value::Int(id) => vec![id.to_string()],
            Value::Ids(ids) => ids.iter().map(i64::to_string).collect(),
            Value::Null | Value::Bool(_) | Value::Num(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_survives_its_file_form() {
        let mut row = Row::default();
        row.set("name", "Ünï");
        row.set("list_price", Decimal::new(1050, 2));
        row.set("active", true);
        row.set("categ_id", 7);
        row.set("taxes_id", vec![1, 2]);
        row.set("barcode", Value::Null);
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(
            text,
            r#"{"active":true,"categ_id":7,"list_price":{"n":"10.50"},"name":"Ünï","taxes_id":[1,2]}"#
        );
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    }
}
