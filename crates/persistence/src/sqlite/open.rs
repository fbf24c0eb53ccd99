use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use crate::PersistenceError;

/// The name of a database in memory, in errors.
pub(super) const MEMORY: &str = ":memory:";
/// `PRAGMA application_id` of our databases, see the first migration.
const APPLICATION_ID: i64 = 1_398_361_667;
/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(30);
/// Statements kept prepared per connection; there are about sixty in all.
const STATEMENTS: usize = 100;

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/sqlite/001_jobs.sql")),
    M::up(include_str!("../../migrations/sqlite/002_links.sql")),
    M::up(include_str!("../../migrations/sqlite/003_open_records.sql")),
    M::up(include_str!("../../migrations/sqlite/004_mappings.sql")),
    M::up(include_str!("../../migrations/sqlite/005_both_ways.sql")),
    M::up(include_str!("../../migrations/sqlite/006_typed_nothing.sql")),
    M::up(include_str!("../../migrations/sqlite/007_left_alone.sql")),
    M::up(include_str!("../../migrations/sqlite/008_own_writes.sql")),
];

/// A writer and a reader on the same file.
pub(super) fn file(path: &Path) -> Result<(Connection, Connection), PersistenceError> {
    create(path)?;
    let name = path.display().to_string();
    let failed = |source| PersistenceError::Open {
        path: name.clone(),
        source,
    };
    let mut writer = Connection::open(path).map_err(failed)?;
    writer.busy_timeout(BUSY).map_err(failed)?;
    if is_foreign(&writer).map_err(failed)? {
        return Err(PersistenceError::Foreign { path: name });
    }
    use_wal(&mut writer).map_err(failed)?;
    set_up(&writer).map_err(failed)?;
    migrate(&mut writer, &name)?;
    let reader = Connection::open(path).map_err(failed)?;
    reader.busy_timeout(BUSY).map_err(failed)?;
    set_up(&reader).map_err(failed)?;
    reader.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok((writer, reader))
}

pub(super) fn memory() -> Result<Connection, PersistenceError> {
    let failed = |source| PersistenceError::Open {
        path: MEMORY.to_owned(),
        source,
    };
    let mut connection = Connection::open_in_memory().map_err(failed)?;
    set_up(&connection).map_err(failed)?;
    migrate(&mut connection, MEMORY)?;
    Ok(connection)
}

/// Makes folder and file. SQLite gives its side files (`-wal`, `-shm`) the same permissions.
fn create(path: &Path) -> Result<(), PersistenceError> {
    let failed = |at: &Path, source| PersistenceError::Create {
        path: at.to_owned(),
        source,
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(path, error)),
    }
}

fn is_foreign(connection: &Connection) -> rusqlite::Result<bool> {
    // In this order: another process may be making the tables just now, and with them, in one commit, the id.
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(id != APPLICATION_ID && tables > 0)
}

/// Readers see the last commit and never wait for a writer. The mode is a property of the file.
fn use_wal(connection: &mut Connection) -> rusqlite::Result<()> {
    // While another process makes the same change, SQLite answers "busy" without waiting. An empty transaction
    // waits for that process; then it is our turn again.
    for _ in 0..100 {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)?
                    .commit()?;
            }
            done => return done,
        }
    }
    connection.pragma_update(None, "journal_mode", "wal")
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    // A commit survives a power cut, as the port demands.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    // `found(needle, text, ...)`: LIKE knows upper and lower case of ASCII only.
    connection.create_scalar_function("found", -1, flags, |context| {
        let needle: String = context.get(0)?;
        for index in 1..context.len() {
            let text: Option<String> = context.get(index)?;
            if text.is_some_and(|text| text.to_lowercase().contains(&needle)) {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

fn migrate(connection: &mut Connection, name: &str) -> Result<(), PersistenceError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let failed = |source| PersistenceError::Open {
        path: name.to_owned(),
        source,
    };
    let migrations = Migrations::from_slice(MIGRATIONS);
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    loop {
        let before = version(connection).map_err(failed)?;
        if before > known {
            return Err(PersistenceError::TooNew {
                path: name.to_owned(),
                found: before,
                known,
            });
        }
        let Err(error) = migrations.to_latest(connection) else {
            return Ok(());
        };
        // Two processes may open an old file at once. The second one fails, because it looked at the version before
        // the first one was through; looking again is all it takes.
        if version(connection).map_err(failed)? <= before {
            return Err(PersistenceError::Migrate {
                path: name.to_owned(),
                from: before,
                to: known,
                source: Box::new(error),
            });
        }
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_well_formed() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }

    #[test]
    fn a_side_that_nobody_typed_a_value_for_is_not_emptied_by_a_newer_version() {
        let mut connection = Connection::open_in_memory().unwrap();
        set_up(&connection).unwrap();
        let migrations = Migrations::from_slice(MIGRATIONS);
        migrations.to_version(&mut connection, 5).unwrap();
        let old = [
            r#"{"winner":"value","shopify":null,"odoo":"x"}"#,
            r#"{"winner":"value","shopify":7,"odoo":null}"#,
            r#"{"winner":"odoo"}"#,
        ];
        for winner in old {
            connection
                .execute(
                    "INSERT INTO conflicts (connection, record_type, shopify_id, odoo_id, label, status, kind, rule, \
                     shopify_field, odoo_field, element_type, element_shopify_id, element_odoo_id, base, shopify, odoo, \
                     strategy, winner, found_at, job_id) \
                     VALUES ('c', 'product', '1', '2', '', 'resolved', 'field', '', '', '', '', '', '', 'null', '1', '2', \
                     '', ?, 0, 1)",
                    [winner],
                )
                .unwrap();
        }
        migrations.to_latest(&mut connection).unwrap();
        let mut statement = connection
            .prepare("SELECT winner FROM conflicts ORDER BY id")
            .unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let new: Vec<String> = rows.map(Result::unwrap).collect();
        let wanted = [
            r#"{"winner":"value","odoo":"x"}"#,
            r#"{"winner":"value","shopify":7}"#,
            r#"{"winner":"odoo"}"#,
        ];
        assert_eq!(new, wanted);
    }
}
