-- Records that are not through: those that wait, those that failed for good, and writes that are on their way.

CREATE TABLE waiting (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    direction   TEXT    NOT NULL,
    source_id   TEXT    NOT NULL,
    label       TEXT    NOT NULL,
    -- 'pending' with due_at, or 'held' with the record it waits for.
    state       TEXT    NOT NULL,
    due_at      INTEGER,
    held_type   TEXT,
    held_id     TEXT,
    attempts    TEXT    NOT NULL,
    job_id      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    since       INTEGER NOT NULL,
    UNIQUE (connection, record_type, direction, source_id)
) STRICT;

CREATE INDEX waiting_by_connection ON waiting (connection);
CREATE INDEX waiting_by_type ON waiting (connection, record_type);
CREATE INDEX waiting_due ON waiting (job_id, due_at);

CREATE TABLE dead_letters (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    direction   TEXT    NOT NULL,
    source_id   TEXT    NOT NULL,
    label       TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    stage       TEXT    NOT NULL,
    class       TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    original    TEXT    NOT NULL,
    mapped      TEXT    NOT NULL,
    attempts    TEXT    NOT NULL,
    retry_count INTEGER NOT NULL,
    max_retries INTEGER NOT NULL,
    -- The job that failed last.
    job_id      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    -- The job that looked at the record last. It may have left the letter open without failing (the record is held
    -- now, or the target has priority); without this column that job would take it up again and again.
    seen_by     INTEGER NOT NULL,
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    closed      TEXT,
    closed_at   INTEGER
) STRICT;

-- One is open per record at most. Closed ones are kept as a trace.
CREATE UNIQUE INDEX dead_letters_open ON dead_letters (connection, record_type, direction, source_id)
    WHERE status = 'open';
CREATE INDEX dead_letters_by_connection ON dead_letters (connection);
CREATE INDEX dead_letters_by_status ON dead_letters (connection, status);
CREATE INDEX dead_letters_by_type ON dead_letters (connection, status, record_type);
CREATE INDEX dead_letters_by_error ON dead_letters (connection, status, class, code);
CREATE INDEX dead_letters_by_job ON dead_letters (job_id);

-- The key under which a write is sent, stored before it is sent: a write whose answer was lost, or whose process
-- died, is sent again under the same key.
CREATE TABLE intents (
    connection      TEXT NOT NULL,
    record_type     TEXT NOT NULL,
    direction       TEXT NOT NULL,
    source_id       TEXT NOT NULL,
    fingerprint     TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    PRIMARY KEY (connection, record_type, direction, source_id)
) STRICT, WITHOUT ROWID;
