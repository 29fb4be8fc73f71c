-- +goose Up

-- The ways in which a call was not as agreed, and passed all the same: 1 its request's format,
-- 2 its answer's format, 4 an answer of a kind that is not documented.
ALTER TABLE usage ADD COLUMN deviations INTEGER NOT NULL DEFAULT 0;
