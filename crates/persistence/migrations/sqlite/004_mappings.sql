-- Mapping rules. What a rule may say is checked before it is stored, with every finding at once; here is only its place.

CREATE TABLE mappings (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection    TEXT    NOT NULL,
    record_type   TEXT    NOT NULL,
    shopify_field TEXT    NOT NULL,
    odoo_field    TEXT    NOT NULL,
    transform     TEXT    NOT NULL,
    enabled       INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    note          TEXT    NOT NULL,
    on_missing    TEXT    NOT NULL
) STRICT;

CREATE INDEX mappings_in_order ON mappings (connection, record_type, position);

-- Grows with every change of a rule of the type, also with its last rule's deletion: a record type with a row here
-- was seeded once and is not seeded again.
CREATE TABLE mapping_versions (
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    PRIMARY KEY (connection, record_type)
) STRICT, WITHOUT ROWID;
