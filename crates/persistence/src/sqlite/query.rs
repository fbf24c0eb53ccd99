//! A SELECT whose conditions depend on a filter.

use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use crate::{Page, PageRequest};

/// A statement and its parameters. Texts of conditions are constants; values are always parameters.
pub(super) struct Query {
    sql: String,
    values: Vec<Value>,
}

impl Query {
    /// `head` ends in a condition and has one parameter, or more, which then follow by [`Self::value`].
    pub(super) fn new(head: &str, value: impl ToSql) -> rusqlite::Result<Self> {
        Ok(Self {
            sql: head.to_owned(),
            values: vec![owned(&value)?],
        })
    }

    /// The next parameter of the statement so far.
    pub(super) fn value(&mut self, value: impl ToSql) -> rusqlite::Result<()> {
        self.values.push(owned(&value)?);
        Ok(())
    }

    /// One more condition without a parameter.
    pub(super) fn fixed(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// One more condition with one parameter.
    pub(super) fn and(&mut self, condition: &str, value: impl ToSql) -> rusqlite::Result<()> {
        self.fixed(condition);
        self.value(value)
    }

    /// [`Self::and`], if there is a value.
    pub(super) fn and_some<T: ToSql>(&mut self, condition: &str, value: Option<T>) -> rusqlite::Result<()> {
        value.map_or(Ok(()), |value| self.and(condition, value))
    }

    /// A search for text, whatever its case. Blank text finds everything.
    pub(super) fn and_found(&mut self, condition: &str, text: Option<&str>) -> rusqlite::Result<()> {
        let needle = text
            .map(|text| text.trim().to_lowercase())
            .filter(|text| !text.is_empty());
        self.and_some(condition, needle)
    }

    /// The end of the statement: GROUP BY and the like.
    pub(super) fn end(&mut self, tail: &str) {
        self.sql.push_str(tail);
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        connection: &Connection,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let mut statement = connection.prepare_cached(&self.sql)?;
        statement
            .query_map(params_from_iter(&self.values), row)?
            .collect()
    }

    /// The first column of the only row.
    pub(super) fn number(&self, connection: &Connection) -> rusqlite::Result<u64> {
        connection
            .prepare_cached(&self.sql)?
            .query_row(params_from_iter(&self.values), |row| row.get(0))
    }

    /// Carries out an UPDATE or DELETE and answers how many rows it touched.
    pub(super) fn execute(&self, connection: &Connection) -> rusqlite::Result<u64> {
        let touched = connection
            .prepare_cached(&self.sql)?
            .execute(params_from_iter(&self.values))?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    /// One page, newest first. The rows must have an `id`.
    pub(super) fn page<T>(
        mut self,
        connection: &Connection,
        page: PageRequest,
        mut row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Page<T>> {
        let limit = page.clamped();
        self.and_some("id < ?", page.before)?;
        // One more than asked for tells whether there is another page.
        self.sql.push_str(" ORDER BY id DESC LIMIT ?");
        self.values
            .push(Value::Integer(i64::try_from(limit + 1).unwrap_or(i64::MAX)));
        let mut rows = self.all(connection, |found| Ok((found.get::<_, i64>("id")?, row(found)?)))?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more {
            rows.last().map(|(id, _)| *id)
        } else {
            None
        };
        Ok(Page {
            items: rows.into_iter().map(|(_, item)| item).collect(),
            next,
        })
    }
}

fn owned(value: &impl ToSql) -> rusqlite::Result<Value> {
    match value.to_sql()? {
        ToSqlOutput::Borrowed(value) => value
            .try_into()
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error))),
        ToSqlOutput::Owned(value) => Ok(value),
        _ => Err(rusqlite::Error::ToSqlConversionFailure(
            "a parameter of an unknown kind".into(),
        )),
    }
}
