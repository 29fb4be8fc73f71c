-- +goose Up

-- Single calls that were refused, for whoever asks why; they are kept for 30 days, and of many at once not all.
CREATE TABLE refused (
    id             TEXT    NOT NULL PRIMARY KEY,
    client_request TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    agreement      TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    policy         TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    component      TEXT    NOT NULL,
    environment    TEXT    NOT NULL,
    purpose        TEXT    NOT NULL,
    data_class     TEXT    NOT NULL,
    customer       TEXT    NOT NULL,
    operation      TEXT    NOT NULL,
    model          TEXT    NOT NULL,
    clause         TEXT    NOT NULL,
    code           TEXT    NOT NULL,
    why            TEXT    NOT NULL,
    capped         TEXT    NOT NULL,
    status         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_at ON refused (at);
