package gateway_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/calendar"
	"entente/egress"
	"entente/meter"
	"entente/meter/metertest"
	"entente/usage"
)

func seconds(n int) calendar.Duration { return calendar.Duration{Seconds: n} }

var (
	aDay   = calendar.Duration{Days: 1}
	aMonth = calendar.Duration{Months: 1}
)

func (h *house) status(key string) int {
	h.t.Helper()
	return h.call("POST", chat, key, ask(false)).StatusCode
}

func TestRatesAreCountedAsScheduleCSays(t *testing.T) {
	for _, c := range []struct {
		per    performance.LimitPer
		second int // what a second key of the same party gets
	}{{performance.PerKey, 200}, {performance.PerParty, 429}, {performance.PerComponent, 429}} {
		t.Run(string(c.per), func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.limit(performance.Limit{Per: c.per, Unit: performance.Requests, Requests: 3, Window: seconds(1)})
			for i := range 3 {
				r := h.call("POST", chat, "summarise", ask(false))
				name := string(c.per) + "-requests-second"
				if r.StatusCode != 200 || r.Header.Get("RateLimit-Policy") != fmt.Sprintf("%q;q=3;w=1", name) || r.Header.Get("RateLimit") != fmt.Sprintf("%q;r=%d;t=1", name, 2-i) {
					t.Errorf("call %d: %d, %s, %s", i, r.StatusCode, r.Header.Get("RateLimit-Policy"), r.Header.Get("RateLimit"))
				}
			}
			r := h.call("POST", chat, "summarise", ask(false))
			p := r.problem(t)
			if r.StatusCode != 429 || r.Header.Get("Retry-After") != "1" || p.Type != "https://iana.org/assignments/http-problem-types#quota-exceeded" || len(p.Violated) != 1 || r.Header.Get("RateLimit") == "" {
				t.Errorf("%d, Retry-After %q, %s", r.StatusCode, r.Header.Get("Retry-After"), r.body)
			}
			if got := h.status("summarise second"); got != c.second {
				t.Errorf("another key: %d, want %d", got, c.second)
			}
			if got := h.status("summarise test"); got != 200 {
				t.Errorf("another environment: %d", got)
			}
			h.pass(time.Second)
			if got := h.status("summarise"); got != 200 {
				t.Errorf("a second later: %d", got)
			}
		})
	}
}

func TestOpenCallsAreLimited(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.limit(performance.Limit{Per: performance.PerKey, Unit: performance.Requests, Concurrent: 2})
	arrived, leave := make(chan struct{}), make(chan struct{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-leave
		completion(w, r)
	})
	done := make(chan int, 2)
	for range 2 {
		go func() { done <- h.status("summarise") }()
		<-arrived
	}
	r := h.call("POST", chat, "summarise", ask(false))
	if p := r.problem(t); r.StatusCode != 429 || p.Code != "too-many-open-calls" || r.Header.Get("RateLimit-Policy") != `"key-open";q=2;qu="concurrent-requests"` {
		t.Errorf("the third: %d %s %s", r.StatusCode, p.Code, r.Header.Get("RateLimit-Policy"))
	}
	close(leave)
	for range 2 {
		if got := <-done; got != 200 {
			t.Errorf("an open call: %d", got)
		}
	}
	h.records()
	go func() { done <- h.status("summarise") }()
	<-arrived
	if got := <-done; got != 200 {
		t.Errorf("after they ended: %d", got)
	}
}

// askFor is a chat that states how long its answer may be.
func askFor(most int, stream bool) string {
	return strings.Replace(ask(stream), `"messages"`, fmt.Sprintf(`"max_tokens":%d,"messages"`, most), 1)
}

// atMost is what a call that askFor makes may use.
func atMost(most int, stream bool) int64 { return int64(len(askFor(most, stream)) + most) }

// What a call may use has to fit before it passes, and what it used counts when it has ended, until
// the month ends in the agreement's time zone.
func TestQuotasEndWithTheMonth(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.limit(performance.Limit{Per: performance.PerParty, Unit: performance.Tokens, Tokens: atMost(5, false) + 17, Window: aMonth})
	for i, want := range []int{200, 200, 429} { // 17 tokens each
		r := h.call("POST", chat, "summarise", askFor(5, false))
		if r.StatusCode != want {
			t.Errorf("call %d: %d, want %d", i, r.StatusCode, want)
		}
		if left := fmt.Sprintf(`"party-tokens-month";r=%d`, []int64{17, 0, atMost(5, false) - 17}[i]); !strings.HasPrefix(r.Header.Get("RateLimit"), left) {
			t.Errorf("call %d: %s, want %s", i, r.Header.Get("RateLimit"), left)
		}
		if r.StatusCode == 429 {
			// From noon on 23 November in UTC to midnight before 1 December in Berlin.
			if p := r.problem(t); p.Code != "quota-exceeded" || r.Header.Get("Retry-After") != strconv.Itoa(7*86400+11*3600) {
				t.Errorf("%s, Retry-After %s", p.Code, r.Header.Get("Retry-After"))
			}
		}
	}
	if p := h.call("POST", chat, "summarise", ask(false)).problem(t); p.Status != 429 || !strings.Contains(p.Detail, "No wait helps") {
		t.Errorf("a call that may use more than the quota: %+v", p)
	}
	pass := func() int { return h.call("POST", chat, "summarise", askFor(5, false)).StatusCode }
	h.pass(7*24*time.Hour + 11*time.Hour - time.Second)
	if got := pass(); got != 429 {
		t.Errorf("a second before the month ends: %d", got)
	}
	h.pass(time.Second)
	if got := pass(); got != 200 {
		t.Errorf("in the next month: %d", got)
	}
}

