package console_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
)

// A listener is a page that follows what happens.
type listener struct {
	t   *testing.T
	res *http.Response
	in  *bufio.Reader
}

// listens opens a stream for a browser, over a connection.
func (b *browser) listens(t *testing.T, site *httptest.Server, path string) *listener {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", site.URL+path, nil)
	must(t, err)
	r.Header.Set("Accept-Encoding", "gzip") // as browsers do; a stream passes as it is
	if b.session != "" {
		r.AddCookie(&http.Cookie{Name: "entente_session", Value: b.session})
	}
	res, err := site.Client().Do(r)
	must(t, err)
	t.Cleanup(func() { res.Body.Close() })
	return &listener{t, res, bufio.NewReader(res.Body)}
}

// hears reads up to a line that begins so; the stream's end is not it.
func (l *listener) hears(begins string) string {
	l.t.Helper()
	for {
		text, err := l.in.ReadString('\n')
		if err != nil {
			l.t.Fatalf("waiting for %q: %v", begins, err)
		}
		if strings.HasPrefix(text, begins) {
			return text
		}
	}
}

// ends reads on to the end of the stream.
func (l *listener) ends() {
	l.t.Helper()
	for {
		if _, err := l.in.ReadString('\n'); err != nil {
			return
		}
	}
}

func (h *house) site(t *testing.T) *httptest.Server {
	site := httptest.NewServer(h.handler)
	t.Cleanup(func() { h.streams.Close(); site.Close() })
	return site
}

// A page tells where the stream goes on behind it; what the other party does is told with their name, and
// what oneself does is marked.
func TestWhoIsToldWhatHappens(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	other := h.signed(draft.Example(today))
	site := h.site(t)
	home := "/agreements/" + string(id)
	a, b := h.as(id, agreement.A, agreement.Technical), h.as(id, agreement.B, agreement.Technical)
	for _, path := range []string{home + "/happenings", home + "/components/embed/happenings"} {
		for name, want := range map[*browser]int{h.stranger(): 403, h.as(other, agreement.A, agreement.Technical): 404} {
			if l := name.listens(t, site, path); l.res.StatusCode != want {
				t.Errorf("%s answers %d, want %d", path, l.res.StatusCode, want)
			}
		}
	}
	for _, bad := range []string{"/happenings?after=" + string(other) + "-1", "/happenings?after=x", "/components/nothing/happenings"} {
		if res, _ := a.get(home + bad); res.StatusCode != 404 {
			t.Errorf("%s answers %d", bad, res.StatusCode)
		}
	}
	_, page := a.get(home + "/clauses/2.2")
	_, rest, _ := strings.Cut(page, ` data-follows="`+home+`/happenings" data-after="`)
	after, _, _ := strings.Cut(rest, `"`)
	l := a.listens(t, site, home+"/happenings?after="+after)
	if kind := l.res.Header.Get("Content-Type"); l.res.StatusCode != 200 || kind != "text/event-stream" || l.res.Header.Get("Content-Encoding") != "" {
		t.Fatalf("after %q: %d, %s, %v", after, l.res.StatusCode, kind, l.res.Header)
	}
	b.post(home+"/milestones/completion", completion(1, "api-development"))
	if got := l.hears("data:"); !strings.Contains(got, "(Declan Moran)") || !strings.Contains(got, `"own":false`) {
		t.Errorf("it hears %s", got)
	}
	a.post(home+"/milestones/completion", completion(2, "api-development"))
	if got := l.hears("data:"); !strings.Contains(got, `"own":true`) {
		t.Errorf("of its own act it hears %s", got)
	}
}

// The stream of a session that is ended ends, and so do all when the node does; a page that is left open does not
// keep a session alive, however often it asks.
func TestAStreamEndsWithTheSession(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	site := h.site(t)
	home := "/agreements/" + string(id)
	who := h.holder(id, agreement.A, agreement.Technical)
	a := h.enters(id, who)
	l := a.listens(t, site, home+"/happenings")
	l.hears("data:")
	credentials, err := h.store.Credentials(t.Context(), id, who.ID)
	must(t, err)
	must(t, h.store.RevokeCredential(t.Context(), credentials[len(credentials)-1].ID, h.Now()))
	l.ends()
	if res, _ := a.get(home + "/happenings"); res.StatusCode != 403 {
		t.Errorf("the ended session is answered %d", res.StatusCode)
	}

	left := h.as(id, agreement.B, agreement.Technical)
	left.header.Set("Entente-Unasked", "1")
	for range 13 {
		h.pass(time.Hour)
		left.get(home)
	}
	if res, _ := left.get(home); res.StatusCode != 403 {
		t.Errorf("a page that is left open has kept its session alive for 13 hours: %d", res.StatusCode)
	}

	read := h.as(id, agreement.B, agreement.Technical)
	open := read.listens(t, site, home+"/happenings")
	open.hears("data:")
	h.streams.Close()
	open.ends()
	if res, body := read.get(home + "/happenings"); res.StatusCode != http.StatusTooManyRequests || !strings.Contains(body, "Too many pages are open") {
		t.Errorf("a node that ends answers %d", res.StatusCode)
	}
}

// The page of a component hears of calls, which are in no ledger.
func TestAComponentHearsOfCalls(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	site := h.site(t)
	b := h.as(id, agreement.B, agreement.Technical)
	home := "/agreements/" + string(id)
	_, page := b.get(home + "/components/summarise")
	if !strings.Contains(page, ` data-follows="`+home+`/components/summarise/happenings"`) {
		t.Error("the page follows no stream of its own")
	}
	l := b.listens(t, site, home+"/components/summarise/happenings")
	l.hears("data:")
	h.seen.latest.Add(1)
	l.hears("event: changed")
}
