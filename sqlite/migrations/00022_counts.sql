-- +goose Up

-- How often what was spent was counted.
ALTER TABLE spent ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
