package statement_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/ledger/seal"
	"entente/levels"
	"entente/meter"
	"entente/receipt"
	"entente/statement"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
)

// sealed are the statements in the ledger, hours and days.
func (h *house) sealed(t testing.TB) (hours []commerce.UsageSealed, days []commerce.DaySealed) {
	t.Helper()
	leaves, err := h.store.Leaves(t.Context(), h.id, 0)
	must(t, err)
	for _, leaf := range leaves {
		e, err := receipt.Statements(leaf)
		must(t, err)
		switch e := e.(type) {
		case commerce.UsageSealed:
			hours = append(hours, e)
		case commerce.DaySealed:
			days = append(days, e)
		}
	}
	return hours, days
}

// state has everything stated that is due so long after the hour in which the tests begin.
func (h *house) state(t testing.TB, after time.Duration) {
	t.Helper()
	h.clerk = h.newClerk(h.clerk.Store)
	h.at = hour.Add(after)
	must(t, h.clerk.State(t.Context()))
}

// hour is one in which the agreement is in force.
var hour = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAnHourIsStatedWhenItIsOver(t *testing.T) {
	h := newHouse(t)
	h.call(t, hour.Add(time.Minute), time.Second)
	h.call(t, hour.Add(59*time.Minute), 30*time.Second)
	h.call(t, hour.Add(3*time.Hour), time.Second)
	h.state(t, time.Hour) // over, but its last calls may be on their way
	if hours, _ := h.sealed(t); len(hours) != 0 {
		t.Fatalf("stated too early: %+v", hours)
	}
	h.state(t, time.Hour+2*time.Minute)
	h.state(t, time.Hour+3*time.Minute)
	h.state(t, 2*time.Hour+3*time.Minute) // an hour without calls
	hours, _ := h.sealed(t)
	if len(hours) != 1 || hours[0].Records != 2 || hours[0].OK != 2 || hours[0].Output != 14 || hours[0].Late != 0 || !hours[0].From.Equal(hour) || !hours[0].To.Equal(hour.Add(time.Hour)) {
		t.Fatalf("stated: %+v", hours)
	}
	h.state(t, 4*time.Hour+2*time.Minute)
	h.state(t, 14*time.Hour)
	hours, days := h.sealed(t)
	if len(hours) != 2 || len(days) != 1 || days[0].Hours != 2 || days[0].Records != 3 || days[0].Day != "2026-11-23" {
		t.Errorf("hours %+v\ndays %+v", hours, days)
	}
}

func TestAnHourWaitsForItsCalls(t *testing.T) {
	h := newHouse(t)
	h.call(t, hour.Add(time.Minute), time.Second)
	open := h.call(t, hour.Add(30*time.Minute), 0)
	h.state(t, time.Hour+5*time.Minute)
	if hours, _ := h.sealed(t); len(hours) != 0 {
		t.Fatalf("stated while a call was open: %+v", hours)
	}
	h.state(t, 2*time.Hour+2*time.Minute)
	hours, _ := h.sealed(t)
	if len(hours) != 1 || hours[0].Records != 1 {
		t.Fatalf("not stated after an hour of waiting: %+v", hours)
	}
	h.save(t, ended(open, 100*time.Minute))
	h.state(t, 3*time.Hour+2*time.Minute)
	hours, _ = h.sealed(t)
	if len(hours) != 2 || hours[1].Records != 1 || hours[1].Late != 1 || !hours[1].From.Equal(hour.Add(time.Hour)) {
		t.Errorf("the late call: %+v", hours)
	}
}

// A fragile store fails at the step that comes up, once for each step.
type fragile struct {
	statement.Store
	step, fail int
}

var errCrash = errors.New("the process ended")

func (f *fragile) crash() error {
	f.step++
	if f.step == f.fail {
		return errCrash
	}
	return nil
}

func (f *fragile) Draw(ctx context.Context, id agreement.ID, w commerce.Window) error {
	if err := f.crash(); err != nil {
		return err
	}
	return errors.Join(f.Store.Draw(ctx, id, w), f.crash())
}

func (f *fragile) KeepBeside(ctx context.Context, id agreement.ID, w commerce.Window, hashes []tlog.Hash, r levels.Rollup) error {
	if err := f.crash(); err != nil {
		return err
	}
	return errors.Join(f.Store.KeepBeside(ctx, id, w, hashes, r), f.crash())
}

func TestAStatementThatACrashInterruptsIsCompletedAsItWasBegun(t *testing.T) {
	for fail := 1; fail <= 4; fail++ {
		h := newHouse(t)
		h.call(t, hour.Add(time.Minute), time.Second)
		late := h.call(t, hour.Add(2*time.Minute), 0)
		h.clerk = h.newClerk(&fragile{Store: h.store, fail: fail})
		h.at = hour.Add(2*time.Hour + 2*time.Minute)
		if err := h.clerk.State(t.Context()); !errors.Is(err, errCrash) {
			t.Fatalf("step %d: %v", fail, err)
		}
		h.save(t, ended(late, time.Minute))
		h.clerk.Store = h.store
		h.state(t, 3*time.Hour+3*time.Minute)
		h.state(t, 4*time.Hour+3*time.Minute)
		hours, _ := h.sealed(t)
		total := int64(0)
		for _, s := range hours {
			total += s.Records
			h.intact(t, s)
		}
		if total != 2 {
			t.Errorf("step %d: %d calls are stated: %+v", fail, total, hours)
		}
		if begun := fail > 1; begun && hours[0].Records != 1 {
			t.Errorf("step %d: a record joined a statement that was drawn up: %+v", fail, hours)
		}
	}
}

