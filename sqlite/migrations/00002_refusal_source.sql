-- +goose Up

-- What has counted refused calls, and the number of the last batch that is in their counts: a batch
-- that is sent again is counted once.
CREATE TABLE refusal_source (
    source TEXT    NOT NULL PRIMARY KEY,
    last   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
