//! Files: new, old, foreign, from the future, and opened by several at once.

use std::thread;

use persistence::{JobFilter, LogFilter, PageRequest, PersistenceError, SqliteStore};
use rusqlite::Connection;
use sync_core::JobStatus;

use crate::given::{at, created, ran, start};

#[test]
fn folder_and_file_are_made_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("instance").join("deep").join("sync.db");
    let store = SqliteStore::open(&path).unwrap();
    let job = ran(&store, "product", 0, |job| vec![created(job, "1")]);
    assert_eq!(store.path(), path.display().to_string());
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.job(job.id, at(1)).unwrap(), job);
    let logs = store
        .list_logs(job.id, &LogFilter::default(), PageRequest::default())
        .unwrap();
    assert_eq!(logs.items.len(), 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_customer_data() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("sync.db")).unwrap();
    start(&store, "product", 0);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[test]
fn many_open_a_new_file_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.db");
        thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let store = SqliteStore::open(path).unwrap();
                    start(&store, &format!("type{number}"), 0);
                });
            }
        });
        let store = SqliteStore::open(&path).unwrap();
        let jobs = store
            .list_jobs(
                &"default".into(),
                &JobFilter::default(),
                PageRequest::default(),
                at(1),
            )
            .unwrap();
        assert_eq!(jobs.items.len(), 8);
        assert!(jobs.items.iter().all(|job| job.status == JobStatus::Running));
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "This is not a database, it is a text that is long enough. ".repeat(10),
    )
    .unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, PersistenceError::Open { .. }), "{error:?}");
    assert!(error.to_string().contains("notes.txt"), "{error}");
    let error = SqliteStore::open(folder.path()).unwrap_err();
    assert!(
        error.to_string().contains(&folder.path().display().to_string()),
        "{error}"
    );
    let below_a_file = path.join("sync.db");
    let error = SqliteStore::open(&below_a_file).unwrap_err();
    assert!(matches!(error, PersistenceError::Create { .. }), "{error:?}");
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')")
        .unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, PersistenceError::Foreign { .. }), "{error:?}");
    let tables: i64 = other
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_newer_versions_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sync.db");
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 1_000)
        .unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(
        matches!(error, PersistenceError::TooNew { found: 1_000, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("schema version 1000"), "{error}");
}

#[test]
fn a_damaged_value_is_an_error_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sync.db");
    let store = SqliteStore::open(&path).unwrap();
    let job = start(&store, "product", 0);
    let other = Connection::open(&path).unwrap();
    other.execute("UPDATE jobs SET status = 'sleeping'", []).unwrap();
    let error = store.job(job.id, at(1)).unwrap_err().to_string();
    assert!(
        error.contains("reading a job") && error.contains("sleeping") && error.contains("sync.db"),
        "{error}"
    );
}
