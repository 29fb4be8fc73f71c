-- +goose Up

-- The units of the provider's own that answers stated.
ALTER TABLE usage ADD COLUMN units INTEGER NOT NULL DEFAULT 0;
