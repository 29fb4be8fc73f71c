package events_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/events"
	"entente/events/eventstest"

	"github.com/google/go-cmp/cmp"
)

const id = eventstest.ID

// A hall serves the streams of one agreement.
type hall struct {
	*events.Streams
	url    string
	refuse context.CancelFunc // readers may not read on
	mu     sync.Mutex
	ended  []error
}

func newHall(t *testing.T, entries int64, filler string) *hall {
	l := &eventstest.Ledger{Filler: filler}
	l.Grow(t, entries)
	h := &hall{Streams: &events.Streams{Reader: l.Reader(), Bell: &events.Bell{}}}
	permit, refuse := context.WithCancel(context.Background())
	h.refuse = refuse
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seat, err := h.Enter(r.RemoteAddr)
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		defer seat.Leave()
		err = seat.Serve(w, r, events.Wish{Agreement: id, After: events.Beginning, May: func(context.Context) error { return permit.Err() }})
		h.mu.Lock()
		defer h.mu.Unlock()
		h.ended = append(h.ended, err)
	}))
	h.url = srv.URL
	t.Cleanup(func() { refuse(); h.Close(); srv.Close() })
	return h
}

func (h *hall) ends() []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]error(nil), h.ended...)
}

// connect opens a stream as a plain connection, of which nothing is read but what the caller reads.
func (h *hall) connect(t *testing.T) *bufio.Reader {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: node\r\n\r\n")
	return bufio.NewReaderSize(conn, 16)
}

func line(t *testing.T, r *bufio.Reader, begins string) string {
	t.Helper()
	for {
		text, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("waiting for %q: %v", begins, err)
		}
		if strings.HasPrefix(text, begins) {
			return strings.TrimSpace(text)
		}
	}
}

// A thousand streams are open at a time, each gets everything, and the next is turned away until one ends.
func TestAThousandStreams(t *testing.T) {
	h := newHall(t, 3, "")
	var all []*bufio.Reader
	for range events.MostOpen {
		all = append(all, h.connect(t))
	}
	for i, r := range all {
		if ends := h.ends(); len(ends) > 0 {
			t.Fatal(ends[0])
		}
		for n := range 3 {
			if got, want := line(t, r, "id: "), fmt.Sprintf("id: %s-%d", id, n); got != want {
				t.Fatalf("stream %d: %q, want %q", i, got, want)
			}
		}
	}
	if got := line(t, h.connect(t), "HTTP/1.1 "); !strings.Contains(got, "503") {
		t.Errorf("one more: %s", got)
	}
	h.refuse()
	began := time.Now()
	for len(h.ends()) < events.MostOpen && time.Since(began) < 20*time.Second {
		time.Sleep(50 * time.Millisecond)
	}
	if took := time.Since(began); took > 5*time.Second || len(h.ends()) < events.MostOpen {
		t.Errorf("%d streams ended within %v of their readers' permission", len(h.ends()), took)
	}
	if seat, err := h.Enter("somebody"); err != nil {
		t.Errorf("there is no room though all have left: %v", err)
	} else {
		seat.Leave()
	}
}

// Who reads nothing is cut off after ten seconds, and keeps nobody.
func TestASlowReaderIsCutOff(t *testing.T) {
	t.Parallel()
	h := newHall(t, 2000, strings.Repeat("x", 40_000)) // 80 MB, more than any buffer on the way
	h.connect(t)
	began := time.Now()
	for len(h.ends()) == 0 && time.Since(began) < 30*time.Second {
		time.Sleep(50 * time.Millisecond)
	}
	took := time.Since(began)
	if ends := h.ends(); len(ends) != 1 || ends[0] == nil || took < 9*time.Second || took > 20*time.Second {
		t.Errorf("after %v: %v", took, ends)
	}
}

// A node that ends lets no stream keep it.
func TestClosingEndsEveryStream(t *testing.T) {
	h := newHall(t, 1, "")
	r := h.connect(t)
	line(t, r, "id: ")
	h.Close()
	for began := time.Now(); len(h.ends()) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatal("the stream goes on")
		}
	}
	if _, err := h.Enter("late"); err != events.ErrFull {
		t.Errorf("after the end: %v", err)
	}
}

