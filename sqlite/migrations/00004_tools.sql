-- +goose Up

-- The calls of tools that a service answered.
ALTER TABLE usage ADD COLUMN tool_calls INTEGER NOT NULL DEFAULT 0;
