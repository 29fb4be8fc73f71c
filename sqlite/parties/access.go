package parties

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/egress"
	"entente/sqlite/disk"
)

// KeepCredential stores a new credential; see access.Store.
func (s *Cabinet) KeepCredential(ctx context.Context, c access.Credential, a access.Answer) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec(`INSERT INTO credential (id, digest, kind, agreement, person, label, created, expires, used, revoked, seen, scope, proven)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			c.ID, c.Digest[:], c.Kind, c.Agreement, c.Person, c.Label, c.Created.UnixMicro(), c.Expires.UnixMicro(), disk.Instant(c.Used), disk.Instant(c.Revoked), disk.Instant(c.Seen), c.Scope, c.Proven)
		if err != nil {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return fmt.Errorf("keeping credential %s: %w", c.ID, err)
	}
	return nil
}

// FindCredential finds a credential by its digest; see access.Store.
func (s *Cabinet) FindCredential(ctx context.Context, digest access.KeyDigest) (access.Credential, bool, error) {
	c := access.Credential{Digest: digest}
	var created, expires, used, revoked, seen sql.NullInt64
	err := s.file.Read.QueryRowContext(ctx, "SELECT id, kind, agreement, person, label, created, expires, used, revoked, seen, scope, proven FROM credential WHERE digest = $1", digest[:]).
		Scan(&c.ID, &c.Kind, &c.Agreement, &c.Person, &c.Label, &created, &expires, &used, &revoked, &seen, &c.Scope, &c.Proven)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Credential{}, false, nil
	}
	if err != nil {
		return access.Credential{}, false, fmt.Errorf("reading a credential: %w", err)
	}
	c.Created, c.Expires, c.Used, c.Revoked, c.Seen = disk.TimeOf(created), disk.TimeOf(expires), disk.TimeOf(used), disk.TimeOf(revoked), disk.TimeOf(seen)
	return c, true, nil
}

// Credentials lists the credentials of a person, or of all people of an agreement; see access.Store.
func (s *Cabinet) Credentials(ctx context.Context, id agreement.ID, person string) ([]access.Credential, error) {
	all, err := disk.List(ctx, s.file.Read, `SELECT id, digest, kind, agreement, person, label, created, expires, used, revoked, seen, scope, proven FROM credential
		WHERE agreement = $1 AND ($2 = '' OR person = $2) ORDER BY created, id`,
		func(r *sql.Rows) (access.Credential, error) {
			var c access.Credential
			var digest []byte
			var created, expires, used, revoked, seen sql.NullInt64
			err := r.Scan(&c.ID, &digest, &c.Kind, &c.Agreement, &c.Person, &c.Label, &created, &expires, &used, &revoked, &seen, &c.Scope, &c.Proven)
			copy(c.Digest[:], digest)
			c.Created, c.Expires, c.Used, c.Revoked, c.Seen = disk.TimeOf(created), disk.TimeOf(expires), disk.TimeOf(used), disk.TimeOf(revoked), disk.TimeOf(seen)
			return c, err
		}, id, person)
	if err != nil {
		return nil, fmt.Errorf("reading the credentials of %s: %w", id, err)
	}
	return all, nil
}

// UseCredential marks a credential as used, for exactly one caller; see access.Store. A revoked
// one is used by no one.
func (s *Cabinet) UseCredential(ctx context.Context, digest access.KeyDigest, at time.Time) (first bool, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec("UPDATE credential SET used = $2 WHERE digest = $1 AND used IS NULL AND revoked IS NULL", digest[:], at.UnixMicro())
		first = changed == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("using a credential: %w", err)
	}
	return first, nil
}

// SeeCredential notes that a session was used; see access.Store.
func (s *Cabinet) SeeCredential(ctx context.Context, digest access.KeyDigest, at time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("UPDATE credential SET seen = MAX(COALESCE(seen, 0), $2) WHERE digest = $1", digest[:], at.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("noting the use of a credential: %w", err)
	}
	return nil
}

// RevokeCredential ends a credential; see access.Store. The error for an unknown one wraps
// access.ErrNoEntry.
func (s *Cabinet) RevokeCredential(ctx context.Context, id string, at time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec("UPDATE credential SET revoked = COALESCE(revoked, $2) WHERE id = $1", id, at.UnixMicro())
		if err == nil && changed == 0 {
			err = access.ErrNoEntry
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("revoking credential %s: %w", id, err)
	}
	return nil
}

// SweepCredentials deletes the credentials that ended before an instant: expired, revoked, or links
// that were used; and what founders wrote of whose credentials none is left.
func (s *Cabinet) SweepCredentials(ctx context.Context, before time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("DELETE FROM credential WHERE MIN(expires, COALESCE(revoked, expires), CASE kind WHEN $2 THEN COALESCE(used, expires) ELSE expires END) < $1",
			before.UnixMicro(), access.Link)
		if err == nil {
			_, err = t.Exec(`DELETE FROM secret WHERE substr(name, 1, length($1)) = $1 AND instr(name, '//') > 0
				AND NOT EXISTS (SELECT 1 FROM credential WHERE agreement = '' AND person = substr(secret.name, instr(secret.name, '//') + 2))`, access.OfBeginning)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("deleting old credentials: %w", err)
	}
	return nil
}

// KeepSecret stores a sealed secret; see access.Vault.
func (s *Cabinet) KeepSecret(ctx context.Context, name string, sealed []byte) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("INSERT INTO secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed", name, sealed)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping secret %s: %w", name, err)
	}
	return nil
}

// SealedSecret returns a sealed secret; see access.Vault.
func (s *Cabinet) SealedSecret(ctx context.Context, name string) (sealed []byte, err error) {
	err = s.file.Read.QueryRowContext(ctx, "SELECT sealed FROM secret WHERE name = $1", name).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = access.ErrNoSecret
	}
	if err != nil {
		return nil, fmt.Errorf("reading secret %s: %w", name, err)
	}
	return sealed, nil
}

// LooseSecrets are the names of secrets that begin with a text after which no slash comes.
func (s *Cabinet) LooseSecrets(ctx context.Context, begin string) (names []string, err error) {
	rows, err := s.file.Read.QueryContext(ctx, "SELECT name FROM secret WHERE substr(name, 1, length($1)) = $1 AND instr(substr(name, length($1) + 1), '/') = 0 ORDER BY name", begin)
	if err != nil {
		return nil, fmt.Errorf("reading the names of secrets: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("reading the names of secrets: %w", err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// DropSecret forgets a secret.
func (s *Cabinet) DropSecret(ctx context.Context, name string) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("DELETE FROM secret WHERE name = $1", name)
		return err
	})
	if err != nil {
		return fmt.Errorf("forgetting secret %s: %w", name, err)
	}
	return nil
}

// KeepUpstream stores where a component is served; see gateway.Directory.
func (s *Cabinet) KeepUpstream(ctx context.Context, u egress.Upstream) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec(`INSERT INTO upstream (agreement, component, environment, address, header, sealed) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (agreement, component, environment) DO UPDATE SET address = excluded.address, header = excluded.header, sealed = excluded.sealed`,
			u.Agreement, u.Component, u.Environment, u.Address, u.Header, u.Sealed)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the upstream of %s in %s: %w", u.Component, u.Environment, err)
	}
	return nil
}

// DropUpstream forgets where a component is served, and keeps the answer; see gateway.Directory.
func (s *Cabinet) DropUpstream(ctx context.Context, u egress.Upstream, a access.Answer) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		if _, err := t.Exec("DELETE FROM upstream WHERE agreement = $1 AND component = $2 AND environment = $3", u.Agreement, u.Component, u.Environment); err != nil {
			return err
		}
		return AddAnswer(t, a)
	})
	if err != nil {
		return fmt.Errorf("forgetting the upstream of %s in %s: %w", u.Component, u.Environment, err)
	}
	return nil
}

// Upstreams returns all upstreams, by agreement, component and environment; see gateway.Directory.
func (s *Cabinet) Upstreams(ctx context.Context) ([]egress.Upstream, error) {
	all, err := disk.List(ctx, s.file.Read, "SELECT agreement, component, environment, address, header, sealed FROM upstream ORDER BY agreement, component, environment",
		func(r *sql.Rows) (egress.Upstream, error) {
			var u egress.Upstream
			err := r.Scan(&u.Agreement, &u.Component, &u.Environment, &u.Address, &u.Header, &u.Sealed)
			return u, err
		})
	if err != nil {
		return nil, fmt.Errorf("reading the upstreams: %w", err)
	}
	return all, nil
}
