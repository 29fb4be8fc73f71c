package meter_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/meter"
	"entente/meter/metertest"
	"entente/tests/left"
)

// The tests run this binary again as the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("METER_TEST_VICTIM"); dir != "" {
		fmt.Fprintln(os.Stderr, victim(dir, os.Getenv("METER_TEST_STORE")))
		os.Exit(1)
	}
	os.Exit(left.Nothing(m))
}

// victim meters calls until it is killed, and says on standard output what the meter has promised.
func victim(dir, storeFile string) error {
	c := config(dir, downStore())
	if storeFile != "" {
		c.Store = fileStore(storeFile)
	}
	m, err := meter.Start(c)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for g := range 4 {
		go func() { failed <- promise(m, uint64(g)) }()
	}
	return <-failed
}

func promise(m *meter.Meter, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, uint64(os.Getpid())))
	var held []*meter.Call
	for n := 0; ; n++ {
		call, err := m.Open(request(n))
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stdout, "opened %s\n", call.ID())
		held = append(held, call)
		for len(held) > random.IntN(10) {
			i, size := random.IntN(len(held)), random.Int64N(1<<40)
			r := answer(0)
			r.BytesOut = size
			if err := held[i].Close(r); err != nil {
				return err
			}
			fmt.Fprintf(os.Stdout, "closed %s %d\n", held[i].ID(), size)
			held = append(held[:i], held[i+1:]...)
		}
		if random.IntN(200) == 0 {
			m.Flush(context.Background())
		}
	}
}

// A fileStore appends what it is given to a file, a batch in one write, so that it survives its
// process as a database would. It is only for the victim; load reads it.
type fileStore string

func (f fileStore) Save(_ context.Context, records []meter.Record) error {
	var lines bytes.Buffer
	for _, r := range records {
		if err := json.NewEncoder(&lines).Encode(r); err != nil {
			return err
		}
	}
	file, err := os.OpenFile(string(f), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write(append([]byte("\n"), lines.Bytes()...)) // what a kill cut off stays a line of its own
	return err
}

// Kept reads the file.
func (f fileStore) Kept(_ context.Context, ids []meter.ID) (map[meter.ID]bool, error) {
	raw, err := os.ReadFile(string(f))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	kept := map[meter.ID]bool{}
	for line := range bytes.Lines(raw) {
		var r meter.Record
		if json.Unmarshal(line, &r) == nil && slices.Contains(ids, r.ID) {
			kept[r.ID] = true
		}
	}
	return kept, nil
}

func (f fileStore) Usage(context.Context, meter.Query) ([]meter.Record, string, error) {
	return nil, "", nil
}
func (f fileStore) Summary(context.Context, meter.Query) ([]meter.Sum, error)  { return nil, nil }
func (f fileStore) Recall(context.Context, meter.Recall) ([]meter.Used, error) { return nil, nil }

func (f fileStore) load(t *testing.T) map[meter.ID]meter.Record {
	t.Helper()
	raw, err := os.ReadFile(string(f))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	store := &metertest.Store{}
	for line := range bytes.Lines(raw) {
		var r meter.Record
		if json.Unmarshal(line, &r) != nil {
			continue
		}
		if err := store.Save(t.Context(), []meter.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	return records(store)
}

// runAndKill runs the victim for a moment, kills it without warning and returns what it promised.
func runAndKill(t *testing.T, dir, storeFile string, promised *ledgerOfCalls) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "METER_TEST_VICTIM="+dir, "METER_TEST_STORE="+storeFile)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	hear(t, said, promised, 1)
	time.AfterFunc(time.Duration(rand.IntN(60))*time.Millisecond, func() { cmd.Process.Kill() })
	hear(t, said, promised, 1<<30)
	cmd.Wait()
	if errors.Len() > 0 {
		t.Fatalf("the victim failed by itself: %s", errors.String())
	}
}

// hear takes down so many promises, or all until the end. Half a line at the end promises nothing.
func hear(t *testing.T, said *bufio.Reader, promised *ledgerOfCalls, lines int) {
	t.Helper()
	for ; lines > 0; lines-- {
		line, err := said.ReadString('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		word := strings.Fields(line)
		id, err := meter.ParseID(word[1])
		if err != nil {
			t.Fatal(err)
		}
		if word[0] == "opened" {
			promised.opened[id] = true
			continue
		}
		var size int64
		fmt.Sscan(word[2], &size)
		promised.closed[id] = size
	}
}

func TestKillMinusNineLosesNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		kills int
		file  bool
	}{
		{"with the store down", 6, false},
		{"with the store taking records and segments going", 12, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, promised := t.TempDir(), newLedger()
			file := ""
			if c.file {
				file = filepath.Join(t.TempDir(), "store")
			}
			for range c.kills {
				runAndKill(t, dir, file, promised)
			}
			if !c.file {
				promised.check(t, dir)
			} else {
				m, err := meter.Start(config(dir, fileStore(file)))
				if err != nil {
					t.Fatal(err)
				}
				stop(t, m)
				promised.compare(t, fileStore(file).load(t))
			}
			t.Logf("%d kills: %d calls opened, %d closed, none lost, none doubled", c.kills, len(promised.opened), len(promised.closed))
			if len(promised.closed) < 20*c.kills {
				t.Errorf("only %d calls: the kills proved little", len(promised.closed))
			}
		})
	}
}
