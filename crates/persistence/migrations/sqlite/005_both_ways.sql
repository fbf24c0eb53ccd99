-- Runs both ways: records are known by a side and their id there, conflicts are kept, sides are read from a mark on.

ALTER TABLE jobs ADD COLUMN full_read INTEGER NOT NULL DEFAULT 1;
ALTER TABLE jobs ADD COLUMN unguarded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record_logs ADD COLUMN side TEXT NOT NULL DEFAULT 'shopify';
-- JSON: what an order moved out of stock, by item and place, as it was seen last.
ALTER TABLE links ADD COLUMN moved TEXT NOT NULL DEFAULT '{}';
ALTER TABLE mappings ADD COLUMN direction TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE mappings ADD COLUMN owner TEXT;
ALTER TABLE mappings ADD COLUMN strategy TEXT;

-- A log line is found from either id of its record.
CREATE INDEX logs_by_target ON record_logs (connection, record_type, target_id);

-- A waiting record, a dead letter, an announced write belong to a record of a side, whatever the run's direction was.
CREATE TABLE waiting_records (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    -- The direction of the run that saw it last.
    direction   TEXT    NOT NULL,
    side        TEXT    NOT NULL,
    source_id   TEXT    NOT NULL,
    label       TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    due_at      INTEGER,
    held_type   TEXT,
    held_id     TEXT,
    attempts    TEXT    NOT NULL,
    job_id      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    since       INTEGER NOT NULL,
    UNIQUE (connection, record_type, side, source_id)
) STRICT;

INSERT INTO waiting_records (id, connection, record_type, direction, side, source_id, label, state, due_at, held_type,
    held_id, attempts, job_id, since)
SELECT id, connection, record_type, direction, CASE direction WHEN 'odoo_to_shopify' THEN 'odoo' ELSE 'shopify' END,
    source_id, label, state, due_at, held_type, held_id, attempts, job_id, since FROM waiting;
DROP TABLE waiting;
ALTER TABLE waiting_records RENAME TO waiting;
CREATE INDEX waiting_by_connection ON waiting (connection);
CREATE INDEX waiting_by_type ON waiting (connection, record_type);
CREATE INDEX waiting_due ON waiting (job_id, due_at);

ALTER TABLE dead_letters ADD COLUMN side TEXT NOT NULL DEFAULT 'shopify';
UPDATE dead_letters SET side = 'odoo' WHERE direction = 'odoo_to_shopify';
DROP INDEX dead_letters_open;
CREATE UNIQUE INDEX dead_letters_open ON dead_letters (connection, record_type, side, source_id)
    WHERE status = 'open';

DROP TABLE intents;
CREATE TABLE intents (
    connection      TEXT NOT NULL,
    record_type     TEXT NOT NULL,
    -- Where the write comes from; the other side is written.
    side            TEXT NOT NULL,
    source_id       TEXT NOT NULL,
    fingerprint     TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    PRIMARY KEY (connection, record_type, side, source_id)
) STRICT, WITHOUT ROWID;

-- How far each side was read, and under which version of the rules everything up to there was compared.
CREATE TABLE cursors (
    connection      TEXT    NOT NULL,
    record_type     TEXT    NOT NULL,
    side            TEXT    NOT NULL,
    cursor          TEXT    NOT NULL,
    mapping_version INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (connection, record_type, side)
) STRICT, WITHOUT ROWID;

-- Running totals of what all linked orders moved out of stock, by the account of either side. Decimals as text: sums of
-- binary floats would drift. Kept in step with `links.moved` in the same transaction.
CREATE TABLE stock_moved (
    connection TEXT NOT NULL,
    key        TEXT NOT NULL,
    shopify    TEXT NOT NULL,
    odoo       TEXT NOT NULL,
    PRIMARY KEY (connection, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE conflicts (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection    TEXT    NOT NULL,
    record_type   TEXT    NOT NULL,
    shopify_id    TEXT    NOT NULL,
    odoo_id       TEXT    NOT NULL,
    label         TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    rule          TEXT    NOT NULL,
    shopify_field TEXT    NOT NULL,
    odoo_field    TEXT    NOT NULL,
    -- The element's type and ids; empty for the record's own field.
    element_type  TEXT    NOT NULL,
    element_shopify_id TEXT NOT NULL,
    element_odoo_id    TEXT NOT NULL,
    -- JSON.
    base          TEXT    NOT NULL,
    shopify       TEXT    NOT NULL,
    odoo          TEXT    NOT NULL,
    shopify_at    INTEGER,
    odoo_at       INTEGER,
    strategy      TEXT    NOT NULL,
    -- JSON; null as long as nobody decided.
    winner        TEXT,
    found_at      INTEGER NOT NULL,
    job_id        INTEGER NOT NULL,
    decided_by    TEXT,
    decided_at    INTEGER
) STRICT;

-- One per field that is not over.
CREATE UNIQUE INDEX conflicts_open ON conflicts
    (connection, record_type, shopify_id, kind, rule, element_type, element_shopify_id) WHERE status <> 'resolved';
CREATE INDEX conflicts_by_connection ON conflicts (connection);
CREATE INDEX conflicts_by_status ON conflicts (connection, status);
CREATE INDEX conflicts_by_type ON conflicts (connection, status, record_type);
CREATE INDEX conflicts_by_record ON conflicts (connection, record_type, shopify_id);
