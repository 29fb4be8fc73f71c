-- +goose Up

-- Final usage records, in blocks; see the package. What is in the table usage is moved here by the next
-- migration, which is a program: the records of a block are written by package meter.
CREATE TABLE usage_block (
    seq         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the order of arrival; a cursor begins with it
    agreement   TEXT    NOT NULL,
    component   TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    hour        INTEGER NOT NULL, -- since 1970, in which all its records were opened
    first_id    BLOB    NOT NULL, -- the IDs of all its records are of one hour too
    last_id     BLOB    NOT NULL,
    closed      INTEGER NOT NULL, -- when its last record was closed
    digest      BLOB    NOT NULL, -- SHA-256 of records
    records     BLOB    NOT NULL
) STRICT;
CREATE INDEX usage_block_page ON usage_block (agreement, seq);
CREATE INDEX usage_block_series ON usage_block (agreement, component, environment, seq);
CREATE INDEX usage_block_hour ON usage_block (agreement, hour, component, environment);
CREATE INDEX usage_block_closed ON usage_block (agreement, closed);
CREATE INDEX usage_block_id ON usage_block (first_id, last_id);

-- What the records add up to.
CREATE TABLE usage_sum (
    agreement      TEXT    NOT NULL,
    slot           INTEGER NOT NULL, -- quarters of an hour since 1970 in which the calls were opened
    component      TEXT    NOT NULL,
    environment    TEXT    NOT NULL,
    purpose        TEXT    NOT NULL,
    party          TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    customer       TEXT    NOT NULL,
    started        INTEGER NOT NULL, -- 0 for calls that were refused after all
    calls          INTEGER NOT NULL,
    interrupted    INTEGER NOT NULL,
    failed         INTEGER NOT NULL,
    faults         INTEGER NOT NULL,
    estimated      INTEGER NOT NULL,
    input_uncached INTEGER NOT NULL,
    cache_read     INTEGER NOT NULL,
    cache_write    INTEGER NOT NULL,
    output         INTEGER NOT NULL,
    reasoning      INTEGER NOT NULL,
    bytes_in       INTEGER NOT NULL,
    bytes_out      INTEGER NOT NULL,
    tool_calls     INTEGER NOT NULL,
    units          INTEGER NOT NULL,
    request_format INTEGER NOT NULL,
    answer_format  INTEGER NOT NULL,
    undocumented   INTEGER NOT NULL,
    other_model    INTEGER NOT NULL,
    held_input     INTEGER NOT NULL, -- for those that were interrupted
    held_output    INTEGER NOT NULL,
    held_bytes     INTEGER NOT NULL,
    PRIMARY KEY (agreement, slot, component, environment, purpose, party, key, customer, started)
) STRICT, WITHOUT ROWID;

-- The last block that was there when the statement was drawn up: it covers no record that came later.
ALTER TABLE statement ADD COLUMN upto INTEGER NOT NULL DEFAULT 0;
ALTER TABLE statement DROP COLUMN whole;
