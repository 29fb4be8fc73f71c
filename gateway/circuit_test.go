package gateway_test

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/egress"
	"entente/gateway"
	"entente/meter"
)

// After five calls in a row without an answer the service counts as out: calls are refused at once,
// with the time to wait, and are on record as the provider's failures. Then one call tries again.
func TestAnUpstreamThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	h := newHouse(t, quick)
	var reached atomic.Int32
	silent := func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		panic(http.ErrAbortHandler)
	}
	expect := func(when string, status, calls int) {
		t.Helper()
		before := reached.Load()
		if got := h.status("summarise"); got != status || int(reached.Load()-before) != calls {
			t.Errorf("%s: status %d after %d calls to the service, want %d after %d", when, got, reached.Load()-before, status, calls)
		}
	}
	h.answers(silent)
	for range 5 {
		expect("a failure", 502, 1)
	}
	r := h.call("POST", chat, "summarise", ask(true))
	p := r.problem(t)
	if r.StatusCode != 503 || p.Code != "upstream-down" || p.Clause != "" || r.Header.Get("Retry-After") != "10" || reached.Load() != 5 {
		t.Errorf("%d %s after %d calls to the service, Retry-After %q", r.StatusCode, r.body, reached.Load(), r.Header.Get("Retry-After"))
	}
	if d := cmp.Diff([]gateway.Outage{{Component: "summarise", Environment: string(agreement.Production), Since: noon}}, h.upstreams.Outages(theAgreement)); d != "" {
		t.Error(d)
	}
	if got := h.call("POST", chat, "summarise test", ask(false)); got.StatusCode != 502 {
		t.Errorf("the other environment has a service of its own: %d", got.StatusCode)
	}
	h.pass(9 * time.Second)
	expect("too early", 503, 0)
	h.pass(time.Second)
	expect("the one that tries", 502, 1)
	expect("after it", 503, 0)
	h.pass(-24 * time.Hour) // a clock set back does not keep the service out for a day
	expect("the one that tries again", 502, 1)
	h.answers(completion)
	h.pass(10 * time.Second)
	expect("the one that is answered", 200, 0)
	expect("the next", 200, 0)
	if out := h.upstreams.Outages(theAgreement); len(out) != 0 {
		t.Errorf("outages %+v", out)
	}
	for _, rec := range h.records() {
		if rec.Outcome != meter.OK && (rec.Outcome != meter.UpstreamError || !rec.Outcome.Fault()) {
			t.Errorf("record %+v", rec)
		}
	}
	if n := len(h.gateway.DrainRefusals()); n != 0 {
		t.Errorf("an outage is counted as %d refusals", n)
	}
}

// What says that it failed is there, what a caller ended shows nothing, and neither do failures that
// lie apart.
func TestWhatDoesNotOpenTheCircuit(t *testing.T) {
	for name, call := range map[string]func(h *house){
		"answers that say that the service failed": func(h *house) {
			h.answers(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "overloaded", 503) })
			h.status("summarise")
		},
		"callers who leave": func(h *house) {
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			})
			leaving := http.Client{Timeout: 20 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
			if r, err := leaving.Do(h.request("POST", chat, "summarise", ask(false))); err == nil {
				r.Body.Close()
			}
		},
		"failures that lie apart": func(h *house) {
			h.answers(raw("", nil))
			h.status("summarise")
			h.pass(16 * time.Second)
		},
		"failures between answers": func(h *house) {
			h.answers(raw("", nil))
			h.status("summarise")
			h.answers(completion)
			h.status("summarise")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			for range 8 {
				call(h)
			}
			h.answers(completion)
			if got := h.status("summarise"); got != 200 {
				t.Errorf("status %d, outages %+v", got, h.upstreams.Outages(theAgreement))
			}
		})
	}
}

// Of many callers who wait for a service that is out, one tries it.
func TestOneCallTries(t *testing.T) {
	h := newHouse(t, quick)
	h.answers(raw("", nil))
	for range 5 {
		h.status("summarise")
	}
	h.pass(10 * time.Second)
	var reached atomic.Int32
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		time.Sleep(150 * time.Millisecond)
		panic(http.ErrAbortHandler)
	})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { h.status("summarise") })
	}
	all.Wait()
	if n := reached.Load(); n != 1 {
		t.Errorf("%d calls reached the service", n)
	}
}
