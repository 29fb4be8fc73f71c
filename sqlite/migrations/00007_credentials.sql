-- +goose Up

-- A person's credentials, and those of an agreement, are listed without reading everybody's.
CREATE INDEX credential_person ON credential (agreement, person);
