package node_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/backup"
	"entente/cli/folder"
	"entente/meter"
	"entente/sqlite"

	"filippo.io/age"
)

// backedUp is a backup of a folder.
func backedUp(t testing.TB, dir string, key *age.X25519Identity) []byte {
	t.Helper()
	d, err := folder.Open(dir)
	ok(t, err)
	var out bytes.Buffer
	w, err := backup.NewWriter(&out, key.Recipient())
	ok(t, err)
	_, err = d.Backup(t.Context(), w, "a test", time.Now())
	ok(t, errors.Join(err, d.Close()))
	if _, err := os.Stat(filepath.Join(dir, ".backup")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy of the database was left: %v", err)
	}
	return out.Bytes()
}

// restored brings a backup back, of which every verdict must hold.
func restored(t testing.TB, b []byte, key *age.X25519Identity, held ...[]byte) (dir string, said string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "restored")
	_, verdicts, err := folder.Restore(t.Context(), dir, folder.Restoration{From: bytes.NewReader(b), Identities: []age.Identity{key}, Held: held, Now: time.Now})
	behind := errors.Is(err, folder.ErrBehind)
	if !behind {
		ok(t, err)
	}
	for i, v := range verdicts {
		if said += v.Why + "\n"; v.OK == (behind && i == len(verdicts)-1) {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	return dir, said
}

// usageIn counts the records of a folder whose node has started and stopped.
func usageIn(t testing.TB, dir string) map[string]int {
	t.Helper()
	ok(t, open(t, dir, 0).Close(t.Context()))
	store, err := sqlite.Open(filepath.Join(dir, "entente.db"))
	ok(t, err)
	defer store.Close()
	found, after := map[string]int{}, ""
	for {
		page, next, err := store.Usage(t.Context(), meter.Query{After: after, Limit: 100})
		ok(t, err)
		if len(page) == 0 {
			return found
		}
		for _, r := range page {
			found[r.ID.String()]++
		}
		after = next
	}
}

// A backup is made while the node serves: every call that was answered before is in it, once, and so is
// nothing twice that came meanwhile.
func TestABackupWhileTheNodeServes(t *testing.T) {
	n, token, dir := serviced(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, someAnswer)
	})
	calls := n.Outside()
	var mu sync.Mutex
	served := map[string]bool{}
	call := func() {
		r := httptest.NewRequest(http.MethodPost, "/summarise/v1/chat/completions", strings.NewReader(someCall))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		calls.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("a call got %d %s", w.Code, w.Body)
		}
		mu.Lock()
		defer mu.Unlock()
		served[w.Header().Get("Entente-Usage-Id")] = true
	}
	var stop atomic.Bool
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for !stop.Load() {
				call()
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	key, err := age.GenerateX25519Identity()
	ok(t, err)
	for range 2 {
		time.Sleep(300 * time.Millisecond)
		mu.Lock()
		var before []string
		for id := range served {
			before = append(before, id)
		}
		mu.Unlock()
		back, _ := restored(t, backedUp(t, dir, key), key)
		found := usageIn(t, back)
		for _, id := range before {
			if found[id] == 0 {
				t.Errorf("call %s was answered before the backup, and is not in it", id)
			}
		}
		for id, times := range found {
			if times != 1 {
				t.Errorf("call %s is there %d times", id, times)
			}
		}
		if len(before) == 0 || len(found) < len(before) {
			t.Errorf("%d calls before, %d in the backup", len(before), len(found))
		}
	}
	stop.Store(true)
	callers.Wait()
	ok(t, n.Close(t.Context()))
}

// A node that is restored from before what the parties confirmed begins read-only; from all that they
// confirmed it goes on.
func TestARestoredNodeThatIsBehindIsReadOnly(t *testing.T) {
	dir, made := seeded(t, 40)
	key, err := age.GenerateX25519Identity()
	ok(t, err)
	early := backedUp(t, dir, key)
	suspended(t, dir, made, "an incident")
	last, err := os.ReadFile(filepath.Join(dir, "confirmed", string(made)))
	ok(t, err)

	for name, tt := range map[string]struct {
		backup   []byte
		readOnly bool
		says     string
	}{
		"before what was confirmed": {early, true, "ROLLBACK SUSPECTED"},
		"all that was confirmed":    {backedUp(t, dir, key), false, "are those that the parties confirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			back, said := restored(t, tt.backup, key, last)
			if !strings.Contains(said, tt.says) {
				t.Errorf("it says %s", said)
			}
			n := open(t, back, 0)
			defer n.Close(t.Context())
			v, err := n.Register.View(made)
			ok(t, err)
			if (v.Broken != nil) != tt.readOnly {
				t.Errorf("broken: %v", v.Broken)
			}
		})
	}
	t.Run("a checkpoint of nothing here", func(t *testing.T) {
		_, verdicts, err := folder.Restore(t.Context(), filepath.Join(t.TempDir(), "x"), folder.Restoration{From: bytes.NewReader(early), Identities: []age.Identity{key}, Held: [][]byte{[]byte("no checkpoint")}, Now: time.Now})
		ok(t, err)
		if v := verdicts[len(verdicts)-1]; v.OK || !strings.Contains(v.Why, "no checkpoint") {
			t.Errorf("%+v", v)
		}
	})
}

// A backup of a store that was tampered with is found out, and nothing of it is left where it was to go.
func TestATamperedBackupIsNotRestored(t *testing.T) {
	dir, id := seeded(t, 40)
	db, err := sql.Open("sqlite", filepath.Join(dir, "entente.db"))
	ok(t, err)
	_, err = db.Exec(`UPDATE leaf SET bytes = CAST(replace(CAST(bytes AS TEXT), '"actor":"', '"actor":"x') AS BLOB) WHERE agreement = $1 AND position = 20`, id)
	ok(t, errors.Join(err, db.Close()))
	key, err := age.GenerateX25519Identity()
	ok(t, err)
	b := backedUp(t, dir, key)
	_, verdicts, err := folder.VerifyBackup(t.Context(), bytes.NewReader(b), time.Now, key)
	ok(t, err)
	bad := 0
	for _, v := range verdicts {
		if !v.OK {
			bad++
		}
	}
	to := filepath.Join(t.TempDir(), "there")
	if _, _, err := folder.Restore(t.Context(), to, folder.Restoration{From: bytes.NewReader(b), Identities: []age.Identity{key}, Now: time.Now}); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(to + "*")
	if bad == 0 || len(left) > 0 {
		t.Errorf("%d faults found, and %v is left", bad, left)
	}
}

// A backup goes into a folder of its own.
func TestAFolderInUseIsNotRestoredInto(t *testing.T) {
	dir := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(dir, "kek"), []byte("a key"), 0o600))
	if _, _, err := folder.Restore(t.Context(), dir, folder.Restoration{}); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("got %v", err)
	}
}
