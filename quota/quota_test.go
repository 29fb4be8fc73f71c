package quota_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/calendar"
	"entente/meter"
	"entente/meter/metertest"
	"entente/money"
	"entente/quota"
	"entente/usage"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A node is a book over a real meter, which a kill ends at any instant: the journal and the store
// are what is left.
type node struct {
	t     rapid.TB
	dir   string
	store *metertest.Store
	meter *meter.Meter
	book  *quota.Book
	now   time.Time
}

func newNode(t rapid.TB, dir string) *node {
	n := &node{t: t, dir: dir, store: &metertest.Store{}, now: noon}
	n.start()
	return n
}

func (n *node) start() {
	m, err := meter.Start(meter.Config{Dir: n.dir, Store: n.store, Now: func() time.Time { return n.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), SegmentBytes: 64 << 10})
	if err != nil {
		n.t.Fatal(err)
	}
	n.meter, n.book = m, &quota.Book{Meter: m, Output: 20, Answer: 40}
}

func (n *node) stop() {
	if err := n.meter.Stop(context.Background()); err != nil {
		n.t.Fatal(err)
	}
}

// limited is the policy of one grant of party B for a component, under some limits.
func limited(limits ...performance.Limit) (*policy.Policy, *policy.Grant) {
	route := &policy.Route{Component: "chat", Provider: agreement.A, Limits: limits}
	p := &policy.Policy{Agreement: "agr_1", Version: 1, Zone: time.UTC, Routes: map[string]*policy.Route{"chat": route},
		Grants: []policy.Grant{{Key: "key_1", Party: agreement.B, Environment: agreement.Production, Route: route}}}
	return p, &p.Grants[0]
}

func limit(per performance.LimitPer, unit performance.Unit, n int64, window calendar.Duration, hard bool) performance.Limit {
	l := performance.Limit{Component: "chat", Environment: agreement.Production, Per: per, Unit: unit, Window: window, Hard: hard}
	switch unit {
	case performance.Requests:
		l.Requests = n
	case performance.Tokens:
		l.Tokens = n
	case performance.Bytes:
		l.Bytes = n
	case performance.Money:
		l.Amount = money.Amount{Minor: n, Currency: "EUR"}
	}
	return l
}

var windows = []calendar.Duration{{Seconds: 1}, {Minutes: 1}, {Hours: 1}, {Days: 1}, {Months: 1}}

// A live is a call under way, and what it has come to.
type live struct {
	hold  *quota.Hold
	call  *meter.Call
	bound usage.Bound
	sent  int64
	out   int64 // tokens, and as many bytes, that were delivered
	until time.Time
	who   string
}

