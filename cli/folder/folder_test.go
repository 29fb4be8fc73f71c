package folder_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/backup"
	"entente/cli/folder"
	"entente/sqlite"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const id = agreement.ID("agr_2x5q2x5q2x5q2x5q")

var made = time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)

func now() time.Time { return made }

// node is the folder of a node that has no agreement yet, with files beside its database.
func node(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, os.MkdirAll(filepath.Join(dir, "documents", "ab"), 0o700))
	store, err := sqlite.Open(filepath.Join(dir, "entente.db"))
	must(t, err)
	must(t, store.Close())
	for name, said := range map[string]string{"kek": "a key", "documents/ab/cdef": "a document", folder.PortsFile: "{}", "lock": "", "half.new": "written just now", ".hidden/x": "of a process"} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(said), 0o600))
	}
	return dir
}

// within are the files under a folder, without the database's.
func within(t testing.TB, dir string) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && e.Type().IsRegular() && !strings.HasPrefix(name, "entente.db") {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	return names
}

func packed(t testing.TB, dir string, key *age.X25519Identity) []byte {
	t.Helper()
	d, err := folder.Open(dir)
	must(t, err)
	var out bytes.Buffer
	w, err := backup.NewWriter(&out, key.Recipient())
	must(t, err)
	m, err := d.Backup(t.Context(), w, "a test", made.Add(time.Millisecond))
	must(t, err)
	must(t, d.Close())
	if !m.Made.Equal(made) || m.Release != "a test" || len(m.Ledgers) != 0 {
		t.Errorf("the manifest is %+v", m)
	}
	return out.Bytes()
}

func newKey(t testing.TB) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	return key
}