func TestBytesAreCountedBothWays(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.gateway.Quotas.Answer = 1000
	once := int64(len(ask(false)) + len(completionBody))
	h.limit(performance.Limit{Per: performance.PerComponent, Unit: performance.Bytes, Bytes: once + int64(len(ask(false))) + 999, Window: aDay})
	if a, b := h.status("summarise"), h.status("summarise"); a != 200 || b != 429 {
		t.Errorf("%d, %d", a, b)
	}
}

// What was metered before a restart counts, also of calls that it interrupted: for these, what was held.
func TestQuotasSurviveARestart(t *testing.T) {
	for _, window := range []calendar.Duration{aMonth, aDay, {Hours: 1}, {Minutes: 1}} {
		for _, per := range []performance.LimitPer{performance.PerParty, performance.PerKey, performance.PerComponent, performance.PerCustomer} {
			h := newHouse(t, egress.Policy{})
			for i, ago := range []time.Duration{30 * time.Second, 45 * time.Second, 40 * 24 * time.Hour} {
				r := metertest.NewRecord(i, []meter.State{meter.Closed, meter.Interrupted, meter.Closed}[i])
				r.Agreement, r.Party, r.Component, r.Environment, r.Key, r.Customer = string(theAgreement), "b", "summarise", "production", "key_summarise", "c-1"
				r.Opened, r.Closed, r.Tokens = noon.Add(-ago).UTC(), noon.Add(-ago).UTC(), usage.Tokens{Output: 100}
				if r.State == meter.Interrupted {
					r.Tokens, r.Held = usage.Tokens{}, meter.Held{Input: 30, Output: 70}
				}
				must(t, h.store.Save(t.Context(), []meter.Record{r}))
			}
			h.limit(performance.Limit{Per: per, Unit: performance.Tokens, Tokens: 200 + atMost(5, false), Window: window})
			call := func(customer string) int {
				return h.call("POST", chat, "summarise", askFor(5, false), "Entente-Customer: "+customer).StatusCode
			}
			if a, b := call("c-1"), call("c-1"); a != 200 || b != 429 {
				t.Errorf("%s in %s: %d, %d; want the 100 tokens of one call and the 100 held for the other to count", per, window, a, b)
			}
			if got, want := call("c-2"), map[bool]int{true: 200, false: 429}[per == performance.PerCustomer]; got != want {
				t.Errorf("%s in %s: another customer gets %d, want %d", per, window, got, want)
			}
		}
	}
}

// Where the store cannot say what was used, nothing passes that might be above a quota.
func TestWhatWasUsedMustBeKnown(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.limit(performance.Limit{Per: performance.PerParty, Unit: performance.Tokens, Tokens: 9000, Window: aMonth})
	h.sums.fail.Store(true)
	if p := h.call("POST", chat, "summarise", ask(false)).problem(t); p.Status != 503 || p.Code != "not-metered" || p.Clause != "C" {
		t.Errorf("%+v", p)
	}
	h.sums.fail.Store(false)
	if got := h.status("summarise"); got != 200 {
		t.Errorf("when the store is back: %d", got)
	}
}

func TestCustomersAreNamedClearly(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	for _, bad := range []string{" ", strings.Repeat("x", 65), "é"} {
		if p := h.call("POST", chat, "summarise", ask(false), "Entente-Customer: "+bad).problem(t); p.Status != 400 || p.Code != "customer-unclear" {
			t.Errorf("%q: %+v", bad, p)
		}
	}
	if r := h.call("POST", chat, "summarise", ask(false), "Entente-Customer: c-17"); r.StatusCode != 200 {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	if got := h.record().Customer; got != "c-17" {
		t.Errorf("the record names %q", got)
	}
}

// In no second do more calls pass than the limit says, wherever the second begins; and a caller who
// keeps to the rate is never refused.
func TestARateHoldsInEverySecond(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 8).Draw(t, "most")
		h.mu.Lock()
		h.now = h.now.Add(time.Hour)
		h.mu.Unlock()
		h.text(onlyLimit(performance.Limit{Component: "summarise", Environment: agreement.Production, Per: performance.PerKey, Unit: performance.Requests, Requests: int64(most), Window: seconds(1)}))
		var passed []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			h.pass(time.Duration(rapid.IntRange(0, 400).Draw(t, "pause")) * time.Millisecond)
			now := h.clock()
			within := 0
			for _, at := range passed {
				if now.Sub(at) < time.Second {
					within++
				}
			}
			status := h.direct("GET", "/summarise/v1/models", "summarise").Code
			switch {
			case status == 200 && within >= most:
				t.Fatalf("call %d within a second passed, the limit is %d", within+1, most)
			case status == 429 && within < most:
				t.Fatalf("a call was refused after %d within a second, the limit is %d", within, most)
			case status == 200:
				passed = append(passed, now)
			}
		}
	})
}

func onlyLimit(l performance.Limit) func(*articles.Agreement) {
	return func(a *articles.Agreement) { a.ScheduleC.Limits = []performance.Limit{l} }
}
