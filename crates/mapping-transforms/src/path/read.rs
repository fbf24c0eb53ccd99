//! Reading through a path.

use serde_json::Value;

use super::{Absence, FieldPath, PathError, Segment};

/// What one segment leads to.
pub(super) enum Step<'a> {
    Into(&'a Value),
    Missing,
    Stop,
}

/// What a path without `*` leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Found<'a> {
    /// A value; may be null.
    Value(&'a Value),
    /// A parent is null.
    NullParent,
    /// A key is missing, or an index is past the end.
    Absent,
}

pub(super) fn step<'a>(here: &'a Value, segment: &Segment) -> Step<'a> {
    let found = match (here, segment) {
        (Value::Null, _) => None,
        (Value::Object(map), Segment::Key(key)) => map.get(key),
        (Value::Array(items), Segment::Index(index)) => items.get(*index),
        (Value::Array(items), Segment::FromEnd(distance)) => items
            .len()
            .checked_sub(*distance)
            .and_then(|index| items.get(index)),
        _ => return Step::Stop,
    };
    found.map_or(Step::Missing, Step::Into)
}

impl FieldPath {
    /// The value at this path, for paths without `*`.
    ///
    /// `Ok(None)` = absent: a key is missing in an object, an index is past the end, or a parent is null
    /// (an order without a customer has no `customer.email`). A null at the end of the path itself is
    /// `Ok(Some(null))`. An error says where the path stopped: at a text, a number or a boolean, or at a
    /// list where a key follows, or at an object where an index follows; or that the path has a `*`.
    pub fn get<'a>(&self, value: &'a Value) -> Result<Option<&'a Value>, PathError> {
        Ok(match self.find(value)? {
            Found::Value(value) => Some(value),
            Found::NullParent | Found::Absent => None,
        })
    }

    pub(crate) fn find<'a>(&self, value: &'a Value) -> Result<Found<'a>, PathError> {
        let mut here = value;
        for (at, segment) in self.segments.iter().enumerate() {
            let trail = self.leading(at);
            if *segment == Segment::Each {
                return Err(PathError::many_values(self, trail));
            }
            match step(here, segment) {
                Step::Into(next) => here = next,
                Step::Missing if here.is_null() => return Ok(Found::NullParent),
                Step::Missing => return Ok(Found::Absent),
                Step::Stop => return Err(PathError::stopped(self, trail, here, segment)),
            }
        }
        Ok(Found::Value(here))
    }

    /// All values at this path, in the order of the lists; `*` stands for each element. Elements in which the
    /// rest of the path is absent are left out, and a list that is absent or null has no elements.
    /// Errors as for [`Self::get`], and where a `*` meets something that is no list.
    pub fn get_all<'a>(&self, value: &'a Value) -> Result<Vec<&'a Value>, PathError> {
        let mut found = Vec::new();
        self.walk(value, &mut Vec::with_capacity(self.segments.len()), &mut found)?;
        Ok(found)
    }

    /// Depth is limited by the number of segments of a path.
    fn walk<'a>(
        &self,
        here: &'a Value,
        trail: &mut Vec<Segment>,
        found: &mut Vec<&'a Value>,
    ) -> Result<(), PathError> {
        let Some(segment) = self.segments.get(trail.len()) else {
            found.push(here);
            return Ok(());
        };
        if *segment != Segment::Each {
            return match step(here, segment) {
                Step::Into(next) => {
                    trail.push(segment.clone());
                    self.walk(next, trail, found)?;
                    trail.pop();
                    Ok(())
                }
                Step::Missing => Ok(()),
                Step::Stop => Err(PathError::stopped(self, trail, here, segment)),
            };
        }
        match here {
            Value::Null => Ok(()),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    trail.push(Segment::Index(index));
                    self.walk(item, trail, found)?;
                    trail.pop();
                }
                Ok(())
            }
            other => Err(PathError::stopped(self, trail, other, segment)),
        }
    }

    /// Why [`Self::get`] found nothing, with the key that was probably meant. `None` where there is something,
    /// or where `get` answers an error.
    pub fn absence(&self, value: &Value) -> Option<Absence> {
        let mut here = value;
        for (at, segment) in self.segments.iter().enumerate() {
            match step(here, segment) {
                Step::Into(next) => here = next,
                Step::Missing => {
                    return Some(Absence::new(self, self.leading(at), here, segment));
                }
                Step::Stop => return None,
            }
        }
        None
    }
}
