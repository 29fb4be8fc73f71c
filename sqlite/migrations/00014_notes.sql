-- +goose Up

-- What a party keeps to itself about a clause, sealed; the other party never sees it.
CREATE TABLE note (
	id        TEXT    NOT NULL PRIMARY KEY,
	agreement TEXT    NOT NULL,
	party     TEXT    NOT NULL,
	clause    TEXT    NOT NULL,
	author    TEXT    NOT NULL, -- pseudonymous id
	at        INTEGER NOT NULL, -- microseconds since 1970
	sealed    TEXT    NOT NULL
) STRICT;
CREATE INDEX note_party ON note (agreement, party, at);
