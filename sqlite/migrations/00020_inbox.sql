-- +goose Up

-- What people are told, each once for each cause and step.
CREATE TABLE inbox (
	id        TEXT    NOT NULL PRIMARY KEY,
	agreement TEXT    NOT NULL,
	person    TEXT    NOT NULL, -- pseudonymous id
	cause     TEXT    NOT NULL, -- entry/17, due/milestone/launch@2026-12-24T00:00:00Z
	step      INTEGER NOT NULL,
	matter    TEXT    NOT NULL,
	clause    TEXT    NOT NULL,
	says      TEXT    NOT NULL,
	asks      TEXT    NOT NULL,
	role      TEXT    NOT NULL,
	fixed     TEXT    NOT NULL, -- the clause under which it cannot be turned off
	at        INTEGER NOT NULL, -- microseconds since 1970, as all times here
	due       INTEGER,
	planned   INTEGER NOT NULL,
	read      INTEGER,
	settled   INTEGER,
	letter    TEXT    NOT NULL, -- that tells it; empty before, - if none does
	sent      INTEGER,
	UNIQUE (agreement, person, cause, step)
) STRICT;
CREATE INDEX inbox_person ON inbox (agreement, person, at);
CREATE INDEX inbox_unread ON inbox (agreement, person) WHERE read IS NULL AND settled IS NULL;
CREATE INDEX inbox_unwritten ON inbox (agreement, person) WHERE letter = '';
CREATE INDEX inbox_unposted ON inbox (letter) WHERE sent IS NULL AND letter NOT IN ('', '-');
CREATE INDEX inbox_open ON inbox (agreement, cause) WHERE settled IS NULL AND (asks <> '' OR due IS NOT NULL);

-- Up to which entry of each agreement's ledger that is planned.
CREATE TABLE inbox_place (
	agreement TEXT    NOT NULL PRIMARY KEY,
	place     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How people want to hear of it; who is not here has said nothing.
CREATE TABLE preference (
	agreement TEXT    NOT NULL,
	person    TEXT    NOT NULL,
	asks      TEXT    NOT NULL, -- at_once, daily, off
	dues      TEXT    NOT NULL,
	news      TEXT    NOT NULL,
	hour      INTEGER NOT NULL,
	PRIMARY KEY (agreement, person)
) STRICT, WITHOUT ROWID;
