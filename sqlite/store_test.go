package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/access/accesstest"
	"entente/egress"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/meter"
	"entente/meter/metertest"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/sqlite"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/mod/modfile"
)

// tamper changes the database as somebody with the file in hand would.
func tamper(t *testing.T, path, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func put(t testing.TB, s *sqlite.Store, a *notarytest.Author, b notary.Batch) {
	t.Helper()
	if err := s.Append(context.Background(), a.ID, a.Size(), b); err != nil {
		t.Fatal(err)
	}
	a.Kept(b)
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "entente.db")
	s := openAt(t, path)
	put(t, s, &notarytest.Author{ID: "agr_1"}, (&notarytest.Author{ID: "agr_1"}).Batch(t, "one"))
	for name, want := range map[string]fs.FileMode{path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, filepath.Dir(path): 0o700, filepath.Dir(filepath.Dir(path)): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v (%v), want %v", name, info, err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	openAt(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file from a backup stays readable: %v (%v)", info, err)
	}
}

func TestAFolderThatEveryoneCanWriteToIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(filepath.Join(dir, "entente.db")); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("got %v", err)
	}
}

func TestPathsAreTakenAsTheyAre(t *testing.T) {
	for _, name := range []string{"with space.db", "100%.db", "a?mode=memory&x.db", "#1.db", "ü;'.db"} {
		path := filepath.Join(t.TempDir(), name)
		if err := openAt(t, path).KeepSecret(t.Context(), "k", []byte("x")); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsNotADatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database\n", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want an error with the path", err)
	}
}

func TestADatabaseOfANewerReleaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	if err := openAt(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, path).Close() // opening again is well
	tamper(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	if _, err := sqlite.Open(path); !errors.Is(err, sqlite.ErrNewer) || !strings.Contains(err.Error(), "9999") {
		t.Errorf("got %v, want ErrNewer", err)
	}
}

func TestIntegrity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	s := openAt(t, path)
	a := &notarytest.Author{ID: "agr_1"}
	for range 60 { // so that the second half of the file is data, not the form of the tables
		put(t, s, a, a.Batch(t, make([]string, 10)...))
	}
	if err := s.CheckIntegrity(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
		t.Errorf("after the end there is also %v", left)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := f.Stat()
	for at := info.Size() * 3 / 4 / 4096 * 4096; at < info.Size(); at += 4096 {
		if _, err := f.WriteAt([]byte(strings.Repeat("damage", 20)), at); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	if err := openAt(t, path).CheckIntegrity(t.Context()); err == nil {
		t.Error("a damaged file was found whole")
	}
}

// Whatever is changed in the tables of a ledger by hand is found by an audit, and located.
func TestTamperingIsLocated(t *testing.T) {
	for _, c := range []struct {
		name, query string
		args        []any
		where       string
	}{
		{"a leaf changed", "UPDATE leaf SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"n5\"', '\"n6\"') AS BLOB) WHERE position = 6", nil, "entry 6"},
		{"a leaf gone from the middle", "DELETE FROM leaf WHERE position = 4", nil, "entry 4"},
		{"the last leaf gone", "DELETE FROM leaf WHERE position = 10", nil, "entry 10"},
		{"the last leaf gone, and the size set back", "DELETE FROM leaf WHERE position = 10; UPDATE agreement SET size = 10", nil, "checkpoint 10"},
		{"leaves exchanged", "UPDATE leaf SET position = -position; UPDATE leaf SET position = 14 - (-position)", nil, ""},
		{"a leaf added", "INSERT INTO leaf SELECT agreement, 11, bytes FROM leaf WHERE position = 10", nil, "hash 19"},
		{"a hash changed", "UPDATE hash SET bytes = zeroblob(32) WHERE idx = 7", nil, "hash 7"},
		{"a hash cut short", "UPDATE hash SET bytes = x'00' WHERE idx = 7", nil, "hash 7"},
		{"a hash gone", "DELETE FROM hash WHERE idx = 7", nil, "hash 7"},
		{"a checkpoint changed", "UPDATE checkpoint SET bytes = CAST(replace(CAST(bytes AS TEXT), 'agr_1', 'agr_2') AS BLOB) WHERE size = 3", nil, "checkpoint 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "entente.db")
			s := openAt(t, path)
			a := &notarytest.Author{ID: "agr_1"}
			put(t, s, a, a.Batch(t))
			for i := range 10 {
				put(t, s, a, a.Batch(t, fmt.Sprint("n", i)))
			}
			if c.name == "leaves exchanged" {
				c.query = "UPDATE leaf SET bytes = CASE position WHEN 4 THEN $1 ELSE $2 END WHERE position IN (4, 6)"
				leaves, err := s.Leaves(t.Context(), "agr_1", 0)
				if err != nil {
					t.Fatal(err)
				}
				c.args, c.where = []any{[]byte(leaves[6]), []byte(leaves[4])}, "entry 4"
			}
			tamper(t, path, c.query, c.args...)
			r, err := ledger.Audit(s.Source(t.Context(), "agr_1"), ledger.Anchors{Agreement: "agr_1"})
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range r.Findings {
				found = append(found, f.Where)
			}
			if !strings.Contains(strings.Join(found, ", ")+",", c.where+",") {
				t.Errorf("found %v, want %s", r.Findings, c.where)
			}
		})
	}
}

