//! Writing through a path.

use serde_json::{Map, Value};

use super::read::{Step, step};
use super::{FieldPath, PathError, Segment};

impl FieldPath {
    /// Puts a value at this path (without `*`) and creates the parents that are missing: objects for keys, lists
    /// for indexes, padded with nulls. A null counts as missing.
    ///
    /// Refused, with nothing changed: a parent that is a text, a number or a boolean; a list where a key
    /// follows and an object where an index follows; an object in place of a text, a number or a boolean;
    /// an index from the end that is not there.
    pub fn set(&self, value: &mut Value, new: Value) -> Result<(), PathError> {
        self.check_set(value, &new)?;
        let mut here = value;
        for (at, segment) in self.segments.iter().enumerate() {
            // What `check_set` let pass can be entered.
            here = entered(here, segment)
                .ok_or_else(|| PathError::stopped(self, self.leading(at), &Value::Null, segment))?;
        }
        *here = new;
        Ok(())
    }

    /// Everything that can be refused, before anything is changed.
    fn check_set(&self, value: &Value, new: &Value) -> Result<(), PathError> {
        if let Some(star) = self.segments.iter().position(|segment| *segment == Segment::Each) {
            return Err(PathError::many_values(self, self.leading(star)));
        }
        let mut here = value;
        for (at, segment) in self.segments.iter().enumerate() {
            match step(here, segment) {
                Step::Into(next) => here = next,
                Step::Stop => return Err(PathError::stopped(self, self.leading(at), here, segment)),
                Step::Missing => return self.check_created(at, here),
            }
        }
        if new.is_object() && !matches!(here, Value::Null | Value::Object(_)) {
            return Err(PathError::overwrites(self, here));
        }
        Ok(())
    }

    /// From the first missing parent on everything is created, where nothing can be counted from an end.
    fn check_created(&self, at: usize, here: &Value) -> Result<(), PathError> {
        let rest = self.segments.get(at..).unwrap_or_default();
        match rest
            .iter()
            .position(|segment| matches!(segment, Segment::FromEnd(_)))
        {
            None => Ok(()),
            Some(offset) => {
                let found = if offset == 0 { here } else { &Value::Null };
                Err(PathError::stopped(
                    self,
                    self.leading(at + offset),
                    found,
                    &rest[offset],
                ))
            }
        }
    }
}

/// What the segment leads to; created where nothing is.
fn entered<'a>(here: &'a mut Value, segment: &Segment) -> Option<&'a mut Value> {
    if here.is_null() {
        *here = match segment {
            Segment::Key(_) => Value::Object(Map::new()),
            Segment::Index(_) | Segment::FromEnd(_) | Segment::Each => Value::Array(Vec::new()),
        };
    }
    match (here, segment) {
        (Value::Object(map), Segment::Key(key)) => Some(map.entry(key.clone()).or_insert(Value::Null)),
        (Value::Array(items), Segment::Index(index)) => {
            if items.len() <= *index {
                items.resize(index + 1, Value::Null);
            }
            items.get_mut(*index)
        }
        (Value::Array(items), Segment::FromEnd(distance)) => items
            .len()
            .checked_sub(*distance)
            .and_then(|index| items.get_mut(index)),
        _ => None,
    }
}
