package sqlite_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/levels"
	"entente/meter"
	"entente/meter/metertest"
	"entente/sqlite"
	"entente/usage"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"
	"golang.org/x/mod/sumdb/tlog"
)

// asBefore makes a database as the releases had it that kept each record as a row of its own.
func asBefore(t *testing.T, path string) *sql.DB {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	return db
}

func insertAsBefore(t *testing.T, db *sql.DB, r meter.Record, stated any) {
	t.Helper()
	closed := any(r.Closed.UnixMicro())
	if r.Closed.IsZero() {
		closed = nil
	}
	args := []any{r.ID.String(), r.Agreement, r.Version, r.Policy, r.Key, r.Party, r.Component, r.Environment, r.Purpose,
		r.DataClass, r.Operation, r.Model, r.Stream, r.ClientRequestID, r.Opened.UnixMicro(), closed, r.State, r.Outcome, r.Status,
		r.FirstByte.Microseconds(), r.Tokens.InputUncached, r.Tokens.CacheRead, r.Tokens.CacheWrite, r.Tokens.Output, r.Tokens.Reasoning,
		r.TokensKnown, r.Estimated, r.AnsweredModel, r.UsageDigest, r.BytesIn, r.BytesOut,
		r.Customer, r.Held.Input, r.Held.Output, r.Held.Bytes, r.Clause, r.Disputed, r.ToolCalls, r.Deviations, r.Units, stated}
	_, err := db.Exec(`INSERT INTO usage (id, agreement, version, policy, key, party, component, environment, purpose,
		data_class, operation, model, stream, client_request, opened, closed, state, outcome, status,
		first_byte, input_uncached, cache_read, cache_write, output, reasoning,
		tokens_known, estimated, answered_model, usage_digest, bytes_in, bytes_out,
		customer, held_input, held_output, held_bytes, clause, disputed, tool_calls, deviations, units, stated)
		VALUES (?`+strings.Repeat(", ?", len(args)-1)+")", args...)
	if err != nil {
		t.Fatal(err)
	}
}

// What an earlier release kept is there, to the record and in the same statements.
func TestUsageOfEarlierReleases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "entente.db")
	db := asBefore(t, path)
	begin := metertest.NewRecord(0, meter.Closed).Opened.Truncate(time.Hour)
	window := func(r meter.Record, n int) commerce.Window {
		return commerce.Window{Component: r.Component, Environment: agreement.Environment(r.Environment), From: begin.Add(time.Duration(n) * time.Hour), To: begin.Add(time.Duration(n+1) * time.Hour)}
	}
	var all []meter.Record
	stated := map[string][]meter.Record{}
	name := func(id string, w commerce.Window) string { return fmt.Sprint(id, w) }
	for n := range 300 {
		r := metertest.NewRecord(n, []meter.State{meter.Closed, meter.Interrupted}[n%2])
		r.Served, r.Item, r.Most = usage.Served{}, "", usage.Bound{} // nobody kept them then
		all = append(all, r)
		var in any
		if h := n / 60; h < 3 {
			if n%7 == 0 {
				h++ // it ended late, so that it is in the next hour's statement
			}
			w := window(r, h)
			in = w.From.UnixMicro()
			stated[name(r.Agreement, w)] = append(stated[name(r.Agreement, w)], r)
			if _, err := db.Exec("INSERT INTO statement (agreement, component, environment, begins, ends, whole) VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING",
				r.Agreement, w.Component, w.Environment, w.From.UnixMicro(), w.To.UnixMicro()); err != nil {
				t.Fatal(err)
			}
		}
		insertAsBefore(t, db, r, in)
	}
	insertAsBefore(t, db, metertest.NewRecord(300, meter.Open), nil)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s := openAt(t, path)
		sameUsage(t, s, all)
		for _, r := range all {
			for h := range 4 {
				w := window(r, h)
				var got []meter.Record
				err := s.Stated(t.Context(), agreement.ID(r.Agreement), w, func(r meter.Record) error {
					got = append(got, r)
					return nil
				})
				if diff := cmp.Diff(stated[name(r.Agreement, w)], got); diff != "" || err != nil {
					t.Fatalf("%s %+v: %v (-want +got):\n%s", r.Agreement, w, err, diff)
				}
			}
		}
		for key, records := range stated {
			for _, r := range records {
				got, w, err := s.Record(t.Context(), r.ID)
				if diff := cmp.Diff(r, got); diff != "" || err != nil || name(r.Agreement, w) != key {
					t.Fatalf("%s in %s: %v (-want +got):\n%s", r.ID, name(r.Agreement, w), err, diff)
				}
			}
		}
		s.Close()
	}
}

