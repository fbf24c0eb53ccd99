-- Jobs, their leases and their logs.
--
-- Why integers for times: microseconds since 1970-01-01T00:00:00Z sort, compare and fit into an index as they are.
-- Why no CHECK on words (status, outcome, ...): SQLite cannot change a constraint without copying the table; the
-- program's types hold them.
-- Why most indexes do not end in `id`: every SQLite index ends in the rowid, which is `id`. So an index on
-- (connection, status) answers "newest first, this status" without sorting.

-- "SYNC": tells this database from any other SQLite file, so that a wrong path is refused instead of migrated.
PRAGMA application_id = 1398361667;

CREATE TABLE jobs (
    -- AUTOINCREMENT: a number is never given twice, not even after a reset. A process that still holds the number of
    -- a job that is gone must not reach another one.
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    connection       TEXT    NOT NULL,
    job_type         TEXT    NOT NULL,
    record_type      TEXT    NOT NULL,
    direction        TEXT    NOT NULL,
    dry_run          INTEGER NOT NULL,
    status           TEXT    NOT NULL,
    -- The total is their sum and is not stored.
    success_count    INTEGER NOT NULL DEFAULT 0,
    fail_count       INTEGER NOT NULL DEFAULT 0,
    skip_count       INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER,
    error            TEXT,
    checkpoint       TEXT    NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    -- Version of the rules when the job began: links are stamped with it. Rules that change during a run leave
    -- links of an older version behind, which the next run looks at again.
    mapping_version  INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_by_connection ON jobs (connection);
CREATE INDEX jobs_by_status ON jobs (connection, status);
CREATE INDEX jobs_by_type ON jobs (connection, job_type);
-- The dashboard: what ended last, what succeeded last, what ran within a window. Dry runs are no news there.
CREATE INDEX jobs_by_end ON jobs (connection, record_type, finished_at) WHERE dry_run = 0;
CREATE INDEX jobs_by_success ON jobs (connection, record_type, status, finished_at) WHERE dry_run = 0;
CREATE INDEX jobs_by_start ON jobs (connection, record_type, started_at) WHERE dry_run = 0;

-- A row per running job. It says that the job's process is alive until `expires_at`.
CREATE TABLE leases (
    job_id      INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    -- 0 for a dry run: it keeps nobody out, but its process can die like any other.
    exclusive   INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX leases_one_writer ON leases (connection, record_type) WHERE exclusive = 1;
CREATE INDEX leases_by_expiry ON leases (expires_at);

CREATE TABLE record_logs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    source_id   TEXT    NOT NULL,
    target_id   TEXT,
    label       TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    changes     TEXT    NOT NULL,
    warnings    TEXT    NOT NULL,
    duration_ms INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

-- This is the table that grows: four indexes, and a search for text walks one job's lines.
CREATE INDEX logs_by_job ON record_logs (job_id);
CREATE INDEX logs_by_outcome ON record_logs (job_id, outcome);
CREATE INDEX logs_by_reason ON record_logs (job_id, reason);
-- What happened to one record, across jobs; and whether a dry run has already seen it.
CREATE INDEX logs_by_record ON record_logs (connection, record_type, source_id);
