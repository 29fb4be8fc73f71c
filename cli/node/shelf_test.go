package node

import (
	"bytes"
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/acme/autocert"

	"entente/access"
	"entente/sqlite"
)

// What is shelved is there as it was put until it is deleted, and lies in the store sealed under its name.
func TestAShelf(t *testing.T) {
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "entente.db"))
	must(t, err)
	defer store.Close()
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(t, err)
	s, ctx := shelf{store, sealer}, t.Context()
	is := func(name, want string) {
		t.Helper()
		got, err := s.Get(ctx, name)
		if want == "" && !errors.Is(err, autocert.ErrCacheMiss) || want != "" && (err != nil || string(got) != want) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	is("a", "")
	must(t, s.Put(ctx, "a", []byte("a private key")))
	must(t, s.Put(ctx, "b", []byte("another")))
	must(t, s.Put(ctx, "b", []byte("in its place")))
	is("a", "a private key")
	is("b", "in its place")
	sealed, err := store.SealedSecret(ctx, shelved("a"))
	must(t, err)
	if bytes.Contains(sealed, []byte("private")) {
		t.Errorf("it lies there as it is: %s", sealed)
	}
	must(t, store.KeepSecret(ctx, shelved("b"), sealed)) // somebody with the disk puts one in the place of the other
	if got, err := s.Get(ctx, "b"); err == nil || len(got) > 0 {
		t.Errorf("%q was opened under another name", got)
	}
	must(t, s.Delete(ctx, "a"))
	must(t, s.Delete(ctx, "never"))
	is("a", "")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
