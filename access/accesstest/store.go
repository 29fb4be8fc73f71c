package accesstest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
)

// A Store keeps credentials and sealed secrets in memory. The zero value is ready.
type Store struct {
	mu      sync.Mutex
	kept    []access.Credential
	answers map[[2]string]access.Answer
	secrets map[string][]byte
}

func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	s.mu.Lock()
	return s.mu.Unlock, ctx.Err()
}

func (s *Store) by(match func(access.Credential) bool) *access.Credential {
	if i := slices.IndexFunc(s.kept, match); i >= 0 {
		return &s.kept[i]
	}
	return nil
}

func (s *Store) byDigest(d access.KeyDigest) *access.Credential {
	return s.by(func(c access.Credential) bool { return c.Digest.Equal(d) })
}

func (s *Store) byID(id string) *access.Credential {
	return s.by(func(c access.Credential) bool { return c.ID == id })
}

// KeepCredential stores a new credential; see access.Store.
func (s *Store) KeepCredential(ctx context.Context, c access.Credential, a access.Answer) error {
	unlock, err := s.lock(ctx)
	defer unlock()
	if err != nil {
		return err
	}
	if s.byDigest(c.Digest) != nil || s.byID(c.ID) != nil {
		return errors.New("the credential " + c.ID + " is kept already")
	}
	if a.Key != "" {
		if _, again := s.answers[[2]string{a.Scope, a.Key}]; again {
			return errors.New("the key " + a.Key + " is answered already")
		}
		if s.answers == nil {
			s.answers = map[[2]string]access.Answer{}
		}
		s.answers[[2]string{a.Scope, a.Key}] = a
	}
	s.kept = append(s.kept, c)
	return nil
}

// Credentials lists the credentials of a person, or of all people of an agreement; see access.Store.
func (s *Store) Credentials(ctx context.Context, id agreement.ID, person string) ([]access.Credential, error) {
	unlock, err := s.lock(ctx)
	defer unlock()
	if err != nil {
		return nil, err
	}
	var all []access.Credential
	for _, c := range s.kept {
		if c.Agreement == id && (person == "" || c.Person == person) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b access.Credential) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// FindCredential finds a credential by its digest; see access.Store.
func (s *Store) FindCredential(ctx context.Context, digest access.KeyDigest) (access.Credential, bool, error) {
	unlock, err := s.lock(ctx)
	defer unlock()
	c := s.byDigest(digest)
	if err != nil || c == nil {
		return access.Credential{}, false, err
	}
	return *c, true, nil
}

// UseCredential marks a credential as used, for exactly one caller; see access.Store.
func (s *Store) UseCredential(ctx context.Context, digest access.KeyDigest, at time.Time) (bool, error) {
	unlock, err := s.lock(ctx)
	defer unlock()
	c := s.byDigest(digest)
	if err != nil || c == nil || !c.Used.IsZero() || !c.Revoked.IsZero() {
		return false, err
	}
	c.Used = at
	return true, nil
}

// SeeCredential notes that a session was used; see access.Store.
func (s *Store) SeeCredential(ctx context.Context, digest access.KeyDigest, at time.Time) error {
	unlock, err := s.lock(ctx)
	defer unlock()
	if c := s.byDigest(digest); err == nil && c != nil && c.Seen.Before(at) {
		c.Seen = at
	}
	return err
}

// RevokeCredential ends a credential; see access.Store.
func (s *Store) RevokeCredential(ctx context.Context, id string, at time.Time) error {
	unlock, err := s.lock(ctx)
	defer unlock()
	c := s.byID(id)
	switch {
	case err != nil:
		return err
	case c == nil:
		return access.ErrNoEntry
	case c.Revoked.IsZero():
		c.Revoked = at
	}
	return nil
}

// KeepSecret stores a sealed secret; see access.Vault.
func (s *Store) KeepSecret(ctx context.Context, name string, sealed []byte) error {
	unlock, err := s.lock(ctx)
	defer unlock()
	if err != nil {
		return err
	}
	if s.secrets == nil {
		s.secrets = map[string][]byte{}
	}
	s.secrets[name] = slices.Clone(sealed)
	return nil
}

// SealedSecret returns a sealed secret; see access.Vault.
func (s *Store) SealedSecret(ctx context.Context, name string) ([]byte, error) {
	unlock, err := s.lock(ctx)
	defer unlock()
	if err != nil {
		return nil, err
	}
	sealed, ok := s.secrets[name]
	if !ok {
		return nil, access.ErrNoSecret
	}
	return slices.Clone(sealed), nil
}