// intact holds a statement to the records in the store.
func (h *house) intact(t testing.TB, e commerce.UsageSealed) {
	t.Helper()
	s := receipt.Statement{Window: commerce.Window{Component: e.Component, Environment: e.Environment, From: e.From, To: e.To}}
	must(t, h.store.Stated(t.Context(), h.id, s.Window, s.Add))
	if diff := cmp.Diff(e.Stated, s.Stated); diff != "" || s.Root().String() != e.Root {
		t.Errorf("the statement and the store differ:\n%s", diff)
	}
}

func TestAReceiptProvesACallWithoutANode(t *testing.T) {
	h := newHouse(t)
	var calls []meter.Record
	for i := range 7 {
		calls = append(calls, h.call(t, hour.Add(time.Duration(i)*time.Minute), time.Second))
	}
	desk := statement.Desk{Store: h.store, Source: h.store.Source}
	if _, err := desk.Receipt(t.Context(), h.id, calls[3].ID); !errors.Is(err, receipt.ErrUnsealed) {
		t.Errorf("before it is sealed: %v", err)
	}
	h.state(t, 2*time.Hour)
	opened, _ := h.view(t).Keyring.Opened()
	for _, c := range calls {
		r, err := desk.Receipt(t.Context(), h.id, c.ID)
		must(t, err)
		b, err := r.Bytes()
		must(t, err)
		r, err = receipt.Parse([]byte(strings.ReplaceAll(string(b), ",", ",\n ")))
		must(t, err)
		for _, v := range r.Verify(opened.Log) {
			if !v.OK {
				t.Errorf("%s: %s", v.Subject, v.Why)
			}
		}
		tampered := r
		tampered.Record = []byte(strings.Replace(string(r.Record), `"output":"7"`, `"output":"8"`, 1))
		refuted(t, tampered, opened.Log, "was changed")
		refuted(t, r, seal.VKey{Origin: "other", Kind: seal.LogKind, Public: opened.Log.Public}, "you named")
		tampered = r
		tampered.Index = (r.Index + 1) % 7
		refuted(t, tampered, opened.Log, "was changed")
		tampered = r
		tampered.Statement.Leaf = []byte(strings.Replace(string(r.Statement.Leaf), `"output":"49"`, `"output":"50"`, 1))
		refuted(t, tampered, opened.Log, "does not show")
	}
	if _, err := desk.Receipt(t.Context(), "agr_other", calls[0].ID); !errors.Is(err, statement.ErrNoRecord) {
		t.Errorf("for another agreement: %v", err)
	}
}

func refuted(t testing.TB, r receipt.Receipt, log seal.VKey, why string) {
	t.Helper()
	verdicts := r.Verify(log)
	if last := verdicts[len(verdicts)-1]; last.OK || !strings.Contains(last.Why, why) {
		t.Errorf("want a verdict that says %q: %+v", why, last)
	}
}

func TestTheRecordThatDiffersIsNamed(t *testing.T) {
	h := newHouse(t)
	var calls []meter.Record
	for i := range 5 {
		calls = append(calls, h.call(t, hour.Add(time.Duration(i)*time.Minute), time.Second))
	}
	h.state(t, 2*time.Hour)
	hours, _ := h.sealed(t)
	desk := statement.Desk{Store: h.store, Source: h.store.Source}
	changed := calls[2]
	changed.Tokens.Output = 1
	for _, change := range []struct {
		sql  string
		arg  any
		want string
	}{
		{"", nil, ""},
		{"UPDATE usage_block SET records = $1 WHERE seq = 3", meter.AppendBlock(nil, []*meter.Record{&changed}), calls[2].ID.String() + " is not as it was sealed"},
		{"DELETE FROM usage_block WHERE seq = $1", 4, "1 of the records that were sealed are gone"},
		{"UPDATE statement SET hashes = zeroblob($1)", 160, "nobody can tell which"},
	} {
		if change.sql != "" {
			h.tamper(t, change.sql, change.arg)
		}
		found, err := desk.Check(t.Context(), h.id, hours[0])
		must(t, err)
		if got := strings.Join(found, "; "); !strings.Contains(got, change.want) || (change.want == "") != (got == "") {
			t.Errorf("after %q: %q, want %q", change.sql, got, change.want)
		}
	}
}

func (h *house) tamper(t testing.TB, query string, arg any) {
	t.Helper()
	db, err := sql.Open("sqlite", h.path)
	must(t, err)
	defer db.Close()
	_, err = db.Exec(query, arg)
	must(t, err)
}

func TestServiceLevelsComeFromStatements(t *testing.T) {
	h := newHouse(t)
	for i := range 30 {
		r := h.call(t, hour.Add(time.Duration(i)*time.Minute), 0)
		r = ended(r, 500*time.Millisecond)
		if i%10 == 0 {
			r.Outcome = meter.UpstreamError
		}
		must(t, h.store.Save(t.Context(), []meter.Record{r}))
	}
	desk := statement.Desk{Store: h.store, Source: h.store.Source}
	at := hour.Add(5 * time.Hour)
	before, err := desk.Levels(t.Context(), h.view(t).State, at)
	must(t, err)
	h.state(t, 5*time.Hour)
	after, err := desk.Levels(t.Context(), h.view(t).State, at)
	must(t, err)
	if len(before) == 0 || before[0].Calls.Made != 0 || !before[0].Kept() {
		t.Errorf("before anything is stated: %+v", before[0])
	}
	m := after[0]
	if m.Component != "summarise" || m.Environment != agreement.Production || m.Calls.Made != 30 || m.Calls.Faults != 3 || m.Down != 3 || m.Kept() || !m.To.Equal(hour.Add(3*time.Hour)) {
		t.Errorf("measured: %+v", m)
	}
}
