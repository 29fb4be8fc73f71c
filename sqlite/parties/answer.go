package parties

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"entente/access"
	"entente/ledger/seal"
	"entente/sqlite/disk"
)

// AddAnswer adds an answer to what a transaction writes, if there is one.
func AddAnswer(t *disk.Tx, a access.Answer) error {
	if a.Key == "" {
		return nil
	}
	if _, err := t.Exec("INSERT INTO answer (scope, key, request, response, at) VALUES ($1, $2, $3, $4, $5)", a.Scope, a.Key, a.Request[:], a.Response, a.At.UnixMicro()); err != nil {
		return fmt.Errorf("the answer: %w", err)
	}
	return nil
}

// KeepAnswer stores how a write was answered that leaves no entry in a ledger. A second answer to the
// same key is refused.
func (s *Cabinet) KeepAnswer(ctx context.Context, a access.Answer) error {
	if err := s.file.Write(ctx, func(t *disk.Tx) error { return AddAnswer(t, a) }); err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}

// Answer finds how an idempotency key was answered; see notary.Journal.
func (s *Cabinet) Answer(ctx context.Context, scope, key string) (access.Answer, bool, error) {
	a := access.Answer{Scope: scope, Key: key}
	var request []byte
	var at sql.NullInt64
	err := s.file.Read.QueryRowContext(ctx, "SELECT request, response, at FROM answer WHERE scope = $1 AND key = $2", scope, key).Scan(&request, &a.Response, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Answer{}, false, nil
	}
	if err == nil && len(request) != len(a.Request) {
		err = fmt.Errorf("its request digest has %d bytes", len(request))
	}
	if err != nil {
		return access.Answer{}, false, fmt.Errorf("reading an answer: %w", err)
	}
	a.Request, a.At = seal.Digest(request), disk.TimeOf(at)
	return a, true, nil
}
