-- +goose Up

-- How far a token goes, within what its person may do; empty: as far as the person.
ALTER TABLE credential ADD COLUMN scope TEXT NOT NULL DEFAULT '';
