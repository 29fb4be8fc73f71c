package rest

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"entente/access"
)

// A Rate is how often the programs of one party may ask under one agreement, all of them together; likewise the
// operator's. The zero value is UsualRate.
type Rate struct {
	Burst     int // requests that may come at once
	PerMinute int // requests a minute in the long run
}

// UsualRate is the rate where nothing else is set.
var UsualRate = Rate{Burst: 1000, PerMinute: 3000}

// A pacer counts requests against a rate: for each asker it keeps the instant at which all of the burst is there
// again (the generic cell rate algorithm).
type pacer struct {
	rate  Rate
	mu    sync.Mutex
	full  map[string]time.Time // by asker; one that is past is as good as none
	swept time.Time            // when what was past was let go
}

func newPacer(r Rate) *pacer {
	if r == (Rate{}) {
		r = UsualRate
	}
	return &pacer{rate: r, full: map[string]time.Time{}}
}

// take counts a request now. It gives how many more may come at once, when all may again, and how long to wait,
// which is 0 if the request may pass.
func (p *pacer) take(asker string, now time.Time) (left int, full, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	each := time.Minute / time.Duration(p.rate.PerMinute)
	most := each * time.Duration(p.rate.Burst)
	full = max(0, p.full[asker].Sub(now))
	if full+each > most {
		return 0, full, full + each - most
	}
	full += each
	p.full[asker] = now.Add(full)
	return int((most - full) / each), full, 0
}

// sweep forgets once a minute who has not asked for long.
func (p *pacer) sweep(now time.Time) {
	if age := now.Sub(p.swept); age >= 0 && age < time.Minute {
		return
	}
	p.swept = now
	for asker, full := range p.full {
		if !full.After(now) {
			delete(p.full, asker)
		}
	}
}

// pass counts a request of a caller who is known, and says in the answer what is left (RateLimit header fields for
// HTTP, draft 11).
func (d *Desk) pass(c access.Caller, h http.Header) error {
	asker := string(c.Agreement) + "/" + string(c.Actor.Party)
	switch {
	case c.Operator:
		asker = Operator
	case c.Founds():
		asker = c.Actor.ID
	case c.Actor.ID == "":
		return nil
	}
	left, full, wait := d.pace.take(asker, time.Now())
	rate := d.pace.rate
	h.Set("RateLimit-Policy", fmt.Sprintf(`"api";q=%d;w=%d`, rate.Burst, up(time.Duration(rate.Burst)*time.Minute/time.Duration(rate.PerMinute))))
	h.Set("RateLimit", fmt.Sprintf(`"api";r=%d;t=%d`, left, up(full)))
	if wait == 0 {
		return nil
	}
	p := NewProblem(http.StatusTooManyRequests, "too-often", "Your party's programs ask too often", fmt.Sprintf("wait %d s; they may ask %d times a minute, and %d times at once", up(wait), rate.PerMinute, rate.Burst))
	p.header = http.Header{"Retry-After": {strconv.Itoa(up(wait))}}
	return p
}

// up is a duration in whole seconds, never too short.
func up(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
