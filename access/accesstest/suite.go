// Package accesstest holds the suite that every store of credentials and sealed secrets has to
// pass, and one in memory.
package accesstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/ledger/seal"

	"github.com/google/go-cmp/cmp"
)

// A Keeper keeps credentials and sealed secrets.
type Keeper interface {
	access.Store
	access.Vault
}

// Run holds a store to the words of access.Store and access.Vault. open returns an empty store.
func Run(t *testing.T, open func(t *testing.T) Keeper) {
	for _, rule := range []struct {
		name  string
		check func(*testing.T, Keeper)
	}{
		{"a credential comes back by its digest", comesBack},
		{"an unknown digest is no error", unknown},
		{"a credential is kept once", keptOnce},
		{"a session was never seen earlier than before", seen},
		{"a credential is used by exactly one caller", usedOnce},
		{"a revoked credential is used by no one", revokedUnused},
		{"revoking again changes nothing", revokedOnce},
		{"a person's credentials are listed, and an agreement's", listed},
		{"a credential whose answer cannot be kept is not kept", together},
		{"a secret comes back as it was sealed", secrets},
		{"a secret that is not there is ErrNoSecret", noSecret},
		{"a context that has ended is an error and changes nothing", ended},
	} {
		t.Run(rule.name, func(t *testing.T) { rule.check(t, open(t)) })
	}
}

var day = time.Date(2026, 11, 23, 9, 0, 0, 123456000, time.UTC)

// NewCredential returns the n-th of a row of different credentials.
func NewCredential(n int) access.Credential {
	return access.Credential{ID: fmt.Sprintf("cred_%d", n), Kind: []access.Kind{access.API, access.Link, access.Session}[n%3],
		Digest: sha256.Sum256([]byte{byte(n)}), Agreement: agreement.ID(fmt.Sprintf("agr_%d", n%2)), Person: fmt.Sprintf("per_%d", n),
		Label: fmt.Sprintf("laptop no. %d's", n), Scope: access.NewScope(n%2 == 0, []string{"usage"}), Proven: []string{"", "tag"}[n%2], Created: day, Expires: day.Add(time.Duration(n+1) * time.Hour)}
}

func keep(t *testing.T, s Keeper, all ...access.Credential) {
	t.Helper()
	for _, c := range all {
		if err := s.KeepCredential(t.Context(), c, access.Answer{}); err != nil {
			t.Fatalf("KeepCredential: %v", err)
		}
	}
}

func find(t *testing.T, s Keeper, want access.Credential) {
	t.Helper()
	got, ok, err := s.FindCredential(t.Context(), want.Digest)
	if err != nil || !ok {
		t.Fatalf("%s: found %t, %v", want.ID, ok, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", want.ID, diff)
	}
}

func comesBack(t *testing.T, s Keeper) {
	var all []access.Credential
	for n := range 7 {
		all = append(all, NewCredential(n))
	}
	all[4].Used, all[5].Revoked, all[6].Seen = day.Add(time.Minute), day.Add(time.Second), day.Add(time.Hour)
	keep(t, s, all...)
	for _, c := range all {
		find(t, s, c)
	}
}

func unknown(t *testing.T, s Keeper) {
	keep(t, s, NewCredential(1))
	digest := NewCredential(2).Digest
	if c, ok, err := s.FindCredential(t.Context(), digest); ok || err != nil || c != (access.Credential{}) {
		t.Errorf("found %v, %t, %v", c, ok, err)
	}
	if first, err := s.UseCredential(t.Context(), digest, day); first || err != nil {
		t.Errorf("used: %t, %v", first, err)
	}
	if err := s.SeeCredential(t.Context(), digest, day); err != nil {
		t.Errorf("seen: %v", err)
	}
	if err := s.RevokeCredential(t.Context(), "cred_2", day); !errors.Is(err, access.ErrNoEntry) {
		t.Errorf("revoked: %v, want ErrNoEntry", err)
	}
}

// seen is never earlier than it was.
func seen(t *testing.T, s Keeper) {
	c := NewCredential(1)
	keep(t, s, c)
	for _, at := range []time.Duration{time.Hour, 2 * time.Hour, time.Minute} {
		if err := s.SeeCredential(t.Context(), c.Digest, day.Add(at)); err != nil {
			t.Fatal(err)
		}
		c.Seen = day.Add(max(at, c.Seen.Sub(day)))
		find(t, s, c)
	}
}

func keptOnce(t *testing.T, s Keeper) {
	c := NewCredential(1)
	keep(t, s, c)
	sameID, sameDigest := NewCredential(2), NewCredential(3)
	sameID.ID, sameDigest.Digest = c.ID, c.Digest
	for _, again := range []access.Credential{sameID, sameDigest} {
		if err := s.KeepCredential(t.Context(), again, access.Answer{}); err == nil {
			t.Errorf("%s was kept beside %s", again.ID, c.ID)
		}
	}
	find(t, s, c)
}

func listed(t *testing.T, s Keeper) {
	var all []access.Credential
	for n := range 6 {
		c := NewCredential(n)
		c.Agreement, c.Person, c.Created = "agr_1", fmt.Sprintf("per_%d", n%2), day.Add(time.Duration(-n/2)*time.Minute)
		if n == 5 {
			c.Agreement = "agr_2"
		}
		all = append(all, c)
	}
	keep(t, s, all...)
	for _, tt := range []struct {
		id     agreement.ID
		person string
		want   []access.Credential
	}{
		{"agr_1", "per_0", []access.Credential{all[4], all[2], all[0]}},
		{"agr_1", "per_1", []access.Credential{all[3], all[1]}},
		{"agr_1", "", []access.Credential{all[4], all[2], all[3], all[0], all[1]}},
		{"agr_1", "per_2", nil},
		{"agr_3", "", nil},
	} {
		got, err := s.Credentials(t.Context(), tt.id, tt.person)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s of %s: %v (-want +got):\n%s", tt.person, tt.id, err, diff)
		}
	}
}

