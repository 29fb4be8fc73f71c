-- +goose Up

-- Statements of usage, as far as this node has drawn them up. The ledger says which are sealed. Once a
-- statement is whole, no record joins it. The hashes are of its records as they were then, 32 bytes
-- each, in the order of the records.
CREATE TABLE statement (
    agreement   TEXT    NOT NULL,
    component   TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    begins      INTEGER NOT NULL,
    ends        INTEGER NOT NULL,
    whole       INTEGER NOT NULL DEFAULT 0,
    hashes      BLOB,
    PRIMARY KEY (agreement, component, environment, begins)
) STRICT;

-- When the statement that covers the record begins; null if none does yet.
ALTER TABLE usage ADD COLUMN stated INTEGER;
CREATE INDEX usage_unstated ON usage (agreement, component, environment, opened) WHERE stated IS NULL;
CREATE INDEX usage_stated ON usage (agreement, component, environment, stated, opened, id) WHERE stated IS NOT NULL;