// A folder comes back with what lasts in it, and without what means something only while a process runs.
func TestAFolderComesBack(t *testing.T) {
	dir, key := node(t), newKey(t)
	b := packed(t, dir, key)
	back := filepath.Join(t.TempDir(), "back")
	_, verdicts, err := folder.Restore(t.Context(), back, folder.Restoration{From: bytes.NewReader(b), Identities: []age.Identity{key}, Now: now})
	must(t, err)
	if len(verdicts) != 1 || !verdicts[0].OK {
		t.Errorf("the verdicts are %v", verdicts)
	}
	if diff := cmp.Diff([]string{"documents/ab/cdef", "kek"}, within(t, back)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if left, err := os.Stat(back + ".restoring"); err == nil {
		t.Errorf("%s was left", left.Name())
	}
	d, err := folder.Open(back)
	must(t, err)
	defer d.Close()
	if _, err := d.Agreements(t.Context()); err == nil || !strings.Contains(err.Error(), "no agreement in this folder") {
		t.Errorf("its agreements: %v", err)
	}
	if strays, err := d.Strays(t.Context()); err != nil || len(strays) != 2 || !strings.Contains(strays[1].Why, "No entry names these") || !strings.Contains(strays[1].Why, "cdef") {
		t.Errorf("its strays: %v %v", strays, err)
	}
}

// What cannot be brought back whole leaves nothing behind, and takes nothing away.
func TestWhatIsNotRestored(t *testing.T) {
	dir, key := node(t), newKey(t)
	b := packed(t, dir, key)
	spoilt := bytes.Clone(b)
	spoilt[len(spoilt)/2] ^= 1
	for _, c := range []struct {
		name  string
		from  []byte
		key   *age.X25519Identity
		there string // a file that is in the way
		held  [][]byte
		says  string
	}{
		{"cut short", b[:len(b)-1], key, "", nil, "not whole"},
		{"changed", spoilt, key, "", nil, "not whole"},
		{"no backup", []byte("PK"), key, "", nil, ""},
		{"of another key", b, newKey(t), "", nil, "not encrypted to this key"},
		{"a folder with something in it", b, key, "to/mine", nil, "is not empty"},
		{"an attempt before", b, key, "to.restoring/half", nil, "an earlier attempt"},
		{"a checkpoint of nothing in it", b, key, "", [][]byte{[]byte("a note\n")}, "The held checkpoint 1: It is no checkpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			room := t.TempDir()
			if c.there != "" {
				must(t, os.MkdirAll(filepath.Dir(filepath.Join(room, c.there)), 0o700))
				must(t, os.WriteFile(filepath.Join(room, c.there), nil, 0o600))
			}
			before := within(t, room)
			_, verdicts, err := folder.Restore(t.Context(), filepath.Join(room, "to"), folder.Restoration{From: bytes.NewReader(c.from), Identities: []age.Identity{c.key}, Held: c.held, Now: now})
			said := ""
			if err != nil {
				said = err.Error()
			}
			for _, v := range verdicts {
				if !v.OK {
					said += v.Subject + ": " + v.Why
				}
			}
			if said == "" || !strings.Contains(said, c.says) {
				t.Errorf("it says %q", said)
			}
			if diff := cmp.Diff(before, within(t, room)); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(6, len(within(t, dir))); diff != "" {
		t.Errorf("the folder that was packed has changed: %s", diff)
	}
}

// Where there is no node, none is made by looking.
func TestNoNodeIsMadeByLooking(t *testing.T) {
	dir := t.TempDir()
	if _, err := folder.Open(dir); err == nil || !strings.Contains(err.Error(), "there is no node in "+dir) {
		t.Errorf("it says %v", err)
	}
	if left := within(t, dir); len(left) > 0 {
		t.Errorf("there is %v", left)
	}
}

// Whoever was erased stays so, whatever is noted after, each once; a file that says something else is neither read
// nor written over.
func TestWhoWasErasedIsKept(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		must(t, err)
		all := map[string]bool{}
		person := rapid.Custom(func(r *rapid.T) string { return "per_" + rapid.StringMatching(`[a-z2-7]{1,3}`).Draw(r, "name") })
		for _, some := range rapid.SliceOfN(rapid.SliceOf(person), 1, 5).Draw(r, "noted") {
			must(t, folder.NoteErased(dir, id, some))
			for _, one := range some {
				all[one] = true
			}
			got, err := folder.Erased(dir, id)
			must(t, err)
			if len(got) != len(all) || !slices.IsSorted(got) || slices.ContainsFunc(got, func(p string) bool { return !all[p] }) {
				r.Fatalf("%v of %v are kept", got, all)
			}
		}
		if other, err := folder.Erased(dir, "agr_other"); err != nil || other != nil {
			r.Fatalf("of another agreement: %v %v", other, err)
		}
	})
	dir := t.TempDir()
	must(t, folder.NoteErased(dir, id, []string{"per_a"}))
	file := filepath.Join(dir, "erased", string(id))
	if at, err := os.Stat(file); err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("its file is %v, %v", at, err)
	}
	const other = "per_a\nMara Voss\n"
	must(t, os.WriteFile(file, []byte(other), 0o600))
	if err := folder.NoteErased(dir, id, []string{"per_b"}); err == nil || !strings.Contains(err.Error(), `"Mara" is no pseudonym`) {
		t.Errorf("it says %v", err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != other {
		t.Errorf("it became %q, %v", now, err)
	}
}

// The last checkpoint takes the place of the one before, for its agreement alone.
func TestTheLastConfirmationIsKept(t *testing.T) {
	dir := t.TempDir()
	for _, signed := range []string{"first\n", "second\n"} {
		must(t, folder.Confirm(dir, id, []byte(signed)))
	}
	must(t, folder.Confirm(dir, "agr_other", []byte("other\n")))
	if got, err := os.ReadFile(filepath.Join(dir, folder.ConfirmedDir, string(id))); err != nil || string(got) != "second\n" {
		t.Errorf("there is %q, %v", got, err)
	}
	if diff := cmp.Diff([]string{"confirmed/agr_2x5q2x5q2x5q2x5q", "confirmed/agr_other"}, within(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
