//! Database ids out of what the engine hands over, and cursors of what is only read as a whole.

use sync_core::{Cursor, ErrorKind};

use crate::client::CallError;

/// The id after which a walk through a type without marks goes on; 0 at its beginning.
pub(crate) fn after(cursor: Option<&Cursor>) -> Result<i64, CallError> {
    let Some(Cursor(text)) = cursor else { return Ok(0) };
    text.parse::<i32>().map(i64::from).map_err(|_| {
        let message = format!("the cursor `{text}` is none of Odoo's: rewind it");
        CallError::new(ErrorKind::Rejected, "bad_cursor", message)
    })
}

/// The cursor behind this id.
pub(crate) fn at(id: i64) -> Cursor {
    Cursor(id.to_string())
}

/// Database ids out of record ids; what is no number as we write it exists in no database.
pub(crate) fn database_ids(ids: &[String]) -> Vec<i64> {
    let mut numbers: Vec<i64> = Vec::with_capacity(ids.len());
    for id in ids.iter().filter_map(|id| database_id(id)) {
        if !numbers.contains(&id) {
            numbers.push(id);
        }
    }
    numbers
}

/// The database id of this text. One record has one id, so `+7` and `07` are none.
pub(crate) fn database_id(text: &str) -> Option<i64> {
    // Odoo's ids are 32 bits wide; asking for a larger one is an error of the database.
    let id: i32 = text.parse().ok()?;
    (id > 0 && id.to_string() == text).then_some(id.into())
}
