-- +goose Up

-- When a session was last used, to some minutes.
ALTER TABLE credential ADD COLUMN seen INTEGER; -- microseconds since 1970

-- The passkeys of people. Nothing of a passkey is secret here: the device keeps what is.
CREATE TABLE passkey (
	id         TEXT    NOT NULL PRIMARY KEY,
	credential BLOB    NOT NULL UNIQUE,
	agreement  TEXT    NOT NULL,
	person     TEXT    NOT NULL, -- pseudonymous id
	name       TEXT    NOT NULL, -- what the person calls it
	key        BLOB    NOT NULL, -- a COSE key
	counter    INTEGER NOT NULL,
	synced     INTEGER NOT NULL,
	created    INTEGER NOT NULL, -- microseconds since 1970
	used       INTEGER           -- when it last opened a session or signed
) STRICT;
CREATE INDEX passkey_person ON passkey (agreement, person);

-- What counts once, until it would not count any more anyway.
CREATE TABLE spent (
	name  TEXT    NOT NULL PRIMARY KEY,
	until INTEGER NOT NULL -- microseconds since 1970
) STRICT, WITHOUT ROWID;
