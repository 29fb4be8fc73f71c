package api_test

import (
	"bufio"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"entente/events"

	"github.com/google/go-cmp/cmp"
)

type eventsPage struct {
	Items      []events.Event
	Next, Last string
}

// Every entry is an event, once, in order, whichever way it is read; each names its clause. A filter leaves out
// what is not wanted, and a place of another agreement is none.
func TestEventsAreTheLedger(t *testing.T) {
	h := newHouse(t)
	second := example()
	second.Agreement.Number = "CT-2"
	p, other := h.settle(example()), h.settle(second)
	path := "/api/v1/agreements/" + p.id
	h.ok(p.people[legalA], "POST", path+"/breaches", map[string]string{"what": "late"}, nil)
	var whole eventsPage
	h.ok(p.people[financeB], "GET", path+"/events", nil, &whole)
	var entries struct {
		Items []struct{ Type, Clause string }
	}
	h.ok(p.people[financeB], "GET", path+"/ledger/entries", nil, &entries)
	if len(whole.Items) != len(entries.Items) || whole.Next != "" || whole.Last != whole.Items[len(whole.Items)-1].ID {
		t.Fatalf("%d events of %d entries, next %q, last %q", len(whole.Items), len(entries.Items), whole.Next, whole.Last)
	}
	for i, e := range whole.Items {
		if e.ID != p.id+"-"+strconv.Itoa(i) || e.Type != events.TypeOf(entries.Items[i].Type) || e.Subject != entries.Items[i].Clause || e.SpecVersion != "1.0" || e.Source != "urn:entente:"+p.id || e.Data.Position != int64(i) || e.Time.IsZero() || e.Data.Says == "" {
			t.Errorf("event %d: %+v", i, e)
		}
	}
	last := whole.Items[len(whole.Items)-1]
	if last.Type != "entente.term.breach_notified.v1" || last.Subject != "12.2" || last.Data.ClauseTitle != "Termination for cause" || !strings.HasPrefix(last.Data.Says, "Notice of breach to Party B") {
		t.Errorf("the notice of breach: %+v", last)
	}
	var single []events.Event
	for after := ""; ; {
		var one eventsPage
		h.ok(p.people[financeB], "GET", path+"/events?limit=1&after="+after, nil, &one)
		single = append(single, one.Items...)
		if after = one.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff(whole.Items, single); diff != "" {
		t.Errorf("at once and one by one:\n%s", diff)
	}
	var wanted eventsPage
	h.ok(p.people[financeB], "GET", path+"/events?type=entente.agreement.signed.v1,entente.term.*", nil, &wanted)
	if len(wanted.Items) != 3 || wanted.Items[2].ID != last.ID || wanted.Last != whole.Last {
		t.Errorf("signatures and Article 12: %+v", wanted)
	}
	for _, query := range []string{"after=" + other.id + "-1", "after=nothing", "after=" + p.id + "-01", "type=agreement.signed/1", "type=*"} {
		h.refused(422, "", p.people[financeB], "GET", path+"/events?"+query, nil)
	}
	h.refused(404, "", other.people[financeB], "GET", path+"/events", nil)
	h.refused(403, "7.1", h.operator, "GET", path+"/events", nil)
}

// A follower is an open stream.
type follower struct {
	lines *bufio.Scanner
	close func() error
}

func (h *house) follow(token, path, last string) follower {
	h.t.Helper()
	r, err := http.NewRequest("GET", h.url+path, nil)
	must(h.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept", "text/event-stream")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	must(h.t, err)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		h.t.Fatalf("%s: %d %v", path, res.StatusCode, res.Header)
	}
	h.t.Cleanup(func() { res.Body.Close() })
	return follower{bufio.NewScanner(res.Body), res.Body.Close}
}

// next is the id of the next event; empty when the stream ends.
func (f follower) next() string {
	for f.lines.Scan() {
		if id, ok := strings.CutPrefix(f.lines.Text(), "id: "); ok {
			return id
		}
	}
	return ""
}

// What one party does reaches the other at once; whoever comes again goes on where they were; and a stream ends
// within five seconds of the token that opened it.
func TestAStreamGoesOnWithWhatHappens(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	var before eventsPage
	h.ok(p.people[financeB], "GET", path+"/events", nil, &before)
	f := h.follow(p.people[financeB], path+"/events", before.Last)
	go h.ok(p.people[legalA], "POST", path+"/breaches", map[string]string{"what": "late"}, nil)
	want := p.id + "-" + strconv.Itoa(len(before.Items))
	if got := f.next(); got != want {
		t.Fatalf("the stream goes on with %q, want %q", got, want)
	}
	again := h.follow(p.people[financeB], path+"/events?type=entente.term.*", before.Items[0].ID)
	if got := again.next(); got != want {
		t.Errorf("from the beginning, of Article 12: %q, want %q", got, want)
	}
	var mine struct {
		Items []struct {
			ID    string
			Shown bool
		}
	}
	h.ok(p.people[financeB], "GET", "/api/v1/credentials?limit=500", nil, &mine)
	for _, c := range mine.Items {
		if c.Shown {
			h.ok(p.people[financeB], "DELETE", "/api/v1/credentials/"+c.ID, nil, nil)
		}
	}
	began := time.Now()
	if got := f.next(); got != "" {
		t.Errorf("a stream without a token goes on with %q", got)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the stream ended %v after its token", took)
	}
}

// Nobody takes all streams: a token has so many, and one that ends makes room.
func TestATokenHasSoManyStreams(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id + "/events"
	var open []follower
	for range events.MostOpenEach {
		open = append(open, h.follow(p.people[financeB], path, ""))
	}
	h.refused(429, "", p.people[financeB], "GET", path, nil, "Accept", "text/event-stream")
	h.follow(p.people[financeA], path, "")
	must(t, open[0].close())
	for range 100 {
		if a := h.do(p.people[financeB], "GET", path+"?limit=1", nil); a.status != 200 {
			t.Fatalf("a page beside the streams: %d", a.status)
		}
		time.Sleep(20 * time.Millisecond)
		seat, err := h.streams.Enter("nobody")
		must(t, err)
		seat.Leave()
		r, err := http.NewRequest("GET", h.url+path, nil)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+p.people[financeB])
		r.Header.Set("Accept", "text/event-stream")
		res, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode == 200 {
			return
		}
	}
	t.Error("a stream that has ended made no room")
}
