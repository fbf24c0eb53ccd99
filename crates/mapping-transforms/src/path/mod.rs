//! Field paths in dot notation: `variants.0.price`, `variants.*.sku`, `note."a.b"`.
//!
//! ```text
//! path    = segment *( "." segment )
//! segment = "*"                each element of a list
//!         | index              an element of a list: 0, 1, ... ; -1 is the last one
//!         | key                a key of an object: any characters but . * " \ [ ] blanks and control characters
//!         | '"' text '"'       any other key: "a b", "a.b", "0", "" ; inside, \" and \\ stand for " and \
//! ```
//!
//! A path is parsed once. Printing and parsing again gives the same path.

mod error;
mod parse;
mod read;
mod write;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use error::{Absence, PathError, PathErrorKind, PathParseError};
pub(crate) use read::Found;

/// Longest text of a path, in characters.
pub const MAX_PATH_CHARS: usize = 500;
/// Most segments of a path.
pub const MAX_SEGMENTS: usize = 32;
/// Highest index of a path. Writing pads a list with nulls up to the index, so it has to have a limit.
pub const MAX_INDEX: usize = 9_999;

/// One step of a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key of an object.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
    /// An element of a list counted from its end; 1 is the last one. Written `-1`.
    FromEnd(usize),
    /// Each element of a list. Written `*`.
    Each,
}

/// A place in a record, in dot notation. Usable on both sides, for reading and for writing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    segments: Vec<Segment>,
}

impl FieldPath {
    /// A path from its segments; refused where the same path could not be parsed from text.
    pub fn from_segments(segments: impl IntoIterator<Item = Segment>) -> Result<Self, PathParseError> {
        let path = Self {
            segments: segments.into_iter().collect(),
        };
        path.to_string().parse()
    }

    /// The steps of this path, at least one.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// How many `*` the path has.
    pub fn stars(&self) -> usize {
        self.segments
            .iter()
            .filter(|segment| **segment == Segment::Each)
            .count()
    }

    /// The path before the first `*` and the path after it: `variants` and `sku` of `variants.*.sku`.
    /// `None` without a `*`, or with nothing before or after it.
    pub fn collection(&self) -> Option<(FieldPath, FieldPath)> {
        let at = self
            .segments
            .iter()
            .position(|segment| *segment == Segment::Each)?;
        let (before, after) = (self.segments.get(..at)?, self.segments.get(at + 1..)?);
        if before.is_empty() || after.is_empty() {
            return None;
        }
        Some((
            Self {
                segments: before.to_vec(),
            },
            Self {
                segments: after.to_vec(),
            },
        ))
    }

    /// The first segments.
    fn leading(&self, count: usize) -> &[Segment] {
        self.segments.get(..count).unwrap_or_default()
    }

    /// The path before the first `*`, if there is one and something before it.
    pub(crate) fn first_list(&self) -> Option<Self> {
        let at = self
            .segments
            .iter()
            .position(|segment| *segment == Segment::Each)?;
        self.prefix(at)
    }

    /// The path of the first segments, if there are more.
    pub(crate) fn prefix(&self, length: usize) -> Option<Self> {
        let inside = length > 0 && length < self.segments.len();
        inside.then(|| Self {
            segments: self.leading(length).to_vec(),
        })
    }

    /// Whether `self` leads to `other` or to something above it.
    pub fn is_prefix_of(&self, other: &FieldPath) -> bool {
        other.segments.starts_with(&self.segments)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(&self.segments))
    }
}

/// The text of some leading segments of a path.
fn print(segments: &[Segment]) -> String {
    let texts: Vec<String> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) if parse::is_bare(key) => key.clone(),
            Segment::Key(key) => format!("\"{}\"", key.replace('\\', r"\\").replace('"', "\\\"")),
            Segment::Index(index) => index.to_string(),
            Segment::FromEnd(distance) => format!("-{distance}"),
            Segment::Each => "*".to_owned(),
        })
        .collect();
    texts.join(".")
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
