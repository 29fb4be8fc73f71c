package parties

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"entente/access/account"
	"entente/agreement"
	"entente/sqlite/disk"
)

// KeepPasskey stores a new passkey; see account.Passkeys.
func (s *Cabinet) KeepPasskey(ctx context.Context, k account.Passkey) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec(`INSERT INTO passkey (id, credential, agreement, person, name, key, counter, synced, created, used, proven)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12 WHERE (SELECT COUNT(*) FROM passkey WHERE agreement = $3 AND person = $4) < $11
			ON CONFLICT (credential) DO NOTHING`,
			k.ID, k.Credential, k.Agreement, k.Person, k.Name, []byte(k.Key), k.Counter, k.Synced, k.Created.UnixMicro(), disk.Instant(k.Used), account.MostPasskeys, k.Proven)
		if err == nil && changed == 0 {
			err = account.ErrPasskey
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping passkey %s: %w", k.ID, err)
	}
	return nil
}

const passkeyColumns = "SELECT id, credential, agreement, person, name, key, counter, synced, created, used, proven FROM passkey "

func passkeyOf(r *sql.Rows) (account.Passkey, error) {
	var k account.Passkey
	var key []byte
	var created, used sql.NullInt64
	err := r.Scan(&k.ID, &k.Credential, &k.Agreement, &k.Person, &k.Name, &key, &k.Counter, &k.Synced, &created, &used, &k.Proven)
	k.Key, k.Created, k.Used = key, disk.TimeOf(created), disk.TimeOf(used)
	return k, err
}

// PasskeysOf lists a person's passkeys; see account.Passkeys.
func (s *Cabinet) PasskeysOf(ctx context.Context, id agreement.ID, person string) ([]account.Passkey, error) {
	all, err := disk.List(ctx, s.file.Read, passkeyColumns+"WHERE agreement = $1 AND person = $2 ORDER BY created, id", passkeyOf, id, person)
	if err != nil {
		return nil, fmt.Errorf("reading the passkeys of %s: %w", person, err)
	}
	return all, nil
}

// FindPasskey finds a passkey by its credential's id; see account.Passkeys.
func (s *Cabinet) FindPasskey(ctx context.Context, credential []byte) (account.Passkey, bool, error) {
	all, err := disk.List(ctx, s.file.Read, passkeyColumns+"WHERE credential = $1", passkeyOf, credential)
	if err != nil || len(all) == 0 {
		return account.Passkey{}, false, err
	}
	return all[0], true, nil
}

// MovePasskey writes what changes of a passkey; see account.Passkeys.
func (s *Cabinet) MovePasskey(ctx context.Context, k account.Passkey) (found bool, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec("UPDATE passkey SET name = $4, counter = MAX(counter, $5), used = $6 WHERE id = $1 AND agreement = $2 AND person = $3",
			k.ID, k.Agreement, k.Person, k.Name, k.Counter, disk.Instant(k.Used))
		found = changed == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("writing passkey %s: %w", k.ID, err)
	}
	return found, nil
}

// DropPasskey forgets a person's passkey; see account.Passkeys.
func (s *Cabinet) DropPasskey(ctx context.Context, id agreement.ID, person, passkey string) (found bool, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		changed, err := t.Exec("DELETE FROM passkey WHERE id = $1 AND agreement = $2 AND person = $3", passkey, id, person)
		found = changed == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("forgetting passkey %s: %w", passkey, err)
	}
	return found, nil
}

// Count counts a name once more; see account.Spent.
func (s *Cabinet) Count(ctx context.Context, name string, now, until time.Time) (times int, err error) {
	err = s.file.Write(ctx, func(t *disk.Tx) error {
		q, err := t.Prepare(`INSERT INTO spent (name, until, times) VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE SET
			times = CASE WHEN spent.until <= $3 THEN 1 ELSE spent.times + 1 END, until = CASE WHEN spent.until <= $3 THEN excluded.until ELSE spent.until END
			RETURNING times`)
		if err != nil {
			return err
		}
		return q.QueryRowContext(context.Background(), name, until.UnixMicro(), now.UnixMicro()).Scan(&times)
	})
	if err != nil {
		return 0, fmt.Errorf("counting %s: %w", name, err)
	}
	return times, nil
}

// SweepSpent forgets what would not count any more anyway.
func (s *Cabinet) SweepSpent(ctx context.Context, now time.Time) error {
	err := s.file.Write(ctx, func(t *disk.Tx) error {
		_, err := t.Exec("DELETE FROM spent WHERE until < $1", now.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("forgetting what was spent: %w", err)
	}
	return nil
}
