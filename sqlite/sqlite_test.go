package sqlite_test

import (
	"path/filepath"
	"testing"

	"entente/access/accesstest"
	"entente/meter"
	"entente/meter/metertest"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/sqlite"
)

func open(t testing.TB) *sqlite.Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "data", "entente.db"))
}

func openAt(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestIsAJournal(t *testing.T) {
	notarytest.Run(t, func(t *testing.T) notary.Journal { return open(t) })
}

func TestIsAUsageStore(t *testing.T) {
	metertest.Run(t, func(t *testing.T) meter.Store { return open(t) })
}

func TestIsAStoreOfCredentials(t *testing.T) {
	accesstest.Run(t, func(t *testing.T) accesstest.Keeper { return open(t) })
}
