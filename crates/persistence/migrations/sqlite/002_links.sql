-- Which records of the two systems are the same thing.

CREATE TABLE links (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    connection      TEXT    NOT NULL,
    record_type     TEXT    NOT NULL,
    shopify_id      TEXT    NOT NULL,
    odoo_id         TEXT    NOT NULL,
    -- A link that goes takes its children along: a variant's link means nothing without its product's.
    parent          INTEGER REFERENCES links (id) ON DELETE CASCADE,
    label           TEXT    NOT NULL,
    mapping_version INTEGER NOT NULL,
    -- JSON: per rule what both sides showed when they last agreed.
    base            TEXT    NOT NULL,
    open            INTEGER NOT NULL,
    -- What makes doubles impossible, whatever the program does.
    UNIQUE (connection, record_type, shopify_id),
    UNIQUE (connection, record_type, odoo_id)
) STRICT;

CREATE INDEX links_by_parent ON links (parent);
CREATE INDEX links_by_connection ON links (connection);
CREATE INDEX links_by_type ON links (connection, record_type);
-- Orders whose goods still move: few among many.
CREATE INDEX links_open ON links (connection, record_type) WHERE open = 1;
