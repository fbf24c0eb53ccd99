//! What can go wrong with a path, in words that name the place.

use serde_json::Value;

use super::{FieldPath, MAX_INDEX, Segment, print};
use crate::describe::{describe, nearest, shorten};

/// A text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no path: {problem} at character {}; allowed: {}", .position + 1, PathParseError::ALLOWED)]
pub struct PathParseError {
    /// The text, shortened.
    pub text: String,
    /// Characters before the place where it went wrong.
    pub position: usize,
    /// What was wrong there.
    pub problem: String,
}

impl PathParseError {
    /// What a segment may be, for messages.
    pub const ALLOWED: &'static str = "keys (`title`), indexes (`0`, `-1`), `*` for each element, keys in quotes (`\"a b\"`), with dots between";

    pub(super) fn new(text: &str, position: usize, problem: String) -> Self {
        Self {
            text: shorten(text),
            position,
            problem,
        }
    }

    /// [`Self::ALLOWED`] as a list.
    pub fn allowed() -> Vec<String> {
        [
            "a key: title",
            "an index: 0, or -1 from the end",
            "each element: *",
            "a key in quotes: \"a b\"",
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

/// What stopped a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathErrorKind {
    /// There was something that the next segment cannot enter.
    Stopped,
    /// The path has a `*` where one value is meant.
    ManyValues,
    /// An object would have replaced a text, a number or a boolean.
    Overwrites,
}

/// A path that could not be followed in a record. Prints for example
/// `` `variants.2.price` stopped at `variants.2`: text "x"; a key needs an object ``.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` stopped at {}: {found}; {needed}", place(.stopped_at))]
pub struct PathError {
    /// The whole path.
    pub path: String,
    /// How far it came; empty for the record itself.
    pub stopped_at: String,
    /// What was there, in a few words.
    pub found: String,
    /// What would have been needed, or what else to do.
    pub needed: String,
    /// Why it stopped.
    pub kind: PathErrorKind,
    /// There was a `false` where an object or a list belongs: how Odoo shows an empty relation.
    pub(crate) at_false: bool,
}

fn place(stopped_at: &str) -> String {
    if stopped_at.is_empty() {
        "the record itself".to_owned()
    } else {
        format!("`{stopped_at}`")
    }
}

impl PathError {
    /// `trail` is the concrete way that was gone, `next` the segment that could not be taken.
    pub(super) fn stopped(path: &FieldPath, trail: &[Segment], found: &Value, next: &Segment) -> Self {
        Self {
            path: path.to_string(),
            stopped_at: print(trail),
            found: describe(found),
            needed: needed(found, next),
            kind: PathErrorKind::Stopped,
            at_false: *found == Value::Bool(false),
        }
    }

    pub(super) fn many_values(path: &FieldPath, trail: &[Segment]) -> Self {
        Self {
            path: path.to_string(),
            stopped_at: print(trail),
            found: "`*`".to_owned(),
            needed: "one value is meant here, and `*` stands for many".to_owned(),
            kind: PathErrorKind::ManyValues,
            at_false: false,
        }
    }

    pub(super) fn overwrites(path: &FieldPath, found: &Value) -> Self {
        Self {
            path: path.to_string(),
            stopped_at: path.to_string(),
            found: describe(found),
            needed: "it would be overwritten by an object".to_owned(),
            kind: PathErrorKind::Overwrites,
            at_false: false,
        }
    }
}

fn needed(found: &Value, next: &Segment) -> String {
    match (found, next) {
        (Value::Object(_), Segment::Each) => "`*` needs a list".to_owned(),
        (Value::Object(_), Segment::Index(_) | Segment::FromEnd(_)) => {
            "an index needs a list; a key of digits is written in quotes".to_owned()
        }
        (Value::Array(_), Segment::Key(_)) => "a list needs an index or `*` before the key".to_owned(),
        (Value::Array(items), Segment::FromEnd(distance)) => {
            format!("there is no element -{distance} among {}", items.len())
        }
        (_, Segment::Key(_)) => "a key needs an object".to_owned(),
        (_, Segment::FromEnd(_)) => "an index from the end needs a list that is there".to_owned(),
        (_, Segment::Index(_) | Segment::Each) => format!("an index (up to {MAX_INDEX}) or `*` needs a list"),
    }
}

/// Why nothing is at the end of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The whole path.
    pub path: String,
    /// How far it came; empty for the record itself.
    pub ended_at: String,
    /// What was missing there, in words.
    pub reason: String,
    /// The key that was probably meant.
    pub nearest: Option<String>,
}

impl Absence {
    pub(super) fn new(path: &FieldPath, trail: &[Segment], found: &Value, next: &Segment) -> Self {
        let (reason, nearest) = match (found, next) {
            (Value::Object(map), Segment::Key(key)) => (
                format!("has no key `{}`", shorten(key)),
                nearest(key, map.keys().map(String::as_str)),
            ),
            (Value::Array(items), _) => (format!("has {} elements", items.len()), None),
            (other, _) => (format!("is {}", describe(other)), None),
        };
        Self {
            path: path.to_string(),
            ended_at: print(trail),
            reason,
            nearest,
        }
    }
}

impl std::fmt::Display for Absence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` is absent: {} {}",
            self.path,
            place(&self.ended_at),
            self.reason
        )?;
        match &self.nearest {
            Some(key) => write!(f, "; did you mean `{key}`?"),
            None => Ok(()),
        }
    }
}
