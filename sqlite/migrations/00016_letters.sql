-- +goose Up

-- Letters to people, sealed while they wait; what has ended stays as its key alone, so that nothing is sent twice.
CREATE TABLE letter (
	id       TEXT    NOT NULL PRIMARY KEY,
	key      TEXT    NOT NULL UNIQUE,
	sealed   TEXT    NOT NULL, -- empty once it has ended
	state    TEXT    NOT NULL, -- waiting, sending, sent, failed, unsure
	attempts INTEGER NOT NULL,
	posted   INTEGER NOT NULL, -- microseconds since 1970, as the next two
	due      INTEGER NOT NULL, -- once it has ended: when it did
	expires  INTEGER NOT NULL
) STRICT;
CREATE INDEX letter_due ON letter (state, due);
