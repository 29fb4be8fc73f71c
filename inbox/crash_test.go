package inbox_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/inbox"
	"entente/sqlite"
	"entente/tests/left"
)

// The tests run this binary again as the node that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("INBOX_TEST_VICTIM"); dir != "" {
		if err := victim(dir, os.Getenv("INBOX_TEST_RELAY")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(left.Nothing(m))
}

// later is when there is much to tell.
var later = start.Add(6 * day)

// victim tells all that there is to tell, and says when it begins and when it is done.
func victim(dir, relay string) error {
	o, err := openOffice(dir, relay, func() time.Time { return later }, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	fmt.Println("begun")
	ctx := context.Background()
	if err := o.postman.Mail.Recover(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{o.planner.Plan, o.postman.Write, o.postman.Mail.Deliver} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	fmt.Println("done")
	return o.store.Close()
}

var itemIn = regexp.MustCompile(`notifications/(itm_[a-z2-7]{16})`)

// Whenever a node is killed while it plans, writes and hands over, the nodes after it tell each thing once: in one
// letter, or in none if nobody can know whether the relay took it.
func TestAKilledNodeTellsNothingTwice(t *testing.T) {
	h := newHouse(t)
	h.sign(agreement.A, agreement.B)
	must(t, h.store.Close())
	kills, done := 0, false
	for round := 0; round < 60 && !done; round++ {
		done = h.kill(time.Duration(rand.IntN(40_000*(1+round/10))) * time.Microsecond)
		if !done {
			kills++
		}
	}
	if !done {
		done = h.kill(time.Hour)
	}
	if !done {
		t.Fatal("the last node was not killed and did not end")
	}
	s, err := sqlite.Open(h.dir + "/entente.db")
	must(t, err)
	defer s.Close()
	seen := map[string]int{}
	for _, l := range h.relay.Letters() {
		for _, found := range itemIn.FindAllStringSubmatch(read(t, l).text, -1) {
			seen[found[1]]++
		}
	}
	told := 0
	for _, m := range h.view().State.Members {
		items, err := s.Items(t.Context(), h.id, m.ID, inbox.Page{Most: 1000})
		must(t, err)
		for _, i := range items {
			told++
			if seen[i.ID] > 1 || i.Letter == "" && i.Step > 0 {
				t.Errorf("%s came in %d letters, and stands as told in %q", i.Says, seen[i.ID], i.Letter)
			}
		}
	}
	t.Logf("killed %d times; %d things in %d letters", kills, told, len(h.relay.Letters()))
	if told < 20 || len(seen) == 0 {
		t.Errorf("only %d things were told, %d of them by letter", told, len(seen))
	}
}

// kill runs a node and kills it so long after it has begun. It reports whether the node was done before.
func (h *house) kill(after time.Duration) (done bool) {
	h.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "INBOX_TEST_VICTIM="+h.dir, "INBOX_TEST_RELAY="+h.relay.Address)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	must(h.t, err)
	must(h.t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch lines.Text() {
		case "begun":
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		case "done":
			done = true
		}
	}
	cmd.Wait()
	if complaints.Len() > 0 {
		h.t.Fatalf("the victim complained: %s", &complaints)
	}
	return done
}

var errKilled = errors.New("killed")

// A failing store stands for a node that is killed at one of the postman's writes, before it or after it.
type failing struct {
	*sqlite.Store
	writes, at int
	after      bool
}

func (f *failing) write(do func() error) error {
	f.writes++
	if f.writes == f.at && f.after {
		return errors.Join(do(), errKilled)
	}
	if f.writes >= f.at {
		return errKilled
	}
	return do()
}

func (f *failing) Assign(ctx context.Context, letter string, items []inbox.Item, at time.Time) (n int, err error) {
	err = f.write(func() error { n, err = f.Store.Assign(ctx, letter, items, at); return err })
	return n, err
}

func (f *failing) Posted(ctx context.Context, letter string, at time.Time) error {
	return f.write(func() error { return f.Store.Posted(ctx, letter, at) })
}

// Whatever write of the postman is the last before a crash, the next start tells everything, and once.
func TestWhateverWriteIsTheLast(t *testing.T) {
	whole := newHouse(t)
	whole.tell()
	want := len(whole.relay.Letters())
	for _, at := range []int{1, 2, 3, 2 * want} {
		for _, after := range []bool{false, true} {
			h := newHouse(t)
			must(t, h.planner.Plan(t.Context()))
			dying := *h.postman
			dying.Store = &failing{Store: h.store, at: at, after: after}
			if err := dying.Write(t.Context()); !errors.Is(err, errKilled) {
				t.Fatalf("write %d: %v", at, err)
			}
			h.now = h.now.Add(time.Minute)
			h.tell()
			h.pass(time.Minute)
			if got := len(h.relay.Letters()); got != want {
				t.Errorf("killed at write %d (after it: %v) %d letters came, want %d", at, after, got, want)
			}
		}
	}
}
