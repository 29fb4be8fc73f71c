-- +goose Up

-- Addresses of the parties to which events are sent; the secrets are sealed.
CREATE TABLE webhook (
	id        TEXT    NOT NULL PRIMARY KEY,
	agreement TEXT    NOT NULL,
	party     TEXT    NOT NULL,
	author    TEXT    NOT NULL,
	url       TEXT    NOT NULL,
	types     TEXT    NOT NULL, -- separated by spaces; empty for all
	created   INTEGER NOT NULL, -- microseconds since 1970
	sealed    TEXT    NOT NULL,
	place     INTEGER NOT NULL, -- the position up to which events are in the queue; -1 for none
	disabled  TEXT    NOT NULL  -- why; empty while it is not
) STRICT;
CREATE INDEX webhook_agreement ON webhook (agreement);

-- Events on their way, each once for each webhook.
CREATE TABLE delivery (
	webhook  TEXT    NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	state    TEXT    NOT NULL, -- waiting, delivered, dead
	attempts INTEGER NOT NULL,
	due      INTEGER NOT NULL, -- microseconds since 1970
	said     TEXT    NOT NULL,
	PRIMARY KEY (webhook, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (state, due);
