-- +goose Up

-- Stands for the address at which the holder has shown to read mail; empty where nobody asked.
ALTER TABLE credential ADD COLUMN proven TEXT NOT NULL DEFAULT '';
ALTER TABLE passkey ADD COLUMN proven TEXT NOT NULL DEFAULT '';