// open makes a call; it is nil if it is refused. Whatever comes, asking first has told it, and told it twice.
func (n *node) open(p *policy.Policy, g *policy.Grant, d quota.Demand) (*live, *quota.Hold, *quota.Full) {
	var asked [2]quota.Room
	for i := range asked {
		var err error
		if asked[i], err = n.book.Ask(p, g, d, n.now); err != nil {
			n.t.Fatal(err)
		}
	}
	hold := new(quota.Hold)
	full, err := n.book.Enter(hold, p, g, d, n.now)
	if err != nil {
		n.t.Fatal(err)
	}
	rules := cmpopts.IgnoreUnexported(quota.Rule{})
	if diff := cmp.Diff(asked[0], asked[1], rules); diff != "" {
		n.t.Fatalf("asking has changed the limits (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(asked[0].Full, full, rules); diff != "" {
		n.t.Fatalf("asked, and done (-asked +done):\n%s", diff)
	}
	if full != nil {
		return nil, hold, full
	}
	if asked[0].Held != hold.Held() {
		n.t.Fatalf("%+v would be held, and %+v is", asked[0].Held, hold.Held())
	}
	call, err := n.meter.Open(meter.Record{Agreement: "agr_1", Key: g.Key, Party: string(g.Party), Component: "chat", Environment: "production", Customer: d.Customer, Held: hold.Held()})
	if err != nil {
		n.t.Fatal(err)
	}
	return &live{hold: hold, call: call, bound: d.Most, sent: d.Sent, who: d.Customer}, hold, nil
}

// deliver lets more of an answer pass if it can be held, and reports whether it did.
func (n *node) deliver(l *live, more int64) bool {
	before := l.hold.Held()
	if l.hold.Grow(n.now, l.out+more, l.out+more) != nil {
		return false
	}
	if now := l.hold.Held(); now != before {
		if err := l.call.Raise(now); err != nil {
			n.t.Fatal(err)
		}
	}
	l.out += more
	return true
}

// end closes a call with what its service states that it used, and returns what was believed.
func (n *node) end(l *live, stated usage.Tokens) meter.Result {
	return n.endAs(l, usage.Usage{Tokens: stated, TokensKnown: true})
}

// endAs closes a call with what is known of its use.
func (n *node) endAs(l *live, u usage.Usage) meter.Result {
	r := meter.Result{Outcome: meter.OK, Status: 200, BytesIn: l.sent, BytesOut: l.out, Usage: u}
	l.hold.Settle(n.now, &r)
	if err := l.call.Close(r); err != nil {
		n.t.Fatal(err)
	}
	l.hold.Leave(n.now)
	return r
}

// usedIn is what the meter's records come to in the span that a limit has now: what was used, and of
// what nobody knows, what was held; per is the customer or empty for all.
func (n *node) usedIn(l performance.Limit, now time.Time, customer string) (used int64) {
	open, err := n.meter.StillOpen(context.Background())
	if err != nil {
		n.t.Fatal(err)
	}
	for _, r := range append(n.store.All(), open...) {
		if l.Per == performance.PerCustomer && r.Customer != customer {
			continue
		}
		began, ended := r.Opened, r.Closed
		if !r.State.Final() {
			ended = now
		}
		var in, calls bool
		switch w := l.Window; {
		case w.Months > 0:
			in = began.Month() == now.Month() && began.Year() == now.Year()
			calls = in
		case w.Days > 0:
			in = began.YearDay() == now.YearDay() && began.Year() == now.Year()
			calls = in
		default:
			length := time.Duration(w.Hours)*time.Hour + time.Duration(w.Minutes)*time.Minute + time.Duration(w.Seconds)*time.Second
			in, calls = now.Sub(ended) < length, now.Sub(began) < length
		}
		tokens, bytes := r.Counted().Total(), r.BytesIn+r.BytesOut
		if r.State != meter.Closed {
			tokens, bytes = r.Held.Input+r.Held.Output, r.Held.Bytes
		}
		switch {
		case l.Unit == performance.Requests && calls:
			used++
		case l.Unit == performance.Tokens && in:
			used += tokens
		case l.Unit == performance.Bytes && in:
			used += bytes
		}
	}
	return used
}

// Whatever calls come and end, however long they take, whatever services state, and whenever the
// node is killed and starts again: what is used and held of a hard limit never exceeds it, nor do
// requests; what was settled is what the meter has.
func TestLimitsHoldInAnyLife(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var limits []performance.Limit
		for range rapid.IntRange(1, 3).Draw(t, "limits") {
			unit := rapid.SampledFrom([]performance.Unit{performance.Requests, performance.Tokens, performance.Bytes}).Draw(t, "unit")
			most := rapid.Int64Range(100, 1000).Draw(t, "quota")
			if unit == performance.Requests {
				most = most/100 + 1
			}
			per := rapid.SampledFrom([]performance.LimitPer{performance.PerKey, performance.PerParty, performance.PerComponent, performance.PerCustomer}).Draw(t, "per")
			limits = append(limits, limit(per, unit, most, rapid.SampledFrom(windows).Draw(t, "window"), true))
		}
		p, g := limited(limits...)
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		n := newNode(t, dir)
		defer func() { n.stop() }()
		var open []*live
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"open", "open", "deliver", "end", "end", "wait", "kill", "amend"}).Draw(t, "step") {
			case "open":
				d := quota.Demand{Customer: rapid.SampledFrom([]string{"", "c-1"}).Draw(t, "customer"), Sent: rapid.Int64Range(1, 60).Draw(t, "sent")}
				d.Most = usage.Bound{Input: d.Sent, Output: rapid.Int64Range(-1, 80).Draw(t, "most")}
				if l, _, _ := n.open(p, g, d); l != nil {
					open = append(open, l)
				}
			case "deliver":
				for _, l := range open {
					more := rapid.Int64Range(0, 60).Draw(t, "more")
					if l.bound.Output >= 0 {
						more = min(more, l.bound.Output-l.out)
					}
					n.deliver(l, more)
				}
			case "end":
				if len(open) > 0 && rapid.Bool().Draw(t, "nothing stated") { // an estimate is charged, and its bound is counted
					l := open[0]
					n.endAs(l, usage.Usage{Estimated: true, Tokens: usage.Tokens{InputUncached: l.bound.Input / 4, Output: l.out / 4}, Most: usage.Bound{Input: l.bound.Input, Output: l.out}})
					open = open[1:]
				} else if len(open) > 0 {
					stated := usage.Tokens{InputUncached: rapid.Int64Range(0, 500).Draw(t, "input"), Output: rapid.Int64Range(0, 500).Draw(t, "output")}
					n.end(open[0], stated)
					open = open[1:]
				}
			case "wait":
				n.now = n.now.Add(time.Duration(rapid.Int64Range(0, int64(26*time.Hour)).Draw(t, "pause")) >> rapid.IntRange(0, 20).Draw(t, "shift"))
				n.now = n.now.Truncate(time.Microsecond)
			case "kill": // what was open is closed as interrupted by the next start
				n.stop()
				open = nil
				n.start()
			case "amend": // the same text in a new version
				p, g = limited(limits...)
			}
			for _, l := range limits {
				for _, customer := range []string{"", "c-1"} {
					if got := n.usedIn(l, n.now, customer); got > l.Quantity() {
						t.Fatalf("%d %s in %s per %s, the limit is %d", got, l.Unit, l.Window, l.Per, l.Quantity())
					}
				}
			}
		}
	})
}

