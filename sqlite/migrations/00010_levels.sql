-- +goose Up

-- What the records of a statement say of service levels, as JSON: parts that add up.
ALTER TABLE statement ADD COLUMN levels TEXT;