func together(t *testing.T, s Keeper) {
	a := access.Answer{Scope: "agr_1/a", Key: "k", Request: seal.Sum([]byte("request")), Response: []byte("sealed"), At: day}
	first, second := NewCredential(1), NewCredential(2)
	if err := s.KeepCredential(t.Context(), first, a); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepCredential(t.Context(), second, a); err == nil {
		t.Error("one key has two answers")
	}
	if _, ok, err := s.FindCredential(t.Context(), second.Digest); ok || err != nil {
		t.Errorf("the credential is kept without its answer: %t, %v", ok, err)
	}
	find(t, s, first)
}

func usedOnce(t *testing.T, s Keeper) {
	c, other := NewCredential(1), NewCredential(4)
	keep(t, s, c, other)
	var firsts atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			first, err := s.UseCredential(context.Background(), c.Digest, day.Add(time.Minute))
			if err != nil {
				t.Errorf("UseCredential: %v", err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	all.Wait()
	if n := firsts.Load(); n != 1 {
		t.Errorf("%d callers were first", n)
	}
	c.Used = day.Add(time.Minute)
	find(t, s, c)
	find(t, s, other)
}

func revokedUnused(t *testing.T, s Keeper) {
	c := NewCredential(1)
	keep(t, s, c)
	if err := s.RevokeCredential(t.Context(), c.ID, day.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if first, err := s.UseCredential(t.Context(), c.Digest, day.Add(time.Minute)); first || err != nil {
		t.Errorf("used: %t, %v", first, err)
	}
	c.Revoked = day.Add(time.Second)
	find(t, s, c)
}

func revokedOnce(t *testing.T, s Keeper) {
	c, other := NewCredential(1), NewCredential(2)
	keep(t, s, c, other)
	for i := range 3 {
		if err := s.RevokeCredential(t.Context(), c.ID, day.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	c.Revoked = day
	find(t, s, c)
	find(t, s, other)
}

func secrets(t *testing.T, s Keeper) {
	want := map[string][]byte{"key/agr_1/a/entries": []byte("sealed.v1.…"), "key/agr_1/b/entries": {0, 255, 0}, "": []byte("nameless")}
	for name, sealed := range want {
		if err := s.KeepSecret(t.Context(), name, slices.Clone(sealed)); err != nil {
			t.Fatal(err)
		}
	}
	want[""] = []byte("another")
	if err := s.KeepSecret(t.Context(), "", want[""]); err != nil {
		t.Fatal(err)
	}
	for name, sealed := range want {
		if got, err := s.SealedSecret(t.Context(), name); err != nil || !bytes.Equal(got, sealed) {
			t.Errorf("secret %q: %q, %v, want %q", name, got, err, sealed)
		}
	}
}

func noSecret(t *testing.T, s Keeper) {
	if got, err := s.SealedSecret(t.Context(), "key/agr_1"); !errors.Is(err, access.ErrNoSecret) || got != nil {
		t.Errorf("got %q, %v, want ErrNoSecret", got, err)
	}
}

func ended(t *testing.T, s Keeper) {
	c := NewCredential(1)
	keep(t, s, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, found := s.FindCredential(ctx, c.Digest)
	_, used := s.UseCredential(ctx, c.Digest, day)
	_, sealed := s.SealedSecret(ctx, "key")
	for name, err := range map[string]error{"FindCredential": found, "UseCredential": used, "SealedSecret": sealed, "KeepSecret": s.KeepSecret(ctx, "key", nil),
		"KeepCredential": s.KeepCredential(ctx, NewCredential(2), access.Answer{}), "RevokeCredential": s.RevokeCredential(ctx, c.ID, day)} {
		if err == nil || errors.Is(err, access.ErrNoSecret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	find(t, s, c)
}