func TestAGapIsNotReadOver(t *testing.T) {
	for gone := range 4 { // the first, in the middle, the last
		path := filepath.Join(t.TempDir(), "entente.db")
		s := openAt(t, path)
		a := &notarytest.Author{ID: "agr_1"}
		put(t, s, a, a.Batch(t, "one", "two", "three"))
		tamper(t, path, "DELETE FROM leaf WHERE position = $1", gone)
		if _, err := s.Leaves(t.Context(), "agr_1", 0); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("entry %d is missing", gone)) {
			t.Errorf("entry %d: got %v", gone, err)
		}
	}
}

// What is added while a ledger is audited does not look like damage.
func TestASourceStandsStill(t *testing.T) {
	s := open(t)
	a := &notarytest.Author{ID: "agr_1"}
	put(t, s, a, a.Batch(t, "one"))
	growing := grower{s.Source(t.Context(), "agr_1"), func() { put(t, s, a, a.Batch(t, "more")) }}
	r, err := ledger.Audit(growing, ledger.Anchors{Agreement: "agr_1"})
	if err != nil || len(r.Findings) > 0 || r.Size != 2 || len(r.Checkpoints) != 1 {
		t.Errorf("size %d, %d checkpoints, %v, %v", r.Size, len(r.Checkpoints), r.Findings, err)
	}
	if a.Size() < 4 {
		t.Errorf("only %d entries: nothing was added meanwhile", a.Size())
	}
}

type grower struct {
	ledger.Source
	grow func()
}

func (g grower) Leaves(start, end int64) ([]ledger.Leaf, error) {
	g.grow()
	return g.Source.Leaves(start, end)
}

func (g grower) Checkpoints() ([][]byte, error) {
	g.grow()
	return g.Source.Checkpoints()
}

func TestEverythingOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	s := openAt(t, path)
	a := &notarytest.Author{ID: "agr_1"}
	b := notarytest.Beside("agr_1", a.Batch(t, "one"), "k")
	put(t, s, a, b)
	s.Close()
	s = openAt(t, path)
	put(t, s, a, a.Batch(t, "two"))
	rows, err := s.Rows(t.Context(), "agr_1")
	answer, ok, err2 := s.Answer(t.Context(), b.Answer.Scope, "k")
	if diff := cmp.Diff(map[string]string{"key/k": `{"key":"k"}`}, rows); diff != "" || err != nil || !ok || err2 != nil || answer.Request != b.Answer.Request {
		t.Errorf("rows %v (%v), answer %v (%t, %v)", rows, err, answer, ok, err2)
	}
	if r, err := ledger.Audit(s.Source(t.Context(), "agr_1"), ledger.Anchors{}); err != nil || len(r.Findings) > 0 || r.Size != 3 {
		t.Errorf("%v, %v", r.Findings, err)
	}
}

func TestSweepDeletesOldAnswersOnly(t *testing.T) {
	s := open(t)
	a := &notarytest.Author{ID: "agr_1"}
	for i := range 4 {
		b := notarytest.Beside("agr_1", a.Batch(t, "x"), fmt.Sprint(i))
		b.Answer.At = notarytest.Day.AddDate(0, 0, i)
		put(t, s, a, b)
	}
	if err := s.SweepAnswers(t.Context(), notarytest.Day.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if _, ok, err := s.Answer(t.Context(), "agr_1/a", fmt.Sprint(i)); err != nil || ok != (i >= 2) {
			t.Errorf("the answer of day %d is there: %t (%v)", i, ok, err)
		}
	}
}

