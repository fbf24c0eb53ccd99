//! Connections: pages of a sorted list, found again by cursors.

use std::cmp::Ordering;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::context::{Answer, Call, Context};
use super::node::Node;
use super::plain::Plain;
use crate::scalar::date_time;

/// Most rows of a page.
const MAX_PAGE: i64 = 250;

/// What a list is sorted by, for one row. Null comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SortValue {
    Null,
    Id(i64),
    Number(Decimal),
    Time(Timestamp),
    Text(String),
}

impl SortValue {
    fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Id(id) => json!(id.to_string()),
            Self::Number(number) => json!(number.normalize().to_string()),
            Self::Time(at) => json!(date_time(*at)),
            Self::Text(text) => json!(text),
        }
    }

    /// Reads a cursor's value as one of the same sort; `None` where it belongs to another one.
    fn read(&self, value: &Value) -> Option<Self> {
        let text = match value {
            Value::Null => return Some(Self::Null),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        match self {
            Self::Id(_) => text.parse().ok().map(Self::Id),
            Self::Number(_) => text.parse().ok().map(Self::Number),
            Self::Time(_) => text.parse().ok().map(Self::Time),
            // Of null rows there is nothing to compare but ids; any value stands behind them.
            Self::Text(_) | Self::Null => Some(Self::Text(text)),
        }
    }
}

/// One row of a list to page through.
pub(crate) struct Sorted<'w> {
    pub(crate) value: SortValue,
    pub(crate) id: i64,
    pub(crate) node: Node<'w>,
}

impl<'w> Sorted<'w> {
    /// A row of a list that is sorted by id.
    pub(crate) fn by_id(id: i64, node: Node<'w>) -> Self {
        let value = SortValue::Id(id);
        Self { value, id, node }
    }

    fn cursor(&self) -> String {
        STANDARD.encode(json!({ "last_id": self.id, "last_value": self.value.json() }).to_string())
    }

    fn place(&self, other: (&SortValue, i64)) -> Ordering {
        (&self.value, self.id).cmp(&other)
    }
}

/// Names of a connection's types.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    connection: &'static str,
    edge: &'static str,
}

/// `names!("Product")` gives `ProductConnection` and `ProductEdge`.
macro_rules! names {
    ($node:literal) => {
        $crate::resolve::paging::Names::new(concat!($node, "Connection"), concat!($node, "Edge"))
    };
}
pub(crate) use names;

impl Names {
    pub(crate) const fn new(connection: &'static str, edge: &'static str) -> Self {
        Self { connection, edge }
    }
}

/// One page.
pub(crate) struct Page<'w> {
    cx: &'w Context<'w>,
    names: Names,
    rows: Vec<Sorted<'w>>,
    has_next: bool,
    has_previous: bool,
}

/// Which part of the list is asked for.
struct Window {
    count: usize,
    from_end: bool,
    after: Option<(Value, i64)>,
    before: Option<(Value, i64)>,
}

/// Cuts the page that the call's arguments ask for out of the rows, which come in any order.
pub(crate) fn page<'a>(
    cx: &'a Context<'a>,
    call: &Call<'a>,
    names: Names,
    mut rows: Vec<Sorted<'a>>,
) -> Answer<'a> {
    let window = window(cx, call)?;
    rows.sort_by(|a, b| a.place((&b.value, b.id)));
    let reverse = call.flag("reverse");
    let bound = |cursor: &Option<(Value, i64)>| -> Result<Option<(SortValue, i64)>, FieldError> {
        let (Some((value, id)), Some(sample)) = (cursor, sample(&rows)) else {
            return Ok(None);
        };
        let wrong = || cx.fail(call, "BAD_REQUEST", "Invalid cursor for current pagination sort.");
        Ok(Some((sample.read(value).ok_or_else(wrong)?, *id)))
    };
    let (after, before) = (bound(&window.after)?, bound(&window.before)?);
    if reverse {
        rows.reverse();
    }
    let follows = |row: &Sorted<'_>, cursor: &(SortValue, i64)| {
        let order = row.place((&cursor.0, cursor.1));
        order
            == if reverse {
                Ordering::Less
            } else {
                Ordering::Greater
            }
    };
    let precedes = |row: &Sorted<'_>, cursor: &(SortValue, i64)| {
        let order = row.place((&cursor.0, cursor.1));
        order
            == if reverse {
                Ordering::Greater
            } else {
                Ordering::Less
            }
    };
    let start = after
        .as_ref()
        .map_or(0, |cursor| rows.partition_point(|row| !follows(row, cursor)));
    let end = before.as_ref().map_or(rows.len(), |cursor| {
        rows.partition_point(|row| precedes(row, cursor))
    });
    let end = end.max(start);
    let size = window.count.min(end - start);
    let (from, to) = if window.from_end {
        (end - size, end)
    } else {
        (start, start + size)
    };
    let page = Page {
        cx,
        names,
        has_next: to < rows.len(),
        has_previous: from > 0,
        rows: rows.drain(from..to).collect(),
    };
    Ok(ResolvedValue::object(page))
}

