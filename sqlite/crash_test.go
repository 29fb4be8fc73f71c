package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/agreement"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/meter"
	"entente/meter/metertest"
	"entente/notary/notarytest"
	"entente/sqlite"
	"entente/tests/left"
)

// crashVictim is the variable that makes the test binary a process to be killed.
const crashVictim = "ENTENTE_SQLITE_CRASH_TEST"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashVictim); path != "" {
		if err := appendForEver(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(left.Nothing(m))
}

const crashWriters = 4

// appendForEver opens the database and appends, several ledgers at once, until it is killed. It says
// a line for each thing that the store has said is kept.
func appendForEver(path string) error {
	s, err := sqlite.Open(path)
	if err != nil {
		return err
	}
	failed := make(chan error)
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	for i := range crashWriters {
		go func() { failed <- appendTo(s, agreement.ID(fmt.Sprint("agr_", i)), say) }()
	}
	go func() { failed <- saveUsage(s, say) }()
	return <-failed
}

func appendTo(s *sqlite.Store, id agreement.ID, say func(string, ...any)) error {
	ctx := context.Background()
	a := &notarytest.Author{ID: id}
	if err := a.Read(ctx, s); err != nil {
		return err
	}
	for {
		b, err := a.Next(fmt.Sprint(a.Size()), "and another")
		if err != nil {
			return err
		}
		b = notarytest.Beside(id, b, fmt.Sprint(a.Size()))
		if err := s.Append(ctx, id, a.Size(), b); err != nil {
			return err
		}
		a.Kept(b)
		say("ledger %s %d", id, a.Size())
	}
}

func saveUsage(s *sqlite.Store, say func(string, ...any)) error {
	page, _, err := s.Usage(context.Background(), meter.Query{Limit: meter.MaxLimit})
	if err != nil {
		return err
	}
	for n := len(page); ; n++ {
		if err := s.Save(context.Background(), []meter.Record{metertest.NewRecord(n, meter.Closed)}); err != nil {
			return err
		}
		say("usage x %d", n+1)
		time.Sleep(2 * time.Millisecond)
	}
}

// Whatever the store has said is kept is there after a kill -9, whole and once, round after round.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entente.db")
	said := map[string]int64{}
	for round := range 12 {
		before := said["agr_0"]
		killInTheMiddle(t, path, said)
		if said["agr_0"] == before {
			t.Logf("round %d: killed before anything was appended", round)
		}
		checkAfterCrash(t, path, said)
	}
	if said["agr_0"] == 0 || said["x"] == 0 {
		t.Errorf("nothing was appended in all rounds: %v", said)
	}
	t.Logf("acknowledged in the end: %v", said)
}

// killInTheMiddle runs a victim, kills it at a random moment, and notes what it had said until then.
func killInTheMiddle(t *testing.T, path string, said map[string]int64) {
	t.Helper()
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), crashVictim+"="+path)
	var complaints strings.Builder
	victim.Stderr = &complaints
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var kill *time.Timer
	for lines.Scan() {
		if kill == nil { // from the first line on, so that a slow start does not use the time up
			kill = time.AfterFunc(time.Duration(rand.IntN(60_000))*time.Microsecond, func() { victim.Process.Kill() })
		}
		var what, id string
		var n int64
		if _, err := fmt.Sscan(lines.Text(), &what, &id, &n); err == nil {
			said[id] = max(said[id], n)
		}
	}
	victim.Wait()
	if complaints.Len() > 0 {
		t.Fatalf("the victim complained: %s", &complaints)
	}
}

func checkAfterCrash(t *testing.T, path string, said map[string]int64) {
	t.Helper()
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.CheckIntegrity(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range crashWriters {
		checkLedger(t, s, agreement.ID(fmt.Sprint("agr_", i)), said)
	}
	records := int64(0)
	for q := (meter.Query{Limit: meter.MaxLimit}); ; {
		page, next, err := s.Usage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if records += int64(len(page)); len(page) < q.Limit {
			break
		}
		q.After = next
	}
	if records < said["x"] || records > said["x"]+1 {
		t.Errorf("%d usage records are there, and %d were acknowledged", records, said["x"])
	}
	said["x"] = records
}

func checkLedger(t *testing.T, s *sqlite.Store, id agreement.ID, said map[string]int64) {
	t.Helper()
	a := &notarytest.Author{ID: id}
	if err := a.Read(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	r, err := ledger.Audit(s.Source(t.Context(), id), ledger.Anchors{Agreement: string(id)})
	if err != nil || len(r.Findings) > 0 || r.Size != a.Size() || r.Size > 0 && seal.Digest(r.Root) != a.Root() {
		t.Errorf("%s: size %d, want %d: %v, %v", id, r.Size, a.Size(), r.Findings, err)
	}
	// Two entries at a time, the first batch with one more: never half a batch.
	if a.Size() < said[string(id)] || a.Size() > said[string(id)]+3 || a.Size() > 0 && a.Size()%2 == 0 {
		t.Errorf("%s has %d entries, and %d were acknowledged", id, a.Size(), said[string(id)])
	}
	rows, err := s.Rows(t.Context(), id)
	private, err2 := s.Private(t.Context(), id)
	if batches := int(a.Size() / 2); len(rows) != batches || len(private) != batches || err != nil || err2 != nil {
		t.Errorf("%s: %d rows and %d private values beside %d batches (%v, %v)", id, len(rows), len(private), batches, err, err2)
	}
	said[string(id)] = a.Size()
}
