-- Records that somebody wants left alone. It counts as long as they are not linked.

CREATE TABLE left_alone (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection  TEXT    NOT NULL,
    record_type TEXT    NOT NULL,
    side        TEXT    NOT NULL,
    record_id   TEXT    NOT NULL,
    label       TEXT    NOT NULL,
    asked_by    TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    UNIQUE (connection, record_type, side, record_id)
) STRICT;

CREATE INDEX left_alone_by_connection ON left_alone (connection);
CREATE INDEX left_alone_by_type ON left_alone (connection, record_type);
CREATE INDEX left_alone_by_side ON left_alone (connection, record_type, side);