/// A row that tells by what the list is sorted: one that is not null, if there is any.
fn sample<'r>(rows: &'r [Sorted<'_>]) -> Option<&'r SortValue> {
    let mut values = rows.iter().map(|row| &row.value);
    values
        .clone()
        .find(|value| **value != SortValue::Null)
        .or_else(|| values.next())
}

fn window(cx: &Context<'_>, call: &Call<'_>) -> Result<Window, FieldError> {
    let bad = |text: &str| Err(cx.fail(call, "BAD_REQUEST", text));
    let (count, from_end) = match (call.int("first"), call.int("last")) {
        (None, None) => return bad("you must provide one of first or last"),
        (Some(_), Some(_)) => return bad("providing both first and last is not supported"),
        (Some(first), None) => (first, false),
        (None, Some(last)) => (last, true),
    };
    let name = if from_end { "last" } else { "first" };
    if count > MAX_PAGE {
        let instead =
            "To query larger amounts of data with fewer limits, bulk operations should be used instead.";
        return bad(&format!("{name} cannot exceed {MAX_PAGE}. {instead}"));
    }
    let Ok(count) = usize::try_from(count) else {
        return bad(&format!("{name} must be greater than or equal to 0"));
    };
    let cursor = |name: &str| match call.text(name) {
        None => Ok(None),
        Some(text) => match read_cursor(text) {
            Some(cursor) => Ok(Some(cursor)),
            None => Err(cx.fail(call, "BAD_REQUEST", "Invalid cursor for current pagination sort.")),
        },
    };
    Ok(Window {
        count,
        from_end,
        after: cursor("after")?,
        before: cursor("before")?,
    })
}

fn read_cursor(text: &str) -> Option<(Value, i64)> {
    let bytes = STANDARD.decode(text).ok()?;
    let cursor: Value = serde_json::from_slice(&bytes).ok()?;
    Some((
        cursor.get("last_value")?.clone(),
        cursor.get("last_id")?.as_i64()?,
    ))
}

impl ObjectValue for Page<'_> {
    fn type_name(&self) -> &str {
        self.names.connection
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        Ok(match info.field_name() {
            "nodes" => ResolvedValue::list(self.rows.iter().map(|row| row.node.value(self.cx))),
            "edges" => ResolvedValue::list(self.rows.iter().map(|row| {
                ResolvedValue::object(Edge {
                    cx: self.cx,
                    kind: self.names.edge,
                    row,
                })
            })),
            "pageInfo" => ResolvedValue::object(
                Plain::new("PageInfo")
                    .leaf("hasNextPage", self.has_next)
                    .leaf("hasPreviousPage", self.has_previous)
                    .leaf("startCursor", self.rows.first().map(Sorted::cursor))
                    .leaf("endCursor", self.rows.last().map(Sorted::cursor)),
            ),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

struct Edge<'p> {
    cx: &'p Context<'p>,
    kind: &'static str,
    row: &'p Sorted<'p>,
}

impl ObjectValue for Edge<'_> {
    fn type_name(&self) -> &str {
        self.kind
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Answer<'a> {
        Ok(match info.field_name() {
            "cursor" => ResolvedValue::leaf(self.row.cursor()),
            "node" => self.row.node.value(self.cx),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}
