-- +goose Up

-- Whom a call served, what limits held for it, and how it was ended or disputed.
ALTER TABLE usage ADD COLUMN customer    TEXT    NOT NULL DEFAULT '';
ALTER TABLE usage ADD COLUMN held_input  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN held_output INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN held_bytes  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN clause      TEXT    NOT NULL DEFAULT '';
ALTER TABLE usage ADD COLUMN disputed    INTEGER NOT NULL DEFAULT 0;

-- Limits whose time rolls count what a call used when it was closed.
CREATE INDEX usage_closed ON usage (agreement, closed);