// A caller is told what is left, and gets that much: the next call, if it needs no more than each
// limit has left, passes.
func TestWhatIsLeftCanBeHad(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var limits []performance.Limit
		for range rapid.IntRange(1, 3).Draw(t, "limits") {
			unit := rapid.SampledFrom([]performance.Unit{performance.Tokens, performance.Bytes}).Draw(t, "unit")
			limits = append(limits, limit(performance.PerParty, unit, rapid.Int64Range(200, 2000).Draw(t, "quota"), rapid.SampledFrom(windows).Draw(t, "window"), rapid.Bool().Draw(t, "hard")))
		}
		p, g := limited(limits...)
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		n := newNode(t, dir)
		defer n.stop()
		for range rapid.IntRange(1, 15).Draw(t, "calls") {
			d := quota.Demand{Sent: rapid.Int64Range(1, 60).Draw(t, "sent")}
			d.Most = usage.Bound{Input: d.Sent, Output: rapid.Int64Range(0, 60).Draw(t, "most")}
			l, hold, _ := n.open(p, g, d)
			left := leftOf(t, hold)
			next := quota.Demand{Sent: 1, Most: usage.Bound{Input: 1}}
			if tokens, ok := left["tokens"]; ok {
				next.Most.Output = tokens - 1
			}
			bytes, limited := left["bytes"]
			if limited {
				next.Sent = bytes - 40 // beside what is held for the answer
			}
			if next.Most.Output >= 0 && next.Sent >= 1 {
				again, _, full := n.open(p, g, next)
				if full != nil {
					t.Fatalf("told %v, but %+v is refused: %+v", left, next, full)
				}
				n.end(again, usage.Tokens{})
			}
			if l != nil && rapid.Bool().Draw(t, "ends") {
				l.out = rapid.Int64Range(0, l.bound.Output).Draw(t, "output")
				n.end(l, usage.Tokens{InputUncached: l.sent, Output: l.out})
			}
			n.now = n.now.Add(time.Duration(rapid.Int64Range(0, int64(2*time.Hour)).Draw(t, "pause")))
		}
	})
}

// leftOf reads the smallest r of each unit out of the RateLimit header.
func leftOf(t rapid.TB, h *quota.Hold) map[string]int64 {
	_, state := h.Headers()
	left := map[string]int64{}
	for item := range strings.SplitSeq(state, ", ") {
		name, rest, _ := strings.Cut(item, ";r=")
		figure, _, _ := strings.Cut(rest, ";")
		r, err := strconv.ParseInt(figure, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, unit := range []string{"tokens", "bytes"} {
			if strings.Contains(name, unit) {
				if before, ok := left[unit]; !ok || r < before {
					left[unit] = r
				}
			}
		}
	}
	return left
}

func TestACallThatWasNotForwardedIsNone(t *testing.T) {
	n := newNode(t, t.TempDir())
	defer n.stop()
	for _, window := range windows {
		p, g := limited(limit(performance.PerKey, performance.Requests, 1, window, false))
		for range 3 {
			hold := new(quota.Hold)
			full, err := n.book.Enter(hold, p, g, quota.Demand{Sent: 10}, n.now)
			if err != nil || full != nil {
				t.Fatalf("%v %+v", err, full)
			}
			hold.Leave(n.now)
		}
		own := new(quota.Hold)
		full, _ := n.book.Enter(own, p, g, quota.Demand{Own: true}, n.now)
		if full != nil {
			t.Fatalf("%+v", full)
		}
		own.Leave(n.now)
		if full, _ = n.book.Enter(new(quota.Hold), p, g, quota.Demand{Sent: 10}, n.now); full == nil {
			t.Errorf("%s: what the node answers by itself is a request too", window)
		}
		n.now = n.now.Add(40 * 24 * time.Hour)
	}
}