func sameUsage(t *testing.T, s *sqlite.Store, want []meter.Record) {
	t.Helper()
	got, _, err := s.Usage(t.Context(), meter.Query{Limit: meter.MaxLimit})
	slices.SortFunc(got, func(a, b meter.Record) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	var tally meter.Tally
	for _, r := range want {
		tally.Add(r)
	}
	sums, err := s.Summary(t.Context(), meter.Query{})
	if diff := cmp.Diff(tally.Sums(), sums); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
}

// A record joins the first statement that is drawn up after it came, and no other, whatever the hour in
// which it was opened.
func TestARecordIsStatedOnce(t *testing.T) {
	s := open(t)
	begin := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	n := 0
	save := func(minute int) meter.Record {
		n++
		r := metertest.NewRecord(n, meter.Closed)
		r.Agreement, r.Component, r.Environment = "agr_1", "chat", "production"
		r.Opened = begin.Add(time.Duration(minute) * time.Minute)
		r.Closed = r.Opened
		if err := s.Save(t.Context(), []meter.Record{r}); err != nil {
			t.Fatal(err)
		}
		return r
	}
	window := func(h int) commerce.Window {
		return commerce.Window{Component: "chat", Environment: agreement.Production, From: begin.Add(time.Duration(h) * time.Hour), To: begin.Add(time.Duration(h+1) * time.Hour)}
	}
	first := func(want time.Time) {
		t.Helper()
		got, err := s.Waiting(t.Context(), "agr_1", begin.Add(4*time.Hour))
		if err != nil || len(got) != 1 || !got[0].First.Equal(want) {
			t.Errorf("waiting: %+v, %v; want %v", got, err, want)
		}
	}
	a, b := save(10), save(70)
	first(a.Opened)
	draw := func(h int) {
		t.Helper()
		for range 2 { // the second changes nothing
			if err := s.Draw(t.Context(), "agr_1", window(h)); err != nil {
				t.Fatal(err)
			}
		}
	}
	draw(0)
	first(b.Opened)
	late, later := save(20), save(80)
	first(late.Opened)
	draw(1)
	first(time.Time{})
	if err := s.KeepBeside(t.Context(), "agr_1", window(1), []tlog.Hash{{1}}, levels.Rollup{}); err != nil {
		t.Fatal(err)
	}
	latest, after := save(30), save(130)
	draw(2)
	for h, want := range [][]meter.Record{{a}, {late, b, later}, {latest, after}, nil} {
		var got []meter.Record
		err := s.Stated(t.Context(), "agr_1", window(h), func(r meter.Record) error {
			got = append(got, r)
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("hour %d: %v (-want +got):\n%s", h, err, diff)
		}
		for _, r := range want {
			if _, w, err := s.Record(t.Context(), r.ID); err != nil || w != window(h) {
				t.Errorf("%s: %+v, %v; want hour %d", r.ID, w, err, h)
			}
		}
	}
}

// Usage that was changed in the file is found without any statement.
func TestTamperingWithUsageIsLocated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	s := openAt(t, path)
	for n := range 3 {
		r := metertest.NewRecord(n, meter.Closed)
		r.Agreement = "agr_1"
		if err := s.Save(t.Context(), []meter.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	changed := metertest.NewRecord(1, meter.Closed)
	changed.BytesOut++
	if found, err := s.Beside(t.Context(), "agr_1"); err != nil || len(found) != 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	tamper(t, path, "UPDATE usage_block SET records = $1 WHERE seq = 2", meter.AppendBlock(nil, []*meter.Record{&changed}))
	if found, err := s.Beside(t.Context(), "agr_1"); err != nil || len(found) != 1 || found[0].Where != "block 2 of its usage" {
		t.Errorf("%+v, %v", found, err)
	}
}

// unmake drops the tables and columns that the migrations make from a version on, the latest first.
func unmake(t *testing.T, from int) (changes []string) {
	t.Helper()
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(names)
	for _, name := range names {
		if filepath.Base(name) < fmt.Sprintf("%05d", from) {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, made := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(string(b), -1) {
			changes = append(changes, "DROP TABLE "+made[1])
		}
		for _, made := range regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+)`).FindAllStringSubmatch(string(b), -1) {
			changes = append(changes, "ALTER TABLE "+made[1]+" DROP COLUMN "+made[2])
		}
	}
	return changes
}

// The sums of a release that did not say how much of them is estimated are made anew.
func TestSumsOfEarlierReleases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "entente.db")
	s := openAt(t, path)
	var all []meter.Record
	for n := range 200 {
		all = append(all, metertest.NewRecord(n, []meter.State{meter.Closed, meter.Interrupted}[n%2]))
	}
	if err := s.Save(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	s.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range append(unmake(t, 16), "ALTER TABLE usage_sum DROP COLUMN estimated_input", "ALTER TABLE usage_sum DROP COLUMN estimated_output", "ALTER TABLE usage_sum DROP COLUMN over_input",
		"ALTER TABLE usage_sum DROP COLUMN over_output", "ALTER TABLE refused DROP COLUMN item", "DELETE FROM goose_db_version WHERE version_id >= 15") {
		if _, err := db.Exec(change); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	sameUsage(t, openAt(t, path), all)
}
