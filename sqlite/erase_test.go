package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"entente/access"
	"entente/sqlite"
)

// While somebody reads the database as it was, its journal cannot be emptied, and writing waits for
// nobody; it is emptied afterwards.
func TestScrubbingWaitsForNoReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	s, err := sqlite.Open(path)
	ok(t, err)
	defer s.Close()
	ok(t, s.KeepCredential(t.Context(), access.Credential{ID: "cred_1", Agreement: "agr_a", Person: "per_a"}, access.Answer{}))
	db, err := sql.Open("sqlite", path)
	ok(t, err)
	defer db.Close()
	reading, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	ok(t, err)
	var n int
	ok(t, reading.QueryRow("SELECT COUNT(*) FROM credential").Scan(&n))
	ok(t, s.KeepSecret(t.Context(), "one", []byte("sealed")))
	began := time.Now()
	if err := s.Scrub(t.Context()); err == nil {
		t.Error("the journal was emptied under a reader")
	}
	ok(t, s.KeepSecret(t.Context(), "two", []byte("sealed")))
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("writing waited for %s", took)
	}
	ok(t, reading.Rollback())
	ok(t, s.Scrub(t.Context()))
	ok(t, s.Scrub(t.Context())) // nothing is left to do
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