func TestFilters(t *testing.T) {
	for _, c := range []struct {
		filter events.Filter
		kind   string
		sound  bool
		takes  bool
	}{
		{nil, "entente.term.breach_notified.v1", true, true},
		{events.Filter{"entente.term.*"}, "entente.term.breach_notified.v1", true, true},
		{events.Filter{"entente.term.*"}, "entente.terms.x.v1", true, false},
		{events.Filter{"entente.*"}, "entente.ledger.opened.v1", true, true},
		{events.Filter{"entente.agreement.proposed.v1"}, "entente.agreement.proposed.v10", true, false},
		{events.Filter{"*"}, "", false, false},
		{events.Filter{"entente.te*"}, "", false, false},
		{events.Filter{"term.breach_notified/1"}, "", false, false},
		{make(events.Filter, 51), "", false, false},
	} {
		if err := c.filter.Check(); (err == nil) != c.sound {
			t.Errorf("%v: %v", c.filter, err)
		} else if c.sound && c.filter.Takes(c.kind) != c.takes {
			t.Errorf("%v takes %s: %v", c.filter, c.kind, !c.takes)
		}
	}
}

// Whoever misspells a type is told what they may have meant, and not left waiting for what never comes.
func TestATypeThatDoesNotExistIsRefused(t *testing.T) {
	for _, c := range []struct{ name, given, then string }{
		{"one letter short", "entente.term.breach_notifed.v1", "did you mean entente.term.breach_notified.v1?"},
		{"without its version", "entente.agreement.signed", "did you mean entente.agreement.signed.v1?"},
		{"a version that is not there yet", "entente.agreement.signed.v9", "did you mean entente.agreement.signed.v1?"},
		{"an article without its star", "entente.ledger", "did you mean entente.ledger.*?"},
		{"an article that is misspelt", "entente.temr.*", "did you mean entente.term.*?"},
		{"another act of an article", "entente.ledger.thrown_away_for_good.v1", "those of entente.ledger.* are entente.ledger.key_added.v1, entente.ledger.key_revoked.v1 and entente.ledger.opened.v1"},
		{"another article", "entente.horticulture.*", "write a whole type, or all of an article: entente.agreement.*, "},
		{"beside one that exists", "entente.term.*,entente.terms.*", "did you mean entente.term.*?"},
	} {
		err := events.Filter(strings.Split(c.given, ",")).Check()
		if err == nil || !strings.Contains(err.Error(), c.then) {
			t.Errorf("%s: %v, want %q", c.name, err, c.then)
		}
	}
	for _, kind := range events.Types() {
		if err := (events.Filter{kind}).Check(); err != nil {
			t.Errorf("a filter for %s: %v", kind, err)
		}
	}
}

// The document that customers read lists every type, and none that there is not.
func TestTheDocumentListsEveryType(t *testing.T) {
	text, err := os.ReadFile("../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := regexp.MustCompile(`(?m)^    (entente\.[a-z_.0-9]+)$`).FindAllStringSubmatch(string(text), -1)
	var got []string
	for _, line := range listed {
		got = append(got, line[1])
	}
	if diff := cmp.Diff(events.Types(), got); diff != "" {
		t.Errorf("docs/events.md (- the code, + the document):\n%s", diff)
	}
}

// A place is read in one form only.
func FuzzParsePlace(f *testing.F) {
	for _, s := range []string{"", "agr_aaaaaaaaaaaaaaaa-0", "agr_aaaaaaaaaaaaaaaa-17", "agr_aaaaaaaaaaaaaaaa-017", "agr_aaaaaaaaaaaaaaaa--1", "agr_b-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		place, err := events.ParsePlace(id, text)
		if err == nil && text != "" && events.IDOf(id, int64(place)) != text {
			t.Errorf("%q is read as %d", text, place)
		}
	})
}
