-- +goose Up

-- Times are whole microseconds since 1970 UTC. What was signed is kept as bytes, never as parsed JSON.

CREATE TABLE agreement (
    id     TEXT    NOT NULL PRIMARY KEY,
    opened INTEGER NOT NULL UNIQUE, -- 1, 2, 3 … in the order in which the ledgers were opened
    size   INTEGER NOT NULL CHECK (size > 0) -- entries; an append compares it and sets it
) STRICT;

CREATE TABLE leaf (
    agreement TEXT    NOT NULL REFERENCES agreement (id),
    position  INTEGER NOT NULL CHECK (position >= 0),
    bytes     BLOB    NOT NULL,
    PRIMARY KEY (agreement, position)
) STRICT;

CREATE TABLE hash (
    agreement TEXT    NOT NULL REFERENCES agreement (id),
    idx       INTEGER NOT NULL CHECK (idx >= 0),
    bytes     BLOB    NOT NULL,
    PRIMARY KEY (agreement, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    agreement TEXT    NOT NULL REFERENCES agreement (id),
    size      INTEGER NOT NULL CHECK (size > 0),
    bytes     BLOB    NOT NULL,
    PRIMARY KEY (agreement, size)
) STRICT;

-- Projections: they follow from the leaves and can be made again.
CREATE TABLE row (
    agreement TEXT NOT NULL REFERENCES agreement (id),
    name      TEXT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (agreement, name)
) STRICT;

-- Erasable values; the ledger holds only their salted digests.
CREATE TABLE private (
    agreement TEXT NOT NULL REFERENCES agreement (id),
    pseudonym TEXT NOT NULL,
    salt      BLOB NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (agreement, pseudonym)
) STRICT;

CREATE TABLE answer (
    scope    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    request  BLOB    NOT NULL,
    response BLOB    NOT NULL, -- sealed
    at       INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX answer_at ON answer (at);

CREATE TABLE credential (
    id        TEXT    NOT NULL PRIMARY KEY,
    digest    BLOB    NOT NULL UNIQUE,
    kind      TEXT    NOT NULL,
    agreement TEXT    NOT NULL,
    person    TEXT    NOT NULL,
    label     TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    used      INTEGER,
    revoked   INTEGER
) STRICT;

CREATE TABLE secret (
    name   TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE upstream (
    agreement   TEXT NOT NULL,
    component   TEXT NOT NULL,
    environment TEXT NOT NULL,
    address     TEXT NOT NULL,
    header      TEXT NOT NULL,
    sealed      BLOB,
    PRIMARY KEY (agreement, component, environment)
) STRICT;

CREATE TABLE usage (
    seq             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the order of arrival; the cursor of a page
    id              TEXT    NOT NULL UNIQUE,
    agreement       TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    policy          TEXT    NOT NULL,
    key             TEXT    NOT NULL,
    party           TEXT    NOT NULL,
    component       TEXT    NOT NULL,
    environment     TEXT    NOT NULL,
    purpose         TEXT    NOT NULL,
    data_class      TEXT    NOT NULL,
    operation       TEXT    NOT NULL,
    model           TEXT    NOT NULL,
    stream          INTEGER NOT NULL,
    client_request  TEXT    NOT NULL,
    opened          INTEGER NOT NULL,
    closed          INTEGER,
    state           TEXT    NOT NULL,
    outcome         TEXT    NOT NULL,
    status          INTEGER NOT NULL,
    first_byte      INTEGER NOT NULL, -- microseconds
    input_uncached  INTEGER NOT NULL,
    cache_read      INTEGER NOT NULL,
    cache_write     INTEGER NOT NULL,
    output          INTEGER NOT NULL,
    reasoning       INTEGER NOT NULL,
    tokens_known    INTEGER NOT NULL,
    estimated       INTEGER NOT NULL,
    answered_model  TEXT    NOT NULL,
    usage_digest    TEXT    NOT NULL,
    bytes_in        INTEGER NOT NULL,
    bytes_out       INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_page ON usage (agreement, seq);
CREATE INDEX usage_opened ON usage (agreement, opened);

CREATE TABLE refusal (
    agreement   TEXT    NOT NULL,
    day         TEXT    NOT NULL,
    component   TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    clause      TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (agreement, day, component, environment, clause, code)
) STRICT, WITHOUT ROWID;
