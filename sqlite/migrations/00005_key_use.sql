-- +goose Up

-- The hour in which a call passed last by each key. It follows from usage, which is too long to be read for it.
CREATE TABLE key_use (
    agreement TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    hour      INTEGER NOT NULL, -- its first microsecond
    PRIMARY KEY (agreement, key)
) STRICT, WITHOUT ROWID;
INSERT INTO key_use SELECT agreement, key, MAX(opened / 3600000000 * 3600000000) FROM usage GROUP BY agreement, key;
