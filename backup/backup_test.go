package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"entente/backup"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var made = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newKey(t testing.TB) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	return key
}

// packed is a backup of some files.
func packed(t testing.TB, key *age.X25519Identity, files [][2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := backup.NewWriter(&out, key.Recipient())
	must(t, err)
	for _, f := range files {
		must(t, w.Add(f[0], bytes.NewReader([]byte(f[1])), int64(len(f[1]))))
	}
	_, err = w.Close(backup.Manifest{Made: made, Release: "a test", Ledgers: []backup.Ledger{{Agreement: "agr_a", Size: 3, Root: "cm9vdA==", Checkpoint: "signed\n"}}})
	must(t, err)
	return out.Bytes()
}

// noise does not compress, so that a backup of it has several of the chunks that age authenticates.
func noise() string {
	b := make([]byte, 200_000)
	mathrand.NewChaCha8([32]byte{}).Read(b)
	return string(b)
}

var some = [][2]string{{"documents/00/00", noise()}, {"kek", "a key"}, {"usage/0000000000000001.segment", string(make([]byte, 70_000))}, {"documents/ab/abcd", "terms"}, {"entente.db", ""}}

// What is packed comes back byte for byte, for its owner alone.
func TestWhatIsPackedComesBack(t *testing.T) {
	key := newKey(t)
	rapid.Check(t, func(r *rapid.T) {
		files := rapid.SliceOfNDistinct(rapid.Custom(func(r *rapid.T) [2]string {
			return [2]string{rapid.StringMatching(`([a-z]{1,8}/){0,3}[a-z0-9]{1,12}`).Draw(r, "name") + ".f", string(rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(r, "content"))}
		}), 0, 12, func(f [2]string) string { return f[0] }).Draw(r, "files")
		dir, err := os.MkdirTemp(t.TempDir(), "")
		must(t, err)
		m, err := backup.Unpack(bytes.NewReader(packed(t, key, files)), dir, newKey(t), key)
		if err != nil {
			r.Fatal(err)
		}
		var got [][2]string
		for _, f := range m.Files {
			b, err := os.ReadFile(filepath.Join(dir, f.Name))
			must(t, err)
			info, err := os.Stat(filepath.Join(dir, f.Name))
			must(t, err)
			if info.Mode().Perm() != 0o600 || f.Size != int64(len(b)) {
				r.Fatalf("%+v: %s", f, info.Mode())
			}
			got = append(got, [2]string{f.Name, string(b)})
		}
		if diff := cmp.Diff(files, got); diff != "" && len(files) > 0 {
			r.Fatalf("(-packed +unpacked):\n%s", diff)
		}
		if m.Format != backup.Format || !m.Made.Equal(made) || len(m.Ledgers) != 1 || m.Ledgers[0].Size != 3 {
			r.Fatalf("%+v", m)
		}
	})
}

// A backup that was cut short, lengthened or changed in any byte is refused, and so is another's key.
func TestADamagedBackupIsRefused(t *testing.T) {
	key := newKey(t)
	whole := packed(t, key, some)
	if _, err := backup.Unpack(bytes.NewReader(whole), t.TempDir(), newKey(t)); !errors.Is(err, backup.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	refused := func(what string, b []byte) {
		t.Helper()
		if _, err := backup.Unpack(bytes.NewReader(b), t.TempDir(), key); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for at := 0; at < len(whole); at += 1 + len(whole)/97 {
		refused("cut", whole[:at])
		changed := slices.Clone(whole)
		changed[at] ^= 1
		refused("changed", changed)
	}
	refused("lengthened", append(slices.Clone(whole), 0))
}

// An archive made by somebody else writes nothing outside the folder and nothing that its manifest does not name.
func TestAHostileArchiveIsRefused(t *testing.T) {
	key := newKey(t)
	file := func(name, content string) func(*tar.Writer) {
		return func(w *tar.Writer) {
			must(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o777}))
			_, err := io.WriteString(w, content)
			must(t, err)
		}
	}
	manifest := func(m any) func(*tar.Writer) {
		b, err := json.Marshal(m)
		must(t, err)
		return file("manifest.json", string(b))
	}
	empty := backup.Manifest{Format: backup.Format, Ledgers: []backup.Ledger{}, Files: []backup.File{}}
	nothing := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	twice := empty
	twice.Files = []backup.File{{"a", 0, nothing}, {"a", 0, nothing}}
	for name, parts := range map[string][]func(*tar.Writer){
		"no manifest":       {file("kek", "x")},
		"a path out of it":  {file("../kek", "x"), manifest(empty)},
		"an absolute path":  {file("/etc/kek", "x"), manifest(empty)},
		"a path that winds": {file("a/../kek", "x"), manifest(empty)},
		"a file not named":  {file("kek", "x"), manifest(empty)},
		"a file twice":      {file("a", ""), file("a", ""), manifest(twice)},
		"a file behind it":  {manifest(empty), file("kek", "x")},
		"an unknown member": {manifest(map[string]any{"format": backup.Format, "made": made, "release": "", "ledgers": []any{}, "files": []any{}, "more": 1})},
		"another form":      {manifest(map[string]any{"format": "entente-backup/9"})},
		"a symbolic link": {func(w *tar.Writer) {
			must(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "a", Linkname: "/etc"}))
		}, manifest(empty)},
		"a manifest unmatched": {manifest(backup.Manifest{Format: backup.Format, Files: []backup.File{{"kek", 1, nothing}}})},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			sealed, err := age.Encrypt(&out, key.Recipient())
			must(t, err)
			zipped := gzip.NewWriter(sealed)
			w := tar.NewWriter(zipped)
			for _, part := range parts {
				part(w)
			}
			must(t, errors.Join(w.Close(), zipped.Close(), sealed.Close()))
			dir := filepath.Join(t.TempDir(), "in")
			must(t, os.Mkdir(dir, 0o700))
			if m, err := backup.Unpack(&out, dir, key); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%v %+v", err, m)
			}
			if beside, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(beside) != 1 {
				t.Errorf("something stands outside the folder: %v (%v)", beside, err)
			}
		})
	}
}