func TestUpstreams(t *testing.T) {
	s := open(t)
	want := []egress.Upstream{
		{Agreement: "agr_1", Component: "chat", Environment: "production", Address: "https://api.example/v1", Header: "Authorization", Sealed: []byte("sealed\x00")},
		{Agreement: "agr_1", Component: "chat", Environment: "test", Address: "https://test.example"},
		{Agreement: "agr_2", Component: "chat", Environment: "test", Address: "https://other.example", Header: "x-api-key", Sealed: []byte("s")},
	}
	earlier := want[1]
	earlier.Header, earlier.Sealed = "x-api-key", []byte("old")
	for _, u := range append([]egress.Upstream{earlier, want[2]}, want...) {
		if err := s.KeepUpstream(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Upstreams(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	gone := egress.Upstream{Agreement: "agr_1", Component: "chat", Environment: "test"}
	answer := access.Answer{Scope: "agr_1/a", Key: "k", Request: seal.Sum([]byte("r")), Response: []byte("sealed"), At: notarytest.Day}
	for _, a := range []access.Answer{answer, {}} { // forgetting again changes nothing
		if err := s.DropUpstream(t.Context(), gone, a); err != nil {
			t.Fatal(err)
		}
	}
	kept, ok, err := s.Answer(t.Context(), "agr_1/a", "k")
	if diff := cmp.Diff(answer, kept); diff != "" || !ok || err != nil {
		t.Errorf("the answer beside it: %t, %v (-want +got):\n%s", ok, err, diff)
	}
	if err := s.DropUpstream(t.Context(), want[0], answer); err == nil { // its answer cannot be kept, so it stays
		t.Error("a key was answered twice")
	}
	got, err = s.Upstreams(t.Context())
	if diff := cmp.Diff([]egress.Upstream{want[0], want[2]}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// A credential that has ended is kept until it is swept, and one that opens something always.
func TestSweepDeletesEndedCredentialsOnly(t *testing.T) {
	s := open(t)
	day := func(n int) time.Time { return notarytest.Day.AddDate(0, 0, n) }
	keep := func(i int, kind access.Kind, expires, used, revoked time.Time) string {
		c := accesstest.NewCredential(i)
		c.Agreement, c.Kind, c.Expires, c.Used, c.Revoked = "agr_1", kind, expires, used, revoked
		if err := s.KeepCredential(t.Context(), c, access.Answer{}); err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	keep(1, access.API, day(1), time.Time{}, time.Time{})
	keep(2, access.API, day(100), time.Time{}, day(1))
	keep(3, access.Link, day(100), day(1), time.Time{})
	want := []string{
		keep(4, access.API, day(100), time.Time{}, time.Time{}),
		keep(5, access.Session, day(3), time.Time{}, time.Time{}),
		keep(6, access.API, day(100), time.Time{}, day(3)),
	}
	if err := s.SweepCredentials(t.Context(), day(2)); err != nil {
		t.Fatal(err)
	}
	left, err := s.Credentials(t.Context(), "agr_1", "")
	var got []string
	for _, c := range left {
		got = append(got, c.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// What a founder wrote goes when the last of their credentials does, and what others wrote stays.
func TestSweepingWhatFoundersWrote(t *testing.T) {
	s := open(t)
	of := func(n int, person string, end time.Time) {
		c := accesstest.NewCredential(n)
		c.Agreement, c.Person, c.Expires = "", person, end
		if err := s.KeepCredential(t.Context(), c, access.Answer{}); err != nil {
			t.Fatal(err)
		}
	}
	day := func(n int) time.Time { return notarytest.Day.AddDate(0, 0, n) }
	of(1, "gone@x.example", day(1))
	of(2, "here@x.example", day(1))
	of(3, "here@x.example", day(9))
	names := map[string]bool{"beginning//gone@x.example": false, "beginning-attachment-3//gone@x.example": false, "beginning//here@x.example": true,
		"beginning/agr_1/per_1": true, "draft/agr_1/per_1": true, "key/agr_1/a/entries": true}
	for name := range names {
		if err := s.KeepSecret(t.Context(), name, []byte("sealed")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SweepCredentials(t.Context(), day(5)); err != nil {
		t.Fatal(err)
	}
	for name, stays := range names {
		if _, err := s.SealedSecret(t.Context(), name); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer that leaves no entry in a ledger is kept once, alone or with a credential.
func TestAnswersOfNoLedger(t *testing.T) {
	s := open(t)
	alone := access.Answer{Scope: "operator", Key: "k", Request: seal.Sum([]byte("r")), Response: []byte("sealed\x00"), At: notarytest.Day}
	beside := alone
	beside.Key = "with a credential"
	if err := errors.Join(s.KeepAnswer(t.Context(), alone), s.KeepCredential(t.Context(), accesstest.NewCredential(1), beside)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []access.Answer{alone, beside} {
		got, ok, err := s.Answer(t.Context(), want.Scope, want.Key)
		if diff := cmp.Diff(want, got); diff != "" || !ok || err != nil {
			t.Fatalf("%t, %v (-want +got):\n%s", ok, err, diff)
		}
	}
	if s.KeepAnswer(t.Context(), alone) == nil || s.KeepCredential(t.Context(), accesstest.NewCredential(2), beside) == nil {
		t.Error("a key was answered twice")
	}
}

func TestRefusalsAddUp(t *testing.T) {
	s := open(t)
	r := func(day, agreement, code string, count int64) meter.Refusal {
		return meter.Refusal{Day: day, Agreement: agreement, Component: "chat", Environment: "production", Clause: "2.2", Code: code, Count: count}
	}
	batch := []meter.Refusal{r("2026-11-23", "agr_1", "milestones-open", 2), r("2026-11-23", "agr_1", "purpose", 1),
		r("2026-11-24", "agr_1", "purpose", 5), r("2026-11-24", "agr_2", "purpose", 7), r("2026-11-24", "", "no-key", 1)}
	for _, b := range []struct {
		source string
		number int64
	}{{"run 1", 1}, {"run 1", 1}, {"run 1", 2}, {"run 2", 1}, {"run 1", 1}, {"run 2", 1}} { // three batches, some of them again
		if err := s.SaveRefusals(t.Context(), b.source, b.number, batch); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		agreement, from, to string
		want                []meter.Refusal
	}{
		{"agr_1", "", "", []meter.Refusal{r("2026-11-23", "agr_1", "milestones-open", 6), r("2026-11-23", "agr_1", "purpose", 3), r("2026-11-24", "agr_1", "purpose", 15)}},
		{"agr_1", "2026-11-24", "2026-11-24", []meter.Refusal{r("2026-11-24", "agr_1", "purpose", 15)}},
		{"agr_1", "2026-11-25", "", nil},
		{"agr_1", "", "2026-11-22", nil},
		{"", "", "", []meter.Refusal{r("2026-11-24", "", "no-key", 3)}},
	} {
		got, err := s.Refusals(t.Context(), c.agreement, c.from, c.to)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%q from %q to %q: %v (-want +got):\n%s", c.agreement, c.from, c.to, err, diff)
		}
	}
}

// A zone whose days begin at no quarter of an hour is added up exactly too.
func TestSummaryInAnOddZone(t *testing.T) {
	s := open(t)
	odd := time.FixedZone("odd", 3*3600+7*60+41)
	tally := meter.Tally{Zone: odd}
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, odd)
	for n, offset := range []time.Duration{-time.Second, -time.Microsecond, 0, time.Microsecond, 10 * time.Minute, -10 * time.Minute} {
		r := metertest.NewRecord(n, meter.Closed)
		r.Opened = midnight.Add(offset).UTC()
		r.Closed = r.Opened
		tally.Add(r)
		if err := s.Save(t.Context(), []meter.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Summary(t.Context(), meter.Query{Zone: odd})
	if diff := cmp.Diff(tally.Sums(), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// The driver is C translated to Go; upstream says that its library must be of the very version that
// it was made with.
func TestTheDriverHasItsOwnLibrary(t *testing.T) {
	list, err := exec.Command("go", "list", "-m", "-f", "{{.Version}} {{.GoMod}}", "modernc.org/libc", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(list)) // versions and paths of the two
	content, err := os.ReadFile(words[3])
	if err != nil {
		t.Fatal(err)
	}
	m, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(m.Require, func(r *modfile.Require) bool { return r.Mod.Path == "modernc.org/libc" })
	if i < 0 || m.Require[i].Mod.Version != words[0] {
		t.Errorf("modernc.org/sqlite needs %v, and go.mod has libc %s", m.Require, words[0])
	}
}
